"""The variants of the service level: which contacts count for, and among how many.

The same day gives between 81 % and 86 % depending on the variant, so that each has a name and every table
says which one it used. Formulas: ICMI's five, and those of Cisco, Genesys and Amazon Connect.

Words of the formulas, per queue and threshold T ("within" is wait <= T):

* answered: contacts that an agent answered (also those still being served when the run ended). A callback is
  answered when the customer is reached, and its wait counts from the first entry into the queue;
* left unserved: contacts that got no answer: hang-ups (abandoned, short, balked, gone in silence) with their
  wait; those cleared at closing and callbacks that reached nobody, whatever their wait, as a wait beyond T;
  and those still waiting when the run ended, once they have waited beyond T. Blocked contacts and those that
  came outside the hours of service never entered the queue and are in no service level;
* ``short``: hang-ups within the queue's short-abandon limit, balked ones among them, as they waited 0
  (nobody, when the queue has no limit);
* callbacks: contacts that left the line for a callback, which is offered on arrival: within any T;
* flow-out: contacts that left for another queue, by an offer (deflected) or as a target came near (moved). In
  the other variants they count in the queue that they went to, and in that one only.

The wait of a queue whose clock stops outside its opening hours is its open time alone.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variant:
    """Numerator and denominator as names of measures, each counted once; ``-`` takes away."""

    formula: str
    good: tuple[str, ...]
    base: tuple[str, ...]


LEGEND = (
    "left unserved: hung up, balked, cleared at closing, or still waiting beyond T at the end;"
    " blocked contacts are in neither"
)

_ALL = ("reached", "lost", "late")

VARIANTS = {
    "sl_answered_over_offered": Variant(
        "answered within T / (answered + left unserved)", ("reached_in",), _ALL
    ),
    "sl_excl_abandons_within_T": Variant(
        "answered within T / (answered + left unserved after T)", ("reached_in",), (*_ALL, "-hung_up_in")
    ),
    "sl_abandons_within_T_positive": Variant(
        "(answered within T + left unserved within T) / (answered + left unserved)",
        ("reached_in", "hung_up_in"),
        _ALL,
    ),
    "sl_removed_within_T": Variant(
        "(answered within T + left unserved within T + callbacks within T) / contacts queued",
        ("reached_in", "hung_up_in", "callbacks_in"),
        (*_ALL, "callbacks_waiting_in"),
    ),
    "sl_answered_only": Variant(
        "answered within T / answered (flatters: nobody left unserved counts)", ("reached_in",), ("reached",)
    ),
    "sl_short_credit": Variant(
        "(answered within T + short) / (answered + left unserved)", ("reached_in", "short_hung_up"), _ALL
    ),
    "sl_excl_short": Variant(
        "answered within T / (answered + left unserved - short)", ("reached_in",), (*_ALL, "-short_hung_up")
    ),
    "sl_incl_flowout": Variant(
        "answered within T / (answered + left unserved + flow-out)", ("reached_in",), (*_ALL, "flow_out")
    ),
}


def headline_variant(definition: str | None, short_abandon_us: int) -> str:
    """The variant behind ``service_level``: the target's, else by whether there is a short-abandon limit."""
    if definition:
        return definition
    return "sl_excl_short" if short_abandon_us > 0 else "sl_answered_over_offered"
