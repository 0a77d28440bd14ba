"""Agents with several contacts open: three handle times, and how full their slots are."""

from __future__ import annotations

from ccsim.metrics.asked import Asked, Theme
from ccsim.metrics.metric import AGENT_TIME_KEYS, HOURS, SECONDS, SERVED_KEYS, Metric

_ENDS = ("answered", "called_back")


def _parts(column: str) -> tuple[str, ...]:
    return tuple(f"{column}_{kind}" for kind in _ENDS)


def _mean(name: str, definition: str, column: str, needs: str) -> Metric:
    return Metric(
        name, "s", "contacts answered and finished", None, definition, SERVED_KEYS, "ratio", _parts(column),
        _ENDS, SECONDS, needs=needs,
    )  # fmt: skip


METRICS = (
    _mean(
        "session_time",
        "Time from the answer to the end of the finished contacts, whatever else their agent had open and"
        " interruptions included / their number.",
        "session",
        "concurrency",
    ),
    _mean(
        "focus_time",
        "Attention that the finished contacts took: time in which their agent worked on them, with the time"
        " that went to n contacts at once divided among them / their number.",
        "focus",
        "concurrency",
    ),
    _mean(
        "concurrency_adjusted_handle_time",
        "Agents' time that the finished contacts took, with the time of an agent who has n contacts open"
        " divided evenly among them / their number: handle time / mean_concurrency.",
        "share",
        "concurrency",
    ),
    Metric(
        "mean_concurrency",
        "contacts",
        "hours of agents",
        None,
        "Contacts that an agent who has any had open at once, over the time of the finished contacts: their"
        " handle time / agents' time that they took.",
        SERVED_KEYS,
        "ratio",
        _parts("handle"),
        _parts("share"),
        weight_scale=HOURS,
        needs="concurrency",
    ),
    Metric(
        "slot_occupancy",
        "share",
        "hours on duty",
        None,
        "Time of slots in use / time of all slots on duty, where an agent has as many slots as contacts of"
        " the channel in hand can be open. occupancy is the share of time with at least one contact.",
        AGENT_TIME_KEYS,
        "ratio",
        ("slot_time",),
        ("on_duty",),
        weight_scale=HOURS,
        needs="concurrency",
    ),
)


def _nothing(asked: Asked) -> None:
    """All parts are measured with the legs."""


THEMES = (Theme(METRICS, _nothing),)
