"""What the pictures share: their look, their runs, and what stands in a line at a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import ccsim
from ccsim.report.figures import COLOURS, GREY, STYLE

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios" / "howto"
BLUE, ORANGE, GREEN, PINK, YELLOW, SKY = COLOURS
PALE = "#BFBFBF"
HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US

Floats = npt.NDArray[np.float64]
Picture = Callable[[], Figure]
Changes = Mapping[str, Any]


def load(page: str) -> ccsim.Scenario:
    """The scenario of a page."""
    return ccsim.load(SCENARIOS / f"{page}.yaml")


def runs(page: str, cases: Mapping[str, Changes], replications: int = 10) -> dict[str, ccsim.Run]:
    """The scenario of a page under the same luck in every case."""
    base = load(page)
    scenarios = {name: base.override(changes) if changes else base for name, changes in cases.items()}
    return ccsim.Experiment(scenarios, seed=1, replications=replications).run().runs


@contextmanager
def _style() -> Iterator[None]:
    with matplotlib.rc_context({**STYLE, "figure.constrained_layout.use": True}):
        yield


def styled(picture: Picture) -> Picture:
    """Draw in the style of all figures."""

    def draw() -> Figure:
        with _style():
            return picture()

    draw.__doc__ = picture.__doc__
    return draw


def panel(title: str, x: str, y: str, height: float = 3.4) -> tuple[Figure, Axes]:
    """A figure of one panel."""
    figure = Figure(figsize=(7.4, height))
    axes = figure.add_subplot()
    label(axes, title, x, y)
    return figure, axes


def panels(count: int, height: float = 3.3) -> tuple[Figure, list[Axes]]:
    """A figure of several panels side by side."""
    figure = Figure(figsize=(7.4, height))
    return figure, [figure.add_subplot(1, count, number + 1) for number in range(count)]


def label(axes: Axes, title: str, x: str, y: str) -> None:
    """Title and axes; x and y say the unit."""
    axes.set_title(title)
    axes.set_xlabel(x)
    axes.set_ylabel(y)


def percent(axes: Axes, top: float = 100) -> None:
    """A y-axis of shares, written in percent."""
    axes.set_ylim(0, top)
    axes.yaxis.set_major_formatter("{x:.0f} %")


def clock(axes: Axes, first: int, last: int, step: int = 1) -> None:
    """An x-axis of hours of the day."""
    axes.set_xlim(first, last)
    axes.set_xticks(range(first, last + 1, step), [f"{hour:02d}:00" for hour in range(first, last + 1, step)])


def value(run: ccsim.Run, metric: str, **keys: str) -> float:
    """One number of a run, of a queue or group where one is named."""
    rows = run.metrics(metric, by=list(keys))
    for key, name in keys.items():
        rows = rows[rows[key] == name]
    return float(rows["value"].iloc[0])


def legs(log: Any, queue: str, *columns: str) -> list[npt.NDArray[np.int64]]:
    """Columns of the legs in a queue, int64."""
    mine = log.legs["queue"] == log.labels.queues.index(queue)
    return [log.column("legs", column)[mine].astype(np.int64) for column in columns]


def there(begin: npt.NDArray[np.int64], end: npt.NDArray[np.int64], at: npt.NDArray[np.int64]) -> Floats:
    """How many of the stretches of time hold each instant."""
    begun = np.searchsorted(np.sort(begin), at, side="right")
    return (begun - np.searchsorted(np.sort(end), at, side="right")).astype(np.float64)


def waiting(log: Any, queue: str, at: npt.NDArray[np.int64]) -> Floats:
    """How many stand in the line of a queue at each instant."""
    queued, answered, ended = legs(log, queue, "queued_at", "answered_at", "ended_at")
    return there(queued, np.where(answered >= 0, answered, ended), at)


def note(axes: Axes, text: str, x: float, y: float, colour: str = GREY, **options: Any) -> None:
    """A word beside a line, in its colour."""
    axes.text(x, y, text, color=colour, fontsize=9, **options)
