"""Tiers, authority, cost and training of agent groups in plain sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ccsim.compiler.program import Program
from ccsim.report.expectations import Load
from ccsim.report.mechanisms.words import capital, money, span_us
from ccsim.report.wording import listed, number, plural
from ccsim.scenario.model import Scenario
from ccsim.scenario.training import Training


def people_sentences(scenario: Scenario, program: Program, load: Load, name: str) -> Iterator[str]:
    """What is said of a group beyond its skills and shifts; nothing where nothing is."""
    group, row = scenario.agent_groups[name], list(scenario.agent_groups).index(name)
    if group.channels is not None:
        yield f"They serve {listed(group.channels)} only."
    about = []
    if group.tier > 1:
        about.append(f"tier {group.tier}")
    if any(queue.authority for queue in scenario.queues.values()):
        about.append(f"authority {group.authority} of 3")
    if about:
        yield f"{capital(listed(about))}."
    if group.resolution and any(queue.resolution for queue in scenario.queues.values()):
        odds = f"{math.exp(group.resolution):.2f}"
        yield f"Their odds of resolving an issue are {odds} times the usual."
    if group.training is not None:
        yield from _training(scenario, program, name, row)
    if group.cost is not None:
        hours = float(load.paid_s[row]) / 3600
        yield (
            f"A paid hour costs {money(group.cost)}: {money(group.cost * hours)} for "
            f"{number(hours)} hours in the run."
        )


def _training(scenario: Scenario, program: Program, name: str, row: int) -> Iterator[str]:
    training = scenario.training[str(scenario.agent_groups[name].training)]
    if training.classroom_days:
        yield f"In the classroom on {_days(training.classroom_days)}."
    if training.speed is not None:
        pace = program.journey.bad_days.pace[row]
        learning = np.flatnonzero(pace != 1000)
        speed = training.speed
        last = f", at {1000 / float(pace[-1]):.2f} on the last day of the run" if len(learning) else ""
        begin = "After that they work" if training.classroom_days else "They work"
        yield (
            f"{begin} at {speed.start:g} of their speed on the first day{last} and at {speed.to:g} after "
            f"{span_us(speed.over)}."
        )
    yield from _coaches(training, int((program.labels.agent_group == row).sum()))


def _coaches(training: Training, trainees: int) -> Iterator[str]:
    coach = training.coach
    if coach is not None:
        coaches = math.ceil(trainees / coach.per)
        yield (
            f"{plural(coaches, 'agent')} of {coach.group} {'coaches' if coaches == 1 else 'coach'} them "
            "instead of serving customers meanwhile."
        )


def _days(days: int) -> str:
    return "their first day" if days == 1 else f"their first {days} days"
