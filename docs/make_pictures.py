"""Draws the pictures of the front page, the tutorial and the how-to guides from real runs.

    python docs/make_pictures.py              # all of them
    python docs/make_pictures.py chat bot     # those of these pages

A picture is the same for the same version of ccsim and matplotlib: seeds are fixed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
FRONT_PAGE = ROOT / "docs" / "_static" / "service_level.png"
FIGURES = ROOT / "docs" / "how-to" / "figures"
OF_TUTORIALS = ROOT / "docs" / "tutorial" / "figures"
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def pictures() -> dict[Path, Callable[[], Figure]]:
    """Every picture: where it goes, and what draws it."""
    from docs.pictures import answers, channels, fronts, issues, operation, teaching, waiting

    by_page = {}
    for module in (answers, channels, fronts, waiting, issues, operation):
        by_page.update(module.PICTURES)
    return {
        FRONT_PAGE: helpdesk,
        **{OF_TUTORIALS / f"{name}.png": draw for name, draw in teaching.PICTURES.items()},
        **{FIGURES / f"{page}.png": draw for page, draw in by_page.items()},
    }


def helpdesk() -> Figure:
    """Service level and staffing of the helpdesk."""
    import ccsim
    from ccsim.report import figures, series

    run = ccsim.simulate(ccsim.load(ROOT / "scenarios" / "helpdesk.yaml"), seed=1, replications=10)
    profile = series.day_profile(run)
    if profile is None:
        raise SystemExit("the helpdesk had no open hours")
    return figures.service_level_and_staffing(profile)


def main() -> None:
    wanted = sys.argv[1:]
    for path, draw in pictures().items():
        if wanted and path.stem not in wanted:
            continue
        path.parent.mkdir(exist_ok=True)
        draw().savefig(path, dpi=110, metadata={"Software": None})
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
