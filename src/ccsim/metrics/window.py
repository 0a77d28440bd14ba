"""The part of a run that is measured: from the end of the warm-up, or from a day on."""

from __future__ import annotations

import datetime as dt

from ccsim.errors import MetricError
from ccsim.log import Labels
from ccsim.units import DAY, MICROSECOND, format_duration, format_time_of_day, parse_duration

Since = str | dt.date | dt.datetime


def measured_from(labels: Labels, warm_up: str | int | None = None, since: Since | None = None) -> int:
    """Microseconds from midnight of the first day at which measuring starts.

    ``warm_up``: text such as ``2h`` or microseconds, counted from the first opening; ``since``: a date or a
    time stamp. Raises MetricError for one that cannot be read or that leaves nothing to measure.
    """
    return max(_warm_up_us(warm_up, labels), _since_us(since, labels))


def _warm_up_us(warm_up: str | int | None, labels: Labels) -> int:
    """The instant at which the warm-up is over; 0 without one."""
    if warm_up is None:
        return 0
    try:
        length = parse_duration(warm_up) if isinstance(warm_up, str) else int(warm_up)
    except ValueError as problem:
        raise MetricError(f"warm_up: {problem}") from None
    if length < 0:
        raise MetricError(f"warm_up: {length} is negative")
    if not length:
        return 0
    first = int(labels.open_from.min()) if len(labels.open_from) else 0
    said = warm_up if isinstance(warm_up, str) else format_duration(length)
    if length > labels.days * DAY:
        days = f"{labels.days} day" + ("" if labels.days == 1 else "s")
        raise MetricError(f"warm_up {said} is longer than the run ({days})")
    if first + length >= _last_moment(labels):
        raise MetricError(f"warm_up {said} leaves nothing to measure: {_last_closing(labels)}")
    return first + length


def _since_us(since: Since | None, labels: Labels) -> int:
    """Microseconds from midnight of the first day to ``since``, at least 0."""
    if since is None:
        return 0
    try:
        at = dt.datetime.fromisoformat(since) if isinstance(since, str) else since
    except ValueError:
        raise MetricError(f"since: {since!r} is not a date or time stamp such as 2026-03-02 10:00") from None
    if not isinstance(at, dt.datetime):
        at = dt.datetime.combine(at, dt.time())
    if at.tzinfo is not None:
        raise MetricError(f"since: {since!r} has a zone; the run's clock is the center's own wall clock")
    length = at - dt.datetime.combine(labels.start, dt.time())
    found = max(length // dt.timedelta(microseconds=MICROSECOND), 0)
    if found >= _last_moment(labels):
        if found >= labels.days * DAY:
            last = labels.start + dt.timedelta(days=labels.days - 1)
            raise MetricError(f"since {since} is after the last day of the run, {last}")
        raise MetricError(f"since {since} leaves nothing to measure: {_last_closing(labels)}")
    return found


def _last_moment(labels: Labels) -> int:
    """The last closing; the end of the last day where nothing opens."""
    return int(labels.open_to.max()) if len(labels.open_to) else labels.days * DAY


def _last_closing(labels: Labels) -> str:
    """``the run closes at 18:00 on 2026-03-06``."""
    at = _last_moment(labels)
    day = (at - 1) // DAY
    date = labels.start + dt.timedelta(days=day)
    return f"the run closes at {format_time_of_day(at - day * DAY)} on {date}"
