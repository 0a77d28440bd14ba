"""Cells of a sweep and their names.

A cell is one replication of one point. Its key is a hash of all that its result depends on, so that the
same cell has the same name on every machine, and a changed scenario has other cells.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ccsim import __version__
from ccsim.experiments.planning.designs import Point
from ccsim.experiments.planning.plan import Plan

# changes when the same scenario and seed may give another Log or other values
RULES_VERSION = f"{__version__}/2"


@dataclass(frozen=True, slots=True)
class Cell:
    """One replication (from 0) of one point."""

    point: Point
    replication: int
    key: str


class Naming:
    """The keys of a plan's cells; what all cells have in common is hashed once, a point's overrides once."""

    def __init__(self, plan: Plan, rules: str = RULES_VERSION) -> None:
        self._common = {
            "rules": rules,
            "scenario": plan.base.content_hash(),
            "files": files_named(plan.base.canonical(), plan.base.folder),
            "seed": plan.seed,
            "measure": list(plan.measure),
            "own": {name: own.text for name, own in plan.own_metrics.items()},
            "by": list(plan.by),
            "warm_up": plan.warm_up,
        }
        if plan.luck != "plain":
            self._common["luck"] = plan.luck
        self._folder = plan.base.folder
        self._states: dict[tuple[str, int], Any] = {}

    def key(self, point: Point, replication: int) -> str:
        """32 hex digits."""
        place = (point.case, point.number)
        state = self._states.get(place)
        if state is None:
            own = {
                "overrides": list(point.overrides.items()),
                "more_files": files_named(dict(point.overrides), self._folder),
            }
            state = hashlib.sha256(canonical_json(self._common | own).encode())
            self._states[place] = state
        named = state.copy()
        named.update(f"replication {replication}".encode())
        return str(named.hexdigest()[:32])

    def cell(self, point: Point, replication: int) -> Cell:
        """The cell with its key."""
        return Cell(point, replication, self.key(point, replication))


def canonical_json(data: Any) -> str:
    """One text for the same data: keys in order, no spaces, strict JSON."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def files_named(data: Any, folder: Path) -> dict[str, str]:
    """SHA-256 of the content of each file beside the scenario that a text in ``data`` names."""
    return {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in sorted(_names(data, folder))
    }


def _names(data: Any, folder: Path) -> Iterator[str]:
    if isinstance(data, Mapping):
        for item in data.values():
            yield from _names(item, folder)
    elif isinstance(data, list | tuple):
        for item in data:
            yield from _names(item, folder)
    elif isinstance(data, str) and 0 < len(data) < 256 and "\n" not in data and os.path.isfile(folder / data):
        yield data


def in_shard(key: str, shard: tuple[int, int] | None) -> bool:
    """Is the cell one of shard i of n (i from 0)? None: there is one shard."""
    return shard is None or int(key[:8], 16) % shard[1] == shard[0]
