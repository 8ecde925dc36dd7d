//! The output of fixed bodies, and the code version that goes with it: whoever changes the one raises the other.

use paso_model::observation;
use paso_normalize::CODE_VERSION;

use crate::{definition, lines, normalized};

/// The rows below are those of this version.
const VERSION_OF_THE_ROWS: u32 = 8;

#[test]
fn changed_rows_need_a_new_code_version() {
    let definition = definition(
        "missing = { \"..\" = \"O\" }\nsuppressed = { \"*\" = { low = 1, high = 5 } }\nexclude = { \"-\" = \"not_applicable\" }",
        "scale = 1000",
        "status = \"E\"\nvintage = { date = \"2025-04-15\" }",
    );
    let edition = normalized(
        &definition,
        "country,sex,year,persons\nPerú,Mujer,2020,1.5\nTodos,Total,2020,20.25\nCuba,Hombre,2020,*\nChina,,2020,..\nHaití,Mujer,2020,-\n",
    );
    let columns: Vec<&str> = observation::COLUMNS.iter().map(|column| column.name).filter(|name| *name != "snapshot").collect();
    let rows = [
        "example.persons 2025-04-15 migrant_stock PS CHL _T CHN CHL citizenship _T _T _U _T _T _T _T _T _T origin+sex 2020 2020-12-31 2021-01-01 null 0 null null null EO F null null _Z null 5 4",
        "example.persons 2025-04-15 migrant_stock PS CHL _T CUB CHL citizenship _T _T M _T _T _T _T _T _T origin+sex 2020 2020-12-31 2021-01-01 null 0 1 5 suppression EQ A null null _Z null 4 4",
        "example.persons 2025-04-15 migrant_stock PS CHL _T PER CHL citizenship _T _T F _T _T _T _T _T _T origin+sex 2020 2020-12-31 2021-01-01 1500 0 null null null E F null null _Z null 2 4",
        "example.persons 2025-04-15 migrant_stock PS CHL _T _T CHL citizenship _T _T _T _T _T _T _T _T _T _T 2020 2020-12-31 2021-01-01 20250 0 null null null E F null null _Z null 3 4",
    ];
    assert_eq!(lines(&edition, &columns), rows);
    assert_eq!(CODE_VERSION, VERSION_OF_THE_ROWS, "the rows of the old version stand above: write down those of the new one");
}
