"""What each service level counts at every threshold, and which intervals and days reached their target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ccsim.log import Labels
from ccsim.metrics.grid import sums_of
from ccsim.metrics.keys import Cells
from ccsim.metrics.legs import (
    ABANDONED,
    ANSWERED,
    BALKED,
    CALLBACK_IN_SERVICE,
    CALLBACK_WAITING,
    CALLED_BACK,
    CLEARED,
    DEFLECTED,
    IN_SERVICE,
    MOVED,
    PLAIN_KINDS,
    SHORT,
    SILENT,
    UNREACHED,
    WAITING,
)
from ccsim.metrics.service_level import VARIANTS, headline_variant

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]
IntAny = npt.NDArray[np.integer[Any]]
Name = str | tuple[str, int | None]  # of a measure; a pair when it depends on a threshold


@dataclass(frozen=True, slots=True)
class Places:
    """Where legs fall: queue x agent x slot, as far as the table needs to tell them apart."""

    row: Int64  # (legs,) row of ids
    ids: Int64  # (places,)
    queue: Int64  # (places,)
    slot: Int64  # (places,) 0 where time does not matter
    cell: Int64  # (places,) cell of the table; cells.count when in none


class Fold:
    """Adds the places of each cell up."""

    def __init__(self, cell: Int64, cells: int) -> None:
        self.cell = cell
        self.cells = cells
        self.alone = cells == 1 and not (cell == cells).any()

    def __call__(self, values: npt.NDArray[Any]) -> Float64:
        """(places,) -> (cells,)"""
        if self.alone:
            return np.array([float(values.sum())])
        return sums_of(self.cell, values, self.cells + 1)[: self.cells]


def thresholds_of(labels: Labels, wanted: tuple[int | None, ...]) -> Int64:
    """(thresholds, queues) microseconds; None stands for each queue's target."""
    target = labels.target_within_us.astype(np.int64)
    rows = [target if within is None else np.full(len(target), within, dtype=np.int64) for within in wanted]
    return np.array(rows, dtype=np.int64).reshape(len(wanted), len(target))


def up_to(count: Int64) -> Int64:
    """(places, kinds, bins) of contacts in each bin -> those in the bins up to each, in the same memory."""
    for place in range(1, count.shape[2]):
        count[:, :, place] += count[:, :, place - 1]
    return count


def level_parts(labels: Labels, queue: Int64, within: IntAny, rank: Int64) -> dict[str, IntAny]:
    """The parts of the service levels at one threshold, (places,) each.

    ``within`` (places, kinds, bins): contacts whose wait exceeds so many thresholds at most; ``rank``
    (queues,): how many thresholds of the queue are lower than this one.
    """
    total = within[:, :, -1]
    if len(rank) and (rank == rank[0]).all():
        inside = within[:, :, rank[0]]
    else:
        inside = np.take_along_axis(within, rank[queue][:, None, None], axis=2)[:, :, 0]
    short_applies = labels.short_abandon_us[queue] > 0
    parts: dict[str, IntAny] = {
        "reached": total[:, ANSWERED] + total[:, IN_SERVICE],
        "lost": total[:, ABANDONED] + total[:, SHORT] + total[:, BALKED] + total[:, CLEARED],
        "late": total[:, WAITING] - inside[:, WAITING],
        "reached_in": inside[:, ANSWERED] + inside[:, IN_SERVICE],
        "hung_up_in": inside[:, ABANDONED] + inside[:, SHORT] + inside[:, BALKED],
        "short_hung_up": total[:, SHORT] + np.where(short_applies, total[:, BALKED], 0),
    }
    parts |= _rare_parts(parts, total, inside)
    parts["good"], parts["base"] = _headline(labels, queue, parts)
    return parts


def _rare_parts(parts: dict[str, IntAny], total: IntAny, inside: IntAny) -> dict[str, IntAny]:
    """The parts that callbacks, flow-outs and silent abandonments have a share in."""
    if total.shape[1] == PLAIN_KINDS:
        nothing = np.zeros(len(total), dtype=np.int64)
        return {"callbacks_in": nothing, "callbacks_waiting_in": nothing, "flow_out": nothing}
    answered = total[:, CALLED_BACK] + total[:, CALLBACK_IN_SERVICE]
    answered_in = inside[:, CALLED_BACK] + inside[:, CALLBACK_IN_SERVICE]
    return {
        "reached": parts["reached"] + answered,
        "lost": parts["lost"] + total[:, SILENT] + total[:, UNREACHED],
        "late": parts["late"] + total[:, CALLBACK_WAITING] - inside[:, CALLBACK_WAITING],
        "reached_in": parts["reached_in"] + answered_in,
        "hung_up_in": parts["hung_up_in"] + inside[:, SILENT],
        "callbacks_in": answered - answered_in + total[:, UNREACHED] + total[:, CALLBACK_WAITING],
        "callbacks_waiting_in": inside[:, CALLBACK_WAITING],
        "flow_out": total[:, DEFLECTED] + total[:, MOVED],
    }


def _headline(labels: Labels, queue: Int64, parts: dict[str, IntAny]) -> tuple[Int64, Int64]:
    """Numerator and denominator by the variant of each place's queue."""
    names = [
        headline_variant(definition, int(limit))
        for definition, limit in zip(labels.target_definition, labels.short_abandon_us, strict=True)
    ]
    good, base = np.zeros(len(queue), dtype=np.int64), np.zeros(len(queue), dtype=np.int64)
    for name in dict.fromkeys(names):
        uses = np.array([other == name for other in names])[queue]
        for into, signed in ((good, VARIANTS[name].good), (base, VARIANTS[name].base)):
            for part in signed:
                value = parts[part.removeprefix("-")]
                into += np.where(uses, -value if part.startswith("-") else value, 0)
    return good, base


def judge(
    labels: Labels, places: Places, good: IntAny, base: IntAny, period_us: int, cells: Cells
) -> tuple[Float64, Float64]:
    """(cells,) periods of a queue that reached the target share, and periods that had contacts to judge by.

    ``good`` and ``base``: (places,) numerator and denominator of the service level. A queue without a target
    share is not judged.
    """
    periods = cells.slots * cells.width_us // period_us + 1
    keys, row = np.unique(
        places.queue * periods + places.slot * cells.width_us // period_us, return_inverse=True
    )
    tops, bottoms = sums_of(row, good, len(keys)), sums_of(row, base, len(keys))
    queue, first_slot = keys // periods, keys % periods * period_us // cells.width_us
    share = labels.target_share[queue]
    judged = (bottoms > 0) & ~np.isnan(share)
    # 55 % of 20 is 11.000000000000002 in floating point: the slack keeps exact hits hits
    reached = judged & (tops >= (share - 1e-12) * bottoms)
    cell = cells.queue.codes[queue] * cells.time.count + cells.time.codes[first_slot]
    return sums_of(cell, reached, cells.count), sums_of(cell, judged, cells.count)
