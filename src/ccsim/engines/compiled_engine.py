"""The compiled engine: lays out arrays, runs the kernel on them, wraps its pages into a Log.

For every Program and Draws its Log equals the SimPy engine's, cell for cell. numba is imported on first use.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ccsim.compiler.program import Program
from ccsim.draws import Draws
from ccsim.engines.base import Support
from ccsim.log import Log

if TYPE_CHECKING:
    from ccsim.engines.kernel.layout import Luck, Now, Pages, World

PLAIN, JOURNEY = "play", "play_journey"  # entries of the kernel
_warm: set[str] = set()  # entries that have run in this process
_warming = threading.Lock()


class CompiledEngine:
    """The same transitions as the SimPy engine, on arrays.

    ``on_compile`` is called once before the kernel is compiled, which takes some seconds on the first run on
    a machine; later runs load the kept machine code.
    """

    name = "compiled"

    def __init__(self, on_compile: Callable[[], None] | None = None) -> None:
        self._on_compile = on_compile

    def support(self, program: Program) -> Support:
        try:
            import numba  # noqa: F401
        except Exception as error:  # whatever stops the import, the other engine can run
            return Support(False, f"numba cannot be imported ({error})")
        return Support(True)

    def run(self, program: Program, draws: Draws) -> Log:
        return self._run_journey(program, draws) if program.journey.on else self._run_plain(program, draws)

    def _run_plain(self, program: Program, draws: Draws) -> Log:
        from ccsim.engines.kernel import layout  # numba comes with it
        from ccsim.engines.kernel.play import play

        now, pages = _now(layout, program, draws), _pages(layout, draws)
        world, luck = _world(layout, program), _luck(layout, draws, len(program.agent_pool))
        self._play(PLAIN, lambda: play(world, luck, now, pages, program.run_ends_at))
        return _log(program, draws, pages, int(now.count[layout.STRETCHES]))

    def _run_journey(self, program: Program, draws: Draws) -> Log:
        from ccsim.engines.compiled_journey import Memory, log_of
        from ccsim.engines.kernel.journey.play import play_journey

        memory = Memory(program, draws)
        self._play(JOURNEY, lambda: memory.play(play_journey))
        return log_of(program, draws, memory)

    def _play(self, entry: str, play: Callable[[], None]) -> None:
        """Run the kernel; an entry's first time in a process, one thread and one process at a time."""
        from ccsim.engines import compiling

        if entry in _warm:
            play()
            return
        with _warming, compiling.one_at_a_time():
            if entry not in _warm and not compiling.is_kept(entry) and self._on_compile is not None:
                self._on_compile()
            play()
            _warm.add(entry)


def _column(values: npt.ArrayLike, dtype: type) -> npt.NDArray[Any]:
    """An array of exactly the type that the kernel was compiled for."""
    return np.require(values, dtype=dtype, requirements=["C", "W"])


def _world(layout: Any, program: Program) -> World:
    routing = program.routing
    return layout.World(  # type: ignore[no-any-return]
        agent_start=_column(routing.agent_start, np.int32),
        agent_pools=_column(routing.agent_pools, np.int32),
        agent_rank_before=_column(routing.agent_rank_before, np.int32),
        agent_rank_after=_column(routing.agent_rank_after, np.int32),
        contact_start=_column(routing.contact_start, np.int32),
        contact_queues=_column(routing.contact_queues, np.int32),
        contact_preference=_column(routing.contact_preference, np.int32),
        contact_criteria=_column(routing.contact_criteria, np.int32),
        handle_factor=_column(routing.handle_factor, np.int64),
        agent_pool=_column(program.agent_pool, np.int32),
        priority_base=_column(program.priority_base, np.int64),
        priority_growth=_column(program.priority_growth, np.int64),
        waiting_places=_column(program.waiting_places, np.int64),
        lines=_column(program.lines, np.int64),
        closing_at=_column(program.closing_at, np.int64),
        closing_queue=_column(program.closing_queue, np.int32),
        closing_rule=_column(program.closing_rule, np.int32),
    )


def _luck(layout: Any, draws: Draws, agents: int) -> Luck:
    by_agent = np.argsort(draws.duty_agent, kind="stable")
    return layout.Luck(  # type: ignore[no-any-return]
        queue=_column(draws.queue, np.int16),
        arrived_at=_column(draws.arrived_at, np.int64),
        patience=_column(draws.patience, np.int64),
        talk=_column(draws.talk, np.int64),
        wrap_up=_column(draws.wrap_up, np.int64),
        duty_first=np.searchsorted(draws.duty_agent[by_agent], np.arange(agents + 1)).astype(np.int64),
        duty_at=_column(draws.duty_at[by_agent], np.int64),
        duty_state=_column(draws.duty_state[by_agent], np.int8),
    )


def _now(layout: Any, program: Program, draws: Draws) -> Now:
    legs, agents = len(draws.arrived_at), len(program.agent_pool)
    queues, pools = len(program.lines), len(program.routing.contact_start) - 1
    return layout.Now(  # type: ignore[no-any-return]
        free_head=np.full(pools, -1, np.int32),
        free_tail=np.full(pools, -1, np.int32),
        free_next=np.full(agents, -1, np.int32),
        free_prev=np.full(agents, -1, np.int32),
        is_free=np.zeros(agents, np.int8),
        idle_since=np.zeros(agents, np.int64),
        freed_order=np.zeros(agents, np.int64),
        wait_head=np.full(queues, -1, np.int32),
        wait_tail=np.full(queues, -1, np.int32),
        wait_next=np.empty(legs, np.int32),
        wait_prev=np.empty(legs, np.int32),
        waiting=np.zeros(queues, np.int64),
        on_line=np.zeros(queues, np.int64),
        holds_line=np.zeros(agents, np.int8),
        wanted=np.zeros(agents, np.int8),
        serving=np.full(agents, -1, np.int32),
        next_change=np.zeros(agents, np.int64),
        change_due=np.zeros(agents, np.int8),
        stretch=np.full(agents, -1, np.int32),
        # a leg ends its talk and its handling and gives up at most once, and an agent expects one change of
        # the timetable at a time, so no heap can overflow
        agent_time=np.empty(2 * legs + agents + 1, np.int64),
        agent_key=np.empty(2 * legs + agents + 1, np.int64),
        gives_up_time=np.empty(legs + 1, np.int64),
        gives_up_key=np.empty(legs + 1, np.int64),
        count=np.zeros(4, np.int64),
    )


def _pages(layout: Any, draws: Draws) -> Pages:
    legs, changes = len(draws.arrived_at), len(draws.duty_at)
    return layout.Pages(  # type: ignore[no-any-return]
        agent=np.full(legs, -1, np.int32),
        answered_at=np.full(legs, -1, np.int64),
        talk_ended_at=np.full(legs, -1, np.int64),
        ended_at=np.full(legs, -1, np.int64),
        outcome=np.zeros(legs, np.int8),
        # a stretch begins only where a timetable changes
        stretch_agent=np.empty(changes, np.int32),
        stretch_state=np.empty(changes, np.int8),
        stretch_from=np.empty(changes, np.int64),
        stretch_to=np.empty(changes, np.int64),
    )


def _log(program: Program, draws: Draws, pages: Any, stretches: int) -> Log:
    count = len(draws.arrived_at)
    legs = {
        "contact_row": np.arange(count, dtype=np.int32),
        "leg": np.ones(count, dtype=np.int8),
        "queue": draws.queue,
        "agent": pages.agent,
        "queued_at": draws.arrived_at,
        "answered_at": pages.answered_at,
        "talk_ended_at": pages.talk_ended_at,
        "ended_at": pages.ended_at,
        "outcome": pages.outcome,
    }
    written = {
        "agent": pages.stretch_agent[:stretches].copy(),
        "state": pages.stretch_state[:stretches].copy(),
        "from_at": pages.stretch_from[:stretches].copy(),
        "to_at": pages.stretch_to[:stretches].copy(),
    }
    return Log(draws.contacts(), legs, written, program.labels)
