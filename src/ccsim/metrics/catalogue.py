"""The metrics, one entry each: what is added up above and below the line, and what it means in one sentence.

Read an entry as: name, definition, numerator, denominator, weight. The parts are measures of
:mod:`ccsim.metrics.measures`; ``-part`` takes away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ccsim.metrics.keys import AGENT_KEYS, QUEUE_KEYS, TIME_KEYS
from ccsim.metrics.service_level import VARIANTS

Kind = Literal["count", "ratio", "quantile", "maximum"]
Better = Literal["higher", "lower"]

CONTACT_KEYS = frozenset(QUEUE_KEYS + TIME_KEYS)  # of all contacts: nobody answered some of them
SERVED_KEYS = frozenset(QUEUE_KEYS + AGENT_KEYS + TIME_KEYS)  # of contacts that an agent answered
AGENT_TIME_KEYS = frozenset(AGENT_KEYS + TIME_KEYS)  # of agents' time, which belongs to no queue
DAY_KEYS = frozenset((*QUEUE_KEYS, "day", "weekday"))

SECONDS = 1e-6  # of a microsecond
HOURS = 1 / 3.6e9


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. ``weight`` names what a value is weighted by, ``keys`` the by-keys that it goes with."""

    name: str
    unit: str
    weight: str
    better: Better | None
    definition: str
    keys: frozenset[str]
    kind: Kind
    numerator: tuple[str, ...]
    denominator: tuple[str, ...] = ()
    scale: float = 1.0  # value = numerator / denominator x scale
    weight_scale: float = 1.0
    within_us: int | None = None  # threshold of a service level; None: the queue's target
    percent: int = 100  # of a quantile or, as the longest, a maximum
    standard: bool = True  # in a table that names no metric

    @property
    def is_service_level(self) -> bool:
        """The value depends on a threshold."""
        return self.name.startswith(("sl_", "service_level"))


OFFERED = ("waiting", "answered", "abandoned", "balked", "blocked", "cleared", "short", "in_service")
LEFT = ("answered", "in_service", "abandoned", "short", "balked", "cleared")
REACHED = ("answered", "in_service")
ON_DUTY = ("on_duty",)
SHIFT = ("on_duty", "break", "unpaid_break", "training", "meeting", "off_task")
PAID = ("on_duty", "break", "training", "meeting", "off_task", "absent")
LEFT_TEXT = "contacts that left the queue"
TARGET_TIME = "T = the queue's target time"


def wait_quantile(name: str, percent: int, *, answered: bool, standard: bool) -> Metric:
    """The wait of all contacts that left the queue, or of the answered ones, at one percentage."""
    who = "contacts answered" if answered else LEFT_TEXT
    return Metric(
        name=name,
        unit="s",
        weight=who,
        better="lower",
        definition=f"The shortest wait that at least {percent} % of the {who} did not exceed.",
        keys=SERVED_KEYS if answered else CONTACT_KEYS,
        kind="quantile",
        numerator=("answer_wait" if answered else "wait",),
        scale=SECONDS,
        percent=percent,
        standard=standard,
    )


def all_metrics() -> Mapping[str, Metric]:
    """Every listed metric by name, in the order of a table."""
    metrics = (*_counts(), *_rates(), *_levels(), *_waits(), *_queues(), *_handling(), *_load(), *_hours())
    return {metric.name: metric for metric in metrics}


def _counts() -> list[Metric]:
    def count(
        name: str,
        definition: str,
        parts: tuple[str, ...],
        better: Better | None = None,
        keys: frozenset[str] = CONTACT_KEYS,
    ) -> Metric:
        return Metric(name, "contacts", "contacts", better, definition, keys, "count", parts)

    return [
        count(
            "offered",
            "Contacts that arrived at the queue: answered + abandoned + short_abandoned + balked + blocked"
            " + cleared + open.",
            OFFERED,
        ),
        count("answered", "Contacts answered and finished.", ("answered",), "higher", SERVED_KEYS),
        count("abandoned", "Contacts that hung up after waiting, not short.", ("abandoned",), "lower"),
        count("short_abandoned", "Contacts that hung up within the queue's short-abandon limit.", ("short",)),
        count("balked", "Contacts that hung up at once because they had to wait.", ("balked",), "lower"),
        count("blocked", "Contacts refused for want of a line or waiting place.", ("blocked",), "lower"),
        count("cleared", "Contacts waiting when the queue was emptied at closing.", ("cleared",), "lower"),
        count("open", "Contacts waiting or in service when the run ended.", ("waiting", "in_service")),
    ]


def _rates() -> list[Metric]:
    def rate(
        name: str, definition: str, top: tuple[str, ...], bottom: tuple[str, ...], weight: str
    ) -> Metric:
        return Metric(name, "share", weight, "lower", definition, CONTACT_KEYS, "ratio", top, bottom)

    return [
        rate(
            "abandon_rate",
            "abandoned / (answered + in service at the end + abandoned + balked + cleared); short ones are"
            " on neither side.",
            ("abandoned",),
            (*LEFT, "-short"),
            f"{LEFT_TEXT}, short abandons left out",
        ),
        rate(
            "abandon_rate_with_short",
            f"(abandoned + short_abandoned) / {LEFT_TEXT}.",
            ("abandoned", "short"),
            LEFT,
            LEFT_TEXT,
        ),
        rate("balk_rate", f"balked / {LEFT_TEXT}.", ("balked",), LEFT, LEFT_TEXT),
        rate("block_rate", "blocked / offered.", ("blocked",), OFFERED, "contacts offered"),
    ]


def _levels() -> list[Metric]:
    def level(
        name: str,
        definition: str,
        top: str | tuple[str, ...],
        bottom: str | tuple[str, ...],
        weight: str = "contacts in the denominator",
        keys: frozenset[str] = CONTACT_KEYS,
    ) -> Metric:
        tops, bottoms = ((part,) if isinstance(part, str) else part for part in (top, bottom))
        return Metric(name, "share", weight, "higher", definition, keys, "ratio", tops, bottoms)

    return [
        level(
            "service_level",
            "Share of contacts answered within T, by the variant that the queue's target names; without one,"
            " answered within T / (answered + gave up - short) where the queue has a short-abandon limit and"
            f" answered within T / (answered + gave up) where it has none; {TARGET_TIME}.",
            "good",
            "base",
        ),
        *(
            level(
                name,
                f"{variant.formula}; {TARGET_TIME}.",
                variant.good,
                variant.base,
                keys=SERVED_KEYS if name == "sl_answered_only" else CONTACT_KEYS,
            )
            for name, variant in VARIANTS.items()
        ),
        level(
            "intervals_at_target",
            "Share of the intervals of a day and queue (with contacts) whose service_level met the target.",
            "intervals_reached",
            "intervals_judged",
            "intervals",
        ),
        level(
            "days_at_target",
            "Share of the days of a queue (with contacts) whose service_level met the target.",
            "days_reached",
            "days_judged",
            "days",
            DAY_KEYS,
        ),
    ]


def _waits() -> list[Metric]:
    def mean(
        name: str,
        definition: str,
        kinds: tuple[str, ...],
        weight: str,
        better: Better | None,
        keys: frozenset[str] = CONTACT_KEYS,
    ) -> Metric:
        waits = tuple(f"wait_{kind}" for kind in kinds)
        return Metric(name, "s", weight, better, definition, keys, "ratio", waits, kinds, SECONDS)

    return [
        mean(
            "asa",
            "Average speed of answer: waits of the answered contacts / their number.",
            REACHED,
            "contacts answered",
            "lower",
            SERVED_KEYS,
        ),
        mean(
            "mean_wait",
            f"Waits of the {LEFT_TEXT} / their number.",
            LEFT,
            LEFT_TEXT,
            "lower",
        ),
        mean(
            "mean_time_to_abandon",
            "Waits of the contacts that hung up after waiting, short ones included / their number; not their"
            " mean patience.",
            ("abandoned", "short"),
            "contacts abandoned",
            None,
        ),
        *(wait_quantile(f"wait_p{p}", p, answered=False, standard=True) for p in (50, 80, 90, 95)),
        Metric(
            "longest_wait",
            "s",
            LEFT_TEXT,
            "lower",
            f"Longest wait of the {LEFT_TEXT}, answered or not; over replications the mean of their longest.",
            CONTACT_KEYS,
            "maximum",
            ("wait",),
            scale=SECONDS,
        ),
    ]


def _queues() -> list[Metric]:
    return [
        Metric(
            "queue_length",
            "contacts",
            "open hours",
            "lower",
            "Time average of the number waiting: waiting time / time in which the queue was open; waiting"
            " after closing counts, too.",
            CONTACT_KEYS,
            "ratio",
            ("waiting_time",),
            ("open_time",),
            weight_scale=HOURS,
        ),
        Metric(
            "longest_queue",
            "contacts",
            "contacts offered",
            "lower",
            "Most contacts waiting at one instant; over replications the mean of their most.",
            CONTACT_KEYS,
            "maximum",
            ("queue_length",),
        ),
    ]


def _handling() -> list[Metric]:
    def mean(name: str, definition: str, *parts: str) -> Metric:
        return Metric(
            name,
            "s",
            "contacts answered and finished",
            None,
            definition,
            SERVED_KEYS,
            "ratio",
            parts,
            ("answered",),
            SECONDS,
        )

    return [
        mean(
            "aht",
            "Average handle time: talk and wrap-up of the finished contacts / their number.",
            "handle_answered",
        ),
        mean("mean_talk", "Talk time of the finished contacts / their number.", "talk_answered"),
        mean(
            "mean_wrap_up",
            "Wrap-up time of the finished contacts / their number.",
            "handle_answered",
            "-talk_answered",
        ),
    ]


def _load() -> list[Metric]:
    def share(
        name: str,
        definition: str,
        top: tuple[str, ...],
        bottom: tuple[str, ...],
        weight: str,
        better: Better | None = None,
    ) -> Metric:
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
            weight_scale=HOURS,
        )

    handle = ("handle_time",)
    return [
        share(
            "occupancy",
            "handle time / (handle time + free time): the busy share of time on duty.",
            handle,
            ON_DUTY,
            "hours on duty",
        ),
        share(
            "occupancy_of_shift",
            "handle time / time on shift: on duty, break, training, meeting, off task; absence left out.",
            handle,
            SHIFT,
            "hours on shift",
        ),
        share("utilisation", "handle time / paid time, paid absence included.", handle, PAID, "paid hours"),
        share("shrinkage", "1 - time on duty / paid time.", (*PAID, "-on_duty"), PAID, "paid hours"),
        share(
            "adherence",
            "time on duty / (time on duty + time off task): the share of phone time spent at the phone.",
            ON_DUTY,
            ("on_duty", "off_task"),
            "hours on duty or off task",
            "higher",
        ),
    ]


def _hours() -> list[Metric]:
    def hours(name: str, definition: str, *parts: str, keys: frozenset[str] = AGENT_TIME_KEYS) -> Metric:
        return Metric(
            name, "h", "hours", None, definition, keys, "count", parts, scale=HOURS, weight_scale=HOURS
        )

    return [
        hours(
            "handle_hours",
            "Time in which agents talked or wrapped up, in the interval in which it passed.",
            "handle_time",
            keys=SERVED_KEYS,
        ),
        hours("free_hours", "Time on duty without a contact.", "on_duty", "-handle_time"),
        hours("staffed_hours", "Time on duty: free, talking or wrapping up.", *ON_DUTY),
        hours("shift_hours", "Time on shift: on duty, break, training, meeting and off task.", *SHIFT),
        hours("paid_hours", "On duty, paid break, training, meeting, off task and paid absence.", *PAID),
        hours("break_hours", "Time on paid break.", "break"),
        hours("unpaid_break_hours", "Time on unpaid break.", "unpaid_break"),
        hours("training_hours", "Time in training.", "training"),
        hours("meeting_hours", "Time in meetings.", "meeting"),
        hours("off_task_hours", "Scheduled time away from the phone: the adherence loss.", "off_task"),
        hours("absent_hours", "Paid time of shifts spent away: leave, sickness.", "absent"),
    ]
