"""Channels -> how many contacts an agent has open, how fast each goes, what waits overnight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ccsim.compiler.journey import LEAST_LOADED, MOST_LOADED, MOST_SLOTS, Slots
from ccsim.compiler.journeys.chances import chance_of
from ccsim.compiler.journeys.columns import FAR, NOBODY, Int64, column, per_mille
from ccsim.compiler.journeys.law_tables import LawTables
from ccsim.scenario.channels import Channel

if TYPE_CHECKING:
    from ccsim.scenario import Scenario


def channels_of(scenario: Scenario) -> list[Channel]:
    """The channel of each queue; voice need not be declared."""
    return [scenario.channels.get(queue.channel, Channel()) for queue in scenario.queues.values()]


def compile_slots(scenario: Scenario, tables: LawTables) -> Slots:
    """One row a queue, which has what its channel has."""
    channels = channels_of(scenario)
    names = list(dict.fromkeys([*scenario.channels, *(q.channel for q in scenario.queues.values())]))
    something_gives_way = any(channel.is_interruptible for channel in channels)
    turns = [channel.turns for channel in channels]
    silent = [channel.silent_abandon for channel in channels]
    return Slots(
        slots=column(channel.concurrency for channel in channels),
        pace=np.array([pace_of(channel) for channel in channels], dtype=np.int64),
        channel=column(names.index(queue.channel) for queue in scenario.queues.values()),
        most_loaded=column(
            MOST_LOADED if channel.assign == "most_loaded" and channel.concurrency > 1 else LEAST_LOADED
            for channel in channels
        ),
        interrupts=column(
            int(something_gives_way and not (channel.is_interruptible or channel.deferrable))
            for channel in channels
        ),
        interruptible=column(int(channel.is_interruptible) for channel in channels),
        deferrable=column(int(channel.deferrable) for channel in channels),
        silent_chance=column(chance_of(one.share) if one else 0 for one in silent),
        found_out_table=column(tables.row(one.found_out_after) if one else NOBODY for one in silent),
        turn_chance=column(chance_of(1 - 1 / one.mean) if one else 0 for one in turns),
        reply_table=column(tables.row(one.reply) if one else NOBODY for one in turns),
        reply_at_most=column(one.close_after if one else FAR for one in turns),
    )


def pace_of(channel: Channel) -> Int64:
    """(MOST_SLOTS + 1,) per mille of its time that work takes with so many contacts in work."""
    pace = np.full(MOST_SLOTS + 1, per_mille(channel.factors[-1]), dtype=np.int64)
    pace[0] = 1000
    pace[1 : len(channel.factors) + 1] = [per_mille(factor) for factor in channel.factors]
    return pace
