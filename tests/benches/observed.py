"""The definition that makes observations of the generated SDMX-CSV.

The generator's areas and citizenships are invented, so that each is given a country of its own here: a definition states such things.
"""

import csv
from pathlib import Path

HEAD = """\
[concept]
source_type = "register"
basis = "citizenship"
reference_day = "12-31"
coverage = { en = "generated", es = "generada" }
upstream = []
comparable = { en = "generated", es = "generada" }

[decode.sdmx_csv]

[observe]
complete_for = "everything"
period = { column = "TIME_PERIOD", forms = ["year"] }
status_from = { column = "OBS_STATUS", codes = { %(statuses)s } }

[observe.cells]
missing = { "" = "O" }

[[observe.values]]
column = "OBS_VALUE"
measure = "migrant_stock"
unit = { column = "UNIT_MEASURE", codes = { PERSONS = "PS" } }

[observe.dimensions]
destination = { same_as = "ref_area" }
"""


def definition(inspected: dict, project: Path) -> str:
    """The definition for a message, by what `paso inspect` found in it."""
    codes = {column["column"]: [code["code"] for code in column["codes"] or []] for column in inspected["columns"]}
    with open(project / "pipelines/reference/areas.csv", encoding="utf-8", newline="") as file:
        countries = [row["area"] for row in csv.DictReader(file)]
    given = {
        "ref_area": ("REF_AREA", dict(zip(codes["REF_AREA"], countries, strict=False))),
        "origin": ("CITIZENSHIP", dict(zip(codes["CITIZENSHIP"], countries, strict=False))),
        "sex": ("SEX", {code: code.replace("SEX_", "").replace("T", "_T") for code in codes["SEX"]}),
        "age": ("AGE", {code: "Y" + code[-3:].lstrip("0").zfill(1) for code in codes["AGE"]}),
    }
    lines = [HEAD % {"statuses": ", ".join(f'{code} = "{code}"' for code in codes["OBS_STATUS"])}]
    for dimension, (column, mapped) in given.items():
        if len(mapped) != len(codes[column]):
            raise ValueError(f"{len(codes[column])} codes of {column}, {len(mapped)} to give")
        pairs = ", ".join(f'"{code}" = "{to}"' for code, to in mapped.items())
        lines.append(f'{dimension} = {{ column = "{column}", codes = {{ {pairs} }} }}\n')
    return "".join(lines)
