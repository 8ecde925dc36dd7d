//! What is timed stands in a binary of its own: test binaries run one after the other, and no other test beside this one.

use std::time::Instant;

use paso_testkit::sample_data;
use paso_tests::{difference, lasting, ran, run, steps};

/// Nothing changed: nothing runs.
#[test]
fn a_second_run_does_nothing_in_less_than_a_second() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = folder.path().join("lake");
    let first = run(&lake, &sample_data());
    assert!(ran(&first).len() > 40, "{:?}", ran(&first));
    let before = lasting(&lake);
    let mut times = Vec::new();
    for _ in 0..3 {
        let started = Instant::now();
        let next = run(&lake, &sample_data());
        times.push(started.elapsed().as_secs_f64());
        assert_eq!(ran(&next), Vec::<String>::new());
        assert_eq!(steps(&next, "failed"), Vec::<String>::new());
        assert_eq!(next["release"], first["release"]);
    }
    // What else the machine does makes a run longer, and never shorter.
    assert!(times.iter().any(|seconds| *seconds < 1.0), "{times:?} s");
    assert_eq!(difference(&before, &lasting(&lake)), Vec::<String>::new());
}
