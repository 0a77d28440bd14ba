"""Plan -> points, in a fixed order: cases first, then the design's points in theirs.

A point has the number of its design point (from 1), so that point 3 of two cases varies the same values.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ccsim.experiments.planning.plan import Plan
from ccsim.units import format_duration, parse_duration

_NUMBER = re.compile(r"\s*([x×+-]?)\s*(\d*\.?\d+)\s*(.*?)\s*")
MORRIS_STEP = 2 / 3  # of a range, as four levels ask for
_SECONDS = re.compile(r"\s*\d*\.?\d+\s*s\s*")


@dataclass(frozen=True, slots=True)
class Point:
    """One point of one case: ``varied`` are the values of the design, ``overrides`` those of the case too."""

    case: str
    number: int
    varied: Mapping[str, Any]
    overrides: Mapping[str, Any]


def points_of(plan: Plan) -> list[Point]:
    """Every point of every case. Where the case and the point name the same address, the point wins."""
    varied = design_points(plan)
    return [
        Point(case, number, values, {**changes, **values})
        for case, changes in plan.cases.items()
        for number, values in enumerate(varied, start=1)
    ]


def design_points(plan: Plan) -> list[dict[str, Any]]:
    """The values of the design's points, one map a point; one empty map where nothing varies."""
    if plan.given_points is not None:
        return [dict(point) for point in plan.given_points]
    if plan.design.kind == "one_at_a_time":
        return [{}, *({address: value} for address, values in plan.vary.items() for value in values)]
    if plan.design.kind == "grid":
        return [
            dict(zip(plan.vary, values, strict=True)) for values in itertools.product(*plan.vary.values())
        ]
    ranges = {address: Range.read(values) for address, values in plan.vary.items()}
    places = _sampled(plan.design.kind, len(ranges), plan.design.points or 1, plan.seed)
    return [
        {address: span.at(float(place)) for (address, span), place in zip(ranges.items(), row, strict=True)}
        for row in places
    ]


def _sampled(kind: str, dimensions: int, count: int, seed: int) -> npt.NDArray[np.float64]:
    """(points, dimensions) places within the unit cube; the same for the same seed."""
    if kind == "morris":
        return _paths(_sampled("latin_hypercube", 3 * dimensions, count, seed))
    import inspect
    import warnings

    from scipy.stats import qmc

    sampler: Any = qmc.Sobol if kind == "sobol" else qmc.LatinHypercube
    # scipy calls the seed rng from 1.15 on
    name = "rng" if "rng" in inspect.signature(sampler).parameters else "seed"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a number of points that is no power of 2 is the user's
        found: npt.NDArray[np.float64] = sampler(dimensions, **{name: seed}).random(count)
    return found


def _paths(luck: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Morris' paths: from a start one factor after the other goes 2/3 of its range up or down.

    ``luck``: (paths, 3 x factors): where a factor starts, which way it goes, and when. Starts and ends are on
    the levels 0, 1/3, 2/3, 1. Returns the (paths x (factors + 1), factors) places, path after path.
    """
    start, way, turn = np.split(luck, 3, axis=1)
    factors = start.shape[1]
    low = np.where(start < 0.5, 0.0, MORRIS_STEP / 2)
    up = way < 0.5
    first, last = np.where(up, low, low + MORRIS_STEP), np.where(up, low + MORRIS_STEP, low)
    rank = turn.argsort(axis=1).argsort(axis=1)
    step = np.arange(factors + 1)[None, :, None]
    places = np.where(rank[:, None, :] < step, last[:, None, :], first[:, None, :])
    return places.reshape(-1, factors)


@dataclass(frozen=True, slots=True)
class Range:
    """From ``low`` to ``high`` in one notation: whole numbers, numbers, or texts with a number and a unit."""

    low: float
    high: float
    notation: str  # "whole", "number", "seconds" or "time" (both count microseconds), or a text with #

    @staticmethod
    def read(values: Sequence[Any]) -> Range:
        """The range of ``[56, 72]``, ``[0.5, 2]``, ``[22%, 52%]`` or ``[90s, 5m]``; raises ValueError."""
        if len(values) != 2:
            raise ValueError(f"a sampled design needs a range [low, high], not {len(values)} values")
        low, high = values
        if all(isinstance(value, int) and not isinstance(value, bool) for value in values):
            return Range._of(low, high, "whole")
        if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
            return Range._of(low, high, "number")
        if all(isinstance(value, str) for value in values):
            try:  # first: 2.3456m30s is no time, and 2.34567891m is finer than a microsecond
                times = parse_duration(low), parse_duration(high)
            except ValueError:
                ends = [_NUMBER.fullmatch(value) for value in values]
                if ends[0] and ends[1] and (ends[0][1], ends[0][3]) == (ends[1][1], ends[1][3]):
                    return Range._of(float(ends[0][2]), float(ends[1][2]), f"{ends[0][1]}#{ends[0][3]}")
            else:
                plain = all(_SECONDS.fullmatch(value) for value in values)
                return Range._of(*times, "seconds" if plain else "time")
        raise ValueError(f"[{low}, {high}] is not a range: write two numbers of one unit, e.g. [22%, 52%]")

    @staticmethod
    def _of(low: float, high: float, notation: str) -> Range:
        if not (math.isfinite(low) and math.isfinite(high)) or (low >= high) is not notation.startswith("-"):
            raise ValueError("a range goes from the lower to the higher value")
        return Range(low, high, notation)

    def at(self, place: float) -> Any:
        """The value at ``place`` (0 to 1) of the range, written as its ends are."""
        if self.notation == "whole":  # every whole number has the same share of places
            return min(int(self.low + place * (self.high - self.low + 1)), int(self.high))
        value = self.low + place * (self.high - self.low)
        if self.notation == "number":
            return float(f"{value:.9g}")
        if self.notation == "seconds":
            return f"{round(value) / 1e6:.15g}s"
        if self.notation == "time":
            return format_duration(round(value))
        return self.notation.replace("#", f"{value:.9g}")
