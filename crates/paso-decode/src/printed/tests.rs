use super::*;
use crate::testing::{Collected, decode_as, decode_within};
use crate::{Bytes, DecodeError, Format, Kind, Known, Limits, Message, Source, sniff};

/// Two documents that write numbers in different ways.
const FILE: &str = r#"# Figures of an imaginary service.

[document.answer-512]
title = "Respuesta al oficio 512"
date = "2024-05-14"
url = "https://www.example.org/oficio-512.pdf"
publisher = "Servicio Ejemplo"
language = "es"
retrieved = "2025-11-20"
thousands = "."
decimal = ","

[document.statement]
title = "Half a year at the border"
date = "2024-07"
no_url = "printed only"
publisher = "Example Service"
language = "en"
retrieved = "2025-11-21"
no_page = "a leaflet"

[[figure]]
document = "answer-512"
page = "iv"
quotation = "En 2021 se registraron 56.586 ingresos, de ellos 1.204 de niñas."
value = "56.586"
counted = "entries reported"
period = "2021"
route = "land"

[[figure]]
document = "answer-512"
page = "12"
quotation = """
Total   56.586   7,50
Niñas    1.204   6,25
"""
value = "7,50"
counted = "share of entries"
period = "2021"
note = "The table has no title."

[[figure]]
document = "statement"
quotation = "some 1.5 million came by land and sea"
value = "1.5"
decimal = "."
counted = "entries"
period = "2024-01/2024-06"
unit = "million"
route = "land and sea"
"#;

fn decode(file: &str) -> Result<Collected, DecodeError> {
    decode_as(file.as_bytes(), "[printed]")
}

/// What is wrong with the file after one change.
fn problem(from: &str, to: &str) -> String {
    assert!(FILE.contains(from), "{from}");
    decode(&FILE.replacen(from, to, 1)).unwrap_err().to_string()
}

fn texts(texts: &[&str]) -> Vec<Option<String>> {
    texts.iter().map(|text| (*text != "-").then(|| (*text).to_owned())).collect()
}

#[test]
fn every_figure_is_a_row_that_stands_on_its_line() {
    let table = decode(FILE).unwrap();
    assert_eq!(
        table.names(),
        ["document", "title", "date", "url", "page", "quotation", "value", "number", "counted", "period", "route", "unit"]
    );
    assert_eq!(table.rows(), [22, 31, 43]);
    assert_eq!(table.column("document"), texts(&["answer-512", "answer-512", "statement"]));
    assert_eq!(table.column("date"), texts(&["2024-05-14", "2024-05-14", "2024-07"]));
    assert_eq!(table.column("url")[1..], texts(&["https://www.example.org/oficio-512.pdf", "-"]));
    assert_eq!(table.column("page"), texts(&["iv", "12", "-"]));
    assert_eq!(table.column("value"), texts(&["56.586", "7,50", "1.5"]));
    assert_eq!(table.column("number"), texts(&["56586", "7.50", "1.5"]));
    assert_eq!(table.column("period"), texts(&["2021", "2021", "2024-01/2024-06"]));
    assert_eq!(table.column("route"), texts(&["land", "-", "land and sea"]));
    assert_eq!(table.column("unit"), texts(&["-", "-", "million"]));
    assert_eq!(table.cell(1, "quotation").as_deref(), Some("Total   56.586   7,50\nNiñas    1.204   6,25\n"));
    assert!(table.batches.iter().all(|batch| batch.part.is_none() && batch.cells.is_none()));
}

#[test]
fn batches_are_as_small_as_asked() {
    let table = decode_within(FILE.as_bytes(), "[printed]", Limits { batch_rows: 2, ..Limits::default() }).unwrap();
    assert_eq!(table.batches.iter().map(|batch| batch.rows.clone()).collect::<Vec<_>>(), [vec![22, 31], vec![43]]);
}

#[test]
fn a_mark_and_line_ends_of_another_system_change_nothing() {
    let windows = format!("\u{FEFF}{}", FILE.replace('\n', "\r\n"));
    let (plain, windows) = (decode(FILE).unwrap(), decode(&windows).unwrap());
    assert_eq!(plain.rows(), windows.rows());
    assert_eq!(plain.column("number"), windows.column("number"));
}

#[test]
fn columns_are_renamed_and_facts_are_told() {
    let form = r#"
        [printed]
        columns = { via = ["route", "ruta"], sex = ["sexo"] }
        optional = ["sex"]
        facts = { edition = "newest_date", read = "last_retrieved" }
    "#;
    let table = decode_as(FILE.as_bytes(), form).unwrap();
    assert_eq!(table.names()[10], "via");
    assert_eq!((table.facts["edition"].as_str(), table.facts["read"].as_str()), ("2024-07", "2025-11-21"));
    let error = decode_as(FILE.as_bytes(), "[printed]\ncolumns = { sex = [\"sexo\"] }").unwrap_err();
    assert!(error.to_string().contains("expected \"sexo\" in row 22 of the body"), "{error}");
}

#[test]
fn errors_name_the_entry_the_key_and_the_line() {
    let error = decode(&FILE.replacen("page = \"iv\"", "page = 4", 1)).unwrap_err();
    let byte = FILE.find("\"iv\"").unwrap();
    assert_eq!(
        error.to_string(),
        format!(
            "page of figure 1 at line 24, column 8 (byte {byte}): 4 is typed as a number: write it in quotation marks, exactly as printed: page = \"4\""
        )
    );
    assert_eq!(error.hint().as_deref(), Some("correct the entry, with the document beside it"));
    for (from, to, expected) in [
        // Texts that are none.
        ("value = \"56.586\"", "value = 56.586", "value of figure 1 at line 26, column 9: 56.586 is typed as a number"),
        ("value = \"7,50\"", "value = [\"7,50\"]", "value of figure 2 at line 38, column 9: is a list, expected a text"),
        ("date = \"2024-07\"", "date = 2024-07-01", "date of document \"statement\" at line 15, column 8: 2024-07-01 is typed as a date"),
        ("period = \"2021\"", "period = true", "true is typed as true or false"),
        ("route = \"land\"", "route = { a = \"b\" }", "is a table, expected a text"),
        ("counted = \"entries\"", "counted = \" \"", "counted of figure 3 at line 48, column 11: is blank"),
        ("route = \"land\"", "route = \"land \"", "\"land \" begins or ends in white space"),
        ("route = \"land\"", "\"\" = \"land\"", "figure 1 at line 29, column 1: has a key without a name"),
        // Keys that must be there, or must not.
        ("title = \"Resp", "titel = \"Resp", "titel of document \"answer-512\" at line 4, column 9"),
        ("publisher = \"Example Service\"\n", "", "publisher of document \"statement\" at line 13, column 1: is missing: who published"),
        ("counted = \"entries\"\n", "", "counted of figure 3 at line 43, column 1: is missing: who or what is counted"),
        ("value = \"1.5\"\n", "", "value of figure 3 at line 43"),
        ("quotation = \"some", "quotaton = \"some", "quotation of figure 3 at line 43"),
        ("document = \"statement\"\n", "", "document of figure 3 at line 43"),
        ("period = \"2024-01/2024-06\"\n", "", "period of figure 3 at line 43"),
        ("unit = \"million\"", "title = \"x\"", "title of figure 3 at line 50, column 9: is a key of documents"),
        ("unit = \"million\"", "number = \"x\"", "is made from the value, and cannot be typed"),
        // Documents.
        (
            "document = \"statement\"",
            "document = \"leaflet\"",
            "there is no [document.leaflet] in the file; there is answer-512, statement",
        ),
        (
            "[document.statement]",
            "[document.leaflet]\ntitle = \"T\"\ndate = \"2024\"\nno_url = \"x\"\npublisher = \"P\"\nlanguage = \"es\"\nretrieved = \"2024-01-01\"\n[document.statement]",
            "document \"leaflet\" at line 13, column 1: no figure is quoted from it",
        ),
        ("date = \"2024-05-14\"", "date = \"14-05-2024\"", "\"14-05-2024\" is no date: write year-month-day"),
        ("date = \"2024-07\"", "date = \"2024-13\"", "\"2024-13\" is no date"),
        ("retrieved = \"2025-11-21\"", "retrieved = \"2025-11\"", "\"2025-11\" is no day"),
        ("retrieved = \"2025-11-21\"", "retrieved = \"2024-06-30\"", "2024-06-30 lies before the document's date, 2024-07"),
        ("language = \"es\"", "language = \"Spanish\"", "\"Spanish\" is no language tag"),
        ("url = \"https://", "url = \"", "\"www.example.org/oficio-512.pdf\" is not an address"),
        (
            "no_url = \"printed only\"\n",
            "",
            "url of document \"statement\" at line 13, column 1: is missing: the document's address, or no_url",
        ),
        ("no_url = \"printed only\"", "no_url = \"x\"\nurl = \"https://example.org\"", "the document has a url"),
        // Pages.
        ("page = \"iv\"\n", "", "page of figure 1 at line 22, column 1: is missing: the page as printed, such as \"iv\", or no_page"),
        ("page = \"iv\"", "page = \"iv\"\nno_page = \"x\"", "the figure has a page"),
        ("document = \"statement\"", "document = \"statement\"\npage = \"1\"", "no_page of the document says that it has none"),
        // Numbers.
        ("thousands = \".\"\n", "", "nothing says what \".\" means in \"56.586\""),
        ("decimal = \",\"", "decimal = \".\"", "decimal of document \"answer-512\" at line 11, column 11: \".\" is the thousands mark too"),
        ("decimal = \",\"", "decimal = \"comma\"", "\"comma\" is not one mark"),
        ("value = \"56.586\"", "value = \"56,586\"", "quotation of figure 1 at line 25, column 13"),
        ("value = \"56.586\"", "value = \"56586\"", "does not contain the value \"56586\" as it is written under value"),
        ("value = \"56.586\"", "value = \"586\"", "has the value \"586\" only as a piece of a longer number"),
        ("quotation = \"some 1.5 million came by land and sea\"", "quotation = \"1.5\"", "is the value and nothing else"),
        ("value = \"1.5\"", "value = \"some\"", "\"some\" is not a number"),
    ] {
        let found = problem(from, to);
        let found =
            found.split_once(" (byte ").map(|(place, rest)| format!("{place}{}", rest.trim_start_matches(|c| c != ':'))).unwrap_or(found);
        assert!(found.contains(expected), "{to}: {found}");
    }
}

#[test]
fn a_figure_is_there_once() {
    let second = "\n[[figure]]\ndocument = \"answer-512\"\npage = \"90\"\nquotation = \"fueron 56.590 en 2021\"\nvalue = \"56.590\"\ncounted = \"entries reported\"\nperiod = \"2021\"\n";
    let error = decode(&format!("{FILE}{second}route = \"land\"\n")).unwrap_err().to_string();
    assert!(error.starts_with("figure 4 at line 53, column 1 "), "{error}");
    assert!(error.contains("of the figure on line 22, which has the value \"56.586\""), "{error}");
    let table = decode(&format!("{FILE}{second}route = \"sea\"\n")).unwrap();
    assert_eq!(table.column("route"), texts(&["land", "-", "land and sea", "sea"]));
}

#[test]
fn a_file_that_is_no_list_of_figures_says_why() {
    for (file, expected) in [
        ("[document.a]\ntitle = \"x", "the file at line 2, column "),
        ("[[figure]]\nvalue = 56.586.1\n", "the file at line 2, column "),
        ("[[figure]]\nvalue = \"1\"\nvalue = \"2\"\n", "the file at line 3, column 1 (byte 23): duplicate key"),
        ("[[figure]]\n[figures]\n", "figures at line 2, column 2 (byte 12): stands outside of every document and figure"),
        (
            "[[figure]]\ndocument = \"a\"\n",
            "document of figure 1 at line 2, column 12 (byte 22): there is no [document.a] in the file; there is no document at all",
        ),
        ("[document]\nb = \"x\"\n", "document \"b\" at line 2, column 5 (byte 15): is a text, expected a table of texts"),
        ("[document.a]\n[figure]\n", "title of document \"a\" at line 1, column 1 (byte 0): is missing: the title as printed"),
    ] {
        let error = decode(file).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{file}: {error}");
    }
    let single = FILE.replacen("[[figure]]", "[figure]", 1);
    let single = &single[..single.find("[[figure]]").unwrap()];
    assert!(decode(single).unwrap_err().to_string().contains("expected tables [[figure]], in double brackets"));
    let document = &FILE[..FILE.find("[[figure]]").unwrap()];
    assert_eq!(decode(document).unwrap_err().to_string(), "the file at line 1, column 1 (byte 0): has no [[figure]]");
    let error = decode_as(b"[[figure]]\nvalue = \"\xE9\"\n", "[printed]").unwrap_err().to_string();
    assert_eq!(error, "the file at line 2, column 10 (byte 20): is not UTF-8: save it in that encoding");
    let large = format!("[[figure]]\nvalue = \"{}\"\n", "1".repeat(4 << 20));
    assert_eq!(decode(&large).unwrap_err().to_string(), "the file at byte 4194304: is larger than 4 MiB");
}

#[test]
fn further_keys_are_few() {
    let keys = (0..65).map(|key| format!("key{key} = \"x\"")).collect::<Vec<_>>().join("\n");
    let error = decode(&format!("{FILE}{keys}")).unwrap_err().to_string();
    assert_eq!(error, "key62 at row 43: is one more than 64 further keys: no figures have so many dimensions");
}

#[test]
fn a_file_of_figures_is_recognised_and_needs_its_form() {
    assert_eq!(sniff(FILE.as_bytes()), Kind::Printed);
    let bytes = Bytes(FILE.as_bytes());
    let message = Message::recognize(&bytes, Known::default(), Limits::default()).unwrap();
    assert_eq!((message.format(), message.why()), (Format::Printed, &["printed figures, by the first header".to_owned()][..]));
    let mut sink = Collected::default();
    message.decode(Limits::default(), &mut sink).unwrap();
    assert_eq!(sink.rows(), [22, 31, 43]);
    let error = decode_as(FILE.as_bytes(), "[csv]").unwrap_err();
    assert_eq!(error.to_string(), "found a file of printed figures, but the definition declares only csv");
}

#[test]
fn a_file_cut_anywhere_yields_no_row_past_the_cut_and_no_panic() {
    let whole = decode(FILE).unwrap();
    for end in 0..FILE.len() {
        let mut sink = Collected::default();
        let cut = &FILE.as_bytes()[..end];
        let outcome = super::decode(&Bytes(cut) as &dyn Source, &PrintedForm::default(), Limits::default(), &mut sink);
        let rows = sink.rows();
        assert!(outcome.is_ok() || rows.is_empty(), "{end}");
        assert!(rows.len() <= 3 && rows[..] == whole.rows()[..rows.len()], "{end}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_decoder_panic(text in "(\\[\\[figure\\]\\]|\\[document\\.a\\]|\n|[a-z_]{1,9} = |\"[0-9., ]{0,5}\"|[\\[\\]{}='\"0-9.,é-]){0,40}") {
        let mut sink = Collected::default();
        let outcome = super::decode(&Bytes(text.as_bytes()), &PrintedForm::default(), Limits::default(), &mut sink);
        proptest::prop_assert!(outcome.is_ok() || sink.batches.is_empty());
    }

    #[test]
    fn numbers_come_back_without_marks(whole in 0u64..10_000_000_000, decimals in "[0-9]{0,3}") {
        let digits = whole.to_string();
        let grouped = digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect::<Vec<_>>().join(".");
        let (mark, point) = if decimals.is_empty() { ("", "") } else { (",", ".") };
        let printed = format!("{grouped}{mark}{decimals}");
        let file = format!(
            "[document.a]\ntitle = \"T\"\ndate = \"2024\"\nno_url = \"x\"\npublisher = \"P\"\nlanguage = \"es\"\nretrieved = \"2024-01-01\"\n\
             no_page = \"x\"\nthousands = \".\"\ndecimal = \",\"\n[[figure]]\ndocument = \"a\"\nquotation = \"fueron {printed}.\"\n\
             value = \"{printed}\"\ncounted = \"c\"\nperiod = \"2021\"\n"
        );
        let table = decode(&file).unwrap();
        proptest::prop_assert_eq!(table.cell(0, "value"), Some(printed));
        proptest::prop_assert_eq!(table.cell(0, "number"), Some(format!("{digits}{point}{decimals}")));
    }
}
