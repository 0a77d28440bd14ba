"""Pictures of the tutorials."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import ccsim
from docs.pictures import drawing
from docs.pictures.drawing import BLUE, ORANGE, PALE, Floats

WORLDS = 20
CONTAINMENT = "bots.front_door.containment"


@drawing.styled
def shared_luck() -> Figure:
    """Two cases in twenty worlds each: worlds of their own, and the same worlds."""
    base = drawing.load("bot")
    worse = base.override({CONTAINMENT: "35%"})
    figure, (left, right) = drawing.panels(2, 3.5)
    _pairs(left, "Each with luck of its own", _levels(base, 1), _levels(worse, 2))
    _pairs(right, "Shared luck", _levels(base, 1), _levels(worse, 1))
    right.legend(loc="lower right")
    return figure


def _levels(scenario: ccsim.Scenario, seed: int) -> Floats:
    """Service level of each world, in percent."""
    run = ccsim.simulate(scenario, seed=seed, replications=WORLDS)
    each = [ccsim.Run(scenario, seed, run.engine, [log]) for log in run.logs]
    return 100 * np.array([drawing.value(one, "service_level") for one in each])


def _pairs(axes: Axes, title: str, planned: Floats, weaker: Floats) -> None:
    """One dot a world and case, joined where one world is compared with one world."""
    worlds = np.arange(1, WORLDS + 1)
    axes.vlines(worlds, planned, weaker, color=PALE, linewidth=2)
    axes.plot(worlds, planned, "o", color=BLUE, label="as planned", markersize=5)
    axes.plot(worlds, weaker, "s", color=ORANGE, label="weaker bot", markersize=5)
    gaps = weaker - planned
    drawing.label(
        axes, title, f"world; differences {gaps.min():+.1f} to {gaps.max():+.1f} points", "service level"
    )
    axes.set_xticks([1, 5, 10, 15, 20])
    drawing.percent(axes, 93)
    axes.set_ylim(83, 93)


PICTURES = {"shared-luck": shared_luck}
