"""pydantic's line errors -> problems in plain words, at the place where the user wrote it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from ccsim.commas import comma_said, is_only_thousands
from ccsim.errors import Problem
from ccsim.scenario.arrivals import KINDS
from ccsim.scenario.fields import said
from ccsim.scenario.laws import SPECS
from ccsim.scenario.merging import Merged
from ccsim.scenario.phrases import PHRASES
from ccsim.scenario.yaml_marks import Marks, Path, dotted
from ccsim.scenario.yaml_syntax import key_without_space, space_is_missing
from ccsim.units import did_you_mean, plain_number

TAGGED: dict[str, type[BaseModel]] = {f"<{kind}>": model for kind, model in KINDS.items()}
TAGGED |= {get_args(spec.model_fields["kind"].annotation)[0]: spec for spec in SPECS}


@dataclass(frozen=True, slots=True)
class Located:
    """A message at a path of the merged data.

    ``at_key`` points to the key instead of the value; ``stands`` is where to point, if not at the path.
    """

    path: Path
    message: str
    at_key: bool = False
    stands: Path = ()


def place_problem(item: Located, merged: Merged, marks: Marks) -> Problem:
    """The problem with the line of what the user wrote, in ``defaults`` if it came from there."""
    path = merged.origin(item.path)
    stands = merged.origin(item.stands) if item.stands else path
    place = marks.key(stands) if item.at_key else marks.value(stands)
    return Problem(dotted(path), item.message, line=place.line, column=place.column)


def field_problems(error: ValidationError, data: dict[str, Any]) -> list[Located]:
    """Every line error of a validation, with its path in the data and our words."""
    located = []
    for line in error.errors(include_url=False):
        item = _one(line, data)
        if line["type"] == "missing" and is_misspelled(item.path, line["input"]):
            continue
        located.append(item)
    return located


def with_comma_said(item: Located, data: Any) -> Located:
    """The same, or what to say of the decimal comma in the text there, which is the reason."""
    here = data
    for part in item.path:
        here = _inside(here, part)
    text = here if isinstance(here, str) and not item.at_key else ""
    message = "" if is_only_thousands(text) else comma_said(text)
    return replace(item, message=message) if message else item


def _inside(data: Any, part: str | int) -> Any:
    """The value at a key or number; None where there is none."""
    if isinstance(data, dict):
        return data.get(part)
    return data[part] if isinstance(data, list) and isinstance(part, int) and part < len(data) else None


def is_misspelled(path: Path, around: Any) -> bool:
    """Is the key at the end of the path there after all, with a slip of the pen that is reported itself?"""
    if not isinstance(around, dict):
        return False
    known = keys_at(path[:-1])
    wanted = f"; did you mean {path[-1]}?"
    return any(key not in known and did_you_mean(key, known) == wanted for key in around)


def _one(line: Any, data: dict[str, Any]) -> Located:
    kind = str(line["type"])
    path, inside = _path_in_data(line["loc"], data, keep_last=kind in ("missing", "extra_forbidden"))
    tag = line["loc"][-2] if len(line["loc"]) > 1 and line["loc"][-2] not in path[-2:-1] else ""
    message = _message(kind, line, path, str(tag))
    if inside and not message.startswith(("'", '"', inside[-1])):
        message = f"{'.'.join(inside)}: {message}"
    if kind == "missing":
        return Located(path, message, at_key=True, stands=path[:-1])
    return Located(path, message, at_key=kind == "extra_forbidden" or line["loc"][-1] == "[key]")


def _path_in_data(loc: Path, data: Any, *, keep_last: bool) -> tuple[Path, list[str]]:
    """The path without tags of unions; what is inside a phrase comes apart, as it has no place of its own."""
    path: list[str | int] = []
    inside: list[str] = []
    here: Any = data
    for number, part in enumerate(loc):
        last = number == len(loc) - 1
        is_key = isinstance(here, dict) and part in here
        is_item = isinstance(here, list) and isinstance(part, int) and part < len(here)
        if is_key or is_item:
            path.append(part)
            here = here[part]
        elif last and keep_last and isinstance(here, dict):
            path.append(part)
        elif not isinstance(here, dict | list) and last and part not in PHRASES:
            inside.append(str(part))
    return tuple(path), inside


def _message(kind: str, line: Any, path: Path, tag: str) -> str:
    context = line.get("ctx") or {}
    value = line.get("input")
    name = str(path[-1]) if path else ""
    if kind in ("value_error", "assertion_error"):
        return str(context["error"])
    if kind == "missing":
        return missing(path)
    if kind == "extra_forbidden":
        return _slip_in_brackets(name, value) or unknown_key(name, path, tag)
    if kind == "literal_error":
        return _not_one_of(value, context, name)
    if kind in ("model_type", "dict_type", "model_attributes_type", "dataclass_type"):
        key = key_without_space(value) if isinstance(value, str) else None
        hint = f"; {space_is_missing(key)}" if key else ""
        return f"{said(value)} stands where a map of keys belongs{hint}"
    if kind == "list_type":
        return f"{said(value)} stands where a list belongs" + (
            f"; write [{value}]" if isinstance(value, str) else ""
        )
    if kind == "string_type":
        hint = f"; put it in quotes: '{value}'" if isinstance(value, int | float) else ""
        return f"{said(value)} is not a text{hint}"
    if kind == "bool_type":
        return f"{said(value)} is neither true nor false"
    if kind == "too_short":
        return "is empty; it needs at least one entry"
    return f"{said(value)}: {line['msg']}"


def _slip_in_brackets(name: str, value: Any) -> str:
    """What to say of a key that is none: of ``{headcount:11}`` and of ``{per_day: 1.200,5}``."""
    if value is not None:
        return ""
    key = key_without_space(name)
    if key:
        return space_is_missing(key)
    if name.isdigit():
        return "a comma stands between entries here; write a number as 1200.5, with no other mark in it"
    return ""


def missing(path: Path) -> str:
    """What to say of a key that must be there."""
    example = _example(path)
    return f"missing; {'write e.g. ' + example if example else 'it is required'}"


def _not_one_of(value: Any, context: Any, name: str) -> str:
    expected = str(context.get("expected", ""))
    known = [word.strip().strip("'") for word in expected.replace(" or ", ", ").split(",")]
    if name == "format":
        return f"{said(value)} is not a format that this version reads; write format: 1"
    hint = did_you_mean(value, known) if isinstance(value, str) else ""
    return f"{said(value)} is not known here{hint or '; there is: ' + ', '.join(known)}"


def unknown_key(name: str, path: Path, tag: str = "") -> str:
    """What to say of an unknown key at this path; ``tag`` names the law or kind of arrivals there."""
    known = keys_at(path[:-1])
    if tag in TAGGED:
        if name in known:
            return f"does not go with {tag.strip('<>')}"
        known = _keys(TAGGED[tag])
    hint = did_you_mean(name, known)
    if hint:
        return f"unknown{hint}"
    return f"unknown; there is: {', '.join(known)}" if known else "unknown; nothing can be set here"


def keys_at(path: Path) -> list[str]:
    """The keys of the model at a path of the data; several models of a union count together."""
    from ccsim.scenario.walking import models_at

    return list(dict.fromkeys(key for model in models_at(path) for key in _keys(model)))


def _keys(model: type[BaseModel]) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items()]


def _example(path: Path) -> str:
    from ccsim.scenario.walking import models_at

    for model in models_at(path[:-1]):
        for name, info in model.model_fields.items():
            if (info.alias or name) == path[-1] and info.examples:
                return f"{path[-1]}: {flow(info.examples[0])}"
    return ""


def flow(value: Any) -> str:
    """A plain value as YAML on one line, good enough for a hint."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain_number(value) if isinstance(value, float) else str(value)
