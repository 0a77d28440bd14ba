"""Erlang B, C, A and M/M/c/K against published digits, against linear algebra, and at their limits."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
from scipy.linalg import expm

from ccsim.theory import (
    agents_needed_erlang_a,
    agents_needed_erlang_c,
    erlang_a,
    erlang_b,
    erlang_c,
    erlang_loss,
)

SMALL = (100 / 1800, 180.0)  # 100 contacts in 30 minutes, 180 s each: 10 Erlang
LARGE = (300 / 1800, 360.0)  # 60 Erlang
LARGE_PLUS_20 = (360 / 1800, 360.0)  # 72 Erlang


def chain_level(rate: float, handle: float, patience: float, agents: int, within: float) -> float:
    """Share of offered answered in time, M/M/c+M, by the matrix exponential of one customer's wait."""
    weights = [1.0]
    while len(weights) <= agents or weights[-1] > 1e-16 * max(weights):
        n = len(weights)
        weights.append(weights[-1] * rate / (min(n, agents) / handle + max(n - agents, 0) / patience))
    shares = np.array(weights) / sum(weights)
    ahead = len(shares) - agents  # state i: i others are before me; then answered, then gone
    generator = np.zeros((ahead + 2, ahead + 2))
    for i in range(ahead):
        generator[i, i - 1 if i else ahead] += agents / handle + i / patience
        generator[i, ahead + 1] += 1 / patience
        generator[i, i] = -generator[i].sum()
    answered = expm(generator * within)[:ahead, ahead]
    return float(shares[:agents].sum() + shares[agents:] @ answered)


@pytest.mark.parametrize(
    ("agents", "level", "asa"),
    [(12, 0.6402, 40.44), (13, 0.7956, 17.12), (14, 0.8884, 7.84), (15, 0.9415, 3.67)],
)
def test_erlang_c_gives_the_published_digits(agents: int, level: float, asa: float) -> None:
    line = erlang_c(*SMALL, agents, within_s=20)
    assert line.service_level == pytest.approx(level, abs=5.01e-5)
    assert line.asa_s == pytest.approx(asa, abs=5.01e-3)


def test_erlang_c_near_capacity() -> None:
    assert erlang_c(*LARGE_PLUS_20, 74, 20).service_level == pytest.approx(0.3354, abs=5e-5)
    assert erlang_c(*LARGE_PLUS_20, 80, 20).service_level == pytest.approx(0.8313, abs=5e-5)


def test_erlang_a_gives_the_published_digits() -> None:
    line = erlang_a(*SMALL, 300, 13, within_s=20)
    assert line.wait_probability == pytest.approx(0.22579708, abs=5e-9)
    assert line.abandonment_rate == pytest.approx(0.024963304, abs=5e-10)
    assert line.mean_wait_s == pytest.approx(7.4889911, abs=5e-8)
    assert line.service_level == pytest.approx(0.8582, abs=5e-5)
    assert line.occupancy == pytest.approx(0.7500, abs=5e-5)


@pytest.mark.parametrize(
    ("work", "patience", "agents", "level", "abandoned"),
    [
        (SMALL, 300, 10, 0.5168, 0.1094),
        (SMALL, 300, 11, 0.6569, 0.0699),
        (SMALL, 300, 12, 0.7723, 0.0427),
        (SMALL, 300, 14, 0.9168, 0.0140),
        (LARGE, 180, 60, 0.7448, 0.0602),
        (LARGE, 180, 62, 0.8093, 0.0446),
        (LARGE, 180, 64, 0.8632, 0.0319),
        (LARGE, 180, 66, 0.9059, 0.0220),
        (LARGE, 180, 70, 0.9611, 0.0092),
        (LARGE_PLUS_20, 180, 64, 0.4754, 0.1286),
        (LARGE_PLUS_20, 180, 70, 0.6971, 0.0704),
        (LARGE_PLUS_20, 180, 74, 0.8183, 0.0418),
        (LARGE_PLUS_20, 180, 76, 0.8661, 0.0309),
        (LARGE_PLUS_20, 180, 78, 0.9048, 0.0221),
        (LARGE_PLUS_20, 180, 80, 0.9348, 0.0153),
    ],
)
def test_erlang_a_table(
    work: tuple[float, float], patience: float, agents: int, level: float, abandoned: float
) -> None:
    line = erlang_a(*work, patience, agents, within_s=20)
    assert line.service_level == pytest.approx(level, abs=5.01e-5)
    assert line.abandonment_rate == pytest.approx(abandoned, abs=5.01e-5)


@pytest.mark.parametrize("agents", [1, 8, 10, 13, 30])
@pytest.mark.parametrize("patience", [5.0, 300.0, 4000.0])
@pytest.mark.parametrize("within", [0.0, 20.0, 200.0])
def test_erlang_a_service_level_equals_the_matrix_exponential(
    agents: int, patience: float, within: float
) -> None:
    level = erlang_a(*SMALL, patience, agents, within).service_level
    assert level == pytest.approx(chain_level(*SMALL, patience, agents, within), abs=1e-10)


@pytest.mark.parametrize("agents", [1, 10, 100, 1000, 10_000])
@pytest.mark.parametrize("load_per_agent", [0.3, 0.95, 1.0, 1.2, 30.0])
@pytest.mark.parametrize("patience", [1e-3, 20.0, 300.0, 1e6])
def test_erlang_a_balances(agents: int, load_per_agent: float, patience: float) -> None:
    """Little's law ties three separately integrated numbers: E[W] = P(ab) E[W | ab] + P(answered) ASA."""
    rate = load_per_agent * agents / 180
    line = erlang_a(rate, 180, patience, agents, 20)
    assert 0 <= line.wait_probability <= 1 + 1e-12
    assert 0 <= line.abandonment_rate <= line.wait_probability + 1e-12
    assert line.occupancy == pytest.approx(load_per_agent * (1 - line.abandonment_rate), rel=1e-9)
    assert line.occupancy <= 1 + 1e-9
    assert line.queue_length == pytest.approx(rate * line.mean_wait_s, rel=1e-12)
    assert 1 - line.wait_probability <= line.service_level + 1e-12
    assert line.service_level <= 1 - line.abandonment_rate + 1e-9
    no_limit = erlang_a(rate, 180, patience, agents, math.inf).service_level
    assert no_limit == pytest.approx(1 - line.abandonment_rate, abs=1e-10)


@pytest.mark.parametrize("agents", [1, 13, 500])
def test_patience_without_end_is_erlang_c_and_without_a_moment_is_erlang_b(agents: int) -> None:
    rate = 0.8 * agents / 180
    patient, waiting = erlang_a(rate, 180, 1e11, agents), erlang_c(rate, 180, agents)
    assert patient.service_level == pytest.approx(waiting.service_level, abs=1e-7)
    assert patient.asa_s == pytest.approx(waiting.asa_s, rel=1e-6)
    assert erlang_a(rate, 180, math.inf, agents) == waiting
    lost = erlang_b(rate * 180, agents)
    assert erlang_a(rate, 180, 1e-9, agents).abandonment_rate == pytest.approx(lost, rel=1e-6)
    assert erlang_a(rate, 180, 0, agents).abandonment_rate == lost


def test_erlang_b_known_values() -> None:
    assert erlang_b(10, 10) == pytest.approx(0.214582, abs=5e-7)
    assert erlang_b(100, 100) == pytest.approx(0.075700, abs=5e-7)
    assert erlang_b(5, 0) == 1
    assert erlang_b(0, 3) == 0
    direct = (9.0**12 / math.factorial(12)) / sum(9.0**k / math.factorial(k) for k in range(13))
    assert erlang_b(9, 12) == pytest.approx(direct, rel=1e-14)


@pytest.mark.parametrize("load", [0.5, 9.0, 10.0, 25.0])
@pytest.mark.parametrize("lines", [1, 9, 10, 11, 25])
def test_loss_line_equals_the_null_space_of_its_chain(load: float, lines: int) -> None:
    agents, handle, within = 10, 180.0, 20.0
    rate = load / handle
    shares = [1.0]
    for n in range(1, lines + 1):
        shares.append(shares[-1] * load / min(n, agents))
    p = np.array(shares) / sum(shares)
    line = erlang_loss(rate, handle, agents, lines, within)
    assert line.blocked_rate == pytest.approx(p[-1], rel=1e-12)
    waiting = np.maximum(np.arange(lines + 1) - agents, 0)
    assert line.mean_wait_s == pytest.approx(float(p @ waiting) / rate / (1 - p[-1]), rel=1e-12, abs=1e-12)
    assert line.occupancy == pytest.approx(float(p @ np.minimum(np.arange(lines + 1), agents)) / agents)
    departures = agents / handle * within
    late = 0.0
    for n in range(agents, lines):
        fewer = sum(math.exp(-departures) * departures**k / math.factorial(k) for k in range(n - agents + 1))
        late += p[n] * fewer
    assert line.service_level == pytest.approx(1 - late / (1 - p[-1]), rel=1e-12)


def test_many_lines_lead_to_erlang_c() -> None:
    full, free = erlang_loss(9.5 / 180, 180, 10, 5000), erlang_c(9.5 / 180, 180, 10)
    assert full.service_level == pytest.approx(free.service_level, abs=1e-12)
    assert full.asa_s == pytest.approx(free.asa_s, rel=1e-9)


def test_extremes_have_an_answer() -> None:
    for too_few in (3, 10):  # 10 Erlang on 10 agents has no steady state either
        assert erlang_c(*SMALL, too_few).asa_s == math.inf
        assert erlang_c(*SMALL, too_few).service_level == 0
    assert erlang_c(*SMALL, 0).service_level == 0
    assert erlang_c(0, 180, 5).service_level == 1
    nobody = erlang_a(*SMALL, 300, 0)
    assert (nobody.service_level, nobody.abandonment_rate, nobody.mean_wait_s) == (0, 1, 300)
    assert math.isnan(nobody.asa_s)
    assert erlang_a(0, 180, 300, 5).service_level == 1
    assert erlang_loss(*SMALL, 0, 5).blocked_rate == 1
    assert erlang_loss(*SMALL, 5, 0).blocked_rate == 1


def test_agents_needed_is_the_smallest_that_is_enough() -> None:
    assert agents_needed_erlang_c(*SMALL, 0.80, 20) == 14
    assert agents_needed_erlang_a(*SMALL, 300, 0.80, 20) == 13
    assert agents_needed_erlang_a(*LARGE_PLUS_20, 180, 0.866, 20) == 76
    for rate in (1e-4, 0.01, 1.0, 30.0):
        needed = agents_needed_erlang_c(rate, 180, 0.9, 20)
        assert erlang_c(rate, 180, needed, 20).service_level >= 0.9
        assert erlang_c(rate, 180, needed - 1, 20).service_level < 0.9
    assert agents_needed_erlang_c(0, 180, 0.8) == 1
    assert agents_needed_erlang_c(1, 180, 0) == 0


def test_impossible_numbers_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"agents 2\.5 must be a whole number"):
        erlang_b(3, 2.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="arrival_rate -1 must be"):
        erlang_c(-1, 180, 3)
    with pytest.raises(ValueError, match="patience_s nan"):
        erlang_a(1, 180, math.nan, 3)
    with pytest.raises(ValueError, match="share 1 must be"):
        agents_needed_erlang_c(1, 180, 1)


def test_theory_does_not_import_scipy() -> None:
    """A quick check of a scenario must start fast; scipy costs more than the whole of it."""
    code = (
        "import sys; from ccsim.theory import erlang_a, erlang_loss;"
        "erlang_a(1, 180, 300, 180); erlang_loss(1, 180, 180, 200);"
        "sys.exit('scipy' in sys.modules or 'pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
