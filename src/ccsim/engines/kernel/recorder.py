"""Writes the pages of the Log; see :mod:`ccsim.engines.recorder`."""

from __future__ import annotations

from ccsim.engines.compiling import compiled
from ccsim.engines.kernel.layout import ANSWERED, OFF, OPEN, STRETCHES, Now, Pages


@compiled
def cut_off(pages: Pages, leg: int, time: int) -> None:
    pages.outcome[leg] = ANSWERED if pages.talk_ended_at[leg] <= time else OPEN
    pages.talk_ended_at[leg] = min(pages.talk_ended_at[leg], time)
    pages.ended_at[leg] = time


@compiled
def record_state(now: Now, pages: Pages, agent: int, state: int, time: int) -> None:
    row = now.stretch[agent]
    if row >= 0:
        if pages.stretch_state[row] == state:
            return
        pages.stretch_to[row] = time
        now.stretch[agent] = -1
    if state != OFF:
        row = now.count[STRETCHES]
        now.count[STRETCHES] += 1
        pages.stretch_agent[row] = agent
        pages.stretch_state[row] = state
        pages.stretch_from[row] = time
        now.stretch[agent] = row
