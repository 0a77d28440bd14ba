"""What stands where: rows of the kernel's tables, reached through one pointer.

``center`` is one row of plain integers: the clock, how many rows are in use, and the address of each table.
A table is an array of rows with named fields (:mod:`rows`), or of bare int64. Functions of the kernel take
``center`` and reach any cell of any table through it. Handing them the tables themselves makes numba pass
some hundred arguments at every call; compiling then takes several times as long, most of it spent on
weighing which calls to inline.

Nothing here checks a row number. Tables never move while the kernel runs: where one could overflow, the
kernel stops between two events, and the caller comes back with larger ones (:func:`play.play_journey`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numba.core import types
from numba.extending import intrinsic
from numba.np import numpy_support

from ccsim.engines.kernel.journey.rows import ROWS

Center = Any  # a row of CENTER
Row = Any  # a row of any other table


def _reader(row: np.dtype[Any]) -> Callable[[int, int], Row]:
    """A function of the kernel: address of a table, number of a row -> that row."""
    record = numpy_support.from_dtype(row)

    @intrinsic
    def read(_typing: Any, address: Any, number: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            size = context.get_constant(types.int64, row.itemsize)
            place = builder.add(arguments[0], builder.mul(arguments[1], size))
            return builder.inttoptr(place, context.get_value_type(record))

        return record(types.int64, types.int64), generate

    return cast(Any, read)


@intrinsic
def _read_cell(_typing: Any, address: Any, number: Any) -> Any:
    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        size = context.get_constant(types.int64, 8)
        place = builder.add(arguments[0], builder.mul(arguments[1], size))
        pointer = builder.inttoptr(place, context.get_value_type(types.int64).as_pointer())
        return builder.load(pointer)

    return types.int64(types.int64, types.int64), generate


cell: Callable[[int, int], int] = cast(Any, _read_cell)  # the value of a table of bare int64 at a place
queue_at = _reader(ROWS["queues"])
pool_at = _reader(ROWS["pools"])
pair_at = _reader(ROWS["pairs"])
front_at = _reader(ROWS["fronts"])
front_pair_at = _reader(ROWS["front_pairs"])
agent_row_at = _reader(ROWS["agent_rows"])
contact_row_at = _reader(ROWS["contact_rows"])
window_at = _reader(ROWS["windows"])
slow_at = _reader(ROWS["slows"])
twice_at = _reader(ROWS["twices"])
rule_at = _reader(ROWS["rules"])
period_at = _reader(ROWS["periods"])
closing_at = _reader(ROWS["closings"])
change_at = _reader(ROWS["changes"])
agent_at = _reader(ROWS["agents"])
hand_at = _reader(ROWS["hands"])
helper_at = _reader(ROWS["helpers"])
ends_at = _reader(ROWS["crowds"])
link_at = _reader(ROWS["crowd_links"])
issue_at = _reader(ROWS["issues"])
contact_at = _reader(ROWS["contacts"])
leg_at = _reader(ROWS["legs"])
to_come_at = _reader(ROWS["to_come"])
session_at = _reader(ROWS["sessions"])
piece_at = _reader(ROWS["pieces"])
stretch_at = _reader(ROWS["stretches"])
entry_at = _reader(ROWS["soon"])
