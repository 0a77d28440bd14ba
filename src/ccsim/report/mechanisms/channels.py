"""Channels in plain sentences: several contacts at once, pauses, work that waits overnight."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ccsim.report.mechanisms.words import capital, lasting, span_us
from ccsim.report.wording import number, round_percent
from ccsim.scenario.channels import Channel
from ccsim.scenario.model import Scenario


def channel_sentences(scenario: Scenario, name: str) -> list[str]:
    """What is special about a channel; nothing where it is like a call."""
    channel = scenario.channels[name]
    judged = any(queue.channel == name and queue.resolution for queue in scenario.queues.values())
    return [*_several(channel, judged), *_waiting(channel), *_conversation(channel)]


def _several(channel: Channel, judged: bool) -> Iterator[str]:
    most = channel.concurrency
    if most == 1:
        return
    factors = channel.factors
    yield f"An agent has up to {most} contacts open at once."
    if factors[-1] == 1:
        yield f"Each goes as fast as if it were alone: {most} times the work of one at a time."
    else:
        paces = [(n, 1 / factor) for n, factor in enumerate(factors, start=1) if factor > 1]
        if len(paces) > 3:
            paces = [paces[0], paces[-1]]
        first, *others = (f"with {n} open {{}}at {pace:.2f}" for n, pace in paces)
        said = [
            f"{first.format('each goes ')} of the pace of one alone",
            *(text.format("") for text in others),
        ]
        yield f"{capital(', '.join(said))}."
        yield f"With {most} open that is {number(most / factors[-1], 2)} times the work of one at a time."
    busiest = "most" if channel.assign == "most_loaded" else "fewest"
    yield f"The next contact goes to the agent with the {busiest} open."
    if judged and channel.resolution_loss:
        odds = f"{math.exp(-channel.resolution_loss):.2f}"
        yield f"Each further open contact multiplies the odds of resolving an issue by {odds}."


def _waiting(channel: Channel) -> Iterator[str]:
    if channel.deferrable:
        yield "Work is taken at any hour and waits overnight until somebody is there."
    if channel.is_interruptible:
        yield (
            "It is put down, what is done kept, when a contact of another channel finds nobody free, and "
            "goes on from the front of its line."
        )
    if channel.counts_business_hours:
        yield "Promises and the service level count opening hours only."
    silent = channel.silent_abandon
    if silent is not None:
        yield (
            f"Of those who give up {round_percent(silent.share)} leave without a word; an agent finds out "
            f"after {lasting(silent.found_out_after)}."
        )


def _conversation(channel: Channel) -> Iterator[str]:
    turns = channel.turns
    if turns is None:
        return
    yield (
        f"A conversation has {number(turns.mean)} turns on average, and talk is the time of one turn. "
        f"The customer answers after {lasting(turns.reply)}; after {span_us(turns.close_after)} of silence "
        "the thread is closed."
    )
