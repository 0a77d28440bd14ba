"""How a command ends: 0 done, 2 bad input, 130 interrupted, 1 anything else; one sentence each, on stderr."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import textwrap
from collections.abc import Callable
from typing import Any, NoReturn

import click

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
DEBUG_VARIABLE = "CCSIM_DEBUG"


class BadRequest(click.ClickException):
    """A request that cannot be served as typed; exit code 2."""

    exit_code = BAD_INPUT

    def format_message(self) -> str:
        """Wrapped to the terminal, behind the word that click sets before it."""
        return _wrapped(self.message, len("Error: "))


def run_to_exit(go: Callable[[], Any]) -> NoReturn:
    """Run ``go`` and leave the process with its exit code."""
    try:
        result = go()
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nccsim: interrupted; nothing was written", err=True)
        sys.exit(INTERRUPTED)
    except Exception as error:
        if os.environ.get(DEBUG_VARIABLE, "0") not in ("", "0"):
            raise
        sys.exit(_explain(error))
    sys.exit(result if isinstance(result, int) else DONE)


def _explain(error: Exception) -> int:
    """Say what went wrong; returns the exit code."""
    from ccsim.errors import CcsimError, InputError, MetricError, RequestError

    if isinstance(error, InputError):
        click.echo(error.text(_width()), err=True)
        return BAD_INPUT
    if isinstance(error, CcsimError):
        click.echo(_wrapped(f"ccsim: {error}"), err=True)
        return BAD_INPUT if isinstance(error, MetricError | RequestError) else FAILED
    if isinstance(error, MemoryError):
        click.echo("ccsim: out of memory; fewer days or fewer --replications need less", err=True)
        return FAILED
    if isinstance(error, OSError) and error.strerror:
        place = f": {error.filename}" if error.filename else ""
        click.echo(f"ccsim: {error.strerror}{place}", err=True)
        return FAILED
    click.echo(
        f"ccsim: unexpected {type(error).__name__}: {error} (with {DEBUG_VARIABLE}=1 you see where)", err=True
    )
    return FAILED


def _width() -> int | None:
    """Columns of the terminal that standard error goes to, or of COLUMNS; None in a pipe or a file."""
    said = os.environ.get("COLUMNS", "")
    if not said.isdigit() and not sys.stderr.isatty():
        return None
    return max(40, shutil.get_terminal_size((80, 24)).columns)


def _wrapped(text: str, before: int = 0) -> str:
    """The text in lines that fit the terminal, the first behind so many columns."""
    width = _width()
    if width is None or "\n" in text:
        return text
    lines = textwrap.wrap(
        text, width, initial_indent=" " * before, subsequent_indent="  ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    return "\n".join(lines)[before:]


def flush_output() -> None:
    """Write what is still buffered, so that a closed pipe is noticed here and not at exit."""
    sys.stdout.flush()


def silence_output() -> None:
    """Send further output nowhere: nobody reads it, and Python would complain at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
