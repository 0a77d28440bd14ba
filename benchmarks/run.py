"""Measure ccsim beside its neighbours, on one core.

    python benchmarks/run.py [a|b|c|start|scenarios|all] [--repeats 5] [--quick] [--out FILE]

Every measurement is a fresh process; contestants take turns, so that a busy moment of the machine hits all of
them. Figures are medians of CPU time. Each contestant's abandonment and mean wait are compared with theory
(cases a and b) or with ccsim (case c) before its speed counts.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import math
import os
import platform
import sys
from pathlib import Path
from statistics import median
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import journey, start
from benchmarks.cases import CASES, DAY_S, Center, theory
from benchmarks.field import CONTESTANTS, ROOT, Contestant, Failed, one_core, run

QUICK_DAYS = 1.0
ERRORS = 4.0  # standard errors within which an estimate counts as the expected value
SPREAD = 0.12  # where no theory gives the error: relative tolerance at one day, falling with the root of days

Answer = dict[str, Any]


def main(arguments: list[str] | None = None) -> int:
    """Run the cases asked for; the exit code is 1 where a contestant simulates something else."""
    parser = argparse.ArgumentParser(description="Measure ccsim beside its neighbours, on one core.")
    parser.add_argument("case", nargs="?", default="all", choices=[*CASES, "start", "scenarios", "all"])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one day of each case, to see that it works")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "latest.json")
    asked = parser.parse_args(arguments)
    with one_core() as bound:
        told = _play(asked.case, asked.repeats, asked.quick, _machine(bound))
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(told, indent=1) + "\n")
    print(f"\nwritten to {os.path.relpath(asked.out)}")
    agree = all(row["agrees"] for case in told["cases"].values() for row in case["rows"])
    if not agree:
        print("a contestant simulates something else: its speed means nothing", file=sys.stderr)
    return 0 if agree else 1


def _play(chosen: str, repeats: int, quick: bool, machine: dict[str, Any]) -> dict[str, Any]:
    """Run and print the cases asked for; everything that the results file holds."""
    told: dict[str, Any] = {"machine": machine, "repeats": repeats, "cases": {}}
    print(", ".join(f"{key} {value}" for key, value in machine.items()))
    for case in CASES if chosen == "all" else [chosen] if chosen in CASES else []:
        answers, skipped = measure(case, repeats, QUICK_DAYS if quick else math.inf)
        rows = summarise(case, answers)
        print(table(case, rows, skipped), flush=True)
        told["cases"][case] = {"rows": rows, "skipped": skipped, "runs": answers}
    if chosen in ("start", "all"):
        told["start"] = start.measure(repeats)
        print(start.table(told["start"]))
    if chosen in ("scenarios", "all"):
        told["scenarios"] = journey.measure(repeats, 2_000 if quick else 10**9)
        print(journey.table(told["scenarios"]))
    return told


def measure(
    case: str, repeats: int, at_most: float, contestants: tuple[Contestant, ...] = CONTESTANTS
) -> tuple[dict[str, list[Answer]], list[str]]:
    """Answers of each contestant, one a repeat, and a sentence for each that cannot take part.

    ``at_most``: days that nobody exceeds (ccsim simulates whole days).
    """
    reasons = {contestant.key: contestant.missing(case) for contestant in contestants}
    field = [contestant for contestant in contestants if not reasons[contestant.key]]
    answers: dict[str, list[Answer]] = {contestant.key: [] for contestant in field}
    skipped = [reason for reason in reasons.values() if reason]
    for repeat in range(repeats):
        for contestant in list(field):
            days = min(contestant.days[case], at_most)
            try:
                answer = run(contestant, case, days, seed=repeat + 1)
            except Failed as failure:
                field.remove(contestant)
                skipped.append(str(failure))
                continue
            answers[contestant.key].append({"days": days, **answer})
    return {key: runs for key, runs in answers.items() if runs}, skipped


def summarise(case: str, answers: dict[str, list[Answer]]) -> list[dict[str, Any]]:
    """One row a contestant: medians, and whether it simulated the same center."""
    center = CASES[case]
    reference = _estimates(answers.get("compiled", next(iter(answers.values()))))
    titles = {contestant.key: contestant.title for contestant in CONTESTANTS}
    rows = []
    for key, runs in answers.items():
        cpu = median(sum(answer["cpu"].values()) for answer in runs)
        contacts = median(sum(answer["contacts"]) for answer in runs)
        estimates = _estimates(runs)
        parts = {part: median(answer["cpu"][part] for answer in runs) for part in runs[0]["cpu"]}
        beside = {part: median(answer["beside"][part] for answer in runs) for part in runs[0]["beside"]}
        rows.append(
            {
                "key": key,
                "title": titles[key],
                "contacts": contacts,
                "cpu_s": cpu,
                "wall_s": median(sum(answer["wall"].values()) for answer in runs),
                "us_per_contact": cpu / contacts * 1e6,
                "peak_mb": median(answer["peak_mb"] for answer in runs),
                "parts": parts,
                "beside": beside,
                "notes": sorted({note for answer in runs for note in answer["notes"]}),
                **estimates,
                "agrees": _agrees(center, runs, estimates, reference),
            }
        )
    own = next((row["us_per_contact"] for row in rows if row["key"] == "compiled"), math.nan)
    for row in rows:
        row["ratio"] = row["us_per_contact"] / own
    return rows


def _estimates(runs: list[Answer]) -> dict[str, float]:
    """Abandonment and mean wait over all repeats of a contestant."""
    contacts = sum(sum(answer["contacts"]) for answer in runs)
    return {
        "abandon_rate": sum(sum(answer["abandoned"]) for answer in runs) / contacts,
        "mean_wait_s": sum(sum(answer["waits_s"]) for answer in runs) / contacts,
    }


def _agrees(center: Center, runs: list[Answer], mine: dict[str, float], reference: dict[str, float]) -> bool:
    """Within four standard errors of theory, or near ccsim's own where there is no theory.

    An empty start weighs something in a short run; it is part of the tolerance: one relaxation in all.
    """
    days = sum(answer["days"] for answer in runs)
    expected = theory(center)
    if expected is None:
        near = SPREAD / math.sqrt(days)
        return all(math.isclose(mine[key], reference[key], rel_tol=4 * near) for key in mine)
    root = math.sqrt(days * DAY_S)
    return (
        abs(mine["abandon_rate"] - expected.abandon_rate) <= ERRORS * expected.abandon_error / root
        and abs(mine["mean_wait_s"] - expected.mean_wait_s) <= ERRORS * expected.wait_error / root
    )


def table(case: str, rows: list[dict[str, Any]], skipped: list[str]) -> str:
    """The rows as text."""
    center = CASES[case]
    head = f"{'':24}{'contacts':>10}{'CPU s':>9}{'wall s':>9}{'us each':>9}{'ratio':>8}{'MB':>7}"
    head += f"{'abandoned':>11}{'wait s':>8}  same model"
    lines = ["", f"({case}) {center.title}", head]
    for row in rows:
        lines.append(
            f"{row['title']:24}{row['contacts']:>10,.0f}{row['cpu_s']:>9.2f}{row['wall_s']:>9.2f}"
            f"{row['us_per_contact']:>9.3f}{row['ratio']:>8.2f}{row['peak_mb']:>7.0f}"
            f"{row['abandon_rate']:>11.4f}{row['mean_wait_s']:>8.3f}  {'yes' if row['agrees'] else 'NO'}"
        )
    expected = theory(center)
    if expected is not None:
        lines.append(f"{'theory':75}{expected.abandon_rate:>11.4f}{expected.mean_wait_s:>8.3f}")
    for row in rows:
        lines.extend(_split(row))
    return "\n".join([*lines, *skipped])


def _split(row: dict[str, Any]) -> list[str]:
    """Where a ccsim engine's time goes."""
    if "draws" not in row["parts"]:
        return []
    parts = ", ".join(f"{part} {seconds:.3f} s" for part, seconds in row["parts"].items())
    simulation = row["parts"]["draws"] + row["parts"]["engine"]
    beside = row["beside"]
    shares = {
        "metrics": row["parts"]["metrics"],
        "by queue": beside["metrics by queue"],
        "by queue and interval": beside["metrics by queue and interval"],
    }
    of = ", ".join(f"{name} {seconds / simulation:.0%}" for name, seconds in shares.items())
    lines = [
        f"{row['title']}: {parts}; warm-up {beside['warm-up']:.2f} s",
        f"  of draws and engine: {of}; peak of the line {beside['peak MB of the line']:.0f} MB",
    ]
    return lines + [f"  {note}" for note in row["notes"] if not note.startswith("log ")]


def _machine(bound: bool) -> dict[str, Any]:
    """What the numbers depend on, in general words."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        named = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = named[0].split(":", 1)[1].strip() if named else model
    return {
        "on": dt.date.today().isoformat(),
        "processor": model,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "bound to one core": bound,
        "Python": platform.python_version(),
    }


if __name__ == "__main__":
    sys.exit(main())
