"""What an agent does with a contact: how long it takes, and what is known of its end beforehand."""

from __future__ import annotations

from ccsim.compiler.journey import APPROVE, CERTAIN, ESCALATE, HARDEST
from ccsim.engines.center.state import Center
from ccsim.kinds import NEVER, Entry, Purpose

TREATED, REFERRED, MISROUTED, REFUSED, NOBODY_THERE, FOUND_OUT, HANDED_OVER = range(7)  # courses of a talk
DEFAULT_DIAGNOSIS = 60_000_000  # where a bot sent a contact to a queue that says nothing about it
FURTHER = 8  # bits: the leg of an address holds the number of the leg and, above it, an attempt or turn


def talk_of(center: Center, leg: int, agent: int) -> int:
    """The talk of a leg with this agent, as if the agent had nothing else; decides the leg's course."""
    contact, queue = center.record.contact_of(leg), center.record.queue_of(leg)
    if not center.journey:
        return center.drawn_talk[contact] * center.factor[center.agent_pool[agent]][queue] // 1000
    salt, number = center.salt[queue], center.record.leg_of(leg)
    if center.record.gave_up_at(leg) >= 0:
        center.course[leg] = FOUND_OUT
        return center.duration(contact, salt, Purpose.FOUND_OUT, center.slots.found_out_table[queue], number)
    added = 0
    if center.record.dials_of(leg) != 0:
        attempt = max(center.record.dials_of(leg), 0) + 1
        center.record.dials(leg, attempt)
        place = number | attempt << FURTHER
        added = center.duration(contact, salt, Purpose.DIAL, center.waits.dial_table[queue], place)
        if center.happens(contact, salt, Purpose.NO_ANSWER, center.waits.no_answer_chance[queue], place):
            center.course[leg] = NOBODY_THERE
            return added
    course, added = _course(center, leg, contact, queue, agent, added)
    center.course[leg] = course
    if course in (REFERRED, MISROUTED):
        table = center.tiers.diagnosis_table[queue]
        base = DEFAULT_DIAGNOSIS
        if table >= 0:
            base = center.duration(contact, salt, Purpose.DIAGNOSIS, table, number)
    else:
        base = _treatment(center, leg, contact, queue)
    if number == 1 and center.story_lost[contact] >= 0:
        table = center.resolution.repeat_table[center.story_lost[contact]]
        added += center.duration(contact, salt, Purpose.REPEAT_STORY, table)
    return _at_speed(center, base, queue, center.agent_pool[agent]) + added


def _treatment(center: Center, leg: int, contact: int, queue: int) -> int:
    """Talk at speed 1: as drawn or looked up."""
    number = center.record.leg_of(leg)
    if center.is_drawn(leg):
        talk = center.drawn_talk[center.record.issue_of(contact)]
    else:
        talk = center.duration(contact, center.salt[queue], Purpose.TALK, center.talk_table[queue], number)
    return _of_this_issue(center, talk, contact, queue)


def _of_this_issue(center: Center, talk: int, contact: int, queue: int) -> int:
    """Harder issues take longer, told stories less."""
    issue = center.record.issue_of(contact)
    talk = talk * center.talk_factor[contact] // 1000
    slope: int = center.resolution.talk_slope[queue]
    return talk * (1000 + slope * (2 * center.complexity[issue] - HARDEST) // HARDEST) // 1000


def _at_speed(center: Center, work: int, queue: int, pool: int) -> int:
    """Work at the pool's speed: its skill, what its people have still to learn, slow desktops."""
    bad, now = center.bad_days, center.now
    work = work * center.factor[pool][queue] // 1000
    day = min(now // 86_400_000_000, len(bad.pace[pool]) - 1)
    work = work * bad.pace[pool][day] // 1000
    for row, slow in enumerate(bad.slow_pool):
        if slow == pool and bad.slow_from[row] <= now < bad.slow_to[row]:
            work = work * bad.slow_factor[row] // 1000
    return work


def _course(center: Center, leg: int, contact: int, queue: int, agent: int, added: int) -> tuple[int, int]:
    """Found misrouted, referred, refused, or treated; with the talk that an approval adds."""
    tiers, salt, number = center.tiers, center.salt[queue], center.record.leg_of(leg)
    may_move = center.moves[contact] < tiers.at_most[queue]
    right = center.right_queue[contact]
    center.right_queue[contact] = -1
    if right >= 0 and right != queue:
        center.goes_to[leg] = right
        return MISROUTED, added
    if (
        may_move
        and number == 1
        and center.happens(contact, salt, Purpose.MISROUTED, tiers.misrouted_chance[queue])
    ):
        center.goes_to[leg] = tiers.misrouted_to[queue]
        return MISROUTED, added
    up = may_move and tiers.to[queue] >= 0
    if up and tiers.above[queue] < NEVER:
        error = center.duration(contact, salt, Purpose.ESTIMATE, tiers.estimate_table[queue], number)
        if center.complexity[center.record.issue_of(contact)] + error >= tiers.above[queue]:
            return REFERRED, added
    if _needs(center, contact, queue) > tiers.authority[center.agent_pool[agent]]:
        if tiers.without_authority[queue] == ESCALATE and up:
            return REFERRED, added
        if tiers.without_authority[queue] not in (APPROVE, ESCALATE):
            return REFUSED, added
        added += center.duration(contact, salt, Purpose.APPROVAL, tiers.approval_table[queue], number)
    return TREATED, added


def _needs(center: Center, contact: int, queue: int) -> int:
    """The authority that the issue needs."""
    shares = center.tiers.needs_share[queue]
    if shares[0] == CERTAIN:
        return 0
    number = center.issue_number(contact, center.salt[queue], Purpose.AUTHORITY) >> 33
    return sum(share <= number for share in shares)


def next_turn(center: Center, leg: int, agent: int) -> int:
    """The talk of the conversation's next turn, with this agent."""
    contact, queue = center.record.contact_of(leg), center.record.queue_of(leg)
    place = center.record.leg_of(leg) | center.turn[leg] << FURTHER
    talk = center.duration(contact, center.salt[queue], Purpose.TALK, center.talk_table[queue], place)
    talk = _of_this_issue(center, talk, contact, queue)
    return _at_speed(center, talk, queue, center.agent_pool[agent])


def goes_on(center: Center, leg: int) -> bool:
    """After a turn of a conversation: does the customer have more to say?"""
    queue, turn = center.record.queue_of(leg), center.turn[leg]
    chance = center.slots.turn_chance[queue]
    if chance == 0 or center.last_turn[leg] or center.course[leg] != TREATED or turn == 255:
        return False
    place = center.record.leg_of(leg) | turn << FURTHER
    contact = center.record.contact_of(leg)
    return center.happens(contact, center.salt[queue], Purpose.NEXT_TURN, chance, place)


def wrap_up_of(center: Center, leg: int) -> int:
    """Work after the talk."""
    contact, queue = center.record.contact_of(leg), center.record.queue_of(leg)
    if center.course[leg] in (NOBODY_THERE, FOUND_OUT):
        return 0
    number = center.record.leg_of(leg)
    if center.is_drawn(leg):
        return center.drawn_wrap_up[center.record.issue_of(contact)]
    return center.duration(contact, center.salt[queue], Purpose.WRAP_UP, center.wrap_up_table[queue], number)


def is_moved(center: Center, leg: int) -> tuple[int, Entry]:
    """The queue to which the agent sends the contact on after the talk, -1: none, and how."""
    contact, queue, course = center.record.contact_of(leg), center.record.queue_of(leg), center.course[leg]
    tiers = center.tiers
    if course == MISROUTED:
        return center.goes_to[leg], Entry.TRANSFERRED
    if course == REFERRED:
        return tiers.to[queue], Entry.ESCALATED
    if (
        course == TREATED
        and tiers.to[queue] >= 0
        and center.moves[contact] < tiers.at_most[queue]
        and center.happens(
            contact, center.salt[queue], Purpose.ESCALATES, tiers.chance[queue], center.record.leg_of(leg)
        )
    ):
        return tiers.to[queue], Entry.ESCALATED
    return -1, Entry.ARRIVED
