"""Raw data -> data with ``defaults`` merged in, and where each merged value came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ccsim.scenario.yaml_marks import Path

SECTIONS = {"queue": "queues", "agent_group": "agent_groups"}
BY_KEY = ("arrivals", "shrinkage")  # maps whose keys merge one by one; all other values replace as a whole


@dataclass(slots=True)
class Merged:
    """Data without ``defaults``, and the origin of every value that was moved."""

    data: dict[str, Any]
    moved: dict[Path, Path] = field(default_factory=dict)

    def origin(self, path: Path) -> Path:
        """The path at which the user wrote what now stands at ``path``."""
        for length in range(len(path), 0, -1):
            source = self.moved.get(path[:length])
            if source is not None:
                return source + path[length:]
        return path


def merge_defaults(raw: dict[str, Any]) -> Merged:
    """Copy the raw data, give each queue and group the defaults that it does not set, fill in ``needs``,
    and the patience of deferrable work."""
    data = {key: value for key, value in raw.items() if key != "defaults"}
    merged = Merged(data)
    defaults = raw.get("defaults")
    for name, section in SECTIONS.items():
        entries = data.get(section)
        if not isinstance(entries, dict):
            continue
        given = defaults.get(name) if isinstance(defaults, dict) else None
        common = given if isinstance(given, dict) else {}
        data[section] = {
            entry: _with_defaults(merged, (section, entry), value, common, ("defaults", name))
            for entry, value in entries.items()
        }
    _fill_needs(data)
    _fill_patience(data)
    return merged


def _with_defaults(merged: Merged, path: Path, value: Any, common: dict[str, Any], origin: Path) -> Any:
    if not isinstance(value, dict):
        return value
    out = dict(value)
    for key, default in common.items():
        own = out.get(key)
        if key not in out:
            out[key] = default
            merged.moved[*path, key] = (*origin, key)
        elif key in BY_KEY and isinstance(own, dict) and isinstance(default, dict):
            out[key] = _with_defaults(merged, (*path, key), own, default, (*origin, key))
    return out


def _fill_needs(data: dict[str, Any]) -> None:
    queues = data.get("queues")
    if isinstance(queues, dict):
        for name, queue in queues.items():
            if isinstance(queue, dict) and queue.get("needs") in (None, ""):
                queue["needs"] = name


def _fill_patience(data: dict[str, Any]) -> None:
    """Who writes a mail does not give up waiting, unless the queue says so."""
    queues, channels = data.get("queues"), data.get("channels")
    if not isinstance(queues, dict) or not isinstance(channels, dict):
        return
    for queue in queues.values():
        name = queue.get("channel") if isinstance(queue, dict) else None
        channel = channels.get(name) if isinstance(name, str) else None
        if isinstance(channel, dict) and channel.get("deferrable") is True:
            queue.setdefault("patience", "never")
