"""Several contacts at once, conversations with pauses, work that gives way: exact times, played by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.laws.desk import DAY, Call, Desk, Work, all_hour

TWO = {"chat": {"concurrency": 2, "slowdown": [1.0, 1.5]}}
THREE = {"chat": {"concurrency": 3, "slowdown": [1.0, 1.5, 2.0]}}
CHAT = {"q": {"channel": "chat"}}


def ends(desk: Desk, calls: list[Call], channels: dict[str, Any], *agents: str) -> list[float]:
    legs = desk.play({"q": calls}, {"g": all_hour(*agents)}, CHAT, channels=channels)
    return [ended for _, _, _, ended in legs]


# -- sharing ------------------------------------------------------------------------------------------------


def test_two_chats_share_an_agent(desk: Desk) -> None:
    """0-40 alone: 60 left. Together half as slow again: 60 x 1.5 = 90. The second: 40 left, alone."""
    assert ends(desk, [(0, 100, 0), (40, 100, 0)], TWO, "Ada") == [130, 170]
    assert desk.legs("work_us") == [40 + 45, 45 + 40]
    assert desk.legs("answered_at") == [0, 40]


def test_three_chats_share_an_agent(desk: Desk) -> None:
    assert ends(desk, [(0, 100, 0), (20, 60, 0), (50, 30, 0)], THREE, "Ada") == [145, 125, 110]
    assert sum(desk.legs("work_us")) == 145


def test_wrap_up_shares_the_agent_too(desk: Desk) -> None:
    assert ends(desk, [(0, 30, 30), (40, 60, 0)], TWO, "Ada") == [70, 110]
    assert desk.legs("talk_ended_at") == [30, 110]


def test_a_third_chat_waits_for_a_place(desk: Desk) -> None:
    assert ends(desk, [(0, 100, 0), (40, 100, 0), (50, 100, 0)], TWO, "Ada") == [130, 190, 250]
    assert desk.legs("answered_at") == [0, 40, 130]


def test_chats_that_end_at_one_instant(desk: Desk) -> None:
    """Both end at 150, and who waited takes a place at once."""
    assert ends(desk, [(0, 100, 0), (0, 100, 0), (10, 60, 0)], TWO, "Ada") == [150, 150, 210]


def test_no_slowdown_means_side_by_side(desk: Desk) -> None:
    free = {"chat": {"concurrency": 2, "slowdown": [1.0, 1.0]}}
    assert ends(desk, [(0, 100, 0), (40, 100, 0)], free, "Ada") == [100, 140]


@pytest.mark.parametrize(
    ("assign", "served"), [("least_loaded", ["Ada", "Bo", "Ada"]), ("most_loaded", ["Ada", "Ada", "Bo"])]
)
def test_least_and_most_loaded(desk: Desk, assign: str, served: list[str]) -> None:
    channels = {"chat": {"concurrency": 2, "assign": assign}}
    ends(desk, [(0, 500, 0), (10, 500, 0), (20, 500, 0)], channels, "Ada", "Bo")
    assert desk.legs("agent") == served


def test_of_equally_loaded_agents_the_one_who_waited_longer_for_more(desk: Desk) -> None:
    """Bo has had room for one more since 10, Ada since 30, when her second chat ended."""
    ends(
        desk,
        [(0, 500, 0), (10, 500, 0), (20, 6.5, 0), (100, 500, 0)],
        {"chat": {"concurrency": 3, "slowdown": [1.0, 1.3, 1.6]}},
        "Ada",
        "Bo",
    )
    assert desk.legs("agent") == ["Ada", "Bo", "Ada", "Bo"]


def test_an_agent_has_contacts_of_one_channel_only(desk: Desk) -> None:
    """The call waits until both chats are done; the second chat came later and had room."""
    legs = desk.play(
        {"q": [(0, 100, 0), (20, 50, 0)], "v": [(10, 50, 0), (130, 50, 0)]},
        {"g": all_hour("Ada")},
        CHAT,
        channels=TWO,
    )
    assert desk.legs("queue") == ["q", "v", "q", "v"]
    assert [leg[2:] for leg in legs] == [(0, 125), (125, 175), (20, 95), (175, 225)]


def test_at_the_end_of_the_shift_open_chats_are_finished_and_none_is_begun(desk: Desk) -> None:
    legs = desk.play(
        {"q": [(0, 100, 0), (40, 100, 0), (120, 10, 0)]},
        {"g": [("Ada", 0, 100, "work"), ("Bo", 1000, 1100, "work")]},
        CHAT,
        channels=TWO,
    )
    assert [leg[1:] for leg in legs] == [("Ada", 0, 130), ("Ada", 40, 170), ("Bo", 1000, 1010)]
    assert desk.stretches()[0] == ("ON_DUTY", 0, 170)


# -- silence ------------------------------------------------------------------------------------------------


def test_who_leaves_in_silence_is_found_out(desk: Desk) -> None:
    legs = desk.play(
        {"q": [(0, 100, 0), (10, 60, 5), (50, 60, 5)]},
        {"g": all_hour("Ada")},
        {"q": {"channel": "chat", "patience": "fixed 30s"}},
        channels={"chat": {"silent_abandon": {"share": "100%", "found_out_after": "fixed 20s"}}},
    )
    assert legs == [
        ("answered", "Ada", 0, 100),
        ("silent", "Ada", 100, 120),
        ("silent", "Ada", 120, 140),
    ]
    assert desk.legs("gave_up_at") == [None, 40, 80]
    assert desk.issues("outcome", "closed_at") == [("resolved", 100), ("given_up", 40), ("given_up", 80)]


def test_who_left_in_silence_still_takes_a_waiting_place(desk: Desk) -> None:
    legs = desk.play(
        {"q": [(0, 100, 0), (10, 60, 0), (50, 60, 0)]},
        {"g": all_hour("Ada")},
        {"q": {"channel": "chat", "patience": "fixed 30s", "waiting_places": 1}},
        channels={"chat": {"silent_abandon": {"share": "100%"}}},
    )
    assert [leg[0] for leg in legs] == ["answered", "silent", "blocked"]


def test_nobody_is_found_out_where_nobody_answers(desk: Desk) -> None:
    legs = desk.play(
        {"q": [(10, 60, 0)]},
        {"g": [("Ada", 0, 5, "work")]},
        {"q": {"channel": "chat", "patience": "fixed 30s"}},
        channels={"chat": {"silent_abandon": {"share": "100%"}}},
    )
    assert legs == [("abandoned", None, None, 3600)]
    assert desk.legs("gave_up_at") == [40]


# -- turns --------------------------------------------------------------------------------------------------


def turns(concurrency: int = 1, reply: str = "fixed 1m", **more: Any) -> dict[str, Any]:
    """Conversations that go on and on: 999 of 1000 turns have a next one."""
    slowdown = [1.0 + 0.5 * further for further in range(concurrency)]
    channel = {"concurrency": concurrency, "slowdown": slowdown, "turns": {"mean": 1000, "reply": reply}}
    return {"chat": {**channel, **more}}


def test_turns_and_answers_take_turns(desk: Desk) -> None:
    desk.play({"q": [(0, 30, 0)]}, {"g": [("Ada", 0, 3600, "work")]}, CHAT, channels=turns())
    assert desk.pieces("from_at", "to_at")[:3] == [(0, 30), (90, 120), (180, 210)]


def test_while_the_customer_thinks_the_agent_works_for_others_at_full_pace(desk: Desk) -> None:
    desk.play({"q": [(0, 30, 0), (30, 30, 0)]}, {"g": all_hour("Ada")}, CHAT, channels=turns(2))
    assert desk.pieces()[:4] == [
        (0, "Ada", 0, 30),
        (1, "Ada", 30, 60),
        (0, "Ada", 90, 120),
        (1, "Ada", 120, 150),
    ]


def test_an_open_thread_keeps_its_place(desk: Desk) -> None:
    """With one place and a customer who thinks, the next one waits."""
    silence = {"mean": 1000, "reply": "fixed 2m", "close_after": "1m"}
    legs = desk.play(
        {"q": [(0, 30, 10), (40, 30, 10)]},
        {"g": all_hour("Ada")},
        CHAT,
        channels={"chat": {"turns": silence}},
    )
    # nobody answers within a minute: the thread is closed at 90, wrapped up until 100
    assert legs == [("answered", "Ada", 0, 100), ("answered", "Ada", 100, 200)]
    assert desk.legs("talk_ended_at") == [90, 190]
    assert desk.legs("work_us") == [40, 40]


def test_an_answer_of_exactly_the_longest_silence_is_in_time(desk: Desk) -> None:
    in_time = {"mean": 1000, "reply": "fixed 1m", "close_after": "1m"}
    desk.play({"q": [(0, 30, 0)]}, {"g": all_hour("Ada")}, CHAT, channels={"chat": {"turns": in_time}})
    assert desk.pieces("from_at", "to_at")[:2] == [(0, 30), (90, 120)]


def test_at_the_end_of_the_shift_a_waiting_thread_goes_to_whoever_is_free(desk: Desk) -> None:
    desk.play(
        {"q": [(0, 30, 0)]},
        {"g": [("Ada", 0, 60, "work"), ("Bo", 50, 3600, "work")]},
        CHAT,
        channels=turns(),
    )
    assert desk.pieces()[:2] == [(0, "Ada", 0, 30), (0, "Bo", 90, 120)]
    assert desk.stretches()[0] == ("ON_DUTY", 0, 60)
    assert desk.legs("agent", "answered_at") == [("Bo", 0)]


def test_a_turn_in_hand_at_the_end_of_the_shift_is_finished(desk: Desk) -> None:
    desk.play(
        {"q": [(0, 30, 0)]}, {"g": [("Ada", 0, 20, "work"), ("Bo", 50, 3600, "work")]}, CHAT, channels=turns()
    )
    assert desk.pieces()[:2] == [(0, "Ada", 0, 30), (0, "Bo", 90, 120)]
    assert desk.stretches()[0] == ("ON_DUTY", 0, 30)


def test_an_answer_that_finds_nobody_waits_ahead_of_who_came_later(desk: Desk) -> None:
    staff: list[Work] = [("Ada", 0, 60, "work"), ("Bo", 200, 3600, "work")]
    desk.play({"q": [(0, 30, 0), (80, 30, 0)]}, {"g": staff}, CHAT, channels=turns(1, "fixed 80s"))
    assert desk.pieces()[:2] == [(0, "Ada", 0, 30), (0, "Bo", 200, 230)]


def test_a_turn_takes_the_time_of_who_writes_it(desk: Desk) -> None:
    """A turn of 30 s: Ada at half speed needs 60 s, Bo 30 s, free when the answer comes or not."""
    slow = {"g": {"skills": {"q": 0.5}}}
    for begins, took in ((100, [(0, "Ada", 0, 60), (0, "Bo", 120, 150), (0, "Bo", 210, 240)]),
                         (500, [(0, "Ada", 0, 60), (0, "Bo", 500, 530), (0, "Bo", 590, 620)])):  # fmt: skip
        staff: dict[str, list[Work]] = {"g": [("Ada", 0, 30, "work")], "h": [("Bo", begins, 3600, "work")]}
        desk.play({"q": [(0, 30, 0)]}, staff, CHAT, groups=slow, channels=turns())
        assert desk.pieces()[:3] == took


def test_a_turn_goes_at_the_speed_of_the_moment_at_which_it_is_begun(desk: Desk) -> None:
    """The desktops of Bo's group are slow from 09:05 to 09:15, when he begins a turn of 30 s."""
    slow = {"slow": {"on": "2026-03-02", "hours": "09:05-09:15", "groups": ["h"], "talk": "x3"}}
    staff: dict[str, list[Work]] = {"g": [("Ada", 0, 20, "work")], "h": [("Bo", 400, 3600, "work")]}
    desk.play({"q": [(0, 30, 0)]}, staff, CHAT, channels=turns(), events=slow)
    assert desk.pieces()[:2] == [(0, "Ada", 0, 30), (0, "Bo", 400, 490)]


# -- work that gives way ------------------------------------------------------------------------------------

MAIL = {"mail": {"deferrable": True}}
BLENDED = {"e": {"channel": "mail"}}


def test_a_call_interrupts_written_work_and_what_is_done_is_kept(desk: Desk) -> None:
    legs = desk.play({"e": [(0, 100, 0)], "v": [(30, 50, 0)]}, {"g": all_hour("Ada")}, BLENDED, channels=MAIL)
    assert [leg[2:] for leg in legs] == [(0, 150), (30, 80)]
    assert desk.pieces() == [(0, "Ada", 0, 30), (0, "Ada", 80, 150)]
    assert desk.legs("work_us") == [100, -1]


def test_interrupted_work_goes_on_ahead_of_what_waits(desk: Desk) -> None:
    desk.play(
        {"e": [(0, 100, 0), (10, 20, 0)], "v": [(30, 50, 0)]}, {"g": all_hour("Ada")}, BLENDED, channels=MAIL
    )
    assert desk.legs("queue", "answered_at", "ended_at") == [("e", 0, 150), ("e", 150, 170), ("v", 30, 80)]


def test_wrap_up_gives_way_too(desk: Desk) -> None:
    desk.play({"e": [(0, 20, 40)], "v": [(30, 50, 0)]}, {"g": all_hour("Ada")}, BLENDED, channels=MAIL)
    assert desk.legs("queue", "talk_ended_at", "ended_at") == [("e", 20, 110), ("v", 80, 80)]
    assert desk.pieces() == [(0, "Ada", 0, 30), (0, "Ada", 80, 110)]


def test_work_is_interrupted_twice(desk: Desk) -> None:
    desk.play(
        {"e": [(0, 100, 0)], "v": [(30, 50, 0), (90, 50, 0)]}, {"g": all_hour("Ada")}, BLENDED, channels=MAIL
    )
    assert desk.pieces() == [(0, "Ada", 0, 30), (0, "Ada", 80, 90), (0, "Ada", 140, 200)]


def test_somebody_who_cannot_take_the_call_goes_on_with_the_work(desk: Desk) -> None:
    desk.play(
        {"e": [(0, 100, 0)], "v": [(30, 50, 0)]},
        {"g": all_hour("Ada"), "h": [("Bo", 20, 3600, "work")]},
        BLENDED,
        {"h": {"skills": ["e"]}},
        channels=MAIL,
    )
    assert desk.pieces() == [(0, "Ada", 0, 30), (0, "Bo", 30, 100)]
    assert desk.legs("queue", "agent", "ended_at") == [("e", "Bo", 100), ("v", "Ada", 80)]


def test_who_began_last_is_interrupted(desk: Desk) -> None:
    desk.play(
        {"e": [(0, 100, 0), (10, 100, 0)], "v": [(30, 50, 0)]},
        {"g": all_hour("Ada", "Bo")},
        BLENDED,
        channels=MAIL,
    )
    assert desk.legs("queue", "agent") == [("e", "Ada"), ("e", "Bo"), ("v", "Bo")]
    assert desk.legs("ended_at") == [100, 160, 80]


def test_a_free_agent_is_taken_before_anybody_is_interrupted(desk: Desk) -> None:
    desk.play({"e": [(0, 100, 0)], "v": [(30, 50, 0)]}, {"g": all_hour("Ada", "Bo")}, BLENDED, channels=MAIL)
    assert desk.legs("agent", "ended_at") == [("Ada", 100), ("Bo", 80)]


def test_all_open_threads_give_way(desk: Desk) -> None:
    """Two side by side: both are put down at 30 and go on side by side at 80."""
    channels = {"mail": {"deferrable": True, "concurrency": 2, "slowdown": [1.0, 1.0]}}
    desk.play(
        {"e": [(0, 100, 0), (10, 100, 0)], "v": [(30, 50, 0)]},
        {"g": all_hour("Ada")},
        BLENDED,
        channels=channels,
    )
    assert desk.legs("queue", "ended_at") == [("e", 150), ("e", 160), ("v", 80)]


def test_a_thread_whose_customer_thinks_gives_way_and_goes_on_with_the_answer(desk: Desk) -> None:
    channels = {"mail": {"deferrable": True, "turns": {"mean": 1000, "reply": "fixed 1m"}}}
    desk.play({"e": [(0, 30, 0)], "v": [(40, 20, 0)]}, {"g": all_hour("Ada")}, BLENDED, channels=channels)
    assert desk.pieces()[:3] == [(0, "Ada", 0, 30), (0, "Ada", 90, 120), (0, "Ada", 180, 210)]
    assert desk.legs("queue", "answered_at")[1] == ("v", 40)


def test_work_that_does_not_give_way_is_finished(desk: Desk) -> None:
    desk.play(
        {"e": [(0, 100, 0)], "v": [(30, 50, 0)]},
        {"g": all_hour("Ada")},
        BLENDED,
        channels={"mail": {"deferrable": True, "interruptible": False}},
    )
    assert desk.legs("queue", "answered_at", "ended_at") == [("e", 0, 100), ("v", 100, 150)]


def test_written_work_waits_overnight(desk: Desk) -> None:
    staff: list[Work] = [("Ada", 0, 60, "work"), ("Ada", DAY, DAY + 3600, "work")]
    legs = desk.play(
        {"e": [(100, 60, 0), (7200, 60, 0)], "v": [(100, 60, 0)]},
        {"g": staff},
        BLENDED,
        days=2,
        channels=MAIL,
    )
    assert desk.legs("queue", "outcome", "answered_at") == [
        ("e", "answered", DAY),
        ("v", "cleared", None),
        ("e", "answered", DAY + 60),
    ]
    assert len(legs) == 3


def test_work_put_down_is_not_served_any_more_when_its_queue_stops(desk: Desk) -> None:
    """Work that gives way, of a channel that does not wait overnight, and a call until after ten."""
    legs = desk.play(
        {"e": [(3500, 200, 0)], "v": [(3550, 100, 0)]},
        {"g": [("Ada", 0, 3900, "work")]},
        BLENDED,
        channels={"mail": {"interruptible": True}},
        time={"start": "2026-03-02", "days": 1, "open": "09:00-10:00", "drain": "10m"},
    )
    assert legs == [("open", "Ada", 3500, 3600), ("answered", "Ada", 3550, 3650)]
    assert desk.issues("outcome", "pending") == [("open", 1), ("resolved", 0)]
