"""Tiers, authority, resolution and returns in plain sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ccsim.compiler.journeys.logits import middle_logit
from ccsim.report.balance import Balance
from ccsim.report.mechanisms.words import capital, lasting, of_100, parts, span_us
from ccsim.report.wording import count, listed, number, percent, plural, round_percent
from ccsim.scenario.model import Scenario
from ccsim.scenario.parts import Queue
from ccsim.scenario.resolving import Authority, Escalation, Resolution


def resolving_sentences(scenario: Scenario, name: str, flows: Balance, days: int) -> Iterator[str]:
    """One sentence or two a mechanism; ``days``: with contacts, for numbers a day."""
    queue, row = scenario.queues[name], list(scenario.queues).index(name)
    if queue.escalation is not None:
        moved = float(flows.work.escalated[row]) / days
        yield _escalation(queue, queue.escalation, moved)
    aside = queue.transfer
    if aside is not None:
        after = aside.found_after or (queue.escalation and queue.escalation.diagnosis)
        yield (
            f"Transfer: {round_percent(aside.misrouted)} belong to {aside.to}, which is found out after "
            f"{lasting(after) if after else '1m'} of talk."
        )
    if queue.authority is not None:
        yield _authority(scenario, queue, queue.authority)
    if queue.complexity is not None and queue.complexity.talk:
        share = round_percent(queue.complexity.talk)
        yield f"Complexity: the hardest issues take {share} longer than average, the easiest {share} less."
    if queue.resolution is not None:
        yield _resolution(queue.resolution)
        yield _returns(scenario, name, flows)


def _escalation(queue: Queue, up: Escalation, moved: float) -> str:
    ways = []
    if up.above is not None:
        error = (
            f", as far as the agent can tell (± {round_percent(up.estimate_error)})"
            if up.estimate_error
            else ""
        )
        after = up.diagnosis or (queue.transfer and queue.transfer.found_after)
        ways.append(
            f"issues harder than {round_percent(up.above)} of all are referred to {up.to} after "
            f"{lasting(after) if after else '1m'}{error}"
        )
    if up.share:
        ways.append(f"{round_percent(up.share)} of those treated in full go on to {up.to}")
    if queue.authority is not None and queue.authority.without == "escalate":
        ways.append(f"what needs more authority goes to {up.to}")
    text = f"Escalation: {listed(ways)}: about {plural(round(moved, 1), 'contact')} a day."
    if up.is_warm:
        both = f", then both talk for {lasting(up.handover)}" if up.handover else ""
        text += f" The first agent stays until the next one answers{both}."
    if up.keeps_wait:
        text += " There they rank as if they had waited since they came."
    return text


def _authority(scenario: Scenario, queue: Queue, needs: Authority) -> str:
    levels = listed(f"{round_percent(share)} need level {level}" for level, share in needs.needs.items())
    without = {
        "approve": f"gets an approval, which takes {lasting(needs.approval)}",
        "escalate": f"escalates to {queue.escalation.to}" if queue.escalation else "gets an approval",
        "refuse": "refuses, and the issue stays unresolved",
    }[needs.without]
    return f"Authority: of the issues {levels}; who has less {without}."


def _resolution(resolution: Resolution) -> str:
    text = f"Resolution: {round_percent(resolution.share)} of the answered contacts resolve their issue"
    if resolution.complexity and 0 < resolution.share < 1:
        middle = middle_logit(resolution.share, resolution.complexity)
        easy, hard = (100 / (1 + math.exp(-(middle + side * resolution.complexity / 2))) for side in (1, -1))
        text += f", {of_100(easy)} % of the easiest and {of_100(hard)} % of the hardest"
    target = resolution.target
    if target is not None:
        text += f"; the target is {round_percent(target.share)} within {span_us(target.within)}"
    return text + "."


def _returns(scenario: Scenario, name: str, flows: Balance) -> str:
    queue = scenario.queues[name]
    assert queue.resolution is not None
    after = queue.after_unresolved
    if after is None:
        return "Returns: none; issues that are not resolved are given up (after_unresolved: who returns)."
    row = list(scenario.queues).index(name)
    where = f", {parts(after.to)}," if after.to and after.to != {name: 1.0} else ""
    resolved, left = float(flows.work.resolved[row]), float(flows.work.unresolved[row])
    chance = resolved / (resolved + left) if resolved + left > 0 else queue.resolution.share
    text = (
        f"Returns: of the others {round_percent(after.returning)} come back{where} after "
        f"{lasting(after.delay)}, at most {plural(after.at_most, 'time')}. "
        f"{contacts_per_issue(chance, after.returning, after.at_most)}"
    )
    if after.context < 1:
        text += (
            f" {capital(round_percent(1 - after.context))} of the returns tell the story again, "
            f"{lasting(after.repeat_story)}."
        )
    return text


def contacts_per_issue(resolves: float, returns: float, at_most: int) -> str:
    """``With everybody answered that is 1.26 contacts an issue in the long run (1 / (1 - 0.9 x 0.23)).``

    ``resolves``: share of answered contacts that resolve; the bound on returns cuts the geometric sum.
    """
    again = returns * (1 - resolves)
    if again >= 1:
        return f"Nothing is ever resolved: {count(at_most + 1)} contacts an issue."
    mean = (1 - again ** (at_most + 1)) / (1 - again)
    return (
        f"With everybody answered that is {mean:.2f} contacts an issue in the long run "
        f"(1 / (1 - {number(returns)} x {percent(1 - resolves)} not resolved)), fewer within a short run."
    )
