"""Exact solvers of the journey against second derivations and published values, before they judge."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ccsim.theory import erlang_a, erlang_b, erlang_c
from tests.theory.exact import (
    ageing,
    announced_wait,
    birth_death,
    callbacks,
    chat,
    conversations,
    deflection,
    designs,
    longest_idle,
    n_model,
    poisson_number,
    preemption,
    reserve,
    retrials,
    returns,
    silent,
    single_server,
    tiers,
    two_priorities,
)


@pytest.mark.parametrize("most_loaded", [False, True])
def test_chats_by_occupancy_are_chats_by_person(most_loaded: bool) -> None:
    desk = chat.ChatDesk(0.12, 60, 90, 3, (1.0, 1.15, 1.35), most_loaded, 40)
    one, two = desk.solve(), desk.solve_by_person()
    for name in chat.ChatResult.__dataclass_fields__:
        assert getattr(one, name) == pytest.approx(getattr(two, name), rel=1e-9)


def test_chats_that_do_not_slow_down_are_lines() -> None:
    """k slots at full pace each: M/M/(c k)+M, however they are assigned."""
    line = erlang_a(0.1, 60, 90, 6)
    for most_loaded in (False, True):
        got = chat.ChatDesk(0.1, 60, 90, 3, (1.0, 1.0), most_loaded, 40).solve()
        assert got.wait_probability == pytest.approx(line.wait_probability, rel=1e-9)
        assert got.mean_wait_s == pytest.approx(line.mean_wait_s, rel=1e-9)
        assert got.session_s == pytest.approx(60, rel=1e-9)


def test_one_chat_agent_is_a_birth_death_chain() -> None:
    desk = chat.ChatDesk(0.02, 60, 90, 1, (1.0, 1.3, 1.6), False, 40)
    got = desk.solve()
    assert (got.wait_probability, got.chatting) == pytest.approx(chat.one_agent(desk), rel=1e-9)


@pytest.mark.parametrize(("load", "delay"), [(0.5, 30.0), (0.7, 10.0), (0.4, 300.0)])
def test_the_retrial_chain_is_the_closed_form_for_one_agent(load: float, delay: float) -> None:
    got = retrials.RetrialLine(load / 20, 20, 1, delay, caps=(0, 150)).solve()
    assert (got.busy, got.orbit) == pytest.approx(retrials.one_server(load / 20, 20, delay), rel=1e-9)
    idle, busy = np.transpose([retrials.one_server_law(load / 20, 20, delay, n) for n in range(400)])
    assert idle.sum() + busy.sum() == pytest.approx(1, rel=1e-9)
    assert np.arange(400) @ (idle + busy) == pytest.approx(got.orbit, rel=1e-6)
    assert got.blocked == pytest.approx(load, rel=1e-9)


def test_the_retrial_chain_lies_between_its_limits() -> None:
    """At once: Erlang C. Much later: the loss formula with everybody's attempts (Cohen 1957)."""
    rate, handle, agents = 0.1, 25.0, 5
    soon = retrials.RetrialLine(rate, handle, agents, 0.001, caps=(0, 90)).solve()
    assert soon.blocked == pytest.approx(erlang_c(rate, handle, agents).wait_probability, rel=1e-3)
    late = retrials.RetrialLine(rate, handle, agents, 6_000, caps=(0, 450)).solve()
    assert late.blocked == pytest.approx(retrials.slow_retrials(rate, handle, agents), rel=2e-3)
    assert soon.busy == pytest.approx(rate * handle, rel=1e-9)
    assert late.busy == pytest.approx(rate * handle, rel=1e-9)


def test_redials_keep_the_books() -> None:
    """Nobody redials: Erlang A and Erlang B. Otherwise offered = fresh + share x abandoned, exactly."""
    got = retrials.RetrialLine(0.2, 25, 5, 60, 0.0, None, 30, (60, 2)).solve()
    line = erlang_a(0.2, 25, 30, 5)
    assert got.blocked == pytest.approx(line.wait_probability, rel=1e-9)
    assert got.abandoned == pytest.approx(line.abandonment_rate * 0.2, rel=1e-9)
    assert retrials.RetrialLine(0.2, 25, 5, 60, 0.0).solve().blocked == pytest.approx(
        erlang_b(5, 5), rel=1e-9
    )
    got = retrials.RetrialLine(0.2, 25, 5, 60, 0.6, None, 30, (70, 60)).solve()
    assert got.retry_rate == pytest.approx(0.6 * got.abandoned, rel=1e-9)
    assert got.busy == pytest.approx(25 * (0.2 - got.lost), rel=1e-9)


def test_the_chain_of_two_patient_tiers_has_product_form() -> None:
    network = tiers.TwoTiers((0.15, 0.02), (5, 3), (25, 30), 0.3, caps=(80, 80))
    first, second, both = network.solve()
    one, two = network.product_form()
    for got, line in ((first, one), (second, two)):
        assert got.wait_probability == pytest.approx(line.wait_probability, rel=1e-7)
        assert got.mean_wait_s == pytest.approx(line.mean_wait_s, rel=1e-6)
    assert both == pytest.approx(one.shares[6:].sum() * two.shares[4:].sum(), rel=1e-7)


def test_tiers_that_lose_customers_are_not_a_product() -> None:
    """Nobody referred: both are Erlang A. Else what tier 1 lets through is not Poisson."""
    network = tiers.TwoTiers((0.25, 0.05), (5, 3), (25, 30), 0.0, (40, 60))
    first, second, _ = network.solve()
    assert first.mean_wait_s == pytest.approx(erlang_a(0.25, 25, 40, 5).mean_wait_s, rel=1e-8)
    assert second.mean_wait_s == pytest.approx(erlang_a(0.05, 30, 60, 3).mean_wait_s, rel=1e-8)
    _, second, _ = tiers.TwoTiers((0.25, 0.02), (5, 3), (25, 30), 0.4, (40, 60)).solve()
    as_if = erlang_a(second.offered, 30, 60, 3)
    assert second.mean_wait_s == pytest.approx(as_if.mean_wait_s, rel=0.1)
    assert second.mean_wait_s != pytest.approx(as_if.mean_wait_s, rel=1e-4)


def test_designs_agree_with_the_n_model_and_with_single_lines() -> None:
    old = n_model.NModel((0.3, 0.15), (40.0, 60.0), (6, 5), (20.0, 25.0), 2, (30, 30)).solve()
    new, _ = designs.Design(
        (0.3, 0.15), (40.0, 60.0), (6, 5), (20.0, 25.0), ((0, 1), (1,)), ((0,), (1, 0)), (30, 30)
    ).solve()
    for one, two in zip(old, new, strict=True):
        assert two.wait_probability == pytest.approx(one.wait_probability, rel=1e-9)
        assert two.mean_wait_s == pytest.approx(one.mean_wait_s, rel=1e-9)
    both, busy = designs.v_design((0.1, 0.15), 60.0, 7, 25.0).solve()
    line = erlang_a(0.25, 25, 60, 7)
    assert both[0].wait_probability == pytest.approx(line.wait_probability, rel=1e-9)
    assert busy[0] == pytest.approx(7 * line.occupancy, rel=1e-9)
    waiting = 0.1 * both[0].mean_wait_s + 0.15 * both[1].mean_wait_s
    assert waiting == pytest.approx(line.queue_length, rel=1e-9)
    assert both[0].mean_wait_s < both[1].mean_wait_s / 2


def test_fully_flexible_groups_are_one_line() -> None:
    """An X-design whose groups are equally fast has the waits of one team."""
    queues, _ = designs.Design(
        (0.1, 0.14), (60.0, 60.0), (4, 3), (25.0, 25.0), ((0, 1), (1, 0)), ((0, 1), (1, 0)), (40, 40)
    ).solve()
    line = erlang_a(0.24, 25, 60, 7)
    waiting = 0.1 * queues[0].mean_wait_s + 0.14 * queues[1].mean_wait_s
    assert waiting == pytest.approx(line.queue_length, rel=1e-8)


def test_the_product_form_of_the_longest_idle_agent_is_its_chain() -> None:
    """N: one agent for type 0, one for both."""
    model = longest_idle.LongestIdle((0.2, 0.15), (frozenset({0}), frozenset({0, 1})), (0.8, 0.6))
    same(model.product_form(), model.by_chain(9, cut_off=1e-5), 1e-4)


@pytest.mark.parametrize(
    ("rates", "serves", "service", "cap"),
    [
        ((0.1, 0.15, 0.08), ({0, 1}, {1, 2}), (0.8, 0.6), 5),  # W
        ((0.1, 0.15), ({0}, {0, 1}, {1}), (0.8, 0.6, 0.5), 4),  # M
        ((0.12, 0.1), ({0}, {0}, {0, 1}), (0.4, 0.4, 0.5), 5),  # N with two specialists
    ],
)
def test_other_designs_with_the_longest_idle_agent(
    rates: tuple[float, ...], serves: tuple[set[int], ...], service: tuple[float, ...], cap: int
) -> None:
    model = longest_idle.LongestIdle(rates, tuple(frozenset(kinds) for kinds in serves), service)
    same(model.product_form(), model.by_chain(cap, cut_off=1e-3), 2e-2)


def same(one: longest_idle.LineResult, two: longest_idle.LineResult, rel: float) -> None:
    """All figures of the two agree."""
    assert one.wait_probability == pytest.approx(two.wait_probability, rel=rel)
    assert one.mean_wait_s == pytest.approx(two.mean_wait_s, rel=rel)
    assert one.busy == pytest.approx(two.busy, rel=rel)


def test_equal_agents_with_the_longest_idle_first_are_one_line() -> None:
    model = longest_idle.LongestIdle((0.06, 0.04), (frozenset({0, 1}),) * 4, (0.05,) * 4)
    got, line = model.product_form(), erlang_c(0.1, 20, 4)
    assert got.wait_probability == pytest.approx([line.wait_probability] * 2, rel=1e-9)
    assert got.mean_wait_s == pytest.approx([line.asa_s] * 2, rel=1e-9)


def test_callbacks_that_nobody_is_offered_are_a_line_with_a_cap() -> None:
    got = callbacks.CallbackLine(0.2, 20, 60, 3, 7, 99, 0.4, 5, 0.1).solve()
    line = birth_death.solve(0.2, 20, 3, 60, 10)
    assert got.blocked == pytest.approx(line.blocked_rate, rel=1e-9)
    assert got.abandoned == pytest.approx(line.abandonment_rate, rel=1e-9)
    assert got.waited_s == pytest.approx(line.mean_wait_s, rel=1e-9)


def test_callbacks_that_all_accept_are_patient_customers() -> None:
    """Offered to all who wait, accepted by all, always reached, dialled in no time: M/M/c/K."""
    got = callbacks.CallbackLine(0.2, 20, 60, 3, 7, 0, 1.0, 1e-6, 0.0).solve()
    line = birth_death.solve(0.2, 20, 3, lines=10)
    assert got.blocked == pytest.approx(line.blocked_rate, rel=1e-6)
    assert got.callback_waited_s * got.accepted == pytest.approx(line.mean_wait_s, rel=1e-6)
    assert got.abandoned == 0


def test_interrupting_with_one_agent_is_kleinrocks_formula() -> None:
    rates, work = (0.01, 0.012), (30.0, 25.0)
    got = preemption.TwoClasses(rates, work, 1, (80, 200)).solve()
    squares = [2 * mean**2 for mean in work]
    exact = preemption.one_agent(rates, work, squares)
    assert (got.urgent_time_s, got.other_time_s) == pytest.approx(exact, rel=1e-8)


def test_interrupting_with_equal_work_is_two_lines() -> None:
    """Who interrupts sees nobody else; all together are one line, as the order does not change the work."""
    got = preemption.TwoClasses((0.05, 0.06), (25.0, 25.0), 4, (60, 150)).solve()
    urgent, all_of_them = erlang_c(0.05, 25, 4), erlang_c(0.11, 25, 4)
    assert got.urgent_wait_probability == pytest.approx(urgent.wait_probability, rel=1e-9)
    assert got.urgent_time_s == pytest.approx(urgent.asa_s + 25, rel=1e-9)
    together = 0.05 * got.urgent_time_s + 0.06 * got.other_time_s
    assert together == pytest.approx(0.11 * (all_of_them.asa_s + 25), rel=1e-7)


def test_reserves_without_waiting_are_trunk_reservation() -> None:
    got = reserve.Reserve((0.1, 0.2), (1, 1), 8, 2, 25, (0, 0)).solve()
    exact = reserve.without_waiting((0.1, 0.2), 8, 2, 25)
    assert [queue.wait_probability for queue in got] == pytest.approx(exact, rel=1e-9)


def test_no_reserve_is_a_v_design() -> None:
    got = reserve.Reserve((0.1, 0.15), (60, 60), 7, 0, 25, (40, 60)).solve()
    v, _ = designs.v_design((0.1, 0.15), 60.0, 7, 25.0).solve()
    for one, two in zip(got, v, strict=True):
        assert one.mean_wait_s == pytest.approx(two.mean_wait_s, rel=1e-8)


def test_announcements_that_impress_nobody_are_pollaczek_khinchine() -> None:
    got = announced_wait.solve(0.03, 20, lambda told: 1.0, 120)
    assert got.mean_wait_s == pytest.approx(single_server.mean_wait(0.03, 20, 0), rel=1e-9)
    assert got.busy == pytest.approx(0.6, rel=1e-9)


def test_announcements_keep_the_books() -> None:
    """Busy time is the work of those who do not balk; with a cap instead of a share it is M/D/1/K."""
    got = announced_wait.solve(0.05, 20, lambda told: math.exp(-told / 60))
    assert got.busy == pytest.approx(0.05 * 20 * (1 - got.balked), rel=1e-9)
    assert got.wait_probability == pytest.approx(got.busy, rel=1e-9)  # arrivals see time averages
    # nobody waits: the loss formula, whatever the law of the handle time
    lost = announced_wait.solve(0.05, 20, lambda told: 0.0)
    assert lost.balked == pytest.approx(erlang_b(1.0, 1), rel=1e-9)


def test_returns_are_geometric() -> None:
    assert returns.contacts_per_issue(0.70, 1.0, 1000) == pytest.approx(1 / 0.70)
    assert 0.70 / returns.contacts_per_issue(0.70, 1.0, 1000) == pytest.approx(0.49)  # one and done
    # published: 67 % of first-contact resolution go with 1.5 calls an issue, 80 % with 1.2
    assert returns.contacts_per_issue(0.67, 1.0, 1000) == pytest.approx(1.5, abs=0.05)
    assert returns.contacts_per_issue(0.80, 1.0, 1000) == pytest.approx(1.2, abs=0.06)
    assert returns.contacts_per_issue(0.7, 0.9, 3) == pytest.approx(1 + 0.27 + 0.27**2 + 0.27**3)


def test_harder_issues_come_back_more_often() -> None:
    by_complexity = returns.share_by_complexity(0.7, 3.0)
    assert by_complexity.mean() == pytest.approx(0.7, rel=1e-9)
    assert by_complexity[0] > 0.88 > 0.45 > by_complexity[-1]
    mixed = float(np.mean(returns.contacts_per_issue(by_complexity, 0.9, 5)))
    assert mixed > 1.02 * float(returns.contacts_per_issue(0.7, 0.9, 5))


def test_the_number_there_fades_like_an_exponential() -> None:
    assert poisson_number.mean_number([0.1], 3600, 180, 3600) == pytest.approx(18 * -math.expm1(-20))
    late = poisson_number.mean_number([0.1, 0.0], 3600, 180, 3780)
    assert late == pytest.approx(18 * -math.expm1(-20) * math.exp(-1))


def test_conversations_of_one_turn_are_chats() -> None:
    got = conversations.ConversationDesk(0.1, 60, 1.0, 30, 90, 3, (1.0, 1.15), 40).solve()
    chats = chat.ChatDesk(0.1, 60, 90, 3, (1.0, 1.15), False, 40).solve()
    assert got.wait_probability == pytest.approx(chats.wait_probability, rel=1e-9)
    assert got.session_s == pytest.approx(chats.session_s, rel=1e-9)
    assert got.busy == pytest.approx(chats.busy, rel=1e-9)


def test_conversations_at_full_pace_are_a_loss_line() -> None:
    """Nobody waits and nothing slows down: Erlang B, however the session is made up."""
    desk = conversations.ConversationDesk(0.05, 20, 3.0, 15, 1e-7, 2, (1.0, 1.0, 1.0), 3)
    got = desk.solve()
    exact = conversations.full_pace_loss(0.05, 3 * 20, 2 * 15, 6)
    assert got.wait_probability == pytest.approx(exact, rel=1e-4)
    assert got.session_s == pytest.approx(3 * 20 + 2 * 15, rel=1e-4)


def test_lines_that_nobody_leaves_in_silence_are_erlang_a_with_a_cap() -> None:
    got = silent.SilentLine(0.2, 20, 30, 3, 7, 0.0, 10).solve()
    line = birth_death.solve(0.2, 20, 3, 30, 10)
    assert got.blocked == pytest.approx(line.blocked_rate, rel=1e-9)
    assert got.abandoned == pytest.approx(line.abandonment_rate, rel=1e-9)


def test_silent_leavers_keep_the_books() -> None:
    """Everybody is answered or leaves; who is gone is found out; where that is a talk, it is M/M/c/K."""
    got = silent.SilentLine(0.2, 20, 30, 3, 7, 0.6, 10).solve()
    assert got.answered + got.silent + got.abandoned == pytest.approx(1, rel=1e-9)
    assert got.finding_out / 10 == pytest.approx(got.silent * 0.2 * (1 - got.blocked), rel=1e-9)
    patient = birth_death.solve(0.2, 20, 3, lines=10)
    alike = silent.SilentLine(0.2, 20, 30, 3, 7, 1.0, 20).solve()
    assert alike.blocked == pytest.approx(patient.blocked_rate, rel=1e-9)
    assert alike.in_line == pytest.approx(patient.queue_length, rel=1e-9)


def test_warm_hand_overs_in_no_time_to_many_are_cold() -> None:
    """Nobody has to stay: both tiers as with cold ones."""
    warm, second, held = tiers.WarmTiers(0.28, (5, 10), (20, 25), 1e-4, 0.2, (30, 40), 45).solve()
    cold, other, _ = tiers.TwoTiers((0.28, 0.0), (5, 10), (20, 25), 0.2, (30, 40), (45, 30)).solve()
    assert warm.mean_wait_s == pytest.approx(cold.mean_wait_s, rel=1e-4)
    assert second.offered == pytest.approx(other.offered, rel=1e-4)
    assert held == pytest.approx(0, abs=1e-4)
    # and where they take time, it is as if the talk were longer by their share
    longer, _, _ = tiers.WarmTiers(0.1, (5, 10), (20, 25), 10, 0.4, (30, 40), 45).solve()
    assert longer.mean_wait_s > erlang_a(0.1, 20, 30, 5).mean_wait_s * 1.5


def test_ageing_lies_between_first_come_and_static_priority() -> None:
    rates, handle = (0.01, 0.012, 0.008), 25.0
    squares = [2 * handle**2] * 3
    alike = ageing.mean_waits(rates, [handle] * 3, squares, [1, 1, 1])
    assert alike == pytest.approx([erlang_c(sum(rates), handle, 1).asa_s] * 3, rel=1e-9)
    steep = ageing.mean_waits(rates[:2], [handle] * 2, squares[:2], [1, 1e9])
    urgent, other = two_priorities.mean_waits(rates[1], rates[0], handle, 1)
    assert steep == pytest.approx([other, urgent], rel=1e-6)
    team = ageing.mean_waits_of_a_team((0.04, 0.05), handle, 3, [1, 1e9])
    urgent, other = two_priorities.mean_waits(0.05, 0.04, handle, 3)
    assert team == pytest.approx([other, urgent], rel=1e-6)


def test_ageing_obeys_the_conservation_law() -> None:
    """The sum of load x wait does not depend on the order of service (Kleinrock 1965)."""
    rates, means, squares = (0.01, 0.012), (25.0, 30.0), (900.0, 2000.0)
    loads = [rate * mean for rate, mean in zip(rates, means, strict=True)]
    totals = [np.dot(loads, ageing.mean_waits(rates, means, squares, [1, b])) for b in (1.0, 1.5, 4.0, 100.0)]
    assert totals == pytest.approx([totals[0]] * 4, rel=1e-9)


def test_offers_that_nobody_takes_leave_two_lines() -> None:
    got = deflection.Deflection((0.2, 0.1), (20, 25), (30, 40), (4, 3), 2, 0.0, (50, 50)).solve()
    for i, (rate, handle, patience, agents) in enumerate(((0.2, 20, 30, 4), (0.1, 25, 40, 3))):
        line = erlang_a(rate, handle, patience, agents)
        assert got.wait_probability[i] == pytest.approx(line.wait_probability, rel=1e-9)
        assert got.mean_wait_s[i] == pytest.approx(line.mean_wait_s, rel=1e-9)


def test_offers_that_all_take_at_once_leave_a_loss_line() -> None:
    got = deflection.Deflection((0.2, 0.1), (20, 25), (30, 40), (4, 3), 0, 1.0, (50, 60)).solve()
    assert got.deflected == pytest.approx(erlang_b(4.0, 4), rel=1e-9)
    assert got.mean_wait_s[0] == pytest.approx(0, abs=1e-12)
    # its overflow is burstier than Poisson (Wilkinson 1956): the second line is longer than it would be
    as_if = erlang_a(got.offered, 25, 40, 3)
    assert got.mean_wait_s[1] > 1.02 * as_if.mean_wait_s
