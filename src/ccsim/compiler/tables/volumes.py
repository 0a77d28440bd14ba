"""Interval volumes of one queue from a CSV file, whatever tool wrote it.

**Volume is what was offered** in every layout: contacts that asked for service in the interval, answered or
not. Answered or handled contacts would hide those who gave up, and a simulation would lose them twice.
Counts of handled contacts only weigh handle times.

**Wall clock.** Days are local dates of the center, each of 24 h. Where clocks go forward, the skipped hour
has volume 0; where they go back, the repeated hour is added up (its mean handle times weighted by
contacts).

**Handle times** come out as means in seconds per contact, whether the file holds means or totals.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ccsim.compiler.tables.complaints import Complaints, counted
from ccsim.compiler.tables.dialect import read_table
from ccsim.compiler.tables.grid import Float64, build_grid
from ccsim.compiler.tables.layouts import choose_layout
from ccsim.compiler.tables.layouts.rows import Draft, Layout
from ccsim.compiler.tables.queue_choice import choose_queue
from ccsim.compiler.tables.zones import open_clock
from ccsim.units import DAY


@dataclass(frozen=True, slots=True)
class Volumes:
    """Contacts offered to one queue.

    ``day``: ascending dates without a gap; empty for a typical week, where ``weekday`` (0 is Monday) names
    the rows. ``volume``: (days, cells) contacts; a file of daily totals has one cell a day.
    ``handle_time_s``, ``talk_s``, ``wrap_up_s``: the same shape, mean seconds per contact, nan where the
    file tells none (nothing was handled); None when the file never tells. ``handle_time_s`` is ``talk_s +
    wrap_up_s`` where both are known. ``notes`` tell how the file was read; ``warnings`` tell what is missing
    in it or may not be meant: blank cells, holes, days without rows, times off the grid.
    """

    layout: str
    queue: str
    interval_us: int
    day: tuple[date, ...]
    volume: Float64
    handle_time_s: Float64 | None
    talk_s: Float64 | None
    wrap_up_s: Float64 | None
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    rows_read: int
    weekday: tuple[int, ...] = ()

    @property
    def weekdays(self) -> bool:
        """The rows are days of a typical week instead of dates."""
        return bool(self.weekday)

    @property
    def daily(self) -> bool:
        """The file has totals of days, which need a shape."""
        return self.interval_us == DAY

    def row(self, day: date) -> int | None:
        """The row that holds for a date, or None when the file does not reach it."""
        if self.weekday:
            return self.weekday.index(day.weekday()) if day.weekday() in self.weekday else None
        place = (day - self.day[0]).days
        return place if 0 <= place < len(self.day) else None


def read_volumes(
    path: Path,
    *,
    layout: str = "auto",
    queue: str | None = None,
    default_queue: str = "",
    file_zone: str | None = None,
    center_zone: str | None = None,
    handle_time: str | None = None,
    interval_us: int | None = None,
) -> Volumes:
    """Read the volumes of one queue. Raises ``InputFileError`` with every problem found.

    ``layout``: a name of :data:`ccsim.compiler.tables.layouts.LAYOUTS` or ``auto``. ``queue``: name or id
    in the file, which must be there; otherwise ``default_queue`` if it is there, or else the only queue of
    the file. ``file_zone``: IANA zone of time stamps without an offset, ``local``, or None for what the
    layout says. ``center_zone``: the zone of the scenario's clock. ``handle_time``: ``mean`` or ``total``,
    None for what the layout says. ``interval_us``: length of an interval in microseconds, where the file
    does not say.
    """
    table = read_table(path)
    complaints = Complaints(path)
    kind = choose_layout(layout, table, complaints)
    draft = kind.open(table, complaints)
    total = _is_total(kind, handle_time, complaints)
    clock = open_clock(file_zone or kind.zone, center_zone, complaints)
    if draft.weekdays and not clock.local:
        raise complaints.fatal(
            0, "zone", "a typical week has no dates, so its times cannot be converted between zones"
        )
    chosen, notes = _rows_of_queue(draft, queue, default_queue, complaints)
    rows = [interval for row in draft.rows for interval in draft.read(row)]
    complaints.stop_if_any()
    if not rows:
        raise complaints.fatal(0, "", "the file has no rows of volumes")
    grid = build_grid(rows, clock, complaints, total=total, interval_us=interval_us, weekdays=draft.weekdays)
    if table.decimal_comma:
        notes.append("numbers are written with a decimal comma")
    return Volumes(
        layout=kind.name,
        queue=chosen,
        interval_us=grid.interval_us,
        day=() if draft.weekdays else tuple(grid.days),
        volume=grid.volume,
        handle_time_s=grid.handle_time,
        talk_s=grid.talk,
        wrap_up_s=grid.wrap_up,
        notes=(*draft.notes, *notes, *grid.notes),
        warnings=tuple(grid.warnings),
        rows_read=len(draft.rows),
        weekday=tuple(day.weekday() for day in grid.days) if draft.weekdays else (),
    )


def _rows_of_queue(
    draft: Draft, queue: str | None, default_queue: str, complaints: Complaints
) -> tuple[str, list[str]]:
    """Keep the rows of the chosen queue only; its name and what to say about the others."""
    if draft.queue_of is None:
        if queue is not None:
            raise complaints.fatal(
                0, "queue", f"the file has no queues to choose '{queue}' from; leave queue out"
            )
        return "", []
    if not draft.rows:
        return "", []
    named = [(draft.queue_of(row), row) for row in draft.rows]
    chosen, note = choose_queue({key for key, _ in named}, queue, default_queue, complaints)
    kept = [row for (name, _), row in named if name == chosen]
    skipped = len(draft.rows) - len(kept)
    draft.rows = kept
    if skipped:
        note += f" ({counted(skipped, 'row')} of other queues skipped)"
    return chosen, [note] if note else []


def _is_total(layout: Layout, handle_time: str | None, complaints: Complaints) -> bool:
    if handle_time is None:
        return layout.handle_time == "total"
    if handle_time not in ("mean", "total"):
        raise complaints.fatal(0, "handle_time", f"'{handle_time}' is neither mean nor total")
    if not layout.handle_time:
        raise complaints.fatal(
            0, "handle_time", f"the {layout.name} layout has no handle times; leave handle_time out"
        )
    return handle_time == "total"
