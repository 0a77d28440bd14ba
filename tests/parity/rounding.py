"""The same luck with every time rounded, so that many things happen at one instant."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ccsim.compiler import Program
from ccsim.compiler.journey import Journey
from ccsim.draws import Draws
from ccsim.kinds import NEVER

STEP = 5_000_000  # 5 s
# durations and moments of the plans of a journey; shares, scores, queues and numbers stay
TIMES = {
    "slots": ("reply_at_most",),
    "waits": ("mean_handle", "deflect_over", "callback_over", "callback_promise"),
    "promises": ("within", "escalate_before"),
    "hours": ("open_from", "open_to"),
    "fronts": ("loop", "down_from", "down_to", "active_from", "active_to"),
    "pairs": ("after", "ring_after"),
    "bad_days": ("slow_from", "slow_to", "twice_from", "twice_to"),
}


def rounded(times: npt.NDArray[np.int64], step: int = STEP) -> npt.NDArray[np.int64]:
    """Nearest multiples of the step; what never comes stays so, and what is nowhere (-1), too."""
    return np.where((times >= NEVER) | (times < 0), times, (times + step // 2) // step * step)


def with_ties(program: Program, draws: Draws, step: int = STEP) -> tuple[Program, Draws]:
    """Program and Draws with all times on a grid."""
    at = rounded(draws.duty_at, step)
    order = np.lexsort((draws.duty_agent, at))
    at, agent, state = at[order], draws.duty_agent[order], draws.duty_state[order]
    # of several changes of one agent at one instant the last holds
    last = np.append((at[1:] != at[:-1]) | (agent[1:] != agent[:-1]), True)[: len(at)]
    return replace(
        program,
        closing_at=rounded(program.closing_at, step),
        journey=_with_ties(program.journey, step) if program.journey.on else program.journey,
    ), replace(
        draws,
        arrived_at=rounded(draws.arrived_at, step),
        patience=rounded(draws.patience, step),
        talk=rounded(draws.talk, step),
        wrap_up=rounded(draws.wrap_up, step),
        duty_at=at[last],
        duty_agent=agent[last],
        duty_state=state[last],
    )


def _with_ties(journey: Journey, step: int) -> Journey:
    plans: dict[str, Any] = {
        name: replace(
            getattr(journey, name),
            **{column: rounded(getattr(getattr(journey, name), column), step) for column in columns},
        )
        for name, columns in TIMES.items()
    }
    return replace(journey, tables=_steps(journey, step), **plans)


def _steps(journey: Journey, step: int) -> npt.NDArray[np.int64]:
    """Tables of durations on the grid: what is looked up lies between two entries, which are mostly equal."""
    scores = {journey.resolution.threshold_table, *journey.tiers.estimate_table.tolist()}
    tables = journey.tables.copy()
    for row in set(range(len(tables))) - scores:
        tables[row] = rounded(tables[row], step)
    return tables
