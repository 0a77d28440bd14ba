"""Overflow, reserve, weights and routing rules become arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ccsim.compiler.journey import LEVEL_BELOW, QUEUE_LONGER, WAIT_OVER, Pairs, Rules
from ccsim.kinds import AgentCriterion, ContactCriterion
from tests.unit.compiler.centers import MINUTE, center, program

SECOND = 1_000_000
ONLY_BY_RULE = 2**62


def pairs_of(**routing: Any) -> Pairs:
    return program(routing=routing).journey.pairs


def rules_of(*rules: dict[str, Any], **routing: Any) -> Rules:
    return program(routing={"rules": list(rules), **routing}).journey.rules


def rule(group: str, takes: str, **when: Any) -> dict[str, Any]:
    return {"when": {"queue": "support", **when}, "then": {"group": group, "takes": takes}}


def test_everybody_takes_at_once_unless_it_is_said() -> None:
    compiled = program()
    assert not compiled.journey.on
    assert (compiled.journey.pairs.after == 0).all()
    assert len(compiled.journey.pairs.ring_after) == 0


def test_overflow_delays_who_has_the_skill_and_opens_to_who_has_not() -> None:
    overflow = [
        {"queue": "support", "after": "45s", "to": "both"},
        {"queue": "sales", "after": "90s", "to": "desk"},
    ]
    compiled = program(routing={"overflow": overflow})
    pairs = compiled.journey.pairs
    assert compiled.journey.on
    assert pairs.after.tolist() == [[0, 90 * SECOND], [45 * SECOND, 0]]
    assert compiled.routing.handle_factor.tolist() == [[1000, 1000], [1250, 800]]
    assert pairs.ring_first.tolist() == [0, 1, 2]
    assert pairs.ring_after.tolist() == [45 * SECOND, 90 * SECOND]


def test_helpers_are_in_the_lists_of_the_router() -> None:
    routing = program(routing={"overflow": [{"queue": "sales", "after": "90s", "to": "desk"}]}).routing
    agents = np.split(routing.agent_pools, routing.agent_start[1:-1])
    assert sorted(agents[1].tolist()) == [0, 1]
    contacts = np.split(routing.contact_queues, routing.contact_start[1:-1])
    assert sorted(contacts[0].tolist()) == [0, 1]


def test_rings_are_distinct_and_ascend() -> None:
    groups = center()["agent_groups"]
    for number in range(3):
        groups[f"more{number}"] = groups["desk"]
    overflow = [
        {"queue": "sales", "after": after, "to": to}
        for to, after in (("desk", "60s"), ("more0", "30s"), ("more1", "60s"), ("more2", "0s"))
    ]
    pairs = program(agent_groups=groups, routing={"overflow": overflow}).journey.pairs
    assert pairs.ring_first.tolist() == [0, 0, 2]
    assert pairs.ring_after.tolist() == [30 * SECOND, 60 * SECOND]


def test_a_rule_opens_what_is_closed_otherwise() -> None:
    compiled = program(routing={"rules": [rule("desk", "sales", longer_than=5)]})
    assert compiled.journey.pairs.after.tolist() == [[0, ONLY_BY_RULE], [0, 0]]
    assert compiled.journey.pairs.ring_after.tolist() == []
    assert compiled.routing.handle_factor[0, 1] == 1000


def test_a_rule_and_an_overflow_for_one_pair() -> None:
    overflow = [{"queue": "sales", "after": "90s", "to": "desk"}]
    pairs = pairs_of(overflow=overflow, rules=[rule("desk", "sales", longer_than=5)])
    assert pairs.after[0, 1] == 90 * SECOND


def test_reserve() -> None:
    pairs = pairs_of(reserve=[{"group": "both", "keep": 1, "for": "sales"}])
    assert pairs.keep.tolist() == [0, 1]
    assert pairs.kept_for.tolist() == [[0, 0], [0, 1]]


def test_conditions_of_rules() -> None:
    rules = rules_of(
        rule("desk", "sales", longer_than=5),
        rule("desk", "sales", expected_wait_over="2m"),
        rule("desk", "sales", service_level_below="70.5%", of_last="10m"),
        check_every="30s",
    )
    assert rules.every == MINUTE // 2
    assert rules.condition.tolist() == [QUEUE_LONGER, WAIT_OVER, LEVEL_BELOW]
    assert rules.threshold.tolist() == [5, 2 * MINUTE, 705]
    assert rules.window.tolist()[2] == 20
    assert rules.within.tolist() == [20 * SECOND] * 3
    assert rules.watched.tolist() == [0, 0, 0]
    assert rules.pool.tolist() == [0, 0, 0]
    assert rules.queue.tolist() == [1, 1, 1]


def test_no_rules_are_never_looked_at() -> None:
    assert program().journey.rules.every == 0


def test_weights_are_whole_numbers_in_proportion() -> None:
    data = center()
    data["agent_groups"]["desk"]["weight"] = 1.5
    data["queues"]["support"]["weight"] = 0.25
    routing = {"agent": ["weighted_idle"], "contact": ["weighted_wait"]}
    compiled = program(**(data | {"routing": routing}))
    pairs = compiled.journey.pairs
    assert compiled.journey.on
    assert pairs.weight.tolist() == [[3, 3], [2, 2]]
    assert pairs.queue_weight.tolist() == [1, 4]
    assert compiled.routing.contact_criteria.tolist() == [ContactCriterion.WEIGHTED_WAIT]


def test_longest_idle_has_no_weights() -> None:
    data = center()
    data["agent_groups"]["desk"]["weight"] = 3
    assert not program(**data).journey.on


@pytest.mark.parametrize("idle", ["longest_idle", "weighted_idle"])
def test_weighted_idle_stands_where_longest_idle_would(idle: str) -> None:
    data = center()
    data["queues"]["support"]["prefers"] = ["both", "desk"]
    ahead = program(**(data | {"routing": {"agent": ["preference", idle, "best_speed"]}})).routing
    assert ahead.agent_pools[:2].tolist() == [1, 0]
    assert ahead.agent_rank_before[:2].tolist() == [0, 1]
    assert ahead.agent_rank_after[:2].tolist() == [1, 0]
    behind = program(**(data | {"routing": {"agent": [idle, "preference"]}})).routing
    assert behind.agent_rank_before[:2].tolist() == [0, 0]


def test_every_criterion_can_be_named() -> None:
    named = {"longest_idle", "weighted_idle", "preference", "best_speed"}
    assert {criterion.name.lower() for criterion in AgentCriterion} == named
