"""Break-even from the points of a sweep: where a measure reaches what is wanted.

Along one factor, the others held, the measure is taken as a line from each point played to the next. Its
interval is that of the paired difference to what is wanted, divided by how steeply the line climbs there
(the delta method); it is cut at the ends of what was played. Whole numbers are rounded to the side that does
it. :func:`ccsim.break_even` asks the simulation itself for the points that it needs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ccsim.errors import CcsimError
from ccsim.experiments.answering.levels import as_number, is_number, like
from ccsim.experiments.answering.lines import Played, half_width, played, values_at, varying
from ccsim.experiments.answering.scope import values_by_queue
from ccsim.experiments.comparing.estimates import Place
from ccsim.experiments.comparing.place_names import PlaceNames, value_said
from ccsim.experiments.comparing.saying import better_of, confidence_text, is_plural, spoken, value_text
from ccsim.experiments.planning.criteria import read_amount

if TYPE_CHECKING:
    from ccsim.experiments.keeping.store import Store

Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where one line reaches what is wanted.

    ``others``: where the other factors stand. ``x`` and ``y``: the points of the line. ``value``, ``low`` and
    ``high`` are numbers of the factor (a time in seconds, a share from 0 to 1), None where the line does not
    get there; ``said`` are the three as the scenario writes them, or ``more than`` where the interval is cut.
    """

    factor: str
    measure: str
    others: str
    x: Float64
    y: Float64
    wanted: float
    goal: str
    confidence: float
    value: float | None = None
    low: float | None = None
    high: float | None = None
    said: tuple[str, ...] = ()
    example: object = None  # a value of the factor as the scenario writes it
    more: int = 0  # how often the line crosses what is wanted again
    scope: str = ""  # `` in queue service``, `` over all queues``
    group: str = ""  # `` in group early``, where a headcount varies and there are several groups
    worse: tuple[tuple[str, float], ...] = ()  # queues that miss what all together reach, and their values

    def sentence(self) -> str:
        """The answer, ready for an e-mail."""
        where = f"With {self.others} " if self.others else ""
        name = spoken(self.measure) + self.scope
        if self.value is None:
            group = self.group if self.factor == "headcount" else ""
            above = self.y.min() > self.wanted
            nearest = self.y[np.abs(self.y - self.wanted).argmin()]
            them = "are" if is_plural(self.measure) else "is"
            return (
                f"{where or 'Here '}{self.factor}{group} from {self.said[0]} to {self.said[1]} does not "
                f"decide it: the {name} {them} {'above' if above else 'below'} "
                f"{value_text(self.measure, self.wanted)} all the way "
                f"({value_text(self.measure, nearest)} where it comes nearest)."
            )
        again = "" if not self.more else f" (the first of {self.more + 1} places)"
        it = "it" if where else "It"
        return f"{where}{it} takes {self._takes()}{self.surely()} for {self.goal}{again}."

    def warning(self) -> str:
        """Which queues miss there what all together reach; empty where none does."""
        if not self.worse:
            return ""
        there = " and ".join([*filter(None, [self.others]), self._takes()])
        them = "are" if is_plural(self.measure) else "is"
        side = "above" if better_of(self.measure) == "lower" else "below"
        queues = [f"queue {name} ({value_text(self.measure, value)})" for name, value in self.worse]
        listed = " and ".join(filter(None, [", ".join(queues[:-1]), queues[-1]]))
        return (
            f"But with {there} the {spoken(self.measure)} {them} {side} "
            f"{value_text(self.measure, self.wanted)} in {listed}."
        )

    def _takes(self) -> str:
        """``12 agents in group early``, ``containment 35%``."""
        if self.factor == "headcount" or self.group:
            return f"{self.said[0]} agents{self.group}"
        return f"{self.factor} {self.said[0]}"

    def surely(self) -> str:
        """`` (95% interval 12 to 13)``, `` (95% sure)`` where no other whole number may do it, or nothing."""
        if self.low is None:
            return ""
        ends, sure = dict.fromkeys(self.said[1:]), confidence_text(self.confidence)
        if len(ends) == 1:
            return f" ({sure} sure)"
        low, high = ends
        return f" ({sure} interval {low} {'or more' if high == f'more than {low}' else f'to {high}'})"


def crossings(
    store: Store,
    measure: str,
    of: str | None = None,
    *,
    reach: str | None = None,
    as_good_as: Place | None = None,
    case: str | None = None,
    at: Mapping[str, str] | None = None,
    confidence: float = 0.95,
    queue: str | None = None,
) -> list[Crossing]:
    """Where each line of points along the factor ``of`` (a name or an address) reaches what is wanted.

    Either ``reach``, a bound such as ``80%`` or ``20s``, or ``as_good_as``, a point whose measure is to be
    reached. ``at``: only lines where other factors read this. ``queue``: the measure of this queue instead of
    all together. Raises CcsimError for what is not there.
    """
    if (reach is None) == (as_good_as is None):
        raise CcsimError("say either what to reach (80%, 20s) or which point to be as good as")
    names = PlaceNames.of_store(store)
    found = played(store, measure, case, [as_good_as] if as_good_as is not None else [], queue=queue)
    scope = found.scope.said(measure)
    line_points = found.points[:-1] if as_good_as is not None else found.points
    addresses = varying(line_points)
    address = names.address(of) if of is not None else _only(addresses, names)
    if as_good_as is not None:
        wanted = float(found.values[-1])
        alike = f"as good {_with_article(spoken(measure), measure)}{scope} as"
        quality = alike if better_of(measure) else f"the same {spoken(measure)}{scope} as"
        goal = f"{quality} with {names.of(*as_good_as)}: {value_text(measure, wanted)}"
    else:
        assert reach is not None
        wanted = _bound(measure, reach)
        goal = f"{_with_article(spoken(measure), measure)} of {value_text(measure, wanted)}{scope}"
    held = {names.address(name): value for name, value in (at or {}).items()}
    lines = _lines(names, line_points, addresses, address, held)
    if not lines:
        raise CcsimError(_no_line(names, line_points, address, held))
    crossed = [
        _cross(found, rows, names, address, others, wanted, goal, confidence, as_good_as is not None)
        for others, rows in lines.items()
    ]
    if queue is not None or as_good_as is not None or not found.scope.several:
        return crossed
    by_queue = values_by_queue(store, measure, found.case)
    return [
        replace(one, worse=_worse(one, [by_queue.get((p.case, p.number), {}) for p in points]))
        for one, points in zip(
            crossed, ([found.points[row] for row in rows] for rows in lines.values()), strict=True
        )
    ]


def _worse(one: Crossing, at: Sequence[Mapping[str, float]]) -> tuple[tuple[str, float], ...]:
    """The queues that miss what is wanted where all together reach it; ``at``: their values by point."""
    better = better_of(one.measure)
    if one.value is None or better is None:
        return ()
    sign, found = 1 if better == "higher" else -1, []
    for queue in dict.fromkeys(name for values in at for name in values):
        y = [values.get(queue, math.nan) for values in at]
        there = float(np.interp(one.value, one.x, y))
        if sign * there < sign * one.wanted:
            found.append((queue, there))
    return tuple(found)


def _with_article(name: str, measure: str) -> str:
    if is_plural(measure):
        return name
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _only(addresses: Sequence[str], names: PlaceNames) -> str:
    if len(addresses) != 1:
        known = ", ".join(names.labels[address] for address in addresses)
        raise CcsimError(f"say of what: {known}" if known else "nothing varies in this sweep")
    return addresses[0]


def _bound(measure: str, text: str) -> float:
    try:
        return read_amount(measure, text)
    except ValueError as problem:
        raise CcsimError(f"what to reach: {problem}") from None


def _lines(
    names: PlaceNames,
    points: Sequence[Any],
    addresses: Sequence[str],
    address: str,
    held: Mapping[str, str],
) -> dict[str, list[int]]:
    """Points that differ in the factor alone, by where the others stand; each value once."""
    columns = {name: values_at(names, points, name) for name in addresses}
    others = [name for name in addresses if name != address]
    lines: dict[str, dict[float, int]] = {}
    for row in range(len(points)):
        if any(value_said(columns[name][row]) != value for name, value in held.items()):
            continue
        if not is_number(columns[address][row]):
            raise CcsimError(f"{names.labels[address]} is no number: {value_said(columns[address][row])}")
        key = ", ".join(names.told(name, value_said(columns[name][row])) for name in others)
        lines.setdefault(key, {}).setdefault(as_number(columns[address][row]), row)
    return {key: [rows[x] for x in sorted(rows)] for key, rows in lines.items() if len(rows) > 1}


def _no_line(names: PlaceNames, points: Sequence[Any], address: str, held: Mapping[str, str]) -> str:
    for name, value in held.items():
        known = list(dict.fromkeys(value_said(v) for v in values_at(names, points, name)))
        if value not in known:
            return f"no point has {names.labels[name]} {value}; there is: {', '.join(known)}"
    return (
        f"no two points differ in {names.labels[address]} alone; a break-even needs a grid or one_at_a_time"
    )


def _cross(
    found: Played,
    rows: list[int],
    names: PlaceNames,
    address: str,
    others: str,
    wanted: float,
    goal: str,
    confidence: float,
    paired: bool,
) -> Crossing:
    values = values_at(names, [found.points[row] for row in rows], address)
    x, y = np.array([as_number(value) for value in values]), found.values[rows]
    empty = Crossing(
        names.labels[address], found.measure, others, x, y, wanted, goal, confidence,
        said=(value_said(values[0]), value_said(values[-1])), example=values[0],
        scope=found.scope.said(found.measure), group=names.in_group(address),
    )  # fmt: skip
    gap = y - wanted
    places = [i for i in range(len(x) - 1) if gap[i] * gap[i + 1] < 0 or gap[i] == 0]
    if not places:
        if gap[-1] != 0:
            return empty
        places = [len(x) - 2]
    i = places[0]
    share = gap[i] / (gap[i] - gap[i + 1]) if gap[i] != gap[i + 1] else 0.0
    value = float(x[i] + share * (x[i + 1] - x[i]))
    pull = (1 - share) * found.influence[rows[i]] + share * found.influence[rows[i + 1]]
    if paired:
        pull = pull - found.influence[-1]
    slope = (y[i + 1] - y[i]) / (x[i + 1] - x[i])
    half = half_width(pull, confidence) / abs(slope) if slope else math.nan
    ends = None if math.isnan(half) else (max(value - half, x[0]), min(value + half, x[-1]))
    numbers = [value, *(ends or ())]
    if all(isinstance(one, int) for one in values):
        numbers = [_whole(number, _good_above(found.measure, slope)) for number in numbers]
    said = [like(number, values[i]) for number in numbers]
    if ends:
        said[1] = f"less than {said[1]}" if value - half < x[0] else said[1]
        said[2] = f"more than {said[2]}" if value + half > x[-1] else said[2]
    low, high = (numbers[1], numbers[2]) if ends else (None, None)
    return replace(
        empty, value=numbers[0], low=low, high=high, said=tuple(said), example=values[0], more=len(places) - 1
    )


def _good_above(measure: str, slope: float) -> bool:
    """Whether more of the factor is what does it."""
    return slope > 0 if better_of(measure) != "lower" else slope < 0


def _whole(number: float, up: bool) -> float:
    """The whole number on the side that does it; a crossing at a whole number is that number."""
    near = round(number)
    if abs(number - near) < 1e-9:
        return float(near)
    return float(math.ceil(number) if up else math.floor(number))
