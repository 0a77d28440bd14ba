"""Pictures of issues: journeys, tiers, authority, returns, promises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ccsim.kinds import IssueOutcome, Outcome, SessionOutcome
from docs.pictures import drawing
from docs.pictures.drawing import BLUE, GREEN, GREY, ORANGE, PALE, PINK, SKY, YELLOW

FIRST = {
    "the bot solves it": GREEN,
    "leaves the bot": PINK,
    "the desk solves it": BLUE,
    "second line": SKY,
    "answered, not solved": YELLOW,
    "hangs up waiting": ORANGE,
}
END = {"resolved": BLUE, "given up": ORANGE, "still open": PALE}
GAP = 2.5  # between the parts of a column, in issues of 100


@drawing.styled
def journeys() -> Figure:
    """From the first contact to the end of an issue, of 100 issues."""
    run = drawing.runs("issues-and-journeys", {"": {}}, replications=5)[""]
    flows: Counter[tuple[str, str]] = Counter()
    total = 0
    for log in run.logs:
        ends = ("still open", "resolved", "given up")
        for first, outcome in zip(_first_touch(log), log.issues["outcome"], strict=True):
            flows[first, ends[outcome]] += 1
        total += len(log.issues["outcome"])
    figure = Figure(figsize=(7.4, 4.2))
    axes = figure.add_subplot()
    _ribbons(axes, {key: 100 * count / total for key, count in flows.items()})
    axes.set_title("Of 100 issues: the first contact, and the end")
    return figure


def _first_touch(log: Any) -> list[str]:
    """What became of the first contact about each issue."""
    first = np.flatnonzero(log.contacts["contact"] == 1)
    names = dict.fromkeys(first.tolist(), "hangs up waiting")
    resolved = log.contacts["resolved"]
    for row, outcome, queue in zip(
        *(log.legs[column].tolist() for column in ("contact_row", "outcome", "queue")), strict=True
    ):
        if row in names and outcome == Outcome.ANSWERED:
            solved_by = "second line" if queue else "the desk solves it"
            names[row] = solved_by if resolved[row] == 1 else "answered, not solved"
    for row, outcome in zip(
        log.sessions["contact_row"].tolist(), log.sessions["outcome"].tolist(), strict=True
    ):
        if row in names and outcome == SessionOutcome.RESOLVED:
            names[row] = "the bot solves it"
        elif row in names and outcome == SessionOutcome.WALKED_AWAY:
            names[row] = "leaves the bot"
    assert IssueOutcome.RESOLVED == 1
    order = np.argsort(log.contacts["issue"][first], kind="stable")
    return [names[row] for row in first[order].tolist()]


def _ribbons(axes: Axes, flows: Mapping[tuple[str, str], float]) -> None:
    """Two columns and the ribbons between them."""
    left = {name: sum(size for (a, _), size in flows.items() if a == name) for name in FIRST}
    right = {name: sum(size for (_, b), size in flows.items() if b == name) for name in END}
    left_at, right_at = _column(axes, 0.0, left, FIRST, "right"), _column(axes, 1.0, right, END, "left")
    for a in FIRST:
        for b in END:
            size = flows.get((a, b), 0.0)
            if size:
                x = np.linspace(0.03, 0.97, 60)
                bend = 3 * x**2 - 2 * x**3
                top = left_at[a] + (right_at[b] - left_at[a]) * bend
                axes.fill_between(x, top - size, top, color=FIRST[a], alpha=0.45, linewidth=0)
                left_at[a] -= size
                right_at[b] -= size
    axes.set_xlim(-0.42, 1.32)
    axes.axis("off")


def _column(
    axes: Axes, x: float, sizes: Mapping[str, float], colours: Mapping[str, str], side: str
) -> dict[str, float]:
    """The parts of a column, one below the other; where each begins, from above."""
    at, top = {}, 100.0
    for name, size in sizes.items():
        axes.bar(x, -size, 0.06, bottom=top, color=colours[name])
        place = x - 0.05 if side == "right" else x + 0.05
        axes.text(place, top - size / 2, f"{name}  {size:.0f}", ha=side, va="center", fontsize=9)
        at[name] = top
        top -= size + GAP * (1.6 if size < 3 else 1)
    return at


@drawing.styled
def tiers() -> Figure:
    """Hours of work by tier, and issues solved at the first contact, with four ways to share the work."""
    to_all: dict[str, Any] = {"queues.support.escalation.above": None}
    cases: dict[str, drawing.Changes] = {
        "no second\ntier": {"queues.support.escalation": None},
        "after\ntreatment": {**to_all, "queues.support.escalation.share": "20%"},
        "referred,\ncold": {"queues.support.escalation.handover": None},
        "referred,\nwarm": {},
    }
    found = drawing.runs("tiers-and-hand-overs", cases, replications=5)
    parts = {group: [_busy_hours(run, group) for run in found.values()] for group in ("desk", "second_line")}
    solved = [100 * drawing.value(run, "fcr_true", queue="support") for run in found.values()]
    return _work_and_share(list(found), parts, solved, 92)


def _busy_hours(run: Any, group: str) -> float:
    """Hours of work of a group in a day."""
    return drawing.value(run, "handle_hours", group=group) / run.scenario.time.days


def _work_and_share(
    names: Sequence[str], parts: Mapping[str, Sequence[float]], solved: Sequence[float], top: float
) -> Figure:
    """Stacked hours a day of two groups, and issues solved by their first contact."""
    figure, (left, right) = drawing.panels(2)
    places, below = np.arange(len(names)), np.zeros(len(names))
    for (group, hours), colour in zip(parts.items(), (BLUE, SKY), strict=True):
        left.bar(places, hours, 0.62, bottom=below, color=colour, label=group.replace("_", " "))
        below += np.asarray(hours)
    drawing.label(left, "Work", "", "hours a day")
    left.set_ylim(0, top)
    left.legend(loc="upper center", ncols=2)
    bars = right.bar(places, solved, 0.62, color=GREEN)
    right.bar_label(bars, [f"{share:.0f} %" for share in solved], padding=2)
    drawing.label(right, "Resolved at the first contact", "", "")
    drawing.percent(right, 110)
    right.set_yticks(range(0, 101, 20))
    for axes in (left, right):
        axes.set_xticks(places, names, fontsize=8)
        axes.grid(axis="x", visible=False)
    return figure


@drawing.styled
def authority() -> Figure:
    """Hours of work and issues solved at the first contact, with three rules and with a wider limit."""
    way = "queues.refunds.authority.without"
    cases: dict[str, drawing.Changes] = {
        "approve": {},
        "escalate": {way: "escalate"},
        "refuse": {way: "refuse"},
        "higher\nlimit": {"agent_groups.desk.authority": 2},
    }
    found = drawing.runs("authority", cases, replications=5)
    parts = {group: [_busy_hours(run, group) for run in found.values()] for group in ("desk", "lead")}
    solved = [100 * drawing.value(run, "fcr_true", queue="refunds") for run in found.values()]
    return _work_and_share(list(found), parts, solved, 84)


@drawing.styled
def returns() -> Figure:
    """First-contact resolution as it is measured with windows of several lengths, and as it is."""
    run = drawing.runs("returns-and-fcr", {"": {}}, replications=5)[""]
    days = (1, 2, 3, 5, 7, 10, 14)
    figure, axes = drawing.panel("First-contact resolution", "days in which nobody may come again", "")
    measured = [100 * drawing.value(run, f"fcr_repeat_{count}d") for count in days]
    axes.plot(days, measured, "o-", color=BLUE)
    drawing.note(axes, "measured: nobody came again", 2.3, measured[2] + 4, BLUE)
    true = 100 * drawing.value(run, "fcr_true")
    axes.axhline(true, color=ORANGE, linewidth=1.6)
    drawing.note(axes, "resolved by the first contact", 14, true - 4.5, ORANGE, ha="right")
    axes.set_xticks(days)
    drawing.percent(axes)
    axes.set_ylim(50, 100)
    return figure


@drawing.styled
def promises() -> Figure:
    """What late email causes, and how much of it moves on in time, by the size of the team."""
    people = range(5, 10)
    stays = {"queues.email.promise.escalate": None}
    cases: dict[str, drawing.Changes] = {}
    for count in people:
        cases[f"{count} stays"] = {"agent_groups.desk.headcount": count, **stays}
        cases[f"{count} moves"] = {"agent_groups.desk.headcount": count}
    found = drawing.runs("promises-and-complaints", cases, replications=4)
    figure, axes = drawing.panel("What late email causes", "people on the payroll", "contacts a working day")
    places = np.arange(len(people))
    for name, metric, case, shift, colour in (
        ("calls that ask where the answer is", "chasers", "stays", -0.27, BLUE),
        ("complaints", "complaints", "stays", 0, ORANGE),
        ("instead: moved to the urgent queue in time", "moved", "moves", 0.27, SKY),
    ):
        height = [drawing.value(found[f"{count} {case}"], metric) / 10 for count in people]
        bars = axes.bar(places + shift, height, 0.25, color=colour, label=name)
        axes.bar_label(bars, [f"{one:.0f}" for one in height], padding=2, fontsize=8, color=GREY)
    axes.set_xticks(places, [str(count) for count in people])
    axes.set_ylim(0, axes.get_ylim()[1] * 1.06)
    axes.grid(axis="x", visible=False)
    axes.legend(loc="upper right")
    return figure


PICTURES = {
    "issues-and-journeys": journeys,
    "tiers-and-hand-overs": tiers,
    "authority": authority,
    "returns-and-fcr": returns,
    "promises-and-complaints": promises,
}
