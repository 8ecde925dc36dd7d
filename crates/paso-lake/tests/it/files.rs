use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

use paso_lake::{
    LakeError,
    file::{AtomicFile, append_line, append_lines, create_folders, is_temporary, read_lines, remove_stale_temporaries, write_atomic},
};

use crate::{overwrite, tree};

#[test]
fn a_file_is_replaced_whole_and_its_folder_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a/b/file.txt");
    write_atomic(&path, |writer| writer.write_all(b"old")).unwrap();
    write_atomic(&path, |writer| writer.write_all(b"new")).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
    assert_eq!(tree(folder.path()), ["a", "a/b", "a/b/file.txt"]);
}

#[test]
fn a_failed_write_leaves_the_old_file_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.txt");
    write_atomic(&path, |writer| writer.write_all(b"old")).unwrap();
    let error = write_atomic(&path, |writer| {
        writer.write_all(b"half of the new")?;
        Err(io::ErrorKind::StorageFull.into())
    })
    .unwrap_err();
    assert_eq!(error.to_string(), format!("cannot write {}", path.display()));
    assert!(error.hint().unwrap().starts_with("free some space on the disk that holds"), "{:?}", error.hint());
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(tree(folder.path()), ["file.txt"]);
}

#[cfg(unix)]
#[test]
fn a_private_file_is_private_from_its_first_byte_and_a_public_one_is_not() {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = tempfile::tempdir().unwrap();
    let file = AtomicFile::create_private(&folder.path().join("body")).unwrap();
    let temporary = folder.path().join(&tree(folder.path())[0]);
    assert!(is_temporary(&temporary));
    assert_eq!(mode(&temporary), 0o600);
    file.commit().unwrap();
    assert_eq!(mode(&folder.path().join("body")), 0o600);

    write_atomic(&folder.path().join("table"), |_| Ok(())).unwrap();
    // As any other program would create it, under this user's umask.
    overwrite(&folder.path().join("plain"), b"");
    assert_eq!(mode(&folder.path().join("table")), mode(&folder.path().join("plain")));
}

#[cfg(unix)]
#[test]
fn a_folder_without_the_right_to_write_is_named() {
    let parent = tempfile::tempdir().unwrap();
    let Some(folder) = crate::read_only_folder(parent.path()) else { return };
    let path = folder.join("file");
    for error in [write_atomic(&path, |_| Ok(())).unwrap_err(), append_line(&path, "x").unwrap_err(), create_folders(&path).unwrap_err()] {
        assert!(error.to_string().ends_with(&path.display().to_string()), "{error}");
        assert!(error.hint().unwrap().contains("give this user the right to"), "{:?}", error.hint());
    }
}

#[test]
fn a_file_where_a_folder_should_be_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("blocked");
    write_atomic(&blocked, |_| Ok(())).unwrap();
    let error = write_atomic(&blocked.join("file"), |_| Ok(())).unwrap_err();
    assert!(error.to_string().contains(&blocked.display().to_string()), "{error}");
    assert!(error.hint().unwrap().starts_with("a file stands where"), "{:?}", error.hint());
}

#[test]
fn lines_are_appended_and_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log/unhcr.jsonl");
    assert_eq!(read_lines(&path).unwrap(), Vec::<String>::new());
    append_line(&path, "one").unwrap();
    append_lines(&path, ["two", "", "país"]).unwrap();
    append_lines(&path, []).unwrap();
    assert_eq!(read_lines(&path).unwrap(), ["one", "two", "", "país"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\n\npaís\n");
    let error = append_line(&path, "a\nb").unwrap_err();
    assert!(matches!(error, LakeError::Io { action: "append to", .. }), "{error:?}");
}

#[test]
fn a_torn_last_line_is_ignored_and_then_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let long = "x".repeat(10_000);
    // Torn in the middle of a character, too; and over the border of the pieces in which the end is searched.
    for torn in ["{\"kind\":".as_bytes(), "pa\u{ed}s".as_bytes().split_at(3).0, long.as_bytes()] {
        for whole in ["", "one\n", "one\ntwo\n"] {
            let path = folder.path().join("log.jsonl");
            overwrite(&path, &[whole.as_bytes(), torn].concat());
            assert_eq!(read_lines(&path).unwrap(), whole.lines().collect::<Vec<_>>());
            append_line(&path, "next").unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), format!("{whole}next\n"));
        }
    }
}

#[test]
fn bytes_that_are_no_text_are_named_with_their_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    overwrite(&path, b"one\n\xFF\n");
    let error = read_lines(&path).unwrap_err();
    let LakeError::Io { source, .. } = &error else { panic!("{error:?}") };
    assert_eq!(source.to_string(), "line 2 is not UTF-8: the file is damaged");
}

#[test]
fn threads_append_whole_lines() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let path = &path;
            scope.spawn(move || (0..10).for_each(|line| append_line(path, &format!("{thread}-{line}")).unwrap()));
        }
    });
    let mut lines = read_lines(&path).unwrap();
    lines.sort();
    let mut expected: Vec<_> = (0..4).flat_map(|thread| (0..10).map(move |line| format!("{thread}-{line}"))).collect();
    expected.sort();
    assert_eq!(lines, expected);
}

#[test]
fn what_killed_writers_left_is_removed_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let mut killed = AtomicFile::create(&folder.path().join("a/table.parquet")).unwrap();
    killed.write_all(b"half").unwrap();
    killed.flush().unwrap();
    std::mem::forget(killed);
    overwrite(&folder.path().join(".tmp-release/indicators/x.csv"), b"half");
    overwrite(&folder.path().join("a/.hidden"), b"somebody's");
    overwrite(&folder.path().join("a/b.tmp-"), b"somebody's");
    assert_eq!(remove_stale_temporaries(folder.path()).unwrap(), 2);
    assert_eq!(tree(folder.path()), ["a", "a/.hidden", "a/b.tmp-"]);
    assert_eq!(remove_stale_temporaries(&folder.path().join("nowhere")).unwrap(), 0);
}

#[test]
fn an_append_after_a_partial_write_by_another_program_keeps_whole_lines() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    append_line(&path, "one").unwrap();
    OpenOptions::new().append(true).open(&path).unwrap().write_all(b"two\nthr").unwrap();
    append_line(&path, "four").unwrap();
    assert_eq!(read_lines(&path).unwrap(), ["one", "two", "four"]);
}
