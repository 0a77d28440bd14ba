"""What stands in front of people: bots, self-service and notices.

A session counts in the queue of its contact and the interval in which it began. Shares are of the sessions
that had ended when the run did.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from ccsim.errors import MetricError
from ccsim.kinds import Cause, Front, SessionOutcome
from ccsim.log import Log
from ccsim.metrics.asked import Asked, Theme
from ccsim.metrics.contact_rows import read_contacts
from ccsim.metrics.grid import is_one_of, sums_of
from ccsim.metrics.metric import SECONDS, SESSION_KEYS, Better, Metric

if TYPE_CHECKING:
    import pandas as pd

Int64 = npt.NDArray[np.int64]

_CONTAINED = ("resolved", "falsely_contained", "walked_away", "trapped")
_ENDED = (*_CONTAINED, "handed_over")
_BOT_ENDED = tuple(f"bot_{name}" for name in _ENDED)
_BOT = "bot sessions that ended"


def _bot(
    name: str,
    definition: str,
    top: tuple[str, ...],
    better: Better | None = None,
    bottom: tuple[str, ...] = _BOT_ENDED,
    weight: str = _BOT,
    needs: str = "bot",
) -> Metric:
    return Metric(name, "share", weight, better, definition, SESSION_KEYS, "ratio", top, bottom, needs=needs)


def _count(name: str, definition: str, part: str, better: Better | None, needs: str) -> Metric:
    return Metric(
        name, "sessions", "sessions", better, definition, SESSION_KEYS, "count", (part,), needs=needs
    )


METRICS = (
    _count("bot_sessions", "Sessions with a bot.", "bot_sessions", None, "bot"),
    _bot(
        "engagement",
        "Bot sessions of fresh contacts / fresh contacts that arrived at queues which the bot serves and that"
        " nothing before the bot had ended.",
        ("bot_first_sessions",),
        None,
        ("bot_eligible",),
        "fresh contacts of served queues",
    ),
    _bot(
        "containment_rate",
        "Bot sessions that no person followed / bot sessions that ended. Whoever gave up is among them:"
        " bot_resolution_rate + false_containment_rate.",
        tuple(f"bot_{name}" for name in _CONTAINED),
    ),
    _bot(
        "bot_resolution_rate",
        "Bot sessions that truly resolved the issue / bot sessions that ended.",
        ("bot_resolved",),
        "higher",
    ),
    _bot(
        "false_containment_rate",
        "Bot sessions that no person followed and that resolved nothing: closed unsolved, walked away or"
        " trapped / bot sessions that ended.",
        ("bot_falsely_contained", "bot_walked_away", "bot_trapped"),
        "lower",
    ),
    _bot(
        "closed_unsolved_rate",
        "Bot sessions that the bot closed as solved and that were not / bot sessions that ended.",
        ("bot_falsely_contained",),
        "lower",
    ),
    _bot(
        "bounce_back_rate",
        "Contacts that came back in the run after the bot had closed their issue unsolved / bot sessions"
        " closed unsolved.",
        ("bot_bounced",),
        "lower",
        ("bot_falsely_contained",),
        "bot sessions closed unsolved",
    ),
    _bot(
        "walk_away_rate",
        "Bot sessions that the customer left, trapped ones included / bot sessions that ended.",
        ("bot_walked_away", "bot_trapped"),
        "lower",
    ),
    _bot(
        "handover_rate",
        "Bot sessions that went on to people / bot sessions that ended.",
        ("bot_handed_over",),
    ),
    _bot(
        "warm_handover_share",
        "Hand-overs with what the customer had told the bot / hand-overs.",
        ("bot_warm",),
        "higher",
        ("bot_handed_over",),
        "hand-overs",
    ),
    _count(
        "trapped",
        "Bot sessions of customers who wanted a person and got none.",
        "bot_trapped",
        "lower",
        "bot",
    ),
    Metric(
        "mean_bot_session",
        "s",
        _BOT,
        None,
        "Time of the bot sessions that ended / their number.",
        SESSION_KEYS,
        "ratio",
        ("bot_time",),
        _BOT_ENDED,
        SECONDS,
        needs="bot",
    ),
    Metric(
        "misunderstandings",
        "turns",
        _BOT,
        "lower",
        "Turns that the bot misunderstood / bot sessions that ended.",
        SESSION_KEYS,
        "ratio",
        ("bot_failures",),
        _BOT_ENDED,
        needs="bot",
    ),
    _count(
        "self_service_sessions", "Attempts at self-service.", "self_service_sessions", None, "self_service"
    ),
    _bot(
        "self_service_success",
        "Attempts at self-service that resolved the issue / attempts that ended.",
        ("self_service_resolved",),
        "higher",
        tuple(f"self_service_{name}" for name in _ENDED),
        "attempts that ended",
        "self_service",
    ),
    _count("prevented", "Contacts that a notice made needless.", "notice_prevented", "higher", "notice"),
)


def _add_up(asked: Asked) -> None:
    log, contacts = asked.log, asked.contacts
    table, labels = log.sessions, log.labels
    none = np.empty(0, dtype=np.int64)
    owner = table["contact_row"].astype(np.int64) if table else none
    front = table["front"].astype(np.int64) if table else none
    outcome = table["outcome"] if table else none
    started = table["started_at"].astype(np.int64) if table else none
    kind = np.array(labels.front_kinds, dtype=np.int64)[front] if len(labels.front_kinds) else none
    queue = contacts.queue[owner]
    cell = asked.cell_of(queue, started, front) if len(owner) else none
    for value, head in ((Front.BOT, "bot"), (Front.SELF_SERVICE, "self_service"), (Front.NOTICE, "notice")):
        _add_outcomes(asked, head, cell, outcome, (kind == value) & (cell >= 0))
    bot = kind == Front.BOT
    ended = bot & (outcome != SessionOutcome.OPEN)
    warm = bot & (outcome == SessionOutcome.HANDED_OVER) & (_of(log, "warm", none) == 1)
    asked.add("bot_warm", cell, where=warm)
    asked.add("bot_time", cell, _of(log, "ended_at", none) - started, ended)
    asked.add("bot_failures", cell, _of(log, "failures", none), ended)
    cause, after = log.column("contacts", "cause"), log.column("contacts", "after")
    bounced = np.zeros(len(cause) + 1, dtype=bool)
    bounced[after[cause == Cause.BOUNCE_BACK]] = True
    falsely = bot & (outcome == SessionOutcome.FALSELY_CONTAINED)
    asked.add("bot_bounced", cell, where=falsely & bounced[owner])
    _add_engagement(asked, owner, front, queue, cell, bot)


def _add_outcomes(
    asked: Asked, head: str, cell: Int64, outcome: npt.NDArray[np.integer[Any]], mine: npt.NDArray[np.bool_]
) -> None:
    """Sessions of one kind of front, all and by how they ended."""
    rows, kinds = np.flatnonzero(mine), max(SessionOutcome) + 1
    code = cell[rows] * kinds + outcome[rows]
    count = np.bincount(code, minlength=asked.cells.count * kinds).reshape(-1, kinds).astype(np.float64)
    asked.sums[f"{head}_sessions"] = count.sum(axis=1)
    for ended in SessionOutcome:
        asked.sums[f"{head}_{ended.name.lower()}"] = count[:, ended]


def _of(log: Log, column: str, none: Int64) -> npt.NDArray[np.integer[Any]]:
    return log.sessions[column] if log.sessions else none


def _add_engagement(
    asked: Asked, owner: Int64, front: Int64, queue: Int64, cell: Int64, bot: npt.NDArray[np.bool_]
) -> None:
    """Fresh contacts that could have met each bot, and those that did, each counted where it arrived."""
    log, cells = asked.log, asked.cells
    arrived = log.contacts["arrived_at"].astype(np.int64)
    fresh = is_one_of(log.column("contacts", "cause"), (Cause.FRESH, Cause.FALSE_ALARM))
    fresh &= arrived >= asked.since_us
    own_queue = log.contacts["queue"].astype(np.int64)
    zero = np.zeros(cells.count)
    asked.sums["bot_first_sessions"], asked.sums["bot_eligible"] = zero, zero.copy()
    outcome = _of(log, "outcome", owner)
    stops = ~is_one_of(outcome, (SessionOutcome.OPEN, SessionOutcome.HANDED_OVER))
    for number in np.flatnonzero(np.bincount(front[bot], minlength=1)):
        mine = bot & (front == number)
        met = np.zeros(len(arrived), dtype=bool)
        met[owner[mine]] = True
        ended_before = np.zeros(len(arrived), dtype=bool)
        ended_before[owner[stops & ~mine]] = True
        serves = np.bincount(queue[mine], minlength=len(log.labels.queues)) > 0
        eligible = np.flatnonzero(fresh & serves[own_queue] & (met | ~ended_before))
        place = cells.of(own_queue[eligible], arrived[eligible], np.full(len(eligible), number))
        asked.add("bot_first_sessions", place[met[eligible]])
        asked.add("bot_eligible", place)


class HasLogs(Protocol):
    """A run, or anything else with the Logs of its replications."""

    @property
    def logs(self) -> Sequence[Log]: ...


def deflection(
    run_with_bot: HasLogs, run_without_bot: HasLogs, *, by: str = "", confidence: float = 0.95
) -> pd.DataFrame:
    """Contacts with people that a bot avoided / those of the same customers without it.

    Both runs have the same seed, so that each issue of one is an issue of the other, found by its luck.
    ``by``: nothing, or ``queue`` of the issue's first contact. Returns a tidy table with one row, or one a
    queue: metric, value, low, high, weight; the weight is the number of contacts with people without the bot.
    The value is below 0 when the bot makes more work than it saves. Raises MetricError when the runs do not
    pair.
    """
    import pandas as pd

    from ccsim.metrics.estimators import RatioEstimator

    if by not in ("", "queue"):
        raise MetricError(f"deflection goes by queue or by nothing, not by {by!r}")
    pairs = list(zip(run_with_bot.logs, run_without_bot.logs, strict=False))
    if len(run_with_bot.logs) != len(run_without_bot.logs):
        raise MetricError("the runs have different numbers of replications: they do not pair")
    queues = pairs[0][0].labels.queues
    estimator = RatioEstimator((len(queues) if by else 1,))
    weight = np.zeros(len(queues) if by else 1)
    for with_bot, without in pairs:
        avoided, base = _avoided(with_bot, without, len(queues))
        if not by:
            avoided, base = np.array([avoided.sum()]), np.array([base.sum()])
        estimator.add(avoided, base)
        weight += base
    value, half = estimator.ratio(), estimator.half_width(confidence)
    columns: dict[str, object] = {"queue": list(queues)} if by else {}
    columns |= {"metric": "deflection", "value": value, "low": value - half,
                "high": np.minimum(value + half, np.maximum(value, 1.0)), "weight": weight}  # fmt: skip
    return pd.DataFrame(columns)


def _avoided(
    with_bot: Log, without: Log, queues: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """(queues,) contacts with people avoided and there were, of issues that both runs have."""
    luck_with, queue, people_with = _people(with_bot)
    luck_without, other_queue, people_without = _people(without)
    if (
        len(luck_with) != len(luck_without)
        or (luck_with != luck_without).any()
        or (queue != other_queue).any()
    ):
        raise MetricError("the runs have different issues: simulate both with one seed and the same arrivals")
    return (
        sums_of(queue, people_without - people_with, queues),
        sums_of(queue, people_without, queues),
    )


def _people(log: Log) -> tuple[Int64, Int64, Int64]:
    """Of each issue in order of its luck: luck, first queue and number of contacts that came to people."""
    contacts = read_contacts(log)
    size = int(contacts.issue.max(initial=-1)) + 1
    came_to_people = np.bincount(contacts.issue[contacts.last_leg >= 0], minlength=size)
    fresh = np.flatnonzero(contacts.number == 1)
    cause = log.column("contacts", "cause")[fresh]
    fresh = fresh[cause == Cause.FRESH]
    fresh = fresh[np.lexsort((contacts.queue[fresh], log.contacts["luck"][fresh]))]
    return (
        log.contacts["luck"][fresh].astype(np.int64),
        contacts.queue[fresh],
        came_to_people[contacts.issue[fresh]],
    )


THEMES = (Theme(METRICS, _add_up),)
