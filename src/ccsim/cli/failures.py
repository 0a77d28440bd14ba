"""How a command ends: 0 done, 2 bad input, 130 interrupted, 1 anything else; one sentence each, on stderr."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import click

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
DEBUG_VARIABLE = "CCSIM_DEBUG"


class BadRequest(click.ClickException):
    """A request that cannot be served as typed; exit code 2."""

    exit_code = BAD_INPUT


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
    from ccsim.errors import CcsimError, InputError, MetricError

    if isinstance(error, InputError):
        click.echo(str(error), err=True)
        return BAD_INPUT
    if isinstance(error, MetricError):
        click.echo(f"ccsim: {error}", err=True)
        return BAD_INPUT
    if isinstance(error, CcsimError):
        click.echo(f"ccsim: {error}", err=True)
        return FAILED
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


def flush_output() -> None:
    """Write what is still buffered, so that a closed pipe is noticed here and not at exit."""
    sys.stdout.flush()


def silence_output() -> None:
    """Send further output nowhere: nobody reads it, and Python would complain at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
