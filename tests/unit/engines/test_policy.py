"""A routing policy of the user's own: where it runs, and that it decides."""

from __future__ import annotations

from typing import Any

import pytest

import ccsim
from ccsim.compiler import compile_scenario
from ccsim.engines.base import resolve
from ccsim.engines.router import NOTHING, Load
from ccsim.scenario.model import Scenario


class Unchanged(ccsim.Router):
    """The usual rules."""


class SecondGroupFirst(ccsim.Router):
    """A contact goes to the last group that has somebody free."""

    def agent_for(self, queue: int, waited: int, now: int) -> int:
        for group in reversed(self.pools_of(queue)):
            free = self.free_agents(group)
            if free:
                self.not_free(free[0])
                return free[0]
        return -1


class NobodyTakesWaiting(ccsim.Router):
    """Who has to wait, waits for ever."""

    def contact_for(self, agent: int, now: int, load: Load = NOTHING) -> int:
        return -1


def world() -> Scenario:
    group = {"headcount": 5, "skills": ["cards"], "shifts": {"day": "100%"}}
    return Scenario.from_dict(
        {
            "format": 1,
            "name": "two groups",
            "time": {"start": "2026-03-02", "days": 1, "open": "10:00-12:00"},
            "queues": {
                "cards": {
                    "arrivals": {"hourly": {"10:00-12:00": 90}},
                    "talk": "exponential mean 5m",
                    "prefers": ["first", "second"],
                }
            },
            "agent_groups": {"first": group, "second": group},
            "shifts": {"day": {"hours": "10:00-12:00"}},
        }
    )


def answered_by(run: ccsim.Run, group: str) -> float:
    legs = run.legs[run.legs["outcome"] == "answered"]
    return float((legs["group"] == group).mean())


def test_a_policy_that_changes_nothing_changes_nothing() -> None:
    usual = ccsim.simulate(world(), engine="simpy")
    assert ccsim.simulate(world(), engine="simpy", policy=Unchanged).digest == usual.digest


def test_the_policy_decides_who_answers() -> None:
    usual = ccsim.simulate(world(), engine="simpy")
    own = ccsim.simulate(world(), policy=SecondGroupFirst)
    assert answered_by(usual, "first") > 0.6
    assert answered_by(own, "second") > 0.6


def test_the_policy_decides_who_is_served_next() -> None:
    legs = ccsim.simulate(world(), policy=NobodyTakesWaiting).legs
    assert set(legs[legs["outcome"] == "answered"]["wait_s"]) == {0.0}
    assert (legs["outcome"] == "abandoned").any()


def test_auto_takes_simpy_and_says_why() -> None:
    run = ccsim.simulate(world(), policy=Unchanged)
    assert run.engine == "simpy"
    assert run.warnings == ("running on the SimPy engine: the routing policy Unchanged is written in Python",)
    assert ccsim.simulate(world(), engine="simpy", policy=Unchanged).warnings == ()


def test_the_compiled_engine_refuses() -> None:
    with pytest.raises(ccsim.EngineError, match="the routing policy Unchanged is written in Python"):
        resolve("compiled", compile_scenario(world()), policy=Unchanged)


def test_a_case_of_an_experiment_may_have_its_own_policy() -> None:
    class LastGroupFirst(ccsim.Router):  # defined here, so that another process gets it with the task
        def agent_for(self, queue: int, waited: int, now: int) -> int:
            for group in reversed(self.pools_of(queue)):
                for agent in self.free_agents(group):
                    self.not_free(agent)
                    return agent
            return -1

    cases = {"usual": world(), "own": world()}
    experiment = ccsim.Experiment(cases, seed=3, replications=3, policy={"own": LastGroupFirst})
    study = experiment.run()
    for case, policy in (("usual", None), ("own", SecondGroupFirst)):
        alone = ccsim.simulate(world(), seed=3, replications=3, engine="simpy", policy=policy)
        assert study.runs[case].digests == alone.digests
    assert study.runs["own"].engine == "simpy"
    assert "LastGroupFirst is written in Python" in study.runs["own"].warnings[-1]
    assert not any("Python" in text for text in study.runs["usual"].warnings)
    for case, run in experiment.run(workers=2).runs.items():
        assert run.digests == study.runs[case].digests


def test_one_policy_for_all_cases_of_an_experiment() -> None:
    cases = {"one": world(), "two": world().override({"agent_groups.first.headcount": 4})}
    study = ccsim.Experiment(cases, seed=3, replications=1, policy=SecondGroupFirst).run()
    for case, scenario in cases.items():
        alone = ccsim.simulate(scenario, seed=3, policy=SecondGroupFirst)
        assert study.runs[case].digests == alone.digests
        assert study.runs[case].digests != ccsim.simulate(scenario, seed=3, engine="simpy").digests


def test_an_experiment_refuses_what_cannot_be() -> None:
    with pytest.raises(ccsim.CcsimError, match="a policy for 'other', which is no case; there is: base"):
        ccsim.Experiment({"base": world()}, seed=1, policy={"other": Unchanged})
    with pytest.raises(ccsim.CcsimError, match=r"a class derived from ccsim\.Router, not dict"):
        ccsim.Experiment({"base": world()}, seed=1, policy={"base": dict})  # type: ignore[dict-item]
    with pytest.raises(ccsim.EngineError, match="the routing policy Unchanged is written in Python"):
        ccsim.Experiment({"base": world()}, seed=1, engine="compiled", policy=Unchanged).run()


@pytest.mark.parametrize(("wrong", "said"), [(dict, "not dict"), ("best", "not 'best'"), (3, "not 3")])
def test_what_is_no_router_is_refused(wrong: Any, said: str) -> None:
    with pytest.raises(ccsim.CcsimError, match=f"a class derived from ccsim.Router, {said}"):
        ccsim.simulate(world(), policy=wrong)
