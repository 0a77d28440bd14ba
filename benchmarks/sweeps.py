"""What a sweep costs beside its cells: overhead, two workers against one, ten thousand cells, memory.

    python benchmarks/sweeps.py            # on a quiet machine with at least two cores; some minutes

Every figure is printed with the bound it is held against; the exit code is 1 where one is missed.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

MOST_OVERHEAD = 0.05  # of the time of cells of some 50 ms
LEAST_SPEEDUP = 1.8  # of two workers
MOST_MINUTES = 10.0  # for ten thousand cells of the helpdesk week on two workers
MOST_GROWTH_MB = 20.0  # of memory, from a thousand cells to ten thousand

HEADS = "agent_groups.desk.headcount"
SHORT: dict[str, Any] = {"vary": {HEADS: [9, 10, 11, 12]}}
LONG: dict[str, Any] = {
    "cases": {"busy": {"queues.support.arrivals.per_day": 620 * 20}},
    "vary": {HEADS: [228, 232, 236, 240]},
}


def played(keys: dict[str, Any], replications: int, workers: int) -> dict[str, float]:
    """Seconds of a sweep of the helpdesk, of its cells, and the memory of its process; in a fresh process."""
    given = json.dumps([keys, replications, workers])
    done = subprocess.run([sys.executable, __file__, given], capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def play(keys: dict[str, Any], replications: int, workers: int) -> dict[str, float]:
    """One sweep in this process."""
    import ccsim
    from ccsim.experiments.sweep import run_plan

    data = {"name": "speed", "seed": 1, "replications": replications, **keys,
            "measure": ["service_level", "abandon_rate", "occupancy", "asa"]}  # fmt: skip
    plan = ccsim.Plan.from_dict(data, scenario=ccsim.load(ROOT / "scenarios" / "helpdesk.yaml"))
    with tempfile.TemporaryDirectory() as room:
        warm = plan.model_copy(update={"replications": 1})
        warm._base = plan.base
        run_plan(warm, Path(room) / "warm")  # the engine is loaded, the libraries are imported
        began = time.perf_counter()
        _, outcome = run_plan(plan, Path(room) / "out", workers=workers)
        seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "seconds": seconds,
        "cells": outcome.done,
        "cell_seconds": outcome.cell_seconds,
        "memory_mb": memory,
    }


def main() -> int:
    """Measure and judge."""
    good = []

    def judge(text: str, holds: bool) -> None:
        print(f"{'ok  ' if holds else 'MISS'} {text}", flush=True)
        good.append(holds)

    one = played(LONG, 800, 1)
    overhead = one["seconds"] / one["cell_seconds"] - 1
    cell_ms = one["cell_seconds"] / one["cells"] * 1e3
    judge(f"overhead {overhead:.1%} of cells of {cell_ms:.0f} ms (at most {MOST_OVERHEAD:.0%})",
          overhead <= MOST_OVERHEAD)  # fmt: skip
    two = played(LONG, 800, 2)
    speedup = one["seconds"] / two["seconds"]
    judge(f"two workers {speedup:.2f}x one, cells of {cell_ms:.0f} ms (at least {LEAST_SPEEDUP}x)",
          speedup >= LEAST_SPEEDUP)  # fmt: skip
    many = played(SHORT, 2500, 2)
    judge(f"{many['cells']:,.0f} cells of the helpdesk week in {many['seconds']:.0f} s on two workers "
          f"(at most {MOST_MINUTES:.0f} min)", many["seconds"] <= 60 * MOST_MINUTES)  # fmt: skip
    alone = played(SHORT, 2500, 1)
    speedup = alone["seconds"] / many["seconds"]
    judge(f"two workers {speedup:.2f}x one on these short cells (at least {LEAST_SPEEDUP}x)",
          speedup >= LEAST_SPEEDUP)  # fmt: skip
    few = played(SHORT, 250, 1)
    growth = alone["memory_mb"] - few["memory_mb"]
    judge(f"memory {alone['memory_mb']:.0f} MB with {alone['cells']:,.0f} cells, {growth:+.0f} MB against "
          f"{few['cells']:,.0f} cells (at most {MOST_GROWTH_MB:.0f} MB more)",
          growth <= MOST_GROWTH_MB)  # fmt: skip
    return 0 if all(good) else 1


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(play(*json.loads(sys.argv[1]))))
    else:
        sys.exit(main())
