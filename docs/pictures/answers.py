"""The picture of the page about answers from a sweep, from the experiment that the page shows."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

import ccsim
from ccsim.report import answer_figures

ROOT = Path(__file__).resolve().parents[2]


def _experiment() -> dict[str, Any]:
    from ruamel.yaml import YAML

    page = (ROOT / "docs" / "how-to" / "answers.md").read_text("utf-8")
    found = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = YAML(typ="safe", pure=True).load(found[1])
    return data


def break_even() -> Figure:
    """Service level by containment, a line for each headcount, and where it is as with eight and 30 %."""
    with tempfile.TemporaryDirectory() as folder:
        sweep = ccsim.Plan.from_dict(_experiment(), folder=ROOT).run(Path(folder) / "sweep")
        goal = sweep.names.find("headcount 8, containment 30%")
        lines = sweep.crossings("service_level", "containment", as_good_as=goal)
    figure = answer_figures.crossings(lines)
    figure.axes[0].set_title("What containment saves one of eight agents", loc="left")
    return figure


PICTURES = {"answers": break_even}
