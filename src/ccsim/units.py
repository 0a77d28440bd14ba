"""Text with units, in and out: "5m20s" <-> int microseconds, "12%", "x4", "08:00-16:30", "mon-fri".

Every reader raises ``ValueError`` with a sentence that names the value and a way out. Arithmetic on what the
user wrote is decimal, so that "0.1s" is 100000 microseconds and "12%" is the float nearest to 0.12.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from decimal import Decimal

from ccsim.commas import comma_said

MICROSECOND = 1
MILLISECOND = 1_000
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY

LONGEST = 3660 * DAY  # ten years: beyond it, somebody mistyped

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FULL_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_WORDS = {
    "every day": frozenset(range(7)),
    "weekdays": frozenset(range(5)),
    "weekend": frozenset((5, 6)),
}

_UNITS = {
    "us": MICROSECOND,
    "ms": MILLISECOND,
    "s": SECOND,
    "m": MINUTE,
    "h": HOUR,
    "d": DAY,
    "w": WEEK,
}
_WORDS = {
    "sec": "s", "secs": "s", "second": "s", "seconds": "s", "min": "m", "mins": "m", "minute": "m",
    "minutes": "m", "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "day": "d", "days": "d",
    "week": "w", "weeks": "w",
}  # fmt: skip
_NUMBER = r"(?:\d+(?:\.\d+)?|\.\d+)"
_PIECE = re.compile(rf"({_NUMBER})\s*([a-zA-Z]+)\s*")
_PLAIN_NUMBER = re.compile(rf"[+-]?{_NUMBER}(?:[eE][+-]?\d+)?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_PERCENT = re.compile(rf"([+-]?{_NUMBER})\s*%")
_TIMES = re.compile(rf"[x×]\s*({_NUMBER}(?:[eE][+-]?\d+)?)")

DURATION_EXAMPLES = "e.g. 90s, 5m20s, 8h"
RANGE_EXAMPLE = "write a range such as 08:00-18:00"


def did_you_mean(word: str, known: Iterable[str], *, closeness: float = 0.7) -> str:
    """``; did you mean NAME?`` for the nearest of the known names, or nothing."""
    names = {name.lower(): name for name in known}
    near = [names[n] for n in difflib.get_close_matches(word.lower(), list(names), n=1, cutoff=closeness)]
    return f"; did you mean {near[0]}?" if near else ""


def plain_number(value: float) -> str:
    """The shortest decimal text that reads back as the same float, without an exponent."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return format(Decimal(repr(float(value))), "f")


def parse_duration(text: str) -> int:
    """Microseconds of a time with units: ``90s``, ``5m20s``, ``1.5h``, ``250ms``, ``3d``, ``6w``."""
    stripped = text.strip()
    if _PLAIN_NUMBER.fullmatch(stripped):
        if stripped.startswith("-"):
            raise ValueError(f"{stripped!r} is negative and has no unit; write a time, {DURATION_EXAMPLES}")
        raise ValueError(f"{stripped!r} needs a unit, {DURATION_EXAMPLES}")
    if _CLOCK.fullmatch(stripped):
        raise ValueError(f"{stripped!r} looks like a clock time; write a length of time, {DURATION_EXAMPLES}")
    if stripped.startswith("-"):
        raise ValueError(f"{stripped!r} is negative; a length of time is 0s or more")
    total = Decimal(0)
    place = 0
    smallest = None
    while place < len(stripped):
        piece = _PIECE.match(stripped, place)
        if piece is None:
            raise ValueError(comma_said(text) or f"{text!r} is not a length of time, {DURATION_EXAMPLES}")
        size = _unit_size(piece[2], text)
        if smallest is not None and size >= smallest:
            raise ValueError(f"{text!r}: write larger units first and each once, {DURATION_EXAMPLES}")
        smallest = size
        total += Decimal(piece[1]) * size
        place = piece.end()
    if smallest is None:
        raise ValueError(f"an empty text is not a length of time, {DURATION_EXAMPLES}")
    if total > LONGEST:
        raise ValueError(f"{text!r} is longer than ten years, which is the most")
    if total != int(total):
        raise ValueError(f"{text!r} is finer than a microsecond")
    return int(total)


def _unit_size(unit: str, text: str) -> int:
    known = _UNITS.get(unit) or _UNITS.get(_WORDS.get(unit.lower(), ""))
    if known is None:
        raise ValueError(f"{text!r} has no unit that is known; there are: us, ms, s, m, h, d, w")
    return known


def format_duration(microseconds: int) -> str:
    """Text that :func:`parse_duration` reads back exactly: ``5m20s``, ``8h``, ``1.5s``, ``3d``."""
    rest = int(microseconds)
    if rest < 0:
        return "-" + format_duration(-rest)
    if rest >= 2 * DAY and rest % DAY == 0:
        return f"{rest // DAY}d"
    out = ""
    for unit, size in (("h", HOUR), ("m", MINUTE)):
        count, rest = divmod(rest, size)
        if count:
            out += f"{count}{unit}"
    if rest or not out:
        out += f"{format(Decimal(rest) / SECOND, 'f')}s"
    return out


def parse_share(text: str) -> float:
    """A share 0..1 of a text with a percent sign: ``12%``."""
    stripped = text.strip()
    found = _PERCENT.fullmatch(stripped)
    if found is None:
        if _PLAIN_NUMBER.fullmatch(stripped):
            raise ValueError(f"{stripped!r} needs a percent sign, e.g. {_as_percent(stripped)}")
        raise ValueError(comma_said(text) or f"{text!r} is not a share; write percent, e.g. 12%")
    value = Decimal(found[1]) / 100
    if value < 0:
        raise ValueError(f"{stripped!r} is below 0%")
    if value > 1:
        raise ValueError(f"{stripped!r} is more than 100%")
    return float(value)


def _as_percent(number: str) -> str:
    value = Decimal(number)
    if 0 < value <= 1:
        value *= 100
    return f"{format(value.normalize(), 'f')}%" if 0 <= value <= 100 else "12%"


def format_share(share: float) -> str:
    """``12%`` of 0.12; reads back as the same float."""
    return f"{format((Decimal(repr(float(share))) * 100).normalize(), 'f')}%"


def parse_factor(text: str) -> float:
    """A multiplier: ``+4%`` is 1.04, ``-20%`` is 0.8, ``150%`` is 1.5, ``x4`` is 4."""
    stripped = text.strip()
    times = _TIMES.fullmatch(stripped)
    percent = _PERCENT.fullmatch(stripped)
    if times is not None:
        value = Decimal(times[1])
    elif percent is not None:
        value = Decimal(percent[1]) / 100
        if stripped[0] in "+-":
            value += 1
    elif _PLAIN_NUMBER.fullmatch(stripped):
        raise ValueError(f"{stripped!r} needs a sign of what it means: x1.2, 120% or +20%")
    else:
        raise ValueError(comma_said(text) or f"{text!r} is not a multiplier; write x1.2, 120% or +20%")
    if value < 0:
        raise ValueError(f"{stripped!r} takes away more than there is; the least is -100% (x0)")
    if value > 10_000:
        raise ValueError(f"{stripped!r} is too large; the most is x10000")
    return float(value)


def parse_growth(text: str) -> float:
    """A multiplier of the whole volume: ``+10%``, ``-5%``, ``x1.1``, ``110%``; ``10%`` would be a guess."""
    stripped = text.strip()
    factor = parse_factor(text)
    if factor < 1 and _PERCENT.fullmatch(stripped) and stripped[0] not in "+-":
        raise ValueError(
            f"{stripped!r} could mean {stripped} more or {stripped} of the volume; "
            f"write +{stripped}, or {format_factor(factor)}"
        )
    return factor


def format_factor(factor: float) -> str:
    """``x1.04`` of 1.04; reads back as the same float."""
    return f"x{plain_number(factor)}"


def parse_time_of_day(text: str) -> int:
    """Microseconds since midnight of ``08:00`` or ``08:00:30``; ``24:00`` is the end of the day."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text.strip()!r} is not a time of day such as 08:00")
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    value = hour * HOUR + minute * MINUTE + second * SECOND
    if minute > 59 or second > 59 or value > DAY:
        raise ValueError(f"{text.strip()!r} is not a time of day; the day goes from 00:00 to 24:00")
    return value


def format_time_of_day(microseconds: int) -> str:
    """``08:00`` of a time since midnight; past midnight the clock starts again, but 24:00 stays."""
    rest = int(microseconds)
    if rest != DAY:
        rest %= DAY
    hour, rest = divmod(rest, HOUR)
    minute, rest = divmod(rest, MINUTE)
    if not rest:
        return f"{hour:02d}:{minute:02d}"
    second, rest = divmod(rest, SECOND)
    fraction = f"{rest / SECOND:.6f}".rstrip("0")[1:] if rest else ""
    return f"{hour:02d}:{minute:02d}:{second:02d}{fraction}"


def parse_range(text: str) -> tuple[int, int]:
    """(from, to) in microseconds since midnight of ``08:00-18:00``; ``18:00-02:00`` ends at 26 h."""
    parts = re.split(r"\s*[-–]\s*", text.strip())
    if len(parts) == 1 and _CLOCK.fullmatch(parts[0]):
        raise ValueError(f"{text.strip()!r} is one time of day; {RANGE_EXAMPLE}")
    if len(parts) != 2:
        raise ValueError(f"{text.strip()!r} is not a range of hours; {RANGE_EXAMPLE}")
    if any(part.isdigit() for part in parts):
        raise ValueError(f"{text.strip()!r} needs minutes too; {RANGE_EXAMPLE}")
    if not all(_CLOCK.fullmatch(part) for part in parts):
        raise ValueError(f"{text.strip()!r} is not a range of hours; {RANGE_EXAMPLE}")
    start, end = (parse_time_of_day(part) for part in parts)
    if start == DAY:
        raise ValueError(f"{text.strip()!r} starts at the end of the day; write 00:00")
    if start == end:
        raise ValueError(f"{text.strip()!r} is empty; round the clock is 00:00-24:00")
    return (start, end) if end > start else (start, end + DAY)


def format_range(window: tuple[int, int]) -> str:
    """``08:00-18:00`` of a pair of times since midnight."""
    return f"{format_time_of_day(window[0])}-{format_time_of_day(window[1])}"


def parse_days(text: str) -> frozenset[int]:
    """Weekdays (0 is Monday) of ``mon-fri``, ``mon,wed-fri``, ``every day``, ``weekdays``, ``weekend``."""
    stripped = text.strip().lower()
    if stripped in _DAY_WORDS:
        return _DAY_WORDS[stripped]
    days: set[int] = set()
    for part in stripped.split(","):
        ends = [_day_number(name, text) for name in re.split(r"\s*[-–]\s*", part.strip())]
        if len(ends) > 2:
            raise ValueError(f"{text!r} is not a set of days; write mon-fri or mon,wed-fri")
        length = (ends[-1] - ends[0]) % 7 + 1
        days.update((ends[0] + step) % 7 for step in range(length))
    return frozenset(days)


def _day_number(name: str, text: str) -> int:
    for names in (DAY_NAMES, _FULL_DAY_NAMES):
        if name in names:
            return names.index(name)
    if not name:
        raise ValueError(f"{text!r} is not a set of days; write mon-fri or mon,wed-fri")
    hint = did_you_mean(name, (*DAY_NAMES, *_FULL_DAY_NAMES, *_DAY_WORDS), closeness=0.6)
    raise ValueError(f"no day {name!r}{hint or '; there are: ' + ', '.join(DAY_NAMES) + ', every day'}")


def format_days(days: Iterable[int]) -> str:
    """``mon-fri,sun`` of weekday numbers; all seven are ``every day``."""
    wanted = sorted(set(days))
    if len(wanted) == 7:
        return "every day"
    runs: list[list[int]] = []
    for day in wanted:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(
        DAY_NAMES[run[0]] if len(run) == 1 else f"{DAY_NAMES[run[0]]}-{DAY_NAMES[run[-1]]}" for run in runs
    )
