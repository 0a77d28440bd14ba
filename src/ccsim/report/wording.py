"""Numbers, times and lists as people say them: 1,240 calls, 81.2 %, 4m17s, Monday 2 March, a, b and c."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence

from ccsim.units import DAY, MINUTE, SECOND

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip
NOTHING = "-"  # shown where there is no value, e.g. the mean wait of nobody


def number(value: float, digits: int = 3) -> str:
    """At least ``digits`` significant digits, thousands apart: 1,240 and 14.2 and 0.31."""
    if math.isnan(value):
        return NOTHING
    if math.isinf(value):
        return "unlimited"
    magnitude = math.floor(math.log10(abs(value))) if value else 0
    decimals = max(0, digits - 1 - max(magnitude, 0)) if value else 0
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def count(value: float) -> str:
    """A count that may be an expectation: one decimal below 100, whole above."""
    if math.isnan(value):
        return NOTHING
    return f"{value:,.0f}" if abs(value) >= 99.95 or value == round(value) else f"{value:,.1f}"


def percent(share: float, decimals: int = 1) -> str:
    """0.812 -> ``81.2 %``; what would be rounded to nothing is ``under 0.1 %``."""
    least = 10.0**-decimals
    if 0 < 100 * share < least / 2:
        return f"under {least:g} %"
    return NOTHING if math.isnan(share) else f"{100 * share:.{decimals}f} %"


def round_percent(share: float) -> str:
    """0.8 -> ``80 %``, 0.125 -> ``12.5 %``: for what somebody typed."""
    return NOTHING if math.isnan(share) else f"{100 * share:.6g} %"


def seconds(value: float) -> str:
    """Seconds as a duration of about three digits: 0.4 s, 12.3 s, 4m17s, 2h05m."""
    if math.isnan(value):
        return NOTHING
    if math.isinf(value):
        return "without end"
    if abs(value) < 59.95:
        return f"{value:.1f}".removesuffix(".0") + " s"
    whole = round(value)
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02d}s".removesuffix("00s")
    minutes = round(value / 60)
    return f"{minutes // 60}h{minutes % 60:02d}m".removesuffix("00m")


def exact_duration(us: int) -> str:
    """Microseconds without loss where it matters to a reader: 38.1 s below a minute, then 3m12s, 1h02m05s."""
    if us < MINUTE:
        return f"{us / SECOND:.1f} s" if us else "0 s"
    whole = round(us / SECOND)
    hours, rest = divmod(whole, 3600)
    return f"{hours}h{rest // 60:02d}m{rest % 60:02d}s" if hours else f"{rest // 60}m{rest % 60:02d}s"


def time_of_day(us: int) -> str:
    """``08:00``, or ``08:00:30`` where seconds matter; midnight at the end of a day is ``24:00``."""
    within = us % DAY
    if within == 0 and us > 0:
        return "24:00"
    hours, rest = divmod(within // SECOND, 3600)
    text = f"{hours:02d}:{rest // 60:02d}"
    return f"{text}:{rest % 60:02d}" if rest % 60 else text


def clock(us: int) -> str:
    """Time of day to the millisecond, cut and not rounded, so that a window holds what it shows."""
    within = us % DAY
    hours, rest = divmod(within // 1000, 3_600_000)
    return f"{hours:02d}:{rest // 60_000:02d}:{rest // 1000 % 60:02d}.{rest % 1000:03d}"


def day_name(start: dt.date, day: int) -> str:
    """``Monday 2 March`` for a day counted from ``start``."""
    date = start + dt.timedelta(days=day)
    return f"{WEEKDAYS[date.weekday()]} {date.day} {MONTHS[date.month - 1]}"


def listed(items: Iterable[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    words = list(items)
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def few(items: Sequence[str], at_most: int = 3) -> str:
    """The first few and how many more there are: ``a, b, c and 4 more``."""
    if len(items) <= at_most:
        return listed(items)
    return f"{', '.join(items[:at_most])} and {len(items) - at_most} more"


def plural(amount: float, one: str, many: str = "") -> str:
    """``1 agent``, ``2 agents``, ``2.5 agents``."""
    return f"{count(amount)} {one if amount == 1 else many or one + 's'}"
