//! Row and column counts, and cells that anyone can look up, in the publishers' own files. The counts were computed with
//! Python's `csv`, `json` and openpyxl.

use std::path::PathBuf;

use paso_decode::{Kind, sniff};

use crate::collected::Collected;

/// A file of the corpus; none, said loudly, on machines that do not have it.
#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
fn file(path: &str) -> Option<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    if !folder.is_dir() {
        eprintln!("SKIPPED: {} does not exist, so the real files are not read", folder.display());
        return None;
    }
    Some(std::fs::read(folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}")))
}

fn count(column: &[Option<&str>], text: Option<&str>) -> usize {
    column.iter().filter(|cell| **cell == text).count()
}

fn sum(table: &Collected, value: &str, of: impl Fn(&str, usize) -> bool) -> u64 {
    table.column(value).iter().enumerate().filter_map(|(row, text)| text.filter(|text| of(text, row))?.parse::<u64>().ok()).sum()
}

const UNHCR_CSV: &str = r#"
[csv]
header = { starts_with = ["Year", "Country of origin"] }
columns = { coo = ["Country of origin (ISO)"], coa = ["Country of asylum (ISO)"] }
unquoted_texts = ["China, Hong Kong SAR", "China, Macao SAR"]
"#;

#[test]
fn unhcr_solutions_are_found_below_a_preamble_with_a_doubled_line() {
    let Some(body) = file("unhcr/rdf_download_2024-07-19/solutions.csv") else { return };
    let definition = UNHCR_CSV.replace(
        "columns = {",
        "facts = { extracted = { row = 2, column = 2 } }\ncolumns = { returned_idps = [\"Returned IDPs\", \"Returned IDPss\"],",
    );
    let table = Collected::decode(&body, &definition).unwrap();
    assert_eq!((table.rows.len(), table.names.len(), table.ragged.len()), (5601, 9, 0));
    assert_eq!((table.rows[0].number, table.rows[5600].number), (17, 5617));
    assert_eq!(table.at(17, None, "Returned refugees"), Some("54"));
    assert_eq!(table.at(5617, None, "returned_idps"), Some("1318680"));
    let values = ["Returned refugees", "returned_idps", "Resettlement arrivals", "Naturalisation"];
    assert_eq!(values.iter().map(|name| count(&table.column(name), Some("-"))).sum::<usize>(), 16_051);
    assert_eq!(table.facts["extracted"], "19/07/2024 10:55");
}

#[test]
fn unhcr_population_joins_the_names_that_contain_a_comma() {
    let Some(body) = file("unhcr/rdf_download_2024-07-19/population.csv") else { return };
    let table = Collected::decode(&body, UNHCR_CSV).unwrap();
    assert_eq!((table.rows.len(), table.names.len(), table.ragged.len()), (32_781, 7, 0));
    assert_eq!(table.at(236, None, "Country of asylum"), Some("China, Hong Kong SAR"));
    assert_eq!(table.at(236, None, "coa"), Some("HKG"));
    let (coa, year) = (table.column("coa"), table.column("Year"));
    let chile_2020 = |_: &str, row: usize| coa[row] == Some("CHL") && year[row] == Some("2020");
    assert_eq!(sum(&table, "Refugees under UNHCR's mandate", chile_2020), 2053);
    assert_eq!(sum(&table, "Asylum-seekers", chile_2020), 8069);

    let table = Collected::decode(&body, &UNHCR_CSV.replace("\"China, Hong Kong SAR\", ", "")).unwrap();
    assert_eq!((table.rows.len(), table.ragged.len()), (32_648, 133), "without the declaration they are ragged");
    let first = &table.ragged[0];
    assert_eq!((first.row, first.fields, first.expected), (236, 8, 7));
    assert_eq!(first.text, "2018,Egypt,EGY,China, Hong Kong SAR,HKG,5,0");
}

#[test]
fn other_unhcr_downloads_are_read() {
    for (path, rows, columns) in [
        ("unhcr/rdf_download_2021-10/asylum-applications.csv", 90_803, 4),
        ("unhcr/rdf_download_2024-07-19/asylum-decisions.csv", 162, 13),
        ("unhcr/rdf_download_2024-07-19/footnotes.csv", 93, 5),
    ] {
        let Some(body) = file(path) else { return };
        let table = Collected::decode(&body, "[csv]").unwrap();
        assert_eq!((table.rows.len(), table.names.len(), table.ragged.len()), (rows, columns, 0), "{path}");
    }
}

#[test]
fn unhcr_pages_are_read() {
    let mut rows = 0;
    for (page, expected) in [(1, 500), (2, 500), (3, 421)] {
        let Some(body) = file(&format!("unhcr/api_json_reconstructed/population_CHL_page{page}.json")) else { return };
        let table = Collected::decode(&body, "[json]\nrows = \"/items\"").unwrap();
        assert_eq!((table.rows.len(), table.names.len()), (expected, 16));
        rows += table.rows.len();
        if page == 3 {
            let row = |name| table.at(100, None, name);
            assert_eq!((row("year"), row("coo_iso"), row("coa_iso")), (Some("2020"), Some("VEN"), Some("CHL")));
            assert_eq!((row("refugees"), row("oip"), row("stateless")), (Some("14"), Some("454547"), Some("0")));
        }
    }
    assert_eq!(rows, 1421);
    let Some(body) = file("unhcr/api_json_transcribed/empty.json") else { return };
    assert!(Collected::decode(&body, "[json]\nrows = \"/items\"").unwrap().rows.is_empty());
    let Some(body) = file("unhcr/api_json_transcribed/footnotes.json") else { return };
    let table = Collected::decode(&body, "[json]\nrows = \"/items\"").unwrap();
    assert!(table.at(3, None, "footnote").unwrap().contains("2023.\r\r\n\r\r\nThe start-year"));
}

const WORLD_BANK: &str = r#"
member = "API_"

[json]
rows = "/1"
error = ["/0/message"]

[csv]
header = { starts_with = ["Country Name", "Country Code"] }
trailing_empty_column = true
columns = { area = ["Country Code"] }
facts = { last_updated = { row = 3, column = 2 } }
unpivot = { keep = ["Country Name", "area", "Indicator Name", "Indicator Code"], levels = ["year"] }
"#;

/// Chile stands in line 45, 2019 in column 64.
fn check_world_bank(table: &Collected, indicator: &str, year_2019: &str, year_2020: &str, updated: &str) {
    assert_eq!((table.rows.len(), table.names.len(), table.ragged.len()), (266 * 65, 6, 0));
    assert_eq!(table.at(45, Some(64), "area"), Some("CHL"));
    assert_eq!(table.at(45, Some(64), "year"), Some("2019"));
    assert_eq!(table.at(45, Some(64), "Indicator Code"), Some(indicator));
    assert_eq!(table.at(45, Some(64), "value"), Some(year_2019));
    assert_eq!(table.at(45, Some(65), "value"), Some(year_2020));
    assert_eq!(count(&table.column("area"), Some("NAM")), 65);
    assert_eq!(table.facts["last_updated"], updated);
}

#[test]
fn world_bank_files_are_read_bare_and_in_their_archive() {
    let cases = [
        ("API_SM.POP.NETM_DS2_es_csv_v2_42463.csv", "SM.POP.NETM", "181339", "26042", "2025-04-15"),
        ("API_SP.POP.TOTL_DS2_es_csv_v2_23156.csv", "SP.POP.TOTL", "19197744", "19370624", "2025-04-15"),
        ("API_BX.TRF.PWKR.CD.DT_DS2_en_csv_v2_38454.csv", "BX.TRF.PWKR.CD.DT", "69372771.3618018", "66197477.5911306", "2025-07-01"),
        (
            "API_BX.TRF.PWKR.CD.DT_DS2_en_csv_v2_38454.rezipped.zip",
            "BX.TRF.PWKR.CD.DT",
            "69372771.3618018",
            "66197477.5911306",
            "2025-07-01",
        ),
    ];
    for (name, indicator, year_2019, year_2020, updated) in cases {
        let Some(body) = file(&format!("worldbank/csv_zip/{name}")) else { return };
        let table = Collected::decode(&body, WORLD_BANK).unwrap();
        check_world_bank(&table, indicator, year_2019, year_2020, updated);
        let zipped = (sniff(&body) == Kind::Zip).then_some("API_BX.TRF.PWKR.CD.DT_DS2_en_csv_v2_38454.csv");
        assert_eq!(table.part.as_deref(), zipped);
    }
    let Some(body) = file("worldbank/csv_zip/API_SM.POP.NETM_DS2_es_csv_v2_42463.csv") else { return };
    let table = Collected::decode(&body, WORLD_BANK).unwrap();
    assert_eq!(table.at(7, Some(5), "area"), Some("AFE"));
    assert_eq!(table.at(7, Some(5), "Country Name"), Some(""), "the Spanish edition leaves some names empty");
}

#[test]
fn world_bank_metadata_has_line_ends_in_its_cells() {
    let Some(body) = file("worldbank/csv_zip/Metadata_Country_API_BX.TRF.PWKR.CD.DT_DS2_en_csv_v2_38454.csv") else { return };
    let table = Collected::decode(&body, "[csv]\ntrailing_empty_column = true").unwrap();
    assert_eq!((table.rows.len(), table.names.len(), table.ragged.len()), (265, 5, 0));
    assert_eq!(table.rows[264].number, 276, "lines count as an editor counts them, those inside quotes too");
    assert!(table.column("SpecialNotes").iter().flatten().any(|note| note.contains('\n')));
}

#[test]
fn world_bank_pages_are_read() {
    let Some(body) = file("worldbank/json_reconstructed/wb-country.json") else { return };
    let table = Collected::decode(&body, WORLD_BANK).unwrap();
    assert_eq!(table.rows.len(), 296);
    assert_eq!(count(&table.column("region.id"), Some("NA")), 79);
    assert_eq!(count(&table.column("iso2Code"), Some("NA")), 1, "Namibia");
    assert!(table.column("region.value").contains(&Some("Latin America & Caribbean ")), "as published, with its space");
    for (name, rows) in [("wb-indicator", 100), ("wb-region", 44), ("wb-source", 69), ("wb-topic", 21), ("wb-country-indicator", 64)] {
        let Some(body) = file(&format!("worldbank/json_reconstructed/{name}.json")) else { return };
        assert_eq!(Collected::decode(&body, WORLD_BANK).unwrap().rows.len(), rows, "{name}");
    }
    let Some(body) = file("worldbank/json_transcribed/SM.POP.NETM_LBN.json") else { return };
    let table = Collected::decode(&body, &format!("{WORLD_BANK}\n[json.facts]\nupdated = \"/0/lastupdated\"")).unwrap();
    assert_eq!((table.rows.len(), table.facts["updated"].as_str()), (25, "2026-07-13"));
    assert_eq!(table.at(1, None, "value"), Some("-17267"));
    let Some(body) = file("worldbank/json_transcribed/empty_page_past_end_http200.json") else { return };
    assert!(Collected::decode(&body, WORLD_BANK).unwrap().rows.is_empty());
}

#[test]
fn world_bank_errors_are_recognised() {
    let Some(body) = file("worldbank/json_transcribed/error_120_invalid_value_http200.json") else { return };
    let error = Collected::decode(&body, WORLD_BANK).unwrap_err();
    assert!(error.to_string().contains("The provided parameter value is not valid"), "{error}");
    let Some(body) = file("worldbank/json_2012/brazil.not_json.txt") else { return };
    let error = Collected::decode(&body, WORLD_BANK).unwrap_err();
    assert!(error.to_string().starts_with("the body is malformed at line "), "{error}");
}

fn stock(sheet: &str) -> String {
    format!(
        r#"
[xlsx]
sheet = "{sheet}"
header_rows = [8, 11]
columns = {{ code = ["Location code"], area = ["Region, development group, country or area"], data_type = ["Type of data"], notes = ["Notes"] }}
unpivot = {{ keep = ["code", "area", "data_type", "notes"], levels = ["block", "period"] }}
facts = {{ edition = {{ row = 4, column = 5 }} }}
"#
    )
}

#[test]
fn undesa_2020_tables_are_made_long() {
    let Some(body) = file("undesa_migrant_stock/2020/undesa_pd_2020_ims_stock_by_sex_and_destination.xlsx") else { return };
    assert_eq!(sniff(&body), Kind::Xlsx);
    // Chile stands in row 250; L is 2020 for both sexes, Z for females.
    let cases = [
        ("Table 1", 122, "1645015", "814942"),
        ("Table 2", 476, "19116.209", "9690.54"),
        ("Table 3", 550, "8.605341153154372", "8.409665508836452"),
    ];
    for (sheet, not_available, both, females) in cases {
        let table = Collected::decode(&body, &stock(sheet)).unwrap();
        assert_eq!((table.rows.len(), table.names.len()), (5943, 7));
        assert_eq!((table.rows[0].number, table.rows[5942].number), (12, 294));
        assert_eq!(count(&table.column("value"), Some("..")), not_available);
        assert_eq!(table.at(250, Some(26), "value"), Some(females));
        assert_eq!(table.at(250, Some(12), "value"), Some(both));
        assert_eq!(table.at(250, Some(26), "code"), Some("152"));
        assert_eq!(table.at(250, Some(26), "area"), Some("   Chile"));
        assert_eq!(table.at(250, Some(26), "data_type"), Some("B"));
        assert_eq!(table.at(250, Some(26), "notes"), None);
        assert_eq!(table.at(250, Some(26), "period"), Some("2020"));
        assert!(table.at(250, Some(26), "block").unwrap().contains("females"));
        assert!(table.at(250, Some(12), "block").unwrap().contains("both sexes combined"));
        assert_eq!(count(&table.column("code"), Some("927")), 2 * 21, "Australia and New Zealand stands there twice");
        assert_eq!(table.part.as_deref(), Some(sheet));
        assert_eq!(table.facts["edition"], "POP/DB/MIG/Stock/Rev.2020");
    }
}

#[test]
fn undesa_2020_with_another_header_row_says_where_it_is() {
    let Some(body) = file("undesa_migrant_stock/2020/undesa_pd_2020_ims_stock_by_sex_and_destination.xlsx") else { return };
    let error = Collected::decode(&body, &stock("Table 1").replace("[8, 11]", "[8, 10]")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "header moved or renamed: expected \"Location code\" in row 10 of sheet \"Table 1\", found \"International migrant stock at mid-year, \
         both sexes combined\", \"International migrant stock at mid-year, males\", \"International migrant stock at mid-year, females\" \
         (it stands in cell D11)"
    );
}

#[test]
fn undesa_2015_bilateral_table_is_made_long() {
    let Some(body) = file("undesa_migrant_stock/2015/UN_MigrantStockByOriginAndDestination_2015.xlsx") else { return };
    let table = Collected::decode(
        &body,
        r#"
[xlsx]
sheet = "Table 16"
header_rows = [15, 16]
columns = { code = ["Country code"], data_type = ["Type of data (a)"], area = ["Major area, region, country or area of destination"] }
unpivot = { keep = ["code", "area", "data_type", "Sort order", "Notes"], levels = ["heading", "origin"] }
"#,
    )
    .unwrap();
    assert_eq!((table.rows.len(), table.names.len()), (62_275, 8));
    let values = table.column("value");
    assert_eq!((count(&values, None), count(&values, Some("0"))), (42_624, 2833), "a blank is no zero");
    // Chile is row 237 as a destination and column 51 as an origin.
    let cell = |row, column| (table.at(row, Some(column), "origin"), table.at(row, Some(column), "value"));
    assert_eq!(cell(237, 6), (Some("Total"), Some("469436")));
    assert_eq!(cell(237, 169), (Some("Peru"), Some("178385")));
    assert_eq!(cell(17, 51), (Some("Chile"), Some("612409")));
    assert_eq!(cell(234, 51), (Some("Chile"), Some("213119")));
    assert_eq!(table.at(237, Some(169), "code"), Some("152"));
    assert_eq!(table.at(237, Some(169), "heading"), Some("Country of origin"));
}

#[test]
fn sermig_decisions_keep_their_suppressed_cells() {
    let Some(body) = file("chile/sermig_2025/RD-Resueltas-2o-semestre-2025.xlsx") else { return };
    let definition = "[xlsx]\nsheet = \"Sheet1\"\ncolumns = { country = [\"PAÍS\"], year = [\"AÑO\"], decision = [\"TIPO_RESUELTO\"], count = [\"Total\"] }";
    let table = Collected::decode(&body, definition).unwrap();
    assert_eq!((table.rows.len(), table.names.len()), (54_200, 9));
    assert_eq!((table.rows[0].number, table.rows[54_199].number), (2, 54_201));
    assert_eq!(count(&table.column("count"), Some("*")), 172);
    assert_eq!((table.at(2, None, "count"), table.at(2, None, "year")), (Some("11"), Some("2023")));
    assert_eq!((table.at(26_978, None, "count"), table.at(26_978, None, "year")), (Some("12"), Some("2001")));
    assert_eq!(sum(&table, "count", |_, _| true), 1_406_334);
    let (year, decision) = (table.column("year"), table.column("decision"));
    for (of, granted) in [("2021", 21_416), ("2023", 114_463), ("2024", 133_676)] {
        assert_eq!(sum(&table, "count", |_, row| year[row] == Some(of) && decision[row] == Some("Otorga")), granted, "{of}");
    }
}
