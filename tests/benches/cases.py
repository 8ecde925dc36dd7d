"""What is measured: inputs, peers, and what is required."""

from dataclasses import dataclass, field

DIMENSIONS = ["FREQ", "REF_AREA", "SEX", "AGE", "CITIZENSHIP", "UNIT_MEASURE", "TIME_PERIOD"]
ATTRIBUTES = ["OBS_STATUS", "UNIT_MULT", "DECIMALS", "COMMENT_OBS"]


@dataclass(frozen=True)
class Speed:
    """paso against peers on one file, in alternation."""

    name: str
    # What `paso-testkit generate` writes, and how much of it.
    format: str
    suffix: str
    size: tuple[str, str]
    # Scripts of peers/.
    peers: list[str]
    # How many times as fast as the fastest peer paso must be, and how much memory it may need.
    ratio: float
    peak_mb: float | None
    # What must be the same in all outputs.
    columns: list[str]
    # The peer reads numbers as floats.
    numeric: bool = False
    # The peer makes rows of cells without a value.
    valued_only: bool = False
    # `decode`, or `observe`: see README.md.
    work: str = "decode"
    threads_for_peers: bool = False
    arguments: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Memory:
    """paso alone on a large file."""

    name: str
    format: str
    suffix: str
    size: tuple[str, str]
    peak_mb: float
    # A cell with neither value nor status is a gap in some formats: only observations with a value are counted.
    valued_only: bool = False
    arguments: list[str] = field(default_factory=list)


CSV = ("duckdb_csv", "polars_csv")

SPEED = [
    Speed(
        "sdmx-csv to parquet", "sdmx-csv", "csv", ("--bytes", "300MB"), list(CSV), 1.2, 100.0,
        [*DIMENSIONS, "OBS_VALUE", *ATTRIBUTES], threads_for_peers=True,
    ),
    Speed(
        "sdmx-csv to observations", "sdmx-csv", "csv", ("--bytes", "1GB"), ["polars_csv"], 1.5, 200.0,
        [], work="observe", threads_for_peers=True,
    ),
    Speed(
        "sdmx-json", "sdmx-json", "json", ("--rows", "200000"), ["sdmx1_json"], 20.0, None,
        [*DIMENSIONS, "OBS_VALUE", "OBS_STATUS"], numeric=True,
    ),
    Speed(
        "json-stat", "json-stat", "json", ("--rows", "2250000"), ["pyjstat_cube"], 10.0, None,
        [*DIMENSIONS, "OBS_VALUE"], numeric=True, valued_only=True,
    ),
    Speed(
        "xlsx", "xlsx", "xlsx", ("--rows", "200000"), ["openpyxl_rows"], 10.0, None,
        [*DIMENSIONS, "OBS_VALUE", *ATTRIBUTES], numeric=True,
    ),
]

MEMORY = [
    Memory("memory sdmx-csv", "sdmx-csv", "csv", ("--bytes", "1GB"), 200.0),
    Memory("memory csv", "csv", "csv", ("--bytes", "1GB"), 200.0),
    Memory("memory ndjson", "ndjson", "ndjson", ("--bytes", "1GB"), 200.0),
    Memory("memory sdmx-json, series", "sdmx-json", "json", ("--bytes", "1GB"), 200.0),
    Memory("memory sdmx-json, flat, structure last", "sdmx-json-flat", "json", ("--bytes", "1GB"), 200.0),
    Memory("memory json-stat", "json-stat", "json", ("--bytes", "1GB"), 200.0, valued_only=True),
    Memory("memory json-stat, sparse, values first", "json-stat-sparse", "json", ("--bytes", "1GB"), 200.0, valued_only=True),
]
