"""Erlang B, C, A and the loss line M/M/c/K: first guesses, and cross-checks of a simulation.

All four describe one queue in the long run: Poisson arrivals, exponential handle times, identical agents,
first come first served. Rates are per second, durations are seconds (floats); ``load`` is in Erlang, the
arrival rate times the mean handle time. Pure Python and numpy, stable from 1 to at least 10,000 agents.

Sources: Erlang (1917) for B and C; Palm (1957) for A, in the form of Zeltyn and Mandelbaum, "Call centers
with impatient customers: many-server asymptotics of the M/M/n+G queue", Queueing Systems 51 (2005): the
wait that a patient customer would see has the density ``constant * exp(rate * H(x) - x * agents / handle)``,
where ``H(x)`` integrates the share of customers who are still there after x.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

NEGLIGIBLE = 50.0  # a density below exp(-50) of its peak adds nothing to a float64
PANELS = 64
NODES = 24


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a formula expects of one queue; every share is 0..1 and every duration is in seconds.

    ``service_level`` is answered within the threshold over offered (blocked ones are not offered).
    ``asa_s`` is the mean wait of the answered, ``mean_wait_s`` that of all who entered the queue;
    ``inf`` where the queue grows without bound, ``nan`` where nobody is ever answered.
    ``queue_length`` is the mean number waiting, ``occupancy`` the busy share of the agents' time.
    """

    wait_probability: float
    service_level: float
    asa_s: float
    mean_wait_s: float
    abandonment_rate: float
    blocked_rate: float
    occupancy: float
    queue_length: float


def erlang_b(load: float, agents: int) -> float:
    """Share of arrivals that find all ``agents`` busy when nobody can wait (M/M/c/c).

    The recursion ``B(n) = a B(n-1) / (n + a B(n-1))`` (Jagerman 1974) has no large intermediate numbers.
    """
    _check(load=load, agents=agents)
    if load == 0:
        return 0.0 if agents else 1.0
    blocked = 1.0
    for n in range(1, agents + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(arrival_rate: float, handle_time_s: float, agents: int, within_s: float = 20.0) -> Prediction:
    """M/M/c: everybody waits until answered.

    Where the load reaches the agents the line grows for ever: service level 0, waits ``inf``.
    """
    _check(arrival_rate=arrival_rate, handle_time_s=handle_time_s, agents=agents, within_s=within_s)
    load = arrival_rate * handle_time_s
    if load == 0 and agents > 0:
        return _idle()
    if load >= agents:
        return Prediction(1.0, 0.0, math.inf, math.inf, 0.0, 0.0, 1.0 if agents else math.nan, math.inf)
    blocked = erlang_b(load, agents)
    waits = agents * blocked / (agents - load * (1 - blocked))
    drain_rate = (agents - load) / handle_time_s
    asa = waits / drain_rate
    within = -math.expm1(-drain_rate * within_s)
    level = (1 - waits) + waits * within
    return Prediction(waits, level, asa, asa, 0.0, 0.0, load / agents, arrival_rate * asa)


def erlang_a(
    arrival_rate: float, handle_time_s: float, patience_s: float, agents: int, within_s: float = 20.0
) -> Prediction:
    """M/M/c+M: exponential patience with mean ``patience_s`` (0: nobody waits, ``inf``: Erlang C)."""
    _check(arrival_rate=arrival_rate, handle_time_s=handle_time_s, agents=agents, within_s=within_s)
    _check(patience_s=patience_s)
    load = arrival_rate * handle_time_s
    if math.isinf(patience_s):
        return erlang_c(arrival_rate, handle_time_s, agents, within_s)
    if agents == 0:
        return Prediction(1.0, 0.0, math.nan, patience_s, 1.0, 0.0, math.nan, arrival_rate * patience_s)
    if load == 0:
        return _idle()
    if patience_s == 0 or handle_time_s == 0:
        lost = erlang_b(load, agents)
        return Prediction(lost, 1 - lost, 0.0, 0.0, lost, 0.0, load * (1 - lost) / agents, 0.0)
    return _impatient(_Wait(arrival_rate, handle_time_s, patience_s, agents), load / agents, within_s)


def _impatient(wait: _Wait, load_per_agent: float, within_s: float) -> Prediction:
    """What the law of the wait says, where exp(-x / patience) of the customers are still there after x."""

    def stays(x: Floats) -> Floats:
        return np.exp(-x / wait.patience)

    abandons = wait.probability * wait.mean(lambda x: -np.expm1(-x / wait.patience))
    answered = 1 - wait.probability + wait.probability * wait.mean(stays)
    waited = wait.probability * wait.mean(lambda x: x * stays(x))
    return Prediction(
        wait_probability=wait.probability,
        service_level=1 - wait.probability + wait.probability * wait.mean(stays, up_to=within_s),
        asa_s=waited / answered,
        mean_wait_s=abandons * wait.patience,
        abandonment_rate=abandons,
        blocked_rate=0.0,
        occupancy=load_per_agent * answered,
        queue_length=wait.rate * abandons * wait.patience,
    )


def erlang_loss(
    arrival_rate: float, handle_time_s: float, agents: int, lines: int, within_s: float = 20.0
) -> Prediction:
    """M/M/c/K: everybody waits, but a contact that finds ``lines`` others (waiting or served) is blocked.

    Birth-death probabilities (Gross and Harris, "Fundamentals of Queueing Theory", section 2.5). Shares and
    waits are those of the contacts that were not blocked. ``lines`` below ``agents`` leaves agents idle.
    """
    _check(arrival_rate=arrival_rate, handle_time_s=handle_time_s, agents=agents, within_s=within_s)
    _check(lines=lines)
    load = arrival_rate * handle_time_s
    if agents == 0:
        blocked = 1.0 if load > 0 or lines == 0 else 0.0
        return Prediction(1.0, 0.0, math.nan, math.inf, 0.0, blocked, math.nan, float(lines) * blocked)
    if lines <= agents or load == 0:
        blocked = erlang_b(load, lines)
        return Prediction(0.0, 1.0, 0.0, 0.0, 0.0, blocked, load * (1 - blocked) / agents, 0.0)
    shares = _shares_waiting(load, agents, lines)
    entered = 1 - float(shares[-1])
    queue_length = float(shares @ np.arange(len(shares)))
    wait = queue_length / (arrival_rate * entered)
    late = float(shares[:-1] @ _still_waiting(agents / handle_time_s * within_s, lines - agents)) / entered
    return Prediction(
        wait_probability=float(shares[:-1].sum()) / entered,
        service_level=1 - late,
        asa_s=wait,
        mean_wait_s=wait,
        abandonment_rate=0.0,
        blocked_rate=1 - entered,
        occupancy=load * entered / agents,
        queue_length=queue_length,
    )


def agents_needed_erlang_c(
    arrival_rate: float, handle_time_s: float, share: float, within_s: float = 20.0
) -> int:
    """Fewest agents with which Erlang C answers ``share`` (below 1) of the contacts ``within_s``."""
    return agents_needed_erlang_a(arrival_rate, handle_time_s, math.inf, share, within_s)


def agents_needed_erlang_a(
    arrival_rate: float, handle_time_s: float, patience_s: float, share: float, within_s: float = 20.0
) -> int:
    """Fewest agents with which Erlang A answers ``share`` (below 1) of the offered contacts ``within_s``."""
    if not 0 <= share < 1:
        raise ValueError(f"share {share} must be at least 0 and below 1: nobody can promise everybody")

    def enough(agents: int) -> bool:
        return erlang_a(arrival_rate, handle_time_s, patience_s, agents, within_s).service_level >= share

    if enough(0) or arrival_rate * handle_time_s == 0:
        return 0 if enough(0) else 1
    high = max(1, math.ceil(arrival_rate * handle_time_s))
    low = 0  # never enough
    while not enough(high):
        low, high = high, high + max(1, high // 4)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


class _Wait:
    """The wait V that a patient customer would see in M/M/c+M, given that it is positive.

    Its density is proportional to ``exp(h(x))`` with
    ``h(x) = rate * patience * (1 - exp(-x / patience)) - x * agents / handle``. That is concave, so the
    density has one peak and falls off on both sides; integrals run between the places where it is
    negligible, on panels fine enough for both of its scales.
    """

    def __init__(self, arrival_rate: float, handle_time_s: float, patience_s: float, agents: int) -> None:
        self.rate, self.patience, self.drain = arrival_rate, patience_s, agents / handle_time_s
        self.peak = max(0.0, patience_s * math.log(arrival_rate / self.drain))
        self.height = self._log_density(self.peak)
        self.low = self._edge(-1.0) if self.peak > 0 else 0.0
        self.high = self._edge(+1.0)
        self._total = self._integral(np.ones_like, math.inf)
        # P(all busy) = rate J / (1 / B(c - 1) + rate J), J the integral of exp(h), here scaled by exp(height)
        all_but_one = erlang_b(arrival_rate * handle_time_s, agents - 1)
        queueing = arrival_rate * self._total * all_but_one
        self.probability = queueing / (queueing + math.exp(-self.height)) if queueing > 0 else 0.0

    def _log_density(self, x: float) -> float:
        return -self.rate * self.patience * math.expm1(-x / self.patience) - self.drain * x

    def _edge(self, direction: float) -> float:
        """Where the density has become negligible, from the peak to the left (-1) or to the right (+1)."""
        step = min(self.patience, 1 / self.drain)
        while True:
            place = self.peak + direction * step
            if place <= 0:
                place = 0.0
            if place == 0 or self._log_density(place) < self.height - NEGLIGIBLE:
                break
            step *= 2
        near, far = self.peak, place
        for _ in range(40):
            middle = (near + far) / 2
            if self._log_density(middle) < self.height - NEGLIGIBLE:
                far = middle
            else:
                near = middle
        return far

    def _integral(self, weight: Callable[[Floats], Floats], up_to: float) -> float:
        high = min(up_to, self.high)
        if high <= self.low:
            return 0.0
        fine = np.linspace(0.0, 40 * self.patience, PANELS + 1)
        edges = np.unique(np.concatenate([np.linspace(self.low, high, PANELS + 1), fine]))
        edges = edges[(edges >= self.low) & (edges <= high)]
        nodes, weights = _gauss()
        half = np.diff(edges)[:, None] / 2
        x = edges[:-1, None] + half * (nodes + 1)
        log_density = -self.rate * self.patience * np.expm1(-x / self.patience) - self.drain * x
        return float(np.sum(half * weights * weight(x) * np.exp(log_density - self.height)))

    def mean(self, weight: Callable[[Floats], Floats], up_to: float = math.inf) -> float:
        """Mean of ``weight(V)``, counting only ``V <= up_to``."""
        return self._integral(weight, up_to) / self._total


@cache
def _gauss() -> tuple[Floats, Floats]:
    """Nodes and weights of Gauss-Legendre integration on [-1, 1]."""
    from numpy.polynomial.legendre import leggauss

    nodes, weights = leggauss(NODES)
    return np.asarray(nodes, dtype=np.float64), np.asarray(weights, dtype=np.float64)


def _shares_waiting(load: float, agents: int, lines: int) -> Floats:
    """P(all busy and j waiting) of M/M/c/K for j = 0 .. lines - agents."""
    log_weights = np.arange(lines - agents + 1) * math.log(load / agents)
    largest = float(log_weights.max())
    weights = np.exp(log_weights - largest)
    busy = erlang_b(load, agents)  # the states with a free agent weigh 1 / busy - 1 times the state j = 0
    free = float(weights[0]) * (1 / busy - 1) if busy > 0 else math.inf
    shares: Floats = weights / (float(weights.sum()) + free)
    return shares


def _still_waiting(departures: float, places: int) -> Floats:
    """P(fewer than j + 1 departures) for j = 0 .. places - 1, departures Poisson with that mean."""
    if departures == 0:
        return np.ones(places)
    counts = np.arange(places)
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.maximum(counts[1:], 1)))])
    shares = np.cumsum(np.exp(counts * math.log(departures) - departures - log_factorial))
    return np.asarray(np.minimum(shares, 1.0), dtype=np.float64)


def _idle() -> Prediction:
    """Nobody comes, so whoever came would be answered at once."""
    return Prediction(0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def _check(**values: float) -> None:
    """Refuse numbers outside the formulas with a ``ValueError`` that names the argument."""
    for name, value in values.items():
        if name in ("agents", "lines") and value != int(value):
            raise ValueError(f"{name} {value} must be a whole number")
        if math.isnan(value) or value < 0 or (math.isinf(value) and name not in ("patience_s", "within_s")):
            raise ValueError(f"{name} {value} must be a number, not negative")
