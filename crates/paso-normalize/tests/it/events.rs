//! Lists of events: their table, and what is counted of them.

use arrow::{array::RecordBatch, compute::concat_batches};
use paso_normalize::{
    Account, CodeLists, CompleteFor, Definition, Everything, Holding, NormalizeError, Reference, current_events, normalize_events,
};

use crate::{Dataset, batch_lines, body, reviewed};

/// Incidents by country and year, with what a test adds to `observe`, to its values and to `observe.event`.
fn definition(observe: &str, values: &str, event: &str) -> String {
    format!(
        "[concept]\nsource_type = \"register\"\nbasis = \"_Z\"\nreference_day = \"12-31\"\ncoverage = {{ en = \"c\", es = \"c\" }}\nupstream = []\n\
         comparable = {{ en = \"c\", es = \"c\" }}\n[decode.csv]\n[observe]\ncomplete_for = \"everything\"\nvintage = {{ date = \"2025-01-01\" }}\n\
         period = {{ column = \"year\", forms = [\"year\"] }}\n{observe}\n[observe.event]\nkind = \"incident\"\nid = [\"id\"]\n{event}\n\
         [observe.dimensions]\nref_area = {{ column = \"area\", scheme = \"iso3\" }}\n\
         [[observe.values]]\ncolumn = \"lost\"\nmeasure = \"dead_and_missing_migrants\"\n{values}\n"
    )
}

const BY_AREA: &str = "tabulate = [{ by = [\"ref_area\"], count = \"incidents_during_migration\" }]";
const DEAD: &str = "[[observe.values]]\ncolumn = \"dead\"\nmeasure = \"migrants_found_dead\"\n";
const WOMEN: &str = "[[observe.values]]\ncolumn = \"women\"\nmeasure = \"dead_and_missing_migrants\"\ndimensions.sex = { code = \"F\" }\n";
const COUNTED: [&str; 4] = ["measure", "ref_area", "period", "value"];

struct Tables {
    events: RecordBatch,
    observations: RecordBatch,
    quarantine: RecordBatch,
    account: Account,
}

fn try_tables(definition: &str, bodies: &[&str]) -> Result<Tables, NormalizeError> {
    let dataset: Dataset = toml::from_str(definition).expect("a definition");
    let reviewed = reviewed();
    let reference =
        Reference { areas: &reviewed.areas, measures: &reviewed.measures, flags: &reviewed.flags, codes: &CodeLists::default() };
    let definition = Definition { dataset: "example.events", concept: &dataset.concept, forms: &dataset.decode, observe: &dataset.observe };
    let bodies: Vec<_> = bodies.iter().map(|text| body(text)).collect();
    let edition = normalize_events(definition, reference, &bodies)?;
    let events = edition.events().collect::<Result<Vec<_>, _>>().expect("batches");
    let events = concat_batches(&paso_model::events::schema(), &events).expect("a batch");
    let (quarantine, account) = (edition.quarantine().expect("a batch"), edition.account());
    assert!(account.balances());
    Ok(Tables { events, observations: edition.observations, quarantine, account })
}

fn tables(definition: &str, text: &str) -> Tables {
    try_tables(definition, &[text]).expect("an edition")
}

fn refusal(definition: &str, text: &str) -> String {
    match try_tables(definition, &[text]) {
        Ok(_) => panic!("it is not refused"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_rows_of_the_table_satisfy_its_key_and_say_what_tells_them_apart() {
    let event = "tabulate = [{ by = [\"ref_area\", \"sex\"] }]";
    let tables = tables(&definition("", WOMEN, event), "id,area,year,lost,women\na,CHL,2020,3,1\na,CHL,2020,2,2\nb,PER,2020,5,0\n");
    assert_eq!(
        batch_lines(&tables.events, &["event", "item", "sex", "breakdown", "value", "row", "col"]),
        [
            "a 0 _T ref_area 3 2 4",
            "a 0 F ref_area+sex 1 2 5",
            "a 1 _T ref_area 2 3 4",
            "a 1 F ref_area+sex 2 3 5",
            "b 0 _T ref_area 5 4 4",
            "b 0 F ref_area+sex 0 4 5"
        ]
    );
    let mut keys = batch_lines(&tables.events, &paso_model::events::KEY);
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), tables.events.num_rows());
    assert_eq!(
        batch_lines(&tables.observations, &["ref_area", "sex", "breakdown", "value"]),
        ["CHL F ref_area+sex 3", "CHL _T ref_area 5", "PER F ref_area+sex 0", "PER _T ref_area 5"]
    );
}

#[test]
fn a_total_is_never_added_to_its_parts() {
    let text = "id,area,year,lost,women,sex\na,CHL,2020,3,1,F\n";
    let beside = refusal(&definition("", WOMEN, BY_AREA), text);
    assert!(beside.contains("adds the column `lost`, which holds the total of `sex`, to its parts in `women`"), "{beside}");
    let sex = |more: &str| format!("dimensions.sex = {{ column = \"sex\", codes = {{ F = \"F\", M = \"M\" }}{more} }}");
    let within = refusal(&definition("", &sex(", blank = \"_T\""), BY_AREA), text);
    assert!(within.contains("leaves out `sex`, which may be the total `_T` as well as a part of it"), "{within}");
    let subtotals = refusal(&definition("", &sex(", subtotals = [\"F\"]"), BY_AREA), text);
    assert!(subtotals.contains("has sub-totals beside their parts"), "{subtotals}");
    // Parts alone add up, and kept apart nothing is added.
    assert_eq!(batch_lines(&tables(&definition("", &sex(""), BY_AREA), text).observations, &["value"]), ["3", "1"]);
    let kept = "tabulate = [{ by = [\"ref_area\", \"sex\"] }]";
    assert_eq!(batch_lines(&tables(&definition("", WOMEN, kept), text).observations, &["sex", "value"]), ["F 1", "_T 3"]);
    // A measure that is not added up may have both.
    let other = "tabulate = [{ by = [\"ref_area\"], measures = [\"migrants_found_dead\"] }]";
    let both = tables(&definition("", &format!("{WOMEN}{DEAD}"), other), "id,area,year,lost,women,dead\na,CHL,2020,3,1,2\n");
    assert_eq!(batch_lines(&both.observations, &["sex", "value"]), ["_T 2"]);
}

#[test]
fn events_are_not_counted_by_what_columns_tell_apart() {
    let event = "tabulate = [{ by = [\"ref_area\", \"sex\"], count = \"incidents_during_migration\" }]";
    let error = refusal(&definition("", WOMEN, event), "id,area,year,lost,women\na,CHL,2020,3,1\n");
    assert!(error.contains("counts events by `sex`, of which one event has several"), "{error}");
}

#[test]
fn an_event_is_counted_once_for_each_key_whatever_figures_it_has() {
    let event = "tabulate = [{ by = [\"ref_area\"], measures = [\"migrants_found_dead\"], count = \"incidents_during_migration\" }, \
                 { by = [\"ref_area\"], measures = [\"dead_and_missing_migrants\"], count = \"incidents_during_migration\" }]";
    let cells = "cells.exclude = { \"\" = \"not_reported\" }";
    let tables = tables(&definition(cells, DEAD, event), "id,area,year,lost,dead\na,CHL,2020,3,1\nb,CHL,2020,5,\nc,CHL,2020,2,\n");
    assert_eq!(
        batch_lines(&tables.observations, &COUNTED),
        ["dead_and_missing_migrants CHL 2020 10", "incidents_during_migration CHL 2020 3", "migrants_found_dead CHL 2020 1"]
    );
}

#[test]
fn tabulations_that_disagree_on_a_key_are_an_error() {
    // The column of sexes holds totals that no code of the definition names.
    let values = "dimensions.sex = { column = \"sex\" }";
    let event = "tabulate = [{ by = [\"ref_area\", \"sex\"] }, { by = [\"ref_area\"] }]";
    let error = refusal(&definition("", values, event), "id,area,year,lost,sex\na,CHL,2020,3,_T\nb,CHL,2020,5,F\n");
    assert!(
        error
            .contains("two tabulations count dead_and_missing_migrants, ref_area CHL, 2020: one says 3 (status A), the other 8 (status A)"),
        "{error}"
    );
}

#[test]
fn bounds_add_up_and_the_strictest_confidentiality_holds() {
    let observe = "cells = { rounded_to = 5, suppressed = { \"*\" = { low = 1, high = 4 } }, missing = { \"..\" = \"O\" } }\n\
                   conf_from = { column = \"conf\", codes = { C = \"C\", A = \"A\" } }\nflags = { column = \"note\", list = \"notes\" }";
    let columns = ["ref_area", "value", "value_low", "value_high", "bound", "status", "conf"];
    let text = "id,area,year,lost,conf,note\na,CHL,2020,5,,\nb,CHL,2020,15,C,3\nc,PER,2020,*,,\nd,PER,2020,10,A,\ne,BOL,2020,..,,\nf,BOL,2020,7,,\n";
    let tables = tables(&definition(observe, "", "tabulate = [{ by = [\"ref_area\"] }]"), text);
    assert_eq!(
        batch_lines(&tables.observations, &columns),
        // What is not known adds nothing; what is withheld is known to be between two numbers, and no number itself.
        ["BOL 7 null null null O F", "CHL 20 16 24 rounding D C", "PER null 9 16 suppression Q A"]
    );
}

#[test]
fn an_interval_of_confidence_does_not_add_up() {
    let values = "bounds = { low = \"from\", high = \"to\", kind = \"ci95\" }";
    let tables = tables(&definition("", values, BY_AREA), "id,area,year,lost,from,to\na,CHL,2020,5,1,9\nb,CHL,2020,2,,\n");
    assert_eq!(batch_lines(&tables.events, &["value", "value_low", "bound"]), ["5 1 ci95", "2 null null"]);
    assert_eq!(batch_lines(&tables.observations, &["value", "value_low", "bound"]), ["7 null null", "2 null null"]);
}

#[test]
fn an_event_without_a_figure_is_an_event() {
    let cells = "cells.exclude = { \"-\" = \"not_reported\" }";
    let text = "id,area,year,lost,dead\na,CHL,2020,3,1\nb,CHL,2020,-,-\nc,CHL,2020,many,-\nd,CHX,2020,-,-\n";
    let tables = tables(&definition(cells, DEAD, BY_AREA), text);
    assert_eq!(
        batch_lines(&tables.events, &["event", "measure", "value", "status", "row", "col"]),
        [
            "a dead_and_missing_migrants 3 A 2 4",
            "a migrants_found_dead 1 A 2 5",
            "b dead_and_missing_migrants null O 3 4",
            "c dead_and_missing_migrants null O 4 4"
        ]
    );
    // It adds nothing, and a place that nobody knows is none to count in.
    assert_eq!(
        batch_lines(&tables.observations, &["measure", "value", "status"]),
        ["dead_and_missing_migrants 3 A", "incidents_during_migration 3 A", "migrants_found_dead 1 A"]
    );
    let account = &tables.account;
    assert_eq!((account.cells, account.observations, account.excluded["not_reported"], account.quarantined_total()), (8, 2, 5, 1));
}

#[test]
fn an_empty_cell_that_would_count_itself_is_no_event() {
    let values = "counts = \"cells\"\ncells = { exclude = { \"\" = \"did_nothing\" } }";
    let tables = tables(&definition("", values, BY_AREA), "id,area,year,lost\na,CHL,2020,yes\nb,CHL,2020,\n");
    assert_eq!(batch_lines(&tables.events, &["event", "value"]), ["a 1"]);
    assert_eq!(batch_lines(&tables.observations, &["value"]), ["1", "1"]);
}

#[test]
fn events_with_a_stock_alone_are_counted_in_the_period_of_flows() {
    let stock = "[[observe.values]]\ncolumn = \"still\"\nmeasure = \"migrant_stock\"\n";
    let event = "tabulate = [{ by = [\"ref_area\"], measures = [\"dead_and_missing_migrants\"], count = \"incidents_during_migration\" }]";
    let cells = "cells.exclude = { \"\" = \"not_known\" }";
    let tables = tables(&definition(cells, stock, event), "id,area,year,lost,still\na,CHL,2020,3,8\nb,CHL,2020,,7\n");
    assert_eq!(
        batch_lines(&tables.observations, &["measure", "period_start", "value"]),
        ["dead_and_missing_migrants 2020-01-01 3", "incidents_during_migration 2020-01-01 2"]
    );
}

#[test]
fn ids_of_several_columns_do_not_collide_and_blank_ones_are_none() {
    let event = format!("{BY_AREA}\n").replace("tabulate", "accuracy = \"id\"\ntabulate");
    let definition = definition("", "", &event).replace("id = [\"id\"]", "id = [\"id\", \"b\"]");
    let rows = "a/b,c,CHL,2020,1\na,b/c,CHL,2020,2\na,,CHL,2020,3\n,a,CHL,2020,4\n,,CHL,2020,5\n,,CHL,2020,6\n";
    let tables = tables(&definition, &format!("id,b,area,year,lost\n{rows}"));
    let mut named = batch_lines(&tables.events, &["value", "event", "item"]);
    named.sort();
    assert_eq!(named[..4], ["1 a%2Fb/c 0", "2 a/b%2Fc 0", "3 a/ 0", "4 /a 0"]);
    let hashes: Vec<&str> = named[4..].iter().filter_map(|line| line.split(' ').nth(1)).collect();
    assert!(hashes.len() == 2 && hashes[0] != hashes[1] && hashes.iter().all(|hash| hash.len() == 16), "{hashes:?}");
}

#[test]
fn a_row_that_another_body_repeats_is_one_event() {
    let (first, second) =
        ("id,area,year,lost\na,CHL,2020,3\nb,CHL,2020,1\nb,CHL,2020,1\n", "id,area,year,lost\na,CHL,2020,3\nb,CHL,2020,1\na,CHL,2020,4\n");
    let tables = try_tables(&definition("", "", BY_AREA), &[first, second]).expect("an edition");
    // Within a body, equal rows are events of their own; a row that differs is one too, wherever it stands.
    assert_eq!(batch_lines(&tables.events, &["event", "item", "value"]), ["a 0 3", "a 1 4", "b 0 1", "b 1 1"]);
    assert_eq!(batch_lines(&tables.observations, &["value"]), ["9", "4"]);
    assert_eq!((tables.account.cells, tables.account.observations, tables.account.excluded["repeat"]), (6, 4, 2));
}

#[test]
fn rows_without_an_id_are_events_of_their_own_in_every_body() {
    let text = "id,area,year,lost\n,CHL,2020,3\n";
    let tables = try_tables(&definition("", "", BY_AREA), &[text, text]).expect("an edition");
    assert_eq!(batch_lines(&tables.events, &["item", "value"]), ["0 3", "1 3"]);
    assert!(tables.account.excluded.is_empty());
}

#[test]
fn further_breakdowns_go_by_their_own_names() {
    let observe = "other.HAZ = { column = \"haz\", codes = { flood = \"FLOOD\", all = \"_T\" } }";
    let event = "tabulate = [{ by = [\"ref_area\", \"other\"] }]";
    let tables = tables(&definition(observe, "", event), "id,area,year,lost,haz\na,CHL,2020,3,flood\nb,CHL,2020,2,all\n");
    let columns = ["other", "breakdown", "value"];
    assert_eq!(batch_lines(&tables.observations, &columns), ["HAZ=FLOOD haz+ref_area 3", "_T ref_area 2"]);
    assert_eq!(batch_lines(&tables.events, &columns), ["HAZ=FLOOD haz+ref_area 3", "_T ref_area 2"]);
}

#[test]
fn what_no_list_of_events_has_is_refused() {
    let text = "id,area,year,lost\na,CHL,2020,3\n";
    let total = "totals = [{ parts = \"sex\", whole = \"ref_area\" }]";
    for (observe, event, problem) in [
        (total, BY_AREA, "`observe.totals` is never compared beside `observe.event`"),
        ("sum = { note = { en = \"n\", es = \"n\" } }", BY_AREA, "`observe.sum` adds up rows of one key, and events have none"),
        ("cells.zero = [\"\"]", BY_AREA, "`observe.cells.zero` says that texts stand for 0, which no check can prove"),
        ("", "tabulate = []", "`observe.event.tabulate` says which observations are made of the events"),
        ("", "tabulate = [{ by = [\"ref_area\"], measures = [\"typo\"] }]", "adds up `typo`, which no value column holds"),
        ("", "tabulate = [{ by = [\"area\"] }]", "names `area`, which is no dimension"),
        ("", "tabulate = [{ by = [\"ref_area\"], count = \"dead_and_missing_migrants\" }]", "which a value column holds"),
        ("", "tabulate = [{ by = [\"ref_area\"], count = \"migrant_stock\" }]", "counts `migrant_stock`, which is no flow"),
        ("", "title = \"titel\"\ntabulate = [{ by = [] }]", "no column `titel`, which `observe.event.title` reads"),
        ("", "accuracy = \"acc\"\ntabulate = [{ by = [] }]", "no column `acc`, which `observe.event.accuracy` reads"),
        ("", "precision = \"pre\"\ntabulate = [{ by = [] }]", "no column `pre`, which `observe.event.precision` reads"),
        ("", "point = { lat = \"area\" }\ntabulate = [{ by = [] }]", "`observe.event.point` needs either `column`"),
        (
            "",
            "point = { column = \"p\", lat = \"a\", lon = \"o\" }\ntabulate = [{ by = [] }]",
            "`observe.event.point` needs either `column`",
        ),
    ] {
        let error = refusal(&definition(observe, "", event), text);
        assert!(error.contains(problem), "{error}");
    }
    let kind = refusal(&definition("", "", BY_AREA).replace("\"incident\"", "\"banana\""), text);
    assert!(kind.contains("`banana` is none of displacement, incident, treaty_action"), "{kind}");
}

#[test]
fn half_a_place_and_days_that_run_backwards_are_quarantined() {
    let event = "start = { column = \"from\", forms = [\"label\"] }\nend = { column = \"to\", forms = [\"label\"] }\n\
                 point = { lat = \"lat\", lon = \"lon\" }\ntabulate = [{ by = [\"ref_area\"] }]";
    let text = "id,area,year,lost,from,to,lat,lon\na,CHL,2020,1,2020-02-01,2020-02-03,-33,-70\nb,CHL,2020,2,2020-02-03,2020-02-01,,\n\
                c,CHL,2020,4,2020-02-01,,-33,\nd,CHL,2020,8,,2020-02-01,,\n";
    let tables = tables(&definition("", "", event), text);
    assert_eq!(
        batch_lines(&tables.events, &["event", "date_start", "date_end", "lat", "lon"]),
        ["a 2020-02-01 2020-02-03 -33 -70", "d null 2020-02-01 null null"]
    );
    assert_eq!(
        batch_lines(&tables.quarantine, &["row", "reason", "detail"]),
        [
            "3 bad_event it ends on 2020-02-01, before it begins on 2020-02-03; `observe.event.may_end_before_start` would keep it so",
            "4 bad_event `-33`, `` is half a place"
        ]
    );
    let kept = definition("", "", &format!("may_end_before_start = true\n{event}"));
    let kept = try_tables(&kept, &[text]).expect("an edition");
    assert_eq!(batch_lines(&kept.events, &["event", "date_start", "date_end"])[1], "b 2020-02-03 2020-02-01");
    assert_eq!(batch_lines(&kept.observations, &["value"]), ["11"]);
}

#[test]
fn more_refused_cells_than_memory_should_hold_fail_the_edition() {
    let mut text = "id,area,year,lost\na,CHL,2020,3\n".to_owned();
    text.push_str(&"b,CHL,2020,x\n".repeat((1 << 18) + 1));
    let error = try_tables(&definition("", "", BY_AREA), &[&text]).err().expect("too many");
    assert!(matches!(&error, NormalizeError::Refused { most, cells, .. } if cells > most), "{error}");
}

#[test]
fn the_events_of_every_edition_that_holds_are_shown() {
    let edition = |date: &str, rows: &str| {
        let definition = definition("", "", BY_AREA).replace("2025-01-01", date);
        vec![tables(&definition, &format!("id,area,year,lost\n{rows}")).events]
    };
    let held = |rule: &CompleteFor| {
        let first = edition("2024-01-01", "a,CHL,2019,1\nb,CHL,2020,2\nc,PER,2020,4\n");
        let second = edition("2025-01-01", "b,CHL,2020,3\nd,CHL,2020,5\n");
        let editions = [first, second].map(|batches| Holding { batches, complete_for: rule });
        let batches = current_events(&editions).expect("what holds");
        batches.iter().flat_map(|batch| batch_lines(batch, &["vintage", "event", "period", "value"])).collect::<Vec<_>>()
    };
    let newest = ["2025-01-01 b 2020 3", "2025-01-01 d 2020 5"];
    assert_eq!(held(&CompleteFor::Everything(Everything::Everything)), newest);
    assert_eq!(held(&CompleteFor::Dimensions(vec!["period".to_owned()])), [&["2024-01-01 a 2019 1"], &newest[..]].concat());
    assert_eq!(held(&CompleteFor::Dimensions(Vec::new())), [&["2024-01-01 a 2019 1", "2024-01-01 c 2020 4"], &newest[..]].concat());
}
