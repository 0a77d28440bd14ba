"""What became of issues: how their first contacts ended, who came again, and how issues ended.

A mean over replications, from the Logs. An issue counts when its first contact arrived within the window.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ccsim.kinds import Cause, Front, IssueOutcome, SessionOutcome
from ccsim.log import Labels, Log
from ccsim.metrics.contact_rows import ContactRows, last_sessions, read_contacts
from ccsim.metrics.legs import (
    ABANDONED,
    BALKED,
    BLOCKED,
    CLEARED,
    CLOSED,
    SHORT,
    SILENT,
    UNREACHED,
)

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

FRONT_ENDS = {
    SessionOutcome.PREVENTED: "made needless",
    SessionOutcome.RESOLVED: "resolved",
    SessionOutcome.FALSELY_CONTAINED: "closed, not solved",
    SessionOutcome.WALKED_AWAY: "walked away",
    SessionOutcome.TRAPPED: "trapped",
    SessionOutcome.OPEN: "not over",
}
FRONT_NAMES = {Front.NOTICE: "notice", Front.SELF_SERVICE: "self-service", Front.BOT: "bot"}
NOT_SERVED = {
    ABANDONED: "gave up",
    SHORT: "gave up",
    SILENT: "gave up",
    BALKED: "would not wait",
    BLOCKED: "refused, no line or place left",
    CLEARED: "sent away at closing",
    CLOSED: "came outside hours",
    UNREACHED: "never reached by callback",
}
FATES = ("resolved", "not resolved", "not over", *dict.fromkeys(NOT_SERVED.values()))
CAUSES = {
    Cause.RETRY: "were not served, or left the bot",
    Cause.RETURN: "were not helped",
    Cause.BOUNCE_BACK: "were not helped by the bot",
    Cause.CHASER: "waited longer than promised",
    Cause.COMPLAINT: "complained",
    Cause.DUPLICATE: "came twice",
}


@dataclass(slots=True)
class Paths:
    """Numbers of issues in one replication on average.

    ``fronts``: (front, how its session ended) of first contacts that a front ended; ``queues``: first
    contacts that reached people, by queue; ``fates``: what became of those; ``causes``: later contacts;
    ``ends``: issues by outcome.
    """

    issues: float = 0.0
    fronts: Counter[tuple[int, int]] = field(default_factory=Counter)
    queues: Counter[int] = field(default_factory=Counter)
    fates: Counter[str] = field(default_factory=Counter)
    causes: Counter[Cause] = field(default_factory=Counter)
    ends: Counter[IssueOutcome] = field(default_factory=Counter)
    escalated: float = 0.0
    came_again: float = 0.0


@dataclass(frozen=True, slots=True)
class Loss:
    """Contacts lost in one way at one place, in one replication on average; ``share``: of those there."""

    place: str
    how: str
    contacts: float
    share: float


def paths_of(logs: Sequence[Log], since_us: int = 0) -> Paths:
    """The paths of the issues of several replications, on average."""
    paths = Paths()
    for log in logs:
        _add(paths, log, since_us)
    count = len(logs)
    paths.issues, paths.escalated = paths.issues / count, paths.escalated / count
    paths.came_again /= count
    counters: list[Counter[Any]] = [paths.fronts, paths.queues, paths.fates, paths.causes, paths.ends]
    for counter in counters:
        for key, amount in counter.items():
            counter[key] = amount / count  # type: ignore[assignment]
    return paths


def _add(paths: Paths, log: Log, since_us: int) -> None:
    contacts = read_contacts(log)
    first = (contacts.number == 1) & (contacts.arrived_at >= since_us)
    paths.issues += float(first.sum())
    last_front = _last_front(log, len(first))
    by_front = first & (contacts.last_leg < 0) & (last_front >= 0)
    session, _ = last_sessions(log, len(first))
    width = len(SessionOutcome)
    for code, amount in _counts(last_front[by_front] * width + session[by_front]):
        paths.fronts[code // width, code % width] += amount
    people = first & (contacts.last_leg >= 0)
    paths.queues.update(dict(_counts(_first_queue(log, len(first))[people])))
    for code, amount in _counts(_fates(contacts)[people]):
        paths.fates[FATES[code]] += amount
    paths.escalated += float((people & (contacts.escalated > 0)).sum())
    inside = np.zeros(int(contacts.issue.max(initial=-1)) + 1, dtype=bool)
    inside[contacts.issue[first]] = True
    later = (contacts.number > 1) & inside[contacts.issue]
    cause = log.column("contacts", "cause")
    paths.causes.update({Cause(code): amount for code, amount in _counts(cause[later])})
    paths.came_again += len(np.unique(contacts.issue[later]))
    ended = log.issues["outcome"][np.flatnonzero(inside)]
    paths.ends.update({IssueOutcome(code): amount for code, amount in _counts(ended)})


def _counts(codes: npt.NDArray[np.integer[Any]]) -> list[tuple[int, int]]:
    """Each code that there is, and how often."""
    found, amounts = np.unique(codes, return_counts=True)
    return list(zip(found.tolist(), amounts.tolist(), strict=True))


def _last_front(log: Log, rows: int) -> Int64:
    """(contacts,) front of the last session; -1: none."""
    front = np.full(rows, -1, dtype=np.int64)
    if log.sessions:
        owner = log.sessions["contact_row"].astype(np.int64)
        order = np.lexsort((np.arange(len(owner)), log.sessions["started_at"]))
        front[owner[order]] = log.sessions["front"][order]
    return front


def _first_queue(log: Log, rows: int) -> Int64:
    """(contacts,) queue of the first leg; -1: none."""
    queue = np.full(rows, -1, dtype=np.int64)
    mine = log.legs["leg"] == 1
    queue[log.legs["contact_row"][mine]] = log.legs["queue"][mine]
    return queue


def _fates(contacts: ContactRows) -> Int64:
    """(contacts,) what became of contacts with people, as places in FATES."""
    fate = np.full(len(contacts.kind), FATES.index("not resolved"), dtype=np.int64)
    for kind, words in NOT_SERVED.items():
        fate[contacts.kind == kind] = FATES.index(words)
    fate[contacts.solved] = FATES.index("resolved")
    fate[contacts.is_open] = FATES.index("not over")
    return fate


def document_of(paths: Paths, labels: Labels) -> dict[str, Any]:
    """The paths as plain JSON types."""
    return {
        "issues": paths.issues,
        "ended_at_fronts": [
            {
                "front": labels.fronts[front],
                "outcome": SessionOutcome(end).name.lower(),
                "issues": paths.fronts[front, end],
            }
            for front, end in sorted(paths.fronts)
        ],
        "reached_people": {labels.queues[queue]: paths.queues[queue] for queue in sorted(paths.queues)},
        "ended_there": dict(paths.fates),
        "escalated": paths.escalated,
        "came_again": paths.came_again,
        "later_contacts": {cause.name.lower(): amount for cause, amount in paths.causes.items()},
        "ends": {outcome.name.lower(): amount for outcome, amount in paths.ends.items()},
    }


# -- what was lost ------------------------------------------------------------------------------------------


def losses(logs: Sequence[Log], since_us: int = 0) -> list[Loss]:
    """Contacts lost by place and way, those that cost most first; per replication."""
    lost: Counter[tuple[str, str]] = Counter()
    there: Counter[str] = Counter()
    for log in logs:
        contacts = read_contacts(log)
        inside = contacts.arrived_at >= since_us
        labels = log.labels
        _lose_in_queues(log, labels, contacts, inside, lost, there)
        _lose_at_fronts(log, labels, inside, lost, there)
    found = [
        Loss(place, how, amount / len(logs), amount / there[place])
        for (place, how), amount in lost.items()
        if amount
    ]
    return sorted(found, key=lambda loss: (-loss.contacts, loss.place, loss.how))


def _lose_in_queues(
    log: Log,
    labels: Labels,
    contacts: ContactRows,
    inside: Bools,
    lost: Counter[tuple[str, str]],
    there: Counter[str],
) -> None:
    has_leg = inside & (contacts.last_leg >= 0)
    queue = log.legs["queue"][contacts.last_leg[has_leg]]
    kind = contacts.kind[has_leg]
    owner = log.legs["contact_row"]
    for q, name in enumerate(labels.queues):
        there[f"queue {name}"] += int(((log.legs["queue"] == q) & inside[owner]).sum())
        for value, words in NOT_SERVED.items():
            lost[f"queue {name}", words] += int(((queue == q) & (kind == value)).sum())


def _lose_at_fronts(
    log: Log, labels: Labels, inside: Bools, lost: Counter[tuple[str, str]], there: Counter[str]
) -> None:
    if not log.sessions:
        return
    owner, outcome = log.sessions["contact_row"], log.sessions["outcome"]
    for f, name in enumerate(labels.fronts):
        place = f"{FRONT_NAMES[Front(labels.front_kinds[f])]} {name}"
        mine = (log.sessions["front"] == f) & inside[owner]
        there[place] += int(mine.sum())
        for value, words in (
            (SessionOutcome.WALKED_AWAY, "walked away"),
            (SessionOutcome.TRAPPED, "wanted a person and got none"),
            (SessionOutcome.FALSELY_CONTAINED, "closed, not solved"),
        ):
            lost[place, words] += int((mine & (outcome == value)).sum())
