//! What makes a release, what makes another one, and what makes none.

use std::fs;

use arrow::{
    array::{ArrayRef, Int64Array, RecordBatch, StringArray},
    datatypes::{DataType, Field, Schema},
};
use jiff::civil::date;
use paso_lake::{Lake, file::write_atomic};
use paso_publish::{Contents, PublishError, Published, publish, release_name, standing, verify};

use crate::fixture::{Fixture, files, made_from};

#[test]
fn a_release_holds_after_it_was_made_and_not_before() {
    let fixture = Fixture::new();
    let contents = fixture.contents();
    assert_eq!(standing(&fixture.lake, &contents).unwrap(), None);
    let published = publish(&fixture.lake, &contents).unwrap();
    assert!(published.new);
    assert_eq!(release_name(&contents).unwrap(), published.name);
    assert_eq!(standing(&fixture.lake, &contents).unwrap(), Some(published.name.clone()));
    assert_eq!(fixture.lake.latest().unwrap(), Some(published.name.clone()));
    assert_eq!(published.path, fixture.lake.release(&published.name));

    let again = publish(&fixture.lake, &contents).unwrap();
    assert_eq!((again.new, again.name, again.files), (false, published.name, published.files));
}

#[test]
fn the_same_contents_give_the_same_bytes_in_another_lake_and_order() {
    let fixture = Fixture::new();
    let one = publish(&fixture.lake, &fixture.contents()).unwrap();
    let other_lake = Lake::open(fixture.folder.path().join("other")).unwrap();
    let mut contents = fixture.contents();
    contents.references.reverse();
    let other = publish(&other_lake, &contents).unwrap();
    assert_eq!(one.name, other.name);
    assert_eq!(files(&one.path), files(&other.path));
}

#[test]
fn whatever_a_release_says_is_in_its_name() {
    let fixture = Fixture::new();
    let name = |change: &dyn Fn(&mut Contents<'_>)| {
        let mut contents = fixture.contents();
        change(&mut contents);
        release_name(&contents).unwrap()
    };
    let first = name(&|_| {});
    let changes: [&dyn Fn(&mut Contents<'_>); 10] = [
        &|contents| contents.pipeline = "peru",
        &|contents| contents.title.es = "Otra".to_owned(),
        &|contents| contents.indicators[0].agenda.en = "Another".to_owned(),
        &|contents| contents.indicators[0].fingerprint = made_from("something else"),
        &|contents| contents.observations[0].fingerprint = made_from("something else"),
        &|contents| contents.sources[0].licence.attribution.en = "Cite otherwise".to_owned(),
        &|contents| contents.observations[0].licence = Some(contents.sources[1].licence.clone()),
        &|contents| contents.quarantined.extend([("undesa.migrant_stock".to_owned(), 3)]),
        &|contents| contents.missing.clear(),
        &|contents| drop(contents.references.pop()),
    ];
    let mut names = vec![first.clone()];
    for change in changes {
        names.push(name(change));
    }
    names.push(name(&|contents| contents.observations[0].vintage = date(2024, 1, 15)));
    assert!(names.last().unwrap().starts_with("2024-01-15-"));
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
    assert!(first.starts_with("2020-12-01-"));
}

#[test]
fn a_new_release_leaves_the_old_one_as_it_is() {
    let fixture = Fixture::new();
    let old = publish(&fixture.lake, &fixture.contents()).unwrap();
    let before = files(&old.path);
    let mut contents = fixture.contents();
    contents.missing.clear();
    let new = publish(&fixture.lake, &contents).unwrap();
    assert_ne!(old.name, new.name);
    assert_eq!(files(&old.path), before);
    assert_eq!(fixture.lake.latest().unwrap(), Some(new.name));
    assert_eq!(standing(&fixture.lake, &fixture.contents()).unwrap(), None);

    // Back to the old contents: its release stands already.
    let back = publish(&fixture.lake, &fixture.contents()).unwrap();
    assert_eq!((back.new, back.name.as_str()), (false, old.name.as_str()));
    assert_eq!(fixture.lake.latest().unwrap(), Some(old.name));
}

#[test]
fn a_damaged_release_is_not_switched_to() {
    let fixture = Fixture::new();
    let old = publish(&fixture.lake, &fixture.contents()).unwrap();
    let mut contents = fixture.contents();
    contents.missing.clear();
    let new = publish(&fixture.lake, &contents).unwrap();
    fs::remove_file(old.path.join("ATTRIBUTION.md")).unwrap();
    let error = publish(&fixture.lake, &fixture.contents()).unwrap_err();
    assert_eq!(error.to_string(), format!("the release {} is damaged: ATTRIBUTION.md is missing", old.name));
    assert!(error.hint().unwrap().contains(&old.name));
    assert_eq!(fixture.lake.latest().unwrap(), Some(new.name));
}

#[test]
fn a_damaged_release_does_not_stand() {
    // Another size, no file, one file more: what the file holds afterwards.
    for (file, bytes, problem) in [
        ("indicators/stock.csv", Some("ref_area\n"), "indicators/stock.csv was changed"),
        ("reference/areas.csv", None, "reference/areas.csv is missing"),
        ("notes.txt", Some("mine"), "notes.txt does not belong to it"),
    ] {
        let fixture = Fixture::new();
        let published = publish(&fixture.lake, &fixture.contents()).unwrap();
        assert_eq!(standing(&fixture.lake, &fixture.contents()).unwrap(), Some(published.name.clone()));
        let path = published.path.join(file);
        match bytes {
            Some(bytes) => write_atomic(&path, |writer| writer.write_all(bytes.as_bytes())).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        assert_eq!(standing(&fixture.lake, &fixture.contents()).unwrap(), None, "{problem}");
        let error = publish(&fixture.lake, &fixture.contents()).unwrap_err();
        assert_eq!(error.to_string(), format!("the release {} is damaged: {problem}", published.name));
    }
}

#[test]
fn cells_in_quarantine_are_counted_in_the_manifest_and_named_where_there_are_any() {
    let fixture = Fixture::new();
    let none = publish(&fixture.lake, &fixture.contents()).unwrap();
    let text = |release: &Published, file: &str| fs::read_to_string(release.path.join(file)).unwrap();
    assert!(text(&none, "manifest.json").contains("\"quarantined\": {\n    \"undesa.migrant_stock\": 0\n  }"));
    assert!(!text(&none, "dictionary.en.md").contains("quarantine"));

    let mut contents = fixture.contents();
    contents.quarantined.extend([("undesa.migrant_stock".to_owned(), 3)]);
    let some = publish(&fixture.lake, &contents).unwrap();
    assert!(text(&some, "manifest.json").contains("\"undesa.migrant_stock\": 3"));
    assert!(text(&some, "dictionary.en.md").contains("| Dataset | Cells |\n|---|---|\n| `undesa.migrant_stock` | 3 |\n"));
    assert!(text(&some, "dictionary.es.md").contains("## En cuarentena\n"));
    assert!(verify(&some.path).unwrap().is_whole());
}

#[test]
fn a_failure_leaves_nothing_visible() {
    let fixture = Fixture::new();
    // A type that CSV does not know stands in the file, behind a description that does not name it.
    let schema = Schema::new(vec![Field::new("ref_area", DataType::Utf8, false), Field::new("members", DataType::Int32, true)]);
    let columns: Vec<ArrayRef> =
        vec![std::sync::Arc::new(StringArray::from(vec!["CHL"])), std::sync::Arc::new(arrow::array::Int32Array::from(vec![1]))];
    fixture.write("stock", &RecordBatch::try_new(std::sync::Arc::new(schema), columns).unwrap());
    let error = publish(&fixture.lake, &fixture.contents()).unwrap_err();
    assert!(matches!(error, PublishError::CsvType { .. }), "{error}");
    assert_eq!(fixture.lake.latest().unwrap(), None);
    assert_eq!(fixture.lake.releases().unwrap(), Vec::<String>::new());
}

#[test]
fn what_cannot_be_described_is_not_published() {
    let fixture = Fixture::new();
    let refusal = |change: &dyn Fn(&mut Contents<'_>)| {
        let mut contents = fixture.contents();
        change(&mut contents);
        publish(&fixture.lake, &contents).unwrap_err().to_string()
    };
    assert_eq!(refusal(&|contents| contents.observations.clear()), "there is nothing to publish: no dataset has observations");
    assert_eq!(
        refusal(&|contents| contents.sources.remove(0).publisher.clear()),
        "dataset undesa.migrant_stock has no source: nobody could cite it"
    );
    assert_eq!(
        refusal(&|contents| contents.references.push(contents.references[0].clone())),
        "two tables of the release would stand at reference/areas.parquet"
    );
    assert!(refusal(&|contents| contents.references[0].path = fixture.path("measures")).contains("its description names area Utf8"));
    let gone = fixture.path("gone");
    assert!(refusal(&|contents| contents.observations[0].path.clone_from(&gone)).contains("gone.parquet"));

    let schema = std::sync::Arc::new(Schema::new(vec![Field::new("surprise", DataType::Int64, true)]));
    fixture.write("stock", &RecordBatch::try_new(schema, vec![std::sync::Arc::new(Int64Array::from(vec![1]))]).unwrap());
    assert!(refusal(&|_| {}).contains("`surprise` is not described"));
}
