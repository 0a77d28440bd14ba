"""Values of an address as numbers and back: ``22%`` is 0.22, ``4m30s`` is 270."""

from __future__ import annotations

import contextlib
import re
from typing import Any

from ccsim.errors import CcsimError
from ccsim.units import format_duration, parse_duration, parse_factor, parse_share

_WITH_UNIT = re.compile(r"(\d*\.?\d+)(\s*/\s*\w+)")  # money: 20/h
TENTH_S = 100_000  # microseconds


def as_number(value: Any) -> float:
    """A number, a share from 0 to 1, a time in seconds, a factor (``+20%`` is 1.2); raises CcsimError."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    text = str(value).strip()
    if text[:1] in ("+", "-", "x", "×"):
        with contextlib.suppress(ValueError):
            return parse_factor(text)
    for read, unit in ((parse_share, 1.0), (parse_duration, 1e-6)):
        with contextlib.suppress(ValueError):
            return read(text) * unit
    found = _WITH_UNIT.fullmatch(text)
    if found is not None:
        return float(found[1])
    raise CcsimError(f"only numbers, shares and times can be told apart by size, not {value!r}")


def is_number(value: Any) -> bool:
    """Whether :func:`as_number` reads it."""
    with contextlib.suppress(CcsimError):
        as_number(value)
        return True
    return False


def like(number: float, value: Any) -> str:
    """``number`` written as ``value`` is, with the digits that people would say."""
    if isinstance(value, int | float):
        return f"{number:.4g}" if abs(number) < 1000 else f"{number:.0f}"
    text = str(value).strip()
    if text[:1] in ("+", "-"):
        return f"{_short(100 * (number - 1), '+')}%"
    if text[:1] in ("x", "×"):
        return f"{text[0]}{number:.4g}"
    if text.endswith("%"):
        return f"{_short(100 * number)}%"
    found = _WITH_UNIT.fullmatch(text)
    if found is not None:
        return f"{number:.4g}{found[2]}"
    step = TENTH_S if number < 60 else 10 * TENTH_S
    return format_duration(round(number * 1e6 / step) * step)


def _short(percent: float, sign: str = "") -> str:
    """One decimal, and none where it is 0."""
    text = f"{percent:{sign}.1f}"
    return text.removesuffix(".0")
