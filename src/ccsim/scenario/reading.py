"""Reading a scenario: text or data in, a checked Scenario out, or every problem at once."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ccsim.errors import Problem, ScenarioError
from ccsim.scenario.cautions import cautions
from ccsim.scenario.merging import Merged, merge_defaults
from ccsim.scenario.messages import Located, field_problems, place_problem, with_comma_said
from ccsim.scenario.mistaken import is_experiment, no_scenario
from ccsim.scenario.model import Scenario
from ccsim.scenario.number_slips import commas_in_slowdowns, points_between_thousands
from ccsim.scenario.rules import defaults_findings, error_findings
from ccsim.scenario.yaml_marks import Marks, read_yaml

AN_EXAMPLE = "ccsim new writes an example"


def load(path: str | Path) -> Scenario:
    """The scenario in a YAML file; raises ``ScenarioError`` with every problem and its line."""
    source = os.fspath(path)
    return scenario_from_text(_text_of_file(Path(path), source), folder=Path(path).parent, source=source)


def scenario_from_text(text: str, *, folder: Path | None = None, source: str | None = None) -> Scenario:
    """The scenario in a YAML text; files that it names are looked for in ``folder``."""
    document = read_yaml(text)
    problems = list(document.problems)
    if document.empty or (document.data is None and not problems):
        problems.append(Problem("", f"the file is empty; {AN_EXAMPLE}", line=1, column=1))
    if not isinstance(document.data, dict):
        if not problems:
            place = document.marks.value(())
            message = f"a scenario is a map of keys such as time and queues; {AN_EXAMPLE}"
            problems.append(Problem("", message, line=place.line, column=place.column))
        raise ScenarioError(problems, source or "the text")
    if is_experiment(document.data):
        place = document.marks.key(("scenario",))
        problem = Problem("", no_scenario(document.data, source), line=place.line, column=place.column)
        raise ScenarioError([problem], source or "the text")
    return _checked(document.data, document.marks, problems, folder, source)


def scenario_from_data(
    data: Mapping[str, Any], *, folder: Path | None = None, source: str | None = None
) -> Scenario:
    """The scenario in plain data, as a file would hold it."""
    if not isinstance(data, Mapping):
        raise ScenarioError(
            [Problem("", "a scenario is a map of keys such as time and queues")], source or ""
        )
    problems: list[Problem] = []
    raw = plain_data(data, "", problems)
    return _checked(raw, Marks(), problems, folder, source)


def _text_of_file(path: Path, source: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        message = "there is no such file"
    except IsADirectoryError:
        message = "this is a folder, not a scenario file"
    except UnicodeDecodeError as error:
        message = f"the file is not UTF-8 text (byte {error.start}); save it as UTF-8"
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
    raise ScenarioError([Problem("", message)], source)


def _checked(
    raw: dict[str, Any], marks: Marks, problems: list[Problem], folder: Path | None, source: str | None
) -> Scenario:
    merged = merge_defaults(raw)
    where = folder if folder is not None else Path.cwd()
    scenario: Scenario | None = None
    located: list[Located] = []
    try:
        scenario = Scenario.model_validate(merged.data)
    except ValidationError as error:
        located += field_problems(error, merged.data)
    located += defaults_findings(raw)
    located += error_findings(merged.data, where)
    located = [with_comma_said(item, merged.data) for item in located]
    located = commas_in_slowdowns(merged.data, located, marks)
    problems = _sorted([*problems, *_placed(located, merged, marks)])
    if problems or scenario is None:
        raise ScenarioError(problems, source or "the scenario")
    scenario._source = source
    scenario._folder = where
    doubts = [*_placed(cautions(scenario), merged, marks), *points_between_thousands(marks)]
    scenario._warnings = tuple(_sorted(doubts))
    return scenario


def _placed(located: list[Located], merged: Merged, marks: Marks) -> list[Problem]:
    return [place_problem(item, merged, marks) for item in located]


def _sorted(problems: list[Problem]) -> list[Problem]:
    """By place in the file, each once; a default that is wrong for ten queues is wrong once."""
    return sorted(dict.fromkeys(problems), key=lambda problem: (problem.line, problem.column))


def plain_data(value: Any, path: str, problems: list[Problem]) -> Any:
    """Copy to dicts, lists and plain values; numpy scalars, tuples, paths, dates become what a file holds."""
    if isinstance(value, Mapping):
        out: dict[str, Any] = {}
        for key, item in value.items():
            if not isinstance(key, str):
                problems.append(Problem(path, f"the key {key!r} is not a text; write {str(key)!r}"))
            out[str(key)] = plain_data(item, f"{path}.{key}" if path else str(key), problems)
        return out
    if isinstance(value, list | tuple):
        return [plain_data(item, f"{path}.{number}", problems) for number, item in enumerate(value)]
    if isinstance(value, datetime.date):
        return value.isoformat()[:10]
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "item") and not isinstance(value, str | bytes):
        return value.item()
    return value
