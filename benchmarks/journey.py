"""Every shipped scenario, from draws to metrics: legs a second, and how many times the SimPy engine."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.field import ROOT, environment

HEADLINE = ["offered", "service_level", "abandon_rate", "asa", "aht", "occupancy"]
PARTS = ("draws", "engine", "headline metrics", "all metrics")
SIMPY_LEGS = 20_000  # of the slow engine, at most so many a scenario: whole days


def measure(repeats: int, at_most: int = 10**9) -> list[dict[str, Any]]:
    """One row a scenario, each in a fresh process; ``at_most`` legs on the SimPy engine."""
    rows = []
    for path in sorted((ROOT / "scenarios").glob("*.yaml")):
        legs = str(min(SIMPY_LEGS, at_most))
        words = [sys.executable, "-m", "benchmarks.journey", str(path), str(repeats), legs]
        done = subprocess.run(words, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True)
        rows.append(json.loads(done.stdout.splitlines()[-1]))
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as text."""
    head = f"{'scenario':26}{'legs':>9}{'sessions':>10}" + "".join(f"{part:>18}" for part in PARTS)
    lines = ["", head + f"{'legs/s':>12}{'SimPy us':>10}{'times':>7}"]
    for row in rows:
        seconds = "".join(f"{row['cpu'][part] / row['legs'] * 1e6:>15.3f} us" for part in PARTS)
        lines.append(
            f"{row['scenario']:26}{row['legs']:>9,}{row['sessions']:>10,}{seconds}"
            f"{row['legs_per_s']:>12,.0f}{row['simpy_us']:>10.1f}{row['times']:>7.0f}"
        )
    return "\n".join([*lines, "legs/s: draws, engine and headline metrics; us are a leg"])


def _one(path: Path, repeats: int, simpy_legs: int) -> dict[str, Any]:
    """Measure one scenario in this process, warm."""
    from ccsim import load
    from ccsim.compiler import compile_scenario
    from ccsim.draws import draw
    from ccsim.engines.compiled_engine import CompiledEngine
    from ccsim.engines.simpy_engine import SimpyEngine
    from ccsim.result import Run

    scenario = load(path)
    program = compile_scenario(scenario)
    engine = CompiledEngine()
    log = engine.run(program, draw(program, 1))
    Run(scenario, 1, "compiled", [log]).metrics()
    cpu: dict[str, list[float]] = {part: [] for part in PARTS}
    for repeat in range(repeats):
        clock = [time.process_time()]
        draws = draw(program, 1, repeat)
        clock.append(time.process_time())
        log = engine.run(program, draws)
        clock.append(time.process_time())
        Run(scenario, 1, "compiled", [log]).metrics(HEADLINE)
        clock.append(time.process_time())
        Run(scenario, 1, "compiled", [log]).metrics()
        clock.append(time.process_time())
        for part, begin, end in zip(PARTS, clock[:-1], clock[1:], strict=True):
            cpu[part].append(end - begin)
    legs = len(log.legs["leg"])
    seconds = {part: median(values) for part, values in cpu.items()}
    days = max(1, min(scenario.time.days, scenario.time.days * simpy_legs // max(1, legs)))
    few = compile_scenario(scenario.override({"time.days": days}))
    draws = draw(few, 1)
    began = time.process_time()
    slow = SimpyEngine().run(few, draws)
    simpy = (time.process_time() - began) / max(1, len(slow.legs["leg"]))
    assert engine.run(few, draws).digest() == slow.digest()
    line = seconds["draws"] + seconds["engine"] + seconds["headline metrics"]
    return {
        "scenario": scenario.name,
        "legs": legs,
        "sessions": len(log.sessions.get("front", ())),
        "cpu": seconds,
        "legs_per_s": legs / line,
        "simpy_us": simpy * 1e6,
        "times": simpy / (seconds["engine"] / legs),
    }


if __name__ == "__main__":
    print(json.dumps(_one(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
