use crate::testing::{Collected, decode_as, decode_within, zipped};
use crate::{DecodeError, Limits, RAGGED_TEXT};

const UNHCR: &str = r#"
[csv]
header = { starts_with = ["Year", "Country of origin"] }
columns = { returned_idps = ["Returned IDPs", "Returned IDPss"], refugees = ["Refugees under UNHCR's mandate", "Refugees under UNHCR’s mandate"] }
unquoted_texts = ["China, Hong Kong SAR"]
"#;

const WORLD_BANK: &str = r#"
member = "API_"
[csv]
header = { starts_with = ["Country Name", "Country Code"] }
trailing_empty_column = true
columns = { area = ["Country Code"] }
facts = { last_updated = { row = 3, column = 2 } }
unpivot = { keep = ["area", "Country Name", "Indicator Name", "Indicator Code"], levels = ["year"] }
"#;

const NETM: &str = "\u{FEFF}\"Data Source\",\"Indicadores del desarrollo mundial\",\r\n\r\n\"Last Updated Date\",\"2025-04-15\",\r\n\r\n\
    \"Country Name\",\"Country Code\",\"Indicator Name\",\"Indicator Code\",\"1960\",\"1961\",\r\n\
    \"\",\"AFE\",\"Migración neta\",\"SM.POP.NETM\",\"-102704\",\"\",\r\n\
    \"Namibia\",\"NAM\",\"Migración neta\",\"SM.POP.NETM\",\"66197477.5911306\",\"5e+05\",\r\n";

fn texts(column: &[Option<String>]) -> Vec<&str> {
    column.iter().map(|text| text.as_deref().unwrap_or("∅")).collect()
}

fn fails(body: &str, definition: &str) -> String {
    decode_as(body.as_bytes(), definition).unwrap_err().to_string()
}

#[test]
fn a_unhcr_download_is_read_below_its_preamble() {
    let body = "Extracted:,\"United Nations High Commissioner for Refugees\"\n\"Some data, may differ.\"\n\n\
        \"Data table contains the following:\",Solutions\n\"Data table contains the following:\",Solutions\nYears:\n\
        Year,\"Country of origin\",\"Refugees under UNHCR’s mandate\",\"Returned IDPss\"\n\
        2015,Afghanistan,54,-\n2015,\"Iran (Islamic Rep. of)\",\"0\",0\n2016,China, Hong Kong SAR,5,0\n";
    let sink = decode_as(body.as_bytes(), UNHCR).unwrap();
    assert_eq!(sink.names(), ["Year", "Country of origin", "refugees", "returned_idps"]);
    assert_eq!(sink.rows(), [8, 9, 10]);
    assert_eq!(texts(&sink.column("Country of origin")), ["Afghanistan", "Iran (Islamic Rep. of)", "China, Hong Kong SAR"]);
    assert_eq!(texts(&sink.column("refugees")), ["54", "0", "5"]);
    assert_eq!(texts(&sink.column("returned_idps")), ["-", "0", "0"]);
    assert!(sink.ragged.is_empty());
}

#[test]
fn rows_of_another_length_are_ragged_and_keep_their_text() {
    let body = "Year,Country of origin,Refugees under UNHCR's mandate,Returned IDPs\r\n\
        2015,Korea, Rep.,5,0\r\n2015,Chile,5\r\n\r\n2015,Chile,5,0\r\nnote\r\n";
    let sink = decode_as(body.as_bytes(), UNHCR).unwrap();
    assert_eq!(sink.rows(), [5]);
    let ragged: Vec<_> = sink.ragged.iter().map(|row| (row.row, row.text.as_str(), row.fields, row.expected)).collect();
    assert_eq!(ragged, [(2, "2015,Korea, Rep.,5,0", 5, 4), (3, "2015,Chile,5", 3, 4), (6, "note", 1, 4)]);
}

#[test]
fn a_ragged_row_that_swallows_the_file_is_cut() {
    let body = format!("a,b\n\"{}", "é\n".repeat(RAGGED_TEXT)) + "\"\n1,2\n";
    let sink = decode_as(body.as_bytes(), "[csv]").unwrap();
    assert_eq!(sink.rows(), [RAGGED_TEXT as u32 + 3]);
    assert!(sink.ragged[0].text.len() <= RAGGED_TEXT && sink.ragged[0].text.starts_with("\"é\n"));
}

fn check_net_migration(sink: &Collected) {
    assert_eq!(sink.names(), ["area", "Country Name", "Indicator Name", "Indicator Code", "year", "value"]);
    assert_eq!(sink.rows(), [6, 6, 7, 7]);
    assert_eq!(sink.cells(), [5, 6, 5, 6]);
    assert_eq!(texts(&sink.column("year")), ["1960", "1961", "1960", "1961"]);
    assert_eq!(texts(&sink.column("value")), ["-102704", "", "66197477.5911306", "5e+05"]);
    assert_eq!(texts(&sink.column("Country Name")), ["", "", "Namibia", "Namibia"]);
    let positions: Vec<u32> = sink.batches[0].columns.iter().map(|column| column.position).collect();
    assert_eq!(positions, [2, 1, 3, 4, 0, 0]);
    assert_eq!(sink.facts["last_updated"], "2025-04-15");
}

#[test]
fn a_world_bank_file_is_made_long() {
    let sink = decode_as(NETM.as_bytes(), WORLD_BANK).unwrap();
    check_net_migration(&sink);
    assert_eq!(sink.batches[0].part, None);
    check_net_migration(&decode_as(NETM.replace("\r\n", "\n").as_bytes(), WORLD_BANK).unwrap());
}

#[test]
fn the_member_is_chosen_by_its_name_and_the_others_are_ignored() {
    let name = "API_SM.POP.NETM_DS2_es_csv_v2_42463.csv";
    let metadata = b"not even CSV \0 \xFF".to_vec();
    let body = zipped(&[("Metadata_Country_API_SM.POP.NETM.csv", metadata), (&format!("data/{name}"), NETM.into())]);
    let sink = decode_as(&body, WORLD_BANK).unwrap();
    check_net_migration(&sink);
    assert_eq!(sink.batches[0].part.as_deref(), Some(format!("data/{name}").as_str()));
}

#[test]
fn an_archive_without_the_member_lists_what_it_has() {
    let body = zipped(&[("Metadata_Country.csv", b"x".to_vec()), ("readme.txt", b"x".to_vec())]);
    let error = decode_as(&body, WORLD_BANK).unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected one member named \"API_\" or \"API_…\" in the archive, found \"Metadata_Country.csv\", \"readme.txt\""
    );
    let two = zipped(&[("a.csv", b"x".to_vec()), ("b.CSV", b"x".to_vec())]);
    let error = decode_as(&two, "[csv]").unwrap_err();
    assert_eq!(error.to_string(), "expected one data file in the archive, found \"a.csv\", \"b.CSV\"");
    let one = zipped(&[("a.csv", b"x\n1\n".to_vec()), ("readme.txt", b"x".to_vec())]);
    assert_eq!(decode_as(&one, "[csv]").unwrap().rows(), [2]);
}

#[test]
fn a_bomb_in_an_archive_is_stopped() {
    let body = zipped(&[("API_bomb.csv", vec![b'0'; 5_000_000])]);
    let error = decode_within(&body, WORLD_BANK, Limits { max_inflated_bytes: 1 << 20, ..Limits::default() }).err().unwrap();
    assert_eq!(error.to_string(), "member \"API_bomb.csv\" is larger than 1048576 bytes once inflated");
    assert!(error.hint().unwrap().contains("bomb"));
}

#[test]
fn a_truncated_archive_is_called_so() {
    let body = zipped(&[("API_x.csv", NETM.into())]);
    let error = decode_as(&body[..body.len() / 2], WORLD_BANK).unwrap_err();
    assert!(matches!(error, DecodeError::Truncated { .. }), "{error}");
}

#[test]
fn the_trailing_column_must_be_empty() {
    let sink = decode_as(b"a,b,\n1,2,\n1,2,3\n1,2\n", "[csv]\ntrailing_empty_column = true").unwrap();
    assert_eq!(sink.names(), ["a", "b"]);
    assert_eq!(sink.rows(), [2]);
    assert_eq!(sink.ragged.iter().map(|row| row.row).collect::<Vec<_>>(), [3, 4]);
    let undeclared = NETM.replace("\u{FEFF}", "");
    let error = fails(&undeclared, &WORLD_BANK.replace("trailing_empty_column = true", ""));
    assert_eq!(error, "the header of the body does not fit the definition at cell G5: a value column has no title there");
}

#[test]
fn a_header_that_is_missing_shows_the_first_lines() {
    let error = fails("Error: quota exceeded\nTry later\n", UNHCR);
    assert_eq!(
        error,
        "no header in the body: expected a line that begins Year | Country of origin; it begins:\nError: quota exceeded\nTry later"
    );
    assert!(fails("a\n", "[csv]\nheader = { row = 5 }").contains("expected a line 5; it begins:\na"));
}

#[test]
fn a_header_may_be_named_by_its_line() {
    let sink = decode_as(b"x,y,z\n\na,b\n1,2\n", "[csv]\nheader = { row = 3 }").unwrap();
    assert_eq!((sink.names(), sink.rows()), (vec!["a", "b"], vec![4]));
}

#[test]
fn a_renamed_column_is_an_error_that_shows_the_header() {
    let body = "Year,Country of origin,Refugees,Returned IDPs\n2015,Chile,1,2\n";
    assert_eq!(
        fails(body, UNHCR),
        "header moved or renamed: expected \"Refugees under UNHCR's mandate\", \"Refugees under UNHCR’s mandate\" in row 1 of the body, \
         found \"Year\", \"Country of origin\", \"Refugees\", \"Returned IDPs\""
    );
}

#[test]
fn quoted_line_ends_stay_in_their_cell() {
    let body = "code,note\r\nAFE,\"26 countries,\r\nfrom \"\"A\"\"\"\r\nAFG,-\r\n";
    let sink = decode_as(body.as_bytes(), "[csv]").unwrap();
    assert_eq!(texts(&sink.column("note")), ["26 countries,\r\nfrom \"A\"", "-"]);
    assert_eq!(sink.rows(), [2, 4]);
}

#[test]
fn other_delimiters_and_encodings_are_declared() {
    let sink = decode_as(b"SEXO;A\xD1O\r\nH;2018\r\n", "[csv]\ndelimiter = \";\"\nencoding = \"iso-8859-1\"").unwrap();
    assert_eq!(sink.names(), ["SEXO", "AÑO"]);
    let tabs: Vec<u8> = "a\tb\n1\t2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let body = [&b"\xFF\xFE"[..], &tabs].concat();
    let sink = decode_as(&body, "[csv]\ndelimiter = \"\\t\"\nencoding = \"utf-16le\"").unwrap();
    assert_eq!(texts(&sink.column("b")), ["2"]);
}

#[test]
fn a_byte_that_is_not_utf8_is_placed_in_its_member() {
    let body = zipped(&[("API_x.csv", b"a,b\nPer\xFA,1\n".to_vec())]);
    let error = decode_as(&body, "member = \"API_\"\n[csv]").unwrap_err();
    assert_eq!(error.to_string(), "member \"API_x.csv\" is not UTF-8: byte 0xFA at line 2, column 4 (byte 7)");
    assert!(error.hint().unwrap().contains("decode.csv.encoding"));
}

#[test]
fn a_header_without_rows_has_no_batches() {
    let sink = decode_as(b"Year,Country\n", "[csv]").unwrap();
    assert!(sink.batches.is_empty());
}

#[test]
fn a_header_of_two_rows_names_the_levels() {
    let definition = "[csv]\ndelimiter = \";\"\nheader = { starts_with = [\"\", \"2019\"], rows = 2 }\nunpivot = { keep = [\"Region\"], levels = [\"year\", \"sex\"] }";
    let sink = decode_as("Cuadro 3\n;2019;;2020\nRegion;M;F;M\nMaule;1;2;3\n".as_bytes(), definition).unwrap();
    assert_eq!(texts(&sink.column("year")), ["2019", "2019", "2020"]);
    assert_eq!(texts(&sink.column("sex")), ["M", "F", "M"]);
    assert_eq!(texts(&sink.column("value")), ["1", "2", "3"]);
    assert_eq!((sink.rows(), sink.cells()), (vec![4, 4, 4], vec![2, 3, 4]));
}

#[test]
fn a_body_without_a_header_is_given_its_titles() {
    let sink = decode_as(b"2020|Chile|5\n2021|Peru|6\n", "[csv]\ndelimiter = \"|\"\nheader = { titles = [\"year\", \"country\", \"n\"] }")
        .unwrap();
    assert_eq!((sink.names(), sink.rows()), (vec!["year", "country", "n"], vec![1, 2]));
}

#[test]
fn notes_and_short_rows_are_what_the_definition_says() {
    let body = b"a,b,c\n1,2,3\n4,5\nSource: INE\nSource,x,y\nother\n";
    let sink = decode_as(body, "[csv]\nnotes = [\"Source\"]").unwrap();
    assert_eq!(
        (sink.rows(), sink.ragged.iter().map(|row| row.row).collect::<Vec<_>>()),
        (vec![2, 5], vec![3, 6]),
        "a whole row is never a note"
    );
    let sink = decode_as(body, "[csv]\nnotes = [\"Source\", \"other\"]\npad_short_rows = true").unwrap();
    assert_eq!((texts(&sink.column("c")), sink.ragged.len()), (vec!["3", "", "y"], 0));
}
