"""Draws the picture of the front page and the tutorial from a real run.

python docs/make_pictures.py
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "_static"
sys.path.insert(0, str(ROOT / "src"))


def main() -> None:
    import ccsim
    from ccsim.report import figures, series

    FOLDER.mkdir(exist_ok=True)
    run = ccsim.simulate(ccsim.load(ROOT / "scenarios" / "helpdesk.yaml"), seed=1, replications=10)
    profile = series.day_profile(run)
    if profile is None:
        raise SystemExit("the helpdesk had no open hours")
    figure = figures.service_level_and_staffing(profile)
    figure.savefig(FOLDER / "service_level.png", dpi=110)


if __name__ == "__main__":
    main()
