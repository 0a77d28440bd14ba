"""The calendar of the SimPy engine: by time, then kind, then key, whoever was written down first."""

from __future__ import annotations

import itertools

from ccsim.engines.center.calendar import Calendar
from ccsim.kinds import EventKind


def test_ties_go_by_kind_then_key() -> None:
    events = [
        (5, EventKind.ARRIVES, 0),
        (5, EventKind.TALK_ENDS, 1 << 36),
        (5, EventKind.TALK_ENDS, 3),
        (5, EventKind.DUTY_CHANGES, 7),
        (4, EventKind.RUN_ENDS, 0),
    ]
    for order in itertools.permutations(events):
        calendar, happened = Calendar(), []

        def note(key: int, calendar: Calendar = calendar, happened: list[tuple[int, int]] = happened) -> None:
            happened.append((calendar.now, key))

        for time, kind, key in order:
            calendar.at(time, kind, key, note)
        calendar.env.run()
        assert happened == [(4, 0), (5, 7), (5, 3), (5, 1 << 36), (5, 0)]


def test_what_is_expected_at_this_instant_happens_at_this_instant() -> None:
    calendar, happened = Calendar(), []

    def first(key: int) -> None:
        happened.append(("first", calendar.now))
        calendar.at(
            calendar.now, EventKind.DUTY_CHANGES, 0, lambda key: happened.append(("second", calendar.now))
        )

    calendar.at(9, EventKind.ARRIVES, 0, first)
    calendar.at(9, EventKind.ARRIVES, 1, lambda key: happened.append(("third", calendar.now)))
    calendar.env.run()
    assert happened == [("first", 9), ("second", 9), ("third", 9)]
