"""The kernel of journeys speaks the language of the SimPy engine, and has room for what may come."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ccsim import kinds
from ccsim.compiler import compile_scenario
from ccsim.draws import draw
from ccsim.engines import center
from ccsim.engines.center import fronts, state, treatment
from ccsim.engines.compiled_journey import GROWING, Memory, log_of
from ccsim.engines.kernel import journey
from ccsim.engines.kernel.journey import codes, purposes, rows
from ccsim.engines.kernel.journey.play import FULL, play_journey
from ccsim.errors import EngineError
from ccsim.scenario import load

SCENARIOS = Path(__file__).parents[3] / "scenarios"


@pytest.fixture(scope="module")
def bank() -> Any:
    program = compile_scenario(load(SCENARIOS / "retail_bank.yaml").override({"time.days": 7}))
    assert program.journey.on
    return program, draw(program, 1)


def modules_of(package: Any) -> dict[str, Any]:
    return {
        found.name: importlib.import_module(f"{package.__name__}.{found.name}")
        for found in pkgutil.iter_modules(package.__path__)
    }


def test_every_event_is_a_function_of_the_same_name_in_a_module_of_the_same_name() -> None:
    def events(modules: dict[str, Any]) -> set[tuple[str, str]]:
        return {
            (name, event)
            for name, module in modules.items()
            for event, function in vars(module).items()
            if event.startswith("on_") and getattr(function, "__module__", "") == module.__name__
        }

    spoken = events(modules_of(center))
    assert len(spoken) == len(kinds.EventKind) + 1  # later contacts have a function of their own
    assert events(modules_of(journey)) == spoken


def test_purposes_are_those_of_the_kinds() -> None:
    assert {purpose.name: int(purpose) for purpose in kinds.Purpose} == {
        name: value for name, value in vars(purposes).items() if name.isupper()
    }


@pytest.mark.parametrize(
    ("kind", "called"),
    [
        (kinds.EventKind, {"ARRIVES": None, "RUN_ENDS": None, "ESCALATES": "ESCALATES"}),
        (kinds.Outcome, {}),
        (kinds.Cause, {}),
        (kinds.IssueOutcome, {name: f"ISSUE_{name}" for name in ("OPEN", "RESOLVED", "GIVEN_UP")}),
        (
            kinds.SessionOutcome,
            {"OPEN": "SESSION_OPEN", "RESOLVED": "SESSION_RESOLVED", "HANDED_OVER": "HANDED_OVER_BY_FRONT"},
        ),
        (
            kinds.Entry,
            {
                "ARRIVED": "BY_ARRIVING",
                "ESCALATED": "BY_ESCALATION",
                "TRANSFERRED": "BY_TRANSFER",
                "DEFLECTED": "BY_DEFLECTION",
                "TICKET": "BY_TICKET",
                "MOVED": "BY_MOVING",
            },
        ),
        (kinds.ContactCriterion, {}),
    ],
)
def test_codes_are_those_of_the_kinds(kind: Any, called: dict[str, str | None]) -> None:
    for member in kind:
        name = called.get(member.name, member.name)
        if name is not None:
            assert getattr(codes, name) == member, name


def test_codes_of_phases_and_courses_are_those_of_the_simpy_engine() -> None:
    for name in ("TALK", "WRAP_UP", "HELD", "THINKING", "PARKED"):
        assert getattr(codes, name) == getattr(state, name)
    for name in ("TREATED", "REFERRED", "MISROUTED", "REFUSED", "NOBODY_THERE", "FOUND_OUT", "HANDED_OVER"):
        assert getattr(codes, name) == getattr(treatment, name)
    for name in ("OFF", "ON_DUTY", "DOWN"):
        assert getattr(codes, name) == getattr(kinds.State, name)
    assert (codes.FURTHER, codes.DEFAULT_DIAGNOSIS) == (treatment.FURTHER, treatment.DEFAULT_DIAGNOSIS)
    assert codes.MOST_FAILURES == fronts.MOST_FAILURES
    assert codes.STOP == kinds.ClosingRule.STOP
    assert codes.NOTICE == kinds.Front.NOTICE
    assert codes.NEVER == kinds.NEVER


def test_a_run_that_has_to_grow_again_and_again_writes_the_same_log(bank: Any) -> None:
    program, draws = bank
    ample = Memory(program, draws)
    ample.play(play_journey)
    tight = Memory(program, draws, spare=0)
    stops = []

    def play(center: Any, begins: int) -> int:
        stops.append(int(play_journey(center, begins)))
        return stops[-1]

    tight.play(play)
    assert stops.count(FULL) > 2
    assert log_of(program, draws, tight).digest() == log_of(program, draws, ample).digest()
    for name, number in GROWING.items():
        assert len(tight.tables[name]) == tight[f"{number}_room"] >= tight[f"{number}_count"]


def test_contacts_that_go_in_a_circle_stop_the_run_with_a_reason(bank: Any) -> None:
    program, draws = bank
    hours, queues = program.journey.hours, len(program.lines)
    shut = replace(
        hours,
        outside=np.full(queues, 2, np.int64),  # tickets ...
        ticket_to=(np.arange(queues) + 1) % queues,  # ... for the next queue, which is as shut
        first=np.zeros(queues + 1, np.int64),
    )
    circle = Memory(replace(program, journey=replace(program.journey, hours=shut)), draws)
    with pytest.raises(EngineError, match="from queue to queue without an end"):
        circle.play(play_journey)


def test_rows_hold_what_the_log_holds() -> None:
    from ccsim.log import TABLES

    for name, dtypes in TABLES.items():
        for column, dtype in dtypes.items():
            if (name, column) in {("contacts", "luck"), ("issues", "pending")}:
                continue
            width = rows.ROWS[name][column].itemsize
            assert width >= np.dtype(dtype).itemsize, (name, column)
