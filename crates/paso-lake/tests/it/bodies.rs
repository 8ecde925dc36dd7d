use std::{fs, io::Read as _};

use paso_lake::{Lake, LakeError, Sha256, sha256};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::overwrite;

fn lake() -> (TempDir, Lake) {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path()).unwrap();
    (folder, lake)
}

fn read_in_pieces(lake: &Lake, hash: &Sha256, max_bytes: u64) -> Result<Vec<u8>, LakeError> {
    let mut bytes = Vec::new();
    let read = lake.open_body(hash, max_bytes)?.read_to_end(&mut bytes);
    read.map(|_| bytes).map_err(|error| error.downcast().unwrap())
}

#[test]
fn a_body_is_named_by_its_hash_and_for_its_owner_only() {
    let (folder, lake) = lake();
    let hash = lake.store_body(b"abc").unwrap();
    assert_eq!(hash.as_str(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    let path = folder.path().join("archive/ba").join(hash.as_str());
    assert_eq!(lake.body(&hash), path);
    assert!(lake.has_body(&hash));
    assert_eq!(lake.read_body(&hash, 3).unwrap(), b"abc");
    // Anybody can open it without paso: it is a zstd frame.
    assert_eq!(zstd::bulk::decompress(&fs::read(&path).unwrap(), 100).unwrap(), b"abc");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn an_existing_body_is_not_written_again() {
    let (_folder, lake) = lake();
    let hash = lake.store_body(b"abc").unwrap();
    // Another, equally good frame of the same bytes: storing again must not replace it.
    let other = zstd::bulk::compress(b"abc", 19).unwrap();
    overwrite(&lake.body(&hash), &other);
    assert_eq!(lake.store_body(b"abc").unwrap(), hash);
    assert_eq!(fs::read(lake.body(&hash)).unwrap(), other);
}

#[test]
fn an_existing_body_of_another_size_is_corrupt() {
    let (_folder, lake) = lake();
    let hash = lake.store_body(b"abc").unwrap();
    for (bytes, detail) in [
        (zstd::bulk::compress(b"abcd", 3).unwrap(), "4 bytes where 3 were expected"),
        (Vec::new(), "unreadable size where 3 were expected"),
    ] {
        overwrite(&lake.body(&hash), &bytes);
        let error = lake.store_body(b"abc").unwrap_err();
        assert_eq!(error.to_string(), format!("corrupt body {hash} in {}: {detail}", lake.body(&hash).display()));
    }
}

#[test]
fn damage_is_found_on_reading() {
    let (_folder, lake) = lake();
    let body = b"Year,Refugees\n2020,2053\n".repeat(100);
    let hash = lake.store_body(&body).unwrap();
    let stored = fs::read(lake.body(&hash)).unwrap();
    let mut flipped = stored.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let other = zstd::bulk::compress(&[b"x", &body[1..]].concat(), 3).unwrap();
    for damaged in [b"not zstd at all".to_vec(), stored[..stored.len() / 2].to_vec(), flipped, other, Vec::new()] {
        overwrite(&lake.body(&hash), &damaged);
        for error in [lake.read_body(&hash, 1_000_000).unwrap_err(), read_in_pieces(&lake, &hash, 1_000_000).unwrap_err()] {
            assert!(matches!(&error, LakeError::CorruptBody { sha256, .. } if *sha256 == hash), "{error:?}");
            assert!(error.to_string().starts_with(&format!("corrupt body {hash}")), "{error}");
            assert!(error.hint().unwrap().contains("fetch again"));
        }
    }
}

#[test]
fn nothing_over_the_cap_is_read() {
    let (_folder, lake) = lake();
    let hash = lake.store_body(&vec![0; 1_000_000]).unwrap();
    assert!(fs::metadata(lake.body(&hash)).unwrap().len() < 1000);
    let error = lake.read_body(&hash, 999_999).unwrap_err();
    assert!(matches!(error, LakeError::BodyTooLarge { max_bytes: 999_999, .. }), "{error:?}");
    assert_eq!(lake.read_body(&hash, 1_000_000).unwrap().len(), 1_000_000);
    assert_eq!(read_in_pieces(&lake, &hash, 1_000_000).unwrap().len(), 1_000_000);

    // Two frames: the header of the first one tells less than there is.
    let small = sha256(b"abc");
    let two = [zstd::bulk::compress(b"abc", 3).unwrap(), zstd::bulk::compress(&vec![0; 1_000_000], 3).unwrap()].concat();
    overwrite(&lake.body(&small), &two);
    for error in [lake.read_body(&small, 1000).unwrap_err(), read_in_pieces(&lake, &small, 1000).unwrap_err()] {
        assert!(matches!(error, LakeError::BodyTooLarge { max_bytes: 1000, .. }), "{error:?}");
    }
}

#[test]
fn a_missing_body_is_named() {
    let (_folder, lake) = lake();
    let error = lake.read_body(&sha256(b"abc"), 10).unwrap_err();
    assert!(matches!(error, LakeError::MissingBody { .. }), "{error:?}");
    assert!(!lake.has_body(&sha256(b"abc")));
}

#[test]
fn a_rejected_body_is_kept_aside() {
    let (_folder, lake) = lake();
    let hash = lake.reject_body(b"<html>").unwrap();
    assert!(!lake.has_body(&hash));
    assert_eq!(lake.read_rejected_body(&hash, 10).unwrap(), b"<html>");
    assert_eq!(lake.bodies().unwrap(), []);
}

#[test]
fn bodies_are_listed_by_hash() {
    let (folder, lake) = lake();
    let mut stored: Vec<_> = (0..20_u8).map(|byte| lake.store_body(&[byte]).unwrap()).collect();
    stored.sort();
    overwrite(&folder.path().join("archive/log/unhcr.jsonl"), b"");
    overwrite(&folder.path().join("archive/ab/.tmp-x"), b"");
    assert_eq!(lake.bodies().unwrap(), stored);
}

#[test]
fn threads_may_store_the_same_body_at_once() {
    let (_folder, lake) = lake();
    let body = vec![7; 100_000];
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| lake.store_body(&body).unwrap());
        }
    });
    assert_eq!(lake.read_body(&sha256(&body), 100_000).unwrap(), body);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_body_comes_back(body in prop::collection::vec(any::<u8>(), 0..2000)) {
        let (_folder, lake) = lake();
        let hash = lake.store_body(&body).unwrap();
        prop_assert_eq!(lake.read_body(&hash, 2000).unwrap(), body);
    }
}
