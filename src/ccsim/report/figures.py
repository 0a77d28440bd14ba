"""Figures of a run as matplotlib ``Figure`` objects; no window, no state, the same bytes for the same run."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

import numpy as np
import numpy.typing as npt

from ccsim.report.wording import seconds

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = npt.NDArray[np.float64]
Arguments = ParamSpec("Arguments")

# Okabe and Ito's colours, told apart by colour-blind readers, too; black is kept for targets
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
MOST_LINES = len(COLOURS)
GREY = "#595959"
STYLE: dict[Any, Any] = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "grid.color": "#E3E3E3",
    "grid.linewidth": 0.8,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "svg.hashsalt": "ccsim",  # ids in SVG files depend on nothing else
    "svg.fonttype": "path",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its confidence band; nan where there is no value."""

    name: str
    value: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class DayProfile:
    """The mean day by interval. ``hours``: (intervals,) starts since midnight; shares are 0..1."""

    title: str
    hours: Floats
    step_h: float
    service_levels: Sequence[Line]
    targets: Mapping[str, float]  # share by line; a line without a target is missing
    staffed: Floats  # agents on duty
    busy: Floats  # agents talking or wrapping up


@dataclass(frozen=True, slots=True)
class WaitCurve:
    """``waits_s[i]``: the wait that a share ``shares[i]`` of a queue's contacts did not exceed."""

    name: str
    shares: Floats
    waits_s: Floats
    within_s: float  # of the target; nan: none


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Occupancy 0..1 of (rows, intervals); nan where nobody was on duty."""

    title: str
    rows: Sequence[str | dt.date]
    hours: Floats
    step_h: float
    occupancy: Floats


def styled(draw: Callable[Arguments, Figure]) -> Callable[Arguments, Figure]:
    """Draw under our style, whatever the process has set."""

    @wraps(draw)
    def drawn(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Figure:
        import matplotlib as mpl

        with mpl.rc_context(STYLE):
            return draw(*args, **kwargs)

    return drawn


@styled
def service_level_and_staffing(profile: DayProfile) -> Figure:
    """Service level above, agents below, over the hours of the mean day."""
    figure = _figure(8.0, 6.0)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(1.15, 1))
    centers = profile.hours + profile.step_h / 2
    for colour, line in zip(COLOURS, profile.service_levels, strict=False):
        above.plot(centers, 100 * line.value, color=colour, marker="o", markersize=3, label=line.name)
        above.fill_between(centers, 100 * line.low, 100 * line.high, color=colour, alpha=0.18, linewidth=0)
    one_target = len(set(profile.targets.values())) == 1
    for colour, line in zip(COLOURS, profile.service_levels, strict=False):
        if line.name in profile.targets:
            shade = "black" if one_target else colour
            above.axhline(100 * profile.targets[line.name], color=shade, linestyle=(0, (4, 3)), linewidth=1)
    if profile.targets:
        above.plot([], [], color=GREY, linestyle=(0, (4, 3)), linewidth=1, label="target")
    above.set_ylim(0, 102)
    above.set_ylabel("service level, %")
    above.set_title(profile.title)
    _legend_beside(above)
    edges = np.append(profile.hours, profile.hours[-1] + profile.step_h)
    below.stairs(np.nan_to_num(profile.staffed), edges, color=COLOURS[0], linewidth=1.8, label="on duty")
    below.stairs(np.nan_to_num(profile.busy), edges, color=COLOURS[1], fill=True, alpha=0.45, label="busy")
    below.set_ylabel("agents, mean of the interval")
    below.set_ylim(0, None)
    _legend_beside(below)
    _hours(below, edges)
    return figure


@styled
def wait_distribution(title: str, curves: Sequence[WaitCurve]) -> Figure:
    """Which share of contacts waited no longer than a time, answered or not; dotted at each target time."""
    figure = _figure(8.0, 4.5)
    axes = figure.subplots()
    reach = _reach(curves)
    unit, size = ("minutes", 60.0) if reach > 300 else ("seconds", 1.0)
    for colour, curve in zip(COLOURS, curves, strict=False):
        slowest = float(curve.waits_s[-1])
        label = f"{curve.name} (99 % in {seconds(slowest)})" if slowest > reach else curve.name
        axes.plot(curve.waits_s / size, 100 * curve.shares, color=colour, label=label)
        if not math.isnan(curve.within_s):
            axes.axvline(curve.within_s / size, color=colour, linestyle=(0, (1, 2)), linewidth=1.2)
    if any(not math.isnan(c.within_s) for c in curves):
        axes.plot([], [], color=GREY, linestyle=(0, (1, 2)), linewidth=1.2, label="target time")
    axes.set_xlim(0, reach / size * 1.02)
    axes.set_ylim(0, 102)
    axes.set_xlabel(f"wait, {unit}")
    axes.set_ylabel("contacts, answered or not, that waited no longer, %")
    axes.set_title(title)
    _legend_beside(axes)
    return figure


def _reach(curves: Sequence[WaitCurve]) -> float:
    """Longest wait to show, in seconds: every 99th percentile, unless one queue would flatten the others."""
    slowest = sorted(float(c.waits_s[-1]) for c in curves if not math.isnan(float(c.waits_s[-1])))
    if not slowest:
        return 1.0
    usual = 3 * slowest[(len(slowest) - 1) // 2]
    targets = [3 * c.within_s for c in curves if not math.isnan(c.within_s)]
    return max(min(slowest[-1], max(usual, 1.0)), *targets, 1.0)


@styled
def occupancy_heat_map(heat: HeatMap) -> Figure:
    """One row a day or a group, one column an interval, darker is busier."""
    from matplotlib.ticker import PercentFormatter

    rows = len(heat.rows)
    figure = _figure(8.0, min(1.6 + 0.34 * rows, 11.0))
    axes = figure.subplots()
    edges = np.append(heat.hours, heat.hours[-1] + heat.step_h)
    mesh = axes.pcolormesh(
        edges, np.arange(rows + 1), np.ma.masked_invalid(heat.occupancy), cmap="Blues", vmin=0, vmax=1
    )
    axes.set_facecolor("#F2F2F2")
    axes.grid(False)
    axes.invert_yaxis()
    every = max(1, math.ceil(rows / 30))
    axes.set_yticks(np.arange(rows)[::every] + 0.5, [_row_name(r) for r in heat.rows[::every]])
    axes.tick_params(axis="y", length=0)
    axes.set_title(heat.title)
    _hours(axes, edges)
    bar = figure.colorbar(mesh, ax=axes, format=PercentFormatter(1.0), pad=0.02, aspect=12)
    bar.set_label("occupancy")
    bar.outline.set_visible(False)
    return figure


def save(figure: Figure, folder: Path, name: str) -> None:
    """Write ``name.png`` and ``name.svg``."""
    import matplotlib as mpl

    with mpl.rc_context(STYLE):
        figure.savefig(folder / f"{name}.png", dpi=150)
        figure.savefig(folder / f"{name}.svg", metadata={"Date": None})


def _figure(width: float, height: float) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def _legend_beside(axes: Axes) -> None:
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0, handlelength=1.6)


def _hours(axes: Axes, edges: Floats) -> None:
    """Whole hours on the x axis, as times of day, at most about twelve of them."""
    first, last = float(edges[0]), float(edges[-1])
    step = next(s for s in (1, 2, 3, 4, 6, 12, 24, 48) if (last - first) / s <= 12 or s == 48)
    ticks = np.arange(math.ceil(first / step) * step, last + 1e-9, step)
    axes.set_xticks(ticks, [f"{int(t) % 24:02d}:00" if t < 24 or t % 24 else "24:00" for t in ticks])
    axes.set_xlim(first, last)


def _row_name(row: str | dt.date) -> str:
    if isinstance(row, dt.date):
        return f"{row:%a} {row.day} {row:%b}"
    return row if len(row) <= 24 else row[:23] + "…"
