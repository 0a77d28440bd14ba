"""One readable tree of everything that ccsim can complain about.

``CcsimError`` is the root; a caller who wants to catch any of our complaints catches that.
The command line turns ``InputError``, ``MetricError`` and ``RequestError`` into exit code 2 and every other
``CcsimError`` into exit code 1, each with its message and no traceback.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

BELOW = 6  # columns by which a message is indented below its place
LEAST_WIDTH = 20  # columns of a message


class CcsimError(Exception):
    """Any complaint of ccsim."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the input, and where.

    ``path`` is the dotted address in the scenario (``queues.support.patience``), or the column of a
    table. ``line`` and ``column`` count from 1; 0 means that the place is unknown (a dict has no lines).
    """

    path: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0

    def where(self) -> str:
        """``line 14:5``, ``line 14``, or nothing."""
        if not self.line:
            return ""
        return f"line {self.line}:{self.column}" if self.column else f"line {self.line}"


class InputError(CcsimError):
    """Input that cannot be used; holds every problem found, not just the first."""

    SHOWN: ClassVar[int | None] = None  # how many problems the text lists before it counts the rest

    def __init__(self, problems: Sequence[Problem], source: str = "") -> None:
        self.problems = tuple(problems)
        self.source = source
        super().__init__(self.text())

    def text(self, width: int | None = None) -> str:
        """The problems as a list with the places in front; wrapped to ``width`` columns, if given."""
        count = len(self.problems)
        head = f"{self.source or 'the input'} has {count} problem{'s' if count != 1 else ''}"
        shown = self.problems[: self.SHOWN]
        wheres = [p.where() if not p.file else f"{p.file} {p.where()}".strip() for p in shown]
        wide_where = max((len(w) for w in wheres), default=0)
        wide_path = max((len(p.path) for p in shown), default=0)
        rows = [
            _row(f"  {where:<{wide_where}}  {p.path:<{wide_path}}  ", p.message, width)
            for where, p in zip(wheres, shown, strict=True)
        ]
        if count > len(shown):
            rows.append(f"  and {count - len(shown)} more")
        return "\n".join([head, *rows])


def _row(place: str, message: str, width: int | None) -> str:
    """One problem; a message that does not fit is wrapped beside its place, or below where that is wide."""
    if width is None or len(place + message) <= width:
        return f"{place}{message}".rstrip()
    beside = len(place) <= width // 2
    indent = " " * (len(place) if beside else BELOW)
    lines = [line for part in message.split("\n") for line in _wrapped(part, width - len(indent))]
    head = f"{place}{lines[0]}" if beside else f"{place.rstrip()}\n{indent}{lines[0]}"
    return "\n".join([head, *(f"{indent}{line}" for line in lines[1:])])


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of a text without breaks; those after the first are indented as the first is, and further."""
    text, inner = text.strip(), " " * (len(text) - len(text.lstrip()))
    return textwrap.wrap(
        text,
        max(width, LEAST_WIDTH),
        initial_indent=inner,
        subsequent_indent=inner + inner,
        break_long_words=False,
        break_on_hyphens=False,
    )


class ScenarioError(InputError):
    """A scenario that cannot be read, checked or compiled."""


class InputFileError(InputError):
    """A table beside the scenario (volumes, roster, trace) that cannot be read."""

    SHOWN = 20  # a table that is wrong in one row is often wrong in thousands


class EngineError(CcsimError):
    """An engine that cannot run a program, with its reason."""


class MetricError(CcsimError):
    """A metric or a by-key that does not exist, or does not go with the other."""


class StoreError(CcsimError):
    """A folder of results that cannot be read or written, or holds another experiment."""


class RequestError(StoreError):
    """A folder that is no sweep or another one, or a case, point or replication that it does not have."""
