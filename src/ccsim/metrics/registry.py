"""Every metric once: name, unit, weight, which way is better, definition, and the keys that it goes with.

A metric is data: a numerator and a denominator, each a sum of additive measures of
:mod:`ccsim.metrics.measures` (``-name`` takes away). So a cell, a period and a set of replications are
all summed first and divided last, and nobody averages percentages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ccsim.errors import MetricError
from ccsim.metrics.keys import AGENT_KEYS, QUEUE_KEYS, TIME_KEYS
from ccsim.metrics.service_level import VARIANTS
from ccsim.units import did_you_mean, format_duration, parse_duration

Kind = Literal["count", "ratio", "quantile", "maximum"]

CONTACT_KEYS = frozenset(QUEUE_KEYS + TIME_KEYS)
SERVED_KEYS = frozenset(QUEUE_KEYS + AGENT_KEYS + TIME_KEYS)
AGENT_TIME_KEYS = frozenset(AGENT_KEYS + TIME_KEYS)
DAY_KEYS = frozenset((*QUEUE_KEYS, "day", "weekday"))


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. ``weight`` names what a value of it is weighted by; ``better`` is higher, lower or None."""

    name: str
    unit: str
    weight: str
    better: Literal["higher", "lower"] | None
    definition: str
    keys: frozenset[str]
    kind: Kind
    numerator: tuple[str, ...]
    denominator: tuple[str, ...] = ()
    scale: float = 1.0  # value = numerator / denominator x scale
    weight_scale: float = 1.0
    within_us: int | None = None  # threshold of a service level; None: the queue's target
    percent: int = 0  # of a quantile
    standard: bool = True  # in a table that names no metric

    @property
    def is_service_level(self) -> bool:
        """The value depends on a threshold."""
        return self.name.startswith(("sl_", "service_level"))


def definitions() -> tuple[Metric, ...]:
    """Every metric of a standard table, in order; more thresholds and quantiles exist by name (:func:`find`)."""
    return tuple(_METRICS.values())


def find(name: str) -> Metric:
    """The metric called ``name``; raises MetricError with the nearest name when there is none.

    Beside the listed ones: ``service_level_<duration>`` and ``sl_..._<duration>`` (``service_level_20s``) for any
    threshold, ``wait_pNN`` and ``answer_wait_pNN`` for any whole percentage from 1 to 99.
    """
    metric = _METRICS.get(name)
    if metric is None:
        metric = _quantile(name) or _service_level(name)
    if metric is None:
        raise MetricError(
            f"there is no metric {name!r}{did_you_mean(name, _METRICS)}. "
            "ccsim.metrics.definitions() lists them; service_level_60s and wait_p99 work for any threshold and percent"
        )
    return metric


def choose(names: Sequence[str] | str | None, by: Sequence[str]) -> tuple[Metric, ...]:
    """The metrics of one table: those named, or every standard one that goes with the keys.

    Raises MetricError when a named one does not go with a key, saying which keys it goes with.
    """
    keys = set(by) - {"replication"}
    if names is None:
        return tuple(metric for metric in definitions() if metric.standard and keys <= metric.keys)
    chosen = tuple(find(name) for name in ((names,) if isinstance(names, str) else dict.fromkeys(names)))
    for metric in chosen:
        wrong = [key for key in by if key in keys - metric.keys]
        if wrong:
            fits = ", ".join(key for key in (*QUEUE_KEYS, *AGENT_KEYS, *TIME_KEYS) if key in metric.keys)
            raise MetricError(
                f"{metric.name} does not go with {' and '.join(wrong)}; it goes with: {fits}, replication"
            )
    return chosen


def _quantile(name: str) -> Metric | None:
    found = re.fullmatch(r"(answer_wait|wait)_p([1-9]\d?)", name)
    if found is None:
        return None
    percent = int(found[2])
    answered = found[1] == "answer_wait"
    who = "answered contacts" if answered else "contacts that left the queue, answered or not,"
    return Metric(
        name,
        "s",
        "contacts answered" if answered else "contacts that left the queue",
        "lower",
        f"The shortest wait that at least {percent} % of the {who} did not exceed.",
        SERVED_KEYS if answered else CONTACT_KEYS,
        "quantile",
        ("answer_wait" if answered else "wait",),
        percent=percent,
        scale=1e-6,
        standard=not answered,
    )


def _service_level(name: str) -> Metric | None:
    head, _, tail = name.rpartition("_")
    base = _METRICS.get(head)
    if base is None or not base.is_service_level:
        return None
    try:
        within = parse_duration(tail)
    except ValueError as problem:
        raise MetricError(f"{name!r}: {problem}") from None
    text = base.definition.replace("the queue's target time", format_duration(within))
    return replace(base, name=name, within_us=within, definition=text, standard=False)


def _count(name: str, definition: str, parts: tuple[str, ...], better: Literal["higher", "lower"] | None = None,
           keys: frozenset[str] = CONTACT_KEYS) -> Metric:  # fmt: skip
    return Metric(name, "contacts", "contacts", better, definition, keys, "count", parts)


def _hours(
    name: str, definition: str, parts: tuple[str, ...], keys: frozenset[str] = AGENT_TIME_KEYS
) -> Metric:
    return Metric(
        name, "h", "hours", None, definition, keys, "count", parts, scale=1 / 3.6e9, weight_scale=1 / 3.6e9
    )


def _rate(name: str, definition: str, top: tuple[str, ...], bottom: tuple[str, ...], weight: str) -> Metric:
    return Metric(name, "share", weight, "lower", definition, CONTACT_KEYS, "ratio", top, bottom)


def _seconds(name: str, definition: str, top: tuple[str, ...], bottom: tuple[str, ...], weight: str,
             keys: frozenset[str] = CONTACT_KEYS,
             better: Literal["higher", "lower"] | None = "lower") -> Metric:  # fmt: skip
    return Metric(name, "s", weight, better, definition, keys, "ratio", top, bottom, scale=1e-6)


def _share_of_time(name: str, definition: str, top: tuple[str, ...], bottom: tuple[str, ...], weight: str,
                   better: Literal["higher", "lower"] | None = None) -> Metric:  # fmt: skip
    return Metric(
        name,
        "share",
        weight,
        better,
        definition,
        AGENT_TIME_KEYS,
        "ratio",
        top,
        bottom,
        weight_scale=1 / 3.6e9,
    )


_OFFERED = ("waiting", "answered", "abandoned", "balked", "blocked", "cleared", "short", "in_service")
_DECIDED = ("answered", "in_service", "abandoned", "short", "balked", "cleared")
_REACHED = ("answered", "in_service")
_ON_DUTY = ("on_duty",)
_SHIFT = ("on_duty", "break", "unpaid_break", "training", "meeting", "off_task")
_PAID = ("on_duty", "break", "training", "meeting", "off_task", "absent")
_HANDLE = ("handle_time",)


def _wait_of(kinds: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"wait_{kind}" for kind in kinds)


def _counts() -> list[Metric]:
    return [
        _count("offered", "Contacts that arrived at the queue: answered + abandoned + short_abandoned + balked + "
               "blocked + cleared + open.", _OFFERED),
        _count("answered", "Contacts that an agent answered and finished.", ("answered",), "higher", SERVED_KEYS),
        _count("abandoned", "Contacts that hung up after waiting, short abandons left out.", ("abandoned",), "lower"),
        _count("short_abandoned", "Contacts that hung up within the queue's short-abandon limit.", ("short",)),
        _count("balked", "Contacts that hung up at once because they had to wait.", ("balked",), "lower"),
        _count("blocked", "Contacts refused because no line or waiting place was left.", ("blocked",), "lower"),
        _count("cleared", "Contacts still waiting when the queue was emptied at closing.", ("cleared",), "lower"),
        _count("open", "Contacts still waiting or being served when the run ended.", ("waiting", "in_service")),
        _rate("abandon_rate", "abandoned / (answered + being served at the end + abandoned + balked + cleared): short "
              "abandons are on neither side.", ("abandoned",), (*_DECIDED, "-short"),
              "contacts that left the queue, short abandons left out"),
        _rate("abandon_rate_with_short", "(abandoned + short_abandoned) / contacts that left the queue.",
              ("abandoned", "short"), _DECIDED, "contacts that left the queue"),
        _rate("balk_rate", "balked / contacts that left the queue.", ("balked",), _DECIDED,
              "contacts that left the queue"),
        _rate("block_rate", "blocked / offered.", ("blocked",), _OFFERED, "contacts offered"),
    ]  # fmt: skip


def _levels() -> list[Metric]:
    headline = Metric(
        "service_level", "share", "contacts in the denominator", "higher",
        "Share of contacts answered within the queue's target time, by the variant that the queue's target names; "
        "else Ans within T / (Ans + Ab - short) where the queue has a short-abandon limit, and "
        "Ans within T / (Ans + Ab) where it has none.",
        CONTACT_KEYS, "ratio", ("good",), ("base",),
    )  # fmt: skip
    variants = [
        Metric(
            name, "share", "contacts in the denominator", "higher", f"{variant.formula}, T = the queue's target time.",
            SERVED_KEYS if name == "sl_answered_only" else CONTACT_KEYS, "ratio", variant.good, variant.base,
        )
        for name, variant in VARIANTS.items()
    ]  # fmt: skip
    return [
        headline,
        *variants,
        Metric(
            "intervals_at_target", "share", "intervals", "higher",
            "Share of the intervals of a day and queue with contacts whose service_level reached the target share.",
            CONTACT_KEYS, "ratio", ("intervals_reached",), ("intervals_judged",),
        ),
        Metric(
            "days_at_target", "share", "days", "higher",
            "Share of the days of a queue with contacts whose service_level reached the target share.",
            DAY_KEYS, "ratio", ("days_reached",), ("days_judged",),
        ),
    ]  # fmt: skip


def _waits() -> list[Metric]:
    left = "contacts that left the queue"
    quantiles = [metric for p in (50, 80, 90, 95) for metric in (_quantile(f"wait_p{p}"),) if metric]
    return [
        _seconds("asa", "Average speed of answer: mean wait of the answered contacts.", _wait_of(_REACHED), _REACHED,
                 "contacts answered", SERVED_KEYS),
        _seconds("mean_wait", "Mean wait of all contacts that left the queue, answered or not.", _wait_of(_DECIDED),
                 _DECIDED, left),
        _seconds("mean_time_to_abandon", "Mean wait of the contacts that hung up after waiting, short ones included; "
                 "not their mean patience.", _wait_of(("abandoned", "short")), ("abandoned", "short"),
                 "contacts abandoned", better=None),
        *quantiles,
        Metric("longest_wait", "s", left, "lower", "Longest wait of any contact that left the queue, answered or not; "
               "over replications the mean of their longest.", CONTACT_KEYS, "maximum", ("wait",), scale=1e-6),
        Metric("queue_length", "contacts", "open hours", "lower", "Time average of the number waiting: waiting time / "
               "time in which the queue was open (waiting after closing counts, too).", CONTACT_KEYS, "ratio",
               ("waiting_time",), ("open_time",), weight_scale=1 / 3.6e9),
        Metric("longest_queue", "contacts", "contacts", "lower", "Most contacts waiting at one instant; over "
               "replications the mean of their most.", CONTACT_KEYS, "maximum", ("queue_length",)),
    ]  # fmt: skip


def _handling() -> list[Metric]:
    done = "contacts answered"
    return [
        _seconds("aht", "Average handle time: (talk + wrap-up) of finished contacts / their number.",
                 ("handle_answered",), ("answered",), done, SERVED_KEYS, None),
        _seconds("mean_talk", "Talk time of finished contacts / their number.", ("talk_answered",), ("answered",),
                 done, SERVED_KEYS, None),
        _seconds("mean_wrap_up", "Wrap-up time of finished contacts / their number.",
                 ("handle_answered", "-talk_answered"), ("answered",), done, SERVED_KEYS, None),
        _hours("handle_hours", "Time in which agents talked or wrapped up, in the interval in which it passed.",
               _HANDLE, SERVED_KEYS),
    ]  # fmt: skip


def _staffing() -> list[Metric]:
    return [
        _share_of_time("occupancy", "handle time / (handle time + free time): the busy share of time on duty.",
                       _HANDLE, _ON_DUTY, "hours on duty"),
        _share_of_time("occupancy_of_shift", "handle time / time on shift, that is on duty, on break, in training or a "
                       "meeting, or off task; absence left out.", _HANDLE, _SHIFT, "hours on shift"),
        _share_of_time("utilisation", "handle time / paid time, paid absence included.", _HANDLE, _PAID, "paid hours"),
        _share_of_time("shrinkage", "1 - time on duty / paid time.", (*_PAID, "-on_duty"), _PAID, "paid hours"),
        _share_of_time("adherence", "time on duty / (time on duty + time off task): the share of phone time at the "
                       "phone.", _ON_DUTY, ("on_duty", "off_task"), "hours on duty or off task", "higher"),
        _hours("free_hours", "Time on duty without a contact.", ("on_duty", "-handle_time")),
        _hours("staffed_hours", "Time on duty: free, talking or wrapping up.", _ON_DUTY),
        _hours("shift_hours", "Time on shift: on duty, on break, in training or a meeting, or off task.", _SHIFT),
        _hours("paid_hours", "Paid time: on duty, paid break, training, meeting, off task and paid absence.", _PAID),
        _hours("break_hours", "Time on paid break.", ("break",)),
        _hours("unpaid_break_hours", "Time on unpaid break.", ("unpaid_break",)),
        _hours("training_hours", "Time in training.", ("training",)),
        _hours("meeting_hours", "Time in meetings.", ("meeting",)),
        _hours("off_task_hours", "Scheduled time away from the phone: the adherence loss.", ("off_task",)),
        _hours("absent_hours", "Paid time of shifts spent away: leave, sickness.", ("absent",)),
    ]  # fmt: skip


_METRICS: dict[str, Metric] = {}
_METRICS.update({m.name: m for m in (*_counts(), *_levels(), *_waits(), *_handling(), *_staffing())})
