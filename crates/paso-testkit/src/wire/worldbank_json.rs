//! The answers of api.worldbank.org/v2 in JSON: an array of a page description and the rows.

use serde::Serialize;

use crate::TestkitError;

/// A class that a country belongs to: region, income level, lending type.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Class {
    pub(crate) id: String,
    pub(crate) iso2code: String,
    pub(crate) value: String,
}

/// A row of `/country`.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Country {
    pub(crate) id: String,
    #[serde(rename = "iso2Code")]
    pub(crate) iso2_code: String,
    pub(crate) name: String,
    pub(crate) region: Class,
    pub(crate) adminregion: Class,
    #[serde(rename = "incomeLevel")]
    pub(crate) income_level: Class,
    #[serde(rename = "lendingType")]
    pub(crate) lending_type: Class,
    #[serde(rename = "capitalCity")]
    pub(crate) capital_city: String,
    pub(crate) longitude: String,
    pub(crate) latitude: String,
}

/// An identifier with its label.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Labelled {
    pub(crate) id: String,
    pub(crate) value: String,
}

/// A row of an indicator.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Datum {
    pub(crate) indicator: Labelled,
    pub(crate) country: Labelled,
    pub(crate) countryiso3code: String,
    pub(crate) date: String,
    pub(crate) value: Option<i64>,
    pub(crate) unit: &'static str,
    pub(crate) obs_status: &'static str,
    pub(crate) decimal: u8,
}

/// The pages of `/country`: `per_page` is a string there.
pub(crate) fn country_pages(body: &str, rows: &[Country], per_page: usize) -> Result<Vec<Vec<u8>>, TestkitError> {
    #[derive(Serialize)]
    struct Meta {
        page: usize,
        pages: usize,
        per_page: String,
        total: usize,
    }
    let pages: Vec<&[Country]> = rows.chunks(per_page.max(1)).collect();
    let meta = |page| Meta { page, pages: pages.len(), per_page: per_page.to_string(), total: rows.len() };
    pages.iter().enumerate().map(|(index, rows)| encode(body, &(meta(index + 1), rows))).collect()
}

/// The one page of an indicator: `per_page` is a number there, and the edition's date is stated.
pub(crate) fn indicator_page(body: &str, rows: &[Datum], per_page: usize, last_updated: &str) -> Result<Vec<u8>, TestkitError> {
    #[derive(Serialize)]
    struct Meta<'a> {
        page: usize,
        pages: usize,
        per_page: usize,
        total: usize,
        sourceid: &'static str,
        lastupdated: &'a str,
    }
    let meta = Meta { page: 1, pages: 1, per_page, total: rows.len(), sourceid: "2", lastupdated: last_updated };
    encode(body, &(meta, rows))
}

fn encode<Page: Serialize>(body: &str, page: &Page) -> Result<Vec<u8>, TestkitError> {
    serde_json::to_vec(page).map_err(|error| TestkitError::Format { body: body.to_owned(), detail: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    // Both answers as the API served them, from published recordings (their pages and totals shortened).
    #[test]
    fn a_country_is_written_as_served() {
        let class = |id: &str, iso2: &str, value: &str| Class { id: id.to_owned(), iso2code: iso2.to_owned(), value: value.to_owned() };
        let colombia = Country {
            id: "COL".to_owned(),
            iso2_code: "CO".to_owned(),
            name: "Colombia".to_owned(),
            region: class("LCN", "ZJ", "Latin America & Caribbean "),
            adminregion: class("LAC", "XJ", "Latin America & Caribbean (excluding high income)"),
            income_level: class("UMC", "XT", "Upper middle income"),
            lending_type: class("IBD", "XF", "IBRD"),
            capital_city: "Bogota".to_owned(),
            longitude: "-74.082".to_owned(),
            latitude: "4.60987".to_owned(),
        };
        let pages = country_pages("test", &[colombia], 50).unwrap();
        assert_eq!(
            String::from_utf8(pages[0].clone()).unwrap(),
            r#"[{"page":1,"pages":1,"per_page":"50","total":1},[{"id":"COL","iso2Code":"CO","name":"Colombia","region":{"id":"LCN","iso2code":"ZJ","value":"Latin America & Caribbean "},"adminregion":{"id":"LAC","iso2code":"XJ","value":"Latin America & Caribbean (excluding high income)"},"incomeLevel":{"id":"UMC","iso2code":"XT","value":"Upper middle income"},"lendingType":{"id":"IBD","iso2code":"XF","value":"IBRD"},"capitalCity":"Bogota","longitude":"-74.082","latitude":"4.60987"}]]"#
        );
    }

    #[test]
    fn an_indicator_is_written_as_served() {
        let row = Datum {
            indicator: Labelled { id: "SM.POP.NETM".to_owned(), value: "Net migration".to_owned() },
            country: Labelled { id: "LB".to_owned(), value: "Lebanon".to_owned() },
            countryiso3code: "LBN".to_owned(),
            date: "2024".to_owned(),
            value: Some(-17267),
            unit: "",
            obs_status: "",
            decimal: 0,
        };
        let page = indicator_page("test", &[row], 50, "2026-07-13").unwrap();
        assert_eq!(
            String::from_utf8(page).unwrap(),
            r#"[{"page":1,"pages":1,"per_page":50,"total":1,"sourceid":"2","lastupdated":"2026-07-13"},[{"indicator":{"id":"SM.POP.NETM","value":"Net migration"},"country":{"id":"LB","value":"Lebanon"},"countryiso3code":"LBN","date":"2024","value":-17267,"unit":"","obs_status":"","decimal":0}]]"#
        );
    }
}
