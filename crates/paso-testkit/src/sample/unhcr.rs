//! UNHCR: two paged answers of the API and one download.

use std::collections::BTreeMap;

use crate::{
    Endpoint, TestkitError,
    figures::{self, Table},
    mirror::Body,
    wire::unhcr::{self, Application, Pair, Population, Total},
};

/// UNHCR's numbers are printed where its documentation shows them; the others start here, where it has none.
const FIRST_SAMPLE_ID: u32 = 1001;

struct Area {
    id: u32,
    iso: Option<String>,
    name: String,
}

fn areas() -> Result<BTreeMap<String, Area>, TestkitError> {
    let table = Table::read(figures::UNHCR_AREAS)?;
    let mut areas = BTreeMap::new();
    for (index, (row, sample_id)) in table.rows.iter().zip(FIRST_SAMPLE_ID..).enumerate() {
        let [code, iso, id, name] = row.as_slice() else { return Err(table.error(index, "four columns")) };
        let id = if id.is_empty() { sample_id } else { id.parse().map_err(|_| table.error(index, "a number"))? };
        let iso = (!iso.is_empty()).then(|| iso.clone());
        areas.insert(code.clone(), Area { id, iso, name: name.clone() });
    }
    Ok(areas)
}

/// The rows of a table whose first three columns are year, origin and asylum.
fn rows<Row>(table: &Table, read: impl Fn(Pair, &[String]) -> Option<Row>) -> Result<Vec<Row>, TestkitError> {
    let areas = areas()?;
    let mut rows = Vec::with_capacity(table.rows.len());
    for (index, row) in table.rows.iter().enumerate() {
        let [year, coo, coa, cells @ ..] = row.as_slice() else { return Err(table.error(index, "a year and two codes")) };
        let area = |code: &String| areas.get(code).ok_or_else(|| table.error(index, "a code of unhcr_areas.csv"));
        let (origin, asylum) = (area(coo)?, area(coa)?);
        let pair = Pair {
            year: year.parse().map_err(|_| table.error(index, "a year"))?,
            coo_id: Some(origin.id),
            coo_name: origin.name.clone(),
            coo: coo.clone(),
            coo_iso: origin.iso.clone(),
            coa_id: Some(asylum.id),
            coa_name: asylum.name.clone(),
            coa: coa.clone(),
            coa_iso: asylum.iso.clone(),
        };
        rows.push(read(pair, cells).ok_or_else(|| table.error(index, "counts"))?);
    }
    Ok(rows)
}

/// Persons of concern in two pages.
pub(super) fn population() -> Result<Vec<Body>, TestkitError> {
    let rows = rows(&Table::read(figures::UNHCR_POPULATION)?, Population::read)?;
    let limit = rows.len().div_ceil(2);
    Endpoint::UNHCR_POPULATION.bodies(unhcr::pages("UNHCR population", &rows, limit, &Total::None([]))?)
}

/// Asylum applications in two pages.
pub(super) fn asylum_applications() -> Result<Vec<Body>, TestkitError> {
    let rows = rows(&Table::read(figures::UNHCR_ASYLUM_APPLICATIONS)?, Application::read)?;
    let limit = rows.len().div_ceil(2);
    Endpoint::UNHCR_ASYLUM_APPLICATIONS.bodies(unhcr::pages("UNHCR asylum applications", &rows, limit, &Application::total(&rows))?)
}

/// Durable solutions.
pub(super) fn solutions() -> Result<Body, TestkitError> {
    let table = Table::read(figures::UNHCR_SOLUTIONS)?;
    let bytes = unhcr::solutions("19/07/2024 10:55", "https://www.unhcr.org/refugee-statistics/download/?url=C70gnF", &table.rows);
    Endpoint::UNHCR_SOLUTIONS.body(1, bytes)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn items(bodies: &[Body]) -> Vec<Value> {
        let page = |body: &Body| serde_json::from_slice::<Value>(&body.bytes).unwrap();
        bodies.iter().flat_map(|body| page(body)["items"].as_array().unwrap().clone()).collect()
    }

    // UNHCR's own figures for Chile.
    #[test]
    fn origins_add_up_to_the_published_figures() {
        let items = items(&population().unwrap());
        let sum = |year: i64, column: &str| -> i64 {
            items.iter().filter(|item| item["year"] == year && item["coa_iso"] == "CHL").filter_map(|item| item[column].as_i64()).sum()
        };
        assert_eq!((sum(2019, "refugees"), sum(2019, "asylum_seekers"), sum(2019, "oip")), (2_046, 8_521, 452_712));
        assert_eq!((sum(2020, "refugees"), sum(2020, "asylum_seekers"), sum(2020, "oip")), (2_053, 8_069, 454_547));
        assert_eq!((sum(2023, "refugees"), sum(2023, "asylum_seekers"), sum(2023, "oip")), (2_338, 12_694, 435_728));
        let abroad: i64 =
            items.iter().filter(|item| item["year"] == 2020 && item["coo_iso"] == "CHL").filter_map(|item| item["refugees"].as_i64()).sum();
        assert_eq!(abroad, 659);
    }

    #[test]
    fn the_traps_of_the_api_are_there() {
        let items = items(&population().unwrap());
        let has = |column: &str, value: &Value| items.iter().any(|item| &item[column] == value);
        assert!(has("oip", &Value::from("-")) && has("refugees", &Value::from("0")));
        assert!(has("coo_iso", &Value::from("UNK")) && has("coo_iso", &Value::from("XXA")) && has("coo_iso", &Value::from("TIB")));
        assert!(items.iter().any(|item| item["coo"] == "CHI" && item["coo_iso"] == "CHN"));
        assert!(items.iter().any(|item| item["coa"] == "ARE" && item["coa_iso"] == "EGY"));
        assert!(has("coo_name", &Value::from("Unknown ")));
    }

    #[test]
    fn applications_in_chile_are_the_published_ones() {
        let bodies = asylum_applications().unwrap();
        let items = items(&bodies);
        let applied: i64 =
            items.iter().filter(|item| item["year"] == 2020 && item["coa_iso"] == "CHL").filter_map(|item| item["applied"].as_i64()).sum();
        assert_eq!(applied, 1_675);
        for (column, code) in [("app_type", "NA"), ("dec_level", "NA"), ("app_pc", "P"), ("app_pc", "C")] {
            assert!(items.iter().any(|item| item[column] == code), "{column} {code}");
        }
        let page: Value = serde_json::from_slice(&bodies[1].bytes).unwrap();
        assert_eq!((page["page"].as_u64(), page["maxPages"].as_u64()), (Some(2), Some(2)));
        assert_eq!(page["total"]["applied"].as_i64().unwrap(), items.iter().filter_map(|item| item["applied"].as_i64()).sum::<i64>());
    }

    #[test]
    fn solutions_keep_their_dashes() {
        let text = String::from_utf8(solutions().unwrap().bytes).unwrap();
        assert!(text.contains("2017,Colombia,COL,Chile,CHL,10,-,-,20\n"), "naturalisations of Colombians in Chile");
        assert_eq!(text.lines().nth(15).unwrap().split(',').count(), 9);
    }
}
