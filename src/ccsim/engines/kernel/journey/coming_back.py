"""Why customers contact the center again; see :mod:`ccsim.engines.center.coming_back`."""

from __future__ import annotations

from ccsim.compiler.journey import NOT_OFFERED
from ccsim.engines.compiling import compiled
from ccsim.engines.kernel.journey import purposes, state
from ccsim.engines.kernel.journey.calendar import comes_later
from ccsim.engines.kernel.journey.codes import RETRY
from ccsim.engines.kernel.journey.memory import (
    Center,
    contact_at,
    issue_at,
    queue_at,
    to_come_at,
    window_at,
)
from ccsim.engines.kernel.journey.numbers import upper


@compiled
def follow_up(
    center: Center, contact: int, cause: int, delay: int, queue: int, story_lost: int, past_fronts: int
) -> None:
    if center.to_come_count >= center.to_come_room:
        center.overrun = 1
        return
    issue_at(center.issues, contact_at(center.contacts, contact).issue).alive += 1
    number = center.to_come_count
    center.to_come_count += 1
    row = to_come_at(center.to_come, number)
    row.contact = contact
    row.queue = queue
    row.cause = cause
    row.story_lost = story_lost
    row.past_fronts = past_fronts
    comes_later(center, when_open(center, contact, cause, queue, center.now + delay), number)


@compiled
def when_open(center: Center, contact: int, cause: int, queue: int, time: int) -> int:
    row = queue_at(center.queues, queue)
    if row.hours_outside != NOT_OFFERED or row.slots_deferrable == 1:
        return time
    for place in range(row.first_window, row.end_window):
        window = window_at(center.windows, place)
        if time < window.from_at:
            number = upper(state.number(center, contact, row.salt, purposes.WHEN_OPEN, cause))
            return window.from_at + (((window.to_at - window.from_at) >> 10) * number >> 21)
        if time < window.to_at:
            return time
    return max(time, center.run_ends_at + 1)


@compiled
def not_served(center: Center, contact: int, queue: int, leg: int) -> None:
    row = queue_at(center.queues, queue)
    issue = issue_at(center.issues, contact_at(center.contacts, contact).issue)
    if issue.retries < row.retries_at_most and state.happens(
        center, contact, row.salt, purposes.RETRY, row.retries_chance, leg
    ):
        issue.retries += 1
        table = row.retries_delay_table
        delay = state.duration(center, contact, row.salt, purposes.RETRY_DELAY, table, leg)
        follow_up(center, contact, RETRY, delay, row.retries_to, -1, 0)
    state.contact_over(center, contact)
