"""The legs of a Log, reduced to the columns that all measures share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ccsim.kinds import Outcome
from ccsim.log import Labels, Log
from ccsim.metrics.clock import Clocks
from ccsim.metrics.shares import Spells, attention, shares_of_legs

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]

KINDS = ("waiting", "answered", "abandoned", "balked", "blocked", "cleared", "short", "in_service",
         "deflected", "closed", "unreached", "moved", "silent",
         "called_back", "callback_waiting", "callback_in_service")  # fmt: skip
(WAITING, ANSWERED, ABANDONED, BALKED, BLOCKED, CLEARED, SHORT, IN_SERVICE, DEFLECTED, CLOSED, UNREACHED,
MOVED,
 SILENT, CALLED_BACK, CALLBACK_WAITING, CALLBACK_IN_SERVICE) = range(16)  # fmt: skip
PLAIN_KINDS = 8  # the others need a mechanism that most runs do without
LEFT = (ANSWERED, ABANDONED, BALKED, CLEARED, SHORT, IN_SERVICE, UNREACHED, SILENT, CALLED_BACK,
        CALLBACK_IN_SERVICE)  # fmt: skip
COLUMNS = ("wait", "handle", "talk", "session", "focus", "share")
RARE = frozenset(
    f"{head}{kind}" for head in ("", *(f"{c}_" for c in COLUMNS)) for kind in KINDS[PLAIN_KINDS:]
)
ATTRIBUTIONS = ("arrival", "sl_event", "contact_end")

_IS_LEFT = np.isin(np.arange(len(KINDS)), LEFT)


@dataclass(slots=True)
class Legs:
    """The columns of the legs that the measures share, one array each of shape (legs,)."""

    queue: npt.NDArray[np.integer[Any]]
    agent: npt.NDArray[np.integer[Any]]
    queued_at: Int64
    wait_ended_at: Int64  # answered, or gone (in silence, too), or the run ended
    served_at: Int64  # an agent took the contact; the end of the leg where nobody did
    ended_at: Int64
    wait: Int64
    clocked: Int64  # the wait on the queue's clock, which may stop outside its opening hours
    handle: Int64  # 0 when nobody answered
    talk: Int64  # 0 when nobody answered
    kind: npt.NDArray[np.int8]
    reached: npt.NDArray[np.bool_]

    @property
    def left(self) -> npt.NDArray[np.bool_]:
        """Whether the leg left the queue, by being answered or otherwise."""
        found: npt.NDArray[np.bool_] = _IS_LEFT[self.kind]
        return found


def read_legs(log: Log, clocks: Clocks | None = None) -> Legs:
    """The shared columns of a Log's legs; ``clocks``: of the queues, where their waits are needed."""
    table = log.legs
    answered_at, outcome = table["answered_at"], table["outcome"]
    queued_at = table["queued_at"].astype(np.int64, copy=False)
    ended_at = table["ended_at"].astype(np.int64, copy=False)
    answered = answered_at >= 0
    served_at = np.where(answered, answered_at, ended_at).astype(np.int64, copy=False)
    kind = outcome.astype(np.int8)
    if len(outcome) and outcome.max() >= Outcome.DEFLECTED:
        kind += (outcome >= Outcome.DEFLECTED).view(np.int8) * np.int8(DEFLECTED - Outcome.DEFLECTED)
    kind += (answered & (outcome == Outcome.OPEN)).view(np.int8) * np.int8(IN_SERVICE - WAITING)
    wait_ended_at, reached = _leave_in_silence(log, kind, served_at, answered)
    wait = wait_ended_at - queued_at
    queue = table["queue"]
    short = log.labels.short_abandon_us
    if len(short) and short.max() > 0:
        limit = short[0] if (short == short[0]).all() else np.where(short > 0, short, -1)[queue]
        kind += ((kind == ABANDONED) & (wait <= limit)).view(np.int8) * np.int8(SHORT - ABANDONED)
    _call_back(log, kind)
    handle, talk = ended_at - served_at, table["talk_ended_at"] - answered_at
    if log.pieces:
        handle, talk = attention(log, handle, talk)
    return Legs(
        queue=queue,
        agent=table["agent"],
        queued_at=queued_at,
        wait_ended_at=wait_ended_at,
        served_at=served_at,
        ended_at=ended_at,
        wait=wait,
        clocked=wait if clocks is None else clocks.elapsed(queue, queued_at, wait_ended_at, wait),
        handle=handle,
        talk=talk,
        kind=kind,
        reached=reached,
    )


def _leave_in_silence(
    log: Log, kind: npt.NDArray[np.int8], served_at: Int64, answered: npt.NDArray[np.bool_]
) -> tuple[Int64, npt.NDArray[np.bool_]]:
    """When the waits ended, and who was reached: whoever left in silence had gone before an agent came."""
    reached = answered
    if (kind == UNREACHED).any():
        reached = reached & (kind != UNREACHED)
    if "gave_up_at" not in log.legs:
        return served_at, reached
    gave_up_at = log.legs["gave_up_at"]
    silent = gave_up_at >= 0
    if not silent.any():
        return served_at, reached
    kind[silent] = SILENT
    return np.where(silent, gave_up_at, served_at).astype(np.int64, copy=False), reached & ~silent


def _call_back(log: Log, kind: npt.NDArray[np.int8]) -> None:
    if "dials" not in log.legs:
        return
    callback = log.legs["dials"] != 0
    if callback.any():
        for plain, kept in (
            (WAITING, CALLBACK_WAITING), (ANSWERED, CALLED_BACK), (IN_SERVICE, CALLBACK_IN_SERVICE),
        ):  # fmt: skip
            kind[callback & (kind == plain)] = kept


def more_columns(log: Log, names: frozenset[str], parts: Spells | None = None) -> dict[str, Int64 | Float64]:
    """(legs,) microseconds of ``session`` (answer to end), ``focus`` (attention) and ``share`` as named.

    The share of a leg is its agent's time, divided evenly among the contacts that the agent had open:
    ``parts`` is that division (None: nobody has more than one open).
    """
    table = log.legs
    answered = table["answered_at"] >= 0
    session = np.where(answered, table["ended_at"] - table["answered_at"], 0).astype(np.int64, copy=False)
    found: dict[str, Int64 | Float64] = {}
    if "session" in names:
        found["session"] = session
    if "focus" in names or "share" in names:
        handle = attention(log, session, session)[0] if log.pieces else session
        if "focus" in names:
            work = log.column("legs", "work_us")
            found["focus"] = np.where(work >= 0, work, handle).astype(np.int64, copy=False)
        if "share" in names:
            found["share"] = handle if parts is None else shares_of_legs(parts, len(session))
    return found


def later(legs: Legs, at: Int64, since_us: int) -> Legs:
    """The legs whose instant ``at`` (legs,) is not before ``since_us``."""
    keep = later_rows(at, since_us)
    if keep is None:
        return legs
    done: dict[int, Any] = {}  # a column that serves twice is taken once
    for name in Legs.__slots__:
        column = getattr(legs, name)
        if id(column) not in done:
            done[id(column)] = column[keep]
    return Legs(**{name: done[id(getattr(legs, name))] for name in Legs.__slots__})


def later_rows(at: Int64, since_us: int) -> Int64 | None:
    """The rows whose instant is not before ``since_us``; None: all of them."""
    keep = np.flatnonzero(at >= since_us) if since_us > 0 else None
    return None if keep is None or len(keep) == len(at) else keep


def attributed_at(labels: Labels, legs: Legs, attribution: str, clocks: Clocks | None = None) -> Int64:
    """The instant that decides in which slot a leg counts."""
    if attribution == "arrival":
        return legs.queued_at
    if attribution == "contact_end":
        return legs.ended_at
    within = labels.target_within_us[legs.queue]
    passes_at: Int64 = legs.queued_at + within
    if clocks is not None:
        passes_at = clocks.passes_at(legs.queue, legs.queued_at, within, passes_at)
    return np.minimum(legs.wait_ended_at, passes_at)
