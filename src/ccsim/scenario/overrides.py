"""Other values at dotted paths of the canonical form: ``queues.support.talk.mean`` -> ``5m``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ccsim.errors import Problem, ScenarioError
from ccsim.scenario.channels import VOICE
from ccsim.scenario.merging import SECTIONS
from ccsim.scenario.messages import keys_at
from ccsim.scenario.model import Scenario
from ccsim.scenario.raw import BY_NAME
from ccsim.scenario.reading import plain_data, scenario_from_data
from ccsim.scenario.yaml_marks import read_yaml
from ccsim.units import DAY_NAMES, did_you_mean, parse_days

NAMES_INSIDE = {
    ("agent_groups", "skills"),
    ("agent_groups", "shifts"),
    ("bots", "entry"),
    ("bots", "containment"),
    ("self_service", "attempt"),
    ("self_service", "success"),
}


class _NoSuchPath(Exception):
    """The path cannot be followed; holds what to say."""


def overridden(scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
    """A new checked scenario; see :meth:`Scenario.override`."""
    data = scenario.canonical()
    problems: list[Problem] = []
    counts: dict[str, int] = {}
    for path, value in values.items():
        plain = plain_data(value, path, problems)
        try:
            former = _set(data, path, plain)
            if isinstance(former, int) and not isinstance(former, bool):
                counts.setdefault(path, former)
        except _NoSuchPath as error:
            problems.append(Problem(path, str(error)))
    name = f"{scenario.source or scenario.name} with overrides"
    if problems:
        raise ScenarioError(problems, name)
    try:
        changed = scenario_from_data(data, folder=scenario.folder, source=name)
    except ScenarioError as error:
        raise ScenarioError([_with_former(problem, counts) for problem in error.problems], name) from None
    changed._source = scenario.source
    return changed


def _with_former(problem: Problem, counts: Mapping[str, int]) -> Problem:
    """The problem with the count that stood there, which is what a change would have started from."""
    if problem.path not in counts:
        return problem
    return replace(problem, message=f"{problem.message} (it is {counts[problem.path]} now)")


def _set(data: dict[str, Any], path: str, value: Any) -> Any:
    """Put the value at the path; returns what stood there, None if nothing did."""
    parts = path.split(".")
    if not path.strip() or not all(parts):
        raise _NoSuchPath("is not a path such as queues.support.talk.mean")
    if parts[0] == "defaults":
        section = SECTIONS.get(parts[1] if len(parts) > 1 else "", "queues")
        raise _NoSuchPath(
            f"defaults are merged in already; write {section}.NAME.{'.'.join(parts[2:]) or 'KEY'}"
        )
    here: Any = data
    walked: list[str] = []
    while len(parts) > 1 and not (isinstance(here, dict) and ".".join(parts) in here):
        if here == {} and parts[0] in keys_at(tuple(walked)):
            here[parts[0]] = None  # a part that was off, and now begins with this key
        if walked == ["channels"] and parts[0] == VOICE:
            here.setdefault(VOICE, {})  # there without a word
        key, parts = _next_key(here, parts, walked)
        if isinstance(here, dict) and here[key] is None and len(walked) >= 1:
            here[key] = {}
        here = here[int(key)] if isinstance(here, list) else here[key]
        walked.append(key)
    last = ".".join(parts)
    former = here.get(last) if isinstance(here, dict) else None
    _put(here, last, value, walked)
    return former


def _next_key(here: Any, parts: list[str], walked: list[str]) -> tuple[str, list[str]]:
    """The next key and what is left of the path; a key such as ``99.5%`` may itself have dots."""
    if isinstance(here, dict):
        for length in range(1, len(parts)):
            key = ".".join(parts[:length])
            if key in here:
                return key, parts[length:]
        raise _NoSuchPath(_no_key(parts[0], here, walked))
    if isinstance(here, list):
        _check_number(parts[0], here, walked)
        return parts[0], parts[1:]
    raise _NoSuchPath(_no_inside(here, walked))


def _put(here: Any, key: str, value: Any, walked: list[str]) -> None:
    if isinstance(here, list):
        _check_number(key, here, walked)
        here[int(key)] = value
    elif not isinstance(here, dict):
        raise _NoSuchPath(_no_inside(here, walked))
    elif value is None and _is_by_name(walked):
        if key not in here:
            raise _NoSuchPath(_no_key(key, here, walked))
        del here[key]
    elif not walked and key not in here:
        raise _NoSuchPath(_no_key(key, here, walked))
    elif set(here) == set(DAY_NAMES) and key not in here:
        for day in _days(key):
            here[day] = value
    else:
        # an unknown key is found by the check that follows, with its own hint
        here[key] = value


def _is_by_name(walked: list[str]) -> bool:
    entry = len(walked) == 1 and walked[0] in BY_NAME
    inner = len(walked) == 3 and (walked[0], walked[2]) in NAMES_INSIDE
    return entry or inner


def _days(text: str) -> Iterable[str]:
    try:
        return [DAY_NAMES[day] for day in sorted(parse_days(text))]
    except ValueError as error:
        raise _NoSuchPath(str(error)) from None


def _no_key(key: str, here: dict[str, Any], walked: list[str]) -> str:
    around = ".".join(walked) or "the scenario"
    hint = did_you_mean(key, here) or ("; there is: " + ", ".join(here) if here else "")
    return f"there is no {key!r} in {around}{hint}"


def _no_inside(here: Any, walked: list[str]) -> str:
    return f"{'.'.join(walked)} is {here!r} and has nothing inside"


def _check_number(text: str, here: list[Any], walked: list[str]) -> None:
    if not text.isdigit() or int(text) >= len(here):
        last = f"the numbers go from 0 to {len(here) - 1}" if here else "it is empty"
        raise _NoSuchPath(f"{'.'.join(walked)} is a list; {last}")


def parse_assignment(text: str) -> tuple[str, Any]:
    """(path, value) of ``PATH=VALUE`` from a command line; the value is read as YAML.

    Raises ``ScenarioError`` where it cannot be read.
    """
    path, found, written = text.partition("=")
    path = path.strip()
    if not found or not path:
        message = "is not PATH=VALUE, e.g. agent_groups.desk.headcount=12"
        raise ScenarioError([Problem(text, message)], "the override")
    if not written.strip():
        raise ScenarioError([Problem(path, "has no value; write null to unset an option")], "the override")
    document = read_yaml(written)
    if document.problems:
        problems = [Problem(path, f"{written!r}: {problem.message}") for problem in document.problems]
        raise ScenarioError(problems, "the override")
    return path, document.data
