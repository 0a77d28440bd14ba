"""Break-even: how far one thing must go until a measure reaches a bound, or makes up for another change.

"How much must the bot contain to save one agent?": the containment at which the center with one agent less is
as good as the center with all of them. Found by bisection; all points share their luck, so the two centers
meet the same customers and the answer is as sharp as a paired difference. Its interval is that of the
difference at the answer, divided by the slope of the measure there (the delta method; Law, *Simulation
Modeling and Analysis*, section 9.4).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ccsim.errors import CcsimError
from ccsim.experiments.answering.asking import Asking, Overrides, Progress
from ccsim.experiments.comparing.estimates import Sample
from ccsim.experiments.comparing.saying import spoken, value_text
from ccsim.experiments.planning.criteria import read_amount
from ccsim.experiments.planning.designs import Range
from ccsim.metrics.estimators import student_t

if TYPE_CHECKING:
    from ccsim.scenario import Scenario

STEPS = 10  # of bisection: a range is cut to a thousandth
NEIGHBOURHOOD = 0.1  # of the range, over which the slope at the answer is taken


@dataclass(frozen=True, slots=True)
class Threshold:
    """Where one address must stand. ``value``, ``low`` and ``high`` are written as in the scenario.

    ``value`` is None where the range does not hold the answer; ``low`` and ``high`` are its interval (None
    where it cannot be told): of whole numbers, from the first that may do it to the first that surely does,
    or the end of the range. ``measured`` is the measure at the answer, ``wanted`` what it had to reach.
    """

    address: str
    measure: str
    value: Any
    low: Any
    high: Any
    measured: float
    wanted: float
    instead: Overrides
    goal: str
    between: tuple[Any, Any]
    confidence: float

    def __str__(self) -> str:
        """One sentence."""
        given = ", ".join(f"{path} = {value}" for path, value in self.instead.items())
        where = f" with {given}" if given else ""
        if self.value is None:
            side = "above" if self.measured > self.wanted else "below"
            return (
                f"{self.address} from {self.between[0]} to {self.between[1]}{where} does not decide it: "
                f"the {spoken(self.measure)} is {side} {value_text(self.measure, self.wanted)} "
                f"({self.goal}) all the way, {value_text(self.measure, self.measured)} where it comes "
                "nearest."
            )
        return (
            f"{self.address} must be {self.value}{self.surely()}{where} for {self.goal}, "
            f"{spoken(self.measure)} {value_text(self.measure, self.wanted)}."
        )

    def surely(self) -> str:
        """`` (95% sure: 12 to 13)``, `` (95% sure)`` where no other number may do it, or nothing."""
        if self.low is None:
            return ""
        ends = "" if self.low == self.high else f": {self.low} to {self.high}"
        return f" ({self.confidence:.0%} sure{ends})"


def break_even(
    scenario: Scenario,
    address: str,
    between: Sequence[Any],
    measure: str = "service_level",
    *,
    reach: str | float | None = None,
    as_good_as: Overrides | None = None,
    instead: Overrides | None = None,
    seed: int = 1,
    replications: int = 30,
    confidence: float = 0.95,
    engine: str = "auto",
    workers: int = 1,
    progress: Progress | None = None,
) -> Threshold:
    """The value of ``address`` at which ``measure`` (of the whole center) is what it shall be.

    ``between``: [low, high] as the scenario writes them (``["20%", "60%"]``, ``[8, 14]``, ``["3m", "6m"]``).
    Either ``reach``, a bound such as ``"80%"`` or ``"20s"``, or ``as_good_as``: the measure of the scenario
    with these changes ({}: as it is). ``instead``: changes made together with the address, e.g. one agent
    less. Among whole numbers the answer is the one nearest the low end that does it. The measure should rise
    or fall all the way between the ends; it is only looked at where the bisection goes.

    Raises CcsimError for a range that is none, both goals or none, or a point that cannot run.
    """
    if (reach is None) == (as_good_as is None):
        raise CcsimError("say either what to reach, e.g. reach='80%', or as_good_as={...}")
    search = _Search(
        Asking(scenario, measure, seed=seed, engine=engine, workers=workers, progress=progress),
        address,
        _read_range(address, between),
        dict(instead or {}),
        replications,
        confidence,
    )
    if as_good_as is not None:
        search.goal = search.ask(as_good_as)
        wanted = float(search.goal.values()[0])
        named = ", ".join(f"{path} = {value}" for path, value in as_good_as.items())
        goal = f"what {named} gives" if named else "what it was before"
    else:
        assert reach is not None
        wanted, goal = (_amount(measure, reach) if isinstance(reach, str) else float(reach)), "the goal"
    search.wanted = wanted
    value, low, high, measured = search.run()
    return Threshold(address, measure, value, low, high, measured, wanted, dict(instead or {}), goal,
                     (between[0], between[1]), confidence)  # fmt: skip


@dataclass(slots=True)
class _Search:
    asking: Asking
    address: str
    span: Range
    instead: Mapping[str, Any]
    replications: int
    confidence: float
    wanted: float = 0.0
    goal: Sample | None = None

    def ask(self, overrides: Overrides) -> Sample:
        return self.asking.samples([overrides], range(self.replications))[0]

    def value(self, place: float) -> Any:
        """What the address reads at a place of the range (0 to 1, or a whole number)."""
        return int(place) if self.whole else self.span.at(place)

    def said(self, place: float) -> Any:
        """The value rounded to about a thousandth of the range: more digits would say nothing."""
        size = self.span.high - self.span.low
        step = 10.0 ** math.floor(math.log10(size / 200))
        return self.span.at(round(place * size / step) * step / size)

    @property
    def whole(self) -> bool:
        return self.span.notation == "whole"

    def at(self, place: float) -> Sample:
        return self.ask({**self.instead, self.address: self.value(place)})

    def above(self, place: float) -> float:
        """The measure above what is wanted."""
        gap = float(self.at(place).values()[0]) - self.wanted
        if math.isnan(gap):
            raise CcsimError(f"the measure has no value at {self.address} = {self.value(place)}")
        return gap

    def run(self) -> tuple[Any, Any, Any, float]:
        """(value, low, high, the measure there)."""
        low, high = (self.span.low, self.span.high) if self.whole else (0.0, 1.0)
        below, over = self.above(low), self.above(high)
        if below * over > 0:
            nearest = below if abs(below) < abs(over) else over
            return None, None, None, nearest + self.wanted
        return self._among_whole(low, high, over) if self.whole else self._bisect(low, high, below, over)

    def _among_whole(self, low: float, high: float, over: float) -> tuple[Any, Any, Any, float]:
        """The whole number nearest the low end on the good side of what is wanted."""
        rising = over > 0 or self.above(low) < 0
        while high - low > 1:
            middle = (low + high) // 2
            # where the measure rises it must get at least there, where it falls (a wait) at most
            passed = self.above(middle) >= 0 if rising else self.above(middle) <= 0
            low, high = (low, middle) if passed else (middle, high)
        if (self.above(low) >= 0) if rising else (self.above(low) <= 0):
            high = low
        ends = self._whole_ends(int(high), rising) if self.replications > 1 else (None, None)
        return int(high), *ends, self.above(high) + self.wanted

    def _whole_ends(self, answer: int, rising: bool) -> tuple[int, int]:
        """The first number that may do it, and the first that surely does."""
        sign = 1 if rising else -1
        low = high = answer
        while low > self.span.low and sign * self.above(low - 1) + self._half_of_gap(low - 1) >= 0:
            low -= 1
        while high < self.span.high and sign * self.above(high) - self._half_of_gap(high) < 0:
            high += 1
        return low, high

    def _bisect(self, low: float, high: float, below: float, over: float) -> tuple[Any, Any, Any, float]:
        for _ in range(STEPS):
            middle = (low + high) / 2
            gap = self.above(middle)
            if gap * below > 0:
                low, below = middle, gap
            else:
                high, over = middle, gap
        place = low if below == over else low + (high - low) * below / (below - over)
        half = self._half_width(place)
        measured = self.above(place) + self.wanted
        if math.isnan(half):
            return self.said(place), None, None, measured
        ends = (self.said(float(np.clip(place + side * half, 0, 1))) for side in (-1, 1))
        return self.said(place), *ends, measured

    def _half_width(self, place: float) -> float:
        """Of the answer, in places of the range; nan where nothing can be said."""
        if self.replications < 2:
            return math.nan
        ends = np.clip([place - NEIGHBOURHOOD, place + NEIGHBOURHOOD], 0, 1)
        slope = (self.above(float(ends[1])) - self.above(float(ends[0]))) / (ends[1] - ends[0])
        return self._half_of_gap(place) / abs(slope) if slope else math.nan

    def _half_of_gap(self, place: float) -> float:
        """Half of the interval of the measure above what is wanted, with the luck that both share."""
        n = self.replications
        spread = self.at(place).influence()[0]
        if self.goal is not None:
            spread = spread - self.goal.influence()[0]
        return student_t(self.confidence, n - 1) * math.sqrt(float((spread**2).sum()) / (n * (n - 1)))


def _amount(measure: str, text: str) -> float:
    try:
        return read_amount(measure, text)
    except ValueError as problem:
        raise CcsimError(f"reach: {problem}") from None


def _read_range(address: str, between: Sequence[Any]) -> Range:
    try:
        return Range.read(list(between))
    except (ValueError, TypeError) as problem:
        raise CcsimError(f"{address}: {problem}") from None
