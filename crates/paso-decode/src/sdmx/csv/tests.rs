use std::sync::Arc;

use super::*;
use crate::batch::Role;
use crate::sdmx::structure::Structures;
use crate::source::Bytes;
use crate::testing::Collected;
use crate::{DecodeError, Limits};

fn collected(text: &[u8], form: &str, structures: Option<&str>, batch_rows: usize) -> Result<Collected, DecodeError> {
    let form: SdmxCsvForm = toml::from_str(form).unwrap();
    form.validate()?;
    let structures = structures.map(|message| Arc::new(Structures::read(message.as_bytes()).unwrap()));
    let mut sink = Collected::default();
    let facts = decode(&Bytes(text), &form, structures.as_ref(), Limits { batch_rows, ..Limits::default() }, &mut sink)?;
    Ok(Collected { facts, ..sink })
}

/// The titles and rows as the command line writes them; an absent cell is empty.
fn flat(found: &Collected) -> String {
    let columns = &found.batches[0].columns;
    let title = |column: &crate::Column| if column.role == Role::Attribute { format!("attr:{}", column.name) } else { column.name.clone() };
    let cells: Vec<Vec<Option<String>>> = columns.iter().map(|column| found.column(&column.name)).collect();
    let titles = columns.iter().map(title).collect::<Vec<_>>().join("|");
    let row = |row: usize| cells.iter().map(|column| column[row].as_deref().unwrap_or_default()).collect::<Vec<_>>().join("|");
    std::iter::once(titles).chain((0..found.rows().len()).map(row)).collect::<Vec<_>>().join("\n")
}

fn decoded(text: &str, form: &str, structures: Option<&str>) -> Result<String, String> {
    let [one, many] = [1, 100].map(|batch_rows| {
        collected(text.as_bytes(), form, structures, batch_rows).map(|found| flat(&found)).map_err(|error| error.to_string())
    });
    assert_eq!(one, many, "batches of any size hold the same");
    many
}

#[test]
fn version_1_has_a_dataflow_and_components() {
    let text = "DATAFLOW,LAST UPDATE,freq,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\nE:D(1.0),21/03/25 23:00:00,A,AT,2020,1.50,p\nE:D(1.0),,A,BE,2020,,u\n";
    let expected = "attr:LAST UPDATE|freq|geo|TIME_PERIOD|OBS_VALUE|attr:OBS_FLAG\n21/03/25 23:00:00|A|AT|2020|1.50|p\n|A|BE|2020||u";
    assert_eq!(decoded(text, "", None).unwrap(), expected);
}

#[test]
fn version_2_has_columns_about_the_row() {
    let text = "STRUCTURE,STRUCTURE_ID,ACTION,SERIES_KEY,OBS_KEY,FREQ,GEO,TIME_PERIOD,OBS_VALUE,NOTE\nDataFlow,E:D(1.0),M,A.AT,A.AT.2020,A,AT,2020,1e3,\n";
    assert_eq!(decoded(text, "", None).unwrap(), "attr:ACTION|FREQ|GEO|TIME_PERIOD|OBS_VALUE|attr:NOTE\nM|A|AT|2020|1e3|");
}

#[test]
fn deletions_and_partial_keys_are_rows() {
    let text =
        "STRUCTURE,STRUCTURE_ID,ACTION,DIM_1,DIM_2,OBS_VALUE,ATTR_1\ndataflow,E:D,D,,B,-,\ndataflow,E:D,I,A,,,Y\ndataflow,E:D,,A,B,NaN,\n";
    let expected = "attr:ACTION|DIM_1|DIM_2|OBS_VALUE|attr:ATTR_1\nD||B|-|\nI|A|||Y\n|A|B|NaN|";
    assert_eq!(decoded(text, "", None).unwrap(), expected);
    let all = "STRUCTURE,STRUCTURE_ID,ACTION\ndatastructure,E:D(1.0),D\n";
    assert_eq!(decoded(all, "", None).unwrap(), "attr:ACTION\nD");
}

/// The three layouts of names, all with the same two observations.
const IDS: &str =
    "STRUCTURE,STRUCTURE_ID,freq,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\ndataflow,E:D(1.0),A,AT,2020,12.4,p\ndataflow,E:D(1.0),A,XK,2021,,\n";
const BOTH: &str = "STRUCTURE[|];STRUCTURE_ID;freq: Frequency;geo: Area;TIME_PERIOD: Time;OBS_VALUE: Value;OBS_FLAG: Flag\n\
    dataflow;E:D(1.0): Demo;A: Annual;AT: Austria;2020;12,4;p: provisional\ndataflow;E:D(1.0): Demo;A: Annual;XK: Kosovo: region;2021: 2021;;\n";
const NAME: &str = "STRUCTURE\tSTRUCTURE_ID\tSTRUCTURE_NAME\tfreq\tFrequency\tgeo\tArea\tTIME_PERIOD\tTime\tOBS_VALUE\tValue\tOBS_FLAG\tFlag\tUPDATED\n\
    dataflow\tE:D(1.0)\tDemo\tA\tAnnual\tAT\tAustria\t2020\t\t12.4\t\tp\tprovisional\t\ndataflow\tE:D(1.0)\tDemo\tA\tAnnual\tXK\tKosovo: region\t2021\t2021\t\t\t\t\t\n";

#[test]
fn every_layout_of_names_gives_the_same_codes() {
    let expected = "freq|geo|TIME_PERIOD|OBS_VALUE|attr:OBS_FLAG\nA|AT|2020|12.4|p\nA|XK|2021||";
    assert_eq!(decoded(IDS, "", None).unwrap(), expected);
    assert_eq!(decoded(BOTH, "labels = \"id\"", None).unwrap(), expected);
    let with_own = "freq|geo|TIME_PERIOD|OBS_VALUE|attr:OBS_FLAG|attr:UPDATED\nA|AT|2020|12.4|p|\nA|XK|2021|||";
    assert_eq!(decoded(NAME, "", None).unwrap(), with_own);
}

#[test]
fn names_come_out_beside_the_codes() {
    let form = "labels = \"name\"";
    let titles = "freq|freq_label|geo|geo_label|TIME_PERIOD|TIME_PERIOD_label|OBS_VALUE|OBS_VALUE_label|attr:OBS_FLAG|attr:OBS_FLAG_label";
    let both = format!("{titles}\nA|Annual|AT|Austria|2020||12.4||p|provisional\nA|Annual|XK|Kosovo: region|2021|2021||||");
    assert_eq!(decoded(BOTH, form, None).unwrap(), both);
    let name = format!("{titles}|attr:UPDATED\nA|Annual|AT|Austria|2020||12.4||p|provisional|\nA|Annual|XK|Kosovo: region|2021|2021|||||");
    assert_eq!(decoded(NAME, form, None).unwrap(), name);
    assert_eq!(decoded(IDS, form, None), decoded(IDS, "", None), "a message without names has none to give");
}

#[test]
fn codes_and_names_come_out_in_one_cell() {
    let form = "labels = \"both\"";
    let expected = "freq|geo|TIME_PERIOD|OBS_VALUE|attr:OBS_FLAG\nA: Annual|AT: Austria|2020|12.4|p: provisional\nA: Annual|XK: Kosovo: region|2021: 2021||";
    assert_eq!(decoded(BOTH, form, None).unwrap(), expected);
    let own = expected.replacen("OBS_FLAG", "OBS_FLAG|attr:UPDATED", 1).replace("provisional", "provisional|") + "|";
    assert_eq!(decoded(NAME, form, None).unwrap(), own);
}

#[test]
fn arrays_languages_and_texts_keep_what_is_no_code() {
    let text = "STRUCTURE[;],STRUCTURE_ID,DIM_1: One,OBS_VALUE: Value,ATTR_1[]: Topics,ATTR_2[en;fr]: Note,ATTR_3: Text\n\
        dataflow,E:D,A: Value A,1,X: Xenon;Y: Yttrium,en: Any;fr:Une,\"Break, see: annex\"\n";
    let expected = "DIM_1|OBS_VALUE|attr:ATTR_1|attr:ATTR_2|attr:ATTR_3\nA|1|X;Y|en: Any;fr:Une|Break, see: annex";
    assert_eq!(decoded(text, "", None).unwrap(), expected);
}

const STRUCTURE: &str = r#"<Structure><Structures><Dataflows><Dataflow id="DF" agencyID="E" version="1.0"><Structure>E:D(1.0)</Structure></Dataflow></Dataflows>
<DataStructures><DataStructure id="D" agencyID="E" version="1.0"><DataStructureComponents><DimensionList><Dimension id="SEX"/><Dimension id="GEO"/></DimensionList>
<AttributeList><Attribute id="NOTE"><LocalRepresentation><TextFormat/></LocalRepresentation></Attribute></AttributeList>
<MeasureList><Measure id="BIRTHS"/><Measure id="DEATHS"/></MeasureList></DataStructureComponents></DataStructure>
<DataStructure id="OTHER" agencyID="E" version="1.0"><DataStructureComponents><DimensionList><Dimension id="AGE"/></DimensionList></DataStructureComponents></DataStructure>
</DataStructures></Structures></Structure>"#;

#[test]
fn a_structure_message_tells_the_roles_in_any_order() {
    let text = "STRUCTURE,STRUCTURE_ID,NOTE: Note,DEATHS: Deaths,GEO: Area,BIRTHS: Births,UPDATED,SEX: Sex\ndataflow,E:DF(1.0): Demo,see: annex,3,AT: Austria,5,2021,F: Women\n\
        datastructure,E:D(1.0),,4,BE: Belgium,6,,M: Men\n";
    let expected = "attr:NOTE|DEATHS|GEO|BIRTHS|attr:UPDATED|SEX\nsee: annex|3|AT|5|2021|F\n|4|BE|6||M";
    assert_eq!(decoded(text, "", Some(STRUCTURE)).unwrap(), expected);
}

#[test]
fn rows_of_another_structure_are_refused_once_roles_depend_on_it() {
    let mixed = "STRUCTURE,STRUCTURE_ID,SEX,GEO,OBS_VALUE\ndataflow,E:DF(1.0),F,AT,3\ndatastructure,E:OTHER(1.0),M,BE,4\n";
    assert_eq!(decoded(mixed, "", None).unwrap(), "SEX|GEO|OBS_VALUE\nF|AT|3\nM|BE|4");
    assert_eq!(
        decoded(mixed, "", Some(STRUCTURE)).unwrap_err(),
        "the body is malformed at row 3: column STRUCTURE_ID: the row is of E:OTHER(1.0), the first row is of E:D(1.0)"
    );
    let unknown = "DATAFLOW,GEO,BIRTHS\nE:NONE(1.0),AT,3\n";
    assert_eq!(
        decoded(unknown, "", Some(STRUCTURE)).unwrap_err(),
        "expected the data structure definition of \"E:NONE(1.0)\", found \"E:D(1.0)\", \"E:OTHER(1.0)\""
    );
}

/// A structure message with one structure, of a name of its own.
const ONE: &str = r#"<Structure><Structures><DataStructures><DataStructure id="D" agencyID="E" version="1.0"><DataStructureComponents>
<DimensionList><Dimension id="FREQ"/><Dimension id="GEO"/><TimeDimension/></DimensionList><MeasureList><PrimaryMeasure/></MeasureList>
</DataStructureComponents></DataStructure></DataStructures></Structures></Structure>"#;

#[test]
fn a_structure_of_other_data_is_refused() {
    let problem = |text: &str, structures| decoded(text, "", Some(structures)).unwrap_err();
    assert_eq!(
        problem("DATAFLOW,FREQ,OBS_VALUE\nE:DF(1.0),A,3\n", STRUCTURE),
        "the data structure definition E:D(1.0) does not fit the body, which is of E:DF(1.0): no column is a component of it; \
         the columns are \"FREQ\", \"OBS_VALUE\""
    );
    assert_eq!(
        problem("DATAFLOW,GEO,TIME_PERIOD,BIRTHS,FREQ\nE:DF(1.0),AT,2020,3,A\n", STRUCTURE),
        "the data structure definition E:D(1.0) does not fit the body, which is of E:DF(1.0): its dimensions \"SEX\" are no columns; \
         the columns are \"GEO\", \"TIME_PERIOD\", \"BIRTHS\", \"FREQ\""
    );
    // What a dataflow is of may have any name, but it must have the dimensions.
    assert_eq!(
        decoded("DATAFLOW,LAST UPDATE,FREQ,GEO,TIME_PERIOD,OBS_VALUE,FLAG\nX:Y(1.0),now,A,AT,2020,3,p\n", "", Some(ONE)).unwrap(),
        "attr:LAST UPDATE|FREQ|GEO|TIME_PERIOD|OBS_VALUE|attr:FLAG\nnow|A|AT|2020|3|p"
    );
    assert_eq!(
        problem("DATAFLOW,FREQ,GEO,SEX,TIME_PERIOD,OBS_VALUE\nX:Y(1.0),A,AT,F,2020,3\n", ONE),
        "the data structure definition E:D(1.0) does not fit the body, which is of X:Y(1.0): the columns \"SEX\" stand where dimensions do, \
         and it does not have them"
    );
    assert_eq!(
        problem("STRUCTURE,STRUCTURE_ID,FREQ,GEO,TIME_PERIOD,OBS_VALUE\ndatastructure,E:OTHER(1.0),A,AT,2020,3\n", ONE),
        "expected the data structure definition of \"E:OTHER(1.0)\", found \"E:D(1.0)\""
    );
}

#[test]
fn deletions_and_rows_without_values_may_name_a_part_of_the_key() {
    let deletion = "STRUCTURE,STRUCTURE_ID,ACTION,GEO,OBS_VALUE\ndatastructure,E:D(1.0),D,AT,-\n";
    assert_eq!(decoded(deletion, "", Some(ONE)).unwrap(), "attr:ACTION|GEO|OBS_VALUE\nD|AT|-");
    let attributes = "STRUCTURE,STRUCTURE_ID,ACTION,GEO,TITLE\ndatastructure,E:D(1.0),I,AT,Austria\n";
    assert_eq!(decoded(attributes, "", Some(ONE)).unwrap(), "attr:ACTION|GEO|attr:TITLE\nI|AT|Austria");
    assert!(
        decoded(&deletion.replace(",D,AT,-", ",I,AT,3"), "", Some(ONE)).unwrap_err().contains("its dimensions \"FREQ\", \"TIME_PERIOD\"")
    );
}

#[test]
fn actions_and_kinds_outside_the_standard_are_refused() {
    let text = |kind, action| format!("STRUCTURE,STRUCTURE_ID,ACTION,GEO,OBS_VALUE\ndataflow,E:D,I,AT,1\n{kind},E:D,{action},AT,1\n");
    assert_eq!(
        decoded(&text("dataflow", "E"), "", None).unwrap_err(),
        "the body is malformed at row 3: column ACTION: \"E\" is none of I (information), A (append), R (replace), D (delete) and M (merge)"
    );
    assert_eq!(
        decoded(&text("dataflows", "I"), "", None).unwrap_err(),
        "the body is malformed at row 3: column STRUCTURE: \"dataflows\" is none of dataflow, datastructure and dataprovision"
    );
}

#[test]
fn columns_are_renamed_and_required() {
    let form = "optional = [\"age\"]\ncolumns = { area = [\"GEO\", \"geo\"], age = [\"age\"], flag = [\"OBS_FLAG\"] }";
    assert!(decoded(IDS, form, None).unwrap().starts_with("freq|area|TIME_PERIOD|OBS_VALUE|attr:flag\n"));
    assert_eq!(
        decoded(IDS, "columns = { sex = [\"sex\"] }", None).unwrap_err(),
        "header moved or renamed: expected \"sex\" in row 1 of the body, found \"STRUCTURE\", \"STRUCTURE_ID\", \"freq\", \"geo\", \"TIME_PERIOD\", \"OBS_VALUE\", \"OBS_FLAG\""
    );
    assert_eq!(decoded(IDS, "optional = [\"x\"]", None).unwrap_err(), "decode.sdmx_csv.optional: \"x\" is not under columns");
    let twice = "DATAFLOW,geo,geo[],OBS_VALUE\nE:D,AT,AT,1\n";
    assert_eq!(decoded(twice, "", None).unwrap_err(), "two columns of the body are named \"geo\": 2 and 3 (header row 1)");
}

#[test]
fn facts_are_the_texts_of_the_first_row() {
    let form = "facts = { flow = \"STRUCTURE_NAME\", id = \"STRUCTURE_ID\", first = \"geo\" }";
    let facts = collected(NAME.as_bytes(), form, None, 100).unwrap().facts;
    assert_eq!((facts["flow"].as_str(), facts["id"].as_str(), facts["first"].as_str()), ("Demo", "E:D(1.0)", "AT"));
    let problem = |facts| decoded(NAME, facts, None).unwrap_err();
    assert_eq!(
        problem("facts = { updated = \"UPDATED\" }"),
        "nothing stands at column UPDATED of the first row of the body, where the definition expects the fact \"updated\""
    );
    assert!(problem("facts = { updated = \"LAST UPDATE\" }").starts_with("header moved or renamed: expected \"LAST UPDATE\" in row 1"));
}

#[test]
fn a_header_alone_is_empty_and_other_texts_are_no_messages() {
    let problem = |text: &str| decoded(text, "", None).unwrap_err();
    assert_eq!(problem("DATAFLOW,freq,OBS_VALUE\r\n\r\n"), "the body has no data: no rows stand under DATAFLOW, freq, OBS_VALUE");
    let no_message =
        "the body is malformed at line 1, column 1 (byte 0): the first title is neither DATAFLOW nor STRUCTURE with STRUCTURE_ID behind it";
    assert_eq!(problem("freq,geo\nA,AT\n"), no_message);
    assert_eq!(problem(""), no_message);
}

#[test]
fn rows_of_another_length_are_ragged() {
    let found = collected(b"DATAFLOW,freq,OBS_VALUE\nE:D,A,1\nE:D,A\nE:D,A,2,\n", "", None, 100).unwrap();
    assert_eq!(flat(&found), "freq|OBS_VALUE\nA|1");
    assert_eq!(found.ragged.iter().map(|ragged| (ragged.row, ragged.fields)).collect::<Vec<_>>(), [(3, 2), (4, 4)]);
}

#[test]
fn a_message_cut_anywhere_gives_no_row_behind_the_cut() {
    for message in [IDS, BOTH, NAME] {
        let whole = flat(&collected(message.as_bytes(), "", None, 100).unwrap());
        let whole: Vec<&str> = whole.lines().collect();
        for end in 0..message.len() {
            let Ok(found) = collected(&message.as_bytes()[..end], "", None, 100) else { continue };
            if found.batches.is_empty() {
                continue;
            }
            let found = flat(&found);
            let found: Vec<&str> = found.lines().collect();
            // A cut in the last cell of a row cannot be seen; every row before it is whole.
            let sure = found.len() - 1;
            assert_eq!(found[..sure], whole[..sure], "cut at {end}");
            assert!(found.len() <= whole.len());
        }
    }
}

#[test]
fn quotes_line_breaks_and_marks_of_byte_order_are_read() {
    let text = "\u{FEFF}\"STRUCTURE\",\"STRUCTURE_ID\",\"GEO\",\"OBS_VALUE\",\"NOTE\"\r\n\"dataflow\",\"E:D\",\"AT\",\"1\",\"<p>\"\"a\"\",\nb</p>\"\r\n";
    assert_eq!(decoded(text, "", None).unwrap(), "GEO|OBS_VALUE|attr:NOTE\nAT|1|<p>\"a\",\nb</p>");
    let found = collected(text.as_bytes(), "", None, 100).unwrap();
    assert_eq!((found.rows(), found.batches[0].columns[1].position), (vec![2], 4));
}
