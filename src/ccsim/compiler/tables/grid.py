"""From interval rows to a grid of days and cells: lengths, zones, clock changes, duplicates, gaps."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from ccsim.compiler.tables.complaints import Complaints, counted, listed
from ccsim.compiler.tables.layouts.rows import IntervalRow
from ccsim.compiler.tables.moments import is_skipped, since
from ccsim.compiler.tables.zones import Clock
from ccsim.units import DAY, DAY_NAMES, HOUR, LONGEST, MINUTE, format_duration, format_time_of_day

Float64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

LENGTHS = (DAY, HOUR, 30 * MINUTE, 20 * MINUTE, 15 * MINUTE, 10 * MINUTE, 5 * MINUTE)
SATURDAY = 5
MANY_HOLES = 100  # and a tenth of the expected intervals: the file leaves out quiet ones
MINIMUM_ALIGNED = (
    0.75  # above what any finer interval reaches: rows each 15 minutes are half on the 30-minute grid
)


@dataclass
class Grid:
    """Volumes and mean handle times, (days, cells per day); means are nan where the file tells none."""

    interval_us: int
    days: list[date]
    volume: Float64
    weekdays: bool
    handle_time: Float64 | None = None
    talk: Float64 | None = None
    wrap_up: Float64 | None = None
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def named(self, day: int, cell: int) -> str:
        """``2026-03-02 08:30``, or ``mon 08:30`` in a typical week."""
        name = DAY_NAMES[self.days[day].weekday()] if self.weekdays else str(self.days[day])
        return f"{name} {format_time_of_day(cell * self.interval_us)}"


def build_grid(
    rows: Sequence[IntervalRow],
    clock: Clock,
    complaints: Complaints,
    *,
    total: bool,
    interval_us: int | None,
    weekdays: bool,
) -> Grid:
    """Lay the rows of one queue on the wall clock of the center.

    ``total``: handle times are totals, not means. ``interval_us``: the interval when the file does not say.
    ``weekdays``: the dates stand for days of a typical week; otherwise days without rows between the first
    and the last become days of volume 0. Raises ``InputFileError`` for rows off the grid, of other lengths,
    or that tell one interval twice.
    """
    length = _length(rows, complaints, interval_us)
    complaints.stop_if_any()
    rows = [_with_fold(row, clock) for row in rows]
    _refuse_duplicates(rows, clock, complaints)
    walls = [_day_of(row, clock, complaints) if length == DAY else clock.wall(row.starts_at) for row in rows]
    _refuse_long_spans(rows, walls, complaints)
    complaints.stop_if_any()
    days = _days(walls, fill=not weekdays)
    step = length
    for wall in walls:  # an offset of 5 h 30 m puts full hours on half ones: cells become finer, volumes even
        step = math.gcd(step, since(wall.date(), wall))
    cells = _cells(walls, days, step, length)
    grid = Grid(step, days, np.zeros((len(days), DAY // step)), weekdays)
    _fill(grid, rows, cells, length // step, total)
    grid.notes += _clock_notes(grid, rows, walls, clock)
    _tell_gaps(grid, cells, length // step, clock)
    if not interval_us and not any(row.length_us for row in rows):
        grid.warnings += _odd_times(rows, length)
    if step != length:
        grid.notes.append(
            f"intervals of {format_duration(length)} are off the grid in {clock.center_zone}: "
            f"cut into {format_duration(step)}"
        )
    return grid


def _length(rows: Sequence[IntervalRow], complaints: Complaints, wanted: int | None) -> int:
    told = Counter(row.length_us for row in rows if row.length_us)
    if told:
        length = told.most_common(1)[0][0]
        for row in rows:
            if row.length_us != length:
                message = (
                    f"lasts {format_duration(row.length_us)}, but most rows last {format_duration(length)}"
                )
                complaints.add(row.line, "interval", message)
        if wanted is not None and wanted != length:
            message = f"the file's intervals last {format_duration(length)}, not {format_duration(wanted)}"
            complaints.add(0, "interval", message)
    else:
        length = wanted or _detected_length(rows)
    for row in rows:
        if since(row.starts_at.date(), row.starts_at) % length and length != DAY:
            time = format_time_of_day(since(row.starts_at.date(), row.starts_at))
            complaints.add(
                row.line, "interval", f"starts at {time}, which is off the {format_duration(length)} grid"
            )
    return length


def _detected_length(rows: Sequence[IntervalRow]) -> int:
    """The longest usual interval on whose grid three rows of four start."""
    starts = np.array([since(row.starts_at.date(), row.starts_at) for row in rows])
    for length in LENGTHS:
        if np.mean(starts % length == 0) > MINIMUM_ALIGNED:
            return length
    return LENGTHS[-1]


def _with_fold(row: IntervalRow, clock: Clock) -> IntervalRow:
    starts_at = clock.told_apart(row.starts_at, row.part)
    if starts_at.fold == row.starts_at.fold:
        return row
    return IntervalRow(
        row.line,
        starts_at,
        row.length_us,
        row.offered,
        row.handled,
        row.handle_time,
        row.talk,
        row.wrap_up,
        row.part,
    )


def _refuse_duplicates(rows: Sequence[IntervalRow], clock: Clock, complaints: Complaints) -> None:
    first: dict[tuple[tuple[datetime, int], str], int] = {}
    for row in rows:
        key = clock.instant(row.starts_at), row.part
        if key in first:
            when = row.starts_at.isoformat(sep=" ", timespec="minutes")
            complaints.add(row.line, "interval", f"{when} is already on line {first[key]}")
        first.setdefault(key, row.line)


def _refuse_long_spans(
    rows: Sequence[IntervalRow], walls: Sequence[datetime], complaints: Complaints
) -> None:
    """A mistyped year would make a grid of centuries."""
    first, last = (edge(range(len(walls)), key=walls.__getitem__) for edge in (min, max))
    if walls[last] - walls[first] > timedelta(microseconds=LONGEST):
        message = f"{walls[last]:%Y-%m-%d} is more than ten years after {walls[first]:%Y-%m-%d}"
        complaints.add(rows[last].line, "interval", f"{message} on line {rows[first].line}")


def _day_of(row: IntervalRow, clock: Clock, complaints: Complaints) -> datetime:
    """Midnight of a daily row: as written, or as converted when that is a midnight."""
    written = row.starts_at.replace(tzinfo=None, fold=0)
    if not since(written.date(), written):
        return written
    wall = clock.wall(row.starts_at)
    if not since(wall.date(), wall):
        return wall
    complaints.add(
        row.line, "interval", f"a daily row starts at {format_time_of_day(since(written.date(), written))}"
    )
    return written


def _days(walls: Sequence[datetime], fill: bool) -> list[date]:
    there = sorted({wall.date() for wall in walls})
    if not fill:
        return there
    return [there[0] + timedelta(days=number) for number in range((there[-1] - there[0]).days + 1)]


def _cells(walls: Sequence[datetime], days: Sequence[date], step: int, length: int) -> npt.NDArray[np.int64]:
    """(rows, pieces) flat numbers of the cells that each row covers, the last cell at most."""
    number = {day: place for place, day in enumerate(days)}
    per_day = DAY // step
    first = np.array([number[w.date()] * per_day + since(w.date(), w) // step for w in walls], dtype=np.int64)
    cells = first[:, None] + np.arange(length // step)
    inside: npt.NDArray[np.int64] = np.minimum(cells, len(days) * per_day - 1)
    return inside


def _fill(
    grid: Grid, rows: Sequence[IntervalRow], cells: npt.NDArray[np.int64], pieces: int, total: bool
) -> None:
    told = np.array([row.offered for row in rows])
    offered = np.nan_to_num(told)
    handled = np.array([row.handled for row in rows])
    handled = np.where(np.isnan(handled), offered, handled)
    np.add.at(grid.volume.reshape(-1), cells, offered[:, None] / pieces)
    if np.isnan(told).any():
        lines = [row.line for row in rows if np.isnan(row.offered)]
        blank = f"{counted(len(lines), 'row')} with a blank volume"
        grid.warnings.append(f"{blank}, the first on line {lines[0]}: 0 contacts there")
    lost = 0
    for name in ("handle_time", "talk", "wrap_up"):
        told = np.array([getattr(row, name) for row in rows])
        known = ~np.isnan(told)
        if not known.any():
            continue
        amount, weight = np.zeros(grid.volume.size), np.zeros(grid.volume.size)
        np.add.at(amount, cells[known], (told if total else told * handled)[known, None] / pieces)
        np.add.at(weight, cells[known], handled[known, None] / pieces)
        lost = max(lost, int(np.count_nonzero((amount > 0) & (weight == 0))))
        mean = np.divide(amount, weight, out=np.full(amount.size, np.nan), where=weight > 0)
        setattr(grid, name, mean.reshape(grid.volume.shape))
    if grid.talk is not None and grid.wrap_up is not None:
        grid.handle_time = grid.talk + grid.wrap_up
    if lost:
        grid.notes.append(
            f"{counted(lost, 'interval')} with handle time but nothing handled: that time is left out"
        )


def _clock_notes(
    grid: Grid, rows: Sequence[IntervalRow], walls: Sequence[datetime], clock: Clock
) -> list[str]:
    zone = clock.center_zone
    notes = clock.notes()
    if grid.interval_us == DAY and not clock.converted and not clock.local and zone is not None:
        notes.append(f"days of {clock.file_zone} were taken for days of {zone}")
    instants: dict[datetime, set[tuple[datetime, int]]] = {}
    for row, wall in zip(rows, walls, strict=True):
        instants.setdefault(wall, set()).add(clock.instant(row.starts_at))
    repeated = sorted({wall.replace(minute=0) for wall, times in instants.items() if len(times) > 1})
    notes += [f"the repeated hour of {hour:%Y-%m-%d %H:%M} was added up" for hour in repeated]
    if zone is not None and grid.interval_us != DAY:
        odd = [
            (row, wall)
            for row, wall in zip(rows, walls, strict=True)
            if row.offered > 0 and is_skipped(wall, zone)
        ]
        if odd:
            volume = sum(row.offered for row, _ in odd)
            notes.append(
                f"{odd[0][1]:%Y-%m-%d %H:%M} does not exist in {zone} (clocks go forward); "
                f"its {volume:g} contacts are kept at that time"
            )
    return notes


def _odd_times(rows: Sequence[IntervalRow], length: int) -> list[str]:
    """Says when the interval was found from times of day such as 08:00, 08:20, 09:00: 08:40 never comes."""
    times = sorted({since(row.starts_at.date(), row.starts_at) for row in rows})
    if length >= HOUR or times[-1] - times[0] < 2 * HOUR:
        return []
    there = {time % HOUR for time in times}
    never = [minute for minute in range(0, HOUR, length) if minute not in there]
    if not never:
        return []
    shown = listed([format_time_of_day(time) for time in times], 4)
    missing = listed([f":{minute // MINUTE:02d}" for minute in never], 6)
    return [
        f"the times {shown} fit intervals of {format_duration(length)} at most, but no time ends in "
        f"{missing}: correct the times, or say interval"
    ]


def _tell_gaps(grid: Grid, cells: npt.NDArray[np.int64], pieces: int, clock: Clock) -> None:
    """What was filled with 0: days, times of day that no row has, and single intervals.

    A few holes are warnings; many mean that the file leaves out quiet intervals. Those, hours around
    those of the file, and days without rows are notes: whether a queue is open then is not known here.
    """
    there: Bool = np.zeros(grid.volume.size, dtype=np.bool_)
    there[cells] = True
    present: Bool = there.reshape(grid.volume.shape)
    with_rows: Bool = np.any(present, axis=1)
    notes, warnings = grid.notes, grid.warnings
    empty = [day for day, known in zip(grid.days, with_rows.tolist(), strict=True) if not known]
    if empty:
        notes.append(f"no rows for {listed([str(day) for day in empty], 5)}: 0 contacts there")
    if grid.interval_us == DAY:
        return
    columns = np.flatnonzero(present.any(axis=0))
    first, last = int(columns[0]), int(columns[-1]) + 1
    if last - first < DAY // grid.interval_us:
        window = (
            f"{format_time_of_day(first * grid.interval_us)} to {format_time_of_day(last * grid.interval_us)}"
        )
        notes.append(f"no rows outside {window}: 0 contacts there")
    expected = _expected(grid, present, there, first, last, clock)
    missing = np.argwhere(expected & ~present)
    if clock.converted:
        notes += _edge_notes(grid, present, first, last)
    if len(missing):
        day, cell = missing[0]
        when = grid.named(int(day), int(cell))
        gaps = counted(-(-len(missing) // pieces), "interval")
        short = all(_never_on_weekends(grid, present, int(day), int(cell)) for day, cell in missing)
        quiet = len(missing) > max(MANY_HOLES, int(np.count_nonzero(expected)) // 10)
        (notes if short or quiet else warnings).append(
            f"{gaps} blank or without a row, the first on {when}: 0 contacts there"
        )


def _never_on_weekends(grid: Grid, present: Bool, day: int, cell: int) -> bool:
    """The day is of a weekend, and no such day of the file has a row then: hours are shorter there."""
    weekday = grid.days[day].weekday()
    same = [place for place, other in enumerate(grid.days) if other.weekday() == weekday]
    return weekday >= SATURDAY and not present[same, cell].any()


def _expected(grid: Grid, present: Bool, there: Bool, first: int, last: int, clock: Clock) -> Bool:
    """Where rows can be expected: on days with rows, at the usual times, from the first row to the last."""
    inside = np.zeros(there.size, dtype=bool)
    places = np.flatnonzero(there)
    inside[places[0] : places[-1] + 1] = True
    with_rows: Bool = np.any(present, axis=1)
    expected: Bool = inside.reshape(present.shape) & with_rows[:, None]
    expected[:, :first] = False
    expected[:, last:] = False
    if clock.center_zone is not None:
        for day, cell in np.argwhere(expected & ~present):
            midnight = datetime(grid.days[day].year, grid.days[day].month, grid.days[day].day)
            wall = midnight + timedelta(microseconds=int(cell) * grid.interval_us)
            expected[day, cell] = not is_skipped(wall, clock.center_zone)
    return expected


def _edge_notes(grid: Grid, present: Bool, first: int, last: int) -> list[str]:
    """A first or last day that the file covers only in part, as happens when times are converted."""
    begins = int(np.flatnonzero(present[0])[0])
    ends = int(np.flatnonzero(present[-1])[-1]) + 1
    notes = []
    if begins > first and len(grid.days) > 1:
        notes.append(f"the file begins at {grid.named(0, begins)}")
    if ends < last and len(grid.days) > 1:
        notes.append(f"the file ends at {grid.named(len(grid.days) - 1, ends)}")
    return notes
