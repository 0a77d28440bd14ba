"""Rows of the reference page of scenario files, generated from the models."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union

from pydantic import BaseModel, PlainSerializer
from pydantic.fields import FieldInfo

from ccsim.scenario.fields import Says
from ccsim.scenario.laws import SPECS
from ccsim.scenario.messages import flow
from ccsim.scenario.model import Scenario
from ccsim.scenario.parts import Priority, Target
from ccsim.scenario.walking import children
from ccsim.scenario.writing import short_priority, short_target

_ENTRY = {
    "queues": "<queue>",
    "agent_groups": "<group>",
    "shifts": "<shift>",
    "events": "<event>",
    "channels": "<channel>",
    "bots": "<bot>",
    "self_service": "<page>",
    "notices": "<notice>",
    "training": "<training>",
}
_MARK = re.compile(r"\[([A-DJM])( form)?\]")


def reference_rows() -> list[dict[str, str]]:
    """One row a key: path, type, default, unit, evidence mark and description, in the order of the file.

    The keys of laws come once, under ``<law NAME>``, because a law can stand in many places. ``evidence`` is
    the mark of the default: A peer-reviewed, B vendor documentation, C and D benchmarks, J judgement, M from
    memory; empty where there is nothing to believe.
    """
    rows = list(_rows(Scenario, ""))
    for spec in SPECS:
        name = typing.get_args(spec.model_fields["kind"].annotation)[0]
        rows += _rows(spec, f"<law {name}>.")
    seen: set[tuple[str, str]] = set()
    unique = []
    for row in rows:
        key = (row["path"], row["description"])
        if key not in seen:
            seen.add(key)
            unique.append(row)
    return unique


def _rows(model: type[BaseModel], prefix: str) -> Iterator[dict[str, str]]:
    for name, info in model.model_fields.items():
        key = info.alias or name
        path = f"{prefix}{key}"
        hint = _full_hint(info)
        type_text, unit = _type_of(hint)
        description = info.description or ""
        marks = _MARK.findall(description)
        yield {
            "path": path,
            "type": type_text,
            "default": _default_of(info, hint),
            "unit": unit,
            "evidence": marks[-1][0] if marks else "",
            "description": _MARK.sub("", description).replace(" .", ".").strip(),
        }
        own, inner = children(hint)
        for child in own:
            if child not in SPECS:
                yield from _rows(child, f"{path}.")
        for child in inner:
            if child not in SPECS:
                yield from _rows(child, f"{path}.{_ENTRY.get(key, '<number>')}.")


def _default_of(info: FieldInfo, hint: Any) -> str:
    if info.is_required():
        return "required"
    # a default that depends on other keys is said in the description
    return "" if callable(info.json_schema_extra) else default_text(info.get_default(), hint)


def _full_hint(info: FieldInfo) -> Any:
    """The annotation with the metadata that pydantic took off it."""
    hint: Any = info.annotation
    for item in info.metadata:
        hint = Annotated[hint, item]
    return hint


def _metadata(hint: Any) -> Iterator[Any]:
    """Metadata of an annotation, outermost first, through optional types but not into maps and lists."""
    origin = typing.get_origin(hint)
    if origin is Annotated:
        yield from hint.__metadata__
        yield from _metadata(typing.get_args(hint)[0])
    elif origin in (Union, types.UnionType):
        for option in typing.get_args(hint):
            yield from _metadata(option)


def _type_of(hint: Any) -> tuple[str, str]:
    """(type, unit) in words."""
    for item in _metadata(hint):
        if isinstance(item, Says):
            return item.type, item.unit
    return _plain_type(hint), ""


def _plain_type(hint: Any) -> str:
    origin = typing.get_origin(hint)
    if origin is Annotated:
        return _plain_type(typing.get_args(hint)[0])
    if origin in (Union, types.UnionType):
        first = next(option for option in typing.get_args(hint) if option is not type(None))
        return _plain_type(first)
    if origin is Literal:
        options = [str(option) for option in typing.get_args(hint)]
        return f"one of {', '.join(options)}" if len(options) > 1 else options[0]
    if origin is dict:
        return "map by name"
    if origin is list:
        inner = typing.get_args(hint)[0]
        if _plain_type(inner) != "map":
            return f"list, {_plain_type(inner)}"
        first, _, rest = _type_of(inner)[0].partition(" ")
        return f"list of {first}s {rest}".rstrip()
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return "map"
    return {str: "text", bool: "true or false", int: "whole number", float: "number"}.get(hint, "text")


def default_text(value: Any, hint: Any) -> str:
    """A default as one would write it; empty where there is none."""
    if value is None or value in ("", (), [], {}):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, SPECS):
        return value.phrase()
    if isinstance(value, Target):
        return str(short_target(value, {}))
    if isinstance(value, Priority):
        return flow(short_priority(value))
    if isinstance(value, BaseModel):
        return flow(value.model_dump(mode="json", by_alias=True))
    for item in _metadata(hint):
        if isinstance(item, PlainSerializer):
            return flow(_call(item, value))
    if isinstance(value, dict):
        return flow({key: _entry_text(entry) for key, entry in value.items()})
    return flow(value)


def _entry_text(entry: Any) -> Any:
    """A named entry with what it says beside its defaults."""
    if isinstance(entry, BaseModel):
        return entry.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return default_text(entry, None) or {}


def _call(serializer: PlainSerializer, value: Any) -> Any:
    function: Any = serializer.func
    return function(value)
