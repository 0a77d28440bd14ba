"""Pictures of bad days, training, satisfaction and cost."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from docs.pictures import drawing
from docs.pictures.drawing import BLUE, DAY_US, GREY, HOUR_US, ORANGE, PALE


@drawing.styled
def bad_days() -> Figure:
    """Calls waiting on the day of the outage, and on the same day without it."""
    quiet = {f"events.{name}": None for name in ("outage", "no_bot", "slow_desktops", "flu")}
    found = drawing.runs("bad-days", {"usual": quiet, "outage": {}})
    figure, axes = drawing.panel("Calls waiting on Wednesday", "", "mean number")
    at = np.arange(8 * HOUR_US, 18 * HOUR_US, HOUR_US // 12, dtype=np.int64)
    for run, name, colour in zip(
        found.values(), ("a usual Wednesday", "with the outage"), (GREY, ORANGE), strict=True
    ):
        line = [drawing.waiting(log, "support", 2 * DAY_US + at) for log in run.logs]
        axes.plot(at / HOUR_US, np.mean(line, axis=0), color=colour, label=name)
    axes.axvspan(9, 11, color=PALE, alpha=0.35, linewidth=0, zorder=0)
    axes.set_ylim(0, axes.get_ylim()[1] * 1.1)
    drawing.note(axes, "four times the calls", 10, axes.get_ylim()[1] * 0.94, ha="center")
    drawing.clock(axes, 8, 18)
    axes.legend(loc="upper right")
    return figure


@drawing.styled
def training() -> Figure:
    """Service level by week: with the intake, without it, and if the new ones knew everything."""
    cases: dict[str, drawing.Changes] = {
        "nobody starts": {"agent_groups.intake": None},
        "four start on Monday": {},
        "four start and know everything": {"agent_groups.intake.training": None},
    }
    found = drawing.runs("training-intake", cases, replications=4)
    figure, axes = drawing.panel("Service level by week", "week after the start", "")
    for (name, run), colour, mark in zip(
        found.items(), (GREY, BLUE, ORANGE), ("s--", "o-", "^:"), strict=True
    ):
        rows = run.metrics(["sl_answered_over_offered"], by="day")
        week = np.arange(len(rows)) // 5 + 1
        weight = rows["weight"].to_numpy()
        level = [
            100 * np.average(rows["value"][week == one], weights=weight[week == one]) for one in range(1, 8)
        ]
        axes.plot(range(1, 8), level, mark, color=colour, label=name)
    axes.axhline(80, color="black", linewidth=1)
    drawing.note(axes, "target", 7.1, 80.6, "black", ha="right")
    drawing.percent(axes)
    axes.set_ylim(60, 100)
    axes.set_xticks(range(1, 8))
    axes.legend(loc="lower right", ncols=1)
    return figure


@drawing.styled
def satisfaction() -> Figure:
    """Satisfaction against the cost of a resolved issue, by headcount."""
    people = range(9, 16)
    cases = {str(count): {"agent_groups.desk.headcount": count} for count in people}
    found = drawing.runs("satisfaction-and-cost", cases, replications=5)
    figure, axes = drawing.panel(
        "Score and cost", "cost of a resolved issue, in the currency of the wages", "mean score, 1 to 5"
    )
    cost = [drawing.value(run, "cost_per_resolution") for run in found.values()]
    score = [drawing.value(run, "satisfaction") for run in found.values()]
    axes.plot(cost, score, "o-", color=BLUE)
    for count, x, y in zip(people, cost, score, strict=True):
        axes.annotate(
            f"{count} people", (x, y), xytext=(4, -13), textcoords="offset points", fontsize=8, color=GREY
        )
    axes.margins(x=0.12, y=0.15)
    return figure


PICTURES = {"bad-days": bad_days, "training-intake": training, "satisfaction-and-cost": satisfaction}
