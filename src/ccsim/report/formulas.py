"""What Erlang C and Erlang A expect of each queue, with the load and the staffing of ``expectations``.

Both formulas know one queue and identical agents. A queue that shares its agents is read as one line
before everybody who can serve it, together with the other work of those people; staffing between two whole
numbers is read between the two answers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ccsim import theory
from ccsim.compiler.program import Program
from ccsim.kinds import NEVER
from ccsim.report.expectations import Load
from ccsim.units import SECOND

MOST_INTERVALS = 200  # a year of intervals says no more about an average than these do


@dataclass(frozen=True, slots=True)
class Formula:
    """Service level 0..1, mean wait in seconds (inf: the line grows for ever), abandonment rate 0..1."""

    service_level: float
    mean_wait_s: float
    abandonment_rate: float


@dataclass(frozen=True, slots=True)
class QueueExpectation:
    """A queue at its busiest interval and over all of them, weighted by volume."""

    busiest: int  # interval
    contacts: float  # expected in that interval
    erlangs: float
    agents: float  # who can serve it then
    work: float  # Erlangs on those agents, other queues included
    erlang_c: Formula
    erlang_a: Formula
    mean_erlang_c: Formula
    mean_erlang_a: Formula
    overloaded_share: float  # of the volume, in intervals where Erlang C has no answer


def does_not_apply(program: Program, queue: int) -> str:
    """Why neither Erlang C nor Erlang A is about such a queue, in words; empty where they are."""
    slots = program.journey.slots
    if slots.deferrable[queue]:
        return "work waits overnight"
    if slots.turn_chance[queue]:
        return "conversations pause for the customer's answers"
    if slots.slots[queue] > 1:
        return "an agent has several contacts open at once"
    return ""


def leaves_out(program: Program, queue: int) -> list[str]:
    """What happens in such a queue that neither formula knows, in words."""
    journey = program.journey
    waits, far = journey.waits, NEVER
    return [
        words
        for words, there in (
            ("announcements", waits.balk_chance[queue] > 0 or waits.later_factor[queue] != 1000),
            ("deflection", waits.deflect_chance[queue] > 0),
            ("callbacks", waits.callback_chance[queue] > 0),
            ("retries", journey.retries.chance[queue] > 0),
            (
                "overflow delays",
                ((journey.pairs.after[:, queue] > 0) & (journey.pairs.after[:, queue] < far)).any(),
            ),
            ("reserves", journey.pairs.keep.any()),
            ("rules", (journey.rules.queue == queue).any()),
        )
        if there
    ]


def queue_expectation(program: Program, load: Load, queue: int) -> QueueExpectation | None:
    """What the formulas say of one queue; None where nothing is offered."""
    offered = load.contacts[:, queue]
    if not offered.any():
        return None
    labels = program.labels
    within_s = float(labels.target_within_us[queue]) / SECOND
    patience_s = program.queue_plans[queue].patience.mean()
    agents, work = load.agents_for(queue), load.work_beside(queue)
    answers: dict[tuple[float, float, float, float], Formula] = {}

    def ask(interval: int, patience: float) -> Formula:
        handle = float(load.erlangs[interval, queue] / offered[interval]) * load.interval_us / SECOND
        key = (round(float(work[interval]), 3), round(float(agents[interval]), 3), round(handle, 3), patience)
        if key not in answers:
            answers[key] = between(*key, within_s)
        return answers[key]

    busiest = int(np.argmax(load.erlangs[:, queue]))
    some = _representative(offered)
    weights = offered[some]
    erlang_c = [ask(i, math.inf) for i in some]
    erlang_a = [ask(i, patience_s) for i in some]
    stuck = np.array([math.isinf(f.mean_wait_s) for f in erlang_c])
    return QueueExpectation(
        busiest=busiest,
        contacts=float(offered[busiest]),
        erlangs=float(load.erlangs[busiest, queue]),
        agents=float(agents[busiest]),
        work=float(work[busiest]),
        erlang_c=ask(busiest, math.inf),
        erlang_a=ask(busiest, patience_s),
        mean_erlang_c=_mean(erlang_c, weights),
        mean_erlang_a=_mean(erlang_a, weights),
        overloaded_share=float(weights[stuck].sum() / weights.sum()),
    )


def _representative(offered: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[int]:
    """Intervals with contacts, thinned evenly where there are very many."""
    there = np.flatnonzero(offered > 0)
    step = max(1, math.ceil(len(there) / MOST_INTERVALS))
    return [int(i) for i in there[::step]]


def between(load: float, agents: float, handle_s: float, patience_s: float, within_s: float) -> Formula:
    """Erlang A for ``load`` Erlang on agents that need not be a whole number (patience ``inf``: Erlang C)."""
    if load <= 0 and agents > 0:
        return Formula(1.0, 0.0, 0.0)
    if handle_s <= 0:
        return Formula(1.0 if agents else 0.0, 0.0 if agents else math.inf, 0.0)
    if math.isinf(patience_s):
        return _erlang_c(load, agents, handle_s, within_s)
    low = math.floor(agents + 1e-6)
    under = _erlang_a(load, low, handle_s, patience_s, within_s)
    rest = agents - low
    if rest < 1e-6:
        return under
    over = _erlang_a(load, low + 1, handle_s, patience_s, within_s)

    def mix(of: Callable[[Formula], float]) -> float:
        return of(under) + rest * (of(over) - of(under))

    return Formula(
        mix(lambda f: f.service_level), mix(lambda f: f.mean_wait_s), mix(lambda f: f.abandonment_rate)
    )


def _erlang_c(load: float, agents: float, handle_s: float, within_s: float) -> Formula:
    """Erlang C for any number of agents, not only whole ones.

    Between whole numbers the loss formula is Fry's integral, ``1 / B(x) = a * integral of exp(-a t)
    (1 + t)^x`` (Jagerman 1974), here by Gauss-Laguerre for the fraction of an agent, then recursion.
    """
    if load >= agents:
        return Formula(0.0, math.inf, 0.0)
    whole = math.floor(agents)
    nodes, weights = np.polynomial.laguerre.laggauss(32)
    lost = 1 / float(weights @ (1 + nodes / load) ** (agents - whole))
    for n in range(whole):
        here = agents - whole + n + 1
        lost = load * lost / (here + load * lost)
    waits = agents * lost / (agents - load * (1 - lost))
    drain_rate = (agents - load) / handle_s
    return Formula(1 - waits * math.exp(-drain_rate * within_s), waits / drain_rate, 0.0)


def _erlang_a(load: float, agents: int, handle_s: float, patience_s: float, within_s: float) -> Formula:
    said = theory.erlang_a(load / handle_s, handle_s, patience_s, agents, within_s)
    return Formula(said.service_level, said.mean_wait_s, said.abandonment_rate)


def _mean(formulas: list[Formula], weights: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Formula:
    return Formula(
        float(np.average([f.service_level for f in formulas], weights=weights)),
        float(np.average([f.mean_wait_s for f in formulas], weights=weights)),
        float(np.average([f.abandonment_rate for f in formulas], weights=weights)),
    )


def factor_of_misses(program: Program, load: Load, queue: int, more: npt.NDArray[np.float64]) -> float:
    """By which factor ``more`` agents (intervals,) multiply the share of contacts outside the target time.

    Erlang A with them over Erlang A without, over all intervals by volume; nan where it expects no miss.
    """
    offered = load.contacts[:, queue]
    within_s = float(program.labels.target_within_us[queue]) / SECOND
    patience_s = program.queue_plans[queue].patience.mean()
    agents, work = load.agents_for(queue), load.work_beside(queue)
    some = _representative(offered)
    answers: dict[tuple[float, float, float, float], Formula] = {}

    def missed(extra: npt.NDArray[np.float64]) -> float:
        levels = []
        for i in some:
            handle = float(load.erlangs[i, queue] / offered[i]) * load.interval_us / SECOND
            key = (
                round(float(max(work[i], load.erlangs[i, queue])), 2),
                round(float(agents[i] + extra[i]), 2),
                round(handle, 3),
                patience_s,
            )
            if key not in answers:
                answers[key] = between(*key, within_s)
            levels.append(answers[key].service_level)
        return 1 - float(np.average(levels, weights=offered[some]))

    now = missed(np.zeros_like(offered)) if some else 0.0
    return missed(more) / now if now > 1e-9 else math.nan


def agents_for_target(program: Program, load: Load, queue: int) -> float:
    """Agents at the phone with which Erlang A meets the target at the busiest interval; nan: no answer."""
    labels = program.labels
    share = float(labels.target_share[queue])
    offered = load.contacts[:, queue]
    if not offered.any() or math.isnan(share) or share >= 1:
        return math.nan
    busiest = int(np.argmax(load.erlangs[:, queue]))
    handle = float(load.erlangs[busiest, queue] / offered[busiest]) * load.interval_us / SECOND
    work = max(float(load.work_beside(queue)[busiest]), float(load.erlangs[busiest, queue]))
    patience_s = program.queue_plans[queue].patience.mean()
    if handle <= 0 or work <= 0:
        return math.nan
    within_s = float(labels.target_within_us[queue]) / SECOND
    return float(theory.agents_needed_erlang_a(work / handle, handle, patience_s, share, within_s))
