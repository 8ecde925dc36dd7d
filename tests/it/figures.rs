//! What the publishers printed, figure by figure: `tests/corpus/<publisher>.toml`.

use std::{collections::BTreeMap, path::Path};

use paso_testkit::{Figure, real_files};
use paso_tests::{corpus_lake, expect, paso, report, sample_lake};

/// The figures by the dataset and view that have them.
type Figures = BTreeMap<(String, String), Vec<Figure>>;

fn by_dataset(keep: impl Fn(&Figure) -> bool) -> Figures {
    let mut datasets = Figures::new();
    for figure in real_files().expect("tests/corpus").into_iter().flat_map(|files| files.figure).filter(keep) {
        datasets.entry((figure.dataset.clone(), figure.view.clone())).or_default().push(figure);
    }
    datasets
}

/// The figures of a dataset that a lake does not hold as they are printed. One query reads the table once for all of them.
fn wrong(lake: &Path, (dataset, view): &(String, String), figures: &[Figure]) -> Vec<String> {
    let select = |(number, Figure { condition, .. }): (usize, &Figure)| {
        format!(
            "SUM(CASE WHEN ({condition}) THEN 1 ELSE 0 END) AS found_{number}, SUM(CASE WHEN ({condition}) THEN value END) AS total_{number}"
        )
    };
    let columns: Vec<String> = figures.iter().enumerate().map(select).collect();
    let sql = format!("SELECT {} FROM {view} WHERE dataset = '{dataset}'", columns.join(", "));
    let text = expect(0, paso(lake).args(["query", "--output", "json", "--dataset", dataset, &sql]));
    let row = report(&text)[0].clone();
    let mut wrong = Vec::new();
    for (number, Figure { text, condition, value, rows: expected, tolerance, .. }) in figures.iter().enumerate() {
        let (found, total) = (row[format!("found_{number}")].as_f64().unwrap_or_default(), row[format!("total_{number}")].as_f64());
        if !total.is_some_and(|total| (total - value).abs() <= *tolerance) || (found - *expected as f64).abs() > 0.5 {
            wrong.push(format!("{dataset}: {text}: printed {value} in {expected} rows, found {total:?} in {found} ({condition})"));
        }
    }
    wrong
}

fn check(lake: &Path, datasets: &Figures) {
    let wrong: Vec<String> = datasets.iter().flat_map(|(dataset, figures)| wrong(lake, dataset, figures)).collect();
    assert!(wrong.is_empty(), "{} figures are not as printed:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_real_files_hold_every_figure_that_is_printed() {
    let Some(folder) = corpus_lake() else { return };
    let datasets = by_dataset(|figure| figure.corpus);
    assert!(datasets.values().map(Vec::len).sum::<usize>() > 400, "the figures of every publisher are here");
    check(&folder.join("lake"), &datasets);
}

#[test]
fn the_sample_holds_the_figures_that_its_cut_leaves() {
    let datasets = by_dataset(|figure| figure.sample);
    assert!(datasets.values().map(Vec::len).sum::<usize>() > 300, "the figures of every publisher are here");
    check(&sample_lake(), &datasets);
}

/// Rows that are persons are no observations; how many there are is printed all the same.
#[test]
fn the_printed_numbers_of_persons_are_those_of_the_records() {
    let Some(corpus) = paso_testkit::corpus() else { return };
    for (file, printed) in [
        ("chile/sermig_2023/residencias_definitivas_otorgadas_2021.xlsx", 20_956),
        ("chile/sermig_2023/residencias_definitivas_solicitudes_2021.xlsx", 51_856),
        ("chile/refugio/Solicitantes_Refugio_WEB.xlsx", 30_597),
    ] {
        let table = expect(0, paso(&sample_lake()).args(["decode", "--quiet"]).arg(corpus.join(file)));
        assert_eq!(table.lines().count() - 1, printed, "{file}");
    }
}
