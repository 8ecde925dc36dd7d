"""How many rows an output has, and how many with a value. Arguments: output (Parquet)."""

import json
import sys

import duckdb

query = "SELECT count(*), count(*) FILTER (coalesce(CAST(\"OBS_VALUE\" AS VARCHAR), '') <> '') FROM read_parquet(?)"
rows, valued = duckdb.execute(query, [sys.argv[1]]).fetchone()
print(json.dumps({"rows": rows, "valued": valued}))
