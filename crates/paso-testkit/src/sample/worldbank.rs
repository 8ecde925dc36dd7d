//! World Bank: the list of countries, one indicator as JSON, one as a zipped CSV and one as a bare CSV.

use std::collections::BTreeMap;

use crate::{
    Endpoint, TestkitError,
    figures::{self, Table},
    mirror::Body,
    wire::{
        archive,
        worldbank_csv::{self, Series},
        worldbank_json::{self, Class, Country, Datum, Labelled},
    },
};

/// The list of countries comes in two pages.
const COUNTRIES_PER_PAGE: usize = 75;

fn country_rows() -> Result<Vec<Country>, TestkitError> {
    let classes = Table::read(figures::WORLDBANK_CLASSES)?;
    let table = Table::read(figures::WORLDBANK_COUNTRIES)?;
    let class = |kind: &str, id: &str, index: usize| -> Result<Class, TestkitError> {
        if id.is_empty() {
            // Aggregates have neither; only the lending type then has a label.
            let value = if kind == "lendingType" { "Aggregates" } else { "" };
            return Ok(Class { id: String::new(), iso2code: String::new(), value: value.to_owned() });
        }
        let row = classes.rows.iter().find(|row| row[0] == kind && row[1] == id);
        row.map(|row| Class { id: row[1].clone(), iso2code: row[2].clone(), value: row[3].clone() })
            .ok_or_else(|| table.error(index, "a class of worldbank_classes.csv"))
    };
    let mut countries = Vec::new();
    for (index, row) in table.rows.iter().enumerate() {
        let [id, iso2, name, region, adminregion, income_level, lending_type, capital, longitude, latitude] = row.as_slice() else {
            return Err(table.error(index, "ten columns"));
        };
        countries.push(Country {
            id: id.clone(),
            iso2_code: iso2.clone(),
            name: name.clone(),
            region: class("region", region, index)?,
            adminregion: class("adminregion", adminregion, index)?,
            income_level: class("incomeLevel", income_level, index)?,
            lending_type: class("lendingType", lending_type, index)?,
            capital_city: capital.clone(),
            longitude: longitude.clone(),
            latitude: latitude.clone(),
        });
    }
    Ok(countries)
}

/// The list of countries in two pages.
pub(super) fn countries() -> Result<Vec<Body>, TestkitError> {
    let pages = worldbank_json::country_pages("World Bank countries", &country_rows()?, COUNTRIES_PER_PAGE)?;
    Endpoint::WORLDBANK_COUNTRIES.bodies(pages)
}

fn countries_by_code() -> Result<BTreeMap<String, Country>, TestkitError> {
    Ok(country_rows()?.into_iter().map(|country| (country.id.clone(), country)).collect())
}

/// Net migration, newest year first within each country, as the API serves it.
pub(super) fn net_migration() -> Result<Body, TestkitError> {
    let countries = countries_by_code()?;
    let table = Table::read(figures::WORLDBANK_NET_MIGRATION)?;
    let mut rows = Vec::new();
    for (index, row) in table.rows.iter().enumerate() {
        let country = countries.get(&row[0]).ok_or_else(|| table.error(index, "a code of worldbank_countries.csv"))?;
        for (year, cell) in table.header.iter().zip(row).skip(1).rev() {
            let value = match cell.as_str() {
                "" => None,
                digits => Some(digits.parse().map_err(|_| table.error(index, "a whole number"))?),
            };
            rows.push(Datum {
                indicator: Labelled { id: "SM.POP.NETM".to_owned(), value: "Net migration".to_owned() },
                country: Labelled { id: country.iso2_code.clone(), value: country.name.trim().to_owned() },
                countryiso3code: row[0].clone(),
                date: year.clone(),
                value,
                unit: "",
                obs_status: "",
                decimal: 0,
            });
        }
    }
    let page = worldbank_json::indicator_page("World Bank net migration", &rows, 20_000, "2025-04-15")?;
    Endpoint::WORLDBANK_NET_MIGRATION.body(1, page)
}

fn series_csv(table: &Table, indicator_name: &str, indicator_code: &str, last_updated: &str) -> Result<Vec<u8>, TestkitError> {
    let countries = countries_by_code()?;
    let mut rows = Vec::new();
    for (index, row) in table.rows.iter().enumerate() {
        let country = countries.get(&row[0]).ok_or_else(|| table.error(index, "a code of worldbank_countries.csv"))?;
        rows.push((country.name.trim().to_owned(), row[0].clone(), &row[1..]));
    }
    Ok(worldbank_csv::data(&Series { indicator_name, indicator_code, last_updated, years: &table.header[1..] }, &rows))
}

/// Population as the zip archive of the bulk download: data, countries, indicator.
pub(super) fn population() -> Result<Body, TestkitError> {
    let table = Table::read(figures::WORLDBANK_POPULATION)?;
    let data = series_csv(&table, "Population, total", "SP.POP.TOTL", "2025-04-15")?;
    let mut countries = vec![["Country Code", "Region", "IncomeGroup", "SpecialNotes", "TableName"].map(str::to_owned).to_vec()];
    let by_code = countries_by_code()?;
    for row in &table.rows {
        let Some(country) = by_code.get(&row[0]) else { continue };
        let aggregate = country.region.id == "NA";
        let class = |class: &Class| if aggregate { String::new() } else { class.value.trim().to_owned() };
        let note = if country.id == "CHL" {
            "The publisher's notes are left out of this sample.\n\nThis one keeps a line break and a \"quotation\" inside a field."
        } else {
            ""
        };
        countries.push(vec![
            country.id.clone(),
            class(&country.region),
            class(&country.income_level),
            note.to_owned(),
            country.name.trim().to_owned(),
        ]);
    }
    let indicator = [
        ["INDICATOR_CODE", "INDICATOR_NAME", "SOURCE_NOTE", "SOURCE_ORGANIZATION"],
        [
            "SP.POP.TOTL",
            "Population, total",
            "Residents at mid-year, whatever their legal status or citizenship.",
            "See the World Bank's metadata.",
        ],
    ]
    .map(|line| line.map(str::to_owned).to_vec());
    let name = "API_SP.POP.TOTL_DS2_en_csv_v2_23156.csv";
    let members = [
        (name.to_owned(), data),
        (format!("Metadata_Country_{name}"), worldbank_csv::metadata(&countries)),
        (format!("Metadata_Indicator_{name}"), worldbank_csv::metadata(&indicator)),
    ];
    let members: Vec<(&str, Vec<u8>)> = members.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
    Endpoint::WORLDBANK_POPULATION.body(1, archive::zip("World Bank population", &members)?)
}

/// Remittances received as a bare CSV.
pub(super) fn remittances_received() -> Result<Body, TestkitError> {
    let table = Table::read(figures::WORLDBANK_REMITTANCES_RECEIVED)?;
    let data = series_csv(&table, "Personal remittances, received (current US$)", "BX.TRF.PWKR.CD.DT", "2025-07-01")?;
    Endpoint::WORLDBANK_REMITTANCES_RECEIVED.body(1, data)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use serde_json::Value;

    use super::*;

    fn csv_value(text: &str, code: &str, year: &str) -> String {
        let start = text.find("\"Country Name\"").unwrap();
        let mut reader = csv::Reader::from_reader(&text.as_bytes()[start..]);
        let column = reader.headers().unwrap().iter().position(|name| name == year).unwrap();
        let row = reader.records().map(Result::unwrap).find(|row| &row[1] == code).unwrap();
        row[column].to_owned()
    }

    #[test]
    fn the_list_of_countries_has_two_pages_and_79_aggregates() {
        let bodies = countries().unwrap();
        assert_eq!(bodies.len(), 2);
        let pages: Vec<Value> = bodies.iter().map(|body| serde_json::from_slice(&body.bytes).unwrap()).collect();
        assert_eq!((&pages[1][0]["page"], &pages[1][0]["pages"]), (&Value::from(2), &Value::from(2)));
        assert_eq!(pages[0][0]["per_page"], Value::from("75"));
        let rows: Vec<&Value> = pages.iter().flat_map(|page| page[1].as_array().unwrap()).collect();
        assert_eq!(rows.iter().filter(|row| row["region"]["id"] == "NA").count(), 79);
        assert!(rows.iter().any(|row| row["iso2Code"] == "NA" && row["id"] == "NAM" && row["region"]["id"] == "SSF"));
        assert!(rows.iter().any(|row| row["region"]["value"] == "Latin America & Caribbean "));
    }

    #[test]
    fn chile_has_its_published_figures() {
        let page: Value = serde_json::from_slice(&net_migration().unwrap().bytes).unwrap();
        let row = page[1].as_array().unwrap().iter().find(|row| row["countryiso3code"] == "CHL" && row["date"] == "2019").unwrap();
        assert_eq!(row["value"], 181_339);
        assert!(page[1].as_array().unwrap().iter().any(|row| row["value"].is_null()));

        let remittances = String::from_utf8(remittances_received().unwrap().bytes).unwrap();
        assert_eq!(csv_value(&remittances, "CHL", "2020"), "66197477.5911306");

        let mut archive = zip::ZipArchive::new(Cursor::new(population().unwrap().bytes)).unwrap();
        assert_eq!(archive.len(), 3);
        let mut population = String::new();
        archive.by_name("API_SP.POP.TOTL_DS2_en_csv_v2_23156.csv").unwrap().read_to_string(&mut population).unwrap();
        assert_eq!(csv_value(&population, "CHL", "2020"), "19370624");
        assert_eq!(csv_value(&population, "CHL", "2023"), "19658835");
    }
}
