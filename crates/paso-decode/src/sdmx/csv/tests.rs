use std::fmt::Write as _;

use super::layout::{Header, reference};
use super::title::Opening;
use super::*;
use crate::batch::Role;
use crate::sdmx::structure::Structures;

/// Decodes with a plain loop over records: the columns and rows, written as the conformance cases are.
fn decoded(text: &str, form: &str, structures: Option<&str>) -> Result<String, String> {
    let form: SdmxCsvForm = toml::from_str(form).unwrap();
    form.validate().map_err(|error| error.to_string())?;
    let opening = Opening::of(text).ok_or("no SDMX-CSV")?;
    let records = crate::testing::records(text.trim_start_matches('\u{FEFF}'), opening.delimiter);
    let titles: Vec<&str> = records[0].iter().map(String::as_str).collect();
    let structures = structures.map(|message| Structures::read(message.as_bytes()).unwrap());
    let named = records.get(1).map(|row| row[titles.iter().position(|title| *title == "STRUCTURE_ID").unwrap_or(0)].as_str());
    let structure =
        structures.as_ref().map(|structures| structures.resolve(named.map(reference))).transpose().map_err(|error| error.to_string())?;
    let header = Header { place: "the body", line: 1, opening, titles: &titles, structure };
    let layout = header.layout(&form).map_err(|error| error.to_string())?;
    let mut lines = String::new();
    let flat = |column: &crate::batch::Column| match column.role {
        Role::Attribute => format!("attr:{}", column.name),
        _ => column.name.clone(),
    };
    lines.push_str(&layout.outputs.iter().map(|output| flat(&output.column)).collect::<Vec<_>>().join("|"));
    for record in &records[1..] {
        assert_eq!(record.len(), layout.fields);
        for (field, check) in &layout.checks {
            if let Some(problem) = check.problem(&record[*field], structures.as_ref().zip(structure)) {
                return Err(problem);
            }
        }
        let cells = layout.outputs.iter().map(|output| output.read(|field| record[field].as_str()).unwrap_or_default());
        write!(lines, "\n{}", cells.collect::<Vec<_>>().join("|")).unwrap();
    }
    Ok(lines)
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
    let mixed = "STRUCTURE,STRUCTURE_ID,GEO,BIRTHS\ndataflow,E:DF(1.0),AT,3\ndatastructure,E:OTHER(1.0),BE,4\n";
    assert_eq!(decoded(mixed, "", None).unwrap(), "GEO|BIRTHS\nAT|3\nBE|4");
    assert_eq!(decoded(mixed, "", Some(STRUCTURE)).unwrap_err(), "the row is of E:OTHER(1.0), the first row is of E:D(1.0)");
    let unknown = "DATAFLOW,GEO,BIRTHS\nE:NONE(1.0),AT,3\n";
    assert_eq!(
        decoded(unknown, "", Some(STRUCTURE)).unwrap_err(),
        "expected the data structure definition of \"E:NONE(1.0)\", found \"E:D(1.0)\", \"E:OTHER(1.0)\""
    );
    let foreign = "DATAFLOW,FREQ,OBS_VALUE\nE:DF(1.0),A,3\n";
    assert_eq!(
        decoded(foreign, "", Some(STRUCTURE)).unwrap_err(),
        "the header of the body does not fit the definition at row 1: no column is a component of E:D(1.0)"
    );
}

#[test]
fn actions_and_kinds_outside_the_standard_are_refused() {
    let text = |kind, action| format!("STRUCTURE,STRUCTURE_ID,ACTION,GEO,OBS_VALUE\n{kind},E:D,{action},AT,1\n");
    assert_eq!(
        decoded(&text("dataflow", "E"), "", None).unwrap_err(),
        "ACTION is \"E\", expected I (information), A (append), R (replace), D (delete) or M (merge)"
    );
    assert_eq!(
        decoded(&text("dataflows", "I"), "", None).unwrap_err(),
        "STRUCTURE is \"dataflows\", expected dataflow, datastructure or dataprovision"
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
