//! The same bytes on any machine, in any order, with any number of threads, from a mirror or over HTTP.

use std::path::Path;

use paso_testkit::{LocalPublisher, files, sample_data};
use paso_tests::{difference, expect, lasting, paso, report, workspace};

/// Copies a folder with its files made in the opposite order.
fn copy_backwards(from: &Path, to: &Path) {
    for (path, bytes) in files(from).expect("files").into_iter().rev() {
        paso_lake::file::write_atomic(&to.join(path), |writer| writer.write_all(&bytes)).expect("a copy");
    }
}

#[test]
fn order_threads_locale_time_zone_and_route_change_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    let plain = place("plain");
    expect(0, paso(&plain).args(["run", "--quiet", "--jobs", "1", "--mirror"]).arg(sample_data()).env("LC_ALL", "C").env("TZ", "UTC"));

    copy_backwards(&sample_data(), &place("mirror"));
    copy_backwards(&workspace().join("pipelines"), &place("pipelines"));
    let other = place("other");
    expect(
        0,
        paso(&other)
            .arg("--pipeline")
            .arg(place("pipelines").join("chile/pipeline.toml"))
            .args(["run", "--quiet", "--jobs", "8", "--mirror"])
            .arg(place("mirror"))
            .env("LC_ALL", "tr_TR.UTF-8")
            .env("TZ", "Pacific/Auckland")
            .env("POLARS_MAX_THREADS", "7"),
    );

    let publisher = LocalPublisher::start(&sample_data(), 0, Vec::new()).expect("a local publisher");
    let via = place("via");
    let text = expect(0, paso(&via).args(["run", "--output", "json", "--via", publisher.via().as_ref()]));
    assert!(report(&text)["release"].is_string());

    let expected = lasting(&plain);
    assert!(expected.iter().filter(|(path, _)| path.starts_with("releases/")).count() > 40);
    assert_eq!(difference(&expected, &lasting(&other)), Vec::<String>::new());
    assert_eq!(difference(&expected, &lasting(&via)), Vec::<String>::new());
}

#[test]
fn the_archive_alone_gives_the_release_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (lake, replayed) = (folder.path().join("lake"), folder.path().join("replayed"));
    expect(0, paso(&lake).args(["run", "--quiet", "--mirror"]).arg(sample_data()));
    for (path, bytes) in files(&lake).expect("files").into_iter().filter(|(path, _)| path.starts_with("archive/") || path == "lake.json") {
        paso_lake::file::write_atomic(&replayed.join(path), |writer| writer.write_all(&bytes)).expect("a copy");
    }
    expect(0, paso(&replayed).args(["run", "--quiet", "--offline"]));
    assert_eq!(difference(&lasting(&lake), &lasting(&replayed)), Vec::<String>::new());
}
