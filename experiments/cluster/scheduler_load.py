"""A simulation of a cluster that plays a sweep: where is the bottleneck, and what does the chunk size do?

    python experiments/cluster/scheduler_load.py docs/background/figures/scheduler-load.png

Workers play chunks of cells; each chunk passes the scheduler (one thread) on its way out, and the parent
process (one thread) on its way back, where every row costs a little. The constants are those that
``measure_overheads.py`` measured (Python 3.11, dask 2026.8, a shared 2-core virtual machine).
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import simpy

SCHEDULER_S = 0.0011  # CPU time of the scheduler for a task
CLIENT_S = 0.00044  # and of the parent, to hand out a chunk and take it back
BRIEF_ROW_S = 14e-6  # of the parent, for a row that its worker has written: name, read, count
WHOLE_ROW_S = 47e-6  # for one that it writes itself: name, read, append, add to the estimates
ROW_BYTES = {"brief": 169, "whole": 416}  # in the message back
CELL_CV = 0.3  # of the time that cells take
IN_FLIGHT = 2  # chunks for each worker


@dataclass(frozen=True)
class Load:
    """A cluster and its cells."""

    workers: int
    cell_s: float
    chunk_s: float
    row_s: float = BRIEF_ROW_S

    @property
    def cells(self) -> int:
        """Of a chunk."""
        return max(1, round(self.chunk_s / self.cell_s))

    def bound(self) -> float:
        """Cells a second, on paper: the slowest of workers, scheduler and parent."""
        return min(
            self.workers / self.cell_s,
            self.cells / SCHEDULER_S,
            1 / (self.row_s + CLIENT_S / self.cells),
        )


def simulated(load: Load, seconds: float, seed: int = 1) -> float:
    """Cells a second that come back, after a start of a third of the time."""
    env = simpy.Environment()
    luck = random.Random(seed)
    scheduler, parent = simpy.Resource(env), simpy.Resource(env)
    free = simpy.Resource(env, load.workers)
    spread = CELL_CV / load.cells**0.5  # of a chunk's time, around its mean
    done = 0

    def used(by: simpy.Resource, duration: float) -> Iterator[Any]:
        with by.request() as turn:
            yield turn
            yield env.timeout(duration)

    def chunk() -> Iterator[Any]:
        nonlocal done
        yield env.timeout(luck.uniform(0, IN_FLIGHT * load.chunk_s))  # no waves
        while True:  # a chunk that is done makes room for the next
            yield from used(scheduler, SCHEDULER_S)
            mean = load.cells * load.cell_s
            yield from used(free, max(mean * luck.gauss(1, spread), mean / 10))
            yield from used(parent, CLIENT_S + load.cells * load.row_s)
            if env.now > seconds / 3:
                done += load.cells

    for _ in range(IN_FLIGHT * load.workers):
        env.process(chunk())
    env.run(until=seconds)
    return done / (seconds * 2 / 3)


CURVES = (
    ("cells of 50 ms, rows written by workers", 0.05, BRIEF_ROW_S, "C0"),
    ("cells of 50 ms, rows written by the parent", 0.05, WHOLE_ROW_S, "C1"),
    ("cells of 1 s, rows written by workers", 1.0, BRIEF_ROW_S, "C2"),
)
CHUNKS_S = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
WORKERS = 1000


def draw_figure(file: Path) -> None:
    """Share of the cells a second of 1,000 cores that nothing holds up, by the length of a chunk."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    for label, cell_s, row_s, color in CURVES:
        loads = [Load(WORKERS, cell_s, chunk_s, row_s) for chunk_s in CHUNKS_S if chunk_s >= cell_s]
        ideal = WORKERS / cell_s
        lengths = [load.chunk_s for load in loads]
        shares = [simulated(load, max(18.0, 12 * load.chunk_s)) / ideal for load in loads]
        axes.plot(lengths, [load.bound() / ideal for load in loads], "--", color=color, linewidth=1)
        axes.plot(lengths, shares, "o-", color=color, label=label)
        print(label, [f"{length:g} s: {share:.0%}" for length, share in zip(lengths, shares, strict=True)])
    axes.set(xscale="log", xlabel="seconds of work in a chunk", ylim=(0, 1.05))
    axes.set(ylabel=f"share of what {WORKERS:,} cores can do")
    axes.set_xticks(CHUNKS_S, [f"{length:g}" for length in CHUNKS_S])
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right", frameon=False)
    figure.savefig(file, dpi=120, metadata={"Software": None})


if __name__ == "__main__":
    draw_figure(Path(sys.argv[1]))
