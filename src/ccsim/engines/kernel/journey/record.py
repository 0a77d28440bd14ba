"""Writes the tables of the Log; see :mod:`ccsim.engines.recorder`."""

from __future__ import annotations

from ccsim.engines.compiling import compiled
from ccsim.engines.kernel.journey.codes import ANSWERED, ISSUE_OPEN, OFF, OPEN, SESSION_OPEN
from ccsim.engines.kernel.journey.memory import (
    Center,
    agent_at,
    contact_at,
    issue_at,
    leg_at,
    piece_at,
    session_at,
    stretch_at,
)


@compiled
def judged(center: Center, contact: int, resolved: int) -> None:
    """1: the contact resolved its issue, 2: it did not."""
    contact_at(center.contacts, contact).resolved = resolved


@compiled
def close_issue(center: Center, issue: int, outcome: int) -> None:
    row = issue_at(center.issues, issue)
    if row.outcome == ISSUE_OPEN:
        row.outcome = outcome
        row.closed_at = center.now


@compiled
def session(center: Center, contact: int, front: int, failures: int) -> int:
    number = center.session_count
    center.session_count += 1
    row = session_at(center.sessions, number)
    row.contact_row = contact
    row.front = front
    row.started_at = center.now
    row.ended_at = -1
    row.outcome = SESSION_OPEN
    row.failures = failures
    row.warm = 0
    return number


@compiled
def session_ended(center: Center, number: int, outcome: int, warm: int) -> None:
    row = session_at(center.sessions, number)
    row.ended_at = center.now
    row.outcome = outcome
    row.warm = warm


@compiled
def ended(center: Center, leg: int, outcome: int) -> None:
    row = leg_at(center.legs, leg)
    row.ended_at = center.now
    row.outcome = outcome


@compiled
def cut_off(center: Center, leg: int, talking: bool) -> None:
    row = leg_at(center.legs, leg)
    row.outcome = OPEN if talking else ANSWERED
    if talking:
        row.talk_ended_at = center.now
    row.ended_at = center.now


@compiled
def worked(center: Center, leg: int, microseconds: int) -> None:
    row = leg_at(center.legs, leg)
    row.work_us = max(row.work_us, 0) + microseconds


@compiled
def piece(center: Center, leg: int, agent: int) -> None:
    """A stretch of work that ends now."""
    row = piece_at(center.pieces, center.piece_count)
    center.piece_count += 1
    row.leg_row = leg
    row.agent = agent
    row.from_at = leg_at(center.legs, leg).resumed_at
    row.to_at = center.now


@compiled
def state(center: Center, agent: int, wanted: int) -> None:
    person = agent_at(center.agents, agent)
    if person.stretch >= 0:
        row = stretch_at(center.stretches, person.stretch)
        if row.state == wanted:
            return
        row.to_at = center.now
        person.stretch = -1
    if wanted != OFF:
        person.stretch = center.stretch_count
        center.stretch_count += 1
        row = stretch_at(center.stretches, person.stretch)
        row.agent = agent
        row.state = wanted
        row.from_at = center.now


@compiled
def close(center: Center) -> None:
    for leg in range(center.leg_count):
        row = leg_at(center.legs, leg)
        if row.ended_at < 0:
            row.ended_at = center.now
    for agent in range(center.agent_count):
        stretch = agent_at(center.agents, agent).stretch
        if stretch >= 0:
            stretch_at(center.stretches, stretch).to_at = center.now
    for number in range(center.session_count):
        open_one = session_at(center.sessions, number)
        if open_one.ended_at < 0:
            open_one.ended_at = center.now
