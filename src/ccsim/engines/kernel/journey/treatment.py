"""What an agent does with a contact; see :mod:`ccsim.engines.center.treatment`."""

from __future__ import annotations

from ccsim.compiler.journey import APPROVE, AUTHORITY_LEVELS, CERTAIN, ESCALATE, HARDEST
from ccsim.engines.compiling import compiled
from ccsim.engines.kernel.journey import purposes
from ccsim.engines.kernel.journey.codes import (
    DEFAULT_DIAGNOSIS,
    FOUND_OUT,
    FURTHER,
    MISROUTED,
    NEVER,
    NOBODY_THERE,
    REFERRED,
    REFUSED,
    TREATED,
)
from ccsim.engines.kernel.journey.memory import (
    Center,
    agent_at,
    cell,
    contact_at,
    issue_at,
    leg_at,
    pair_at,
    pool_at,
    queue_at,
    slow_at,
)
from ccsim.engines.kernel.journey.numbers import upper
from ccsim.engines.kernel.journey.state import duration, happens, issue_number


@compiled
def talk_of(center: Center, leg: int, agent: int) -> int:
    row = leg_at(center.legs, leg)
    queue, contact, number = queue_at(center.queues, row.queue), row.contact_row, row.leg
    if row.gave_up_at >= 0:
        row.course = FOUND_OUT
        return duration(center, contact, queue.salt, purposes.FOUND_OUT, queue.slots_found_out_table, number)
    added = 0
    if row.dials != 0:
        attempt = max(row.dials, 0) + 1
        row.dials = attempt
        place = number | attempt << FURTHER
        added = duration(center, contact, queue.salt, purposes.DIAL, queue.waits_dial_table, place)
        if happens(center, contact, queue.salt, purposes.NO_ANSWER, queue.waits_no_answer_chance, place):
            row.course = NOBODY_THERE
            return added
    row.course = course_of(center, leg, agent)
    added += approval_of(center, leg, agent)
    base = DEFAULT_DIAGNOSIS
    if row.course != REFERRED and row.course != MISROUTED:
        base = treatment(center, leg)
    elif queue.tiers_diagnosis_table >= 0:
        table = queue.tiers_diagnosis_table
        base = duration(center, contact, queue.salt, purposes.DIAGNOSIS, table, number)
    lost = contact_at(center.contacts, contact).story_lost
    if number == 1 and lost >= 0:
        table = queue_at(center.queues, lost).resolution_repeat_table
        added += duration(center, contact, queue.salt, purposes.REPEAT_STORY, table, 0)
    return at_speed(center, base, row.queue, agent_at(center.agents, agent).pool) + added


@compiled
def is_as_drawn(center: Center, leg: int) -> bool:
    """Is this the first leg of a fresh contact in its own queue?"""
    row = leg_at(center.legs, leg)
    contact = row.contact_row
    return contact < center.fresh and row.leg == 1 and row.queue == contact_at(center.contacts, contact).queue


@compiled
def treatment(center: Center, leg: int) -> int:
    row = leg_at(center.legs, leg)
    queue, contact = queue_at(center.queues, row.queue), contact_at(center.contacts, row.contact_row)
    if is_as_drawn(center, leg):
        talk = cell(center.talk, contact.issue)
    else:
        table = queue.talk_table
        talk = duration(center, row.contact_row, queue.salt, purposes.TALK, table, row.leg)
    return of_this_issue(center, talk, row.contact_row, row.queue)


@compiled
def of_this_issue(center: Center, talk: int, contact_row: int, queue_id: int) -> int:
    queue, contact = queue_at(center.queues, queue_id), contact_at(center.contacts, contact_row)
    talk = talk * contact.talk_factor // 1000
    slope = queue.resolution_talk_slope
    if slope == 0:
        return talk
    complexity = issue_at(center.issues, contact.issue).complexity
    return talk * (1000 + slope * (2 * complexity - HARDEST) // HARDEST) // 1000


@compiled
def at_speed(center: Center, work: int, queue: int, pool: int) -> int:
    work = work * pair_at(center.pairs, pool * center.queue_count + queue).factor // 1000
    day = min(center.now // 86_400_000_000, center.days - 1)
    work = work * cell(center.day_pace, pool * center.days + day) // 1000
    for place in range(center.slow_count):
        slow = slow_at(center.slows, place)
        if slow.pool == pool and slow.from_at <= center.now < slow.to_at:
            work = work * slow.factor // 1000
    return work


@compiled
def course_of(center: Center, leg: int, agent: int) -> int:
    """Found misrouted, referred, refused, or treated."""
    row = leg_at(center.legs, leg)
    queue, contact = queue_at(center.queues, row.queue), contact_at(center.contacts, row.contact_row)
    may_move = contact.moves < queue.tiers_at_most
    right = contact.right_queue
    contact.right_queue = -1
    if right >= 0 and right != row.queue:
        row.goes_to = right
        return MISROUTED
    if (
        may_move
        and row.leg == 1
        and happens(center, row.contact_row, queue.salt, purposes.MISROUTED, queue.tiers_misrouted_chance, 0)
    ):
        row.goes_to = queue.tiers_misrouted_to
        return MISROUTED
    up = may_move and queue.tiers_to >= 0
    if up and queue.tiers_above < NEVER:
        table = queue.tiers_estimate_table
        error = duration(center, row.contact_row, queue.salt, purposes.ESTIMATE, table, row.leg)
        if issue_at(center.issues, contact.issue).complexity + error >= queue.tiers_above:
            return REFERRED
    if lacks_authority(center, leg, agent):
        if queue.tiers_without_authority == ESCALATE and up:
            return REFERRED
        if queue.tiers_without_authority != APPROVE and queue.tiers_without_authority != ESCALATE:
            return REFUSED
    return TREATED


@compiled
def lacks_authority(center: Center, leg: int, agent: int) -> bool:
    row = leg_at(center.legs, leg)
    authority = pool_at(center.pools, agent_at(center.agents, agent).pool).authority
    return needs(center, row.contact_row, row.queue) > authority


@compiled
def approval_of(center: Center, leg: int, agent: int) -> int:
    """Talk that an approval adds."""
    row = leg_at(center.legs, leg)
    if row.course != TREATED or not lacks_authority(center, leg, agent):
        return 0
    queue = queue_at(center.queues, row.queue)
    table = queue.tiers_approval_table
    return duration(center, row.contact_row, queue.salt, purposes.APPROVAL, table, row.leg)


@compiled
def needs(center: Center, contact: int, queue: int) -> int:
    """The authority that the issue needs."""
    first = queue * AUTHORITY_LEVELS
    if cell(center.needs_share, first) == CERTAIN:
        return 0
    salt = queue_at(center.queues, queue).salt
    return place_in(
        center.needs_share,
        first,
        AUTHORITY_LEVELS,
        upper(issue_number(center, contact, salt, purposes.AUTHORITY)),
    )


@compiled
def place_in(shares: int, first: int, count: int, number: int) -> int:
    """How many of the cumulative shares are at most the number."""
    place = 0
    for row in range(first, first + count):
        if cell(shares, row) <= number:
            place += 1
    return place


@compiled
def next_turn(center: Center, leg: int, agent: int) -> int:
    row = leg_at(center.legs, leg)
    queue = queue_at(center.queues, row.queue)
    place = row.leg | row.turn << FURTHER
    talk = duration(center, row.contact_row, queue.salt, purposes.TALK, queue.talk_table, place)
    talk = of_this_issue(center, talk, row.contact_row, row.queue)
    return at_speed(center, talk, row.queue, agent_at(center.agents, agent).pool)


@compiled
def goes_on(center: Center, leg: int) -> bool:
    row = leg_at(center.legs, leg)
    queue = queue_at(center.queues, row.queue)
    chance = queue.slots_turn_chance
    if chance == 0 or row.last_turn == 1 or row.course != TREATED or row.turn == 255:
        return False
    place = row.leg | row.turn << FURTHER
    return happens(center, row.contact_row, queue.salt, purposes.NEXT_TURN, chance, place)


@compiled
def wrap_up_of(center: Center, leg: int) -> int:
    row = leg_at(center.legs, leg)
    if row.course == NOBODY_THERE or row.course == FOUND_OUT:
        return 0
    if is_as_drawn(center, leg):
        return cell(center.wrap_up, contact_at(center.contacts, row.contact_row).issue)
    queue = queue_at(center.queues, row.queue)
    table = queue.wrap_up_table
    return duration(center, row.contact_row, queue.salt, purposes.WRAP_UP, table, row.leg)


@compiled
def moves_to(center: Center, leg: int) -> int:
    """The queue to which the agent sends the contact on after the talk, -1: none."""
    row = leg_at(center.legs, leg)
    if row.course == MISROUTED:
        return row.goes_to
    queue = queue_at(center.queues, row.queue)
    to = queue.tiers_to
    if row.course == REFERRED:
        return to
    contact = contact_at(center.contacts, row.contact_row)
    if (
        row.course == TREATED
        and to >= 0
        and contact.moves < queue.tiers_at_most
        and happens(center, row.contact_row, queue.salt, purposes.ESCALATES, queue.tiers_chance, row.leg)
    ):
        return to
    return -1
