"""Contacts come: fresh ones by the Draws, later ones about the same issue as they fall due."""

from __future__ import annotations

from ccsim.engines.center import fronts, waiting
from ccsim.engines.center.coming_back import follow_up
from ccsim.engines.center.state import Center
from ccsim.kinds import Cause, Entry, EventKind, Purpose


def expect_arrival(center: Center) -> None:
    """Expect the next fresh contact."""
    contact = center.next_arrival
    if contact < center.fresh:
        center.next_arrival += 1
        time = center.record.arrived_at(contact)
        center.at(time, EventKind.ARRIVES, contact, lambda contact: on_arrives(center, contact))


def on_arrives(center: Center, contact: int) -> None:
    """A fresh contact arrives, of a customer who perhaps comes by a second channel, too."""
    expect_arrival(center)
    if not center.journey:
        waiting.enqueue(center, contact, center.record.queue_of_contact(contact), Entry.ARRIVED)
        return
    center.alive[center.record.issue_of(contact)] += 1
    _perhaps_twice(center, contact)
    fronts.meet(center, contact)


def _perhaps_twice(center: Center, contact: int) -> None:
    """In the windows of some bad days a customer also comes by another channel."""
    bad, queue = center.bad_days, center.record.queue_of_contact(contact)
    for row, (from_at, to_at) in enumerate(zip(bad.twice_from, bad.twice_to, strict=True)):
        if from_at <= center.now < to_at and bad.twice_queue[row] == queue:
            salt = center.salt[queue]
            if center.happens(contact, salt, Purpose.DUPLICATES, bad.twice_chance[row]):
                delay = center.duration(contact, salt, Purpose.DUPLICATE_DELAY, bad.twice_table[row])
                follow_up(center, contact, Cause.DUPLICATE, delay, bad.twice_to_queue[row])
            return


def on_comes_again(center: Center, key: int) -> None:
    """A later contact about an issue arrives."""
    before, queue, cause, story_lost, past_fronts = center.to_come[key - center.fresh]
    issue = center.record.issue_of(before)
    center.contacts_made[issue] += 1
    number = center.contacts_made[issue]
    contact = center.record.arrived(issue, number, queue, cause, before, center.now)
    center.begin_contact(story_lost, past_fronts)
    fronts.meet(center, contact)
