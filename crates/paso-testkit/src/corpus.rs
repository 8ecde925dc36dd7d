//! The folder of real files beside the workspace, and a mirror made of it.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use crate::{
    Endpoint, TestkitError,
    folder::{self, workspace},
    mirror::{self, Body},
    real::real_files,
    sample::sample_data,
    wire::unhcr::{self, Application, Pair, Population, Total},
};

/// The rows that the API gives per page at the `limit` that the requests name.
const UNHCR_LIMIT: usize = 10_000;

/// The folder of real files, `shared/corpus` beside the workspace; where there is none, a line on stderr says that the caller's test is
/// skipped, past the capture of the test harness.
pub fn corpus() -> Option<PathBuf> {
    let folder = workspace().join("../shared/corpus");
    if folder.is_dir() {
        return Some(folder);
    }
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test");
    // Nothing is lost where stderr is closed.
    let _ = writeln!(std::io::stderr(), "SKIPPED {test}: it needs the real files in {}, which does not exist", folder.display());
    None
}

/// Writes a mirror of the real files under the URLs of the sample, and of the sample's own bodies where there is no real file. UNHCR's API answers are built from the values that UNHCR publishes in
/// its R package; everything else is the publishers' own bytes.
pub fn corpus_mirror(corpus: &Path, folder: &Path) -> Result<(), TestkitError> {
    folder::clear_mirror(folder)?;
    let own = |endpoint: Endpoint, path: &str| endpoint.body(1, folder::read(&corpus.join(path))?);
    let bulk = "worldbank/csv_zip";
    let mut bodies = population(corpus)?;
    bodies.extend(asylum_applications(corpus)?);
    bodies.push(own(Endpoint::UNHCR_SOLUTIONS, "unhcr/rdf_download_2024-07-19/solutions.csv")?);
    bodies.push(own(Endpoint::WORLDBANK_COUNTRIES, "worldbank/json_reconstructed/wb-country.json")?);
    bodies.push(own(Endpoint::WORLDBANK_NET_MIGRATION.answered_as_csv(), &format!("{bulk}/API_SM.POP.NETM_DS2_es_csv_v2_42463.csv"))?);
    bodies.push(own(Endpoint::WORLDBANK_POPULATION.answered_as_csv(), &format!("{bulk}/API_SP.POP.TOTL_DS2_es_csv_v2_23156.csv"))?);
    bodies.push(own(
        Endpoint::WORLDBANK_REMITTANCES_RECEIVED.answered_as_zip(),
        &format!("{bulk}/API_BX.TRF.PWKR.CD.DT_DS2_en_csv_v2_38454.rezipped.zip"),
    )?);
    bodies.push(own(Endpoint::UNDESA_2020, "undesa_migrant_stock/2020/undesa_pd_2020_ims_stock_by_sex_and_destination.xlsx")?);
    bodies.push(own(Endpoint::UNDESA_2015, "undesa_migrant_stock/2015/UN_MigrantStockByOriginAndDestination_2015.xlsx")?);
    bodies.push(own(Endpoint::SERMIG, "chile/sermig_2025/RD-Resueltas-2o-semestre-2025.xlsx")?);
    for files in real_files()? {
        let more = files.bodies(corpus)?;
        bodies.retain(|body| more.iter().all(|other| other.url != body.url));
        bodies.extend(more);
    }
    // Where there is no real file, the sample's stands.
    bodies.extend(mirror::added_by_hand(&sample_data(), &bodies)?);
    mirror::write(folder, &bodies)
}

fn population(corpus: &Path) -> Result<Vec<Body>, TestkitError> {
    let rows = rows(corpus, "unhcr/package_values/population.2026-06-25.csv", Population::read)?;
    Endpoint::UNHCR_POPULATION.bodies(unhcr::pages("UNHCR population", &rows, UNHCR_LIMIT, &Total::None([]))?)
}

fn asylum_applications(corpus: &Path) -> Result<Vec<Body>, TestkitError> {
    let rows = rows(corpus, "unhcr/package_values/asylum_applications.2026-06-25.csv", Application::read)?;
    let total = Application::total(&rows);
    Endpoint::UNHCR_ASYLUM_APPLICATIONS.bodies(unhcr::pages("UNHCR asylum applications", &rows, UNHCR_LIMIT, &total)?)
}

/// The rows of a file whose first seven columns are year, origin and asylum. The package has no numbers of countries.
#[expect(clippy::similar_names, reason = "coo and coa are UNHCR's own names of its columns")]
fn rows<Row>(corpus: &Path, path: &str, read: impl Fn(Pair, &[String]) -> Option<Row>) -> Result<Vec<Row>, TestkitError> {
    let bytes = folder::read(&corpus.join(path))?;
    let broken = |detail: String| TestkitError::Format { body: path.to_owned(), detail };
    let mut rows = Vec::new();
    for record in csv::Reader::from_reader(bytes.as_slice()).into_records() {
        let record = record.map_err(|error| broken(error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells: Vec<String> = record.iter().map(whole_number).collect();
        let [year, coo_name, coo, coo_iso, coa_name, coa, coa_iso, counts @ ..] = cells.as_slice() else {
            return Err(broken(format!("line {line}: seven columns expected")));
        };
        let iso = |text: &String| (!text.is_empty()).then(|| text.clone());
        let pair = Pair {
            year: year.parse().map_err(|_| broken(format!("line {line}: a year expected")))?,
            coo_id: None,
            coo_name: coo_name.clone(),
            coo: coo.clone(),
            coo_iso: iso(coo_iso),
            coa_id: None,
            coa_name: coa_name.clone(),
            coa: coa.clone(),
            coa_iso: iso(coa_iso),
        };
        rows.push(read(pair, counts).ok_or_else(|| broken(format!("line {line}: counts expected")))?);
    }
    Ok(rows)
}

/// R prints round numbers as `4e+05`.
fn whole_number(cell: &str) -> String {
    let expanded = cell.split_once("e+").and_then(|(digits, exponent)| {
        let factor = 10_i64.checked_pow(exponent.parse().ok()?)?;
        digits.parse::<i64>().ok()?.checked_mul(factor)
    });
    expanded.map_or_else(|| cell.to_owned(), |number| number.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use url::Url;

    use super::*;

    #[test]
    fn numbers_as_r_prints_them_are_whole_numbers() {
        assert_eq!(["4e+05", "12", "", "Chile+05", "e+05"].map(whole_number), ["400000", "12", "", "Chile+05", "e+05"]);
    }

    #[test]
    fn the_mirror_of_the_real_files_answers_every_request() {
        let Some(corpus) = corpus() else { return };
        let temporary = tempfile::tempdir().unwrap();
        corpus_mirror(&corpus, temporary.path()).unwrap();
        let mirror = mirror::open(temporary.path()).unwrap();
        let body = |endpoint: Endpoint, page| {
            let entry = mirror.find(&Url::parse(&endpoint.url(page)).unwrap()).unwrap();
            mirror::read(&mirror, entry).unwrap()
        };
        let page = |endpoint, page| serde_json::from_slice::<Value>(&body(endpoint, page)).unwrap();

        let first = page(Endpoint::UNHCR_POPULATION, 1);
        assert_eq!((first["maxPages"].as_u64(), first["items"].as_array().unwrap().len()), (Some(14), 10_000));
        let last = page(Endpoint::UNHCR_POPULATION, 14);
        assert_eq!(last["items"].as_array().unwrap().len(), 138_893 - 130_000);
        let applications = page(Endpoint::UNHCR_ASYLUM_APPLICATIONS, 13);
        assert_eq!((applications["maxPages"].as_u64(), applications["items"].as_array().unwrap().len()), (Some(13), 597));

        let refugees: i64 = (1..=14)
            .flat_map(|number| page(Endpoint::UNHCR_POPULATION, number)["items"].as_array().unwrap().clone())
            .filter(|item| item["year"] == 2020)
            .filter_map(|item| item["refugees"].as_i64())
            .sum();
        assert_eq!(refugees, 20_661_846, "the publisher's world total");

        assert!(body(Endpoint::WORLDBANK_POPULATION, 1).starts_with("\u{feff}\"Data Source\"".as_bytes()));
        assert!(body(Endpoint::WORLDBANK_REMITTANCES_RECEIVED, 1).starts_with(b"PK"));
        assert_eq!(body(Endpoint::SERMIG, 1).len(), 1_933_434);
    }
}
