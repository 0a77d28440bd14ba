"""Why contacts came, and who comes again: the balance of fresh contacts, retries and returns."""

from __future__ import annotations

import numpy as np

from ccsim.kinds import Cause
from ccsim.metrics.asked import Asked, Theme
from ccsim.metrics.clock import Clocks
from ccsim.metrics.metric import CONTACT_KEYS, SECONDS, Better, Metric

_NAMES = {
    Cause.FRESH: ("fresh_contacts", "Contacts that nothing earlier in the run caused.", None),
    Cause.RETRY: ("retries", "Contacts of customers whose contact before was not served.", "lower"),
    Cause.RETURN: ("returns", "Contacts of customers whose contact before did not resolve the issue.",
    "lower"), Cause.BOUNCE_BACK: ("bounce_backs", "Contacts about issues that a bot had closed unsolved.",
    "lower"), Cause.CHASER: ("chasers", "Contacts of customers to whom a promise was not kept.", "lower"),
    Cause.COMPLAINT: ("complaints", "Complaints.", "lower"),
    Cause.DUPLICATE: ("duplicates", "Contacts of customers who had come by another channel, too.", "lower"),
    Cause.FALSE_ALARM: ("false_alarms", "Contacts caused by a notice that did not concern them.", "lower"),
}  # fmt: skip


def _count(name: str, definition: str, better: Better | None) -> Metric:
    return Metric(
        name, "contacts", "contacts", better, definition, CONTACT_KEYS, "count", (name,), needs="journey"
    )


def _rate(name: str, definition: str, top: str, bottom: str, weight: str) -> Metric:
    return Metric(
        name, "share", weight, "lower", definition, CONTACT_KEYS, "ratio", (top,), (bottom,), needs="journey"
    )


METRICS = (
    _count(
        "contacts",
        "Contacts that came, also those that a bot ended: fresh_contacts + retries + returns + bounce_backs"
        " + chasers + complaints + duplicates + false_alarms.",
        None,
    ),
    *(_count(name, text, better) for name, text, better in _NAMES.values()),  # type: ignore[arg-type]
    _rate("retry_share", "retries / contacts.", "retries", "contacts", "contacts"),
    _rate(
        "retry_rate",
        "Contacts not served that were followed by a retry in the run / contacts not served: hung up, balked,"
        " blocked, cleared, closed, or not reached by a callback.",
        "followed_by_retry",
        "not_served",
        "contacts not served",
    ),
    _rate(
        "return_rate",
        "Handled contacts that left the issue unresolved and were followed by a return in the run / those.",
        "followed_by_return",
        "left_unresolved",
        "contacts that left the issue unresolved",
    ),
    _rate("chaser_rate", "chasers / contacts.", "chasers", "contacts", "contacts"),
    Metric(
        "attempts_per_fresh_contact",
        "contacts",
        "fresh contacts",
        "lower",
        "(fresh_contacts + retries) / fresh_contacts.",
        CONTACT_KEYS,
        "ratio",
        ("fresh_contacts", "retries"),
        ("fresh_contacts",),
        needs="journey",
    ),
    Metric(
        "first_response_time",
        "s",
        "contacts that a person answered",
        "lower",
        "Time from the contact's arrival to the first answer by a person, sessions with bots included, by the"
        " calendar / contacts that a person answered.",
        CONTACT_KEYS,
        "ratio",
        ("first_response",),
        ("responded",),
        SECONDS,
        needs="journey",
    ),
    Metric(
        "first_response_time_in_hours",
        "s",
        "contacts that a person answered",
        "lower",
        "first_response_time on the clock of the queue that answered, which may stop outside its opening"
        " hours.",
        CONTACT_KEYS,
        "ratio",
        ("first_response_in_hours",),
        ("responded",),
        SECONDS,
        needs="business_hours",
    ),
    *(
        Metric(
            f"first_response_p{percent}",
            "s",
            "contacts that a person answered",
            "lower",
            f"The shortest first response time that at least {percent} % of the contacts answered by a person"
            " did not exceed, by the calendar.",
            CONTACT_KEYS,
            "quantile",
            ("first_response",),
            scale=SECONDS,
            percent=percent,
            needs="deferrable",
        )
        for percent in (50, 90)
    ),
)


def _add_up(asked: Asked) -> None:
    log, contacts = asked.log, asked.contacts
    cell = asked.cell_of_contacts()
    cause, after = log.column("contacts", "cause"), log.column("contacts", "after")
    asked.add("contacts", cell)
    for value, (name, _, _) in _NAMES.items():
        asked.add(name, cell, where=cause == value)
    unserved = ~contacts.handled & ~contacts.is_open & (contacts.last_leg >= 0)
    asked.add("not_served", cell, where=unserved)
    unresolved = contacts.handled & (log.column("contacts", "resolved") == 2)
    asked.add("left_unresolved", cell, where=unresolved)
    for name, value, of in (("retry", Cause.RETRY, unserved), ("return", Cause.RETURN, unresolved)):
        causes = np.unique(after[(cause == value) & (after >= 0)])
        asked.add(f"followed_by_{name}", cell[causes[of[causes]]])
    answered = np.flatnonzero(contacts.handled)
    first, begin = contacts.first_answer_at[answered], contacts.arrived_at[answered]
    asked.add("responded", cell[answered])
    asked.add("first_response", cell[answered], first - begin)
    clocks = Clocks.read(log.labels)
    elapsed = first - begin
    if clocks is not None:
        elapsed = clocks.elapsed(contacts.answered_in[answered], begin, first, elapsed)
    asked.add("first_response_in_hours", cell[answered], elapsed)
    if "sorted:first_response" in asked.names:
        asked.sort("first_response", cell[answered], first - begin)


THEMES = (Theme(METRICS, _add_up),)
