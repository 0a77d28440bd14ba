"""The legs of a Log, reduced to the columns that all measures share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ccsim.kinds import Outcome
from ccsim.log import Labels, Log

Int64 = npt.NDArray[np.int64]

KINDS = ("waiting", "answered", "abandoned", "balked", "blocked", "cleared", "short", "in_service")
WAITING, ANSWERED, ABANDONED, BALKED, BLOCKED, CLEARED, SHORT, IN_SERVICE = range(8)
ATTRIBUTIONS = ("arrival", "sl_event", "contact_end")


@dataclass(slots=True)
class Legs:
    """The columns of the legs that the measures share, one array each of shape (legs,)."""

    queue: npt.NDArray[np.integer[Any]]
    agent: npt.NDArray[np.integer[Any]]
    queued_at: Int64
    wait_ended_at: Int64  # answered, or gone, or the run ended
    ended_at: Int64
    wait: Int64
    handle: Int64  # 0 when nobody answered
    talk: Int64  # 0 when nobody answered
    kind: npt.NDArray[np.int8]
    reached: npt.NDArray[np.bool_]


def read_legs(log: Log) -> Legs:
    """The shared columns of a Log's legs."""
    table = log.legs
    answered_at, ended_at, queued_at = table["answered_at"], table["ended_at"], table["queued_at"]
    reached = answered_at >= 0
    wait_ended_at = np.where(reached, answered_at, ended_at).astype(np.int64, copy=False)
    wait = wait_ended_at - queued_at
    outcome = table["outcome"]
    kind = outcome.astype(np.int8)
    kind += (reached & (outcome == Outcome.OPEN)).view(np.int8) * np.int8(IN_SERVICE - WAITING)
    queue = table["queue"]
    short = log.labels.short_abandon_us
    if len(short) and short.max() > 0:
        limit = short[0] if (short == short[0]).all() else np.where(short > 0, short, -1)[queue]
        kind += ((outcome == Outcome.ABANDONED) & (wait <= limit)).view(np.int8) * np.int8(SHORT - ABANDONED)
    return Legs(
        queue=queue,
        agent=table["agent"],
        queued_at=queued_at.astype(np.int64, copy=False),
        wait_ended_at=wait_ended_at,
        ended_at=ended_at.astype(np.int64, copy=False),
        wait=wait,
        handle=ended_at - wait_ended_at,
        talk=table["talk_ended_at"] - answered_at,
        kind=kind,
        reached=reached,
    )


def later(legs: Legs, at: Int64, since_us: int) -> Legs:
    """The legs whose instant ``at`` (legs,) is not before ``since_us``."""
    keep = np.flatnonzero(at >= since_us) if since_us > 0 else None
    if keep is None or len(keep) == len(at):
        return legs
    return Legs(**{name: getattr(legs, name)[keep] for name in Legs.__slots__})


def attributed_at(labels: Labels, legs: Legs, attribution: str) -> Int64:
    """The instant that decides in which slot a leg counts."""
    if attribution == "arrival":
        return legs.queued_at
    if attribution == "contact_end":
        return legs.ended_at
    passes_at: Int64 = legs.queued_at + labels.target_within_us[legs.queue]
    return np.minimum(legs.wait_ended_at, passes_at)
