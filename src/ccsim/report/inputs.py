"""The files that a scenario uses, put beside its copy so that the copy runs wherever the folder goes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from ccsim.scenario.model import Scenario
from ccsim.scenario.rules import named_files

FOLDER = "inputs"
LARGEST = 50_000_000  # bytes of a file that is copied; a larger one stays where it is and is named in full


def write_scenario(scenario: Scenario, folder: Path) -> dict[str, str]:
    """Write ``scenario.yaml`` and its input files into ``folder``.

    Returns the name in the copy of each file that the scenario names: ``inputs/...``, or the full path of a
    file that is too large to be copied.
    """
    data = scenario.canonical()
    names: dict[str, str] = {}
    for path, name in named_files(data):
        if not isinstance(name, str):
            continue
        if name not in names:
            names[name] = _placed(scenario.path(name), folder, set(names.values()))
        _put(data, path, names[name])
    copy = Scenario.from_dict(data, folder=folder) if names else scenario
    (folder / "scenario.yaml").write_text(copy.to_yaml(), encoding="utf-8", newline="\n")
    return names


def _placed(source: Path, folder: Path, taken: set[str]) -> str:
    """Copy one file, unless it is large; returns how ``scenario.yaml`` names it."""
    if source.stat().st_size > LARGEST:
        return source.resolve().as_posix()
    number, name = 1, f"{FOLDER}/{source.name}"
    while name in taken:
        number += 1
        name = f"{FOLDER}/{source.stem}_{number}{source.suffix}"
    (folder / FOLDER).mkdir(exist_ok=True)
    shutil.copyfile(source, folder / name)
    return name


def _put(data: dict[str, Any], path: tuple[Any, ...], value: str) -> None:
    place: Any = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
