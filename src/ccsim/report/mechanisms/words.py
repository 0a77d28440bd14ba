"""Words that several mechanisms share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ccsim.report.wording import listed, number, plural, round_percent, seconds
from ccsim.units import DAY, SECOND

if TYPE_CHECKING:
    from ccsim.scenario.laws import AnyLaw

DAY_S = DAY / SECOND


def span(value: float) -> str:
    """Seconds as :func:`seconds`, from two days on in days: 45 s, 20m, 8h, 2 days."""
    return plural(round(value / DAY_S, 1), "day") if 2 * DAY_S <= value < math.inf else seconds(value)


def span_us(value: int) -> str:
    """Microseconds as :func:`span`."""
    return span(value / SECOND)


def lasting(law: AnyLaw) -> str:
    """``60 s`` of a fixed time, ``20m on average`` of others."""
    mean = law.law().mean()
    if math.isinf(mean):
        return "for ever"
    return span(mean) if getattr(law, "value", None) is not None else f"{span(mean)} on average"


def parts(shares: dict[str, float]) -> str:
    """``80 % to billing and 20 % to chat``."""
    return listed(f"{round_percent(share)} to {name}" for name, share in shares.items())


def of_100(amount: float) -> str:
    """A part of 100: whole where it is not small."""
    if 0 < amount < 0.05:
        return "under 0.1"
    return f"{amount:.0f}" if amount >= 9.95 or round(amount, 1) == round(amount) else f"{amount:.1f}"


def when(part: Any) -> str:
    """``2026-03-04 10:00-11:30`` of something with days and hours; all day is not said."""
    dumped = part.model_dump(mode="json", include={"on", "hours"})
    hours = "" if part.hours == (0, DAY) else f" {dumped['hours']}"
    return f"{dumped['on']}{hours}"


def money(value: float) -> str:
    """``1,240``, ``22.50``, ``0.05``: no currency is known here."""
    return number(round(value), 4) if value >= 1000 else f"{value:.2f}"


def capital(text: str) -> str:
    """The first letter as a capital."""
    return text[:1].upper() + text[1:]
