"""What the user writes: which cases and points of which scenario, how often, measured how, reached when.

A plan is read from a file (:func:`load_plan`), from a dict or from a table of addresses; every problem is
told at once with its line.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, PlainSerializer, PlainValidator, PrivateAttr

from ccsim.draws.streams import BLOCK_OF, Luck, require_luck_kind
from ccsim.errors import CcsimError
from ccsim.experiments.planning.criteria import Criterion, Target, each_target, read_criterion, read_target
from ccsim.experiments.planning.own_metrics import OwnMetric
from ccsim.scenario import Scenario
from ccsim.scenario.fields import Part, read_duration, said
from ccsim.units import did_you_mean, format_duration

if TYPE_CHECKING:
    import pandas as pd

    from ccsim.experiments.sweep import Sweep

DESIGNS = ("grid", "one_at_a_time", "latin_hypercube", "sobol", "morris")
SAMPLED = ("latin_hypercube", "sobol", "morris")
MOST_REPLICATIONS = 1_000_000
STANDARD_MEASURES = ("service_level", "abandon_rate", "asa", "occupancy")


def _whole(name: str, low: int, high: int) -> Any:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"{said(value)} is not a whole number; write {name} as a number, e.g. 30")
        if not low <= value <= high:
            raise ValueError(f"{name} must be from {low} to {high}, not {value}")
        return value

    return PlainValidator(read)


def _read_names(value: Any) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"{said(value)} stands where a list of names belongs")
    if len(set(names)) < len(names):
        raise ValueError("a name is there twice")
    return tuple(names)


def _read_cases(value: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(value, Mapping) or not value:
        raise ValueError("name at least one case, e.g. {baseline: {}}")
    for case, changes in value.items():
        if not isinstance(changes, Mapping | None):
            raise ValueError(
                f"the case {case}: {said(changes)} stands where changes by address belong, e.g. {{}}"
            )
    return {str(case): dict(changes or {}) for case, changes in value.items()}


def _read_vary(value: Any) -> dict[str, list[Any]]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{said(value)} stands where lists of values by address belong")
    for address, values in value.items():
        if not isinstance(values, list | tuple) or not values:
            raise ValueError(f"{address} needs a list of values, e.g. [10, 12, 14]")
    return {str(address): list(values) for address, values in value.items()}


def _read_targets(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{said(value)} stands where bounds by metric belong, e.g. {{asa: <= 20s}}")
    return {
        str(metric): dict(bound) if isinstance(bound, Mapping) else bound for metric, bound in value.items()
    }


class Design(Part):
    """How points are made of the values to vary."""

    kind: Literal["grid", "one_at_a_time", "latin_hypercube", "sobol", "morris"]
    points: Annotated[int, _whole("points", 1, 1_000_000)] | None = None


def _read_design(value: Any) -> Design:
    data = {"kind": value} if isinstance(value, str) else value
    if not isinstance(data, Mapping) or not set(data) <= {"kind", "points"} or "kind" not in data:
        raise ValueError("write grid, one_at_a_time, or e.g. {kind: sobol, points: 64}")
    if data["kind"] not in DESIGNS:
        hint = did_you_mean(str(data["kind"]), DESIGNS) or "; there is: " + ", ".join(DESIGNS)
        raise ValueError(f"no design {said(data['kind'])}{hint}")
    if (data["kind"] in SAMPLED) != ("points" in data):
        if data["kind"] in SAMPLED:
            raise ValueError(f"say how many points, e.g. {{kind: {data['kind']}, points: 64}}")
        raise ValueError(f"{data['kind']} has the points that the values make; points does not go with it")
    return Design.model_validate(dict(data))


def _read_points(value: Any) -> str | tuple[dict[str, Any], ...] | None:
    if value is None or isinstance(value, str):
        return value
    if not isinstance(value, list | tuple) or not value or not all(isinstance(p, Mapping) for p in value):
        raise ValueError(f"{said(value)} stands where the name of a CSV file or a list of points belongs")
    return tuple(dict(point) for point in value)


def _read_luck(value: Any) -> Luck:
    try:
        require_luck_kind(str(value))
    except CcsimError as error:
        raise ValueError(str(error)) from None
    kind: Luck = value
    return kind


class Precision(Part):
    """Replications are added until every interval is narrow enough, or ``at_most`` are played."""

    criteria: dict[str, str]  # metric -> "+/- 1%"
    by: tuple[str, ...] = ()
    at_most: int = 200
    confidence: float = 0.95

    def read(self) -> tuple[Criterion, ...]:
        """The criteria in the units of their metrics."""
        return tuple(read_criterion(metric, text) for metric, text in self.criteria.items())


def _read_precision(value: Any) -> Precision | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise ValueError(f"{said(value)} stands where half-widths by metric belong, e.g. {{asa: +/- 2s}}")
    rest = dict(value)
    at_most = rest.pop("at_most", 200)
    if isinstance(at_most, bool) or not isinstance(at_most, int) or not 2 <= at_most <= MOST_REPLICATIONS:
        raise ValueError(
            f"at_most: {said(at_most)} is not a number of replications from 2 to {MOST_REPLICATIONS}"
        )
    by = _read_names(rest.pop("by", []))
    if not rest:
        raise ValueError("names no metric; write e.g. service_level: +/- 1%")
    for metric, text in rest.items():
        if not isinstance(text, str):
            raise ValueError(f"{metric}: {said(text)} is not a half-width; write e.g. +/- 1%")
    return Precision(criteria=rest, by=by, at_most=at_most)


def _points_out(value: str | tuple[dict[str, Any], ...] | None) -> Any:
    return [dict(point) for point in value] if isinstance(value, tuple) else value


def _read_warm_up(value: Any) -> int | None:
    return None if value is None else read_duration(value)


def _warm_up_out(value: int | None) -> str | None:
    return None if value is None else format_duration(value)


def _precision_out(value: Precision | None) -> dict[str, Any] | None:
    return None if value is None else {**value.criteria, "by": list(value.by), "at_most": value.at_most}


def _design_out(value: Design) -> dict[str, Any]:
    return value.model_dump(exclude_none=True)


Names = Annotated[tuple[str, ...], PlainValidator(_read_names), PlainSerializer(list)]


class Plan(Part):
    """An experiment: points of cases of one scenario, each played with the same luck.

    Build one with :func:`ccsim.load_plan`, :meth:`from_dict` or :meth:`from_frame`; they raise
    ``ScenarioError`` with every problem.
    """

    format: Literal[1] = Field(description="Version of this format: 1. Required.", examples=[1])
    name: str = Field(description="Short name, used in reports and for the folder of results. Required.",
                      examples=["headcount-x-containment"])  # fmt: skip
    scenario: str = Field(
        description="The scenario file; looked for beside this file, then in the folder above it, then in "
        "the working directory. Required.",
        examples=["scenarios/helpdesk.yaml"],
    )
    seed: Annotated[int, _whole("the seed", 0, 2**63 - 1)] = Field(
        description="The one seed: the same worlds for every case and point. Required.", examples=[20260302]
    )
    replications: Annotated[int, _whole("replications", 1, MOST_REPLICATIONS)] = Field(
        10, description="Random worlds in which every case and point is played. Default 10.", examples=[30]
    )
    cases: Annotated[dict[str, dict[str, Any]], PlainValidator(_read_cases)] = Field(
        {"base": {}},
        description="Named what-ifs: changes by address. The first is what others are compared with. Default "
        "one case, base, without changes.",
        examples=[{"baseline": {}, "one more": {"agent_groups.desk.headcount": 12}}],
    )
    vary: Annotated[dict[str, list[Any]], PlainValidator(_read_vary)] = Field(
        {},
        description="Values by address, crossed with each case; a range [low, high] where the design "
        "samples. "
        "Default nothing.",
        examples=[{"agent_groups.desk.headcount": [10, 11, 12]}],
    )
    design: Annotated[Design, PlainValidator(_read_design), PlainSerializer(_design_out)] = Field(
        Design(kind="grid"),
        description="How points are made of vary: grid (all combinations), one_at_a_time (first none, then "
        "each value alone), latin_hypercube or sobol with a number of points, or morris (paths on which one "
        "value changes at a time; points of them). Default grid.",
        examples=[{"kind": "sobol", "points": 64}],
    )
    points: Annotated[
        str | tuple[dict[str, Any], ...] | None, PlainValidator(_read_points), PlainSerializer(_points_out)
    ] = Field(
        None,
        description="Instead of vary: a CSV file beside this one whose columns are addresses, a point a "
        "row (an empty cell changes nothing), or a list of maps. Default none.",
        examples=["points.csv"],
    )
    measure: Names = Field(
        STANDARD_MEASURES,
        description="Metrics to keep of each replication; file.py:function is one of your own. Default "
        f"[{', '.join(STANDARD_MEASURES)}].",
        examples=[["service_level", "cost"]],
    )
    by: Names = Field(
        (),
        description="Keys by which the metrics that go with them are kept too, beside the value of the whole "
        "center (where each key reads all). Default none.",
        examples=[["queue"]],
    )
    targets: Annotated[dict[str, Any], PlainValidator(_read_targets)] = Field(
        {},
        description="Bounds by metric that each point is held against: of the whole center, or by queue "
        "where it is measured by: [queue]. Default none.",
        examples=[{"asa": "<= 20s", "service_level": {"calls": ">= 80%", "chat": ">= 75%"}}],
    )
    precision: Annotated[
        Precision | None, PlainValidator(_read_precision), PlainSerializer(_precision_out)
    ] = Field(
        None,
        description="Half-widths by metric (+/- 1%, in the unit of the metric; +/- 2% of it, of the value) "
        "that are to be reached by more replications, by keys if given, and at_most how many. Default none: "
        "replications as said.",
        examples=[{"service_level": "+/- 1%", "at_most": 200}],
    )
    luck: Annotated[Luck, PlainValidator(_read_luck)] = Field(
        "plain",
        description="How the busyness of days is spread over replications: plain (drawn afresh in each), "
        "antithetic (in pairs that mirror each other) or qmc (evenly over each 16). Default plain.",
        examples=["antithetic"],
    )
    warm_up: Annotated[int | None, PlainValidator(_read_warm_up), PlainSerializer(_warm_up_out)] = Field(
        None, description="First part of each run that is not measured. Default none.", examples=["2h"]
    )
    interval_tables: bool = Field(
        False, description="Keep a table by queue, day and interval of each replication. Default false."
    )

    _base: Scenario = PrivateAttr()
    _own: dict[str, OwnMetric] = PrivateAttr(default_factory=dict)
    _rows: tuple[dict[str, Any], ...] | None = PrivateAttr(None)
    _source: str | None = PrivateAttr(None)

    @property
    def base(self) -> Scenario:
        """The scenario before any change."""
        return self._base

    @property
    def block(self) -> int:
        """How many replications in a row depend on each other; intervals count blocks of them."""
        return BLOCK_OF[self.luck]

    @property
    def own_metrics(self) -> Mapping[str, OwnMetric]:
        """The metrics of the user's own, by name."""
        return self._own

    @property
    def given_points(self) -> tuple[dict[str, Any], ...] | None:
        """The points of a table, a list, or a design sampled before; None: made of ``vary``."""
        return self._rows

    @property
    def source(self) -> str | None:
        """The file that the plan was read from."""
        return self._source

    def read_targets(self) -> tuple[Target, ...]:
        """The targets in the units of their metrics."""
        return tuple(read_target(metric, text, queue) for metric, queue, text in each_target(self.targets))

    def canonical(self) -> dict[str, Any]:
        """Plain JSON types, defaults written out; a table of points as a list."""
        data = self.model_dump(mode="json", by_alias=True)
        if self._rows is not None:
            data["points"] = [dict(point) for point in self._rows]
        return data

    @classmethod
    def from_dict(
        cls, data: Mapping[str, Any], folder: str | Path | None = None, scenario: Scenario | None = None
    ) -> Plan:
        """A checked plan from plain data as a file would hold it.

        ``folder``: where the files that it names are looked for (default: the working directory);
        ``scenario``: the scenario itself, instead of the file that the data name.
        """
        from ccsim.experiments.planning.reading import plan_from_data

        return plan_from_data(data, folder=None if folder is None else Path(folder), scenario=scenario)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, scenario: Scenario, *, seed: int, **more: Any) -> Plan:
        """A plan whose points are the rows of a table: columns are addresses, an empty cell changes nothing.

        ``more``: other keys of an experiment file, e.g. ``replications=30`` or ``measure=["cost"]``.
        """
        from ccsim.experiments.planning.reading import points_of_frame

        data = {"format": 1, "name": scenario.name, "seed": seed, **more, "points": points_of_frame(frame)}
        return cls.from_dict(data, scenario=scenario)

    def run(self, folder: str | Path, *, workers: int = 1, engine: str = "auto") -> Sweep:
        """Play what is missing of the plan into a folder, and give its results; like ``ccsim sweep``.

        A cell that fails is a row of ``sweep.status()``. Raises StoreError when the folder holds another
        experiment or cannot be written.
        """
        from ccsim.experiments.sweep import run_plan

        return run_plan(self, folder, workers=workers, engine=engine)[0]


def load_plan(path: str | Path) -> Plan:
    """The plan in an experiment file; raises ``ScenarioError`` with every problem and its line."""
    from ccsim.experiments.planning.reading import plan_from_file

    return plan_from_file(path)
