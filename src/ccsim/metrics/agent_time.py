"""The metrics of handling and of agents' time."""

from __future__ import annotations

from dataclasses import replace

from ccsim.metrics.metric import AGENT_TIME_KEYS, HOURS, SECONDS, SERVED_KEYS, Better, Metric

FINISHED = ("answered", "called_back")
HANDLE = ("handle_answered", "handle_called_back")
TALK = ("talk_answered", "talk_called_back")
ON_DUTY = ("on_duty",)
SHIFT = ("on_duty", "break", "unpaid_break", "training", "meeting", "off_task", "down")
PAID = ("on_duty", "break", "training", "meeting", "off_task", "absent", "down")


def metrics() -> tuple[Metric, ...]:
    """Every listed metric of handling and of agents' time, in the order of a table."""
    return (*_handling(), *_load(), *_hours())


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
            FINISHED,
            SECONDS,
        )

    return [
        mean(
            "aht",
            "Average handle time: talk and wrap-up of the finished contacts / their number; interruptions are"
            " left out, other contacts that the agent had open are not (session_time, focus_time and"
            " concurrency_adjusted_handle_time tell them apart).",
            *HANDLE,
        ),
        mean("mean_talk", "Talk time of the finished contacts / their number.", *TALK),
        mean(
            "mean_wrap_up",
            "Wrap-up time of the finished contacts / their number.",
            *HANDLE,
            *(f"-{part}" for part in TALK),
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
            "handle time / (handle time + free time): the busy share of time on duty, with one contact open"
            " or with several.",
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
        hours(
            "staffed_hours",
            "Time at work for contacts: free, talking, wrapping up, or with the desktop or site down.",
            *ON_DUTY,
            "down",
        ),
        hours("shift_hours", "Time on shift: on duty, break, training, meeting, off task and down.", *SHIFT),
        hours(
            "paid_hours", "On duty, paid break, training, meeting, off task, down and paid absence.", *PAID
        ),
        hours("break_hours", "Time on paid break.", "break"),
        hours("unpaid_break_hours", "Time on unpaid break.", "unpaid_break"),
        hours("training_hours", "Time in training.", "training"),
        hours("meeting_hours", "Time in meetings.", "meeting"),
        hours("off_task_hours", "Scheduled time away from the phone: the adherence loss.", "off_task"),
        hours("absent_hours", "Paid time of shifts spent away: leave, sickness.", "absent"),
        replace(
            hours("down_hours", "Time at work with the desktop or the site out of order.", "down"),
            needs="down",
        ),
    ]
