"""Write the baselines anew: ``python tests/baseline/renew.py`` after a change that is meant to move numbers.

One JSON file a scenario: the digest of each of three replications and a small table, so that a difference
can be read and not only seen. The changelog says why a baseline moved.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ccsim

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent
SCENARIOS = sorted(ROOT.glob("scenarios/*.yaml"))
METRICS = ["offered", "answered", "abandoned", "blocked", "cleared", "service_level", "asa", "aht"]


def baseline(path: Path) -> dict[str, Any]:
    """What a scenario gives with seed 1 and three replications."""
    run = ccsim.simulate(ccsim.load(path), seed=1, replications=3)
    table = run.metrics(METRICS, by=["queue"])
    rows = [
        {
            "queue": row.queue,
            "metric": row.metric,
            "value": None if row.value != row.value else round(row.value, 6),
        }
        for row in table.itertuples()
    ]
    return {"digests": list(run.digests), "metrics": rows}


def main() -> None:
    for path in SCENARIOS:
        text = json.dumps(baseline(path), indent=1) + "\n"
        (FOLDER / f"{path.stem}.json").write_text(text)


if __name__ == "__main__":
    main()
