"""What moves a measure, from the points that a sweep has played.

Which answer there is depends on the design:

*tornado* (one_at_a_time, grid): the measure at the low and at the high end of each factor; in a grid averaged
over the other factors. Differences are paired, as all points share their luck.
*sobol* (grid, latin_hypercube, sobol, a table of points): which share of the measure's variance each factor
explains, alone and with its interactions; of a grid exactly, else of a fitted surface, which says how well it
fits.
*morris* (morris): how far a factor moves the measure over its range, on average over the paths.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ccsim.errors import CcsimError
from ccsim.experiments.answering.indices import (
    elementary_effects,
    grid_shares,
    morris_numbers,
    surface_shares,
)
from ccsim.experiments.answering.levels import as_number, is_number
from ccsim.experiments.answering.lines import Played, jackknife, played, values_at, varying
from ccsim.experiments.answering.response import Surface, fit_surface
from ccsim.experiments.answering.sensitivity import Method
from ccsim.experiments.comparing.place_names import PlaceNames, value_said
from ccsim.experiments.comparing.saying import change_text, interval_text, is_plural, spoken, value_text
from ccsim.metrics.estimators import student_t

if TYPE_CHECKING:
    import pandas as pd

    from ccsim.experiments.keeping.store import Store

Float64 = npt.NDArray[np.float64]
METHODS: dict[str, tuple[Method, ...]] = {
    "one_at_a_time": ("tornado",),
    "grid": ("tornado", "sobol"),
    "latin_hypercube": ("sobol",),
    "sobol": ("sobol",),
    "table": ("sobol",),
    "morris": ("morris",),
}
GOOD_FIT = 0.8  # share of the spread that a surface must explain before its shares are believed


@dataclass(frozen=True, slots=True)
class Effects:
    """``table``: one row a factor, the most important first, with its name, address, low and high end.

    *tornado* adds at_low, at_high, change and its interval (from, to); *sobol* first and total, each with its
    standard error; *morris* mu_star, mu, sigma and the interval of mu_star (from, to). ``surface``: what
    the shares were read from, None where it was the points themselves.
    """

    method: Method
    design: str
    measure: str
    case: str
    confidence: float
    table: pd.DataFrame
    surface: Surface | None = None
    scope: str = ""  # `` in queue service``, `` over all queues``
    told: Mapping[str, str] = field(default_factory=dict)  # factors as sentences call them

    def sentence(self) -> str:
        """What matters most, ready for an e-mail."""
        rows = self.table.to_dict("records")
        named = [{**row, "factor": self.told.get(row["factor"], row["factor"])} for row in rows]
        return _SENTENCES[self.method](self, [{str(k): v for k, v in row.items()} for row in named])

    def name(self) -> str:
        """What is moved: ``service level in queue service``."""
        return spoken(self.measure) + self.scope


def effects(
    store: Store,
    measure: str,
    *,
    case: str | None = None,
    method: Method | None = None,
    confidence: float = 0.95,
    queue: str | None = None,
) -> Effects:
    """What moves ``measure`` in one case (default: the first), by the method that goes with the design.

    ``queue``: of this queue instead of all together.

    Raises CcsimError where the design does not allow the method, or points are missing.
    """
    design = "table" if store.plan.points is not None and not store.plan.vary else store.plan.design.kind
    chosen = _method(design, method)
    found = played(store, measure, case, queue=queue)
    addresses = varying(found.points)
    if not addresses:
        raise CcsimError("nothing varies between the points of this sweep; it needs vary or points")
    names = PlaceNames.of_store(store)
    makers = {"tornado": _tornado, "sobol": _sobol, "morris": _morris}
    table, surface = makers[chosen](design, found, names, addresses, confidence)
    table.insert(0, "factor", [names.labels[address] for address in table["address"]])
    told = {names.labels[address]: names.told(address) for address in addresses}
    return Effects(
        chosen, design, measure, found.case, confidence, table, surface, found.scope.said(measure), told
    )


def _method(design: str, wanted: Method | None) -> Method:
    allowed = METHODS[design]
    if wanted is None:
        return allowed[0]
    if wanted not in allowed:
        ways = {"tornado": "design: one_at_a_time", "morris": "design: {kind: morris, points: 10}",
                "sobol": "a grid, or design: {kind: sobol, points: 64}"}  # fmt: skip
        raise CcsimError(
            f"a sweep with the design {design} gives {' or '.join(allowed)}, not {wanted}; that needs "
            f"{ways[wanted]}"
        )
    return wanted


def _tornado(
    design: str, found: Played, names: PlaceNames, addresses: list[str], confidence: float
) -> tuple[pd.DataFrame, None]:
    import pandas as pd

    rows = []
    for address in addresses:
        values = values_at(names, found.points, address)
        low, high = _ends(found, values, address, design)
        ends = _means(found, names, address, (low, high), addresses if design == "grid" else [])
        change = float((ends[1] - ends[0]) @ found.values)
        half = found.half_width(ends[1] - ends[0], confidence)
        rows.append(
            {"address": address, "low": value_said(low), "high": value_said(high),
             "at_low": float(ends[0] @ found.values), "at_high": float(ends[1] @ found.values),
             "change": change, "from": change - half, "to": change + half}
        )  # fmt: skip
    table = pd.DataFrame(rows)
    return table.sort_values("change", key=abs, ascending=False, kind="stable", ignore_index=True), None


def _ends(found: Played, values: list[Any], address: str, design: str) -> tuple[Any, Any]:
    """The least and the greatest value of a factor; the first and the last where they are no numbers."""
    listed = [point.varied[address] for point in found.points if address in point.varied]
    if len(listed) == 1 and design == "one_at_a_time":
        listed = [values[0], *listed]  # as in the scenario, and the one that was tried
    if all(is_number(value) for value in listed):
        return min(listed, key=as_number), max(listed, key=as_number)
    return listed[0], listed[-1]


def _means(
    found: Played, names: PlaceNames, address: str, ends: tuple[Any, Any], grid: list[str]
) -> list[Float64]:
    """For both ends (points,) weights of the mean over the points there.

    In a ``grid`` of addresses over all points whose counterpart at the other end is there; of single changes,
    the one point.
    """
    rows: list[dict[tuple[str, ...], int]] = [{}, {}]
    for number, point in enumerate(found.points):
        if not grid and point.varied and address not in point.varied:
            continue  # another factor's change
        others = tuple(value_said(names.value(name, point)) for name in grid if name != address)
        for side, end in zip(rows, ends, strict=True):
            if names.value(address, point) == end:
                side.setdefault(others, number)
    common = [key for key in rows[0] if key in rows[1]]
    if not common:
        gone = f"points at both ends of {names.labels[address]} are missing"
        raise CcsimError(f"{gone}; go on with ccsim resume")
    weights = np.zeros((2, len(found.points)))
    for side, row in zip(rows, weights, strict=True):
        row[[side[key] for key in common]] = 1 / len(common)
    return list(weights)


def _sobol(
    design: str, found: Played, names: PlaceNames, addresses: list[str], confidence: float
) -> tuple[pd.DataFrame, Surface | None]:
    import pandas as pd

    columns = [values_at(names, found.points, address) for address in addresses]
    surface = None
    if design == "grid":
        levels = np.array([_numbered(values) for values in columns]).T

        def shares(y: Float64) -> Float64:
            return grid_shares(levels, y)

    else:
        x = np.array([[as_number(value) for value in values] for values in columns]).T
        surface = fit_surface(addresses, x, found.values)

        def shares(y: Float64) -> Float64:
            return surface_shares(fit_surface(addresses, x, y))

    first, total = shares(found.values)
    errors = jackknife(lambda y: shares(y).ravel(), found).reshape(2, -1)
    ends = [_ends(found, values, a, design) for a, values in zip(addresses, columns, strict=True)]
    table = pd.DataFrame(
        {"address": addresses, "low": [value_said(low) for low, _ in ends],
         "high": [value_said(high) for _, high in ends], "first": first, "first_error": errors[0],
         "total": total, "total_error": errors[1]}
    )  # fmt: skip
    return table.sort_values("total", ascending=False, kind="stable", ignore_index=True), surface


def _numbered(values: list[Any]) -> list[int]:
    known: list[Any] = []
    for value in values:
        if value not in known:
            known.append(value)
    return [known.index(value) for value in values]


def _morris(
    design: str, found: Played, names: PlaceNames, addresses: list[str], confidence: float
) -> tuple[pd.DataFrame, None]:
    import pandas as pd

    columns = [values_at(names, found.points, address) for address in addresses]
    x = np.array([[as_number(value) for value in values] for values in columns]).T
    try:
        each = elementary_effects(x, found.values)
    except CcsimError as error:
        raise CcsimError(f"{error}: points are missing; go on with ccsim resume") from None
    star, mean, spread = morris_numbers(each)
    paths = len(each[0])
    t = student_t(confidence, paths - 1) if paths > 1 else math.nan
    half = np.array([t * np.abs(one).std(ddof=1) / paths**0.5 if paths > 1 else math.nan for one in each])
    ends = [_ends(found, values, a, design) for a, values in zip(addresses, columns, strict=True)]
    table = pd.DataFrame(
        {"address": addresses, "low": [value_said(low) for low, _ in ends],
         "high": [value_said(high) for _, high in ends], "mu_star": star, "mu": mean, "sigma": spread,
         "from": np.maximum(star - half, 0), "to": star + half}
    )  # fmt: skip
    return table.sort_values("mu_star", ascending=False, kind="stable", ignore_index=True), None


def _say_tornado(found: Effects, rows: list[dict[str, Any]]) -> str:
    first, name = rows[0], found.name()
    told = [
        f"What moves the {name} most is {first['factor']}: {_moved(found, first, interval=True)}, from "
        f"{value_text(found.measure, first['at_low'])} to {value_text(found.measure, first['at_high'])}."
    ]
    known = [row for row in rows[1:] if not row["from"] <= 0 <= row["to"]]
    if known:
        told.append(f"Then comes {known[0]['factor']}: {_moved(found, known[0])}.")
    unknown = [row["factor"] for row in rows if row["from"] <= 0 <= row["to"]]
    if unknown:
        told.append(f"Of {' and '.join(unknown)} no effect can be told.")
    if found.design == "grid" and len(rows) > 1:
        told.append("Each is averaged over the values of the others.")
    return " ".join(told)


def _moved(found: Effects, row: dict[str, Any], *, interval: bool = False) -> str:
    verb = ("rise" if row["change"] > 0 else "fall") + ("" if is_plural(found.measure) else "s")
    it = "they" if is_plural(found.measure) else "it"
    low, high = sorted((abs(row["from"]), abs(row["to"])))
    sure = f" ({interval_text(found.measure, low, high, found.confidence)})" if interval else ""
    return (
        f"from {row['low']} to {row['high']} {it} {verb} by {change_text(found.measure, row['change'])}{sure}"
    )


def _say_sobol(found: Effects, rows: list[dict[str, Any]]) -> str:
    shares = ", ".join(f"{row['factor']} {max(row['first'], 0):.0%}" for row in rows)
    joint = max(1 - sum(row["first"] for row in rows), 0)
    more = f"; {joint:.0%} only together" if joint >= 0.01 else ""
    text = (
        f"Of how much the {found.name()} {'vary' if is_plural(found.measure) else 'varies'} over "
        f"these ranges, each explains: {shares}{more}."
    )
    if found.surface is None:
        return text
    fit = max(found.surface.cv_r2, 0)
    doubt = "" if fit >= GOOD_FIT else ", too little to rely on the shares"
    return f"{text} Read from a quadratic surface that explains {fit:.0%} of the spread{doubt}."


def _say_morris(found: Effects, rows: list[dict[str, Any]]) -> str:
    first = rows[0]
    weak = [row["factor"] for row in rows[1:] if row["to"] < 0.1 * first["mu_star"]]
    mixed = [row["factor"] for row in rows if row["sigma"] > row["mu_star"] / 2 and row["factor"] not in weak]
    told = [
        f"{first['factor']} moves the {found.name()} most: over its range, {first['low']} to "
        f"{first['high']}, by {change_text(found.measure, first['mu_star'])} on average."
    ]
    if mixed:
        told.append(f"How much {' and '.join(mixed)} moves it depends on where the others stand.")
    if weak:
        told.append(f"{' and '.join(weak)} moves it by less than a tenth of that and may be left as it is.")
    return " ".join(told)


_SENTENCES = {"tornado": _say_tornado, "sobol": _say_sobol, "morris": _say_morris}
