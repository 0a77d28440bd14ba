"""What became of each contact and of each issue: legs and sessions brought together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ccsim.draws.sorting import in_order
from ccsim.kinds import Entry, IssueOutcome, Outcome, SessionOutcome
from ccsim.log import Log
from ccsim.metrics.grid import is_one_of
from ccsim.metrics.legs import (
    ABANDONED,
    ANSWERED,
    BALKED,
    CALLBACK_IN_SERVICE,
    CALLBACK_WAITING,
    CALLED_BACK,
    IN_SERVICE,
    SHORT,
    SILENT,
    WAITING,
    Legs,
    read_legs,
)

Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
IntAny = npt.NDArray[np.integer[Any]]

SERVED_KINDS = (ANSWERED, CALLED_BACK)
OPEN_KINDS = (WAITING, IN_SERVICE, CALLBACK_WAITING, CALLBACK_IN_SERVICE)
GAVE_UP_KINDS = (ABANDONED, SHORT, BALKED, SILENT)


@dataclass(frozen=True, slots=True)
class ContactRows:
    """Arrays of shape (contacts,). A contact that a notice made needless never ``came``."""

    issue: Int64
    number: Int64  # 1 for the first about the issue
    queue: Int64  # where it arrived
    arrived_at: Int64
    came: Bools
    last_leg: Int64  # row of the legs, -1: it met a front only
    kind: Int64  # of the last leg (``legs.KINDS``), -1
    session: Int64  # outcome of the last session (``kinds.SessionOutcome``), -1: it had none
    handled: Bools  # a person answered and finished it, or had it in hand
    first_answer_at: Int64  # by a person, -1
    answered_in: Int64  # queue of that answer, -1
    is_open: Bools
    closed_by_front: Bools  # solved or not
    gave_up: Bools
    solved: Bools  # the contact resolved the issue
    escalated: Int64  # legs that came from a lower tier
    transferred: Int64
    ended_at: Int64


@dataclass(frozen=True, slots=True)
class IssueRows:
    """Arrays of shape (issues,), of the issues about which a contact came."""

    id: Int64
    first: Int64  # row of the first contact that came
    last: Int64
    contacts: Int64
    outcome: Int64  # ``kinds.IssueOutcome``
    resolved_by: Int64  # row of the contact that resolved it, -1
    closed_at: Int64  # -1: open
    complexity: Int64  # 0 .. 999,999; -1: not known
    escalations: Int64
    transfers: Int64
    of_contacts: Int64  # (contacts,) row of the issues; -1 where the contact never came


def read_contacts(log: Log, legs: Legs | None = None) -> ContactRows:
    """The contacts of a Log."""
    table, legs = log.contacts, read_legs(log) if legs is None else legs
    rows = len(table["contact"])
    owner = log.legs["contact_row"].astype(np.int64)
    last_leg = _last(owner, log.legs["leg"], rows)
    kind = np.where(last_leg >= 0, np.append(legs.kind, -1)[last_leg], -1).astype(np.int64)
    session, session_ended = last_sessions(log, rows)
    front_only = last_leg < 0
    closed_by_front = (
        is_one_of(session, (SessionOutcome.RESOLVED, SessionOutcome.FALSELY_CONTAINED)) & front_only
    )
    walked = is_one_of(session, (SessionOutcome.WALKED_AWAY, SessionOutcome.TRAPPED)) & front_only
    answer = np.flatnonzero(legs.reached)
    first = np.full(rows, -1, dtype=np.int64)
    first[owner[answer]] = answer
    answer = _of_several(answer, owner, rows)
    answer = answer[np.argsort(-legs.served_at[answer], kind="stable")]
    first[owner[answer]] = answer  # the earliest is assigned last and stays
    has = first >= 0
    judged = log.column("contacts", "resolved")
    served = is_one_of(kind, SERVED_KINDS) | (closed_by_front & (session == SessionOutcome.RESOLVED))
    entry = log.column("legs", "entry")
    return ContactRows(
        issue=table["issue"].astype(np.int64),
        number=table["contact"].astype(np.int64),
        queue=table["queue"].astype(np.int64),
        arrived_at=table["arrived_at"].astype(np.int64),
        came=session != SessionOutcome.PREVENTED,
        last_leg=last_leg,
        kind=kind,
        session=session,
        handled=has,
        first_answer_at=np.where(has, np.append(legs.served_at, -1)[first], -1),
        answered_in=np.where(has, np.append(legs.queue, -1)[first], -1).astype(np.int64),
        is_open=is_one_of(kind, OPEN_KINDS) | (front_only & is_one_of(session, (-1, SessionOutcome.OPEN))),
        closed_by_front=closed_by_front,
        gave_up=is_one_of(kind, GAVE_UP_KINDS) | walked,
        solved=(judged == 1) | ((judged == 0) & served),
        escalated=np.bincount(owner[entry == Entry.ESCALATED], minlength=rows),
        transferred=np.bincount(owner[entry == Entry.TRANSFERRED], minlength=rows),
        ended_at=np.where(front_only, session_ended, np.append(legs.ended_at, -1)[last_leg]),
    )


def _last(owner: Int64, order: IntAny, rows: int) -> Int64:
    """(rows,) for each owner the row that is last in ``order``; -1: it has none."""
    last = np.full(rows, -1, dtype=np.int64)
    last[owner] = np.arange(len(owner))
    several = _several(owner, order, rows)
    last[owner[several]] = several
    return last


def _several(owner: Int64, order: IntAny, rows: int) -> Int64:
    """The rows whose owner has more than one, in ``order``: few, where the order of the others is none."""
    count = np.bincount(owner, minlength=rows)
    if count.max(initial=0) <= 1:
        return np.empty(0, dtype=np.int64)
    several = np.flatnonzero(count[owner] > 1)
    return several[np.argsort(order[several], kind="stable")]


def _of_several(chosen: Int64, owner: Int64, rows: int) -> Int64:
    """Those of the rows ``chosen`` whose owner has more of them: few, and only their order matters."""
    count = np.bincount(owner[chosen], minlength=rows)
    return chosen[count[owner[chosen]] > 1] if count.max(initial=0) > 1 else chosen[:0]


def last_sessions(log: Log, rows: int) -> tuple[Int64, Int64]:
    """(outcome, end) of each contact's last session; -1: it had none."""
    outcome = np.full(rows, -1, dtype=np.int64)
    ended = np.full(rows, -1, dtype=np.int64)
    if log.sessions and rows:
        owner = log.sessions["contact_row"].astype(np.int64)
        several = _several(owner, log.sessions["started_at"], rows)
        for column, name in ((outcome, "outcome"), (ended, "ended_at")):
            column[owner] = log.sessions[name]
            column[owner[several]] = log.sessions[name][several]  # the last is assigned last and stays
    return outcome, ended


def read_issues(log: Log, contacts: ContactRows) -> IssueRows:
    """The issues of a Log, from its contacts."""
    came = np.flatnonzero(contacts.came)
    numbers = int(contacts.number.max(initial=0)) + 1
    order = came[in_order(contacts.issue[came] * numbers + contacts.number[came])[1]]
    issue = contacts.issue[order]
    starts = np.flatnonzero(np.append(True, issue[1:] != issue[:-1])) if len(issue) else came
    ids = issue[starts]
    count = np.diff(np.append(starts, len(order)))
    place = np.repeat(np.arange(len(ids)), count)
    stops = starts + count - 1
    of_contacts = np.full(len(contacts.came), -1, dtype=np.int64)
    of_contacts[order] = place
    solved = np.flatnonzero(contacts.solved[order])[::-1]
    resolved_by = np.full(len(ids), -1, dtype=np.int64)
    resolved_by[place[solved]] = order[solved]  # the first is assigned last and stays
    size = len(ids)
    if len(log.issues.get("outcome", ())):
        outcome = log.issues["outcome"][ids].astype(np.int64)
        closed_at = log.issues["closed_at"][ids].astype(np.int64)
        # a notice may have closed the issue before another contact about it came
        closed_at = np.where(closed_at < 0, -1, np.maximum(closed_at, contacts.arrived_at[order[starts]]))
        complexity = log.issues["complexity"][ids].astype(np.int64)
        resolved_by[outcome != IssueOutcome.RESOLVED] = -1
    else:
        still = np.bincount(place[contacts.is_open[order]], minlength=size) > 0
        outcome = np.where(resolved_by >= 0, IssueOutcome.RESOLVED,
                           np.where(still, IssueOutcome.OPEN, IssueOutcome.GIVEN_UP))  # fmt: skip
        closer = np.where(resolved_by >= 0, resolved_by, order[stops] if size else resolved_by)
        closed_at = np.where(outcome == IssueOutcome.OPEN, -1, contacts.ended_at[closer] if size else closer)
        complexity = np.full(size, -1, dtype=np.int64)
    return IssueRows(
        id=ids,
        first=order[starts],
        last=order[stops] if size else came,
        contacts=count,
        outcome=outcome,
        resolved_by=resolved_by,
        closed_at=closed_at,
        complexity=complexity,
        escalations=_sum(place, contacts.escalated[order], size),
        transfers=_sum(place, contacts.transferred[order], size),
        of_contacts=of_contacts,
    )


def _sum(place: Int64, values: Int64, size: int) -> Int64:
    some = np.flatnonzero(values)
    return np.bincount(place[some], weights=values[some], minlength=size).astype(np.int64)


def channels_of_issues(log: Log, issues: IssueRows) -> Int64:
    """(issues,) number of channels on which people were asked for."""
    labels = log.labels
    names = list(dict.fromkeys(labels.channels))
    channel = np.array([names.index(name) for name in labels.channels], dtype=np.int64)
    counted = log.legs["outcome"] != Outcome.CLOSED
    row = issues.of_contacts[log.legs["contact_row"][counted]]
    code = channel[log.legs["queue"][counted]]
    seen = np.zeros((len(names), len(issues.id)), dtype=bool)
    seen[code[row >= 0], row[row >= 0]] = True
    return np.asarray(seen.sum(axis=0), dtype=np.int64)
