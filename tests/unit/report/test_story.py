from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import numpy as np
import pytest

from ccsim.compiler import compile_scenario
from ccsim.draws import draw
from ccsim.kinds import Outcome, State
from ccsim.log import CONTACTS_DTYPE, LEGS_DTYPE, STRETCHES_DTYPE, UNUSED, Labels, Log
from ccsim.report.happenings import What, happenings
from ccsim.report.story import Drawn, Story
from ccsim.result import Run
from ccsim.units import DAY, HOUR, MINUTE, SECOND

TEN = 10 * HOUR


def table(dtypes: dict[str, Any], rows: list[tuple[int, ...]]) -> dict[str, np.ndarray[Any, Any]]:
    names = [name for name in dtypes if name not in UNUSED]
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return {name: np.array(list(column), dtypes[name]) for name, column in zip(names, columns, strict=True)}


def log_of(
    legs: list[tuple[int, int, int, int, int, int]], stretches: list[tuple[int, int, int, int]]
) -> Log:
    """legs: (agent, queued, answered, talk ended, ended, outcome), seconds after ten; stretches likewise."""

    def at(seconds: int) -> int:
        return TEN + seconds * SECOND if seconds >= 0 else -1

    contacts = [(i, 1, 0, i, at(leg[1])) for i, leg in enumerate(legs)]
    rows = [(i, 1, 0, a, at(q), at(an), at(t), at(e), o) for i, (a, q, an, t, e, o) in enumerate(legs)]
    labels = Labels(
        queues=("support",), channels=("voice",), groups=("desk",), agents=("desk-1", "desk-2"),
        agent_group=np.zeros(2, np.int32), start=dt.date(2026, 3, 2), days=1, interval_us=30 * MINUTE,
        ends_at=DAY,
        target_share=np.array([0.8]), target_within_us=np.array([20 * SECOND]),
        target_definition=("sl_answered_over_offered",), short_abandon_us=np.array([0]),
        open_from=np.array([0]), open_to=np.array([DAY]), open_queue=np.array([0], np.int16),
    )  # fmt: skip
    return Log(
        table(CONTACTS_DTYPE, contacts),
        table(LEGS_DTYPE, rows),
        table(STRETCHES_DTYPE, [(a, s, at(f), at(t)) for a, s, f, t in stretches]),
        labels,
    )


DUTY = State.ON_DUTY
A_MORNING = log_of(
    [
        (0, 10, 10, 70, 80, Outcome.ANSWERED),
        (0, 20, 80, 140, 140, Outcome.ANSWERED),
        (-1, 30, -1, -1, 60, Outcome.ABANDONED),
        (-1, 40, -1, -1, 40, Outcome.BALKED),
    ],
    [(0, DUTY, 0, 140), (0, State.BREAK, 140, 200), (0, DUTY, 200, 300)],
)


def words(log: Log, **drawn: Any) -> list[str]:
    return list(Story(log, **drawn).window(0, DAY))


def test_a_morning_in_words() -> None:
    patience = np.array([90, 192, 30, 0]) * SECOND
    drawn = Drawn(patience, patience, patience)
    assert words(A_MORNING, drawn=drawn) == [
        "Monday 2 March",
        "10:00:00.000  desk-1 starts work",
        "10:00:10.000  contact 0 arrives in support; desk-1 is free and answers at once",
        "10:00:20.000  contact 1 arrives in support; nobody free, waits as number 1 in line (patience 3m12s)",
        "10:00:30.000  contact 2 arrives in support; nobody free, waits as number 2 in line "
        "(patience 30.0 s)",
        "10:00:40.000  contact 3 arrives in support; nobody free, and it will not wait at all",
        "10:01:00.000  contact 2 gives up after 30.0 s; 1 still in line",
        "10:01:10.000  contact 0 ends the call after 1m00s of talk; desk-1 wraps up",
        "10:01:20.000  contact 0 is done: desk-1 has wrapped up in 10.0 s",
        "10:01:20.000  contact 1 is answered by desk-1 after 1m00s",
        "10:02:20.000  contact 1 is done after 1m00s of talk with desk-1",
        "10:02:20.000  desk-1 goes on break until 10:03:20",
        "10:03:20.000  desk-1 is back from break",
        "10:05:00.000  desk-1 leaves",
    ]


def test_one_contact() -> None:
    patience = np.array([90, 192, 30, 0]) * SECOND
    assert list(Story(A_MORNING, Drawn(patience, patience, patience)).contact(1)) == [
        "contact 1 of support, Monday 2 March",
        "drawn beforehand: would wait 3m12s; needs 3m12s of talk at speed 1 and 3m12s of wrap-up",
        "10:00:20.000  1 agent on duty in the center, 1 of them busy",
        "10:00:20.000  arrives in support; nobody free, waits as number 1 in line (patience 3m12s)",
        "10:01:20.000  is answered by desk-1 after 1m00s",
        "10:02:20.000  is done after 1m00s of talk with desk-1",
        "outcome: answered after a wait of 1m00s, outside the target (80 % in 20 s)",
    ]


def test_work_that_was_put_down_keeps_nobody_busy() -> None:
    log = log_of(
        [(1, 0, 0, 200, 200, Outcome.ANSWERED), (0, 50, 60, 80, 80, Outcome.ANSWERED)],
        [(0, DUTY, 40, 90), (1, DUTY, 0, 20), (1, DUTY, 150, 200)],
    )
    at = TEN + np.array([0, 10, 150, 200]) * SECOND
    pieces = {"leg_row": np.zeros(2, np.int32), "agent": np.ones(2, np.int32),
              "from_at": at[[0, 2]], "to_at": at[[1, 3]]}  # fmt: skip
    told = list(Story(dataclasses.replace(log, pieces=pieces)).contact(1))
    assert "10:00:50.000  1 agent on duty in the center, 0 of them busy" in told


def test_people_become_free_before_anyone_gives_up_before_anyone_arrives() -> None:
    log = log_of(
        [
            (0, 0, 0, 60, 60, Outcome.ANSWERED),
            (-1, 1, -1, -1, 60, Outcome.ABANDONED),
            (0, 2, 60, 90, 90, Outcome.ANSWERED),
            (-1, 60, -1, -1, 90, Outcome.CLEARED),
        ],
        [(0, DUTY, 0, 90)],
    )
    seen = happenings(log)
    at_sixty = [
        What(int(w)).name for w, at in zip(seen.what, seen.at, strict=True) if at == TEN + 60 * SECOND
    ]
    assert at_sixty == ["HANDLE_ENDS", "ANSWERED", "GIVES_UP", "ARRIVES"]
    assert words(log)[-3:] == [
        "10:01:30.000  contact 2 is done after 30.0 s of talk with desk-1",
        "10:01:30.000  desk-1 leaves",
        "10:01:30.000  contact 3 is sent away after 30.0 s: its queue closes",
    ]


def test_contacts_in_hand_at_the_end_are_told() -> None:
    log = log_of([(0, 0, 0, 50, 50, Outcome.OPEN), (-1, 5, -1, -1, 50, Outcome.OPEN)], [(0, DUTY, 0, 50)])
    told = "\n".join(words(log))
    assert "contact 0 is cut off in the hands of desk-1" in told
    assert "contact 1 still waits after 45.0 s" in told


def test_an_empty_log_has_nothing_to_tell() -> None:
    assert words(log_of([], [])) == []


def test_windows_exclude_their_end() -> None:
    story = Story(A_MORNING)
    assert len(list(story.window(TEN + 20 * SECOND, TEN + 30 * SECOND))) == 2
    assert list(story.window(0, TEN)) == []


@pytest.mark.parametrize("which", ["tiny_run", "busy_run"])
def test_every_leg_of_a_real_run_arrives_and_ends_once(which: str, request: pytest.FixtureRequest) -> None:
    run: Run = request.getfixturevalue(which)
    log = run.logs[0]
    seen = happenings(log)
    legs = len(log.legs["queue"])
    arrived = seen.row[seen.what == What.ARRIVES]
    assert sorted(arrived) == list(range(legs))
    ends = np.isin(seen.what, [What.HANDLE_ENDS, What.GIVES_UP, What.CLEARED, What.CUT_OFF])
    turned_away = np.isin(log.legs["outcome"], [Outcome.BALKED, Outcome.BLOCKED]).sum()
    assert ends.sum() + turned_away == legs
    assert (np.diff(seen.at) >= 0).all()


def test_line_lengths_are_the_ones_counted_by_hand(busy_run: Run) -> None:
    log = busy_run.logs[0]
    legs = log.legs
    left = np.where(legs["answered_at"] >= 0, legs["answered_at"], legs["ended_at"])
    seen = happenings(log)
    assert seen.in_line.max() > 3
    assert seen.in_line.min() == 0
    outcomes = legs["outcome"]
    for position in np.flatnonzero(seen.what == What.ARRIVES)[::5]:
        row, at = int(seen.row[position]), int(seen.at[position])
        earlier = (legs["queue"] == legs["queue"][row]) & (legs["queued_at"] < at) & (left > at)
        joined = left[row] > at or outcomes[row] not in (Outcome.ANSWERED, Outcome.BALKED, Outcome.BLOCKED)
        assert seen.in_line[position] == earlier.sum() + joined


def test_blocked_contacts_saw_every_place_taken(busy_run: Run) -> None:
    told = [line for line in Story(busy_run.logs[0]).window(0, DAY) if "turned away" in line]
    assert told
    assert all("no place or line left (4 in line)" in line for line in told)


def test_draws_belong_to_the_contacts_of_the_log(busy_run: Run) -> None:
    program = compile_scenario(busy_run.scenario)
    draws = draw(program, busy_run.seed, 0)
    log = busy_run.logs[0]
    gave_up = log.legs["outcome"] == Outcome.ABANDONED
    waited = (log.legs["ended_at"] - log.legs["queued_at"])[gave_up]
    assert (draws.patience[log.legs["contact_row"][gave_up]] == waited).all()


def test_agents_of_one_name_are_told_apart_by_group() -> None:
    labels = dataclasses.replace(
        A_MORNING.labels,
        agents=("anna", "anna"),
        groups=("desk", "back"),
        agent_group=np.array([0, 1], np.int32),
    )
    told = words(dataclasses.replace(A_MORNING, labels=labels))
    assert told[1] == "10:00:00.000  anna of desk starts work"
