"""What is told and offered to who waits, who comes again, and promises: exact times, played by hand."""

from __future__ import annotations

from typing import Any

import pytest

from ccsim.metrics import compute
from tests.laws.desk import DAY, Call, Desk, Work, all_hour

NEVER = 2**62 / 1_000_000
NIGHT: list[Work] = [("Ada", 0, 3600, "work"), ("Ada", DAY, DAY + 3600, "work")]


def on(queue: dict[str, Any], **more: Any) -> dict[str, dict[str, Any]]:
    """Settings of the queue q, and of others."""
    return {"q": queue, **more}


# -- announcement -------------------------------------------------------------------------------------------


def test_the_announced_wait_is_that_of_the_line_and_makes_some_balk(desk: Desk) -> None:
    """Mean handle time 100 s, one person: 100 s for who is first in line, 200 s for the second."""
    calls: list[Call] = [(0, 90, 10), (10, 90, 10), (20, 90, 10), (30, 90, 10)]
    told = {"announcement": {"balk": "100%", "later_patience": 1}, "patience": "fixed 2m"}
    legs = desk.play({"q": calls}, {"g": all_hour("Ada")}, on(told))
    assert desk.legs("announced_us") == [-1, 100, 200, 200]
    assert legs == [
        ("answered", "Ada", 0, 100),
        ("answered", "Ada", 100, 200),
        ("balked", None, None, 20),
        ("balked", None, None, 30),
    ]


def test_the_announced_wait_falls_with_the_people_on_duty(desk: Desk) -> None:
    """Two on duty, the third only comes later, the fourth cannot serve the queue."""
    staff: dict[str, list[Work]] = {
        "g": [*all_hour("Ada", "Bo"), ("Cy", 500, 3600, "work")],
        "h": all_hour("Di"),
    }
    desk.play(
        {"q": [(0, 100, 0), (1, 100, 0), (2, 100, 0)]},
        staff,
        on({"announcement": {}}, other={"talk": "fixed 1m"}),
        {"h": {"skills": ["other"]}},
    )
    assert desk.legs("announced_us") == [-1, -1, 50]


def test_chats_share_the_announced_wait(desk: Desk) -> None:
    """100 s of work, half as slow again with two open: a place every 75 s."""
    desk.play(
        {"q": [(0, 100, 0), (0, 100, 0), (10, 100, 0)]},
        {"g": all_hour("Ada")},
        on({"announcement": {}, "channel": "chat"}),
        channels={"chat": {"concurrency": 2, "slowdown": [1.0, 1.5]}},
    )
    assert desk.legs("announced_us") == [-1, -1, 75]
    assert desk.legs("answered_at") == [0, 0, 150]


def test_patience_beyond_the_announced_wait_is_worth_less(desk: Desk) -> None:
    """Told 1600 s with a patience of 2000 s: of the 400 s beyond, half is left."""
    told = {"announcement": {"later_patience": 0.5}, "patience": "fixed 2000s"}
    legs = desk.play({"q": [(0, 3000, 0), (10, 200, 0)]}, {"g": all_hour("Ada")}, on(told))
    assert desk.legs("announced_us") == [-1, 1600]
    assert legs[1] == ("abandoned", None, None, 1810)


def test_patience_shorter_than_the_announced_wait_stays(desk: Desk) -> None:
    told = {"announcement": {"balk": "0%", "later_patience": 0}, "patience": "fixed 50s"}
    legs = desk.play({"q": [(0, 100, 0), (10, 100, 0)]}, {"g": all_hour("Ada")}, on(told))
    assert legs[1] == ("abandoned", None, None, 60)


def test_the_announced_wait_can_be_that_of_the_one_before(desk: Desk) -> None:
    calls: list[Call] = [(0, 100, 0), (10, 100, 0), (50, 100, 0), (110, 100, 0), (210, 100, 0)]
    told = {"announcement": {"estimate": "last_wait", "balk": "0%"}}
    desk.play({"q": calls}, {"g": all_hour("Ada")}, on(told))
    assert desk.legs("announced_us") == [-1, 0, 0, 90, 150]


# -- deflection ---------------------------------------------------------------------------------------------


def test_who_takes_the_offer_goes_to_the_other_queue(desk: Desk) -> None:
    queues = on(
        {"deflection": {"to": "c", "when_wait_over": "99s", "share": "100%"}},
        c={"talk": "fixed 40s", "wrap_up": "fixed 5s"},
    )
    legs = desk.play(
        {"q": [(0, 100, 0), (10, 100, 0)]},
        {"g": all_hour("Ada"), "h": all_hour("Bo")},
        queues,
        {"g": {"skills": ["q"]}, "h": {"skills": ["c"]}},
    )
    assert legs[1:] == [("deflected", None, None, 10), ("answered", "Bo", 10, 55)]
    assert desk.legs("contact_row", "leg", "queue", "entry")[1:] == [
        (1, 1, "q", "arrived"),
        (1, 2, "c", "deflected"),
    ]
    assert desk.issues("outcome", "closed_at")[1] == ("resolved", 50)


def test_nothing_is_offered_while_the_wait_is_not_longer(desk: Desk) -> None:
    queues = on(
        {"deflection": {"to": "c", "when_wait_over": "100s", "share": "100%"}}, c={"talk": "fixed 40s"}
    )
    legs = desk.play({"q": [(0, 100, 0), (10, 100, 0)]}, {"g": all_hour("Ada")}, queues)
    assert legs[1] == ("answered", "Ada", 100, 200)


# -- callbacks ----------------------------------------------------------------------------------------------


def callback(**more: Any) -> dict[str, Any]:
    """Everybody accepts and everybody picks up."""
    return {"when_wait_over": "0s", "accept": "100%", "no_answer": "0%", "dial": "fixed 20s", **more}


def test_a_callback_keeps_its_place_and_nobody_gives_up(desk: Desk) -> None:
    queues = on({"callback": callback(), "patience": "fixed 30s"}, b={})
    desk.play({"q": [(0, 100, 0), (10, 100, 0)], "b": [(20, 60, 0)]}, {"g": all_hour("Ada")}, queues)
    assert desk.legs("queue", "answered_at", "talk_ended_at", "dials", "promised_at") == [
        ("q", 0, 100, 0, None),
        ("q", 100, 220, 1, 110),
        ("b", 220, 280, 0, None),
    ]


def test_an_offer_that_is_declined_is_written_down(desk: Desk) -> None:
    """The first is answered at once, the second told 100 s, the third 200 s."""
    call = callback(accept="0%", when_wait_over="150s")
    calls: list[Call] = [(0, 100, 0), (10, 100, 0), (20, 100, 0)]
    desk.play({"q": calls}, {"g": all_hour("Ada")}, on({"callback": call}))
    assert desk.legs("callback_declined", "dials", "answered_at") == [(0, 0, 0), (0, 0, 100), (1, 0, 200)]
    found = compute([desk.log], ["callback_offers", "callbacks", "callback_acceptance_rate"])
    assert found["value"].tolist() == [1, 0, 0]


def test_an_offer_that_is_taken_is_none_that_was_declined(desk: Desk) -> None:
    desk.play({"q": [(0, 100, 0), (10, 100, 0)]}, {"g": all_hour("Ada")}, on({"callback": callback()}))
    assert desk.legs("callback_declined", "dials") == [(0, 0), (0, 1)]
    assert compute([desk.log], "callback_acceptance_rate")["value"].tolist() == [1]


def test_callbacks_that_nobody_picks_up_end_unreached(desk: Desk) -> None:
    call = callback(no_answer="100%", attempts=2, again_after="fixed 60s")
    again = {"retry": "100%", "delay": "fixed 5m", "at_most": 1}
    legs = desk.play(
        {"q": [(0, 100, 0), (10, 100, 0)]},
        {"g": all_hour("Ada")},
        on({"callback": call, "after_abandon": again}),
    )
    assert legs == [
        ("answered", "Ada", 0, 100),
        ("unreached", None, None, 200),
        ("answered", "Ada", 500, 600),  # the next try finds somebody free
    ]
    assert desk.pieces() == [(1, "Ada", 100, 120), (1, "Ada", 180, 200)]
    assert desk.legs("dials") == [0, 2, 0]
    assert desk.contacts("cause", "after")[2] == ("retry", 1)


def test_the_second_attempt_reaches_the_customer_in_the_place_of_the_first_call(desk: Desk) -> None:
    """Who picks up is drawn; of 40 one is reached only at the second attempt, with any seed."""
    call = callback(no_answer="50%", attempts=2, again_after="fixed 60s")
    calls: list[Call] = [(0, 100, 0), *((float(10 + k), 10, 0) for k in range(40))]
    desk.play({"q": calls}, {"g": all_hour("Ada")}, on({"callback": call}))
    second = [row for row in desk.legs("dials", "outcome") if row[0] == 2]
    assert {outcome for _, outcome in second} == {"answered", "unreached"}


def test_a_promised_callback_goes_ahead_of_who_came_later(desk: Desk) -> None:
    queues = on({"callback": callback(promise="5m")}, b={})
    desk.play(
        {"q": [(0, 100, 0), (10, 100, 0)], "b": [(250, 100, 0), (300, 50, 0)]}, {"g": all_hour("Ada")}, queues
    )
    assert desk.legs("queue", "answered_at", "promised_at") == [
        ("q", 0, None),
        ("q", 350, 310),
        ("b", 250, None),
        ("b", 470, None),
    ]


def test_a_promised_callback_is_not_made_early(desk: Desk) -> None:
    desk.play(
        {"q": [(0, 100, 0), (10, 100, 0)]}, {"g": all_hour("Ada")}, on({"callback": callback(promise="5m")})
    )
    assert desk.legs("answered_at", "ended_at") == [(0, 100), (310, 430)]


def test_nobody_is_promised_a_callback_for_when_the_queue_is_closed(desk: Desk) -> None:
    legs = desk.play(
        {"q": [(0, 100, 0), (10, 100, 0)]}, {"g": all_hour("Ada")}, on({"callback": callback(promise="1h")})
    )
    assert [leg[:3] for leg in legs] == [("answered", "Ada", 0), ("answered", "Ada", 100)]
    assert desk.legs("dials", "callback_declined") == [(0, 0), (0, 0)]


def test_closing_clears_a_callback_in_the_line_but_not_one_between_two_attempts(desk: Desk) -> None:
    call = callback(no_answer="100%", attempts=2, again_after="fixed 5m")
    calls: list[Call] = [(3300, 100, 0), (3310, 100, 0), (3430, 400, 0), (3440, 100, 0)]
    legs = desk.play({"q": calls}, {"g": NIGHT}, on({"callback": call}), days=2)
    assert [leg[0] for leg in legs] == ["answered", "unreached", "answered", "cleared"]
    assert legs[3][3] == 3600
    assert desk.pieces() == [(1, "Ada", 3400, 3420), (1, "Ada", DAY, DAY + 20)]


# -- retries ------------------------------------------------------------------------------------------------


def test_who_gives_up_tries_again_at_most_so_often(desk: Desk) -> None:
    again = {"retry": "100%", "delay": "fixed 60s", "at_most": 2}
    legs = desk.play(
        {"q": [(10, 100, 0)]},
        {"g": [("Ada", 0, 5, "work")]},
        on({"patience": "fixed 30s", "after_abandon": again}),
    )
    assert legs == [("abandoned", None, None, at) for at in (40, 130, 220)]
    assert desk.contacts("arrived_at", "contact", "cause", "after") == [
        (10, 1, "fresh", -1),
        (100, 2, "retry", 0),
        (190, 3, "retry", 1),
    ]
    assert desk.issues("outcome", "closed_at") == [("given_up", 220)]


def test_the_next_try_goes_elsewhere_with_the_patience_of_that_queue_or_the_first(desk: Desk) -> None:
    def waits(patience: str) -> list[Any]:
        again = {"retry": "100%", "delay": "fixed 60s", "at_most": 1, "to": "b", "patience": patience}
        desk.play(
            {"q": [(10, 100, 0)]},
            {"g": [("Ada", 0, 5, "work")]},
            on(
                {"patience": "fixed 30s", "after_abandon": again},
                b={
                    "patience": "fixed 50s",
                    "talk": "fixed 1m",
                    "after_abandon": {"retry": "0%", "patience": patience},
                },
            ),
        )
        return desk.legs("queue", "queued_at", "ended_at")

    assert waits("redrawn") == [("q", 10, 40), ("b", 100, 150)]
    assert waits("same") == [("q", 10, 40), ("b", 100, 130)]


@pytest.mark.parametrize(
    ("queue", "outcome"),
    [({"lines": 1}, "blocked"), ({"patience": "fixed 0s"}, "balked"), ({"waiting_places": 0}, "blocked")],
)
def test_who_is_turned_away_tries_again(desk: Desk, queue: dict[str, Any], outcome: str) -> None:
    again = {"retry": "100%", "delay": "fixed 90s"}
    legs = desk.play(
        {"q": [(0, 60, 0), (10, 60, 0)]}, {"g": all_hour("Ada")}, on({**queue, "after_abandon": again})
    )
    assert legs == [("answered", "Ada", 0, 60), (outcome, None, None, 10), ("answered", "Ada", 100, 160)]


def test_who_would_come_when_the_queue_is_closed_comes_after_it_opens(desk: Desk) -> None:
    again = {"retry": "100%", "delay": "fixed 1h"}
    staff: list[Work] = [("Ada", DAY, DAY + 3600, "work")]
    desk.play(
        {"q": [(10, 60, 0)]}, {"g": staff}, on({"patience": "fixed 30s", "after_abandon": again}), days=2
    )
    (first, second) = desk.contacts("arrived_at")
    assert first == 10
    assert DAY <= second < DAY + 3600


# -- promises -----------------------------------------------------------------------------------------------


def promise(**kinds: Any) -> dict[str, Any]:
    """Within a minute."""
    return {"service_level": "90% in 1m", "promise": kinds}


def test_who_waits_longer_than_promised_asks_again(desk: Desk) -> None:
    queues = on(promise(chaser={"share": "100%", "to": "b"}), b={"talk": "fixed 10s"})
    desk.play({"q": [(0, 200, 0), (10, 100, 0)]}, {"g": all_hour("Ada")}, queues)
    assert desk.contacts("queue", "arrived_at", "cause", "after")[2] == ("b", 70, "chaser", 1)
    assert desk.legs("queue", "answered_at", "promised_at") == [
        ("q", 0, None),
        ("q", 200, 70),
        ("b", 300, None),
    ]


def test_an_answer_at_the_promised_instant_keeps_the_promise(desk: Desk) -> None:
    late = {"late": "100%", "to": "q", "delay": "fixed 1m"}
    desk.play(
        {"q": [(0, 70, 0), (10, 100, 0)]},
        {"g": all_hour("Ada")},
        on(promise(chaser={"share": "100%"}, complaint=late)),
    )
    assert desk.contacts("cause") == ["fresh", "fresh"]


def test_chasers_chase_at_most_so_often(desk: Desk) -> None:
    chase = promise(chaser={"share": "100%", "at_most": 2})
    desk.play({"q": [(10, 100, 0)]}, {"g": [("Ada", 0, 5, "work")]}, on(chase))
    assert desk.contacts("arrived_at", "cause") == [(10, "fresh"), (70, "chaser"), (130, "chaser")]
    assert desk.issues("outcome", "closed_at") == [("given_up", 3600)]


def test_a_contact_moves_on_before_the_promise_is_broken(desk: Desk) -> None:
    queues = on(promise(escalate={"before": "20s", "to": "b"}), b={"talk": "fixed 30s"})
    legs = desk.play(
        {"q": [(0, 200, 0), (10, 100, 0)]},
        {"g": all_hour("Ada"), "h": all_hour("Bo")},
        queues,
        {"g": {"skills": ["q"]}, "h": {"skills": ["b"]}},
    )
    assert legs[1:] == [("moved", None, None, 50), ("answered", "Bo", 50, 80)]
    assert desk.legs("entry")[2] == "moved"


def test_who_is_answered_at_that_instant_does_not_move_on(desk: Desk) -> None:
    queues = on(promise(escalate={"before": "20s", "to": "b"}), b={"talk": "fixed 30s"})
    legs = desk.play({"q": [(0, 50, 0), (10, 100, 0)]}, {"g": all_hour("Ada")}, queues)
    assert legs[1] == ("answered", "Ada", 50, 150)


def test_contacts_do_not_move_on_for_ever(desk: Desk) -> None:
    """Two queues that pass on to each other, nobody there: five moves, then it waits."""
    move = {"service_level": "90% in 1m", "talk": "fixed 1m"}
    desk.play(
        {"q": [(0, 100, 0)]},
        {"g": [("Ada", 3000, 3600, "work")]},
        on(
            promise(escalate={"before": "0s", "to": "b"}),
            b={**move, "promise": {"escalate": {"before": "0s", "to": "q"}}},
        ),
    )
    assert desk.legs("outcome") == ["moved"] * 5 + ["answered"]
    assert desk.legs("queued_at") == [0, 60, 120, 180, 240, 300]


def test_late_answers_are_complained_about(desk: Desk) -> None:
    late = {"late": "100%", "to": "c", "delay": "fixed 1m"}
    desk.play(
        {"q": [(0, 200, 0), (10, 100, 0)]},
        {"g": all_hour("Ada")},
        on(promise(complaint=late), c={"talk": "fixed 9s"}),
    )
    assert desk.contacts("queue", "arrived_at", "cause", "after")[2:] == [("c", 260, "complaint", 1)]


def test_who_left_in_silence_neither_asks_again_nor_moves_on(desk: Desk) -> None:
    kinds = promise(chaser={"share": "100%"}, escalate={"before": "10s", "to": "b"})
    legs = desk.play(
        {"q": [(0, 200, 0), (10, 100, 0)]},
        {"g": all_hour("Ada")},
        on({**kinds, "channel": "chat", "patience": "fixed 30s"}, b={"talk": "fixed 30s"}),
        channels={"chat": {"silent_abandon": {"share": "100%"}}},
    )
    assert [leg[0] for leg in legs] == ["answered", "silent"]
    assert desk.contacts("cause") == ["fresh", "fresh"]
    assert desk.issues("outcome", "pending") == [("resolved", 0), ("given_up", 0)]


def test_the_clock_of_written_work_stops_at_night(desk: Desk) -> None:
    """At 09:50 with 30 minutes: ten today, twenty tomorrow."""
    queues = on({"channel": "mail", "service_level": "90% in 30m", "promise": {"chaser": {"share": "100%"}}})
    staff: list[Work] = [("Ada", DAY + 2000, DAY + 3600, "work")]
    desk.play({"q": [(3000, 60, 0)]}, {"g": staff}, queues, days=2, channels={"mail": {"deferrable": True}})
    assert desk.legs("promised_at")[0] == DAY + 1200
    assert desk.contacts("arrived_at", "cause")[1] == (DAY + 1200, "chaser")


def test_a_promise_that_the_run_does_not_reach_is_never_due(desk: Desk) -> None:
    queues = on({"channel": "mail", "service_level": "90% in 30m", "promise": {"chaser": {"share": "100%"}}})
    desk.play(
        {"q": [(3000, 60, 0)]},
        {"g": [("Ada", 0, 9, "work")]},
        queues,
        channels={"mail": {"deferrable": True}},
    )
    assert desk.log.legs["promised_at"].tolist() == [2**62]
    assert desk.contacts("cause") == ["fresh"]


# -- outside the hours --------------------------------------------------------------------------------------


def test_outside_the_hours_a_contact_is_written_down_as_a_ticket(desk: Desk) -> None:
    queues = on({"outside_hours": {"ticket": "e"}}, e={"channel": "mail", "talk": "fixed 40s"})
    legs = desk.play(
        {"q": [(3600, 60, 0)]}, {"g": NIGHT}, queues, days=2, channels={"mail": {"deferrable": True}}
    )
    assert legs == [("closed", None, None, 3600), ("answered", "Ada", DAY, DAY + 40)]
    assert desk.legs("leg", "queue", "entry", "queued_at")[1] == (2, "e", "ticket", 3600)


def test_outside_the_hours_a_contact_is_lost(desk: Desk) -> None:
    legs = desk.play(
        {"q": [(3599, 60, 0), (3600, 60, 0)]}, {"g": NIGHT}, on({"outside_hours": "lost"}), days=2
    )
    assert legs == [("answered", "Ada", 3599, 3659), ("closed", None, None, 3600)]
    assert desk.issues("outcome") == ["resolved", "given_up"]


def test_outside_the_hours_only_the_bot_answers(desk: Desk) -> None:
    bots = {"bot": {"serves": ["q"], "talk": "fixed 1m", "containment": "0%"}}
    legs = desk.play(
        {"q": [(3580, 60, 0)]}, {"g": NIGHT}, on({"outside_hours": "bot_only"}), days=2, bots=bots
    )
    assert desk.sessions("started_at", "ended_at", "outcome") == [(3580, 3640, "handed_over")]
    assert legs == [("closed", None, None, 3640)]
