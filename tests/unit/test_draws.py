"""What is drawn has the means, spreads and correlations that the Program asks for."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ccsim.compiler import Program, compile_scenario
from ccsim.compiler.program import ArrivalPlan, Busyness
from ccsim.draws import Streams, draw
from ccsim.draws.arrivals import interval_noise, laid_over
from ccsim.draws.sorting import in_order
from ccsim.errors import CcsimError
from ccsim.kinds import NEVER, State
from ccsim.scenario import Scenario

DAY = 86_400_000_000


def program_of(**queue: Any) -> Program:
    days = queue.pop("days", 20)
    group = queue.pop("group", {"headcount": 2, "skills": ["q"], "shifts": {"all": "100%"}})
    shrinkage = queue.pop("shrinkage", {})
    data = {
        "format": 1,
        "name": "drawn",
        "time": {"start": "2026-03-02", "days": days, "open": queue.pop("open", "00:00-24:00")},
        "queues": {"q": {"arrivals": {"per_day": 1000}, "talk": "exponential mean 3m", **queue}},
        "agent_groups": {"g": group},
        "shifts": {"all": {"hours": "00:00-24:00"}},
        "shrinkage": shrinkage,
    }
    return compile_scenario(Scenario.from_dict(data))


def test_streams_are_addressed_and_not_taken_in_turn() -> None:
    streams = Streams(seed=1, replication=0)
    first = streams.at("a", day=3).random(5)
    streams.at("b").random(100)
    np.testing.assert_array_equal(streams.at("a", day=3).random(5), first)
    for other in (
        streams.at("a", day=4),
        streams.at("a", day=3, attempt=1),
        Streams(2, 0).at("a", day=3),
        Streams(1, 1).at("a", day=3),
    ):
        assert not np.array_equal(other.random(5), first)


def test_the_longest_talk_at_the_lowest_speed_fits_into_64_bits() -> None:
    group = {"headcount": 1, "skills": {"q": 0.01}, "shifts": {"all": "100%"}}
    program = program_of(talk="fixed 500w", wrap_up="fixed 500w", group=group, days=1)
    drawn = draw(program, 1)
    longest = int(drawn.talk.max()) * int(program.routing.handle_factor.max())
    assert longest < 2**63
    assert int(drawn.wrap_up.max()) + longest // 1000 + DAY < 2**63


def test_contacts_are_sorted_and_plain_integers() -> None:
    drawn = draw(program_of(), 1)
    assert np.all(np.diff(drawn.arrived_at) >= 0)
    for column in (drawn.arrived_at, drawn.patience, drawn.talk, drawn.wrap_up, drawn.luck):
        assert column.dtype == np.int64
        assert column.min() >= 0
    assert len(np.unique(drawn.luck)) == len(drawn.luck)


@pytest.mark.statistical
def test_counts_are_poisson() -> None:
    """Mean and variance of 2000 daily counts within 4 standard errors of 1000."""
    days = 2000
    drawn = draw(program_of(days=days), 1)
    counts = np.bincount(drawn.arrived_at // DAY, minlength=days)
    assert abs(counts.mean() - 1000) < 4 * math.sqrt(1000 / days)
    assert abs(counts.var(ddof=1) / 1000 - 1) < 4 * math.sqrt(2 / days)


@pytest.mark.statistical
def test_busyness_spreads_days_as_asked() -> None:
    """Variance of a mixed Poisson count: mean + (cv mean)^2, within 4 standard errors."""
    days, cv = 3000, 0.2
    drawn = draw(program_of(days=days, arrivals={"per_day": 1000, "daily_cv": cv}), 2)
    counts = np.bincount(drawn.arrived_at // DAY, minlength=days)
    expected = 1000 + (cv * 1000) ** 2
    assert abs(counts.mean() - 1000) < 4 * math.sqrt(expected / days)
    assert counts.var(ddof=1) == pytest.approx(expected, rel=4 * math.sqrt(2.5 / days))


@pytest.mark.statistical
def test_interval_noise_has_its_spread_and_correlation() -> None:
    cv, correlation = 0.3, 0.5
    streams = Streams(1, 0)
    paths = np.array(
        [
            interval_noise(streams.at("q/interval", day).standard_normal(48), cv, correlation)
            for day in range(4000)
        ]
    )
    count = paths.size
    assert paths.mean() == pytest.approx(1, abs=4 * cv * math.sqrt(3 / count))
    assert paths.std() == pytest.approx(cv, rel=0.03)
    neighbours = np.corrcoef(paths[:, :-1].ravel(), paths[:, 1:].ravel())[0, 1]
    assert neighbours == pytest.approx(correlation, abs=0.015)


@pytest.mark.statistical
def test_arrivals_follow_the_shape() -> None:
    """Counts by hour of a two-rate day: a chi-square statistic below its 1 - 1e-4 quantile."""
    rates = {"00:00-06:00": 20, "06:00-18:00": 100, "18:00-24:00": 40}
    drawn = draw(program_of(days=200, arrivals={"hourly": rates}), 3)
    hour = drawn.arrived_at % DAY // 3_600_000_000
    counts = np.bincount(hour, minlength=24)
    expected = 200 * np.array([20.0] * 6 + [100.0] * 12 + [40.0] * 6)
    assert ((counts - expected) ** 2 / expected).sum() < 61.1  # chi-square, 24 degrees of freedom


def test_means_of_a_file_hold_interval_by_interval() -> None:
    program = program_of(talk="exponential mean 3m", wrap_up="exponential mean 30s", days=10)
    plan = program.queue_plans[0]
    assert isinstance(plan.arrivals, ArrivalPlan)
    noon = np.array([0, DAY // 2, DAY])
    shape = {"edges": noon, "volume": np.full((10, 2), 5000.0)}
    talk_s, wrap_up_s = np.full((10, 2), (100.0, 200.0)), np.full((10, 2), (50.0, 10.0))
    arrivals = replace(plan.arrivals, **shape, talk_mean_s=talk_s, wrap_up_mean_s=wrap_up_s)
    drawn = draw(replace(program, queue_plans=(replace(plan, arrivals=arrivals),)), 1)
    morning = drawn.arrived_at % DAY < DAY // 2
    for part, talk, wrap_up in ((morning, 100, 50), (~morning, 200, 10)):
        error = 4.5 / math.sqrt(part.sum())
        assert drawn.talk[part].mean() / 1e6 == pytest.approx(talk, rel=error)
        assert drawn.wrap_up[part].mean() / 1e6 == pytest.approx(wrap_up, rel=error)


def test_laws_that_need_no_luck() -> None:
    drawn = draw(program_of(patience="never", talk="fixed 3m", wrap_up="fixed 15s"), 1)
    assert set(drawn.patience.tolist()) == {NEVER}
    assert set(drawn.talk.tolist()) == {180_000_000}
    assert set(drawn.wrap_up.tolist()) == {15_000_000}


def test_too_many_contacts_are_refused_with_a_sentence() -> None:
    with pytest.raises(CcsimError, match="at most 9 million"):
        draw(program_of(days=1, arrivals={"per_day": 9_500_000}), 1)


def test_a_day_without_volume_has_no_contacts() -> None:
    drawn = draw(program_of(days=3, arrivals={"per_day": 1000, "weekdays": {"tue": "x0"}}), 1)
    assert set(np.unique(drawn.arrived_at // DAY).tolist()) == {0, 2}


# -- people -------------------------------------------------------------------------------------------------


def stretches_of(program: Program, seed: int = 1) -> list[tuple[int, int, int, int]]:
    """(agent, state, from, to) of the drawn timetable."""
    drawn = draw(program, seed)
    rows: list[tuple[int, int, int, int]] = []
    current: dict[int, tuple[int, int]] = {}
    for at, agent, state in zip(
        drawn.duty_at.tolist(), drawn.duty_agent.tolist(), drawn.duty_state.tolist(), strict=True
    ):
        if agent in current:
            since, was = current[agent]
            rows.append((agent, was, since, at))
        current[agent] = (at, state)
        if state == State.OFF:
            del current[agent]
    assert not current, "everybody goes off in the end"
    return rows


def time_in(rows: list[tuple[int, int, int, int]], state: State) -> int:
    return sum(to - since for _, was, since, to in rows if was == state)


def test_duty_around_the_clock_is_one_stretch() -> None:
    rows = stretches_of(program_of(days=5))
    assert rows == [(0, State.ON_DUTY, 0, 5 * DAY), (1, State.ON_DUTY, 0, 5 * DAY)]


@pytest.mark.statistical
@pytest.mark.parametrize("adherence", [0.96, 0.7])
def test_adherence_is_the_share_at_the_phone(adherence: float) -> None:
    """100 agents for 40 days; alternating renewal, so the standard error is about 0.0006."""
    group = {"headcount": 100, "skills": ["q"], "shifts": {"all": "100%"}}
    rows = stretches_of(program_of(days=40, group=group, shrinkage={"adherence": f"{adherence:.0%}"}))
    at_phone, away = time_in(rows, State.ON_DUTY), time_in(rows, State.OFF_TASK)
    assert at_phone + away == 100 * 40 * DAY
    # cycles of 5m / (1 - a); the variance of a share over many cycles is 2 (a (1 - a))^2 / cycles
    cycles = 100 * 40 * 288 * (1 - adherence)
    error = math.sqrt(2 / cycles) * adherence * (1 - adherence)
    assert at_phone / (at_phone + away) == pytest.approx(adherence, abs=4 * error)


@pytest.mark.statistical
def test_unplanned_absence_takes_whole_shifts() -> None:
    group = {"headcount": 50, "skills": ["q"], "shifts": {"all": "100%"}}
    program = program_of(days=100, group=group, shrinkage={"unplanned": "20%"})
    missed = time_in(stretches_of(program), State.ABSENT)
    assert missed % DAY == 0
    assert missed / (5000 * DAY) == pytest.approx(0.2, abs=4 * math.sqrt(0.16 / 5000))


def test_planned_absence_is_a_fixed_rotation() -> None:
    group = {"headcount": 40, "skills": ["q"], "shifts": {"all": "100%"}}
    program = program_of(days=100, group=group, shrinkage={"planned": "10%"})
    rows = stretches_of(program)
    assert rows == stretches_of(program, seed=2)
    away = np.zeros((40, 100), dtype=int)
    for agent, state, since, to in rows:
        if state == State.ABSENT:
            away[agent, since // DAY : to // DAY] = 1
    assert set(away.sum(axis=1).tolist()) <= {9, 10, 11}  # everybody takes their share
    assert away.sum(axis=0).min() >= 2  # and every day is covered alike
    assert away.sum(axis=0).max() <= 6


def test_absence_does_not_turn_unpaid_breaks_into_paid_ones() -> None:
    program = program_of(days=1)
    duty = program.duty
    both = replace(
        duty,
        state=np.array([State.UNPAID_BREAK, State.ON_DUTY], dtype=np.int8),
        unplanned=np.ones(2),
    )
    rows = stretches_of(replace(program, duty=both))
    assert [state for _, state, _, _ in rows] == [State.UNPAID_BREAK, State.ABSENT]


@pytest.mark.parametrize("seed", range(20))
def test_arrivals_laid_over_a_day_are_those_of_interpolation(seed: int) -> None:
    generator = np.random.default_rng(seed)
    cells = int(generator.integers(2, 100))
    edges = np.sort(generator.choice(86_400, cells + 1, replace=False)).astype(np.int64) * 1_000_000
    volume = generator.exponential(size=cells) * 10.0 ** generator.integers(-6, 5, size=cells)
    volume[generator.random(cells) < 0.3] = 0
    volume[0] += 1
    volumes = np.array([volume, np.zeros(cells), volume[::-1]])
    cumulative = np.concatenate((np.zeros((3, 1)), np.cumsum(volumes, axis=1)), axis=1)
    first, last = (np.append(generator.random(count), 0.0) for count in (5000, 700))
    at = np.concatenate((first, last))
    laid_over(edges, volumes, at, [5001, 0, 701])
    for found, shares, reaches in ((at[:5001], first, cumulative[0]), (at[5001:], last, cumulative[2])):
        assert np.array_equal(found, np.interp(shares * reaches[-1], reaches, edges))


@pytest.mark.parametrize(("count", "largest"), [(0, 1), (1, 0), (5000, 30), (5000, 2**53), (5000, 2**62)])
def test_integers_are_put_in_order_as_by_a_stable_argsort(count: int, largest: int) -> None:
    """With few bits to spare in runs, and with too few by argsort itself."""
    numbers = np.random.default_rng(1).integers(0, largest, count, endpoint=True)
    numbers[::7] = largest
    ordered, places = in_order(numbers)
    np.testing.assert_array_equal(places, np.argsort(numbers, kind="stable"))
    np.testing.assert_array_equal(ordered, np.sort(numbers))


@pytest.mark.statistical
def test_shared_busyness_makes_the_same_days_busy_everywhere() -> None:
    """Two queues of 1000 a day with a shared cv: their daily counts correlate at cv^2 / (cv^2 + 1 / 1000)."""
    days, cv = 2000, 0.2
    data = {
        "format": 1,
        "name": "shared",
        "time": {"start": "2026-03-02", "days": days, "open": "08:00-18:00"},
        "busyness": {"daily_cv": cv},
        "queues": {
            "a": {"arrivals": {"per_day": 1000}, "talk": "fixed 1m"},
            "b": {"arrivals": {"per_day": 1000, "shape": "two_peaks"}, "talk": "fixed 1m"},
        },
        "agent_groups": {"g": {"headcount": 1, "skills": ["a", "b"], "shifts": {"all": "100%"}}},
        "shifts": {"all": {"hours": "08:00-18:00"}},
    }
    drawn = draw(compile_scenario(Scenario.from_dict(data)), 1)
    day = drawn.arrived_at // DAY
    a, b = (np.bincount(day[drawn.queue == queue], minlength=days) for queue in (0, 1))
    expected = cv**2 / (cv**2 + 1 / 1000)
    assert np.corrcoef(a, b)[0, 1] == pytest.approx(expected, abs=0.01)
    assert a.mean() == pytest.approx(1000, abs=4 * math.sqrt((1000 + (cv * 1000) ** 2) / days))


def test_shared_busyness_leaves_the_luck_of_queues_alone() -> None:
    """Streams of shared busyness are their own: beside it, every queue's luck is as before."""
    with_own = program_of(arrivals={"per_day": 1000, "daily_cv": 0.1})
    plan = with_own.queue_plans[0]
    assert isinstance(plan.arrivals, ArrivalPlan)
    shared = replace(plan, arrivals=replace(plan.arrivals, shared=Busyness(daily_cv=0.3)))
    one, other = draw(with_own, 1), draw(replace(with_own, queue_plans=(shared,)), 1)
    assert len(one.luck) != len(other.luck)
    both = np.intersect1d(one.luck, other.luck)
    assert len(both) > 0.7 * len(one.luck)
    np.testing.assert_array_equal(one.talk[np.isin(one.luck, both)], other.talk[np.isin(other.luck, both)])
