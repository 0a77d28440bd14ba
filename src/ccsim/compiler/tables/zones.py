"""From the time stamps of a file to the wall clock of the center."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ccsim.compiler.tables.complaints import Complaints
from ccsim.compiler.tables.moments import is_repeated


@dataclass
class Clock:
    """Turns time stamps into wall-clock times of the center and knows which instants they were.

    ``file_zone``: of stamps that carry no offset; None when they are local already. ``center_zone``: None
    when the scenario names none; then stamps stay as written. A stamp with an offset of its own ignores
    ``file_zone``.
    """

    file_zone: ZoneInfo | None
    center_zone: ZoneInfo | None
    converted: bool = False  # some stamp came from another zone
    unconverted: bool = False  # some stamp names a zone, but the scenario has none to convert to
    local: bool = field(init=False)
    _seen: dict[tuple[datetime, Hashable], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """``local``: stamps without an offset are wall-clock times of the center already."""
        self.local = self.file_zone is None or str(self.file_zone) == str(self.center_zone)

    def wall(self, stamp: datetime) -> datetime:
        """The naive wall-clock time of the center. Of a repeated hour the stamp's ``fold`` says which one."""
        if stamp.tzinfo is None:
            if self.local:
                return stamp.replace(fold=0) if stamp.fold else stamp
            stamp = stamp.replace(tzinfo=self.file_zone)
        if self.center_zone is None:
            self.unconverted = True
            return stamp.replace(tzinfo=None, fold=0)
        wall = stamp.astimezone(self.center_zone).replace(tzinfo=None, fold=0)
        self.converted = self.converted or wall != stamp.replace(tzinfo=None, fold=0)
        return wall

    def told_apart(self, stamp: datetime, series: Hashable) -> datetime:
        """The stamp, with ``fold=1`` when it is the second of a repeated hour written without an offset.

        Files do not say which of the two rows of a repeated hour came first; the first in the file is taken
        to be. ``series``: rows of one series are never at the same instant twice.
        """
        if stamp.tzinfo is not None:
            return stamp
        zone = self.center_zone if self.local else self.file_zone
        if zone is None or not is_repeated(stamp, zone):
            return stamp
        times = self._seen.get((stamp, series), 0)
        self._seen[stamp, series] = times + 1
        return stamp.replace(fold=1) if times == 1 else stamp

    def instant(self, stamp: datetime) -> tuple[datetime, int]:
        """What tells instants apart: UTC for a stamp with an offset, else the written time and its fold."""
        if stamp.tzinfo is not None:
            return stamp.astimezone(UTC), 0
        return stamp.replace(fold=0), stamp.fold

    def notes(self) -> list[str]:
        if self.unconverted:
            return ["the file's times name a zone but the scenario has none (time.zone): taken as they stand"]
        if self.converted:
            return [f"times were converted to {self.center_zone}"]
        return []


def open_clock(file_zone: str | None, center_zone: str | None, complaints: Complaints) -> Clock:
    """A clock for two zones given by name (IANA: ``Europe/Berlin``, or ``local`` for the file's).

    Unknown names are complained of.
    """
    file_name = None if file_zone in (None, "", "local") else file_zone
    return Clock(_zone(file_name, complaints), _zone(center_zone or None, complaints))


def _zone(name: str | None, complaints: Complaints) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        complaints.add(0, "zone", f"unknown time zone '{name}'; write it like Europe/Berlin or UTC")
        return None
