"""Would the comparisons notice an error of 1 %? In the long version everywhere, by 7 standard errors or more.

Each model is solved again with 1 % more work and with 1 % more arrivals. At least one of the figures that
the comparisons look at moves by more than 7 of the standard errors that they insist on: a run that is 1 % off
is outside the band of 4 even where luck pulls it back by 3.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from tests.theory.estimate import SMALL_ERROR, SMALL_RELATIVE_ERROR
from tests.theory.exact import announced_wait, callbacks, chat, conversations, general_patience, silent
from tests.theory.exact.designs import Design, v_design
from tests.theory.exact.longest_idle import LongestIdle
from tests.theory.exact.preemption import TwoClasses
from tests.theory.exact.reserve import Reserve
from tests.theory.exact.retrials import RetrialLine
from tests.theory.exact.tiers import TwoTiers, WarmTiers

LONG = 0.5  # scale of the long version

Figures = tuple[list[float], list[float]]  # probabilities, durations
Model = Callable[[float, float], Figures]  # of factors on work and on arrivals


def _chat(work: float, volume: float) -> Figures:
    got = chat.ChatDesk(0.16 * volume, 60 * work, 90, 4, (1.0, 1.15, 1.35), False, 60).solve()
    return [got.wait_probability, got.abandonment_rate], [got.session_s, got.mean_wait_s]


def _conversations(work: float, volume: float) -> Figures:
    desk = conversations.ConversationDesk(0.03 * volume, 15 * work, 3.0, 25, 60, 1, (1.0, 1.2, 1.4, 1.5), 50)
    got = desk.solve()
    return [got.wait_probability, got.abandonment_rate], [got.session_s, got.mean_wait_s]


def _silent(work: float, volume: float) -> Figures:
    got = silent.SilentLine(0.18 * volume, 20 * work, 30, 3, 7, 0.5, 8).solve()
    return [got.blocked, got.answered, got.silent], [got.in_line / 0.18 / volume]


def _retrials(work: float, volume: float) -> Figures:
    line = RetrialLine(0.175 * volume, 20 * work, 5, 15, caps=(0, 130))
    got = line.solve()
    return [got.blocked], [got.retry_rate / line.rate]


def _redials(work: float, volume: float) -> Figures:
    line = RetrialLine(0.275 * volume, 20 * work, 5, 40, 0.6, None, 20, (60, 70))
    got = line.solve()
    return [got.blocked], [got.waiting / (line.rate + got.retry_rate)]


def _jackson(work: float, volume: float) -> Figures:
    network = TwoTiers((0.16 * volume, 0.02 * volume), (5, 3), (20 * work, 25 * work), 0.3)
    one, two = network.product_form()
    return [one.wait_probability, two.wait_probability], []


def _two_tiers(work: float, volume: float) -> Figures:
    one, two, both = TwoTiers(
        (0.28 * volume, 0.03 * volume), (5, 3), (20 * work, 25 * work), 0.4, (30, 40)
    ).solve()
    rates = [one.wait_probability, two.wait_probability, one.abandonment_rate, two.abandonment_rate, both]
    return rates, [one.mean_wait_s, two.mean_wait_s]


def _warm(work: float, volume: float) -> Figures:
    one, two, _ = WarmTiers(0.2 * volume, (6, 3), (20 * work, 25 * work), 10, 0.3, (30, 40), 60).solve()
    return [one.wait_probability, two.wait_probability, one.abandonment_rate], []


def _design(design: Design) -> Model:
    def figures(work: float, volume: float) -> Figures:
        queues, _ = Design(
            tuple(rate * volume for rate in design.rates),
            design.patience_s,
            design.agents,
            tuple(handle * work for handle in design.handle_s),
            design.asks,
            design.takes,
            design.caps,
        ).solve()
        return [q.wait_probability for q in queues], [q.mean_wait_s for q in queues]

    return figures


def _longest_idle(work: float, volume: float) -> Figures:
    got = LongestIdle(
        (0.08 * volume, 0.05 * volume),
        (frozenset({0}), frozenset({0}), frozenset({0, 1}), frozenset({0, 1})),
        (0.05 / work, 0.05 / work, 0.04 / work, 0.04 / work),
    ).product_form()
    return list(got.wait_probability), list(got.mean_wait_s)


def _callbacks(work: float, volume: float) -> Figures:
    got = callbacks.CallbackLine(0.17 * volume, 21 * work, 40, 3, 7, 3, 0.4, 5, 0.1).solve()
    return [got.blocked, got.wait_probability, got.accepted, got.abandoned], [got.waited_s]


def _overflow(work: float, volume: float) -> Figures:
    line = general_patience.solve(
        0.22 * volume, 20 * work, 5, lambda x: (x < 10.0) * 1.0, [0.5 * i for i in range(500)]
    )
    return [line.wait_probability, line.abandonment_rate], [line.mean_wait_s]


def _reserve(work: float, volume: float) -> Figures:
    one, two = Reserve((0.1 * volume, 0.25 * volume), (30, 30), 8, 2, 20 * work, (30, 60)).solve()
    return [one.wait_probability, two.wait_probability, two.abandonment_rate], [two.mean_wait_s]


def _interruptions(work: float, volume: float) -> Figures:
    got = TwoClasses((0.08 * volume, 0.08 * volume), (20 * work, 20 * work), 4, (60, 160)).solve()
    return [got.urgent_wait_probability, got.interruptions], [got.urgent_time_s, got.other_time_s]


def _announced(work: float, volume: float) -> Figures:
    got = announced_wait.solve(0.05 * volume, 20 * work, lambda told: math.exp(-told / 60))
    return [got.balked, got.wait_probability], [got.mean_wait_s]


MODELS: dict[str, Model] = {
    "chat": _chat,
    "conversations": _conversations,
    "silent abandonment": _silent,
    "retrials": _retrials,
    "redials": _redials,
    "Jackson network": _jackson,
    "two tiers": _two_tiers,
    "warm hand-over": _warm,
    "V": _design(v_design((0.14, 0.2), 30.0, 7, 20.0)),
    "longest idle": _longest_idle,
    "callbacks": _callbacks,
    "overflow": _overflow,
    "reserve": _reserve,
    "interruptions": _interruptions,
    "announcements": _announced,
}


@pytest.mark.parametrize("name", MODELS)
def test_one_per_cent_would_be_noticed(name: str) -> None:
    right = MODELS[name](1.0, 1.0)
    for work, volume in ((1.01, 1.0), (1.0, 1.01)):
        wrong = MODELS[name](work, volume)
        chances = np.abs(np.subtract(wrong[0], right[0])) / (SMALL_ERROR * LONG)
        times = np.abs(np.subtract(wrong[1], right[1])) / (SMALL_RELATIVE_ERROR * LONG * np.array(right[1]))
        moved = float(max([*chances, *times]))
        print(f"{name}, work x {work}, arrivals x {volume}: {moved:.1f} standard errors")
        assert moved > 7
