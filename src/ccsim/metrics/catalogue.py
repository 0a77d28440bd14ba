"""The metrics of contacts in queues, one entry each: what is added up above and below the line.

Read an entry as: name, definition, numerator, denominator, weight. The parts are measures of
:mod:`ccsim.metrics.measures`; ``-part`` takes away. Metrics of other things have files of their own.
"""

from __future__ import annotations

from collections.abc import Mapping

from ccsim.metrics import agent_time, themes
from ccsim.metrics.agent_time import FINISHED
from ccsim.metrics.metric import (
    CONTACT_KEYS,
    DAY_KEYS,
    HOURS,
    SECONDS,
    SERVED_KEYS,
    Better,
    Metric,
)
from ccsim.metrics.service_level import VARIANTS

ON_THE_LINE = ("answered", "in_service")
REACHED = (*ON_THE_LINE, "called_back", "callback_in_service")
OPEN = ("waiting", "in_service", "callback_waiting", "callback_in_service")
GAVE_UP = ("abandoned", "silent")
FLOW_OUT = ("deflected", "moved")
LEFT = (*REACHED, *GAVE_UP, "short", "balked", "cleared", "unreached")
OFFERED = (*LEFT, "waiting", "callback_waiting", "blocked", *FLOW_OUT)
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
    metrics = (*_counts(), *_rates(), *_levels(), *_waits(), *_queues(), *agent_time.metrics(),
               *themes.metrics())  # fmt: skip
    return {metric.name: metric for metric in metrics}


def _counts() -> list[Metric]:
    def count(
        name: str,
        definition: str,
        parts: tuple[str, ...],
        better: Better | None = None,
        keys: frozenset[str] = CONTACT_KEYS,
        needs: str = "",
    ) -> Metric:
        return Metric(name, "contacts", "contacts", better, definition, keys, "count", parts, needs=needs)

    return [
        count(
            "offered",
            "Contacts that arrived at the queue: answered + abandoned + short_abandoned + balked + blocked"
            " + cleared + deflected + moved + callbacks_unreached + open. A contact that goes on to another"
            " queue is offered there, too.",
            OFFERED,
        ),
        count(
            "answered",
            "Contacts answered and finished, called back ones included.",
            FINISHED,
            "higher",
            SERVED_KEYS,
        ),
        count(
            "abandoned",
            "Contacts that hung up after waiting, not short; those who left in silence included.",
            GAVE_UP,
            "lower",
        ),
        count("short_abandoned", "Contacts that hung up within the queue's short-abandon limit.", ("short",)),
        count(
            "silent_abandoned",
            "Contacts that gave up without saying so; an agent finds out later.",
            ("silent",),
            "lower",
            needs="silent",
        ),
        count("balked", "Contacts that hung up at once because they had to wait.", ("balked",), "lower"),
        count("blocked", "Contacts refused for want of a line or waiting place.", ("blocked",), "lower"),
        count("cleared", "Contacts waiting when the queue was emptied at closing.", ("cleared",), "lower"),
        count(
            "deflected",
            "Contacts that took the offer of another queue.",
            ("deflected",),
            needs="flow_out",
        ),
        count(
            "moved", "Contacts taken to another queue as a target came near.", ("moved",), needs="flow_out"
        ),
        count(
            "closed",
            "Contacts that came outside the hours of service; they are not offered to the queue.",
            ("closed",),
            needs="closed",
        ),
        count("open", "Contacts waiting or in service when the run ended.", OPEN),
    ]


def _rates() -> list[Metric]:
    def rate(
        name: str,
        definition: str,
        top: tuple[str, ...],
        bottom: tuple[str, ...],
        weight: str,
        needs: str = "",
        better: Better | None = "lower",
    ) -> Metric:
        return Metric(
            name, "share", weight, better, definition, CONTACT_KEYS, "ratio", top, bottom, needs=needs
        )

    return [
        rate(
            "abandon_rate",
            "abandoned / (answered + in service at the end + abandoned + balked + cleared + callbacks that"
            " reached nobody); short ones are on neither side, callbacks are never abandoned.",
            GAVE_UP,
            (*LEFT, "-short"),
            f"{LEFT_TEXT}, short abandons left out",
        ),
        rate(
            "abandon_rate_detected",
            "abandon_rate as the center sees it: who left in silence counts as answered.",
            ("abandoned",),
            (*LEFT, "-short"),
            f"{LEFT_TEXT}, short abandons left out",
            needs="silent",
        ),
        rate(
            "abandon_rate_with_short",
            f"(abandoned + short_abandoned) / {LEFT_TEXT}.",
            (*GAVE_UP, "short"),
            LEFT,
            LEFT_TEXT,
        ),
        rate("balk_rate", f"balked / {LEFT_TEXT}.", ("balked",), LEFT, LEFT_TEXT),
        rate("block_rate", "blocked / offered.", ("blocked",), OFFERED, "contacts offered"),
        rate(
            "flow_out_rate",
            "(deflected + moved) / offered.",
            FLOW_OUT,
            OFFERED,
            "contacts offered",
            "flow_out",
            None,
        ),
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
            " answered within T / (answered + left unserved - short) where the queue has a short-abandon"
            f" limit and answered within T / (answered + left unserved) where it has none; {TARGET_TIME}.",
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
        needs: str = "",
    ) -> Metric:
        waits = tuple(f"wait_{kind}" for kind in kinds)
        return Metric(
            name, "s", weight, better, definition, keys, "ratio", waits, kinds, SECONDS, needs=needs
        )

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
            "asa_without_callbacks",
            "Waits of the answered contacts that were not called back / their number.",
            ON_THE_LINE,
            "contacts answered, not called back",
            "lower",
            SERVED_KEYS,
            "callbacks",
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
            (*GAVE_UP, "short"),
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
