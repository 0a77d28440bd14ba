"""What is said and offered to those who wait, and who tries again, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator

from ccsim.report.mechanisms.words import lasting, span_us
from ccsim.report.wording import count, number, percent, plural, round_percent
from ccsim.scenario.parts import Queue
from ccsim.scenario.waiting import KEEPS_PLACE, Callback


def waiting_sentences(name: str, queue: Queue, given_up: float) -> Iterator[str]:
    """One sentence a mechanism. ``given_up``: contacts a day that Erlang A expects to give up."""
    told = queue.announcement
    if told is not None:
        how = "from the line's length" if told.estimate == "queue" else "as the wait of the one answered last"
        yield (
            f"Announcement: who has to wait is told the expected wait ({how}). Of those who hear more than "
            f"their patience {round_percent(told.balk)} leave at once; for the others patience beyond the "
            f"announced time counts {number(told.later_patience)} times."
        )
    offer = queue.deflection
    if offer is not None:
        yield (
            f"Deflection: when the expected wait is over {span_us(offer.when_wait_over)}, {offer.to} is "
            f"offered instead, and {round_percent(offer.share)} take it."
        )
    if queue.callback is not None:
        yield from _callback(queue.callback)
    again = queue.after_abandon
    if again is not None:
        where = f" in {again.to}" if again.to and again.to != name else ""
        text = (
            f"Retries: {round_percent(again.retry)} of those who were not served try again{where} after "
            f"{lasting(again.delay)}, at most {_times(again.at_most)}, "
            + ("as patient as before." if again.patience == "same" else "with new patience.")
        )
        more = again.retry * given_up
        if more >= 0.05:
            text += (
                f" With those who give up by Erlang A: about {plural(round(more, 1), 'contact')} more a day."
            )
        yield text + " They are not in the numbers above."


def _callback(offer: Callback) -> Iterator[str]:
    promise = (
        "keep their place in the line without waiting on it"
        if offer.promise == KEEPS_PLACE
        else f"are promised a call after {span_us(offer.promise)}, ahead of who came later"
    )
    never = offer.no_answer**offer.attempts
    tries = (
        "once"
        if offer.attempts == 1
        else f"up to {offer.attempts} times, again after {lasting(offer.again_after)}"
    )
    text = (
        f"Callback: offered when the expected wait is over {span_us(offer.when_wait_over)}; "
        f"{round_percent(offer.accept)} accept and {promise}. The center calls {tries}"
    )
    if offer.no_answer:
        text += (
            f"; a call is not picked up with a chance of {round_percent(offer.no_answer)}, so that "
            f"{percent(never)} are never reached"
        )
    yield f"{text}. Dialling takes {lasting(offer.dial)}."


def _times(times: int) -> str:
    return {1: "once", 2: "twice"}.get(times, f"{count(times)} times")
