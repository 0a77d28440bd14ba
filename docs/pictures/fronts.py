"""Pictures of what stands before people: bot, self-service, notices, hours of service."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ccsim.kinds import Outcome
from docs.pictures import drawing
from docs.pictures.drawing import BLUE, DAY_US, GREEN, GREY, HOUR_US, ORANGE, PALE, SKY


@drawing.styled
def bot() -> Figure:
    """Three measures of one bot, and whose issues are left for people."""
    cases = {"bot": {}, "nobot": {"bots.front_door": None}}
    found = drawing.runs("bot", cases, replications=5)
    people = {name: drawing.value(run, "answered") for name, run in found.items()}
    shares = {
        "contained:\nno person followed": drawing.value(found["bot"], "containment_rate"),
        "resolved\nby the bot": drawing.value(found["bot"], "bot_resolution_rate"),
        "fewer contacts\nfor people": 1 - people["bot"] / people["nobot"],
    }
    figure, (left, right) = drawing.panels(2, 3.5)
    heights = [100 * share for share in shares.values()]
    bars = left.bar(list(shares), heights, color=[BLUE, GREEN, ORANGE], width=0.6)
    left.bar_label(bars, [f"{height:.0f} %" for height in heights], padding=2)
    drawing.label(left, "What the bot does", "", "")
    drawing.percent(left, 45)
    left.tick_params(axis="x", labelsize=8)
    edges = np.linspace(0, 1_000_000, 11)
    for (_, run), colour, name in zip(found.items(), (BLUE, GREY), ("with the bot", "without"), strict=True):
        counts = np.mean([np.histogram(_of_answered(log), edges)[0] for log in run.logs], axis=0)
        right.stairs(counts, edges / 10_000, color=colour, label=name, linewidth=1.8)
    drawing.label(
        right,
        "Contacts that people answer",
        "rank of complexity, 100: hardest",
        "contacts in a tenth of the ranks",
    )
    right.set_xlim(0, 100)
    right.set_ylim(0)
    right.legend(loc="lower right")
    return figure


def _of_answered(log: Any) -> Any:
    """Complexity of the issues of answered legs."""
    answered = log.legs["answered_at"] >= 0
    issue = log.contacts["issue"][log.legs["contact_row"][answered]]
    return log.issues["complexity"][issue]


@drawing.styled
def self_service() -> Figure:
    """Calls that reach people on the day of the outage."""
    page, message = {"self_service.help_page": None}, {"notices.we_are_on_it": None}
    cases = {
        "neither": {**page, **message},
        "help page": message,
        "help page and message": {},
    }
    found = drawing.runs("self-service-and-notices", cases, replications=10)
    figure, axes = drawing.panel("Calls that reach people, Wednesday", "", "calls in 30 minutes")
    day = 2 * DAY_US
    edges = np.arange(8, 18.1, 0.5)
    for (name, run), colour in zip(found.items(), (GREY, BLUE, ORANGE), strict=True):
        queued = [log.legs["queued_at"] - day for log in run.logs]
        counts = np.mean([np.histogram(one / HOUR_US, edges)[0] for one in queued], axis=0)
        axes.stairs(counts, edges, color=colour, label=name, linewidth=1.8)
    axes.axvspan(9, 12, color=PALE, alpha=0.35, linewidth=0, zorder=0)
    axes.axvline(9.5, color=ORANGE, linestyle=":", linewidth=1)
    axes.set_ylim(0, axes.get_ylim()[1] * 1.12)
    drawing.note(axes, "outage", 11.95, axes.get_ylim()[1] * 0.93, ha="right")
    drawing.note(axes, "message ", 9.5, axes.get_ylim()[1] * 0.93, ORANGE, ha="right")
    drawing.clock(axes, 8, 18)
    axes.legend(loc="upper right")
    return figure


@drawing.styled
def opening_hours() -> Figure:
    """What becomes of calls by the hour of their arrival."""
    run = drawing.runs("opening-hours", {"": {}}, replications=5)[""]
    edges = np.arange(6, 22.1, 1)
    parts: dict[str, list[Any]] = {"answered": [], "gives up waiting": [], "leaves a message": [], "lost": []}
    for log in run.logs:
        queued, outcome, contact = drawing.legs(log, "calls", "queued_at", "outcome", "contact_row")
        hour = queued % DAY_US / HOUR_US
        ticket = np.isin(contact, drawing.legs(log, "messages", "contact_row")[0])
        closed = outcome == Outcome.CLOSED
        gone = np.isin(outcome, (Outcome.ABANDONED, Outcome.BALKED))
        masks = (outcome == Outcome.ANSWERED, gone, closed & ticket, closed & ~ticket)
        for part, mask in zip(parts.values(), masks, strict=True):
            part.append(np.histogram(hour[mask], edges)[0] / 5)
    figure, axes = drawing.panel("Calls by hour of the day", "", "calls in an hour")
    below = np.zeros(len(edges) - 1)
    for (name, part), colour in zip(parts.items(), (BLUE, ORANGE, SKY, PALE), strict=True):
        height = np.mean(part, axis=0)
        axes.bar(edges[:-1] + 0.5, height, 0.86, bottom=below, color=colour, label=name)
        below += height
    drawing.clock(axes, 6, 22, 2)
    axes.set_ylim(0, below.max() * 1.25)
    axes.legend(loc="upper center", ncols=4)
    return figure


PICTURES = {"bot": bot, "self-service-and-notices": self_service, "opening-hours": opening_hours}
