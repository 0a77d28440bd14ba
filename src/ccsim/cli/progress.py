"""One line on standard error that says how far a run is; silent in a pipe."""

from __future__ import annotations

import sys
import time

FIRST_AFTER_S = 0.3  # quick runs need no progress
EVERY_S = 0.1


class Progress:
    """Call it with (done, of); ``close`` wipes the line."""

    def __init__(self, quiet: bool) -> None:
        self._wanted = not quiet and sys.stderr.isatty()
        self._quiet = quiet
        self._began = time.monotonic()
        self._last = self._began + FIRST_AFTER_S - EVERY_S
        self._shown = 0

    def __call__(self, done: int, of: int) -> None:
        now = time.monotonic()
        if not self._wanted or now - self._last < EVERY_S:
            return
        self._last = now
        text = f"{done} of {of} replications, {now - self._began:.1f} s"
        sys.stderr.write("\r" + text.ljust(self._shown))
        sys.stderr.flush()
        self._shown = len(text)

    def compiling(self) -> None:
        """The engine is about to be compiled, which happens once a machine."""
        if not self._quiet:
            sys.stderr.write("compiling the engine, once on this machine (about half a minute)...\n")
            sys.stderr.flush()

    def close(self) -> None:
        """Leave no trace on the terminal."""
        if self._shown:
            sys.stderr.write("\r" + " " * self._shown + "\r")
            sys.stderr.flush()
            self._shown = 0
