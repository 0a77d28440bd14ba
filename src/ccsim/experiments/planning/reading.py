"""Reading a plan: file, dict or table in; a checked Plan out, or every problem at once."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ccsim.errors import CcsimError, MetricError, Problem, ScenarioError
from ccsim.experiments.planning.criteria import BY_QUEUE, each_target, goes_by_queue, read_target
from ccsim.experiments.planning.own_metrics import OwnMetric, read_own
from ccsim.experiments.planning.plan import SAMPLED, Plan
from ccsim.metrics import keys, registry
from ccsim.scenario import Scenario, load
from ccsim.scenario.fields import said
from ccsim.scenario.mistaken import is_scenario, no_experiment
from ccsim.scenario.reading import plain_data
from ccsim.scenario.yaml_marks import Marks, dotted, plain_scalar, read_yaml
from ccsim.units import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

YamlPath = tuple[str | int, ...]
MOST_POINTS = 1_000_000


def plan_from_file(path: str | Path) -> Plan:
    """See :func:`ccsim.load_plan`."""
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        problem = f"the file is not UTF-8 text (byte {error.start}); save it as UTF-8"
        raise ScenarioError([Problem("", problem)], str(path)) from None
    except FileNotFoundError:
        raise ScenarioError([Problem("", "there is no such file")], str(path)) from None
    except OSError as error:
        raise ScenarioError([Problem("", f"cannot be read: {error.strerror}")], str(path)) from None
    document = read_yaml(text)
    problems = list(document.problems)
    if not problems and not isinstance(document.data, dict):
        problems.append(
            Problem("", "an experiment is a map of keys such as scenario, seed and cases", line=1)
        )
    if not problems and is_scenario(document.data):
        problems.append(Problem("", no_experiment(str(path)), line=1))
    if problems:
        raise ScenarioError(problems, str(path))
    return _checked(document.data, document.marks, file.parent, None, str(path))


def plan_from_data(
    data: Mapping[str, Any],
    folder: Path | None,
    scenario: Scenario | None,
    own: Mapping[str, OwnMetric] | None = None,
) -> Plan:
    """See :meth:`Plan.from_dict`; ``own``: metrics of the user's own whose files were read before."""
    if not isinstance(data, Mapping):
        raise ScenarioError([Problem("", "an experiment is a map of keys such as scenario, seed and cases")])
    problems: list[Problem] = []
    raw = plain_data(data, "", problems)
    if problems:
        raise ScenarioError(problems, "the experiment")
    raw.setdefault("format", 1)
    if scenario is not None:
        raw.setdefault("scenario", scenario.source or scenario.name)
        raw.setdefault("name", scenario.name)
    return _checked(raw, Marks(), folder if folder is not None else Path.cwd(), scenario, None, own)


def points_of_frame(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table of addresses as points; cells without a value are left out."""
    columns = [str(column) for column in frame.columns]
    rows = frame.itertuples(index=False, name=None)
    return [
        {
            name: _cell(value)
            for name, value in zip(columns, row, strict=True)
            if value is not None and value == value  # nan is not equal to itself
        }
        for row in rows
    ]


def _cell(value: Any) -> Any:
    """A whole number that a table holds as 12.0, because another row is empty, is 12."""
    plain = value.item() if hasattr(value, "item") else value
    return int(plain) if isinstance(plain, float) and plain.is_integer() else plain


def points_of_csv(path: Path) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The rows of a CSV file of addresses as points, and what is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else str(error)
        return [], [Problem("points", f"{path.name}: {reason}")]
    lines = text.splitlines()
    separator = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    table = list(csv.reader(lines, delimiter=separator))
    head = [name.strip() for name in table[0]] if table else []
    if not head or not all(head) or len(set(head)) < len(head):
        message = "the first line must name the addresses, each once"
        return [], [Problem("points", message, file=path.name, line=1)]
    points, problems = [], []
    for number, row in enumerate(table[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(head):
            message = f"{len(row)} cells where there are {len(head)} columns"
            problems.append(Problem("points", message, file=path.name, line=number))
            continue
        points.append(
            {name: plain_scalar(cell.strip()) for name, cell in zip(head, row, strict=True) if cell.strip()}
        )
    if not points and not problems:
        problems.append(Problem("points", "has no points, only a head", file=path.name))
    return points, problems


def _checked(
    raw: dict[str, Any],
    marks: Marks,
    folder: Path,
    scenario: Scenario | None,
    source: str | None,
    own: Mapping[str, OwnMetric] | None = None,
) -> Plan:
    name = source or "the experiment"
    problems: list[Problem] = []

    def complain(path: YamlPath, message: str, *, at_key: bool = False) -> None:
        place = marks.key(path) if at_key else marks.value(path)
        problems.append(Problem(dotted(path), message, line=place.line, column=place.column))

    try:
        plan = Plan.model_validate(raw)
    except ValidationError as error:
        lines = error.errors(include_url=False)
        for line in lines:
            path, message, at_key = _said(line)
            complain(path, message, at_key=at_key)
        # what stands in the other keys is checked all the same
        wrong = {line["loc"][0] for line in lines}
        rest = {key: value for key, value in raw.items() if key not in wrong}
        plan = Plan.model_validate({"format": 1, "name": "", "scenario": "", "seed": 0} | rest)
    base = scenario
    if base is None and plan.scenario:
        base = _find_scenario(plan.scenario, folder, complain)
    plan._source, plan._own = source, dict(own or {})
    _read_points(plan, folder, complain, problems)
    _check_measures(plan, folder, complain)
    if base is not None:
        plan._base = base
        _check_queues(plan, complain)
        _check_addresses(plan, complain)
    if problems:
        raise ScenarioError(_in_order(problems), name)
    return plan


def _in_order(problems: Sequence[Problem]) -> list[Problem]:
    return sorted(dict.fromkeys(problems), key=lambda problem: (problem.file, problem.line, problem.column))


def _said(line: Any) -> tuple[YamlPath, str, bool]:
    """(path, message, whether it is about the key) of one error of pydantic."""
    path, kind = tuple(line["loc"]), str(line["type"])
    if kind == "missing":
        field = Plan.model_fields.get(str(path[-1]))
        example = field.examples[0] if field is not None and field.examples else None
        return path, f"missing; write e.g. {path[-1]}: {example}", True
    if kind == "extra_forbidden":
        known = list(Plan.model_fields)
        hint = did_you_mean(str(path[-1]), known) or "; there is: " + ", ".join(known)
        return path, f"unknown{hint}", True
    if kind == "value_error":
        return path, str(line["ctx"]["error"]), False
    if kind == "literal_error" and path == ("format",):
        return path, f"{said(line['input'])} is not a format that this version reads; write format: 1", False
    words = {"string_type": "a text", "bool_type": "true or false", "dict_type": "a map of keys"}
    if kind in words:
        return path, f"{said(line['input'])} stands where {words[kind]} belongs", False
    return path, f"{said(line['input'])}: {line['msg']}", False


def _find_scenario(written: str, folder: Path, complain: Any) -> Scenario | None:
    """Beside the experiment, in the folder above it, in the working directory."""
    places = [folder / written, folder.resolve().parent / written, Path(written)]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        complain(
            ("scenario",),
            f"there is no file {written!r} beside the experiment, in the folder above it or in the working "
            "directory",
        )
        return None
    try:
        return load(found)
    except ScenarioError as error:
        first = error.problems[0]
        more = f" and {len(error.problems) - 1} more" if len(error.problems) > 1 else ""
        place = f"{first.where()} {first.path} ".strip()
        complain(("scenario",), f"{found} does not hold: {place} {first.message}{more}")
        return None


def _read_points(plan: Plan, folder: Path, complain: Any, problems: list[Problem]) -> None:
    """The points of a file or a list, and what does not go together with them."""
    if plan.points is not None and plan.vary and plan.design.kind not in SAMPLED:
        complain(("points",), "points stands instead of vary; leave one of them out")
    if isinstance(plan.points, str):
        rows, found = points_of_csv(folder / plan.points)
        problems += found
        plan._rows = tuple(rows)
    elif plan.points is not None:
        plan._rows = plan.points
    if plan.design.kind in SAMPLED:
        if not plan.vary:
            complain(("design",), f"{plan.design.kind} needs ranges in vary, e.g. {{address: [low, high]}}")
        if plan._rows is None:
            _check_ranges(plan, complain)
    elif plan.design.kind == "one_at_a_time" and not plan.vary:
        complain(("design",), "one_at_a_time needs values in vary")
    elif plan._rows is None:
        count = math.prod(len(values) for values in plan.vary.values())
        if count > MOST_POINTS:
            complain(
                ("vary",), f"makes {count:,} points, more than {MOST_POINTS:,}; take a design that samples"
            )


def _check_ranges(plan: Plan, complain: Any) -> None:
    from ccsim.experiments.planning.designs import Range

    for address, values in plan.vary.items():
        try:
            Range.read(values)
        except ValueError as error:
            complain(("vary", address), str(error))


def _check_measures(plan: Plan, folder: Path, complain: Any) -> None:
    """Metrics, keys, targets and precision name what there is."""
    for key in plan.by:
        if key not in keys.BY_KEYS or key == "replication":
            known = [name for name in keys.BY_KEYS if name != "replication"]
            hint = did_you_mean(key, known) or "; there is: " + ", ".join(known)
            complain(("by",), f"there is no key {key!r} to measure by{hint}")
    if not plan.measure:
        complain(("measure",), "is empty; name at least one metric, e.g. service_level")
    own: dict[str, OwnMetric] = dict(plan._own)
    for number, name in enumerate(plan.measure):
        try:
            if ":" in name and name not in own:
                own[name] = read_own(name, folder)
            elif ":" not in name:
                registry.find(name)
        except registry.UnknownMetricError as error:
            complain(("measure", number), f"there is no metric {name!r}{error.hint}")
        except MetricError as error:
            complain(("measure", number), str(error))
    plan._own = own
    for metric, queue, text in each_target(plan.targets):
        path = ("targets", metric) if queue is None else ("targets", metric, queue)
        _check_reached(plan, path, metric, lambda m=metric, t=text: read_target(m, t), complain)
    _check_bounds_by_queue(plan, complain)
    if plan.replications % plan.block:
        blocks = f"with luck {plan.luck} replications come in blocks of {plan.block}"
        complain(("replications",), blocks)
    if plan.precision is None:
        return
    from ccsim.experiments.planning.criteria import read_criterion

    for metric, text in plan.precision.criteria.items():
        path = ("precision", metric)
        _check_reached(plan, path, metric, lambda m=metric, t=text: read_criterion(m, t), complain)
    if plan.precision.at_most < plan.replications:
        complain(("precision", "at_most"), f"is less than the {plan.replications} replications to start with")
    if plan.precision.by and plan.precision.by != plan.by:
        complain(("precision", "by"), f"must be what is measured by: [{', '.join(plan.by)}]")


def _check_queues(plan: Plan, complain: Any) -> None:
    """Bounds by queue are of queues that there are."""
    queues = list(plan.base.canonical().get("queues") or {})
    for metric, queue, _ in each_target(plan.targets):
        if queue is not None and queue not in queues:
            hint = did_you_mean(str(queue), queues) or "; there is: " + ", ".join(queues)
            complain(("targets", metric, queue), f"there is no queue {queue!r}{hint}", at_key=True)


def _check_bounds_by_queue(plan: Plan, complain: Any) -> None:
    """Bounds by queue are of what is measured by queue."""
    for metric, bounds in plan.targets.items():
        path = ("targets", metric)
        if not isinstance(bounds, Mapping):
            continue
        if not bounds:
            complain(path, "names no queue; write a bound, or bounds by queue")
        elif plan.by != BY_QUEUE:
            complain(path, "has bounds by queue; that needs by: [queue]", at_key=True)
        elif metric in plan.measure and _is_metric(metric) and not goes_by_queue(metric):
            complain(path, "cannot be told by queue; write one bound for the whole center", at_key=True)


def _check_reached(plan: Plan, path: YamlPath, metric: str, read: Any, complain: Any) -> None:
    if metric not in plan.measure:
        known = [name for name in plan.measure if name in plan.own_metrics or _is_metric(name)]
        there = "; there is: " + ", ".join(known) if known else "; name it in measure"
        complain(path, f"is not measured{did_you_mean(metric, known) or there}", at_key=True)
        return
    try:
        read()
    except (ValueError, CcsimError) as error:
        complain(path, str(error))


def _is_metric(name: str) -> bool:
    """Whether ccsim has a metric of this name."""
    try:
        registry.find(name)
    except MetricError:
        return False
    return True


def _check_addresses(plan: Plan, complain: Any) -> None:
    """Changes of a case hold; of the values to vary, at least one does somewhere."""
    worlds: list[Scenario] = []
    for case, changes in plan.cases.items():
        try:
            worlds.append(plan.base.override(changes) if changes else plan.base)
        except ScenarioError as error:
            for problem in error.problems:
                path = ("cases", case, *_address(problem.path, changes))
                complain(path, problem.message if len(path) > 2 else f"{problem.path} {problem.message}")
    if not worlds:
        return
    for address, values in plan.vary.items():
        message = _first_complaint(worlds, address, values)
        if message is not None:
            complain(("vary", address), message, at_key=True)
    if plan._rows and not plan.vary:
        for address in dict.fromkeys(name for point in plan._rows for name in point):
            values = [point[address] for point in plan._rows if address in point]
            message = _first_complaint(worlds, address, values)
            if message is not None:
                complain(("points",), f"{address}: {message}")


def _address(path: str, changes: Mapping[str, Any]) -> tuple[str, ...]:
    """The address among ``changes`` that a problem at ``path`` of the scenario is about."""
    return next(((name,) for name in changes if path == name or path.startswith(name + ".")), ())


def _first_complaint(worlds: Sequence[Scenario], address: str, values: Sequence[Any]) -> str | None:
    """What is wrong with every value of an address in every case; None where one holds."""
    first: str | None = None
    for world, value in _tried(worlds, values):
        try:
            world.override({address: value})
        except ScenarioError as error:
            first = first or error.problems[0].message
        else:
            return None
    return first


def _tried(worlds: Sequence[Scenario], values: Sequence[Any]) -> Iterator[tuple[Scenario, Any]]:
    """Pairs to try; most often the first holds."""
    for world in worlds:
        for value in values:
            yield world, value
