"""The metrics by name, and which of them go with which keys.

A metric is data (:mod:`ccsim.metrics.catalogue`): a numerator and a denominator, each a sum of additive
measures. So a cell, a period and a set of replications are all summed first and divided last, and nobody
averages percentages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ccsim.errors import MetricError
from ccsim.metrics.catalogue import TARGET_TIME, all_metrics, wait_quantile
from ccsim.metrics.issues import fcr_repeat, resolution_quantile, resolution_rate
from ccsim.metrics.keys import AGENT_KEYS, FRONT_KEYS, QUEUE_KEYS, TIME_KEYS
from ccsim.metrics.metric import Metric
from ccsim.units import did_you_mean, format_duration, parse_duration

MOST_DAYS = 365  # of fcr_repeat_<N>d

_METRICS = all_metrics()
_ALSO_CALLED = {"sl": "service_level", "sla": "service_level", "abandonment": "abandon_rate",
                "abandonment_rate": "abandon_rate", "awt": "asa", "occ": "occupancy", "fcr": "fcr_true",
                "containment": "containment_rate", "csat": "satisfaction", "ttr": "mean_time_to_resolution",
                "frt": "first_response_time"}  # fmt: skip


class UnknownMetricError(MetricError):
    """There is no metric of this ``name``; ``hint`` is ``; did you mean ...?`` or empty."""

    def __init__(self, name: str, hint: str) -> None:
        self.name, self.hint = name, hint
        super().__init__(
            f"there is no metric {name!r}{hint or '.'} ccsim.metrics.definitions() lists them;"
            " service_level_60s works for any threshold, wait_p99 for any percentage"
        )


def definitions() -> tuple[Metric, ...]:
    """Every metric of a standard table, in order; :func:`find` knows more thresholds and quantiles."""
    return tuple(_METRICS.values())


def find(name: str) -> Metric:
    """The metric called ``name``; raises MetricError with the nearest name when there is none.

    Beside the listed ones: ``service_level_<duration>`` and ``sl_..._<duration>`` (``service_level_20s``) for
    any threshold, ``wait_pNN``, ``answer_wait_pNN`` and ``time_to_resolution_pNN`` for any whole percentage
    from 1 to 99, ``fcr_repeat_<N>d`` and ``resolution_rate_<N>d`` for any number of days from 1 to 365.
    """
    metric = _METRICS.get(name)
    if metric is None:
        metric = _quantile(name) or _of_days(name) or _service_level(name)
    if metric is None:
        known = _ALSO_CALLED.get(name.lower(), name)
        raise UnknownMetricError(name, did_you_mean(known, _METRICS))
    return metric


def choose(names: Sequence[str] | str | None, by: Sequence[str]) -> tuple[Metric, ...]:
    """The metrics of one table: those named, or every standard one that goes with the keys.

    Standard ones that need something of the run are among them; the table leaves them out where it is
    missing.

    Raises MetricError when a named one does not go with a key, saying which keys it goes with.
    """
    keys = set(by) - {"replication"}
    if names is None:
        return tuple(metric for metric in definitions() if metric.standard and keys <= metric.keys)
    wanted = (names,) if isinstance(names, str) else tuple(dict.fromkeys(names))
    if not wanted:
        raise MetricError("name at least one metric, or none at all (names=None) for every standard one")
    chosen = tuple(find(name) for name in wanted)
    for metric in chosen:
        wrong = [key for key in by if key in keys - metric.keys]
        if wrong:
            fits = ", ".join(
                key for key in (*QUEUE_KEYS, *AGENT_KEYS, *FRONT_KEYS, *TIME_KEYS) if key in metric.keys
            )
            raise MetricError(
                f"{metric.name} does not go with {' and '.join(wrong)}; it goes with: {fits}, replication"
            )
    return chosen


def _quantile(name: str) -> Metric | None:
    found = re.fullmatch(r"(answer_wait|wait|time_to_resolution)_p([1-9]\d?)", name)
    if found is None:
        return None
    if found[1] == "time_to_resolution":
        return resolution_quantile(name, int(found[2]), standard=False)
    return wait_quantile(name, int(found[2]), answered=found[1] == "answer_wait", standard=False)


def _of_days(name: str) -> Metric | None:
    found = re.fullmatch(r"(fcr_repeat|resolution_rate)_([1-9]\d{0,2})d", name)
    if found is None or int(found[2]) > MOST_DAYS:
        return None
    days = int(found[2])
    return resolution_rate(days) if found[1] == "resolution_rate" else fcr_repeat(days, standard=False)


def _service_level(name: str) -> Metric | None:
    head, _, tail = name.rpartition("_")
    base = _METRICS.get(head)
    if base is None or not base.is_service_level:
        return None
    try:
        within = parse_duration(tail)
    except ValueError as problem:
        raise MetricError(f"{name!r}: {problem}") from None
    definition = base.definition.replace(TARGET_TIME, f"T = {format_duration(within)}")
    return replace(base, name=name, within_us=within, definition=definition, standard=False)
