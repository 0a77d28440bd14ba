"""Metrics of the user's own: ``late.py:share_late`` is the function ``share_late`` of the file ``late.py``.

The function takes a :class:`ccsim.log.Log` and returns a number, or a pair (value, weight) so that
replications pool as a ratio of sums. The text of the file travels with the experiment: it is part of what
names a cell, and workers without the file can run it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ccsim.errors import MetricError
from ccsim.log import Log


@dataclass(frozen=True, slots=True)
class OwnMetric:
    """A function from the text of a file; ``name`` is as in ``measure``."""

    name: str
    text: str

    def load(self) -> Callable[[Log], Any]:
        """The function; raises MetricError where the file does not run or has no such function."""
        file, _, function = self.name.partition(":")
        space: dict[str, Any] = {"__name__": Path(file).stem, "__file__": file}
        try:
            exec(compile(self.text, file, "exec"), space)  # the user's own file, named by the user
        except Exception as error:
            raise MetricError(f"{file} does not run: {type(error).__name__}: {error}") from error
        found = space.get(function)
        if not callable(found):
            raise MetricError(f"{file} has no function {function!r}")
        return found  # type: ignore[no-any-return]


def read_own(name: str, folder: Path) -> OwnMetric:
    """The metric ``file.py:function`` with the text of its file; raises MetricError."""
    file = name.partition(":")[0]
    try:
        text = (folder / file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MetricError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    own = OwnMetric(name, text)
    own.load()
    return own


def measured(function: Callable[[Log], Any], name: str, log: Log) -> tuple[float, float]:
    """(value, weight) of a Log; the weight is 1 where the function does not say, 0 where there is no value.

    Raises MetricError for an answer that is no number; what the function raises passes through.
    """
    answer = function(log)
    pair = answer if isinstance(answer, tuple) else (answer, 1.0)
    try:
        value, weight = (float(part) for part in pair)
    except (TypeError, ValueError):
        raise MetricError(f"{name} returned {answer!r}; it must be a number or (value, weight)") from None
    if math.isinf(value) or not (0 <= weight < math.inf):
        raise MetricError(f"{name} returned {answer!r}; a value must be finite and a weight at least 0")
    return value, 0.0 if math.isnan(value) else weight
