"""Reads every Parquet file of a release with DuckDB and computes its indicators a second time.

    python3 recompute.py RELEASE INDICATORS

RELEASE is the folder of a release, INDICATORS the folder of the indicators' `.sql` files. Each indicator is compared, every row and every
column, with what its own SQL gives in DuckDB, finished here from its front matter (rounding, status, labels); and its values with a query
that was written apart from it, `independent/<id>.sql`, where there is one.

Equal means equal: texts, dates and whole numbers exactly, floats to the last bit. No tolerance is needed: what is summed are counts, which
are whole numbers far below 2**53, so that their sum is the same in any order (`check_whole`); money, rates and shares are computed row by
row by the same formula, and rounded to their declared decimals from their exact binary value.

Every difference is one line on stderr; the exit code is then 1. A summary in JSON goes to stdout.
"""

import decimal
import json
import os
import pathlib
import sys
import tomllib

import duckdb

INDEPENDENT = pathlib.Path(__file__).parent / "independent"
SHOWN = 20  # differences per comparison; the rest is counted

LETTERS = "BDEFGIJKLMNOPQSUVW"
AREAS = ["ref_area", "origin", "destination", "citizenship", "birth"]
DIMENSIONS = AREAS + ["region", "origin_basis", "sex", "age", "education", "activity", "category", "subcategory", "other"]

# Holds every digit of every float.
EXACT = decimal.Context(prec=400)

# Spanish and English, as the columns stand.
LABELS = {
    "sex": {"_T": ("Ambos sexos", "Both sexes"), "F": ("Mujeres", "Women"), "M": ("Hombres", "Men")},
    "origin_basis": {
        "birth": ("País de nacimiento", "Country of birth"),
        "citizenship": ("País de nacionalidad", "Country of citizenship"),
        "undetermined": ("Indeterminada", "Undetermined"),
        "mixed": ("Mixta: nacimiento en unas áreas, nacionalidad en otras", "Mixed: birth in some areas, citizenship in others"),
    },
}

# The types of the data package and those that DuckDB sees.
TYPES = {
    "string": {"VARCHAR"},
    "date": {"DATE"},
    "number": {"DOUBLE"},
    "integer": {"BIGINT", "UINTEGER", "UTINYINT"},
    "boolean": {"BOOLEAN"},
}


class Comparison:
    """Differences between the release and what is computed here."""

    def __init__(self):
        self.differences = 0

    def differ(self, text):
        self.differences += 1
        print(f"DIFFERENCE {text}", file=sys.stderr)

    def rows(self, indicator, how, key, released, computed):
        """Compares rows, dictionaries by key, in the columns that `computed` has."""
        lines = []
        for at in sorted(released.keys() | computed.keys(), key=str):
            where = f"{indicator} [{', '.join(f'{name}={value}' for name, value in zip(key, at))}]"
            if at not in released or at not in computed:
                lines.append(f"{where}: the row is only in {'the release' if at in released else how}")
                continue
            for column, value in computed[at].items():
                if not same(released[at][column], value):
                    lines.append(f"{where} {column}: released {released[at][column]!r}, {how} {value!r}")
        for line in lines[:SHOWN]:
            self.differ(line)
        if len(lines) > SHOWN:
            self.differ(f"{indicator}: {len(lines) - SHOWN} more by {how}")


def same(left, right):
    if isinstance(left, float) and isinstance(right, float):
        return left.hex() == right.hex()
    return type(left) is type(right) and left == right


def rounded(value, decimals):
    """The nearest number with so many decimals, halves away from zero, never minus zero."""
    step = decimal.Decimal(1).scaleb(-decimals)
    return float(decimal.Decimal(value).quantize(step, decimal.ROUND_HALF_UP, EXACT)) + 0.0


def select(connection, sql, parameters=None):
    """The columns with their types, and the rows as dictionaries."""
    relation = connection.sql(sql, params=parameters)
    columns = dict(zip(relation.columns, map(str, relation.types)))
    return columns, [dict(zip(columns, row)) for row in relation.fetchall()]


def by_key(rows, key):
    table = {tuple(row[name] for name in key): row for row in rows}
    if len(table) != len(rows):
        raise SystemExit(f"{key} is no key: {len(rows)} rows, {len(table)} keys")
    return table


def read_everything(connection, comparison):
    """Reads every value of every Parquet file; the columns and their types are those that the data package declares."""
    package = json.loads(pathlib.Path("datapackage.json").read_text("utf-8"))
    declared = {resource["path"]: resource["schema"]["fields"] for resource in package["resources"]}
    files = sorted(path.as_posix() for path in pathlib.Path().rglob("*.parquet"))
    undescribed = set(files) ^ {path for path in declared if path.endswith(".parquet")}
    if undescribed:
        comparison.differ(f"datapackage.json and the Parquet files are not the same: {sorted(undescribed)}")
    total = 0
    for path in files:
        columns, _ = select(connection, "SELECT * FROM read_parquet(?) LIMIT 0", [path])
        fields = {field["name"]: field["type"] for field in declared.get(path, [])}
        if list(columns) != list(fields):
            comparison.differ(f"{path}: has the columns {list(columns)}, and the data package says {list(fields)}")
        for name, kind in columns.items():
            if kind not in TYPES[fields.get(name, "string")]:
                comparison.differ(f"{path} {name}: is {kind}, and the data package says {fields.get(name)}")
        # The hash makes DuckDB decode every page.
        [(rows, _)] = connection.execute("SELECT COUNT(*), BIT_XOR(HASH(t)) FROM read_parquet(?) AS t", [path]).fetchall()
        if rows == 0:
            comparison.differ(f"{path}: has no rows")
        total += rows
    return {"files": len(files), "rows": total}


def front_matter(path):
    lines = path.read_text("utf-8").splitlines()
    head = "\n".join(line[3:].removeprefix(" ") for line in lines if line.startswith("--|"))
    return tomllib.loads(head), "\n".join(line for line in lines if not line.startswith("--|"))


def make_views(connection, inputs):
    """The views that an indicator sees: nothing but its inputs, with one boolean per status letter."""
    letters = ", ".join(f"contains(status, '{letter}') AS status_{letter.lower()}" for letter in LETTERS)
    visible = [f"measure = '{name.removeprefix('measure:')}'" if name.startswith("measure:") else f"dataset = '{name}'" for name in inputs]
    query = f"SELECT *, {letters} FROM read_parquet('observations/*.parquet') WHERE {' OR '.join(visible)}"
    connection.execute(f"CREATE OR REPLACE VIEW observations AS {query}")
    connection.execute("CREATE OR REPLACE VIEW population AS SELECT * FROM observations WHERE measure = 'population'")
    for name in ["areas", "area_groups", "measures", "datasets"]:
        connection.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet('reference/{name}.parquet')")


def check_whole(connection, comparison, identifier):
    """The counts that an indicator sums are whole; otherwise the order of a sum could show in its last bit."""
    sql = """
        SELECT dataset, ref_area, origin, period, value FROM observations
        WHERE unit IN ('PS', 'PERMITS') AND breakdown NOT LIKE '%*%' AND (value <> ROUND(value) OR ABS(value) > 1e12)
        ORDER BY ALL LIMIT 1"""
    for row in select(connection, sql)[1]:
        comparison.differ(f"{identifier}: a count is not whole, so that sums depend on their order: {row}")


def finish(head, columns, rows, area_names):
    """Rounding, labels and status, as the front matter says."""
    decimals = {name: column["decimals"] for name, column in head["columns"].items() if "decimals" in column}
    finished = []
    for row in rows:
        result = {}
        for name, value in row.items():
            if name.startswith("status_"):
                held = [letter for letter in LETTERS if row[f"status_{letter.lower()}"]]
                result["status"] = "".join(held) or "A"
                continue
            if columns[name] == "DOUBLE" and value is not None:
                value = rounded(value, decimals[name])
            result[name] = value
            if name in DIMENSIONS:
                labels = area_names if name in AREAS else LABELS[name]
                label = (None, None) if value is None else labels.get(value, ("unknown here", "unknown here"))
                result[f"{name}_label_es"], result[f"{name}_label_en"] = label
        finished.append(result)
    return finished


def recompute(connection, comparison, head, sql):
    """Compares an indicator with its own SQL; how many rows it has."""
    identifier, key = head["id"], head["key"]
    area_names = {area: (es, en) for area, es, en in connection.execute("SELECT area, name_es, name_en FROM areas").fetchall()}
    columns, rows = select(connection, sql)
    computed = finish(head, columns, rows, area_names)
    released_columns, released = select(connection, "SELECT * FROM read_parquet(?)", [f"indicators/{identifier}.parquet"])
    if not computed or list(computed[0]) != list(released_columns):
        by_sql = list(computed[0]) if computed else "no rows"
        comparison.differ(f"{identifier}: the columns are {list(released_columns)}, by its SQL {by_sql}")
        return 0
    for name, kind in released_columns.items():
        expected = columns.get(name, "VARCHAR")
        if kind != expected:
            comparison.differ(f"{identifier} {name}: is {kind}, by its SQL {expected}")
    comparison.rows(identifier, "its SQL in DuckDB", key, by_key(released, key), by_key(computed, key))
    order = [tuple(row[name] for name in key) for row in released]
    if order != sorted(order):
        comparison.differ(f"{identifier}: the released rows are not sorted by {key}")
    return len(released)


def recompute_apart(connection, comparison, head):
    """Compares an indicator's values with a query that was written apart from its SQL; the columns that it gives."""
    identifier, key = head["id"], head["key"]
    query = INDEPENDENT / f"{identifier}.sql"
    if not query.is_file():
        return []
    columns, rows = select(connection, query.read_text("utf-8"))
    values = [name for name in columns if name not in key]
    for row in rows:
        for name in values:
            decimals = head["columns"].get(name, {}).get("decimals")
            if isinstance(row[name], float) and decimals is not None:
                row[name] = rounded(row[name], decimals)
    _, released = select(connection, "SELECT * FROM read_parquet(?)", [f"indicators/{identifier}.parquet"])
    comparison.rows(identifier, f"independent/{query.name}", key, by_key(released, key), by_key(rows, key))
    return values


def main(release, indicators):
    definitions = [front_matter(path) for path in sorted(pathlib.Path(indicators).resolve().rglob("*.sql"))]
    os.chdir(release)
    connection = duckdb.connect(config={"threads": 2})
    comparison = Comparison()
    summary = {"duckdb": duckdb.__version__, **read_everything(connection, comparison), "indicators": {}}
    released = {path.stem for path in pathlib.Path("indicators").glob("*.parquet")}
    if lost := released ^ {head["id"] for head, _ in definitions}:
        comparison.differ(f"only among the released indicators or only among the .sql files: {sorted(lost)}")
    if lost := {path.stem for path in INDEPENDENT.glob("*.sql")} - released:
        comparison.differ(f"independent queries without a released indicator: {sorted(lost)}")
    for head, sql in definitions:
        if head["id"] in released:
            make_views(connection, head["inputs"])
            if "SUM(" in sql:
                check_whole(connection, comparison, head["id"])
            rows = recompute(connection, comparison, head, sql)
            summary["indicators"][head["id"]] = {"rows": rows, "independent": recompute_apart(connection, comparison, head)}
    print(json.dumps(summary))
    return 1 if comparison.differences else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
