from __future__ import annotations

import numpy as np
import pytest

from ccsim import theory
from ccsim.report import cautions
from ccsim.report.expectations import shortfalls
from ccsim.report.formulas import agents_for_target, between, queue_expectation

from .conftest import compiled, two_queues, world

TEN = 20  # interval that starts at 10:00


class TestLoad:
    def test_offered_load_is_contacts_times_handle_time(self) -> None:
        _, load = compiled(world())
        assert load.contacts[TEN : TEN + 4, 0] == pytest.approx([30, 30, 30, 30])
        assert load.erlangs[TEN : TEN + 4, 0] == pytest.approx([6, 6, 6, 6])
        assert load.erlangs.sum() == pytest.approx(24)
        assert load.handle_s[0] == pytest.approx(360)

    def test_slower_agents_make_more_load_of_talk_only(self) -> None:
        groups = {"desk": {"headcount": 10, "skills": {"cards": 0.5}, "shifts": {"day": "100%"}}}
        _, load = compiled(world(agent_groups=groups))
        assert load.erlangs[TEN, 0] == pytest.approx(60 * (2 * 300 + 60) / 3600)

    def test_staff_after_shrinkage(self) -> None:
        shrinkage = {"planned": "0%", "unplanned": "10%", "adherence": "90%"}
        _, load = compiled(world(shrinkage=shrinkage))
        assert load.staffed_by_group[TEN : TEN + 4, 0] == pytest.approx(10 * 0.9 * 0.9)
        assert load.staffed_by_group[:TEN].sum() == 0
        assert load.paid_s[0] == pytest.approx(10 * 2 * 3600)

    def test_planned_shrinkage_counts_as_absence(self) -> None:
        time = {"start": "2026-03-02", "days": 5, "open": "10:00-12:00", "interval": "30m"}
        _, load = compiled(world(time=time, shrinkage={"planned": "20%"}))
        assert load.on_duty_s[0] == pytest.approx(0.8 * load.paid_s[0])

    def test_breaks_are_averaged_over_the_interval(self) -> None:
        shifts = {"day": {"hours": "10:00-12:00", "breaks": ["15m after 30m spread 0s"]}}
        _, load = compiled(world(shifts=shifts))
        assert load.staffed_by_group[TEN : TEN + 4, 0] == pytest.approx([10, 5, 10, 10])

    def test_a_night_spills_into_the_next_day(self) -> None:
        time = {"start": "2026-03-02", "days": 2, "open": "22:00-02:00", "interval": "30m"}
        queue = {"arrivals": {"per_day": 80, "shape": "flat"}, "talk": "fixed 6m"}
        groups = {"desk": {"headcount": 5, "skills": ["cards"], "shifts": {"night": "100%"}}}
        scenario = world(
            time=time,
            queues={"cards": queue},
            agent_groups=groups,
            shifts={"night": {"hours": "22:00-02:00"}},
        )
        _, load = compiled(scenario)
        assert load.contacts.sum() == pytest.approx(160)
        assert load.contacts[48:52, 0] == pytest.approx([10, 10, 10, 10])
        assert load.staffed_by_group[48:52, 0] == pytest.approx([5, 5, 5, 5])

    def test_occupancy_of_one_group_is_load_over_staff(self) -> None:
        _, load = compiled(world())
        assert load.group_occupancy(0) == pytest.approx(0.6)

    def test_shared_work_levels_out_where_skills_allow(self) -> None:
        queue = {"talk": "fixed 6m"}
        queues = {
            "cards": {**queue, "arrivals": {"hourly": {"10:00-12:00": 80}}},
            "loans": {**queue, "arrivals": {"hourly": {"10:00-12:00": 20}}},
        }
        groups = {
            "both": {"headcount": 10, "skills": ["cards", "loans"], "shifts": {"day": "100%"}},
            "only": {"headcount": 10, "skills": ["loans"], "shifts": {"day": "100%"}},
        }
        _, load = compiled(world(queues=queues, agent_groups=groups))
        assert load.work[TEN].sum() == pytest.approx(10)
        assert load.group_occupancy(0) == pytest.approx(0.8, abs=0.005)
        assert load.group_occupancy(1) == pytest.approx(0.2, abs=0.005)


class TestWarnings:
    def test_the_sentence_of_an_overload(self) -> None:
        queues = {
            "cards": {"arrivals": {"hourly": {"10:00-11:30": 142, "11:30-12:00": 10}}, "talk": "fixed 6m"}
        }
        groups = {"desk": {"headcount": 12, "skills": ["cards"], "shifts": {"day": "100%"}}}
        scenario = world(queues=queues, agent_groups=groups)
        program, load = compiled(scenario)
        assert cautions.of_scenario(scenario, program, load) == [
            "queue cards: offered load 14.2 Erlang exceeds 12 staffed agents from 10:00 to 11:30 "
            "on Monday 2 March"
        ]

    def test_no_warning_where_people_suffice(self) -> None:
        scenario = world()
        assert cautions.of_scenario(scenario, *compiled(scenario)) == []

    def test_two_queues_that_only_together_are_too_much(self) -> None:
        scenario = two_queues(70, 60)
        found = cautions.of_scenario(scenario, *compiled(scenario))
        assert found == [
            "queues cards and loans: together offered load 13 Erlang exceeds 10 staffed agents from 10:00 to "
            "12:00 on Monday 2 March"
        ]

    def test_a_queue_that_is_too_much_alone_explains_the_set(self) -> None:
        _, load = compiled(two_queues(120, 20))
        assert {s.queues for s in shortfalls(load)} == {(0,)}

    def test_nobody_on_duty(self) -> None:
        scenario = world(shifts={"day": {"hours": "11:00-12:00"}})
        found = cautions.of_scenario(scenario, *compiled(scenario))
        assert any(
            "queue cards: nobody who could help is on duty from 10:00 to 11:00 on Monday 2 March, "
            "when 60 contacts are expected" in text
            for text in found
        )
        assert not any("nobody with the skill" in text for text in found), "said once is enough"

    def test_hours_in_which_nobody_is_expected_keep_their_own_word(self) -> None:
        queues = {**world().canonical()["queues"]}
        queues["cards"]["arrivals"] = {"hourly": {"11:00-12:00": 60}}
        scenario = world(queues=queues, shifts={"day": {"hours": "11:00-12:00"}})
        assert cautions.of_scenario(scenario, *compiled(scenario)) == [
            "queues.cards: open mon 10:00-11:00, when nobody with the skill 'cards' works"
        ]

    def test_days_are_named_together(self) -> None:
        time = {"start": "2026-03-02", "days": 7, "open": {"mon-fri": "10:00-12:00"}, "interval": "30m"}
        groups = {"desk": {"headcount": 5, "skills": ["cards"], "shifts": {"day": "100%"}}}
        shifts = {"day": {"hours": "10:00-12:00", "days": "mon-fri"}}
        scenario = world(time=time, agent_groups=groups, shifts=shifts)
        text = cautions.of_scenario(scenario, *compiled(scenario))[-1]
        assert text.endswith("5 staffed agents from 10:00 to 12:00 every day")

    def test_at_most_so_many(self) -> None:
        hours = {f"10:{m:02d}-10:{m + 5:02d}": 600 for m in range(0, 50, 10)}
        time = {"start": "2026-03-02", "days": 1, "open": "10:00-12:00", "interval": "5m"}
        queues = {"cards": {"arrivals": {"hourly": hours}, "talk": "fixed 6m"}}
        scenario = world(time=time, queues=queues)
        some = cautions.of_scenario(scenario, *compiled(scenario))
        assert len(some) == cautions.MOST_OF_A_SET + 1
        assert some[-1].startswith("too few agents in 3 more stretches of time")
        assert len(cautions.of_scenario(scenario, *compiled(scenario), most=None)) == 5


class TestFormulas:
    @pytest.mark.parametrize("agents", [9, 12, 40])
    def test_whole_agents_are_the_formulas_themselves(self, agents: int) -> None:
        load, handle, patience, within = 0.9 * agents, 300.0, 180.0, 20.0
        c = theory.erlang_c(load / handle, handle, agents, within)
        a = theory.erlang_a(load / handle, handle, patience, agents, within)
        mine_c = between(load, agents, handle, np.inf, within)
        mine_a = between(load, agents, handle, patience, within)
        assert mine_c.service_level == pytest.approx(c.service_level, rel=1e-9)
        assert mine_c.mean_wait_s == pytest.approx(c.mean_wait_s, rel=1e-9)
        assert mine_a.service_level == pytest.approx(a.service_level)
        assert mine_a.abandonment_rate == pytest.approx(a.abandonment_rate)

    @pytest.mark.parametrize("patience", [np.inf, 180.0])
    def test_half_agents_lie_between(self, patience: float) -> None:
        levels = [between(10.5, n, 300, patience, 20).service_level for n in (11, 11.25, 11.5, 11.75, 12)]
        assert levels == sorted(levels)
        assert levels[0] < levels[1] < levels[-1]

    def test_erlang_c_has_no_answer_at_full_load(self) -> None:
        said = between(10.5, 10.4, 300, np.inf, 20)
        assert said.service_level == 0
        assert said.mean_wait_s == np.inf

    def test_a_queue_alone(self) -> None:
        program, load = compiled(world())
        expected = queue_expectation(program, load, 0)
        assert expected is not None
        exact = theory.erlang_a(60 / 3600, 360, 180, 10, 20)
        assert expected.erlang_a.service_level == pytest.approx(exact.service_level)
        assert expected.mean_erlang_a.abandonment_rate == pytest.approx(exact.abandonment_rate)
        assert (expected.erlangs, expected.agents, expected.work) == pytest.approx((6, 10, 6))
        assert expected.overloaded_share == 0

    def test_the_work_of_other_queues_is_in_the_way(self) -> None:
        program, load = compiled(two_queues(40, 30))
        expected = queue_expectation(program, load, 0)
        assert expected is not None
        assert (expected.erlangs, expected.work) == pytest.approx((4, 7))

    def test_agents_for_a_target(self) -> None:
        program, load = compiled(world())
        needed = agents_for_target(program, load, 0)
        assert needed == theory.agents_needed_erlang_a(60 / 3600, 360, 180, 0.8, 20)
