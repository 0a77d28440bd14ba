"""Why customers contact the center again: they were not served, or not helped."""

from __future__ import annotations

from ccsim.engines.center.state import Center
from ccsim.kinds import Cause, EventKind, Purpose


def follow_up(
    center: Center,
    contact: int,
    cause: Cause,
    delay: int,
    queue: int,
    story_lost: bool = False,
    past_fronts: bool = False,
) -> None:
    """The customer will contact the center again about the issue of ``contact``, after a delay."""
    center.alive[center.record.issue_of(contact)] += 1
    row = len(center.to_come)
    center.to_come.append((contact, queue, cause, story_lost, past_fronts))
    center.at(center.now + delay, EventKind.ARRIVES, center.fresh + row, center.on_comes_again)


def not_served(center: Center, contact: int, queue: int, leg: int) -> None:
    """The contact was abandoned, balked, blocked, sent away, or not reached: perhaps the customer retries."""
    if not center.journey:
        return
    retries, issue = center.retries, center.record.issue_of(contact)
    if center.retries_made[issue] < retries.at_most[queue] and center.happens(
        contact, center.salt[queue], Purpose.RETRY, retries.chance[queue], leg
    ):
        center.retries_made[issue] += 1
        table = retries.delay_table[queue]
        delay = center.duration(contact, center.salt[queue], Purpose.RETRY_DELAY, table, leg)
        follow_up(center, contact, Cause.RETRY, delay, retries.to[queue])
    center.contact_over(contact)
