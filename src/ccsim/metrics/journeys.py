"""Journeys: what every issue went through, as one row an issue and as a list of events.

The events have the columns ``case_id, activity, timestamp`` that process-mining tools read (pm4py, XES:
rename them to case:concept:name, concept:name and time:timestamp).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ccsim.kinds import Front, IssueOutcome, Outcome, SessionOutcome
from ccsim.log import Log
from ccsim.metrics.contact_rows import (
    ContactRows,
    IssueRows,
    channels_of_issues,
    read_contacts,
    read_issues,
)
from ccsim.metrics.legs import read_legs
from ccsim.units import MINUTE

if TYPE_CHECKING:
    import pandas as pd

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]

WITHIN, BETWEEN = " > ", " | "  # steps of one contact; contacts about one issue
_FRONT_NAMES = {Front.NOTICE: "notice", Front.SELF_SERVICE: "self_service", Front.BOT: "bot"}


@dataclass(frozen=True, slots=True)
class IssueColumns:
    """Arrays of shape (issues,); ``minutes``: time of the customer in sessions, waiting and talking."""

    issue: Int64
    contacts: Int64
    outcome: Int64
    opened_at: Int64
    closed_at: Int64
    first_queue: Int64
    last_queue: Int64
    channels: Int64
    escalations: Int64
    transfers: Int64
    complexity: Int64
    minutes: Float64


def issue_columns(log: Log) -> IssueColumns:
    """What the tables say about every issue."""
    contacts = read_contacts(log)
    issues = read_issues(log, contacts)
    last_leg = contacts.last_leg[issues.last]
    queue = log.legs["queue"].astype(np.int64)
    last_queue = np.where(last_leg >= 0, np.append(queue, -1)[last_leg], contacts.queue[issues.last])
    return IssueColumns(
        issue=issues.id,
        contacts=issues.contacts,
        outcome=issues.outcome,
        opened_at=contacts.arrived_at[issues.first],
        closed_at=issues.closed_at,
        first_queue=contacts.queue[issues.first],
        last_queue=last_queue,
        channels=channels_of_issues(log, issues),
        escalations=issues.escalations,
        transfers=issues.transfers,
        complexity=issues.complexity,
        minutes=_minutes(log, contacts, issues),
    )


def _minutes(log: Log, contacts: ContactRows, issues: IssueRows) -> Float64:
    of, size, legs = issues.of_contacts, len(issues.id), read_legs(log)
    gone = np.where(log.legs["talk_ended_at"] >= 0, log.legs["talk_ended_at"], legs.ended_at)
    gone = np.where(legs.reached, gone, legs.wait_ended_at)
    owner = of[log.legs["contact_row"]]
    counted = owner >= 0
    total = np.bincount(owner[counted], weights=(gone - legs.queued_at)[counted], minlength=size)
    if log.sessions:
        owner = of[log.sessions["contact_row"]]
        counted = owner >= 0
        took = log.sessions["ended_at"] - log.sessions["started_at"]
        total = total + np.bincount(owner[counted], weights=took[counted], minlength=size)
    return total / MINUTE


def _steps(log: Log, contacts: ContactRows) -> tuple[Int64, Int64]:
    """(contact row, what) of every step in order: queues are their number, front k is -1 - k."""
    counted = log.legs["outcome"] != Outcome.CLOSED
    row = log.legs["contact_row"][counted].astype(np.int64)
    what = log.legs["queue"][counted].astype(np.int64)
    at = log.legs["queued_at"][counted].astype(np.int64)
    order = log.legs["leg"][counted].astype(np.int64)
    if log.sessions:
        kinds = np.array(log.labels.front_kinds, dtype=np.int64)
        front = log.sessions["front"].astype(np.int64)
        met = kinds[front] != Front.NOTICE
        row = np.concatenate((row, log.sessions["contact_row"][met]))
        what = np.concatenate((what, -1 - front[met]))
        at = np.concatenate((at, log.sessions["started_at"][met]))
        order = np.concatenate((order, np.zeros(int(met.sum()), dtype=np.int64)))
    place = np.lexsort((at, order, row))
    place = place[contacts.came[row[place]]]
    return row[place], what[place]


def paths(log: Log, contacts: ContactRows, issues: IssueRows) -> npt.NDArray[Any]:
    """(issues,) text such as ``bot:front_door > billing > disputes | billing``."""
    labels = log.labels
    row, what = _steps(log, contacts)
    of = issues.of_contacts[row]
    place = np.lexsort((np.arange(len(row)), contacts.number[row], of))
    row, what, of = row[place], what[place], of[place]
    names = [f"{_FRONT_NAMES[Front(kind)]}:{name}"
             for name, kind in zip(labels.fronts, labels.front_kinds, strict=True)]  # fmt: skip
    found = np.full(len(issues.id), "", dtype=object)
    if not len(row):
        return found
    words = np.array([*labels.queues, *reversed(names)], dtype=object)[what]
    starts = np.flatnonzero(np.append(True, of[1:] != of[:-1]))
    ends = np.append(starts[1:], len(of))
    joined = np.where(np.append(False, row[1:] == row[:-1]), WITHIN, BETWEEN) + words
    joined[starts] = words[starts]
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        found[of[start]] = joined[start] if end == start + 1 else "".join(joined[start:end])
    return found


def journeys_table(log: Log) -> pd.DataFrame:
    """One row per issue: its path, contacts, transfers, minutes and outcome."""
    import pandas as pd

    contacts = read_contacts(log)
    issues = read_issues(log, contacts)
    names = np.array([outcome.name.lower() for outcome in IssueOutcome], dtype=object)
    return pd.DataFrame(
        {
            "issue": issues.id,
            "path": paths(log, contacts, issues),
            "contacts": issues.contacts,
            "transfers": issues.transfers + issues.escalations,
            "minutes": _minutes(log, contacts, issues),
            "outcome": pd.Categorical(names[issues.outcome], list(names)),
        }
    )


def events_table(log: Log) -> pd.DataFrame:
    """Every event of every issue in order of time: case_id, activity, timestamp, queue, agent, contact.

    ``case_id`` is the issue. Activities: ``arrive``, ``start <front>`` and ``end <front>: <outcome>``,
    ``queue``, ``answer``, ``end: <outcome of the leg>``, and ``resolved`` or ``given_up``.
    """
    import pandas as pd

    from ccsim.metrics.tables import _OUTCOME_OF_KIND, OUTCOMES, _names, _stamps

    labels, contacts, legs = log.labels, read_contacts(log), read_legs(log)
    issues = read_issues(log, contacts)
    came = np.flatnonzero(contacts.came)
    parts = [_Events(came, contacts.arrived_at[came], "arrive", contacts.queue[came], _none(came))]
    if log.sessions:
        parts += _session_events(log, contacts)
    row, queue = log.legs["contact_row"].astype(np.int64), legs.queue.astype(np.int64)
    step, agent = _LEGS + 4 * log.legs["leg"].astype(np.int64), legs.agent.astype(np.int64)
    parts.append(_Events(row, legs.queued_at, "queue", queue, step))
    served = np.flatnonzero(log.legs["answered_at"] >= 0)
    parts.append(
        _Events(row[served], legs.served_at[served], "answer", queue[served], step[served] + 1, agent[served])
    )
    outcome = _OUTCOME_OF_KIND[legs.kind]
    for code, name in enumerate(OUTCOMES):
        if code:
            mine = np.flatnonzero(outcome == code)
            ended = legs.ended_at[mine]
            parts.append(_Events(row[mine], ended, f"end: {name}", queue[mine], step[mine] + 2, agent[mine]))
    for value in (IssueOutcome.RESOLVED, IssueOutcome.GIVEN_UP):
        mine = np.flatnonzero(issues.outcome == value)
        closer = np.where(issues.resolved_by[mine] >= 0, issues.resolved_by[mine], issues.last[mine])
        at = issues.closed_at[mine]
        parts.append(_Events(closer, at, value.name.lower(), _none(mine), np.full(len(mine), 2 * _LEGS)))
    owner, at, step = (np.concatenate([getattr(part, n) for part in parts]) for n in ("row", "at", "step"))
    kept = np.flatnonzero(contacts.came[owner])
    order = kept[np.lexsort((step[kept], owner[kept], at[kept], contacts.issue[owner[kept]]))]
    activity = np.repeat(np.arange(len(parts)), [len(part.row) for part in parts])
    columns = {
        "case_id": contacts.issue[owner][order],
        "activity": _names(activity[order], [part.activity for part in parts]),
        "timestamp": _stamps(at[order], labels),
        "queue": _names(np.concatenate([part.queue for part in parts])[order], labels.queues),
        "agent": _names(np.concatenate([part.agent for part in parts])[order], labels.agents),
        "contact": contacts.number[owner][order],
    }
    return pd.DataFrame(columns)


_LEGS = 2**40  # steps of legs come after those of sessions


def _none(rows: Int64) -> Int64:
    return np.full(len(rows), -1, dtype=np.int64)


class _Events:
    """Events of one activity: contact rows, instants, queues, agents, and the order of a contact's steps."""

    def __init__(
        self, row: Int64, at: Int64, activity: str, queue: Int64, step: Int64, agent: Int64 | None = None
    ) -> None:
        self.row, self.at, self.activity, self.queue, self.step = row, at, activity, queue, step
        self.agent = _none(row) if agent is None else agent


def _session_events(log: Log, contacts: ContactRows) -> list[_Events]:
    table, labels, found = log.sessions, log.labels, []
    for number, (name, kind) in enumerate(zip(labels.fronts, labels.front_kinds, strict=True)):
        if kind == Front.NOTICE:
            continue
        label = f"{_FRONT_NAMES[Front(kind)]}:{name}"
        mine = np.flatnonzero(table["front"] == number)
        row, at = table["contact_row"][mine].astype(np.int64), table["started_at"][mine].astype(np.int64)
        found.append(_Events(row, at, f"start {label}", contacts.queue[row], 2 * mine))
        for outcome in SessionOutcome:
            ended = mine[table["outcome"][mine] == outcome]
            if outcome != SessionOutcome.OPEN and len(ended):
                row, at = (
                    table["contact_row"][ended].astype(np.int64),
                    table["ended_at"][ended].astype(np.int64),
                )
                text = f"end {label}: {outcome.name.lower()}"
                found.append(_Events(row, at, text, contacts.queue[row], 2 * ended + 1))
    return found
