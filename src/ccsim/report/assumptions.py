"""The defaults that a scenario relies on, with their evidence marks, from the descriptions of its fields.

Marks: A published and checked, B from a vendor's documentation, C and D from surveys and blogs, J our
judgement, M from memory. A default marked J or M is an *assumption*: nobody has measured it, least of all in
this center.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from ccsim.report.in_use import Use
from ccsim.scenario.model import Scenario

ASSUMED = ("J", "M")
# maps whose keys are names
NAMED = (
    "channels",
    "notices",
    "self_service",
    "bots",
    "queues",
    "agent_groups",
    "shifts",
    "training",
    "events",
)
_MARK = re.compile(r"Default\b[^\[]*(?:\[(?![A-DJM][ \]])[^\]]*\][^\[]*)*\[([A-DJM])(?: [a-z]+)?\]")


@dataclass(frozen=True, slots=True)
class Default:
    """One default in use: where it stands, its value as one would write it, and its mark."""

    path: tuple[str, ...]
    value: str
    mark: str

    @property
    def assumed(self) -> bool:
        return self.mark in ASSUMED

    @property
    def field(self) -> str:
        """``queues.*.patience``: the same for every queue."""
        if self.path[0] in NAMED:
            return ".".join((self.path[0], "*", *("*" if p.isdigit() else p for p in self.path[2:])))
        return ".".join("*" if part.isdigit() else part for part in self.path)


def defaults_used(scenario: Scenario) -> list[Default]:
    """Every marked default that the scenario leaves as it is; in the order of the scenario."""
    return list(_walk(scenario, (), Use(scenario)))


def still_used(defaults: Iterable[Default], overridden: Iterable[str]) -> list[Default]:
    """``defaults`` without those at, above or below the overridden paths."""
    changed = [tuple(path.split(".")) for path in overridden]

    def touched(path: tuple[str, ...]) -> bool:
        return any(path[: len(other)] == other or other[: len(path)] == path for other in changed)

    return [default for default in defaults if not touched(default.path)]


def _walk(part: BaseModel, path: tuple[str, ...], use: Use) -> Iterator[Default]:
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        here = (*path, field.alias or name)
        mark = _MARK.search(field.description or "")
        if mark and name not in part.model_fields_set:
            implied = use.implied(part, name)
            if implied:
                yield Default(here, implied, mark[1])
            elif value is not None and not use.idle(part, here):
                yield Default(here, _text(part, name, value), mark[1])
        else:
            yield from _below(value, here, use)


def _below(value: Any, path: tuple[str, ...], use: Use) -> Iterator[Default]:
    if isinstance(value, BaseModel):
        yield from _walk(value, path, use)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _below(item, (*path, str(key)), use)
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from _below(item, (*path, str(number)), use)


def _text(part: BaseModel, name: str, value: Any) -> str:
    """The value as a user would write it."""
    if hasattr(value, "phrase"):
        return str(value.phrase())
    field = type(part).model_fields[name]
    shown = part.model_dump(mode="json", by_alias=True, include={name})[field.alias or name]
    return _written(shown)


def _written(shown: Any) -> str:
    if isinstance(shown, dict):
        if set(shown) == {"base", "per_minute"} and not shown["per_minute"]:
            return _written(shown["base"])
        if set(shown) == {"share", "within", "definition"}:
            return f"{shown['share']} in {shown['within']}"
        if len(shown) > 1 and len({str(item) for item in shown.values()}) == 1:
            return f"{_written(next(iter(shown.values())))} each"
        return ", ".join(f"{key} {_written(item)}" for key, item in shown.items())
    if isinstance(shown, list):
        return ", ".join(_written(item) for item in shown) or "none"
    if shown is None:
        return "none"
    if isinstance(shown, bool):
        return "yes" if shown else "no"
    return f"{shown:g}" if isinstance(shown, float) else str(shown)
