"""The same luck with every time rounded, so that many things happen at one instant."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ccsim.compiler import Program
from ccsim.draws import Draws
from ccsim.kinds import NEVER

STEP = 5_000_000  # 5 s


def rounded(times: npt.NDArray[np.int64], step: int = STEP) -> npt.NDArray[np.int64]:
    """Nearest multiples of the step; what never comes stays so."""
    return np.where(times >= NEVER, times, (times + step // 2) // step * step)


def with_ties(program: Program, draws: Draws) -> tuple[Program, Draws]:
    """Program and Draws with all times on a grid of 5 s."""
    at = rounded(draws.duty_at)
    order = np.lexsort((draws.duty_agent, at))
    at, agent, state = at[order], draws.duty_agent[order], draws.duty_state[order]
    # of several changes of one agent at one instant the last holds
    last = np.append((at[1:] != at[:-1]) | (agent[1:] != agent[:-1]), True)[: len(at)]
    return replace(program, closing_at=rounded(program.closing_at)), replace(
        draws,
        arrived_at=rounded(draws.arrived_at),
        patience=rounded(draws.patience),
        talk=rounded(draws.talk),
        wrap_up=rounded(draws.wrap_up),
        duty_at=at[last],
        duty_agent=agent[last],
        duty_state=state[last],
    )
