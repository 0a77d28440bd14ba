"""Pictures of chat, email and messaging."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from docs.pictures import drawing
from docs.pictures.drawing import BLUE, DAY_US, GREEN, GREY, HOUR_US, ORANGE, PALE

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@drawing.styled
def chat() -> Figure:
    """Service level and handle times by the number of chats open at once."""
    slowdown = [1.0, 1.25, 1.6, 2.2]
    cases = {
        str(most): {"channels.chat.concurrency": most, "channels.chat.slowdown": slowdown[:most]}
        for most in (1, 2, 3, 4)
    }
    found = drawing.runs("chat", cases, replications=5)
    figure, (left, right) = drawing.panels(2)
    most = [1, 2, 3, 4]
    level = [100 * drawing.value(run, "service_level") for run in found.values()]
    solved = [100 * drawing.value(run, "fcr_true") for run in found.values()]
    left.plot(most, level, "o-", color=BLUE)
    left.plot(most, solved, "s--", color=ORANGE)
    drawing.note(left, "answered within 1 min", 1.02, 87, BLUE)
    drawing.note(left, "resolved", 3.2, solved[2] - 10, ORANGE)
    drawing.label(left, "What customers get", "chats that one person may have open", "")
    drawing.percent(left)
    session = [drawing.value(run, "session_time") / 60 for run in found.values()]
    person = [drawing.value(run, "concurrency_adjusted_handle_time") / 60 for run in found.values()]
    right.plot(most, session, "o-", color=BLUE)
    right.plot(most, person, "s--", color=GREEN)
    drawing.note(right, "a conversation lasts", 1.1, session[1] + 1.3, BLUE)
    drawing.note(right, "a person's time for it", 1.9, person[2] - 2.2, GREEN)
    drawing.label(right, "What a chat takes", "chats that one person may have open", "minutes")
    right.set_ylim(0, 16)
    for axes in (left, right):
        axes.set_xticks(most)
    return figure


@drawing.styled
def email() -> Figure:
    """Email waiting or in work, hour by hour, for three sizes of the team."""
    cases = {f"{count} people": {"agent_groups.desk.headcount": count} for count in (7, 8, 9)}
    found = drawing.runs("email-and-backlog", cases, replications=5)
    figure, axes = drawing.panel("Email not answered yet", "", "emails")
    at = np.arange(0, 12 * DAY_US, HOUR_US // 2, dtype=np.int64)
    for (name, run), colour in zip(found.items(), (ORANGE, BLUE, GREEN), strict=True):
        backlog = np.mean(
            [drawing.there(*drawing.legs(log, "email", "queued_at", "ended_at"), at) for log in run.logs],
            axis=0,
        )
        axes.plot(at / DAY_US, backlog, color=colour, label=name)
    axes.axvspan(5, 7, color=PALE, alpha=0.35, linewidth=0, zorder=0)
    drawing.note(axes, "weekend", 6, axes.get_ylim()[1] * 0.94, ha="center")
    axes.set_xticks(range(12), [*DAYS, *DAYS[:5]])
    axes.set_xlim(0, 12)
    axes.set_ylim(bottom=0)
    axes.legend(loc="upper left")
    return figure


@drawing.styled
def messaging() -> Figure:
    """Two hours of one person: when each thread is open, and when somebody works on it."""
    log = next(iter(drawing.runs("messaging", {"": {}}, replications=1).values())).logs[0]
    answered, ended, agent = (log.legs[name] for name in ("answered_at", "ended_at", "agent"))
    since, until = DAY_US + 14 * HOUR_US, DAY_US + 16 * HOUR_US
    rows = np.flatnonzero((agent == 0) & (answered < until) & (ended > since))
    rows = rows[np.argsort(answered[rows])]
    figure, axes = drawing.panel("Threads of one person, Tuesday afternoon", "", "threads, oldest first", 3.8)
    for place, row in enumerate(rows):
        axes.hlines(place, answered[row] / HOUR_US - 24, ended[row] / HOUR_US - 24, color=PALE, linewidth=2)
        mine = log.pieces["leg_row"] == row
        begin, end = log.pieces["from_at"][mine], log.pieces["to_at"][mine]
        if not mine.any():
            begin, end = answered[row : row + 1], ended[row : row + 1]
        axes.hlines(
            np.full(len(begin), place), begin / HOUR_US - 24, end / HOUR_US - 24, color=BLUE, linewidth=7
        )
    axes.plot([], [], color=BLUE, linewidth=7, label="the agent writes")
    axes.plot([], [], color=PALE, linewidth=2, label="the customer takes time to answer")
    figure.legend(loc="outside lower center", ncols=2)
    axes.set_xlim(14, 16)
    axes.set_xticks(np.arange(14, 16.1, 0.5), ["14:00", "14:30", "15:00", "15:30", "16:00"])
    axes.set_yticks([])
    axes.invert_yaxis()
    axes.tick_params(colors=GREY)
    return figure


PICTURES = {"chat": chat, "email-and-backlog": email, "messaging": messaging}
