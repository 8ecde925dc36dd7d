"""Whether two outputs hold the same rows, in any order. Arguments: one JSON object, as bench.py writes it; prints one.

DuckDB reads both. Rows are compared by sums of hashes over all columns together and over each column alone; an empty text and no text
are the same, since CSV cannot tell them apart. A library that reads numbers as floats is compared by numbers instead of texts.
"""

import json
import sys

import duckdb


def relation(path: str) -> str:
    return f"read_parquet('{path}')" if path.endswith(".parquet") else f"read_csv('{path}', all_varchar = true, header = true)"


def facts(database: duckdb.DuckDBPyConnection, path: str, columns: list[str], numeric: bool, valued_only: bool) -> dict:
    source = relation(path)
    present = [row[0] for row in database.execute(f"DESCRIBE FROM {source}").fetchall()]
    expressions = []
    for column in columns:
        # paso marks attributes; peers do not.
        found = next((name for name in (column, f"attr:{column}") if name in present), None)
        if found is None:
            return {"missing": column, "columns": present}
        text = f'coalesce(CAST("{found}" AS VARCHAR), \'\')'
        if column == "OBS_VALUE" and numeric:
            text = f"coalesce(CAST(TRY_CAST({text} AS DOUBLE) AS VARCHAR), '')"
        expressions.append(f'{text} AS "{column}"')
    rows = f"SELECT {', '.join(expressions)} FROM {source}"
    if valued_only:
        rows = f"FROM ({rows}) WHERE \"OBS_VALUE\" <> ''"
    whole = ", chr(31), ".join(f'"{column}"' for column in columns)
    sums = ", ".join(f"count(*) FILTER (\"{column}\" <> ''), sum(hash(\"{column}\"))" for column in columns)
    values = database.execute(f"SELECT count(*), sum(hash(concat({whole}))), {sums} FROM ({rows})").fetchone()
    return {"rows": values[0], "together": str(values[1]), "columns": dict(zip(columns, map(str, zip(values[2::2], values[3::2]))))}


def main() -> None:
    wanted = json.loads(sys.argv[1])
    database = duckdb.connect()
    options = (wanted["columns"], wanted["numeric"], wanted["valued_only"])
    found = [facts(database, path, *options) for path in wanted["paths"]]
    print(json.dumps({"facts": found, "same": all(one == found[0] and "missing" not in one for one in found)}))


main()
