"""A row of numbers as a row of blocks, with the ASCII alphabet for terminals that have nothing else."""

from __future__ import annotations

import math
from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
ASCII = "_.-:=+*#"


def sparkline(
    values: Sequence[float], *, unicode: bool = True, low: float | None = None, high: float | None = None
) -> str:
    """One character per value, scaled from ``low`` to ``high`` (default: least, greatest); nan is a space."""
    alphabet = BLOCKS if unicode else ASCII
    known = [v for v in values if not math.isnan(v)]
    if not known:
        return " " * len(values)
    bottom = min(known) if low is None else low
    top = max(known) if high is None else high
    return "".join(_block(v, bottom, top, alphabet) for v in values)


def _block(value: float, bottom: float, top: float, alphabet: str) -> str:
    if math.isnan(value):
        return " "
    if top <= bottom:
        return alphabet[len(alphabet) // 2]
    step = int((value - bottom) / (top - bottom) * len(alphabet))
    return alphabet[min(max(step, 0), len(alphabet) - 1)]


def steps_per_character(values: int, width: int) -> int:
    """How many neighbouring values share a character, so that ``values`` fit into ``width`` characters."""
    return max(1, math.ceil(values / max(width, 1)))
