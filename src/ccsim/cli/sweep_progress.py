"""How far a sweep is, on standard error: one live line on a terminal, or lines now and then for a log."""

from __future__ import annotations

import math
import sys
import time
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ccsim.experiments.playing.runner import Progress

REFRESH_EVERY_S = 0.2


class Shown:
    """Progress on a terminal: cells done, rate, time left, widest interval. Silent in a pipe.

    ``log_every``: seconds between lines for a log instead, terminal or not.
    """

    def __init__(self, quiet: bool, log_every: float | None = None) -> None:
        self._log_every = None if quiet else log_every
        self._wanted = not quiet and log_every is None and sys.stderr.isatty()
        self._live: Any = None
        self._last = 0.0 if log_every is None else time.monotonic()

    def __enter__(self) -> Shown:
        if self._wanted:
            from rich.console import Console
            from rich.live import Live

            self._live = Live(console=Console(stderr=True), transient=True, auto_refresh=False)
            self._live.start()
        return self

    def __call__(self, progress: Progress) -> None:
        """Show how far it is, now and then."""
        now = time.monotonic()
        if self._log_every is not None and now - self._last >= self._log_every:
            self._last = now
            click.echo(log_line(progress), err=True)
        finished = progress.done + progress.failed >= progress.of
        if self._live is None or (now - self._last < REFRESH_EVERY_S and not finished):
            return
        from rich.text import Text

        self._last = now
        self._live.update(Text(line(progress)), refresh=True)

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()


def line(progress: Progress) -> str:
    """``1,204 of 1,800 cells (67 %), 24.1/s, 25 s left, service_level of baseline:3 to within 1.8 %``."""
    share = progress.done / progress.of if progress.of else 1.0
    parts = [f"{progress.done:,} of {progress.of:,} cells ({share:.0%})"]
    if progress.failed:
        parts.append(f"{progress.failed:,} failed")
    parts.append(f"{progress.rate:.1f}/s")
    if math.isfinite(progress.left_s):
        parts.append(f"{say_seconds(progress.left_s)} left")
    if progress.worst is not None:
        from ccsim.experiments.planning.criteria import say_amount

        worst = progress.worst
        width = say_amount(worst.metric, worst.half_width)
        parts.append(f"{worst.metric} of {worst.case}:{worst.point} +/- {width}")
    return ", ".join(parts)


def log_line(progress: Progress) -> str:
    """``12:30:05 1,200 of 12,000 cells, 40 cells/s, 5 min left``."""
    parts = [f"{time.strftime('%H:%M:%S')} {progress.done:,} of {progress.of:,} cells"]
    if progress.failed:
        parts.append(f"{progress.failed:,} failed")
    parts.append(f"{progress.rate:,.{0 if progress.rate >= 9.95 else 1}f} cells/s")
    if math.isfinite(progress.left_s):
        parts.append(f"{say_seconds(progress.left_s)} left")
    return ", ".join(parts)


def say_seconds(seconds: float) -> str:
    """``0.4 s``, ``25 s``, ``4 min``, ``3.5 h``."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
