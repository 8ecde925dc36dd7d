//! SDMX-CSV, with and without a structure message: the first byte chooses, the rest is the body.

#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use paso_decode::sdmx::csv::{SdmxCsvForm, decode};
use paso_decode::sdmx::structure::Structures;
use paso_decode_fuzz::{Definitions, Order, agree, check};

static DEFINITIONS: LazyLock<Definitions> = LazyLock::new(|| {
    Definitions::new(&[
        "[sdmx_csv]",
        "[sdmx_csv]\nlabels = \"name\"\nfacts = { updated = \"LAST UPDATE\" }",
        "[sdmx_csv]\nlabels = \"both\"\ncolumns = { area = [\"REF_AREA\", \"A\"] }\noptional = [\"area\"]",
        "[csv]\n[sdmx_csv]\n[eurostat_tsv]",
    ])
});

const STRUCTURE: &str = "<Structure xmlns=\"http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message\"><Structures><DataStructures>\
<DataStructure id=\"D\" agencyID=\"X\" version=\"1.0\"><DataStructureComponents><DimensionList><Dimension id=\"A\"/>\
<TimeDimension id=\"TIME_PERIOD\"/></DimensionList><AttributeList><Attribute id=\"B\"/></AttributeList><MeasureList>\
<PrimaryMeasure id=\"OBS_VALUE\"/></MeasureList></DataStructureComponents></DataStructure></DataStructures></Structures></Structure>";

static STRUCTURES: LazyLock<Arc<Structures>> =
    LazyLock::new(|| Arc::new(Structures::read(STRUCTURE.as_bytes()).expect("a structure message")));

fuzz_target!(|input: &[u8]| {
    let Some((&choice, body)) = input.split_first() else { return };
    if choice % 5 == 4 {
        let form = SdmxCsvForm::default();
        let _ = agree(body, Order::Ascending, |source, limits, rows| decode(source, &form, Some(&*STRUCTURES), limits, rows));
    } else {
        let _ = check(body, DEFINITIONS.by(choice % 5), Order::Ascending);
    }
});
