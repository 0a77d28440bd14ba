"""Headcount, shifts, breaks, leave and rosters become timetables."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ccsim.compiler import Program, compile_scenario
from ccsim.errors import ScenarioError
from ccsim.kinds import State
from ccsim.scenario import Scenario
from tests.unit.compiler.centers import DAY, HOUR, MINUTE, center, program


def rows(compiled: Program, agent: str) -> list[tuple[str, int, int]]:
    """(state, from, to) of one agent, in minutes since the first midnight."""
    number = compiled.labels.agents.index(agent)
    duty = compiled.duty
    mine = duty.agent == number
    return [
        (State(state).name, int(a // MINUTE), int(b // MINUTE))
        for state, a, b in zip(duty.state[mine], duty.from_at[mine], duty.to_at[mine], strict=True)
    ]


def one_team(folder: Path | None = None, **changes: Any) -> Program:
    group = {"headcount": 20, "skills": ["support"], "shifts": {"day": "100%"}, **changes.pop("group", {})}
    data = center(
        queues={"support": {"arrivals": {"per_day": 100}, "talk": "fixed 3m"}},
        agent_groups={"desk": {key: value for key, value in group.items() if value is not None}},
        **changes,
    )
    return compile_scenario(Scenario.from_dict(data, folder=folder))


def test_a_plain_shift() -> None:
    compiled = program()
    assert compiled.labels.agents == ("desk-01", "desk-02", "desk-03", "desk-04", "both-01", "both-02")
    assert rows(compiled, "desk-03") == [("ON_DUTY", 480, 1080), ("ON_DUTY", 1440 + 480, 1440 + 1080)]


def test_shares_of_shifts_are_dealt_out_one_agent_at_a_time() -> None:
    shifts = {
        "early": {"hours": "08:00-16:00"},
        "mid": {"hours": "09:00-17:00"},
        "late": {"hours": "10:00-18:00"},
    }
    for headcount in (3, 7, 20, 64):
        compiled = one_team(
            group={"headcount": headcount, "shifts": {"early": "45%", "mid": "20%", "late": "35%"}},
            shifts=shifts,
        )
        starts = Counter(rows(compiled, name)[0][1] for name in compiled.labels.agents)
        for start, share in ((480, 0.45), (540, 0.20), (600, 0.35)):
            assert abs(starts[start] - share * headcount) <= 1


def test_breaks_are_staggered_around_their_time_and_keep_their_length() -> None:
    shifts = {"day": {"hours": "08:00-18:00", "breaks": ["45m after 4h spread 1h30m"]}}
    compiled = one_team(shifts=shifts)
    begins = []
    for name in compiled.labels.agents:
        (state, begin, end) = rows(compiled, name)[1]
        assert state == "BREAK"
        assert end - begin == 45
        begins.append(begin)
    assert min(begins) >= 720 - 45
    assert max(begins) <= 720 + 45
    assert np.diff(sorted(begins)).max() <= 10, "spread evenly"


def test_staggered_breaks_fill_the_spread_evenly() -> None:
    shifts = {"day": {"hours": "08:00-18:00", "breaks": ["15m after 4h spread 2h"]}}
    compiled = one_team(shifts=shifts, group={"headcount": 40})
    starts = sorted(rows(compiled, name)[1][1] for name in compiled.labels.agents)
    assert starts[0] <= 664
    assert starts[-1] >= 776
    assert max(later - earlier for earlier, later in pairwise(starts)) <= 6


def test_a_break_without_spread_is_taken_by_all_at_once() -> None:
    shifts = {"day": {"hours": "08:00-18:00", "breaks": ["30m after 4h spread 0s unpaid"]}}
    compiled = one_team(shifts=shifts)
    assert {rows(compiled, name)[1] for name in compiled.labels.agents} == {("UNPAID_BREAK", 720, 750)}


def test_a_night_shift_runs_on_past_midnight_and_was_there_before_the_first_day() -> None:
    compiled = one_team(
        time={"start": "2026-03-02", "days": 2, "open": "00:00-24:00"},
        shifts={"day": {"hours": "22:00-06:00"}},
        group={"headcount": 1},
    )
    assert rows(compiled, "desk-01") == [
        ("ON_DUTY", 0, 360),
        ("ON_DUTY", 1320, 1440 + 360),
        ("ON_DUTY", 1440 + 1320, 2880 + 360),
    ]


def test_a_night_shift_that_ends_before_the_doors_open_was_not_there_before_the_first_day() -> None:
    compiled = one_team(shifts={"day": {"hours": "22:00-08:00"}}, group={"headcount": 1})
    assert rows(compiled, "desk-01")[0] == ("ON_DUTY", 1320, 1440 + 480)


def test_the_first_morning_is_staffed_as_all_others() -> None:
    compiled = one_team(shifts={"day": {"hours": "22:00-09:00"}}, group={"headcount": 1})
    assert rows(compiled, "desk-01")[:2] == [("ON_DUTY", 0, 540), ("ON_DUTY", 1320, 1440 + 540)]


def test_shifts_are_worked_on_their_days() -> None:
    compiled = one_team(
        time={"start": "2026-03-06", "days": 4, "open": "08:00-18:00"},  # Friday to Monday
        shifts={"day": {"hours": "08:00-18:00", "days": "mon-fri"}},
        group={"headcount": 1},
    )
    assert [begin // 1440 for _, begin, _ in rows(compiled, "desk-01")] == [0, 3]


def test_leave_is_paid_absence() -> None:
    compiled = one_team(
        time={"start": "2026-03-02", "days": 10, "open": "08:00-18:00"}, shrinkage={"planned": "20%"}
    )
    states = Counter(state for name in compiled.labels.agents for state, _, _ in rows(compiled, name))
    assert states == {"ON_DUTY": 160, "ABSENT": 40}


def test_a_group_has_its_own_shrinkage() -> None:
    data = center(shrinkage={"unplanned": "5%", "adherence": "95%"})
    data["agent_groups"]["both"]["shrinkage"] = {"unplanned": "10%"}
    duty = compile_scenario(Scenario.from_dict(data)).duty
    assert duty.unplanned.tolist() == pytest.approx([0.05] * 4 + [0.10] * 2)
    assert duty.adherence.tolist() == pytest.approx([0.95] * 6)


def test_a_roster_says_who_works_when(tmp_path: Path) -> None:
    (tmp_path / "desk.csv").write_text(
        "agent_id,date,start,end,activity\n"
        "Ada,2026-03-02,08:00,16:00,work\nAda,2026-03-02,12:00,12:30,lunch\nAda,2026-03-02,14:00,15:00,training\n"
        "Bo,2026-03-03,10:00,18:00,work\nBo,2026-03-03,10:00,11:00,off\n"
    )
    compiled = one_team(
        tmp_path,
        group={"headcount": None, "shifts": None, "roster": "desk.csv"},
        shrinkage={"planned": "10%"},
    )
    assert compiled.labels.agents == ("Ada", "Bo")
    assert rows(compiled, "Ada") == [
        ("ON_DUTY", 480, 720),
        ("UNPAID_BREAK", 720, 750),
        ("ON_DUTY", 750, 840),
        ("TRAINING", 840, 900),
        ("ON_DUTY", 900, 960),
    ]
    assert rows(compiled, "Bo") == [("ON_DUTY", 1440 + 660, 1440 + 1080)]
    assert any("planned shrinkage is not applied" in note for note in compiled.warnings)


def test_off_lies_over_everything_and_training_beside_work_counts(tmp_path: Path) -> None:
    (tmp_path / "desk.csv").write_text(
        "agent_id,date,start,end,activity\n"
        "Ada,2026-03-02,08:00,16:00,work\nAda,2026-03-02,10:00,11:00,training\n"
        "Ada,2026-03-02,12:00,12:30,break\nAda,2026-03-02,10:30,16:00,off\n"
        "Bo,2026-03-02,09:00,12:00,training\n"
    )
    compiled = one_team(tmp_path, group={"headcount": None, "shifts": None, "roster": "desk.csv"})
    assert rows(compiled, "Ada") == [("ON_DUTY", 480, 600), ("TRAINING", 600, 630)]
    assert rows(compiled, "Bo") == [("TRAINING", 540, 720)]


def test_nobody_is_a_team_too() -> None:
    compiled = one_team(group={"headcount": 0})
    assert compiled.labels.agents == ()
    assert len(compiled.duty.agent) == 0


def test_rows_are_sorted_and_do_not_overlap() -> None:
    compiled = one_team(
        time={"start": "2026-03-02", "days": 5, "open": "00:00-24:00"},
        shifts={"day": {"hours": "22:00-06:00", "breaks": ["15m after 2h", "30m after 4h"]}},
        shrinkage={"planned": "15%"},
    )
    duty = compiled.duty
    same = duty.agent[1:] == duty.agent[:-1]
    assert np.all(duty.agent[1:] >= duty.agent[:-1])
    assert np.all(duty.from_at[1:][same] >= duty.to_at[:-1][same])
    assert duty.from_at.min() == 0
    assert duty.to_at.max() == 5 * DAY + 6 * HOUR


def test_one_name_in_two_groups_is_two_people_and_is_said(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.csv").write_text("agent_id,date,start,end\nAda,2026-03-02,08:00,16:00\n")
    data = center(
        agent_groups={
            "desk": {"roster": "one.csv", "skills": ["support"]},
            "both": {"roster": "two.csv", "skills": ["support", "sales"]},
        }
    )
    compiled = compile_scenario(Scenario.from_dict(data, folder=tmp_path))
    assert compiled.labels.agents == ("Ada (desk)", "Ada (both)")
    assert compiled.warnings == ("agent Ada is in the groups desk and both: simulated as one person in each",)


def test_a_roster_of_other_days_is_refused(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text(
        "agent,date,start,end\nAna,2026-04-02,08:00,16:00\nBen,2026-04-07,22:00,06:00\n"
    )
    group = {"headcount": None, "shifts": None, "roster": "roster.csv"}
    with pytest.raises(ScenarioError) as caught:
        one_team(tmp_path, group=group)
    assert [(problem.path, problem.message) for problem in caught.value.problems] == [
        (
            "agent_groups.desk.roster",
            "'roster.csv' has work for 2026-04-02 to 2026-04-07, and the run is from 2026-03-02 to "
            "2026-03-03; change time.start or the file",
        )
    ]
