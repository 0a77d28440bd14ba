"""After the talk: the contact moves to another queue, or the issue is resolved, or the customer returns."""

from __future__ import annotations

from ccsim.compiler.journey import HARDEST
from ccsim.engines.center import serving, treatment, waiting
from ccsim.engines.center.coming_back import follow_up
from ccsim.engines.center.state import Center
from ccsim.kinds import Cause, Entry, IssueOutcome, Purpose


def after_talk(center: Center, leg: int, agent: int, open_now: int) -> None:
    """What the end of the talk means for the customer. ``open_now``: contacts that the agent had in work."""
    course = center.course[leg]
    if course in (treatment.FOUND_OUT, treatment.NOBODY_THERE, treatment.HANDED_OVER):
        return
    to, entry = treatment.is_moved(center, leg)
    if to >= 0:
        _move(center, leg, agent, to, entry)
        return
    contact = center.record.contact_of(leg)
    if _resolves(center, leg, agent, open_now):
        center.record.judged(contact, True)
        center.resolve(contact, IssueOutcome.RESOLVED)
    else:
        center.record.judged(contact, False)
        _perhaps_returns(center, leg)
    center.contact_over(contact)


def _move(center: Center, leg: int, agent: int, to: int, entry: Entry) -> None:
    """To a higher tier or to the right queue: cold, or warm with the agent staying until the next answers."""
    contact, queue, tiers = center.record.contact_of(leg), center.record.queue_of(leg), center.tiers
    center.moves[contact] += 1
    since = center.record.arrived_at(contact) if tiers.keeps_wait[queue] else -1
    holder = -1
    if entry == Entry.ESCALATED and tiers.warm[queue] and center.slots.slots[queue] == 1:
        serving.hold(center, leg, agent)
        holder = agent
    waiting.enqueue(center, contact, to, entry, holder, since)


def _resolves(center: Center, leg: int, agent: int, open_now: int) -> bool:
    """Does the contact resolve the issue? Less likely the harder it is, and the more is open beside it."""
    contact, queue = center.record.contact_of(leg), center.record.queue_of(leg)
    if center.course[leg] == treatment.REFUSED:
        return False
    resolution = center.resolution
    if not resolution.judged[queue]:
        return True
    complexity = center.complexity[center.record.issue_of(contact)]
    score = (
        resolution.at_middle[queue]
        - resolution.slope[queue] * (complexity - HARDEST // 2) // HARDEST
        - resolution.per_open[queue] * (open_now - 1)
        + resolution.bonus[center.agent_pool[agent]]
    )
    threshold = center.threshold(contact, center.salt[queue], Purpose.RESOLVES, center.record.leg_of(leg))
    return bool(score >= threshold)


def _perhaps_returns(center: Center, leg: int) -> None:
    """The issue is not resolved: the customer perhaps returns, by the same or another queue, or complains."""
    contact, queue = center.record.contact_of(leg), center.record.queue_of(leg)
    resolution, issue = center.resolution, center.record.issue_of(contact)
    salt, number = center.salt[queue], center.record.leg_of(leg)
    if center.returns_made[issue] < resolution.return_at_most[queue] and center.happens(
        contact, salt, Purpose.RETURNS, resolution.return_chance[queue], number
    ):
        center.returns_made[issue] += 1
        table = resolution.delay_table[queue]
        delay = center.duration(contact, salt, Purpose.RETURN_DELAY, table, number)
        place = center.number(contact, salt, Purpose.RETURN_TO, number) >> 33
        to = sum(share <= place for share in resolution.to_share[queue])
        kept = center.happens(contact, salt, Purpose.CONTEXT, resolution.context_chance[queue], number)
        follow_up(center, contact, Cause.RETURN, delay, to, story_lost=-1 if kept else queue)
    chance = center.promises.complain_unresolved_chance[queue]
    if chance:
        serving.complain(center, leg, chance, 1)
