"""The balance of mean flows, against what can be reckoned by hand, and against a run."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from ccsim.compiler import compile_scenario
from ccsim.kinds import Cause, Entry
from ccsim.report.balance import Balance
from ccsim.report.balance.fronts import escape_chance
from ccsim.report.balance.legs import at_next_opening
from ccsim.report.expectations import Load, expect, shortfalls
from ccsim.scenario.model import Scenario
from ccsim.simulate import simulate

from .conftest import journey_world, world

FRESH = 120.0  # contacts of world()


def flows(scenario: Scenario) -> tuple[Load, Balance]:
    load = expect(compile_scenario(scenario))
    assert load.balance is not None
    return load, load.balance


def with_queue(**more: Any) -> Scenario:
    """world() with more said of its queue; a second queue ``experts`` where it is needed."""
    queue = {**world().canonical()["queues"]["cards"], **more}
    group = {"headcount": 10, "skills": ["cards", "experts"], "shifts": {"day": "100%"}}
    queues = {"cards": queue, "experts": {"talk": "fixed 10m"}}
    return world(queues=queues, agent_groups={"desk": group})


def with_bot(**more: Any) -> Scenario:
    bot = {"serves": ["cards"], "talk": "fixed 1m", "containment": "30%", "walk_away": "6%", **more}
    return world(bots={"robot": bot})


def test_a_plain_scenario_has_no_balance() -> None:
    assert expect(compile_scenario(world())).balance is None


def test_a_bot_thins_what_reaches_people() -> None:
    load, found = flows(with_bot(talk_saved="20%"))
    assert found.work.legs.sum() == pytest.approx(0.64 * FRESH)
    assert load.contacts.sum() == pytest.approx(0.64 * FRESH)
    assert load.handle_s[0] == pytest.approx(0.8 * 300 + 60)
    assert load.erlangs[20:24].mean() == pytest.approx(0.64 * 60 * 300 / 3600)


def test_complexity_of_a_bot_keeps_its_share_and_leaves_the_hard_issues() -> None:
    found = flows(with_bot(complexity=4))[1]
    outcomes = found.fronts[0].outcomes
    assert outcomes["resolved"].sum() == pytest.approx(0.30 * FRESH, rel=2e-3)
    assert outcomes["walked_away"].sum() == pytest.approx(0.06 * FRESH, rel=2e-3)
    assert 0.55 < found.hardness(0) < 0.65
    assert flows(with_bot())[1].hardness(0) == pytest.approx(0.5)


def test_who_is_not_helped_by_the_bot_bounces_back() -> None:
    found = flows(with_bot(bounce_back={"share": "10%", "delay": "fixed 1m"}))[1]
    again = FRESH * 0.03 / (1 - 0.03)  # who comes back meets the bot again
    assert found.causes[Cause.BOUNCE_BACK].sum() == pytest.approx(again, rel=1e-3)
    assert found.fronts[0].outcomes["unsolved"].sum() == pytest.approx(again, rel=1e-3)


def test_a_bot_that_is_down_is_gone_past() -> None:
    down = [{"on": "2026-03-02", "hours": "11:00-12:00"}]
    assert flows(with_bot(down=down))[1].work.legs.sum() == pytest.approx((1 + 0.64) / 2 * FRESH)


def test_a_notice_thins_and_causes_contacts() -> None:
    notice = {"queue": "cards", "on": "2026-03-02", "hours": "11:00-12:00", "reach": "50%", "prevents": "40%",
              "false_alarms": 7}  # fmt: skip
    found = flows(world(notices={"late": notice}))[1]
    assert found.fresh.sum() == pytest.approx(FRESH + 7)
    assert found.work.legs.sum() == pytest.approx(60 + 67 * 0.8)


def test_escalations_and_transfers() -> None:
    escalation = {"to": "experts", "share": "10%", "handover": "fixed 40s"}
    load, found = flows(with_queue(escalation=escalation, transfer={"misrouted": "5%", "to": "experts"}))
    assert found.work.entries[Entry.TRANSFERRED, 1] == pytest.approx(0.05 * FRESH)
    assert found.work.entries[Entry.ESCALATED, 1] == pytest.approx(0.95 * 0.10 * FRESH)
    cards = 0.95 * 300 + 0.05 * 60 + 0.95 * 0.10 * 40 + 60  # treated, found misrouted, handing over, wrap-up
    assert load.handle_s[0] == pytest.approx(cards)
    experts = 600 + 40 * 0.095 / 0.145
    assert load.handle_s[1] == pytest.approx(experts)


def test_the_hardest_are_referred_after_the_diagnosis() -> None:
    load, found = flows(with_queue(escalation={"to": "experts", "above": "70%", "diagnosis": "fixed 90s"}))
    assert found.work.entries[Entry.ESCALATED, 1] == pytest.approx(0.30 * FRESH)
    assert load.handle_s[0] == pytest.approx(0.7 * 300 + 0.3 * 90 + 60)
    assert found.hardness(1) == pytest.approx(0.85)


@pytest.mark.parametrize(("at_most", "contacts"), [(1, 1 + 0.27), (2, 1 + 0.27 + 0.27**2), (1000, 1 / 0.73)])
def test_returns_are_a_geometric_sum_up_to_their_bound(at_most: int, contacts: float) -> None:
    after = {"return": "90%", "delay": "fixed 1s", "at_most": at_most}
    found = flows(with_queue(resolution="70%", after_unresolved=after))[1]
    assert found.work.legs[:, 0].sum() == pytest.approx(contacts * FRESH, rel=1e-3)


def test_returns_after_the_end_are_not_in_the_run() -> None:
    after = {"return": "90%", "delay": "fixed 3d"}
    found = flows(with_queue(resolution="70%", after_unresolved=after))[1]
    assert found.causes[Cause.RETURN].sum() == 0


def test_who_comes_back_to_a_closed_queue_comes_at_the_next_opening_or_after_the_run() -> None:
    after = {"return": "90%", "delay": "fixed 4h"}
    load, found = flows(with_queue(resolution="70%", after_unresolved=after))
    assert found.work.too_late[0] == pytest.approx(0.27 * FRESH)
    assert load.contacts[:, 0].sum() == pytest.approx(FRESH)
    assert found.causes[Cause.RETURN].sum() == pytest.approx(0.27 * FRESH)
    assert shortfalls(load) == []


def test_refused_issues_stay_unresolved() -> None:
    needs = {"needs": {"1": "60%", "3": "40%"}, "without": "refuse"}
    scenario = with_queue(authority=needs).override({"agent_groups.desk.authority": 2})
    found = flows(scenario)[1]
    assert found.work.unresolved[0] == pytest.approx(0.4 * FRESH)
    assert found.work.resolved[0] == pytest.approx(0.6 * FRESH)


def test_an_erlang_of_chats_is_the_work_of_an_agent_with_all_slots_full() -> None:
    chat = {"chat": {"concurrency": 3, "slowdown": [1.0, 1.15, 1.35]}}
    queue = {**world().canonical()["queues"]["cards"], "channel": "chat"}
    load = flows(world(channels=chat, queues={"cards": queue}))[0]
    assert load.erlangs[20:24].mean() == pytest.approx(60 * 360 / 3600 * 1.35 / 3)


def test_work_that_waits_fills_the_time_that_is_left() -> None:
    queues = {
        "cards": world().canonical()["queues"]["cards"],
        "mails": {"channel": "email", "talk": "fixed 6m",
                  "arrivals": {"per_day": 40, "shape": "flat", "hours": "00:00-24:00"}},
    }  # fmt: skip
    group = {"headcount": 10, "skills": ["cards", "mails"], "shifts": {"day": "100%"}}
    load = flows(
        world(queues=queues, channels={"email": {"deferrable": True}}, agent_groups={"desk": group})
    )[0]
    assert load.spare_hours(1) == pytest.approx(20 - 12)
    assert load.group_occupancy(0) == pytest.approx((12 + 4) / 20)
    assert shortfalls(load) == []


def test_tickets_are_work_of_another_queue() -> None:
    queue = {**world().canonical()["queues"]["cards"], "arrivals": {"hourly": {"10:00-14:00": 60}},
             "hours": "10:00-12:00", "outside_hours": {"ticket": "mails", "share": "75%"}}  # fmt: skip
    queues = {"cards": queue, "mails": {"channel": "email", "talk": "fixed 6m"}}
    group = {"headcount": 10, "skills": ["cards", "mails"], "shifts": {"day": "100%"}}
    found = flows(
        world(queues=queues, channels={"email": {"deferrable": True}}, agent_groups={"desk": group})
    )[1]
    assert found.work.entries[Entry.TICKET, 1] == pytest.approx(0.75 * 120)
    assert found.work.outside[0] == pytest.approx(0.25 * 120)


@pytest.mark.parametrize(("asks", "misunderstood", "after"), [(0.1, 0.0, 0), (0.0, 0.3, 2), (0.1, 0.3, 2)])
def test_escapes_from_a_bot(asks: float, misunderstood: float, after: int) -> None:
    escape = {"asks": f"{100 * asks}%", "after_failures": after, "lets_through": True}
    scenario = with_bot(turns=3, misunderstood=f"{100 * misunderstood}%", escape=escape)
    found = escape_chance(compile_scenario(scenario).journey, 0)
    assert found == pytest.approx(by_enumeration(asks, misunderstood, after, 3), abs=1e-4)


def by_enumeration(asks: float, misunderstood: float, after: int, turns: int, most: int = 9) -> float:
    """Chance to escape, over all sequences of at most ``most`` turns."""
    total = 0.0
    for length in range(1, most + 1):
        for events in product("amg", repeat=length):  # asks, misunderstood, goes well
            text = "".join(events)
            chance = np.prod([{"a": asks, "m": (1 - asks) * misunderstood,
                               "g": (1 - asks) * (1 - misunderstood)}[e] for e in events])  # fmt: skip
            before = text[:-1]
            still_on = (
                "a" not in before and before.count("g") < turns and not (after and "m" * after in before)
            )
            escapes = text[-1] == "a" or (after and text.endswith("m" * after))
            total += float(chance) if still_on and escapes else 0.0
    return total


def test_a_run_agrees() -> None:
    """With people enough that nobody gives up, all later contacts, legs and sessions are as expected."""
    enough = {"agent_groups.desk.headcount": 15, "agent_groups.second.headcount": 6}
    scenario = journey_world().override({**enough, "agent_groups.chatters.headcount": 4})
    found, runs = flows(scenario)[1], 4
    logs = simulate(scenario, seed=4, replications=runs, engine="simpy").logs
    causes, legs = np.zeros(len(Cause)), np.zeros(len(Entry))
    for log in logs:
        np.add.at(causes, log.column("contacts", "cause"), 1 / runs)
        np.add.at(legs, log.column("legs", "entry"), 1 / runs)
    pairs = [(causes[c], found.causes[c].sum()) for c in (Cause.FRESH, Cause.RETURN, Cause.BOUNCE_BACK)]
    pairs += [(legs[Entry.ESCALATED], found.work.entries[Entry.ESCALATED].sum()),
              (legs[Entry.ARRIVED], found.work.entries[Entry.ARRIVED].sum())]  # fmt: skip
    for front, flow in enumerate(found.fronts):
        sessions = sum(float((log.sessions["front"] == front).sum()) for log in logs) / runs
        pairs.append((sessions, flow.sessions.sum()))
    for simulated, expected in pairs:
        assert expected > 10
        assert abs(simulated - expected) < 4 * (expected / runs) ** 0.5 + 0.02 * expected


def test_the_next_opening_takes_who_came_before_it_evenly() -> None:
    counts = np.array([1.0, 2.0, 4.0, 0.0, 3.0, 6.0, 7.0])
    is_open = np.array([0.0, 1.0, 0.5, 0.0, 0.0, 1.0, 0.0])
    assert at_next_opening(counts, is_open) == pytest.approx([0, 2 + 2 / 3, 4 + 1 / 3, 0, 0, 9, 0])
