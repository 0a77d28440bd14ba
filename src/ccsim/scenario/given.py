"""A function of Python that wants a scenario says so when it is given a file's name or plain data."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ccsim.errors import CcsimError
from ccsim.scenario.fields import said
from ccsim.scenario.model import Scenario


def require_scenario(value: Any, taker: str, use: str = "{}") -> None:
    """Raise CcsimError unless the value is a Scenario; ``use`` is the way out, with {} for the scenario."""
    if isinstance(value, Scenario):
        return
    if isinstance(value, str | os.PathLike):
        shown, way = repr(os.fspath(value)), "ccsim.load(...)"
    elif isinstance(value, Mapping):
        shown, way = "a dict", "ccsim.Scenario.from_dict(...)"
    else:
        shown = said(value) if value is None or isinstance(value, list | tuple) else type(value).__name__
        way = "ccsim.load(...)"
    raise CcsimError(f"{taker} takes a scenario, not {shown}; use {use.format(way)}")
