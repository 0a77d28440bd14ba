"""Figures of what a sweep answers: what moves a measure, surfaces, break-even lines and fronts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ccsim.experiments.answering.levels import like
from ccsim.experiments.comparing.saying import spoken, unit_of
from ccsim.report.figures import COLOURS, GREY, styled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

    from ccsim.experiments.answering.crossings import Crossing
    from ccsim.experiments.answering.effects import Effects
    from ccsim.experiments.answering.response import Surface

FINE = 61  # steps of a surface along each factor


@styled
def effects(found: Effects) -> Figure:
    """Bars, the most important factor on top."""
    table = found.table.iloc[::-1]
    figure, axes = _sheet(8.0, 1.6 + 0.5 * len(table))
    places = np.arange(len(table))
    names = [f"{row.factor}\n{row.low} to {row.high}" for row in table.itertuples()]
    if found.method == "tornado":
        _tornado(axes, found, table, places)
    elif found.method == "sobol":
        axes.barh(places, 100 * table["total"], color=COLOURS[5], label="with others")
        axes.barh(places, 100 * table["first"], color=COLOURS[0], label="alone")
        axes.set_xlabel(f"share of the variance of the {spoken(found.measure)}, %")
        axes.legend(loc="lower right")
    else:
        error = (table["mu_star"] - table["from"]).to_numpy()
        scale = _scale(found.measure)
        axes.barh(places, scale * table["mu_star"], xerr=scale * error, color=COLOURS[0], ecolor=GREY)
        axes.set_xlabel(
            f"moves the {spoken(found.measure)} over its range, mean of the paths{_in(found.measure)}"
        )
    axes.set_yticks(places, names)
    axes.grid(False, axis="y")
    return figure


def _tornado(axes: Axes, found: Effects, table: pd.DataFrame, places: Any) -> None:
    scale = _scale(found.measure)
    low, high = (scale * table[name].to_numpy() for name in ("at_low", "at_high"))
    rises = high >= low
    for wanted, colour, label in ((True, COLOURS[0], "rises with it"), (False, COLOURS[1], "falls with it")):
        mine = rises == wanted
        if mine.any():
            axes.barh(places[mine], (high - low)[mine], left=low[mine], color=colour, label=label)
    for place, (a, b), ends in zip(places, zip(low, high, strict=True), _ends(table), strict=True):
        for x, end, other in ((a, ends[0], b), (b, ends[1], a)):
            left = x < other
            axes.annotate(end, (x, place), (-4 if left else 4, 0), textcoords="offset points", va="center",
                          ha="right" if left else "left")  # fmt: skip
    axes.use_sticky_edges = False
    axes.margins(x=0.15)
    axes.set_xlabel(_axis(found.measure, found.scope))
    if len(table) > 1:
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0)


def _ends(table: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(table["low"].astype(str), table["high"].astype(str), strict=True))


@styled
def surface(fitted: Surface, measure: str, labels: Sequence[str], examples: Sequence[object]) -> Figure:
    """Height lines over the first two factors, or a line over one; the others in the middle."""
    figure, axes = _sheet(7.0, 4.5)
    middle = (fitted.low + fitted.high) / 2
    axes.set_xlabel(labels[0])
    x = np.linspace(fitted.low[0], fitted.high[0], FINE)
    if len(labels) == 1:
        axes.plot(x, _scale(measure) * fitted.predict(x[:, None]), color=COLOURS[0])
        axes.set_ylabel(_axis(measure))
    else:
        y = np.linspace(fitted.low[1], fitted.high[1], FINE)
        grid = np.tile(middle, (FINE * FINE, 1))
        grid[:, 0], grid[:, 1] = (part.ravel() for part in np.meshgrid(x, y))
        heights = _scale(measure) * fitted.predict(grid).reshape(FINE, FINE)
        axes.contourf(x, y, heights, levels=12, cmap="Blues", alpha=0.6)
        lines = axes.contour(x, y, heights, levels=12, colors=GREY, linewidths=0.8)
        axes.clabel(lines, fontsize=8)
        axes.set_ylabel(labels[1])
        _ticks(axes.yaxis, examples[1])
        axes.set_title(_axis(measure))
    _ticks(axes.xaxis, examples[0])
    return figure


@styled
def crossings(found: Sequence[Crossing]) -> Figure:
    """A line for where the others stand, and what is wanted."""
    figure, axes = _sheet(7.5, 4.2)
    first, scale = found[0], _scale(found[0].measure)
    for number, one in enumerate(found):
        colour = COLOURS[number % len(COLOURS)]
        axes.plot(one.x, scale * one.y, "o-", color=colour, label=one.others or None)
        if one.value is not None:
            there = scale * float(np.interp(one.value, one.x, one.y))
            axes.plot([one.value], [there], "D", color=colour, markersize=8)
            if one.low is not None and one.high is not None:
                axes.plot([one.low, one.high], [there] * 2, color=colour, linewidth=4, alpha=0.5)
    axes.axhline(scale * first.wanted, color="black", linestyle=(0, (4, 3)), linewidth=1, label="wanted")
    _ticks(axes.xaxis, first.example)
    axes.set(xlabel=first.factor + first.group, ylabel=_axis(first.measure, first.scope))
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0)
    return figure


@styled
def front(table: pd.DataFrame, names: Sequence[str]) -> Figure:
    """Every point in two measures; those on the front are named."""
    figure, axes = _sheet(8.0, 4.8)
    x, y = (_scale(name) * table[name] for name in names)
    on = table["efficient"].to_numpy(dtype=bool)
    axes.plot(x[~on], y[~on], "o", color=GREY, alpha=0.5, label="dominated")
    order = x[on].sort_values(kind="stable").index
    axes.plot(x[order], y[order], "o-", color=COLOURS[0], label="on the front")
    for place in order:
        axes.annotate(table.loc[place, "name"], (x[place], y[place]), (5, -11), textcoords="offset points",
                      fontsize=8)  # fmt: skip
    axes.set(xlabel=_axis(names[0]), ylabel=_axis(names[1]))
    axes.margins(x=0.15)
    axes.legend(loc="best")
    return figure


def _sheet(width: float, height: float) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots()


def _ticks(axis: Axis, example: object) -> None:
    """Numbers written as the scenario writes them; whole numbers only where it has those."""
    from matplotlib.ticker import MaxNLocator

    if isinstance(example, int):
        axis.set_major_locator(MaxNLocator(integer=True))
    axis.set_major_formatter(lambda value, _: like(value, example))


def _in(measure: str) -> str:
    unit = "points" if unit_of(measure) == "share" else unit_of(measure)
    return f", {unit}" if unit else ""


def _scale(measure: str) -> float:
    return 100.0 if unit_of(measure) == "share" else 1.0


def _axis(measure: str, scope: str = "") -> str:
    unit = "%" if unit_of(measure) == "share" else unit_of(measure)
    return f"{spoken(measure)}{scope}, {unit}" if unit else spoken(measure) + scope
