"""What an experiment is to reach: targets (``>= 80%``) and precision (``+/- 1%``)."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ccsim.metrics import find
from ccsim.units import parse_duration, parse_share, plain_number

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
BY_QUEUE = ("queue",)  # what a plan measures by where queues can be told apart
_TARGET = re.compile(r"\s*(>=|<=|>|<|≥|≤)\s*(.+?)\s*")
_HALF_WIDTH = re.compile(r"\s*(?:\+/-|±|\+-)\s*(.+?)(\s+of it)?\s*")


@dataclass(frozen=True, slots=True)
class Target:
    """A bound on a metric, as written in ``text``; ``bound`` is in the unit of the metric.

    ``queue``: of this queue alone; None: of the whole center.
    """

    metric: str
    sign: str
    bound: float
    text: str
    queue: str | None = None

    def met(self, value: float) -> bool:
        """Does the value keep the bound? What could not be measured does not."""
        return not math.isnan(value) and _COMPARE[self.sign](value, self.bound)


@dataclass(frozen=True, slots=True)
class Criterion:
    """How narrow the interval of a metric must be: half of it at most ``half_width``.

    In the unit of the metric, or as a share of the value where ``relative``.
    """

    metric: str
    half_width: float
    relative: bool
    text: str

    def allowed(self, value: float) -> float:
        """The half-width that is narrow enough around ``value``; nan where there is no value."""
        return self.half_width * abs(value) if self.relative else self.half_width

    def reached(self, value: float, half_width: float) -> bool:
        """Is the interval narrow enough? What could not be measured needs no more replications."""
        return math.isnan(value) or half_width <= self.allowed(value)


def read_target(metric: str, text: object, queue: str | None = None) -> Target:
    """The bound of ``>= 80%``, ``<= 20s`` or ``< 3``; raises ValueError."""
    found = _TARGET.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"{text!r} is not a bound; write e.g. '>= {_example(metric)}'")
    sign = {"≥": ">=", "≤": "<="}.get(found[1], found[1])
    return Target(metric, sign, read_amount(metric, found[2]), str(text), queue)


def each_target(targets: Mapping[str, Any]) -> Iterator[tuple[str, str | None, object]]:
    """(metric, queue, bound) of each bound of ``targets``, a map by metric and, where wanted, by queue."""
    for metric, written in targets.items():
        by_queue = written if isinstance(written, Mapping) else {None: written}
        for queue, text in by_queue.items():
            yield metric, queue, text


def read_criterion(metric: str, text: object) -> Criterion:
    """The half-width of ``+/- 1%`` (in the unit of the metric) or ``+/- 2% of it``; raises ValueError."""
    found = _HALF_WIDTH.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(
            f"{text!r} is not a half-width; write e.g. '+/- {_example(metric)}' or '+/- 2% of it'"
        )
    relative = found[2] is not None
    amount = parse_share(found[1]) if relative else read_amount(metric, found[1])
    if not amount > 0:
        raise ValueError(f"{text!r} can never be reached; a half-width is above 0")
    return Criterion(metric, amount, relative, str(text))


def read_amount(metric: str, text: str) -> float:
    """A number in the unit of the metric: ``80%`` of a share, ``20s`` of a time; raises ValueError."""
    unit = unit_of(metric)
    if unit == "share":
        return parse_share(text)
    if unit == "s":
        return parse_duration(text) / 1e6
    if unit == "h" and text[-1:].isalpha():
        return parse_duration(text) / 3.6e9
    try:
        amount = float(text)
    except ValueError:
        hint = "; for a share of the value write '+/- 2% of it'" if text.endswith("%") else ""
        raise ValueError(f"{text!r} is not a number of {unit or 'its unit'}{hint}") from None
    if not math.isfinite(amount):
        raise ValueError(f"{text!r} is not a number that can be used")
    return amount


def say_amount(metric: str, amount: float) -> str:
    """A number in the unit of the metric: ``81.3%``, ``20.5 s``, ``1204.7``."""
    unit = unit_of(metric)
    if math.isnan(amount):
        return "-"
    if unit == "share":
        return f"{amount:.1%}"
    shown = f"{amount:.1f}" if abs(amount) < 1e6 else plain_number(round(amount))
    return f"{shown} {unit}" if unit in ("s", "h") else shown


def goes_by_queue(metric: str) -> bool:
    """Whether a metric can be measured of one queue; one of the user's own cannot."""
    return ":" not in metric and set(BY_QUEUE) <= find(metric).keys


def unit_of(metric: str) -> str:
    """The unit of a metric; empty for one of the user's own."""
    return "" if ":" in metric else find(metric).unit


def _example(metric: str) -> str:
    return {"share": "80%", "s": "20s"}.get(unit_of(metric), "3")
