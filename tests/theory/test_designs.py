"""Skill-based designs: static priorities against chains, the longest idle agent against product forms.

Confidence: the band is 4 standard errors. The standard errors are asserted too: 0.75 % of mean waits and
0.0025 of probabilities, a fifth of that in the long version.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ccsim.kinds import Outcome
from ccsim.log import Log
from tests.theory.conftest import Effort
from tests.theory.exact.designs import Design, v_design
from tests.theory.exact.longest_idle import LongestIdle
from tests.theory.journeys import Counted, World, of_queue, usual_counts, watch

pytestmark = pytest.mark.statistical

TALK_S = 20.0

DESIGNS = {
    "V": v_design((0.14, 0.2), 30.0, 7, TALK_S),
    # each group takes its own queue first and is asked first by it
    "X": Design(
        (0.17, 0.19), (30.0, 40.0), (4, 3), (20.0, 25.0), ((0, 1), (1, 0)), ((0, 1), (1, 0)), (30, 40)
    ),
    # two groups of specialists and one in the middle, which is asked last and takes the second queue first
    "M": Design(
        (0.2, 0.22),
        (30.0, 40.0),
        (3, 2, 4),
        (20.0, 25.0, 20.0),
        ((0, 1), (2, 1)),
        ((0,), (1, 0), (1,)),
        (40, 40),
    ),
}


def count_served(names: tuple[str, ...]) -> Callable[[Log], Counted]:
    """The usual and who answered whom."""

    def count(log: Log) -> Counted:
        out = usual_counts(log, names)
        for name in names:
            legs = of_queue(log, name)
            answered = legs["outcome"] == Outcome.ANSWERED
            for number, group in enumerate(log.labels.groups):
                out[f"{name} by {group}"] = (legs["queued_at"], answered & (legs["group"] == number))
        return out

    return count


def named(design: Design) -> tuple[World, dict[tuple[str, str], float]]:
    """The design as a scenario, and mean talk by queue and group."""
    queues, groups = [f"q{i}" for i in range(len(design.rates))], [f"g{i}" for i in range(len(design.agents))]
    world = World(
        queues={
            name: {
                "talk": f"exponential mean {TALK_S:g}s",
                "patience": f"exponential mean {design.patience_s[i]:g}s",
                "prefers": [groups[g] for g in design.asks[i]],
            }
            for i, name in enumerate(queues)
        },
        rates=dict(zip(queues, design.rates, strict=True)),
        groups={
            name: {
                "headcount": design.agents[g],
                "skills": {queues[q]: TALK_S / design.handle_s[g] for q in design.takes[g]},
                "prefers": [queues[q] for q in design.takes[g]],
            }
            for g, name in enumerate(groups)
        },
    )
    talk = {(queues[q], groups[g]): design.handle_s[g] for g in range(len(groups)) for q in design.takes[g]}
    return world, talk


@pytest.mark.parametrize("name", DESIGNS)
def test_static_priorities(short: Effort, name: str) -> None:
    """Waits and abandonments by queue; how busy each group is."""
    design = DESIGNS[name]
    exact, busy = design.solve()
    world, talk = named(design)
    names = tuple(world.queues)
    got = watch(world, count_served(names), seed=2401, runs=short.runs(16), talk_s=talk)
    for queue, result in zip(names, exact, strict=True):
        got.ratio(f"{queue}: waiting", f"{queue}: offered").check_probability(
            f"{queue}: P(wait)", result.wait_probability, short.scale
        )
        got.ratio(f"{queue}: abandoned", f"{queue}: offered").check_probability(
            f"{queue}: P(abandon)", result.abandonment_rate, short.scale
        )
        got.ratio(f"{queue}: wait_s", f"{queue}: offered").check_wait(
            f"{queue}: E[W]", result.mean_wait_s, short.scale
        )
    for g, group in enumerate(world.groups):
        served = sum(got.sums[f"{queue} by {group}"] for queue in names)
        got.sums["served"] = served
        got.sums["all"] = sum(got.sums[f"{queue}: offered"] for queue in names)
        share = busy[g] / design.handle_s[g] / sum(design.rates)
        got.ratio("served", "all").check_probability(f"answered by {group}", share, short.scale)


# agents of a group are equal, so a group is so many agents; rates are services per second
LONGEST_IDLE = {
    "N": ((0.08, 0.05), {"g0": (2, (0,), 20.0), "g1": (2, (0, 1), 25.0)}),
    "W": ((0.05, 0.04, 0.035), {"g0": (2, (0, 1), 20.0), "g1": (2, (1, 2), 25.0)}),
    "M": ((0.08, 0.07), {"g0": (1, (0,), 20.0), "g1": (2, (0, 1), 20.0), "g2": (2, (1,), 25.0)}),
}


@pytest.mark.parametrize("name", LONGEST_IDLE)
def test_longest_idle_and_first_come(short: Effort, name: str) -> None:
    """FCFS-ALIS: waits by queue, and who answers how much."""
    rates, groups = LONGEST_IDLE[name]
    people = [(group, kinds, mean) for group, (number, kinds, mean) in groups.items() for _ in range(number)]
    exact = LongestIdle(
        rates, tuple(frozenset(kinds) for _, kinds, _ in people), tuple(1 / mean for _, _, mean in people)
    ).product_form()
    queues = tuple(f"q{i}" for i in range(len(rates)))
    world = World(
        queues={q: {"talk": f"exponential mean {TALK_S:g}s", "patience": "never"} for q in queues},
        rates=dict(zip(queues, rates, strict=True)),
        groups={
            group: {"headcount": number, "skills": {queues[k]: TALK_S / mean for k in kinds}}
            for group, (number, kinds, mean) in groups.items()
        },
        more={"routing": {"agent": ["longest_idle"], "contact": ["longest_wait"]}},
    )
    talk = {(queues[k], group): mean for group, (_, kinds, mean) in groups.items() for k in kinds}
    got = watch(world, count_served(queues), seed=2451, runs=short.runs(72), talk_s=talk)
    for i, queue in enumerate(queues):
        got.ratio(f"{queue}: waiting", f"{queue}: offered").check_probability(
            f"{queue}: P(wait)", exact.wait_probability[i], short.scale
        )
        got.ratio(f"{queue}: wait_s", f"{queue}: offered").check_wait(
            f"{queue}: E[W]", exact.mean_wait_s[i], short.scale
        )
    got.sums["all"] = sum(got.sums[f"{queue}: offered"] for queue in queues)
    for group in groups:
        got.sums["served"] = sum(got.sums[f"{queue} by {group}"] for queue in queues)
        work = sum(
            busy / mean for busy, (team, _, mean) in zip(exact.busy, people, strict=True) if team == group
        )
        got.ratio("served", "all").check_probability(f"answered by {group}", work / sum(rates), short.scale)
