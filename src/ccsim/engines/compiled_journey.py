"""The compiled engine where anything of the journey is on: makes the kernel's memory, enlarges it, reads it.

See :mod:`ccsim.engines.kernel.journey.memory` and ``rows`` for what stands where.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ccsim.compiler.journey import MOST_SLOTS
from ccsim.compiler.program import Program
from ccsim.draws import Draws
from ccsim.engines.kernel.journey import rows
from ccsim.engines.kernel.journey.play import FEW, FULL
from ccsim.errors import EngineError
from ccsim.log import (
    CONTACTS_DTYPE,
    ISSUES_DTYPE,
    LEGS_DTYPE,
    PIECES_DTYPE,
    SESSIONS_DTYPE,
    STRETCHES_DTYPE,
    Dtypes,
    IntArray,
    Log,
)

Table = npt.NDArray[Any]
BLOCK = 4096  # rows of the kernel's tables: less than a core's own cache holds
# tables that grow with a run: the count of rows in use, and the room for rows
GROWING = {
    "contacts": "contact",
    "legs": "leg",
    "line_links": "leg",
    "to_come": "to_come",
    "sessions": "session",
    "pieces": "piece",
    "soon": "soon",
    "later": "later",
}


class Memory:
    """The tables of one run, and the row of integers through which the kernel reaches them.

    ``spare``: rows that there is room for at first beyond the fresh contacts; as it is, enough for most runs.
    """

    def __init__(self, program: Program, draws: Draws, spare: int | None = None) -> None:
        self._spare = 4 * len(draws.luck) + FEW if spare is None else spare
        self.tables: dict[str, Table] = {}
        self.center = np.zeros(1, rows.CENTER)
        self._of_queues(program)
        self._of_pools(program)
        self._of_plans(program)
        self._of_people(program, draws)
        self._of_draws(draws)
        self._begin_to_grow()

    def play(self, play: Callable[[Table, int], int]) -> None:
        """Run to the end, with more room as often as it takes.

        Raises EngineError where one event filled a whole table: no center that can be written does that.
        """
        self._tell_addresses()
        status = play(self.center, 1)
        while status == FULL:
            self._grow()
            self._tell_addresses()
            status = play(self.center, 0)
        if self["overrun"]:
            raise EngineError("a contact went from queue to queue without an end within one moment")

    def __getitem__(self, name: str) -> int:
        return int(self.center[name][0])

    def rows(self, name: str, count: int) -> Table:
        """The rows of a table that are in use."""
        return self.tables[name][:count]

    # -- laying out -----------------------------------------------------------------------------------------

    def _set(self, **numbers: int) -> None:
        for name, number in numbers.items():
            self.center[name] = number

    def _table(self, name: str, count: int, **columns: npt.ArrayLike) -> Table:
        table = self.tables[name] = np.zeros(count, rows.ROWS[name])
        for column, values in columns.items():
            table[column] = values
        return table

    def _cells(self, **columns: npt.ArrayLike) -> None:
        for name, values in columns.items():
            self.tables[name] = np.ascontiguousarray(values, dtype=np.int64).reshape(-1)

    def _of_queues(self, program: Program) -> None:
        journey, queues = program.journey, len(program.lines)
        table = self._table(
            "queues",
            queues,
            salt=journey.salt,
            talk_table=journey.talk_table,
            wrap_up_table=journey.wrap_up_table,
            patience_table=journey.patience_table,
            places=program.waiting_places,
            lines=program.lines,
            priority_base=program.priority_base,
            priority_growth=program.priority_growth,
            weight=journey.pairs.queue_weight,
        )
        for plan, names in rows.BY_QUEUE.items():
            for name in names:
                table[f"{plan}_{name}"] = getattr(getattr(journey, plan), name)
        for kind, first in (
            ("pool", program.routing.agent_start),
            ("window", journey.hours.first),
            ("ring", journey.pairs.ring_first),
            ("front", journey.fronts.first),
        ):
            table[f"first_{kind}"], table[f"end_{kind}"] = first[:-1], first[1:]
        self._table("line_ends", queues, head=-1, tail=-1)
        self._cells(
            pace=journey.slots.pace,
            to_share=journey.resolution.to_share,
            needs_share=journey.tiers.needs_share,
            ring_after=journey.pairs.ring_after,
            front_of=journey.fronts.of,
        )
        self._set(queue_count=queues, most_slots=int(journey.slots.slots.max(initial=1)))

    def _of_pools(self, program: Program) -> None:
        routing, journey = program.routing, program.journey
        pools = len(routing.contact_start) - 1
        self._table(
            "pools",
            pools,
            first_queue=routing.contact_start[:-1],
            end_queue=routing.contact_start[1:],
            keep=journey.pairs.keep,
            authority=journey.tiers.authority,
            bonus=journey.resolution.bonus,
        )
        pairs = journey.pairs
        self._table(
            "pairs",
            pairs.after.size,
            factor=np.asarray(routing.handle_factor).reshape(-1),
            after=pairs.after.reshape(-1),
            after_planned=pairs.after.reshape(-1),
            kept_for=pairs.kept_for.reshape(-1),
            weight=pairs.weight.reshape(-1),
        )
        self._table(
            "agent_rows",
            len(routing.agent_pools),
            before=routing.agent_rank_before,
            after=routing.agent_rank_after,
            pool=routing.agent_pools,
        )
        self._table(
            "contact_rows",
            len(routing.contact_queues),
            preference=routing.contact_preference,
            queue=routing.contact_queues,
        )
        crowds = 1 + (int(journey.slots.channel.max(initial=0)) + 1) * MOST_SLOTS
        self._table("crowds", pools * crowds, head=-1, tail=-1)
        self._table("busy", pools, head=-1, tail=-1)
        self._cells(criteria=routing.contact_criteria, day_pace=journey.bad_days.pace)
        self._set(
            pool_count=pools,
            crowds_each=crowds,
            criterion_count=len(routing.contact_criteria),
            days=journey.bad_days.pace.shape[1],
        )

    def _of_plans(self, program: Program) -> None:
        journey = program.journey
        hours, fronts, rules, bad = journey.hours, journey.fronts, journey.rules, journey.bad_days
        self._table("windows", len(hours.open_from), from_at=hours.open_from, to_at=hours.open_to)
        columns = {name: getattr(fronts, name) for name in rows.BY_FRONT}
        columns |= {"first_down": fronts.down_first[:-1], "end_down": fronts.down_first[1:]}
        self._table("fronts", len(fronts.kind), **columns)
        self._table(
            "front_pairs",
            fronts.enters_chance.size,
            enters_chance=fronts.enters_chance.reshape(-1),
            contained=fronts.contained.reshape(-1),
            bounce_to=fronts.bounce_to.reshape(-1),
            walk_chance=fronts.walk_chance.reshape(-1),
        )
        self._cells(wrong_share=fronts.wrong_share, tables=journey.tables)
        self._table("downs", len(fronts.down_from), from_at=fronts.down_from, to_at=fronts.down_to)
        self._table(
            "slows",
            len(bad.slow_from),
            from_at=bad.slow_from,
            to_at=bad.slow_to,
            pool=bad.slow_pool,
            factor=bad.slow_factor,
        )
        self._table(
            "twices",
            len(bad.twice_from),
            from_at=bad.twice_from,
            to_at=bad.twice_to,
            queue=bad.twice_queue,
            chance=bad.twice_chance,
            to_queue=bad.twice_to_queue,
            table=bad.twice_table,
        )
        names = ("condition", "watched", "threshold", "window", "within", "pool", "queue")
        table = self._table("rules", len(rules.queue), **{name: getattr(rules, name) for name in names})
        periods = np.maximum(rules.window, 1)
        table["first_period"] = np.cumsum(periods) - periods
        self._table("periods", int(periods.sum()))
        self._table(
            "closings",
            len(program.closing_at),
            at=program.closing_at,
            queue=program.closing_queue,
            rule=program.closing_rule,
        )
        self._set(
            run_ends_at=program.run_ends_at,
            front_count=len(fronts.kind),
            rule_count=len(rules.queue),
            rules_every=rules.every,
            slow_count=len(bad.slow_from),
            twice_count=len(bad.twice_from),
            closing_count=len(program.closing_at),
            threshold_table=journey.resolution.threshold_table,
        )

    def _of_people(self, program: Program, draws: Draws) -> None:
        agents = len(program.agent_pool)
        by_agent = np.argsort(draws.duty_agent, kind="stable")
        first = np.searchsorted(draws.duty_agent[by_agent], np.arange(agents + 1))
        self._table(
            "agents",
            agents,
            pool=program.agent_pool,
            first_change=first[:-1],
            end_change=first[1:],
            next_change=first[:-1],
            crowd=-1,
            held_for=-1,
            awaits=-1,
            stretch=-1,
        )
        self._table("changes", len(by_agent), at=draws.duty_at[by_agent], state=draws.duty_state[by_agent])
        self._table("stretches", len(by_agent))  # a stretch begins only where a timetable changes
        self._table("hands", agents * self["most_slots"], leg=-1)
        self._table("put_down", self["most_slots"], leg=-1)
        self._table("helpers", agents)
        self._table("planned", agents + len(program.closing_at) + 1)  # each of them, and the rules, once
        self._table("crowd_links", agents, next=-1, before=-1)
        self._table("busy_links", agents, next=-1, before=-1)
        self._set(agent_count=agents)

    def _of_draws(self, draws: Draws) -> None:
        count = len(draws.arrived_at)
        self._cells(
            keys=draws.key,
            first_queue=draws.queue,
            first_cause=draws.cause,
            arrived_at=draws.arrived_at,
            patience=draws.patience,
            talk=draws.talk,
            wrap_up=draws.wrap_up,
        )
        self.tables["issues"] = np.empty(count, rows.ROWS["issues"])
        self.tables["contacts"] = np.empty(count + self._spare, rows.ROWS["contacts"])
        self._set(fresh=count, contact_count=count)

    # -- room -----------------------------------------------------------------------------------------------

    def _begin_to_grow(self) -> None:
        """First room for what grows; memory that is never written to costs nothing."""
        for name, number in GROWING.items():
            if name not in self.tables:
                self.tables[name] = np.empty(self._spare, rows.ROWS[name])
            self.center[f"{number}_room"] = len(self.tables[name])
        self._grow()

    def _grow(self) -> None:
        """Where the next event might not fit, twice the room that it takes."""
        for name, number in GROWING.items():
            least, table = self[f"{number}_count"] + self._share_of_an_event(), self.tables[name]
            if least > len(table):
                self.tables[name] = np.empty(2 * least, table.dtype)
                self.tables[name][: len(table)] = table
            self.center[f"{number}_room"] = len(self.tables[name])

    def _share_of_an_event(self) -> int:
        slots = self["most_slots"]
        people = FEW + 2 * self["agent_count"] * slots + self["waiting"]
        return people * (slots + 1) + (self["queue_count"] + self["front_count"] + self["closing_count"])

    def _tell_addresses(self) -> None:
        for name, table in self.tables.items():
            self.center[name] = table.ctypes.data


def log_of(program: Program, draws: Draws, run: Memory) -> Log:
    """The Log of a run that is over."""
    contacts = run.rows("contacts", run["contact_count"])
    issue = np.ascontiguousarray(contacts["issue"])
    issues = run.tables["issues"]
    return Log(
        _columns(contacts, CONTACTS_DTYPE, luck=draws.luck[issue]),
        _columns(run.rows("legs", run["leg_count"]), LEGS_DTYPE),
        _columns(run.rows("stretches", run["stretch_count"]), STRETCHES_DTYPE),
        program.labels,
        _columns(issues, ISSUES_DTYPE, pending=issues["alive"]),
        _columns(run.rows("sessions", run["session_count"]), SESSIONS_DTYPE),
        _columns(run.rows("pieces", run["piece_count"]), PIECES_DTYPE),
    )


def _columns(table: Table, dtypes: Dtypes, **other: IntArray) -> Mapping[str, IntArray]:
    """Columns of the Log; ``other``: those that the table does not have under their name.

    Block by block, so that each row is fetched into the processor's cache once and not for every column.
    """
    columns = {name: np.empty(len(table), dtype) for name, dtype in dtypes.items()}
    sources = {name: other[name] if name in other else table[name] for name in columns}
    for begin in range(0, len(table), BLOCK):
        block = slice(begin, begin + BLOCK)
        for name, column in columns.items():
            column[block] = sources[name][block]
    return columns
