"""Collecting what is wrong with a table, so that the user sees every problem at once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ccsim.errors import InputFileError, Problem


class Complaints:
    """The problems of one file, each with its line (0: the file as a whole) and its column name."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._problems: list[Problem] = []

    def __bool__(self) -> bool:
        return bool(self._problems)

    def add(self, line: int, column: str, message: str) -> None:
        self._problems.append(Problem(path=column, message=message, file=str(self.path), line=line))

    def error(self) -> InputFileError:
        """The error that holds every problem so far, in the order of the lines."""
        return InputFileError(sorted(self._problems, key=lambda problem: problem.line), source=str(self.path))

    def stop_if_any(self) -> None:
        if self._problems:
            raise self.error()

    def fatal(self, line: int, column: str, message: str) -> InputFileError:
        """Add a last problem, after which reading on makes no sense; the caller raises the result."""
        self.add(line, column, message)
        return self.error()


def listed(names: Iterable[str], at_most: int = 8) -> str:
    """``a, b, c``, cut after ``at_most`` names with a count of the rest."""
    every = list(names)
    shown = ", ".join(every[:at_most])
    return f"{shown} and {len(every) - at_most} more" if len(every) > at_most else shown


def counted(count: int, noun: str) -> str:
    """``1 row``, ``2 rows``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
