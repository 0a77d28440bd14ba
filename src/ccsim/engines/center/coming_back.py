"""Why customers contact the center again: they were not served, or not helped."""

from __future__ import annotations

from ccsim.compiler.journey import NOT_OFFERED
from ccsim.engines.center.state import Center
from ccsim.kinds import Cause, EventKind, Purpose


def follow_up(
    center: Center,
    contact: int,
    cause: Cause,
    delay: int,
    queue: int,
    story_lost: int = -1,
    past_fronts: bool = False,
) -> None:
    """The customer will contact the center again about the issue of ``contact``, after a delay."""
    center.alive[center.record.issue_of(contact)] += 1
    row = len(center.to_come)
    center.to_come.append((contact, queue, cause, story_lost, past_fronts))
    time = _when_open(center, contact, cause, queue, center.now + delay)
    center.at(time, EventKind.ARRIVES, center.fresh + row, center.on_comes_again)


def _when_open(center: Center, contact: int, cause: Cause, queue: int, time: int) -> int:
    """The time at which the customer comes: who finds the queue closed comes when it is open next.

    That is at any moment of the next opening window, all equally likely. It holds for queues that offer
    nothing outside their hours; the others take contacts at any time. Without a further window the customer
    comes after the run.
    """
    hours = center.hours
    if hours.outside[queue] != NOT_OFFERED or center.slots.deferrable[queue]:
        return time
    for row in range(hours.first[queue], hours.first[queue + 1]):
        if time < hours.open_from[row]:
            place = center.number(contact, center.salt[queue], Purpose.WHEN_OPEN, cause) >> 33
            length = hours.open_to[row] - hours.open_from[row]
            return int(hours.open_from[row] + (length >> 10) * place // 2**21)
        if time < hours.open_to[row]:
            return time
    return max(time, center.program.run_ends_at + 1)


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
