"""The calendar: the earliest of what can come next, until the run ends."""

from __future__ import annotations

import numpy as np

from ccsim.engines.compiling import compiled_and_kept
from ccsim.engines.kernel.heaps import heap_pop
from ccsim.engines.kernel.layout import (
    ARRIVES,
    CLOSES,
    COMPLETION,
    DEADLINES,
    DONE,
    DUTY,
    FAR,
    GIVES_UP,
    HANDLE_ENDS,
    KEY_BITS,
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
def play(world: World, luck: Luck, now: Now, pages: Pages, run_ends_at: int) -> int:
    """Run everything; returns the number of transitions."""
    arrivals, duties, closings = len(luck.arrived_at), len(luck.duty_at), len(world.closing_at)
    contact = duty = closing = 0
    events = 0
    while True:
        time, kind = FAR, ARRIVES
        if contact < arrivals:
            time = luck.arrived_at[contact]
        if closing < closings and world.closing_at[closing] <= time:
            time, kind = world.closing_at[closing], CLOSES
        if now.count[DEADLINES] > 0 and now.gives_up_time[0] <= time:
            time, kind = now.gives_up_time[0], GIVES_UP
        if now.count[DONE] > 0 and now.done_time[0] <= time:
            time, kind = now.done_time[0], COMPLETION
        if duty < duties and luck.duty_at[duty] <= time:
            time, kind = luck.duty_at[duty], DUTY
        if time > run_ends_at:
            break
        events += 1
        if kind == ARRIVES:
            on_arrives(world, luck, now, pages, contact, time)
            contact += 1
        elif kind == COMPLETION:
            key = now.done_key[0]
            heap_pop(now.done_time, now.done_key, now.count[DONE])
            now.count[DONE] -= 1
            agent = key & ((np.int64(1) << KEY_BITS) - 1)
            if key >> KEY_BITS == HANDLE_ENDS:
                on_handle_ends(world, luck, now, pages, agent, time)
            else:
                on_talk_ends(luck, now, pages, agent, time)
        elif kind == GIVES_UP:
            leg = now.gives_up_key[0]
            heap_pop(now.gives_up_time, now.gives_up_key, now.count[DEADLINES])
            now.count[DEADLINES] -= 1
            on_gives_up(world, luck, now, pages, leg, time)
        elif kind == DUTY:
            on_duty_changes(world, luck, now, pages, luck.duty_agent[duty], luck.duty_state[duty], time)
            duty += 1
        else:
            on_closes(world, luck, now, pages, closing, time)
            closing += 1
    on_run_ends(world, now, pages, run_ends_at)
    return events
