"""Notices, self-service and bots in plain sentences, with the numbers that they lead to."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ccsim.report.balance.fronts import FrontFlow
from ccsim.report.expectations import Load
from ccsim.report.mechanisms.words import lasting, money, of_100, when
from ccsim.report.wording import listed, plural, round_percent, seconds
from ccsim.scenario.amounts import ByQueue, share_in
from ccsim.scenario.bots import Bot, DownWindow
from ccsim.scenario.model import Scenario
from ccsim.units import SECOND

HARDER = 0.02  # of the rank: what is worth a word


def front_sections(scenario: Scenario, load: Load) -> Iterator[tuple[str, list[str]]]:
    """Title and sentences of each front, in the order in which customers meet them."""
    flows = iter(load.balance.fronts if load.balance else ())
    for name in scenario.notices:
        yield f"Notice {name}", notice_sentences(scenario, name, next(flows))
    for name in scenario.self_service:
        yield f"Self-service {name}", self_service_sentences(scenario, name, next(flows))
    for name in scenario.bots:
        yield f"Bot {name}", bot_sentences(scenario, name, next(flows), load)


def notice_sentences(scenario: Scenario, name: str, flow: FrontFlow) -> list[str]:
    """What it prevents and causes."""
    notice = scenario.notices[name]
    prevented = float(flow.outcomes["resolved"].sum())
    sentences = [
        f"On {when(notice)} it reaches {round_percent(notice.reach)} of the customers of {notice.queue} and "
        f"makes {round_percent(notice.prevents)} of their contacts needless: about "
        f"{plural(round(prevented), 'contact')} in the run."
    ]
    if notice.false_alarms:
        alarms = plural(notice.false_alarms, "contact")
        sentences.append(f"It causes {alarms} a day by customers whom it did not concern.")
    if notice.cost:
        sentences.append(f"Each of its days costs {money(notice.cost)}.")
    return sentences


def self_service_sentences(scenario: Scenario, name: str, flow: FrontFlow) -> list[str]:
    """Who tries it and what comes of it."""
    page = scenario.self_service[name]
    solved, sessions = float(flow.outcomes["resolved"].sum()), float(flow.sessions.sum())
    sentences = [
        f"Customers of {listed(page.serves)} try it first ({_shares(page.attempt, page.serves)}), for "
        f"{lasting(page.takes)}. Of 100 attempts {of_100(_part(solved, sessions))} solve the issue: about "
        f"{plural(round(solved), 'contact')} fewer for people."
    ]
    if page.complexity:
        sentences.append(_easy_and_hard(flow, page.success, page.serves, page.complexity))
    if page.failed_costs:
        sentences.append(
            f"Who failed talks {round_percent(page.failed_costs)} longer with a person afterwards."
        )
    sentences += _cost_and_hours(page.cost, "An attempt", page.down)
    return sentences


def bot_sentences(scenario: Scenario, name: str, flow: FrontFlow, load: Load) -> list[str]:
    """What becomes of 100 contacts of each queue, and what it means for people."""
    bot = scenario.bots[name]
    queues = list(scenario.queues)
    sentences = [f"It answers {listed(bot.serves)} first; a session takes {lasting(bot.talk)}."]
    if any(share_in(bot.entry, queue) < 1 for queue in bot.serves):
        sentences.append(f"Not everybody enters ({_shares(bot.entry, bot.serves)}).")
    for queue in bot.serves:
        row = queues.index(queue)
        if flow.sessions[row] > 0:
            sentences.append(_hundred(bot, queue, {k: v[row] for k, v in flow.outcomes.items()}))
    if bot.complexity:
        sentences.append(_easy_and_hard(flow, bot.containment, bot.serves, bot.complexity))
        sentences += _left_for_people(bot, queues, load)
    sentences += _afterwards(bot)
    sentences += _cost_and_hours(bot.cost, "A session", bot.down)
    return sentences


def _hundred(bot: Bot, queue: str, outcomes: dict[str, float]) -> str:
    """``Of 100 billing contacts 32 are solved, 6 walk away, 62 reach people.``"""
    sessions = sum(outcomes.values())
    said = [
        (f"{of_100(_part(outcomes[key], sessions))} {words}")
        for key, words in (
            ("resolved", "are solved"),
            ("unsolved", "are closed but not solved"),
            ("walked_away", "walk away"),
            ("trapped", "want a person and get none"),
            ("handed_over", "go on to people"),
        )
        if outcomes[key] > 0
    ]
    some = share_in(bot.entry, queue) < 1
    return f"Of 100 {queue} contacts{' that enter' if some else ''} {listed(said)}."


def _left_for_people(bot: Bot, queues: list[str], load: Load) -> Iterator[str]:
    ranks = []
    for queue in bot.serves:
        rank = load.balance.hardness(queues.index(queue)) if load.balance else 0.5
        if rank > 0.5 + HARDER:
            ranks.append(f"{100 * rank:.0f} in {queue}")
    if ranks:
        yield (
            f"What is left for people is harder: its mean rank from 0 (easiest) to 100 is {listed(ranks)}, "
            "not 50."
        )


def _afterwards(bot: Bot) -> Iterator[str]:
    yield from _hand_over(bot)
    back, escape = bot.bounce_back, bot.escape
    if back is not None:
        where = f" to {back.to}" if back.to else ""
        yield (
            f"Of the contained {round_percent(back.share)} were not solved and come back{where} after "
            f"{lasting(back.delay)}."
        )
    if bot.unsolved:
        yield f"Of the contained {round_percent(bot.unsolved)} were not solved and never come back."
    retry = bot.retry_after_walk_away
    if retry is not None:
        yield (
            f"Of those who walk away {round_percent(retry.share)} try again after {lasting(retry.delay)} and "
            "reach people directly."
        )
    if bot.misunderstood:
        yield (
            f"Each of its {bot.turns} turns is misunderstood with a chance of "
            f"{round_percent(bot.misunderstood)} and repeated, which takes {seconds(bot.loop / SECOND)}."
        )
    ways = []
    if escape.asks:
        ways.append(f"ask for one ({round_percent(escape.asks)} in each turn)")
    if escape.after_failures:
        times = plural(escape.after_failures, "time")
        ways.append(f"are misunderstood {times} in a row")
    if ways:
        fate = "get a person" if escape.lets_through else "want a person but are not let through"
        yield f"Customers {fate} when they {listed(ways, 'or')}."
    if not bot.again:
        yield "Later contacts about an issue do not meet it."


def _hand_over(bot: Bot) -> Iterator[str]:
    if bot.talk_saved:
        yield (
            f"A hand-over with context saves {round_percent(bot.talk_saved)} of the talk"
            + (f"; {round_percent(bot.warm)} of hand-overs have it." if bot.warm < 1 else ".")
        )
    if bot.cold_costs and bot.warm < 1:
        yield f"Without context talk takes {round_percent(bot.cold_costs)} longer."
    wrong = bot.misrouted
    if wrong is not None:
        yield (
            f"Of the hand-overs {round_percent(wrong.share)} go to a wrong queue ({listed(wrong.to)}), which "
            "passes them on."
        )


def _easy_and_hard(flow: FrontFlow, share: ByQueue, serves: tuple[str, ...], lost: float) -> str:
    """``It solves 57 % of the easiest issues of billing and 12 % of the hardest.``"""
    from ccsim.compiler.journeys.logits import middle_logit

    said = []
    for queue in serves:
        own = share_in(share, queue)
        if 0 < own < 1:
            middle = middle_logit(own, lost)
            easy, hard = (100 / (1 + np.exp(-(middle + side * lost / 2))) for side in (1, -1))
            said.append(f"{of_100(easy)} % of the easiest and {of_100(hard)} % of the hardest of {queue}")
    return f"It solves {'; '.join(said)}."


def _cost_and_hours(cost: float, what: str, down: list[DownWindow]) -> Iterator[str]:
    if cost:
        yield f"{what} costs {money(cost)}."
    if down:
        yield f"It is out of order on {listed(when(window) for window in down)}; contacts go past it then."


def _shares(share: ByQueue, serves: tuple[str, ...]) -> str:
    values = {queue: share_in(share, queue) for queue in serves}
    if len(set(values.values())) == 1:
        return round_percent(next(iter(values.values())))
    return listed(f"{queue} {round_percent(value)}" for queue, value in values.items())


def _part(amount: float, of: float) -> float:
    return 100 * amount / of if of > 0 else 0.0
