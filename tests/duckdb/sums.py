"""Sums every unstarred breakdown of a lake's editions with DuckDB and compares it with the printed totals beside it.

    python3 sums.py LAKE MEASURES LEFT_OUT

LAKE is the folder of a lake, MEASURES the pipeline's `measures.toml`, LEFT_OUT a file with the SHA-256 of bodies, one a line, whose rows are
left out: cuts of files, whose parts cannot reach their totals.

Of one edition, the rows of a breakdown are added up by what they share with those of a breakdown that has fewer dimensions; where several
do, by the largest of them. Ratios never add up. A difference is explained where an interval (rounding, suppression) of the parts reaches
that of the total, or where a part is missing that the total may hold.

One JSON object a line for each pair of breakdowns that has totals to compare.
"""

import json
import pathlib
import sys
import tomllib

import duckdb

DIMENSIONS = {
    "ref_area", "region", "origin", "destination", "origin_basis", "citizenship", "birth", "sex", "age", "education", "activity", "category",
    "subcategory",
}


def dimensions(breakdown):
    return frozenset() if breakdown == "_T" else frozenset(breakdown.split("+"))


def pairs(breakdowns):
    """Breakdowns with those that have fewer dimensions, without those that lie below another one."""
    for parts in breakdowns:
        below = [whole for whole in breakdowns if dimensions(whole) < dimensions(parts)]
        for whole in below:
            if not any(dimensions(whole) < dimensions(between) for between in below):
                yield parts, whole


def shared(whole):
    """The columns that parts and whole share, in SQL: further breakdowns stand as `ID=code` in one column."""
    names = sorted(dimensions(whole))
    others = [name for name in names if name not in DIMENSIONS]
    kept = " OR ".join(f"starts_with(lower(pair), '{other}=')" for other in others)
    columns = [name for name in names if name in DIMENSIONS]
    return columns + ([f"list_filter(string_split(other, ';'), lambda pair: {kept})"] if others else [])


def compare(connection, dataset, vintage, parts, whole):
    key = ", ".join(f"{column} AS key_{place}" for place, column in enumerate(["measure", "unit", "period", "period_start", "period_end", *shared(whole)]))
    names = [f"key_{place}" for place in range(5 + len(shared(whole)))]
    of = "FROM rows WHERE dataset = $dataset AND vintage = $vintage AND breakdown ="
    sql = f"""
    WITH parts AS (
      SELECT {", ".join(names)}, SUM(COALESCE(value, 0)) AS value, SUM(COALESCE(value_low, value, 0)) AS low, SUM(COALESCE(value_high, value, 0)) AS high,
        COUNT(*) FILTER (value IS NULL AND value_low IS NULL) AS missing
      FROM (SELECT {key}, value, value_low, value_high {of} $parts) GROUP BY ALL
    ), wholes AS (SELECT {key}, value AS printed, COALESCE(value_low, value) AS printed_low, COALESCE(value_high, value) AS printed_high {of} $whole AND value IS NOT NULL)
    SELECT *, ABS(value - printed) < 0.5 OR (low <= printed_high AND (missing > 0 OR printed_low <= high)) AS explained
    FROM parts JOIN wholes USING ({", ".join(names)})
    ORDER BY explained, ABS(value - printed) DESC, {", ".join(names)}
    """
    found = connection.execute(sql, {"dataset": dataset, "vintage": vintage, "parts": parts, "whole": whole})
    columns = [column[0] for column in found.description]
    rows = [dict(zip(columns, row)) for row in found.fetchall()]
    if not rows:
        return None
    first, unexplained = rows[0], sum(not row["explained"] for row in rows)
    codes = " ".join(str(first[name]) for name in names)
    return {
        "dataset": dataset,
        "vintage": str(vintage),
        "check": f"{parts} = {whole}",
        "compared": len(rows),
        "unexplained": unexplained,
        "farthest": max((abs(row["value"] - row["printed"]) for row in rows if not row["explained"]), default=0),
        "share": max((abs(row["value"] - row["printed"]) / abs(row["printed"]) for row in rows if not row["explained"] and row["printed"]), default=0),
        "example": f"{codes}: printed {first['printed']:.12g}, the parts sum to {first['value']:.12g}" if unexplained else None,
    }


def main(lake, measures, left_out):
    ratios = [name for name, measure in tomllib.loads(pathlib.Path(measures).read_text("utf-8"))["measure"].items() if measure["kind"] == "ratio"]
    connection = duckdb.connect()
    connection.execute(
        f"""CREATE TABLE rows AS SELECT * FROM read_parquet($files, union_by_name = true)
        WHERE NOT contains(breakdown, '*') AND unit <> 'PT' AND NOT list_contains($ratios, measure) AND NOT list_contains($left_out, snapshot)""",
        {"files": f"{lake}/observations/*/*.parquet", "ratios": ratios, "left_out": pathlib.Path(left_out).read_text("utf-8").split()},
    )
    editions = connection.execute("SELECT dataset, vintage, list_sort(list(DISTINCT breakdown)) FROM rows GROUP BY ALL ORDER BY ALL").fetchall()
    for dataset, vintage, breakdowns in editions:
        for parts, whole in pairs(breakdowns):
            found = compare(connection, dataset, vintage, parts, whole)
            if found:
                print(json.dumps(found))


main(*sys.argv[1:])
