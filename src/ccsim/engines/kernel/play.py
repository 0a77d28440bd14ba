"""The calendar: the earliest of what can come next, until the run ends."""

from __future__ import annotations

import numpy as np

from ccsim.engines.compiling import compiled_and_kept
from ccsim.engines.kernel.heaps import heap_pop, heap_push
from ccsim.engines.kernel.layout import (
    ARRIVES,
    CLOSES,
    DEADLINES,
    DONE,
    DUTY_CHANGES,
    FAR,
    GIVES_UP,
    HANDLE_ENDS,
    KEY_BITS,
    OF_AGENTS,
    TALK_ENDS,
    Luck,
    Now,
    Pages,
    World,
)
from ccsim.engines.kernel.transitions import (
    on_arrives,
    on_closes,
    on_duty_changes,
    on_gives_up,
    on_handle_ends,
    on_run_ends,
    on_talk_ends,
)


@compiled_and_kept
def play(world: World, luck: Luck, now: Now, pages: Pages, run_ends_at: int) -> None:
    """Run everything."""
    arrivals, closings = len(luck.arrived_at), len(world.closing_at)
    for agent in range(len(luck.duty_first) - 1):
        if luck.duty_first[agent] < luck.duty_first[agent + 1]:
            key = (np.int64(DUTY_CHANGES) << KEY_BITS) | agent
            heap_push(
                now.agent_time, now.agent_key, now.count[DONE], luck.duty_at[luck.duty_first[agent]], key
            )
            now.count[DONE] += 1
    contact = closing = 0
    while True:
        time, kind = FAR, ARRIVES
        if contact < arrivals:
            time = luck.arrived_at[contact]
        if closing < closings and world.closing_at[closing] <= time:
            time, kind = world.closing_at[closing], CLOSES
        if now.count[DEADLINES] > 0 and now.gives_up_time[0] <= time:
            time, kind = now.gives_up_time[0], GIVES_UP
        if now.count[DONE] > 0 and now.agent_time[0] <= time:
            time, kind = now.agent_time[0], OF_AGENTS
        if time > run_ends_at:
            break
        if kind == ARRIVES:
            on_arrives(world, luck, now, pages, contact, time)
            contact += 1
        elif kind == OF_AGENTS:
            key = now.agent_key[0]
            heap_pop(now.agent_time, now.agent_key, now.count[DONE])
            now.count[DONE] -= 1
            agent = key & ((np.int64(1) << KEY_BITS) - 1)
            kind = key >> KEY_BITS
            if kind == HANDLE_ENDS:
                on_handle_ends(world, luck, now, pages, agent, time)
            elif kind == TALK_ENDS:
                on_talk_ends(luck, now, pages, agent, time)
            else:
                on_duty_changes(world, luck, now, pages, agent, time)
        elif kind == GIVES_UP:
            leg = now.gives_up_key[0]
            heap_pop(now.gives_up_time, now.gives_up_key, now.count[DEADLINES])
            now.count[DEADLINES] -= 1
            on_gives_up(world, luck, now, pages, leg, time)
        else:
            on_closes(world, luck, now, pages, closing, time)
            closing += 1
    on_run_ends(world, now, pages, run_ends_at)
