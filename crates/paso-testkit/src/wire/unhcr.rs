//! The answers of api.unhcr.org/population/v1 and the CSV of the Refugee Data Finder's download.

use std::{collections::BTreeMap, fmt::Write as _};

use serde::Serialize;

use crate::TestkitError;

/// A count as the API prints it: a number, `"0"` for none, `"-"` for not applicable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Count {
    /// One or more.
    Number(i64),
    /// `"0"` or `"-"`.
    Text(&'static str),
}

impl Count {
    /// Reads a cell of a table, where empty means not applicable.
    pub(crate) fn read(cell: &str) -> Option<Self> {
        match cell {
            "" => Some(Self::Text("-")),
            "0" => Some(Self::Text("0")),
            digits => digits.parse().ok().map(Self::Number),
        }
    }
}

/// Who a row is about: country of origin and country of asylum.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Pair {
    pub(crate) year: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) coo_id: Option<u32>,
    pub(crate) coo_name: String,
    pub(crate) coo: String,
    pub(crate) coo_iso: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) coa_id: Option<u32>,
    pub(crate) coa_name: String,
    pub(crate) coa: String,
    pub(crate) coa_iso: Option<String>,
}

/// A row of `/population/`.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Population {
    #[serde(flatten)]
    pub(crate) pair: Pair,
    pub(crate) refugees: Count,
    pub(crate) asylum_seekers: Count,
    pub(crate) returned_refugees: Count,
    pub(crate) idps: Count,
    pub(crate) returned_idps: Count,
    pub(crate) stateless: Count,
    pub(crate) ooc: Count,
    pub(crate) oip: Count,
    pub(crate) hst: Count,
}

impl Population {
    /// From nine cells in the order of the fields.
    pub(crate) fn read(pair: Pair, cells: &[String]) -> Option<Self> {
        let count = |index: usize| cells.get(index).and_then(|cell| Count::read(cell));
        Some(Self {
            pair,
            refugees: count(0)?,
            asylum_seekers: count(1)?,
            returned_refugees: count(2)?,
            idps: count(3)?,
            returned_idps: count(4)?,
            stateless: count(5)?,
            ooc: count(6)?,
            oip: count(7)?,
            hst: count(8)?,
        })
    }
}

/// A row of `/asylum-applications/`.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Application {
    #[serde(flatten)]
    pub(crate) pair: Pair,
    pub(crate) procedure_type: String,
    pub(crate) app_type: String,
    pub(crate) dec_level: String,
    pub(crate) app_pc: String,
    pub(crate) applied: Count,
}

impl Application {
    /// From five cells in the order of the fields.
    pub(crate) fn read(pair: Pair, cells: &[String]) -> Option<Self> {
        let [procedure_type, app_type, dec_level, app_pc, applied] = cells else { return None };
        Some(Self {
            pair,
            procedure_type: procedure_type.clone(),
            app_type: app_type.clone(),
            dec_level: dec_level.clone(),
            app_pc: app_pc.clone(),
            applied: Count::read(applied)?,
        })
    }

    /// The object of column sums, which adds cases to persons as the publisher does.
    pub(crate) fn total(rows: &[Self]) -> Total {
        let sum = rows.iter().map(|row| if let Count::Number(number) = row.applied { number } else { 0 }).sum();
        Total::Sums(BTreeMap::from([("applied", sum)]))
    }
}

/// What stands under `total`.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(crate) enum Total {
    /// `[]`.
    None([u8; 0]),
    /// One sum per column.
    Sums(BTreeMap<&'static str, i64>),
}

#[derive(Serialize)]
struct Envelope<'a, Item> {
    page: usize,
    #[serde(rename = "short-url")]
    short_url: &'static str,
    #[serde(rename = "maxPages")]
    max_pages: usize,
    total: &'a Total,
    items: &'a [Item],
}

/// The pages of an answer with at most `limit` rows each.
pub(crate) fn pages<Item: Serialize>(body: &str, items: &[Item], limit: usize, total: &Total) -> Result<Vec<Vec<u8>>, TestkitError> {
    let pages: Vec<&[Item]> = items.chunks(limit.max(1)).collect();
    pages
        .iter()
        .enumerate()
        .map(|(index, items)| Envelope { page: index + 1, short_url: "SAMPLE", max_pages: pages.len(), total, items })
        .map(|envelope| {
            serde_json::to_vec(&envelope).map_err(|error| TestkitError::Format { body: body.to_owned(), detail: error.to_string() })
        })
        .collect()
}

/// The CSV of the Refugee Data Finder: a preamble of 14 lines, one of them twice and one of them empty, the header on line 16.
/// A field is quoted where it holds a space, a comma or a quote.
pub(crate) fn solutions(extracted: &str, quick_link: &str, rows: &[Vec<String>]) -> Vec<u8> {
    let preamble: [&[&str]; 15] = [
        &["Extracted:", "United Nations High Commissioner for Refugees"],
        &["Date extracted:", extracted],
        &["Last updated:", extracted],
        &["Some data presented may differ from statistics published previously due to retroactive changes or the inclusion of previously \
           unavailable data."],
        &[""],
        &["Data table contains the following:", "Solutions"],
        &["Data table contains the following:", "Solutions"],
        &["Content type", "Total flow figures"],
        &["Data quick link", quick_link],
        &["Data definitions", "https://www.unhcr.org/refugee-statistics/methodology/"],
        &["Usage licence", "https://creativecommons.org/licenses/by/4.0/"],
        &["Solution types included", "RET,RDP,RST,NAT"],
        &["Years:"],
        &["Origin:", "all"],
        &["Country of asylum:", "all"],
    ];
    let header = [
        "Year",
        "Country of origin",
        "Country of origin (ISO)",
        "Country of asylum",
        "Country of asylum (ISO)",
        "Returned refugees",
        "Returned IDPss",
        "Resettlement arrivals",
        "Naturalisation",
    ];
    let mut text = String::new();
    for line in preamble {
        push_line(&mut text, line.iter().copied());
    }
    push_line(&mut text, header.into_iter());
    for row in rows {
        push_line(&mut text, row.iter().map(String::as_str));
    }
    text.into_bytes()
}

fn push_line<'a>(text: &mut String, fields: impl Iterator<Item = &'a str>) {
    for (index, field) in fields.enumerate() {
        if index > 0 {
            text.push(',');
        }
        if field.contains([' ', ',', '"']) {
            let _ = write!(text, "\"{}\"", field.replace('"', "\"\""));
        } else {
            text.push_str(field);
        }
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair() -> Pair {
        Pair {
            year: 2023,
            coo_id: Some(185),
            coo_name: "Syrian Arab Rep.".to_owned(),
            coo: "SYR".to_owned(),
            coo_iso: Some("SYR".to_owned()),
            coa_id: Some(72),
            coa_name: "Germany".to_owned(),
            coa: "GFR".to_owned(),
            coa_iso: Some("DEU".to_owned()),
        }
    }

    // The row as the API served it, from a published recording.
    #[test]
    fn a_population_row_mixes_numbers_zeros_and_dashes() {
        let cells = ["705812", "72642", "0", "0", "0", "0", "0", "", "0"].map(str::to_owned);
        let row = Population::read(pair(), &cells).unwrap();
        let pages = pages("test", &[row], 10, &Total::None([])).unwrap();
        assert_eq!(
            String::from_utf8(pages[0].clone()).unwrap(),
            r#"{"page":1,"short-url":"SAMPLE","maxPages":1,"total":[],"items":[{"year":2023,"coo_id":185,"coo_name":"Syrian Arab Rep.","coo":"SYR","coo_iso":"SYR","coa_id":72,"coa_name":"Germany","coa":"GFR","coa_iso":"DEU","refugees":705812,"asylum_seekers":72642,"returned_refugees":"0","idps":"0","returned_idps":"0","stateless":"0","ooc":"0","oip":"-","hst":"0"}]}"#
        );
    }

    #[test]
    fn applications_carry_their_sum_on_every_page() {
        let row = |applied: &str| Application::read(pair(), &["G", "N", "FI", "P", applied].map(str::to_owned)).unwrap();
        let rows = [row("76765"), row("10488"), row("5")];
        let pages = pages("test", &rows, 2, &Application::total(&rows)).unwrap();
        assert_eq!(pages.len(), 2);
        for page in &pages {
            let page: serde_json::Value = serde_json::from_slice(page).unwrap();
            assert_eq!(page["total"]["applied"], 87_258);
            assert_eq!(page["maxPages"], 2);
        }
    }

    #[test]
    fn the_download_has_its_header_on_line_sixteen() {
        let text = String::from_utf8(solutions(
            "19/07/2024 10:55",
            "https://example.org",
            &[["2015", "Unknown ", "UNK", "Canada", "CAN", "-", "-", "6", "27"].map(str::to_owned).to_vec()],
        ))
        .unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[4], "");
        assert_eq!(lines[5], lines[6]);
        assert!(lines[15].starts_with("Year,\"Country of origin\",\"Country of origin (ISO)\""));
        assert_eq!(lines[16], "2015,\"Unknown \",UNK,Canada,CAN,-,-,6,27");
    }

    #[test]
    fn the_download_written_from_its_own_rows_is_the_publishers_file() {
        let Some(corpus) = crate::corpus() else { return };
        let text = std::fs::read_to_string(corpus.join("unhcr/rdf_download_2024-07-19/solutions.csv")).unwrap();
        let table = text.splitn(16, '\n').last().unwrap();
        let rows: Vec<Vec<String>> = csv::Reader::from_reader(table.as_bytes())
            .records()
            .map(|record| record.unwrap().iter().map(str::to_owned).collect())
            .collect();
        assert_eq!(rows.len(), 5_601);
        let written = solutions("19/07/2024 10:55", "https://www.unhcr.org/refugee-statistics/download/?url=C70gnF", &rows);
        assert!(written == text.as_bytes(), "the writer differs from the publisher");
    }
}
