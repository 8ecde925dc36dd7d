#!/usr/bin/env python3
"""Measures `paso decode` against other readers of the same files, and its memory on large ones. See README.md.

This process imports nothing but the standard library and stays small; whatever reads data is a child of its own.
"""

import argparse
import json
import os
import re
import statistics
import sys
from pathlib import Path

import measured
import observed
from cases import MEMORY, SPEED, Memory, Speed

HERE = Path(__file__).parent


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--paso", type=Path, help="the program, built with --release")
    parser.add_argument("--testkit", type=Path, required=True, help="paso-testkit, built with --release: it writes the inputs")
    parser.add_argument("--folder", type=Path, required=True, help="for inputs (kept, up to 10 GB) and outputs (removed)")
    parser.add_argument("--results", type=Path, help="where the results go as JSON")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", metavar="PATTERN", default="", help="only cases whose name matches this regular expression")
    parser.add_argument("--size", metavar="SIZE", help="instead of every case's own size: 5MB, or a number of rows such as 2000")
    parser.add_argument("--observe", type=Path, metavar="PROGRAM", help="the example `observe` of paso-normalize, built with --release")
    parser.add_argument("--peers-only", action="store_true", help="only the peers, without paso and requirements")
    options = parser.parse_args()
    if not options.peers_only and not options.paso:
        parser.error("--paso is needed, or --peers-only")
    for name in ("paso", "testkit", "folder", "observe"):
        if path := getattr(options, name):
            setattr(options, name, path.resolve())
    return options


def generated(case: Speed | Memory, options: argparse.Namespace) -> tuple[Path, dict]:
    """The input of a case, made where it is not there yet, and what is in it."""
    kind, size = case.size
    if options.size:
        kind, size = ("--rows" if options.size.isdigit() else "--bytes"), options.size
    path = options.folder / f"{case.format}-{size}-{options.seed}.{case.suffix}"
    facts = path.with_suffix(".facts")
    if not (facts.exists() and path.exists()):
        command = [str(options.testkit), "generate", "--format", case.format, kind, size, "--seed", str(options.seed)]
        printed = measured.run([*command, "--out", str(path)]).printed
        rows, valued = re.fullmatch(r"(\d+) observations, (\d+) with a value\n", printed).groups()
        facts.write_text(json.dumps({"rows": int(rows), "valued": int(valued)}), encoding="utf-8")
    with open(path, "rb") as file:
        while file.read(1 << 24):
            pass
    return path, json.loads(facts.read_text(encoding="utf-8"))


def paso_command(case: Speed | Memory, source: Path, target: Path, options: argparse.Namespace) -> list[str] | None:
    if isinstance(case, Speed) and case.work == "observe":
        if not options.observe:
            return None
        definition = source.with_suffix(".toml")
        if not definition.exists():
            inspected = measured.run([str(options.paso), "inspect", str(source), "--output", "json"]).printed
            definition.write_text(observed.definition(json.loads(inspected), HERE.parents[1]), encoding="utf-8")
        return [str(options.observe), str(definition), str(source), str(target), str(options.threads)]
    command = [str(options.paso), "decode", str(source), "--output", "parquet", "--to", str(target)]
    return [*command, "--threads", str(options.threads), *case.arguments]


def script(name: str, *rest: str) -> list[str]:
    return [sys.executable, str(HERE / name), *rest]


def speed(case: Speed, options: argparse.Namespace) -> dict:
    source, facts = generated(case, options)
    outputs = {"paso": options.folder / "paso.parquet"}
    for peer in case.peers:
        outputs[peer] = options.folder / f"{peer}.{'parquet' if peer.endswith('_csv') else 'csv'}"
    ours = None if options.peers_only else paso_command(case, source, outputs["paso"], options)
    if ours is None and not options.peers_only:
        return {"case": case.name, "problem": "not measured: --observe names no program", "met": False}
    runs: dict[str, list[measured.Run]] = {name: [] for name in outputs if name != "paso" or ours}
    environment = {"POLARS_MAX_THREADS": str(options.threads), "PYTHONWARNINGS": "ignore"}
    for _ in range(options.runs):
        for name, of in runs.items():
            outputs[name].unlink(missing_ok=True)
            if name == "paso":
                of.append(measured.run(ours))
            else:
                threads = [str(options.threads)] if case.threads_for_peers else []
                of.append(measured.run_peer(script(f"peers/{name}.py", str(source), str(outputs[name]), *threads), environment))
    seconds = {name: statistics.median(run.seconds for run in of) for name, of in runs.items()}
    peaks = {name: max(run.peak_mb for run in of) for name, of in runs.items()}
    result = {"case": case.name, "input": source.name, "bytes": source.stat().st_size, **facts, "seconds": seconds, "peak_mb": peaks}
    result["all_seconds"] = {name: [run.seconds for run in of] for name, of in runs.items()}
    if case.work == "observe" and ours:
        result["account"] = json.loads(runs["paso"][-1].printed)
    compared = [str(outputs[name]) for name in runs]
    if case.columns and len(compared) > 1:
        wanted = {"paths": compared, "columns": case.columns, "numeric": case.numeric, "valued_only": case.valued_only}
        result["compared"] = json.loads(measured.run(script("compare.py", json.dumps(wanted))).printed)
        result["compared"]["names"] = list(runs)
    for output in outputs.values():
        output.unlink(missing_ok=True)
    if options.peers_only:
        return result
    result["ratio"] = min(seconds[peer] for peer in case.peers) / seconds["paso"]
    result["required"] = {"ratio": case.ratio, "peak_mb": case.peak_mb}
    problems = []
    if result["ratio"] < case.ratio:
        problems.append(f"{result['ratio']:.2f} times as fast, {case.ratio} required")
    if case.peak_mb is not None and peaks["paso"] > case.peak_mb:
        problems.append(f"{peaks['paso']:.0f} MB, {case.peak_mb:.0f} allowed")
    if "account" in result and result["account"] != {"cells": facts["rows"], "rows": facts["rows"], "quarantined": 0}:
        problems.append(f"the account is {result['account']}")
    if not result.get("compared", {"same": True})["same"]:
        problems.append("the outputs differ")
    return finished(result, problems)


def memory(case: Memory, options: argparse.Namespace) -> dict:
    source, facts = generated(case, options)
    target = options.folder / "paso.parquet"
    run = measured.run(paso_command(case, source, target, options))
    counted = json.loads(measured.run(script("counted.py", str(target))).printed)
    target.unlink()
    result = {"case": case.name, "input": source.name, "bytes": source.stat().st_size, **facts, "seconds": {"paso": run.seconds}}
    result |= {"peak_mb": {"paso": run.peak_mb}, "required": {"peak_mb": case.peak_mb}, "counted": counted}
    problems = []
    if run.peak_mb > case.peak_mb:
        problems.append(f"{run.peak_mb:.0f} MB, {case.peak_mb:.0f} allowed")
    if counted["valued"] != facts["valued"] or (counted["rows"] != facts["rows"] and not case.valued_only):
        problems.append(f"{counted['rows']} rows, {counted['valued']} with a value")
    return finished(result, problems)


def finished(result: dict, problems: list[str]) -> dict:
    result["met"] = not problems
    if problems:
        result["problem"] = "; ".join(problems)
    return result


def printed(result: dict) -> None:
    times = ", ".join(f"{name} {seconds:.3f} s {result['peak_mb'][name]:.0f} MB" for name, seconds in result.get("seconds", {}).items())
    ratio = f"  ratio {result['ratio']:.2f} of {result['required']['ratio']}" if "ratio" in result else ""
    same = "" if "compared" not in result else "  same" if result["compared"]["same"] else "  DIFFERENT"
    size = f" ({result['bytes'] / 1e6:.1f} MB, {result['rows']} rows)" if "bytes" in result else ""
    verdict = "" if "met" not in result else "  met" if result["met"] else f"  MISSED: {result['problem']}"
    print(f"{result['case']}{size}: {times}{ratio}{same}{verdict}", flush=True)


def main() -> int:
    options = arguments()
    options.folder.mkdir(parents=True, exist_ok=True)
    cases = [*SPEED, *([] if options.peers_only else MEMORY)]
    results = []
    for case in cases:
        if not re.search(options.only, case.name):
            continue
        try:
            results.append(speed(case, options) if isinstance(case, Speed) else memory(case, options))
        except measured.Failed as error:
            results.append({"case": case.name, "problem": str(error), "met": False})
        printed(results[-1])
    if options.results:
        options.results.write_text(json.dumps({"processors": os.cpu_count(), "results": results}, indent=1) + "\n", encoding="utf-8")
    return 0 if results and all(result.get("met", options.peers_only) for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
