"""Notices, self-service and bots -> one table of what stands in front of the agents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ccsim.compiler.journey import CERTAIN, NEVER_CONTAINED, Fronts
from ccsim.compiler.journeys.chances import chance_of, cumulative_chances
from ccsim.compiler.journeys.columns import FAR, column, per_mille
from ccsim.compiler.journeys.law_tables import LawTables
from ccsim.compiler.journeys.logits import micro_logits, middle_logit
from ccsim.compiler.quantiles import salt_of
from ccsim.compiler.windows import Window, gaps, joined, windows_of
from ccsim.kinds import Front
from ccsim.scenario.amounts import ByQueue, share_in

if TYPE_CHECKING:
    from ccsim.scenario import Scenario
    from ccsim.scenario.bots import Bot, DownWindow, SelfService
    from ccsim.scenario.notices import Notice

Int64 = npt.NDArray[np.int64]
Row = dict[str, int | Int64]  # the columns of one front; arrays are by queue

_BY_QUEUE = ("enters_chance", "contained", "bounce_to", "walk_chance", "wrong_share")
_ELSEWHERE = ("first", "of", "down_first", "down_from", "down_to")


def compile_fronts(scenario: Scenario, tables: LawTables) -> Fronts:
    """All fronts; a contact meets notices first, then self-service, then the bot."""
    rows = list(_rows(scenario, tables))
    down = list(_down(scenario))
    if not rows:
        return Fronts.none(len(scenario.queues))
    columns: dict[str, Int64] = {}
    for name in Fronts.__slots__:
        if name not in _ELSEWHERE:
            columns[name] = np.array([row[name] for row in rows], dtype=np.int64)
    first, of = [0], []
    for queue in scenario.queues:
        of += [number for number, (_, serves) in enumerate(_served(scenario)) if queue in serves]
        first.append(len(of))
    columns["first"], columns["of"] = column(first), column(of)
    columns["down_first"] = column([0, *np.cumsum([len(windows) for windows in down])])
    columns["down_from"] = column([start for windows in down for start, _ in windows])
    columns["down_to"] = column([end for windows in down for _, end in windows])
    return Fronts(**columns)


def front_names(scenario: Scenario) -> tuple[str, ...]:
    """Names of the fronts, in the order of their rows."""
    return (*scenario.notices, *scenario.self_service, *scenario.bots)


def _served(scenario: Scenario) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(front, queues that it stands in front of) in the order of rows."""
    for name, notice in scenario.notices.items():
        yield name, (notice.queue,)
    for name, page in scenario.self_service.items():
        yield name, page.serves
    for name, bot in scenario.bots.items():
        yield name, bot.serves


def _rows(scenario: Scenario, tables: LawTables) -> Iterator[Row]:
    for name, notice in scenario.notices.items():
        yield _nothing(scenario, Front.NOTICE, name) | _notice(scenario, notice)
    for name, page in scenario.self_service.items():
        yield _nothing(scenario, Front.SELF_SERVICE, name) | _self_service(scenario, page, tables)
    for name, bot in scenario.bots.items():
        yield _nothing(scenario, Front.BOT, name) | _bot(scenario, bot, tables)


def _nothing(scenario: Scenario, kind: Front, name: str) -> Row:
    """A front that nobody enters and that changes nothing."""
    count = len(scenario.queues)
    zero = dict.fromkeys(Fronts.__slots__, 0)
    by_queue = {column: np.zeros(count, dtype=np.int64) for column in _BY_QUEUE}
    return {
        **zero,
        **by_queue,
        "kind": int(kind),
        "salt": salt_of(name),
        "session_table": -1,
        "bounce_table": -1,
        "bounce_to": np.arange(count, dtype=np.int64),
        "walk_retry_table": -1,
        "turns": 1,
        "lets_through": 1,
        "warm_factor": 1000,
        "cold_factor": 1000,
        "wrong_share": np.full(count, CERTAIN, dtype=np.int64),
        "active_to": FAR,
    }


def _notice(scenario: Scenario, notice: Notice) -> Row:
    """Who enters is prevented; a notice takes no time and works in its windows only."""
    windows = windows_of(scenario, notice.on, notice.hours)
    share = {notice.queue: notice.reach * notice.prevents}
    return {
        "enters_chance": _chances(scenario, (notice.queue,), share),
        "contained": np.full(len(scenario.queues), -NEVER_CONTAINED, dtype=np.int64),
        "active_from": windows[0][0] if windows else 0,
        "active_to": windows[-1][1] if windows else 0,
    }


def _self_service(scenario: Scenario, page: SelfService, tables: LawTables) -> Row:
    """Solved, or handed over cold."""
    return {
        "again": int(page.again),
        "enters_chance": _chances(scenario, page.serves, page.attempt),
        "session_table": tables.row(page.takes),
        "contained": _contained(scenario, page.success, page.complexity),
        "slope": micro_logits(page.complexity),
        "cold_factor": per_mille(1 + page.failed_costs),
    }


def _bot(scenario: Scenario, bot: Bot, tables: LawTables) -> Row:
    bounce, retry, wrong = bot.bounce_back, bot.retry_after_walk_away, bot.misrouted
    bounced = bounce.share if bounce else 0.0
    false = bounced + bot.unsolved
    queues = list(scenario.queues)
    row: Row = {
        "again": int(bot.again),
        "enters_chance": _chances(scenario, bot.serves, bot.entry),
        "session_table": tables.row(bot.talk),
        "contained": _contained(scenario, bot.containment, bot.complexity),
        "slope": micro_logits(bot.complexity),
        "false_chance": chance_of(false),
        "bounce_chance": chance_of(bounced / false) if false else 0,
        "bounce_table": tables.row(bounce.delay if bounce else None),
        "walk_chance": _walks(scenario, bot),
        "walk_retry_chance": chance_of(retry.share) if retry else 0,
        "walk_retry_table": tables.row(retry.delay if retry else None),
        "turns": bot.turns,
        "misunderstood_chance": chance_of(bot.misunderstood),
        "loop": bot.loop,
        "escape_after": bot.escape.after_failures,
        "asks_chance": chance_of(bot.escape.asks),
        "lets_through": int(bot.escape.lets_through),
        "warm_chance": chance_of(bot.warm),
        "warm_factor": per_mille(1 - bot.talk_saved),
        "cold_factor": per_mille(1 + bot.cold_costs),
    }
    if bounce and bounce.to:
        row["bounce_to"] = np.full(len(queues), queues.index(bounce.to), dtype=np.int64)
    if wrong:
        row["wrong_chance"] = chance_of(wrong.share)
        row["wrong_share"] = cumulative_chances(wrong.to, queues)
    return row


def _chances(scenario: Scenario, serves: tuple[str, ...], share: ByQueue) -> Int64:
    """(queues,) chance of entering; nobody enters where the front does not stand."""
    return column([chance_of(share_in(share, name)) if name in serves else 0 for name in scenario.queues])


def _contained(scenario: Scenario, share: ByQueue, lost: float) -> Int64:
    """(queues,) micro-logits at middle complexity that give the share as the mean over issues."""
    out = []
    for name in scenario.queues:
        own = share_in(share, name)
        if own <= 0 or own >= 1:
            out.append(NEVER_CONTAINED if own <= 0 else -NEVER_CONTAINED)
        else:
            out.append(micro_logits(middle_logit(own, lost)))
    return column(out)


def _walks(scenario: Scenario, bot: Bot) -> Int64:
    """(queues,) chance of those who are not contained; the share is of all sessions."""
    out = []
    for name in scenario.queues:
        left = 1 - share_in(bot.containment, name)
        served = name in bot.serves and left > 0
        out.append(chance_of(min(bot.walk_away / left, 1.0)) if served else 0)
    return column(out)


def _down(scenario: Scenario) -> Iterator[list[Window]]:
    """Windows in which each front is out of order; a notice is off between its windows."""
    for notice in scenario.notices.values():
        yield gaps(windows_of(scenario, notice.on, notice.hours))
    for name, page in scenario.self_service.items():
        yield _down_of(scenario, name, page.down)
    for name, bot in scenario.bots.items():
        yield _down_of(scenario, name, bot.down)


def _down_of(scenario: Scenario, name: str, own: list[DownWindow]) -> list[Window]:
    windows = [window for down in own for window in windows_of(scenario, down.on, down.hours)]
    for event in scenario.events.values():
        if event.bot_down is not None and name in event.bot_down:
            windows += windows_of(scenario, event.on, event.hours)
    return joined(windows)
