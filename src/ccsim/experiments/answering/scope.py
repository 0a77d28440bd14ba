"""What an answer is about: one queue that the sweep was measured by, or all queues together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ccsim.errors import CcsimError
from ccsim.experiments.comparing.comparison import only_whole
from ccsim.experiments.comparing.estimates import Place, samples
from ccsim.experiments.planning.criteria import BY_QUEUE, goes_by_queue
from ccsim.experiments.playing.measuring import WHOLE
from ccsim.units import did_you_mean

if TYPE_CHECKING:
    from ccsim.experiments.keeping.rows import CellRow, Value
    from ccsim.experiments.keeping.store import Store


@dataclass(frozen=True, slots=True)
class Scope:
    """``queue``: None for all together; ``several``: whether the scenario has more than one."""

    queue: str | None = None
    several: bool = False

    def said(self, measure: str) -> str:
        """`` in queue service``, `` over all queues``; nothing where there is no other way to read it."""
        if not (self.several or self.queue) or not goes_by_queue(measure):
            return ""
        return " over all queues" if self.queue is None else f" in queue {self.queue}"

    def rows(self, rows: Iterable[CellRow]) -> Iterator[CellRow]:
        """Rows with one value a measure: of the queue where the measure goes by queues, else of the whole."""
        if self.queue is None:
            yield from only_whole(rows)
            return
        for row in rows:
            yield replace(row, values=tuple(self._values(row.values)))

    def _values(self, values: Iterable[Value]) -> Iterator[Value]:
        for value in values:
            if value.by == (self.queue,):
                yield value._replace(by=(WHOLE,))
            elif value.by == (WHOLE,) and not goes_by_queue(value.metric):
                yield value


ALL = Scope()


def scope_of(store: Store, measures: Sequence[str], queue: str | None = None) -> Scope:
    """The scope of a question; raises CcsimError for a queue of which the sweep knows nothing."""
    queues = queues_of(store)
    if queue is None:
        return Scope(None, len(queues) > 1)
    if queue not in queues:
        hint = did_you_mean(queue, queues) or "; there is: " + ", ".join(queues)
        raise CcsimError(f"there is no queue {queue!r}{hint}")
    if store.plan.by != BY_QUEUE:
        by = f"by [{', '.join(store.plan.by)}]" if store.plan.by else "for all queues together"
        raise CcsimError(
            f"this sweep was measured {by}, so nothing is known of queue {queue} alone; write by: [queue] "
            "into the experiment and sweep again, into a new folder"
        )
    if not any(goes_by_queue(measure) for measure in measures):
        raise CcsimError(f"{' and '.join(measures)} cannot be told by queue; ask without a queue")
    return Scope(queue, len(queues) > 1)


def queues_of(store: Store) -> list[str]:
    """The queues of the scenario."""
    return list(store.plan.base.canonical().get("queues") or {})


def values_by_queue(store: Store, measure: str, case: str) -> dict[Place, dict[str, float]]:
    """The measure of each queue at each point of a case; empty where the sweep was not measured by queue."""
    if store.plan.by != BY_QUEUE or not goes_by_queue(measure):
        return {}
    rows = (row for row in only_whole(store.rows(failed=False), cells=True) if row.case == case)
    return {
        place: {
            str(by[0]): float(value) for (by, _), value in zip(sample.entries, sample.values(), strict=True)
        }
        for place, sample in samples(rows, [measure]).items()
    }
