"""Options that several commands share, and what they mean."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from ccsim.scenario.model import Scenario

Command = TypeVar("Command", bound=Callable[..., Any])

WIDEST_TEXT = 100  # longer lines are hard to read, however wide the terminal is


def scenario_file(command: Command) -> Command:
    """FILE and --set."""
    file = click.argument("file", type=click.Path(exists=True, dir_okay=False), metavar="FILE")
    override = click.option(
        "--set",
        "assignments",
        multiple=True,
        metavar="PATH=VALUE",
        help="Change one thing, e.g. agent_groups.desk.headcount=14. May be repeated.",
    )
    return file(override(command))


def seed(command: Command) -> Command:
    """--seed."""
    return click.option(
        "--seed",
        type=click.IntRange(min=0),
        default=1,
        show_default=True,
        help="Which luck; any number from 0.",
    )(command)


def open_scenario(file: str, assignments: Sequence[str]) -> Scenario:
    """Read the file and apply every ``--set``, all at once."""
    return open_both(file, assignments)[1]


def open_both(file: str, assignments: Sequence[str]) -> tuple[Scenario, Scenario, list[str]]:
    """The scenario of the file, the one after every ``--set``, and the paths that were set."""
    from ccsim.scenario.overrides import parse_assignment
    from ccsim.scenario.reading import load

    scenario = load(file)
    changes = dict(parse_assignment(text) for text in assignments)
    return scenario, scenario.override(changes) if changes else scenario, list(changes)


def width() -> int:
    """Columns of the terminal; 80 in a pipe, unless COLUMNS says otherwise."""
    return max(40, shutil.get_terminal_size((80, 24)).columns)


def colour() -> bool:
    """Whether output may be coloured: a terminal that has not asked for plain text."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def unicode() -> bool:
    """Whether standard output can show block characters."""
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    try:
        "▁█±–✓✗".encode(encoding)
    except (LookupError, UnicodeEncodeError):
        return False
    return True
