"""Waiting, as it is said and offered: announced waits, callbacks and promises."""

from __future__ import annotations

import numpy as np

from ccsim.metrics.asked import Asked, Theme
from ccsim.metrics.grid import is_one_of
from ccsim.metrics.legs import (
    ANSWERED,
    BALKED,
    CALLBACK_IN_SERVICE,
    CALLBACK_WAITING,
    CALLED_BACK,
    IN_SERVICE,
    UNREACHED,
)
from ccsim.metrics.metric import CONTACT_KEYS, SECONDS, Better, Metric

_ANSWERED = (ANSWERED, IN_SERVICE, CALLED_BACK, CALLBACK_IN_SERVICE)


def _announced(
    name: str, definition: str, top: str, weight: str, bottom: str, better: Better | None = None
) -> Metric:
    return Metric(
        name, "s", weight, better, definition, CONTACT_KEYS, "ratio", (top,), (bottom,), SECONDS,
        needs="announced",
    )  # fmt: skip


def _callback(
    name: str, unit: str, definition: str, top: tuple[str, ...], bottom: tuple[str, ...], weight: str,
    better: Better | None = None, needs: str = "callbacks", scale: float = 1.0,
) -> Metric:  # fmt: skip
    return Metric(
        name, unit, weight, better, definition, CONTACT_KEYS, "ratio", top, bottom, scale, needs=needs
    )


def _count(name: str, definition: str, better: Better | None = None, needs: str = "callbacks") -> Metric:
    return Metric(
        name, "contacts", "contacts", better, definition, CONTACT_KEYS, "count", (name,), needs=needs
    )


ANNOUNCED = (
    _announced(
        "mean_announced_wait",
        "Waits that customers were told / their number.",
        "announced_wait",
        "contacts told a wait",
        "announced",
    ),
    _announced(
        "announced_wait_bias",
        "(wait - announced wait) of the answered contacts that were told one / their number, callbacks left"
        " out; above 0: it was longer than said.",
        "announced_excess",
        "answered contacts told a wait",
        "announced_answered",
    ),
    _announced(
        "announced_wait_error",
        "Difference between wait and announced wait, whichever is longer, of the answered contacts that were"
        " told one / their number, callbacks left out.",
        "announced_difference",
        "answered contacts told a wait",
        "announced_answered",
        "lower",
    ),
    _count(
        "balked_on_announcement", "Contacts that hung up on hearing the expected wait.", "lower", "announced"
    ),
    Metric(
        "announced_balk_rate",
        "share",
        "contacts told a wait",
        "lower",
        "balked_on_announcement / contacts told a wait.",
        CONTACT_KEYS,
        "ratio",
        ("balked_on_announcement",),
        ("announced",),
        needs="announced",
    ),
)
CALLBACKS = (
    _count("callback_offers", "Contacts offered a callback: callbacks + those that declined it."),
    _count(
        "callbacks",
        "Contacts that took the offer of a callback: callbacks_reached + callbacks_unreached + callbacks_open"
        " + those cleared at closing.",
    ),
    _count("callbacks_reached", "Callbacks that reached the customer, by an agent.", "higher"),
    _count("callbacks_unreached", "Callbacks given up: nobody picked up, attempt after attempt.", "lower"),
    _count("callbacks_open", "Callbacks still to be made when the run ended.", "lower"),
    _callback(
        "callback_rate",
        "share",
        "callbacks / contacts that arrived at the queue.",
        ("callbacks",),
        ("queued",),
        "contacts queued",
    ),
    _callback(
        "callback_acceptance_rate",
        "share",
        "callbacks / callback_offers.",
        ("callbacks",),
        ("callback_offers",),
        "callbacks offered",
    ),
    _callback(
        "callback_reach_rate",
        "share",
        "callbacks_reached / (callbacks_reached + callbacks_unreached).",
        ("callbacks_reached",),
        ("callbacks_reached", "callbacks_unreached"),
        "callbacks that ended",
        "higher",
    ),
    _callback(
        "callback_attempts",
        "calls",
        "Calls made / callbacks that reached somebody or were given up.",
        ("callback_dials",),
        ("callbacks_reached", "callbacks_unreached"),
        "callbacks that ended",
        "lower",
    ),
    _callback(
        "callback_wait",
        "s",
        "Waits of the callbacks that reached the customer, from the first entry into the queue / their"
        " number.",
        ("callback_waits",),
        ("callbacks_reached",),
        "callbacks reached",
        "lower",
        scale=SECONDS,
    ),
    *(
        Metric(
            f"callback_wait_p{percent}",
            "s",
            "callbacks reached",
            "lower",
            f"The shortest wait that at least {percent} % of the callbacks that reached the customer did not"
            " exceed, from the first entry into the queue.",
            CONTACT_KEYS,
            "quantile",
            ("callback_wait",),
            scale=SECONDS,
            percent=percent,
            needs="callbacks",
        )
        for percent in (50, 90)
    ),
    _callback(
        "callback_promise_kept_rate",
        "share",
        "Promised callbacks that reached the customer by the promised time / those that did, that came"
        " later or that had not come when the time had passed.",
        ("callback_kept",),
        ("callback_kept", "callback_broken"),
        "promised callbacks",
        "higher",
    ),
    _callback(
        "promise_kept_rate",
        "share",
        "Contacts answered by the promised time / those that were, or that were answered later or still"
        " waited when it had passed; callbacks apart.",
        ("promise_kept",),
        ("promise_kept", "promise_broken"),
        "promised answers",
        "higher",
        "promised",
    ),
)


def _add_up(asked: Asked) -> None:
    log, legs = asked.log, asked.legs
    cell = asked.cell_of(legs.queue, legs.queued_at)
    answered = is_one_of(legs.kind, _ANSWERED)

    def add(name: str, rows: np.ndarray, values: np.ndarray | None = None) -> None:
        asked.add(name, cell, values, rows)

    asked.add("queued", cell)
    announced = log.column("legs", "announced_us")
    told = announced >= 0
    error = legs.wait - announced
    add("announced", told)
    add("announced_wait", told, announced)
    dials = log.column("legs", "dials")
    stayed = told & answered & (dials == 0)  # who is called back does not wait for what was announced
    add("announced_answered", stayed)
    add("announced_excess", stayed, error)
    add("announced_difference", stayed, np.abs(error))
    add("balked_on_announcement", told & (legs.kind == BALKED))
    reached = is_one_of(legs.kind, (CALLED_BACK, CALLBACK_IN_SERVICE))
    unreached = legs.kind == UNREACHED
    add("callbacks", dials != 0)
    add("callback_offers", (dials != 0) | (log.column("legs", "callback_declined") == 1))
    add("callbacks_reached", reached)
    add("callbacks_unreached", unreached)
    add("callbacks_open", legs.kind == CALLBACK_WAITING)
    add("callback_dials", reached | unreached, np.maximum(dials, 0))
    add("callback_waits", reached, legs.wait)
    if "sorted:callback_wait" in asked.names:
        asked.sort("callback_wait", cell[reached], legs.wait[reached])
    promised = log.column("legs", "promised_at")
    kept = answered & (legs.served_at <= promised)
    broken = (promised >= 0) & ~kept & (legs.wait_ended_at > promised)
    for name, those in (("callback", dials != 0), ("promise", dials == 0)):
        add(f"{name}_kept", those & kept)
        add(f"{name}_broken", those & broken)


THEMES = (Theme((*ANNOUNCED, *CALLBACKS), _add_up),)
