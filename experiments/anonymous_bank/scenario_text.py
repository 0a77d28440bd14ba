"""A scenario as YAML in the house style: maps by name, short ones in one line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

WIDTH = 110
PLAIN = re.compile(r"[A-Za-z0-9_./+-][A-Za-z0-9_ .;/+%'():-]*")


def to_text(data: Mapping[str, Any]) -> str:
    """Top-level keys in their order, an empty line between sections."""
    out = []
    for key, value in data.items():
        lines = _entry(key, value, "")
        out.append(("\n" if isinstance(value, Mapping) else "") + "\n".join(lines))
    return "\n".join(out) + "\n"


def _entry(key: str, value: Any, indent: str) -> list[str]:
    line = f"{indent}{key}: {_flow(value)}"
    if not isinstance(value, Mapping) or not value or (indent and len(line) <= WIDTH):
        return [line]
    if indent and all(not isinstance(v, Mapping | list) for v in value.values()):
        return _wrapped(key, value, indent)
    return [f"{indent}{key}:", *(line for k, v in value.items() for line in _entry(k, v, indent + "  "))]


def _wrapped(key: str, value: Mapping[str, Any], indent: str) -> list[str]:
    """A long map of short values, flowing over several lines."""
    lines, line = [f"{indent}{key}: {{"], f"{indent}  "
    for number, (k, v) in enumerate(value.items()):
        piece = f"{k}: {_flow(v)}" + ("," if number < len(value) - 1 else "")
        if len(line) + len(piece) > WIDTH and line.strip():
            lines.append(line.rstrip())
            line = f"{indent}  "
        line += piece + " "
    return [*lines, line.rstrip(), f"{indent}}}"]


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(v) for v in value) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = str(value)
    if isinstance(value, str) and (": " in text or not PLAIN.fullmatch(text)):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return text
