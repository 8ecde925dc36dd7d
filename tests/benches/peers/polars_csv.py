"""Polars: CSV to Parquet, every column as text. Arguments: input, output, threads (of POLARS_MAX_THREADS, set by the caller)."""

import os
import sys

import polars
from stopwatch import measured

source, target, threads = sys.argv[1:]
assert os.environ["POLARS_MAX_THREADS"] == threads == str(polars.thread_pool_size())
with measured():
    polars.scan_csv(source, infer_schema=False).sink_parquet(target, compression="zstd")
