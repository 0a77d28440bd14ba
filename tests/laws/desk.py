"""Little worlds played by hand: exact arrivals, durations and shifts, and what became of them.

Times are seconds after 09:00 of the first day. The center is open from 09:00 to 10:00.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import ccsim
from ccsim.kinds import Cause, Entry, IssueOutcome, Outcome, SessionOutcome, State
from ccsim.log import Log

SECOND = 1_000_000
NINE = 9 * 3600
DAY = 24 * 3600

Call = tuple[float, float, float]  # arrives, talk, wrap-up
Work = tuple[str, int, int, str]  # agent, from, to, activity
Leg = tuple[str, str | None, float | None, float]  # outcome, agent, answered, ended


class Desk:
    """Writes the files of a little world and plays it."""

    def __init__(self, folder: Path, engine: str) -> None:
        self.folder = folder
        self.engine = engine
        self.log: Log

    def play(
        self,
        calls: dict[str, list[Call]],
        staff: dict[str, list[Work]],
        queues: dict[str, dict[str, Any]] | None = None,
        groups: dict[str, dict[str, Any]] | None = None,
        days: int = 1,
        **top: Any,
    ) -> list[Leg]:
        """All legs in order of arrival; nobody loses patience unless a queue says so.

        Queues without calls are fed by others. Everybody can serve all queues unless a group says so.
        """
        for name, rows in calls.items():
            lines = [f"{_stamp(at)},{talk},{wrap_up}" for at, talk, wrap_up in rows]
            self._write(f"{name}.csv", ["arrived_at,talk_s,wrap_up_s", *lines])
        for name, work in staff.items():
            lines = [f"{who},{_date(a)},{_clock(a)},{_clock(b)},{what}" for who, a, b, what in work]
            self._write(f"{name}.csv", ["agent_id,date,start,end,activity", *lines])
        queues = {**{name: {} for name in calls}, **(queues or {})}
        skills = list(queues)
        data = {
            "format": 1,
            "name": "by hand",
            "time": {"start": "2026-03-02", "days": days, "open": "09:00-10:00", "drain": "0s"},
            "queues": {
                name: {
                    **({"arrivals": {"trace": f"{name}.csv"}} if name in calls else {}),
                    "patience": "never",
                    "closing": "clear",
                    **queue,
                }
                for name, queue in queues.items()
            },
            "agent_groups": {
                name: {"roster": f"{name}.csv", "skills": skills, **(groups or {}).get(name, {})}
                for name in staff
            },
            "shifts": {},
            **top,
        }
        scenario = ccsim.Scenario.from_dict(data, folder=self.folder)
        self.log = ccsim.simulate(scenario, engine=self.engine).logs[0]
        return self.legs("outcome", "agent", "answered_at", "ended_at")

    def _write(self, name: str, lines: list[str]) -> None:
        (self.folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")

    def legs(self, *columns: str) -> list[Any]:
        """Rows of these columns; a single column without tuples around its values."""
        return self._rows("legs", columns)

    def contacts(self, *columns: str) -> list[Any]:
        """As :meth:`legs`."""
        return self._rows("contacts", columns)

    def issues(self, *columns: str) -> list[Any]:
        """As :meth:`legs`."""
        return self._rows("issues", columns)

    def sessions(self, *columns: str) -> list[Any]:
        """As :meth:`legs`."""
        return self._rows("sessions", columns)

    def pieces(self, *columns: str) -> list[Any]:
        """As :meth:`legs`."""
        return self._rows("pieces", columns or ("leg_row", "agent", "from_at", "to_at"))

    def stretches(self) -> list[tuple[str, float, float]]:
        """State, from and to of everybody's stretches."""
        return self._rows("stretches", ("state", "from_at", "to_at"))

    def _rows(self, table: str, columns: tuple[str, ...]) -> list[Any]:
        values = [
            [self._said(table, column, value) for value in self.log.column(table, column).tolist()]
            for column in columns
        ]
        return values[0] if len(columns) == 1 else list(zip(*values, strict=True))

    def _said(self, table: str, column: str, value: int) -> Any:
        labels = self.log.labels
        names = {"queue": labels.queues, "agent": labels.agents, "front": labels.fronts}.get(column)
        if names is not None:
            return names[value] if value >= 0 else None
        outcomes = {"issues": IssueOutcome, "sessions": SessionOutcome}.get(table, Outcome)
        kinds = {"outcome": outcomes, "entry": Entry, "cause": Cause}
        if column in kinds:
            return kinds[column](value).name.lower()
        if column == "state":
            return State(value).name
        if column.endswith("_at"):
            return None if value < 0 else value / SECOND - NINE
        return value / SECOND if column.endswith("_us") and value >= 0 else value


def _date(at: float) -> str:
    return f"2026-03-{2 + (NINE + int(at)) // DAY:02d}"


def _clock(at: float) -> str:
    whole = (NINE + int(at)) % DAY
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _stamp(at: float) -> str:
    return f"{_date(at)}T{_clock(at)}"


def all_hour(*agents: str) -> list[Work]:
    """On duty from nine to ten."""
    return [(agent, 0, 3600, "work") for agent in agents]


def order_of(legs: list[Leg], names: list[str]) -> list[str]:
    """Which contact was answered first, second, ..."""
    answered = [np.inf if at is None else at for _, _, at, _ in legs]
    return [names[place] for place in np.argsort(answered, kind="stable")]
