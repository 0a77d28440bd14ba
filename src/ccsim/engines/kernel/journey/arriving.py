"""Contacts come; see :mod:`ccsim.engines.center.arriving`."""

from __future__ import annotations

from ccsim.engines.compiling import compiled
from ccsim.engines.kernel.journey import fronts, purposes, state
from ccsim.engines.kernel.journey.codes import DUPLICATE
from ccsim.engines.kernel.journey.coming_back import follow_up
from ccsim.engines.kernel.journey.memory import (
    Center,
    contact_at,
    issue_at,
    queue_at,
    to_come_at,
    twice_at,
)


@compiled
def on_arrives(center: Center, contact: int) -> None:
    issue_at(center.issues, contact).alive = 1
    perhaps_twice(center, contact)
    fronts.meet(center, contact)


@compiled
def perhaps_twice(center: Center, contact: int) -> None:
    queue = contact_at(center.contacts, contact).queue
    for place in range(center.twice_count):
        twice = twice_at(center.twices, place)
        if twice.queue == queue and twice.from_at <= center.now < twice.to_at:
            salt = queue_at(center.queues, queue).salt
            if state.happens(center, contact, salt, purposes.DUPLICATES, twice.chance, 0):
                delay = state.duration(center, contact, salt, purposes.DUPLICATE_DELAY, twice.table, 0)
                follow_up(center, contact, DUPLICATE, delay, twice.to_queue, -1, 0)
            return


@compiled
def on_comes_again(center: Center, number: int) -> None:
    coming = to_come_at(center.to_come, number)
    issue = contact_at(center.contacts, coming.contact).issue
    about = issue_at(center.issues, issue)
    about.contacts += 1
    contact = center.contact_count
    center.contact_count += 1
    row = contact_at(center.contacts, contact)
    row.issue = issue
    row.contact = about.contacts
    row.queue = coming.queue
    row.cause = coming.cause
    row.after = coming.contact
    row.arrived_at = center.now
    state.begin_contact(center, contact, coming.story_lost, coming.past_fronts)
    fronts.meet(center, contact)
