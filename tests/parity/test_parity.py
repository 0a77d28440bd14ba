"""Both engines write one Log: on shipped scenarios, with ties, and on random centers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings

from ccsim.compiler import Program, compile_scenario
from ccsim.draws import Draws, draw
from ccsim.engines.compiled_engine import CompiledEngine
from ccsim.engines.simpy_engine import SimpyEngine
from ccsim.log import TABLES, Log
from ccsim.scenario import Scenario, load
from tests.parity.random_journeys import journeys
from tests.parity.random_scenarios import scenarios
from tests.parity.reaching import Reached
from tests.parity.rounding import STEP, with_ties

SHIPPED = sorted(Path(__file__).parents[2].glob("scenarios/*.yaml"))
RANDOM_IN_CI, JOURNEYS_IN_CI, RANDOM_IN_FULL = 300, 500, 5000
Watching = Callable[[], AbstractContextManager[None]]
COARSE = 30_000_000  # 30 s: many more ties
UNHURRIED: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}


def first_difference(one: Log, other: Log) -> str:
    """Table, column and row of the first cell that differs; empty where the Logs are equal."""
    for name, dtypes in TABLES.items():
        table, twin = getattr(one, name), getattr(other, name)
        if len(table) != len(twin):
            return f"{name}: {list(table)} against {list(twin)}"
        for column in [column for column in dtypes if column in table]:
            if len(table[column]) != len(twin[column]):
                return f"{name}: {len(table[column])} rows against {len(twin[column])}"
            rows = np.flatnonzero(table[column] != twin[column])
            if len(rows):
                row = rows[0]
                return f"{name}.{column}[{row}]: {table[column][row]} against {twin[column][row]}"
    return ""


def assert_equal(program: Program, draws: Draws, watching: Watching = nullcontext) -> None:
    """``watching``: the runs of the reference engine are inside of it."""
    with watching():
        simpy = SimpyEngine().run(program, draws)
    compiled = CompiledEngine().run(program, draws)
    assert first_difference(simpy, compiled) == ""
    assert simpy.digest() == compiled.digest()


def assert_parity(data: dict[str, Any], watching: Watching = nullcontext) -> None:
    program = compile_scenario(Scenario.from_dict(data))
    draws = draw(program, seed=5)
    assert_equal(program, draws, watching)
    step = COARSE if len(draws.talk) % 2 else STEP
    assert_equal(*with_ties(program, draws, step), watching)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_scenarios(path: Path) -> None:
    program = compile_scenario(load(path))
    assert_equal(program, draw(program, seed=1))
    assert_equal(*with_ties(program, draw(program, seed=1, replication=1)))


@given(data=scenarios())
@settings(max_examples=RANDOM_IN_CI, derandomize=True, **UNHURRIED)
def test_random_scenarios(data: dict[str, Any]) -> None:
    assert_parity(data)


def test_random_journeys_agree_and_reach_every_transition() -> None:
    """Every statement of the reference engine is executed in one of the journeys, or in a plain center."""
    reached = Reached()

    @seed(1)
    @given(data=journeys())
    @settings(max_examples=JOURNEYS_IN_CI, database=None, **UNHURRIED)
    def journeys_agree(data: dict[str, Any]) -> None:
        assert_parity(data, reached.watching)

    @given(data=scenarios())
    @settings(max_examples=20, derandomize=True, **UNHURRIED)
    def plain_centers_agree(data: dict[str, Any]) -> None:
        assert_parity(data, reached.watching)

    journeys_agree()
    plain_centers_agree()
    assert reached.missed() == []


@pytest.mark.slow
@given(data=journeys())
@settings(max_examples=RANDOM_IN_FULL, **UNHURRIED)
def test_many_random_journeys(data: dict[str, Any]) -> None:
    assert_parity(data)


@pytest.mark.slow
@given(data=scenarios())
@settings(max_examples=RANDOM_IN_FULL, **UNHURRIED)
def test_many_random_scenarios(data: dict[str, Any]) -> None:
    assert_parity(data)
