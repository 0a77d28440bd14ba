"""What a cell costs besides playing it, on this machine: the constants of ``scheduler_load.py``.

    python experiments/cluster/measure_overheads.py tcp://127.0.0.1:8786

The address is that of a dask scheduler with a worker or two; without one only this process is measured.
"""

from __future__ import annotations

import pickle
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import ccsim
from ccsim.experiments.comparing.estimates import Estimates
from ccsim.experiments.keeping.rows import to_line
from ccsim.experiments.keeping.store import Store
from ccsim.experiments.planning.cells import Naming
from ccsim.experiments.planning.designs import points_of
from ccsim.experiments.playing.one_cell import Played, Player, World

ROOT = Path(__file__).parents[2]
ROWS, TASKS = 200, 1500


def microseconds(work: Callable[[], object], count: int) -> float:
    """CPU time of one of ``count`` things that ``work`` does; the best of five."""
    best = float("inf")
    for _ in range(5):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best / count * 1e6


def of_a_row(folder: Path) -> None:
    scenario = ccsim.load(ROOT / "scenarios" / "helpdesk.yaml")
    data = {"format": 1, "name": "overheads", "scenario": "helpdesk", "seed": 7, "replications": ROWS}
    store = Store.create(folder, ccsim.Plan.from_dict(data | {"by": ["queue"]}, scenario=scenario))
    naming, point = Naming(store.plan), points_of(store.plan)[0]
    cells = tuple(naming.cell(point, number) for number in range(ROWS))
    player = Player(World.of(store.plan))
    rows = [player.play(cell) for cell in cells]
    brief = [Played(replace(one.row, values=(), controls={}), written=True) for one in rows]

    def append() -> None:
        with store.writer() as writer:
            for first in range(0, ROWS, 10):
                writer.write(rows[first : first + 10])

    def estimate() -> None:
        estimates = Estimates()
        for one in rows:
            estimates.add(one.row)

    sizes = {name: pickle.dumps(data, 5) for name, data in
             (("cell", cells), ("whole row", rows), ("brief row", brief))}  # fmt: skip
    for name, text in sizes.items():
        taken = microseconds(lambda text=text: pickle.loads(text), ROWS)
        print(f"{name:24} {len(text) / ROWS:6.0f} bytes in a message, {taken:5.1f} us to read")
    print(f"{'row in the folder':24} {len(to_line(rows[0].row)):6} bytes")
    print(f"{'append a row':24} {microseconds(append, ROWS):6.1f} us")
    print(f"{'count a row':24} {microseconds(estimate, ROWS):6.1f} us")
    named = microseconds(lambda: [naming.cell(point, number) for number in range(ROWS)], ROWS)
    print(f"{'name a cell':24} {named:6.1f} us")


def of_a_task(address: str) -> None:
    from ccsim.experiments.playing.cluster import connected

    def clock() -> float:
        import time

        return time.process_time()

    with connected(address) as client:
        for number in range(2):  # the first one loads what it needs
            there, here = client.run_on_scheduler(clock), time.process_time()
            client.gather(
                [client.submit(abs, n, key=f"overhead-{number}-{n}", pure=False) for n in range(TASKS)]
            )
            here = time.process_time() - here
            there = client.run_on_scheduler(clock) - there
        print(f"{'task: scheduler':24} {there / TASKS * 1e6:6.0f} us")
        print(f"{'task: this process':24} {here / TASKS * 1e6:6.0f} us")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        of_a_row(Path(name) / "rows")
    if len(sys.argv) > 1:
        of_a_task(sys.argv[1])
