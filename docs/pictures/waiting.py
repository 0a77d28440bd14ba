"""Pictures of waiting: overflow, rules, announcements, callbacks, retries."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from docs.pictures import drawing
from docs.pictures.drawing import BLUE, DAY_US, GREY, HOUR_US, ORANGE, SKY


@drawing.styled
def overflow() -> Figure:
    """Service levels of both queues: alone, with overflow, with a reserve."""
    alone: dict[str, Any] = {"routing.overflow": [], "routing.reserve": []}
    cases = {"each for\nitself": alone, "overflow": {"routing.reserve": []}, "overflow,\ntwo kept back": {}}
    found = drawing.runs("overflow-and-reserve", cases)
    figure, axes = drawing.panel("Service level", "", "")
    places = np.arange(3)
    for queue, target, shift, colour in (("billing", 80, -0.2, BLUE), ("fraud", 90, 0.2, ORANGE)):
        level = [100 * drawing.value(run, "service_level", queue=queue) for run in found.values()]
        bars = axes.bar(places + shift, level, 0.36, color=colour, label=f"{queue}, target {target} %")
        axes.bar_label(bars, [f"{height:.0f} %" for height in level], label_type="center", color="white")
        axes.hlines([target] * 3, places + shift - 0.18, places + shift + 0.18, color="black", linewidth=1.5)
    axes.set_xticks(places, list(found))
    axes.grid(axis="x", visible=False)
    drawing.percent(axes, 118)
    axes.set_yticks(range(0, 101, 20))
    axes.legend(loc="upper center", ncols=2)
    return figure


@drawing.styled
def rules() -> Figure:
    """Waiting through the day, with and without help from the back office."""
    cases = {"without the rule": {"routing.rules": []}, "with the rule": {}}
    found = drawing.runs("conditional-routing", cases)
    figure, (left, right) = drawing.panels(2)
    at = np.arange(8 * HOUR_US, 18 * HOUR_US, HOUR_US // 12, dtype=np.int64)
    for (name, run), colour in zip(found.items(), (GREY, BLUE), strict=True):
        line = [drawing.waiting(log, "calls", day * DAY_US + at) for log in run.logs for day in range(5)]
        left.plot(at / HOUR_US, _smooth(np.mean(line, axis=0)), color=colour, label=name)
        line = [drawing.waiting(log, "cases", day * DAY_US + at) for log in run.logs for day in range(5)]
        right.plot(at / HOUR_US, _smooth(np.mean(line, axis=0)), color=colour, label=name)
    drawing.label(left, "Calls waiting", "", "mean number")
    drawing.label(right, "Cases waiting", "", "mean number")
    for axes in (left, right):
        drawing.clock(axes, 8, 18, 2)
        axes.set_ylim(bottom=0)
    left.legend(loc="upper right")
    return figure


def _smooth(values: Any) -> Any:
    """The mean of half an hour around."""
    padded = np.pad(values, 3, mode="edge")
    return np.convolve(padded, np.ones(7) / 7, mode="valid")


@drawing.styled
def announced() -> Figure:
    """What callers were told, and how long they waited."""
    run = drawing.runs("announced-waits-and-deflection", {"": {}}, replications=2)[""]
    figure, axes = drawing.panel(
        "Told and waited, answered calls that had to wait", "told, minutes", "waited, minutes"
    )
    for log in run.logs:
        told, queued, answered = drawing.legs(log, "support", "announced_us", "queued_at", "answered_at")
        kept = (told >= 0) & (answered >= 0)
        axes.plot(
            told[kept] / HOUR_US * 60,
            (answered - queued)[kept] / HOUR_US * 60,
            "o",
            color=BLUE,
            alpha=0.35,
            markersize=3.5,
            markeredgewidth=0,
        )
    axes.plot([0, 6], [0, 6], color="black", linewidth=1)
    drawing.note(axes, "as long as told", 4.45, 4.9, "black", ha="right")
    axes.axvline(1, color=ORANGE, linestyle="--", linewidth=1.2)
    drawing.note(axes, "from here on a chat is offered", 1.05, 7.4, ORANGE)
    axes.set_xlim(0, 5)
    axes.set_ylim(0, 8)
    return figure


@drawing.styled
def callbacks() -> Figure:
    """Who stands in the line in the course of the day."""
    cases = {"without": {"queues.support.callback": None}, "with": {}}
    found = drawing.runs("callbacks", cases)
    figure, axes = drawing.panel("Customers who wait, mean day", "", "customers")
    at = np.arange(8 * HOUR_US, 18 * HOUR_US, HOUR_US // 12, dtype=np.int64)
    for (name, run), colour in zip(found.items(), (GREY, BLUE), strict=True):
        line = [_held(log, day * DAY_US + at) for log in run.logs for day in range(5)]
        axes.plot(
            at / HOUR_US, _smooth(np.mean(line, axis=0)), color=colour, label=f"on hold, {name} callbacks"
        )
    both = [drawing.waiting(log, "support", d * DAY_US + at) for log in found["with"].logs for d in range(5)]
    everyone = _smooth(np.mean(both, axis=0))
    axes.plot(at / HOUR_US, everyone, color=SKY, linestyle="--", label="on hold or to be called back")
    drawing.clock(axes, 8, 18)
    axes.set_ylim(bottom=0)
    axes.legend(loc="upper right")
    return figure


def _held(log: Any, at: Any) -> Any:
    """Waiting customers who hold the line, callbacks apart."""
    queued, answered, ended, dials = drawing.legs(
        log, "support", "queued_at", "answered_at", "ended_at", "dials"
    )
    holds = dials == 0
    end = np.where(answered >= 0, answered, ended)
    return drawing.there(queued[holds], end[holds], at)


@drawing.styled
def retries() -> Figure:
    """Calls a day by headcount: customers, and what redialling adds."""
    people = range(7, 13)
    cases = {str(count): {"agent_groups.desk.headcount": count} for count in people}
    found = drawing.runs("retries", cases, replications=5)
    figure, axes = drawing.panel("Calls a day", "people on the payroll", "calls")
    places = np.arange(len(people))
    fresh = np.array([drawing.value(run, "fresh_contacts") / 5 for run in found.values()])
    again = np.array([drawing.value(run, "retries") / 5 for run in found.values()])
    axes.bar(places, fresh, 0.62, color=BLUE, label="first calls")
    bars = axes.bar(places, again, 0.62, bottom=fresh, color=ORANGE, label="calls of who had hung up")
    lost = [100 * drawing.value(run, "abandon_rate") for run in found.values()]
    axes.bar_label(bars, [f"{share:.0f} % hang up" for share in lost], padding=3, fontsize=8)
    axes.set_xticks(places, [str(count) for count in people])
    axes.grid(axis="x", visible=False)
    axes.set_ylim(0, (fresh + again).max() * 1.28)
    axes.legend(loc="upper right", ncols=2)
    return figure


PICTURES = {
    "overflow-and-reserve": overflow,
    "conditional-routing": rules,
    "announced-waits-and-deflection": announced,
    "callbacks": callbacks,
    "retries": retries,
}
