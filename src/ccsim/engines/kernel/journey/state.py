"""What holds at the moment; see :mod:`ccsim.engines.center.state`."""

from __future__ import annotations

import numpy as np

from ccsim.compiler.journey import HARDEST
from ccsim.engines.compiling import compiled
from ccsim.engines.kernel.journey import purposes, record
from ccsim.engines.kernel.journey.codes import ISSUE_GIVEN_UP, ISSUE_OPEN, OPEN, TALK
from ccsim.engines.kernel.journey.memory import (
    Center,
    agent_at,
    cell,
    contact_at,
    issue_at,
    leg_at,
    period_at,
    pool_at,
    queue_at,
    rule_at,
)
from ccsim.engines.kernel.journey.numbers import bits, looked_up, upper


@compiled
def begin_issues(center: Center) -> None:
    """All issues beforehand, which is faster than each when it comes."""
    for number in range(center.fresh):
        begin_issue(center, number)


@compiled
def begin_issue(center: Center, number: int) -> None:
    """An issue and its first contact, as the Draws have them."""
    issue = issue_at(center.issues, number)
    issue.key = cell(center.keys, number)
    issue.complexity = upper(bits(issue.key, 0, purposes.COMPLEXITY, 1, 1)) * HARDEST >> 31
    issue.outcome = ISSUE_OPEN
    issue.closed_at = -1
    issue.alive = 0
    issue.contacts = 1
    issue.retries = 0
    issue.returns = 0
    issue.chasers = 0
    row = contact_at(center.contacts, number)
    row.issue = number
    row.contact = 1
    row.queue = cell(center.first_queue, number)
    row.cause = cell(center.first_cause, number)
    row.arrived_at = cell(center.arrived_at, number)
    row.after = -1
    begin_contact(center, number, -1, 0)


@compiled
def begin_contact(center: Center, contact: int, story_lost: int, past_fronts: int) -> None:
    row = contact_at(center.contacts, contact)
    row.resolved = 0
    row.talk_factor = 1000
    row.story_lost = story_lost
    row.past_fronts = past_fronts
    row.moves = 0
    row.legs = 0
    row.right_queue = -1
    row.session = -1
    row.place = 0
    row.session_outcome = 0


@compiled
def begin_leg(center: Center, contact: int, queue: int, entry: int) -> int:
    leg = center.leg_count
    if leg >= center.leg_room:
        center.overrun = 1
        leg -= 1
    else:
        center.leg_count += 1
    owner = contact_at(center.contacts, contact)
    owner.legs += 1
    row = leg_at(center.legs, leg)
    row.contact_row = contact
    row.leg = owner.legs
    row.queue = queue
    row.agent = -1
    row.queued_at = center.now
    row.answered_at = -1
    row.talk_ended_at = -1
    row.ended_at = -1
    row.outcome = OPEN
    row.entry = entry
    row.gave_up_at = -1
    row.announced_us = -1
    row.promised_at = -1
    row.dials = 0
    row.callback_declined = 0
    row.work_us = -1
    row.since = center.now
    row.left = -1
    row.phase = TALK
    row.due = -1
    row.paced_at = -1
    row.resumed_at = -1
    row.in_pieces = 0
    row.holder = -1
    row.turn = 0
    row.last_turn = 0
    row.goes_to = -1
    row.course = 0
    row.on_line = 0
    row.waits = 0
    return leg


@compiled
def note_duty(center: Center, agent: int, on_duty: bool) -> None:
    person = agent_at(center.agents, agent)
    if on_duty != (person.is_on_duty == 1):
        person.is_on_duty = 1 if on_duty else 0
        pool_at(center.pools, person.pool).on_duty += 1 if on_duty else -1


# -- lines --------------------------------------------------------------------------------------------------


@compiled
def take_line(center: Center, leg: int, queue: int) -> None:
    row = queue_at(center.queues, queue)
    if row.lines >= 0:
        row.on_line += 1
        leg_at(center.legs, leg).on_line = 1


@compiled
def release_line(center: Center, leg: int, queue: int) -> None:
    row = leg_at(center.legs, leg)
    if row.on_line == 1:
        queue_at(center.queues, queue).on_line -= 1
        row.on_line = 0


# -- numbers ------------------------------------------------------------------------------------------------


@compiled
def number(center: Center, contact: int, salt: int, purpose: int, leg: int) -> np.uint64:
    row = contact_at(center.contacts, contact)
    return bits(issue_at(center.issues, row.issue).key, salt, purpose, row.contact, leg)


@compiled
def issue_number(center: Center, contact: int, salt: int, purpose: int) -> np.uint64:
    issue = contact_at(center.contacts, contact).issue
    return bits(issue_at(center.issues, issue).key, salt, purpose, 0, 0)


@compiled
def happens(center: Center, contact: int, salt: int, purpose: int, chance: int, leg: int) -> bool:
    return chance > 0 and upper(number(center, contact, salt, purpose, leg)) < chance


@compiled
def duration(center: Center, contact: int, salt: int, purpose: int, table: int, leg: int) -> int:
    if table < 0:
        return 0
    return looked_up(center, table, number(center, contact, salt, purpose, leg))


@compiled
def threshold(center: Center, contact: int, salt: int, purpose: int, leg: int) -> int:
    return looked_up(center, center.threshold_table, number(center, contact, salt, purpose, leg))


# -- conditional rules --------------------------------------------------------------------------------------


@compiled
def count_in_rules(center: Center, queue: int, waited: int) -> None:
    for place in range(center.rule_count):
        rule = rule_at(center.rules, place)
        if rule.watched == queue:
            period = period_at(center.periods, rule.first_period + rule.period)
            period.judged += 1
            if 0 <= waited <= rule.within:
                period.good += 1


# -- issues -------------------------------------------------------------------------------------------------


@compiled
def resolve(center: Center, contact: int, outcome: int) -> None:
    record.close_issue(center, contact_at(center.contacts, contact).issue, outcome)


@compiled
def contact_over(center: Center, contact: int) -> None:
    issue = contact_at(center.contacts, contact).issue
    row = issue_at(center.issues, issue)
    row.alive -= 1
    if row.alive == 0:
        record.close_issue(center, issue, ISSUE_GIVEN_UP)
