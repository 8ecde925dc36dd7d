//! A kill at any moment costs nothing.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use paso_testkit::{Endpoint, copy_folder, edit_mirror, files, sample_data};
use paso_tests::{difference, expect, lasting, paso, workspace};

/// How many runs are killed.
const KILLS: usize = 50;

/// Random moments of a run, as a part of its length; the same in every test run, so that a failure can be seen again.
fn moments() -> impl Iterator<Item = f64> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    (0..KILLS).map(move |_| {
        // Marsaglia, Xorshift RNGs (2003).
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    })
}

/// The publishers that the indicators read: with all of them, the many runs would take minutes.
const PUBLISHERS: [&str; 4] = ["sermig", "undesa", "unhcr", "worldbank"];

/// A pipeline of these publishers.
fn smaller(folder: &Path) -> PathBuf {
    copy_folder(&workspace().join("pipelines"), folder).expect("a copy");
    for (path, _) in files(&folder.join("sources")).expect("the sources") {
        if !PUBLISHERS.iter().any(|publisher| path == format!("{publisher}.toml")) {
            std::fs::remove_file(folder.join("sources").join(path)).expect("a removal");
        }
    }
    folder.join("chile/pipeline.toml")
}

fn run(lake: &Path, pipeline: &Path, mirror: &Path) {
    expect(0, paso(lake).arg("--pipeline").arg(pipeline).args(["run", "--quiet", "--mirror"]).arg(mirror));
}

/// Starts a run, kills it after a while, and says whether it was still running.
fn kill_after(lake: &Path, pipeline: &Path, mirror: &Path, delay: Duration) -> bool {
    let mut command = paso(lake);
    command.arg("--pipeline").arg(pipeline);
    command.args(["run", "--quiet", "--mirror"]).arg(mirror).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("a run");
    thread::sleep(delay);
    let running = child.try_wait().expect("a status").is_none();
    child.kill().expect("SIGKILL");
    child.wait().expect("an end");
    running
}

#[test]
fn killed_runs_that_go_on_give_the_bytes_of_one_that_was_never_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    // A lake with an older release, and a mirror where a source has changed since.
    let (old, newer, pipeline) = (place("old"), place("newer"), smaller(&place("pipelines")));
    run(&old, &pipeline, &sample_data());
    copy_folder(&sample_data(), &newer).expect("a copy");
    edit_mirror(&newer, &Endpoint::WORLDBANK_REMITTANCES_RECEIVED.url(1), None, |body| {
        String::from_utf8(body).expect("text").replace("66197477.5911306", "66197478.5911306").into_bytes()
    })
    .expect("an edit");
    let started = Instant::now();
    let fresh = place("fresh");
    run(&fresh, &pipeline, &sample_data());
    let whole_run = started.elapsed();
    let updated = place("updated");
    copy_folder(&old, &updated).expect("a copy");
    let started = Instant::now();
    run(&updated, &pipeline, &newer);
    let update = started.elapsed();

    let mut interrupted = 0;
    for (index, moment) in moments().enumerate() {
        let lake = place(&format!("killed-{index}"));
        // Every second one has a release already.
        let (mirror, expected, length) = if index % 2 == 0 {
            (sample_data(), &fresh, whole_run)
        } else {
            copy_folder(&old, &lake).expect("a copy");
            (newer.clone(), &updated, update)
        };
        interrupted += usize::from(kill_after(&lake, &pipeline, &mirror, length.mul_f64(moment)));
        // Whatever holds right after the kill is whole.
        if lake.join("releases/latest.json").is_file() {
            expect(0, paso(&lake).arg("verify"));
        } else {
            assert_eq!(index % 2, 0, "an older release never disappears");
        }
        run(&lake, &pipeline, &mirror);
        assert_eq!(difference(&lasting(expected), &lasting(&lake)), Vec::<String>::new(), "killed after {moment} of the run");
        std::fs::remove_dir_all(&lake).expect("a removal");
    }
    assert!(interrupted * 2 > KILLS, "only {interrupted} of {KILLS} runs were still running when they were killed");
}
