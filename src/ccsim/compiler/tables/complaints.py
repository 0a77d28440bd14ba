"""Collecting what is wrong with a table, so that the user sees every problem at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ccsim.errors import InputFileError, Problem

AT_MOST = 5  # problems that differ in a value only; of more, the first one stands for all
_VALUES = re.compile(r"'[^']*'|\d+")


class Complaints:
    """The problems of one file, each with its line (0: the file as a whole) and its column name.

    What a file does wrong in every row becomes one problem with a count: the same sentence about the same
    column, or many sentences that differ in the quoted value and in numbers only.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._problems: list[Problem] = []
        self._details: list[tuple[str, str]] = []  # of each problem: its way out, and its kind

    def __bool__(self) -> bool:
        return bool(self._problems)

    def add(self, line: int, column: str, message: str, hint: str = "", kind: str = "") -> None:
        """``hint``: the way out, which follows the count of a folded problem. ``kind``: problems of one kind
        are folded when there are many; by default, those of one wording.
        """
        self._problems.append(Problem(path=column, message=message, file=str(self.path), line=line))
        self._details.append((hint, kind or _VALUES.sub("", f"{column} {message}{hint}")))

    def error(self) -> InputFileError:
        """The error that holds every problem so far, in the order of the lines."""
        kinds: dict[str, dict[tuple[str, str, str], list[Problem]]] = {}
        for problem, (hint, kind) in zip(self._problems, self._details, strict=True):
            same = kinds.setdefault(kind, {}).setdefault((problem.path, problem.message, hint), [])
            same.append(problem)
        folded = []
        for every in kinds.values():
            for (_, _, hint), same in list(every.items())[: 1 if len(every) > AT_MOST else None]:
                folded.append(replace(same[0], message=_with_count(same, hint, every.values())))
        return InputFileError(sorted(folded, key=lambda problem: problem.line), source=str(self.path))

    def stop_if_any(self) -> None:
        if self._problems:
            raise self.error()

    def fatal(self, line: int, column: str, message: str) -> InputFileError:
        """Add a last problem, after which reading on makes no sense; the caller raises the result."""
        self.add(line, column, message)
        return self.error()


def _with_count(same: list[Problem], hint: str, kind: Iterable[list[Problem]]) -> str:
    """The message of equal problems, with their number, and that of others of their kind if they are many."""
    message = same[0].message
    if len(same) > 1:
        first = f", first on line {same[0].line}" if same[0].line else ""
        message += f" ({len(same)} rows{first})"
    others = [problem for problems in kind for problem in problems]
    more = len(others) - len(same) if len(list(kind)) > AT_MOST else 0
    last = max(problem.line for problem in others)
    return f"{message}{hint}" + (f" (and {more} more like it, the last on line {last})" if more else "")


def listed(names: Iterable[str], at_most: int = 8) -> str:
    """``a, b, c``, cut after ``at_most`` names with a count of the rest."""
    every = list(names)
    shown = ", ".join(every[:at_most])
    return f"{shown} and {len(every) - at_most} more" if len(every) > at_most else shown


def counted(count: int, noun: str) -> str:
    """``1 row``, ``2 rows``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
