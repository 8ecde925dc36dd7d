"""DuckDB: CSV to Parquet, every column as text. Arguments: input, output, threads."""

import sys

import duckdb
from stopwatch import measured

source, target, threads = sys.argv[1:]
database = duckdb.connect()
database.execute(f"SET threads = {int(threads)}")
with measured():
    database.execute(f"COPY (FROM read_csv('{source}', all_varchar = true)) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
