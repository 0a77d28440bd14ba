"""Enough replications and no more: add them until every interval is narrow enough.

A rule that looks at the interval after every replication and stops the first time that it is narrow stops too
often by chance: when the spread so far happens to be small. So the rule looks at few checkpoints, and a point
that is narrow enough at n replications (20 at least) has to be so again at n + max(10, 10 % of n): look-ahead
as in Hoad, Robinson and Davies 2010, *Journal of the Operational Research Society* 61. The next checkpoint is
the number that the spread so far asks for (half-widths shrink as 1 / sqrt(n); Law, *Simulation Modeling and
Analysis*, section 9.4.1) and a tenth more, at most three times as many.

Where the luck of replications comes in blocks (pairs, or sixteens), blocks are what is counted, 10 at least.
Intervals of measures that are nearly normal keep their promise (tests/statistical); those of very skewed ones
(the longest wait of a short day) cover a little less when few replications are played, as without stopping.

Which replications a point gets depends on its own first replications alone, never on the order in which rows
come: the same on one worker and on a hundred, and after a restart.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ccsim.errors import CcsimError
from ccsim.experiments.comparing.estimates import Blocks, Entry, Place, Sums
from ccsim.experiments.keeping.rows import CellRow, Value
from ccsim.experiments.planning.criteria import Criterion, read_criterion
from ccsim.experiments.playing.measuring import WHOLE

if TYPE_CHECKING:
    import pandas as pd

    from ccsim.experiments.planning.plan import Plan
    from ccsim.experiments.playing.runner import Runner

MARGIN = 1.1  # more than the spread so far asks for, so that the next look is mostly the last
LEAST, LEAST_BLOCKS = 20, 10  # replications, and blocks of them, before an interval is believed
AHEAD, AHEAD_BLOCKS = 10, 2  # more of them, at least, after which it has to be narrow again
GROWTH = 3.0  # of the replications between two checkpoints, at most


def read_criteria(wanted: Mapping[str, str]) -> tuple[Criterion, ...]:
    """``{"service_level": "+/- 1%", "asa": "+/- 2% of it"}``; raises CcsimError or MetricError."""
    if not wanted:
        raise CcsimError("name at least one metric, e.g. {'service_level': '+/- 1%'}")
    found = []
    for metric, text in wanted.items():
        try:
            found.append(read_criterion(metric, text))
        except ValueError as problem:
            raise CcsimError(f"{metric}: {problem}") from None
    return tuple(found)


def looked_ahead(n: int, block: int = 1) -> int:
    """Where a point that is narrow enough at ``n`` replications has to be so again."""
    return n + max(AHEAD, AHEAD_BLOCKS * block, math.ceil(n / 10))


@dataclass(slots=True)
class _Point:
    """One point's running sums, and what it waits for."""

    target: int
    blocks: Blocks
    taken: int = 0  # replications 0..taken-1 were taken, failed ones as nothing
    whole: int = 0  # blocks none of which failed
    sums: dict[Entry, Sums] = field(default_factory=dict)
    waiting: dict[int, CellRow] = field(default_factory=dict)  # came before their turn
    confirming: bool = False
    finished: bool = False
    reached: bool = False
    factor: float = math.inf  # how many times too wide the worst interval is


class Stopping:
    """Tells, from the rows so far, how many replications each point shall have.

    ``criteria``: all must hold. ``start``: replications that every point gets (at least 2). ``cells``: hold
    them for every cell of the by-keys that rows were measured by, too; else for the whole center alone.
    ``block``: replications that depend on each other: what is played and counted is whole blocks.
    Memory: six numbers an entry that a criterion names, whatever the number of replications.
    """

    def __init__(
        self,
        criteria: Sequence[Criterion],
        *,
        start: int = 10,
        at_most: int = 200,
        cells: bool = False,
        confidence: float = 0.95,
        block: int = 1,
    ) -> None:
        self._criteria = {criterion.metric: criterion for criterion in criteria}
        self._block = block
        self.at_most = max(at_most // block, 1) * block
        self.start = min(self._rounded(max(2, start)), self.at_most)
        self._least = max(LEAST, LEAST_BLOCKS * block if block > 1 else 0)
        self._cells = cells
        self._confidence = confidence
        self._points: dict[Place, _Point] = {}

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that the criteria name."""
        return tuple(self._criteria)

    def add(self, row: CellRow) -> None:
        """Take one cell, in any order; the same cell twice counts once, a failed one as nothing seen."""
        point = self._points.setdefault((row.case, row.point), _Point(self.start, Blocks(self._block)))
        if row.replication < point.taken or row.replication in point.waiting:
            return
        point.waiting[row.replication] = row
        while point.taken in point.waiting:
            self._take(point, point.waiting.pop(point.taken))
            if point.taken == point.target and not point.finished:
                self._check(point)

    def needs(self, rows: Iterable[CellRow] = ()) -> dict[Place, int]:
        """Take ``rows``, then say how many replications (from 0) each unfinished point shall have in all."""
        for row in rows:
            self.add(row)
        return {place: point.target for place, point in self._points.items() if not point.finished}

    def worst(self) -> float:
        """How many times too wide the worst interval is (up to 1: all hold); nan before there is one."""
        known = [p.factor for p in self._points.values() if math.isfinite(p.factor)]
        return max(known, default=math.nan)

    def missed(self) -> list[Place]:
        """Points that had ``at_most`` replications and are still too wide, in order of appearance."""
        return [place for place, point in self._points.items() if point.finished and not point.reached]

    def report(self, by: Sequence[str] = ()) -> pd.DataFrame:
        """One row a point, cell and criterion: value, half_width, wanted, replications, reached, and
        ``would_need``: about how many replications the criterion asks for.
        """
        import pandas as pd

        rows: list[dict[str, Any]] = []
        for (case, number), point in self._points.items():
            for entry, value, half, wanted in self._widths(point):
                rows.append(
                    {"case": case, "point": number, **dict(zip(by, entry[0], strict=False)),
                     "metric": entry[1], "value": value, "half_width": half, "wanted": wanted,
                     "replications": point.whole * self._block,
                     "reached": math.isnan(value) or half <= wanted,
                     "would_need": self._asked_for(point.whole, half / wanted if wanted > 0 else math.nan)}
                )  # fmt: skip
        columns = ["case", "point", *by, "metric", "value", "half_width", "wanted", "replications", "reached"]
        return pd.DataFrame(rows, columns=[*columns, "would_need"])

    def __str__(self) -> str:
        """One or two sentences: how many points hold, and which do not."""
        held = sum(point.reached for point in self._points.values())
        lines = [f"{held} of {len(self._points)} points are as precise as asked."]
        missed = self.missed()
        if missed:
            named = ", ".join(f"{case}:{number}" for case, number in missed[:6])
            more = f" and {len(missed) - 6} more" if len(missed) > 6 else ""
            lines.append(f"Not within {self.at_most} replications: {named}{more}.")
        return " ".join(lines)

    def _take(self, point: _Point, row: CellRow) -> None:
        point.taken += 1
        if not row.done:
            return
        found = point.blocks.add(row, self._judged)
        if found is None:
            return
        point.whole += 1
        for entry, (n, d) in found.items():
            point.sums.setdefault(entry, Sums()).add(n, d)

    def _judged(self, value: Value) -> bool:
        return value.metric in self._criteria and (self._cells or all(key == WHOLE for key in value.by))

    def _widths(self, point: _Point) -> Iterable[tuple[Entry, float, float, float]]:
        """(entry, value, half-width, half-width that is narrow enough)."""
        for entry, sums in point.sums.items():
            whole = sums.filled(point.whole, *point.blocks.empty(entry[1]))
            value = whole.value()
            yield entry, value, whole.half_width(self._confidence), self._criteria[entry[1]].allowed(value)

    def _check(self, point: _Point) -> None:
        """At a checkpoint: finished, to be confirmed, or where to look next."""
        factors = [_factor(value, half, wanted) for _, value, half, wanted in self._widths(point)]
        point.factor = max(factors, default=0.0)
        narrow, n = point.factor <= 1, point.taken
        holds = narrow and n >= self._least
        if n >= self.at_most or (holds and point.confirming):
            point.finished, point.reached = True, narrow
            return
        point.confirming = holds
        ahead: float = looked_ahead(n, self._block) if n >= self._least else self._least
        if not narrow:
            asked = MARGIN * self._asked_for(n // self._block, point.factor)
            ahead = max(ahead, min(n * GROWTH if math.isnan(asked) else asked, math.ceil(n * GROWTH)))
        point.target = min(self._rounded(ahead), self.at_most)

    def _rounded(self, replications: float) -> int:
        """Up to whole blocks."""
        return math.ceil(replications / self._block) * self._block

    def _asked_for(self, blocks: int, factor: float) -> float:
        """Replications with which an interval ``factor`` times too wide would be narrow enough."""
        return math.ceil(blocks * factor * factor) * self._block if math.isfinite(factor) else math.nan


class Adding:
    """Says which replications a sweep is to add for the precision of its plan (``more`` of ``run_plan``)."""

    def __init__(self, plan: Plan) -> None:
        """The plan must ask for a precision."""
        wanted = plan.precision
        assert wanted is not None
        self.stopping = Stopping(
            wanted.read(),
            start=plan.replications,
            at_most=max(wanted.at_most, plan.replications),
            cells=bool(wanted.by),
            confidence=wanted.confidence,
            block=plan.block,
        )
        self._played: dict[Place, int] = {}

    def __call__(self, runner: Runner) -> list[tuple[int, int, int]]:
        """(place of the point, first, behind the last replication), none when every point is done."""
        store = runner.store
        places = {number: (point.case, point.number) for number, point in enumerate(store.points)}
        own = {places[number] for number in runner.own}
        needs = self.stopping.needs(row for row in store.rows() if (row.case, row.point) in own)
        ranges = []
        for number in runner.own:
            place = places[number]
            first = self._played.get(place, store.plan.replications)
            behind = needs.get(place, 0)
            if behind > first:
                ranges.append((number, first, behind))
                self._played[place] = behind
        return ranges


def _factor(value: float, half: float, wanted: float) -> float:
    """How many times too wide; 0 where nothing was measured, so that more replications are not asked for."""
    if math.isnan(value) or half == 0:
        return 0.0
    if math.isnan(half) or not wanted > 0:
        return math.inf
    return half / wanted
