"""The journey of 100 issues, what was lost where, and what a run says and warns of."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ccsim.compiler import compile_scenario
from ccsim.kinds import Cause, Entry, IssueOutcome, Outcome, SessionOutcome
from ccsim.log import CONTACTS_DTYPE, ISSUES_DTYPE, LEGS_DTYPE, SESSIONS_DTYPE, TABLES, UNUSED, Log
from ccsim.report import terminal, waits_told
from ccsim.report.cells import Cell, Cells
from ccsim.report.highlights import _incidents
from ccsim.report.journey_cautions import of_journeys
from ccsim.report.layout import Page
from ccsim.report.mechanisms.resolving import contacts_per_issue
from ccsim.report.mechanisms.words import span
from ccsim.report.paths import Paths, losses, paths_of
from ccsim.report.sankey import journey_text
from ccsim.report.story import Drawn, Story
from ccsim.report.terminal import render
from ccsim.result import Run
from ccsim.simulate import simulate
from ccsim.units import DAY, HOUR, MINUTE

from .conftest import journey_world, world

CALLS, CHATS = 0, 1
ROBOT = 1  # row of the fronts of journey_world(): page, robot


def table(dtypes: dict[str, Any], rows: list[dict[str, int]]) -> dict[str, Any]:
    """Columns of rows that leave out what is 0, or unused."""
    return {
        name: np.array([row.get(name, UNUSED.get(name, 0)) for row in rows], dtype=dtype)
        for name, dtype in dtypes.items()
    }


def five_issues() -> Log:
    """Solved by the robot; trapped; gave up, retried and was helped; escalated, not helped, open; closed."""
    at = 10 * HOUR
    contacts = [
        {"issue": 0, "contact": 1, "arrived_at": at, "resolved": 1},
        {"issue": 1, "contact": 1, "arrived_at": at, "resolved": 2},
        {"issue": 2, "contact": 1, "arrived_at": at},
        {"issue": 3, "contact": 1, "arrived_at": at, "queue": CHATS, "resolved": 2},
        {"issue": 4, "contact": 1, "arrived_at": at},
        {"issue": 2, "contact": 2, "arrived_at": at + HOUR, "cause": Cause.RETRY, "after": 2, "resolved": 1},
    ]
    sessions = [
        {"contact_row": row, "front": ROBOT, "started_at": at, "ended_at": at + MINUTE, "outcome": outcome}
        for row, outcome in enumerate(
            [SessionOutcome.RESOLVED, SessionOutcome.TRAPPED, SessionOutcome.HANDED_OVER]
        )
    ]
    done = {"answered_at": at + 2 * MINUTE, "talk_ended_at": at + 5 * MINUTE, "ended_at": at + 5 * MINUTE,
            "outcome": Outcome.ANSWERED, "leg": 1, "agent": 0}  # fmt: skip
    gone = {"answered_at": -1, "talk_ended_at": -1, "agent": -1, "leg": 1}
    legs = [
        {"contact_row": 2, "queued_at": at + MINUTE, "ended_at": at + 2 * MINUTE, **gone,
         "outcome": Outcome.ABANDONED},
        {"contact_row": 3, "queue": CHATS, "queued_at": at, **done},
        {"contact_row": 3, "queue": 3, "queued_at": at + 5 * MINUTE, **done, "leg": 2,
         "entry": Entry.ESCALATED, "answered_at": at + 6 * MINUTE, "talk_ended_at": at + 9 * MINUTE,
         "ended_at": at + 9 * MINUTE},
        {"contact_row": 4, "queued_at": at, "ended_at": at, **gone, "outcome": Outcome.CLOSED},
        {"contact_row": 5, "queued_at": at + HOUR, **done, "answered_at": at + HOUR,
         "talk_ended_at": at + 2 * HOUR, "ended_at": at + 2 * HOUR},
    ]  # fmt: skip
    ends = [IssueOutcome.RESOLVED, IssueOutcome.GIVEN_UP, IssueOutcome.RESOLVED, IssueOutcome.OPEN,
            IssueOutcome.GIVEN_UP]  # fmt: skip
    none: dict[str, Any] = {name: np.empty(0, dtype) for name, dtype in TABLES["stretches"].items()}
    return Log(
        contacts=table(CONTACTS_DTYPE, contacts),
        legs=table(LEGS_DTYPE, legs),
        stretches=none,
        labels=compile_scenario(journey_world()).labels,
        issues=table(ISSUES_DTYPE, [{"outcome": int(end), "closed_at": -1} for end in ends]),
        sessions=table(SESSIONS_DTYPE, sessions),
    )


class TestPaths:
    def test_of_five_issues(self) -> None:
        paths = paths_of([five_issues()])
        assert paths.issues == 5
        assert paths.fronts == {(ROBOT, SessionOutcome.RESOLVED): 1, (ROBOT, SessionOutcome.TRAPPED): 1}
        assert paths.queues == {CALLS: 2, CHATS: 1}
        assert paths.fates == {"gave up": 1, "not resolved": 1, "came outside hours": 1}
        assert paths.causes == {Cause.RETRY: 1}
        assert paths.ends == {IssueOutcome.RESOLVED: 2, IssueOutcome.GIVEN_UP: 2, IssueOutcome.OPEN: 1}
        assert (paths.escalated, paths.came_again) == (1, 1)

    def test_are_means_over_replications(self) -> None:
        assert paths_of([five_issues(), five_issues()]) == paths_of([five_issues()])

    def test_within_the_window(self) -> None:
        assert paths_of([five_issues()], since_us=11 * HOUR).issues == 0

    def test_every_issue_takes_one_way(self, journey_run: Run) -> None:
        paths = paths_of(journey_run.logs)
        assert sum(paths.fronts.values()) + sum(paths.queues.values()) == pytest.approx(paths.issues)
        assert sum(paths.fates.values()) == pytest.approx(sum(paths.queues.values()))
        assert sum(paths.ends.values()) == pytest.approx(paths.issues)


class TestJourneyText:
    labels = compile_scenario(journey_world()).labels

    @pytest.mark.parametrize(("width", "unicode"), [(60, True), (80, True), (100, False)])
    def test_is_aligned_and_fits(self, journey_run: Run, width: int, unicode: bool) -> None:
        text = journey_text(paths_of(journey_run.logs), self.labels, Page(width, False, unicode))
        lines = text.split("\n")
        assert max(map(len, lines)) <= width
        assert unicode or text.isascii()
        bars = [match.start() for line in lines if (match := re.search(r"  [█▏▎▍▌▋▊▉#.]+$", line))]
        assert len(bars) > 10
        assert len(set(bars)) == 1

    def test_numbers_are_of_100_issues(self) -> None:
        lines = journey_text(paths_of([five_issues()]), self.labels, Page()).split("\n")
        shown = {line[:38].strip(): line[38:].split()[0] for line in lines if re.search(r"\d\.\d  ", line)}
        assert shown["issues"] == "100.0"
        assert shown["trapped"] == "20.0"
        assert shown["the first contact reached people"] == "60.0"
        assert shown["gave up"] == "20.0"
        assert shown["open when the run ended"] == "20.0"

    def test_bars_are_as_long_as_shares(self) -> None:
        lines = journey_text(paths_of([five_issues()]), self.labels, Page()).split("\n")
        whole = next(line for line in lines if line.startswith("  issues  ")).count("█")
        part = next(line for line in lines if "the first contact reached people" in line).count("█")
        assert abs(part - 0.6 * whole) <= 1

    def test_nothing_came(self) -> None:
        assert journey_text(Paths(), self.labels, Page()) == ""


def test_losses_are_named_by_place_the_largest_first() -> None:
    found = losses([five_issues()])
    assert {(loss.place, loss.how, loss.contacts, loss.share) for loss in found} == {
        ("bot robot", "wanted a person and got none", 1.0, 1 / 3),
        ("queue calls", "gave up", 1.0, 1 / 3),
        ("queue calls", "came outside hours", 1.0, 1 / 3),
    }


def test_losses_of_a_run_descend(journey_run: Run) -> None:
    amounts = [loss.contacts for loss in losses(journey_run.logs)]
    assert len(amounts) > 3
    assert amounts == sorted(amounts, reverse=True)


def _aims_at(run: Run, share: float) -> Run:
    """The run with another share in the resolution target of calls."""
    logs = [
        replace(log, labels=replace(log.labels, resolution_share=(share, *log.labels.resolution_share[1:])))
        for log in run.logs
    ]
    return Run(run.scenario, run.seed, run.engine, logs)


class TestReport:
    def test_fits_and_has_its_parts(self, journey_run: Run) -> None:
        for width in (66, 80, 120):
            text = render(journey_run, width)
            assert max(map(len, text.split("\n"))) <= width
        for title in ("The journey of 100 issues", "Lost on the way, in one run", "In front of people",
                      "Was the issue resolved?", "Several contacts at once", "Work that waits",
                      "Announcements and callbacks", "Incidents", "Scores and cost"):  # fmt: skip
            assert f"\n{title}" in text

    def test_ascii(self, journey_run: Run) -> None:
        text = render(journey_run, unicode=False)
        assert text.isascii()
        assert "?" not in text.replace("resolved?", "").replace("contacts?", "").replace("change?", "")

    def test_numbers_are_those_of_the_metrics(self, journey_run: Run) -> None:
        text = " ".join(render(journey_run, 120).split())
        table = journey_run.metrics(["fcr_true", "containment_rate", "satisfaction"], by=["replication"])
        cells = Cells(journey_run.metrics(["fcr_true", "containment_rate", "satisfaction"]), ())
        assert len(table) == 9
        assert f"First-contact resolution: {100 * cells.get('fcr_true').value:.1f} % ±" in text
        assert f"(no person followed) {100 * cells.get('containment_rate').value:.1f} % ±" in text
        assert f"Satisfaction {cells.get('satisfaction').value:.2f} ±" in text

    def test_a_resolution_target_stands_beside_the_service_level(self, journey_run: Run) -> None:
        text = render(journey_run, 120)
        share = Cells(journey_run.metrics("resolved_in_target", by=["queue"]), ("queue",)).get(
            "resolved_in_target", "calls"
        )
        assert "T and target: calls 90 % in 24h" in " ".join(text.split())
        assert 0.3 < share.value < 0.9
        shown = f"{100 * share.value:.1f} ±{100 * share.half_width:.1f} % ✗"
        table = text[text.index("in target") : text.index("all queues")]
        assert next(line for line in table.split("\n") if shown in line).startswith("calls")
        assert shown.replace("✗", "✓") in render(_aims_at(journey_run, 0.3), 120)

    def test_the_horizon_of_measured_resolution_is_said(self, journey_run: Run) -> None:
        text = " ".join(render(journey_run, 120).split())
        assert re.search(r"by nobody coming again within \d days?, it is \d", text)
        assert re.search(r"Contacts of the last \d days? of the run are left out of it", text)

    def test_deflection_is_shown_when_it_is_known(self, journey_run: Run) -> None:
        assert "needs a run of the same customers" in " ".join(render(journey_run, 120).split())
        text = render(journey_run, 120, deflection=Cell(0.25, 0.2, 0.3, 100))
        assert "Deflection: 25.0 % ±5.0 fewer contacts for people" in text

    def test_a_plain_run_has_none_of_it(self, busy_run: Run) -> None:
        text = render(busy_run)
        for word in ("journey", "Lost on the way", "In front", "Incidents", "resolved"):
            assert word not in text

    def test_next_steps_ask_no_formula_about_chats(self) -> None:
        scenario = journey_world().override({"queues.chats.arrivals.hourly": {"10:00-14:00": 60}})
        text = " ".join(render(simulate(scenario, engine="simpy"), 120).split())
        assert "what does 1 more agent in chatters change?" in text
        assert "agent_groups.chatters.headcount=2" in text


class TestCautions:
    def of(self, run: Run) -> str:
        def measure(names: list[str], *by: str) -> Cells:
            return Cells(run.metrics(list(names), by=list(by)), by)

        return " | ".join(of_journeys(run, compile_scenario(run.scenario), measure))

    def test_name_who_is_trapped(self, journey_run: Run) -> None:
        assert re.search(
            r"bot robot: \d+\.\d % of its sessions, \d+ in all, wanted a person", self.of(journey_run)
        )

    def test_name_open_issues(self) -> None:
        slow = {"queues.calls.after_unresolved.delay": "fixed 3d", "queues.calls.resolution.share": "30%"}
        text = self.of(simulate(journey_world().override(slow), engine="simpy"))
        assert re.search(r"\d+\.\d % of the issues were open when the run ended", text)
        assert "measured first-contact resolution is too high" in text

    def test_name_a_growing_backlog_and_broken_promises(self) -> None:
        text = self.of(
            simulate(journey_world().override({"queues.emails.arrivals.per_day": 150}), engine="simpy")
        )
        assert "queue emails: its backlog grows day by day, from" in text
        assert re.search(r"queue emails: \d+\.\d % of the promised answers came later than promised", text)

    def test_do_not_call_a_steady_backlog_growing(self) -> None:
        text = self.of(
            simulate(journey_world().override({"agent_groups.desk.headcount": 12}), engine="simpy")
        )
        assert "backlog" not in text
        assert "promised answers" not in text

    def test_name_callbacks_that_reach_nobody(self) -> None:
        never = {"queues.calls.callback.no_answer": "90%", "queues.calls.callback.attempts": 1}
        text = self.of(simulate(journey_world().override(never), engine="simpy"))
        assert re.search(r"queue calls: \d+\.\d % of the callbacks never reached the customer", text)

    def test_name_contacts_passed_on_too_often(self) -> None:
        change = {"queues.calls.escalation.at_most": 1, "queues.calls.escalation.share": "50%"}
        ring = {"to": "calls", "share": "50%", "at_most": 1}
        text = self.of(simulate(journey_world().override({**change, "queues.experts.escalation": ring}),
                                engine="simpy"))  # fmt: skip
        assert re.search(r"of the contacts that were passed on, [\d.]+ in a run, had been so as often", text)

    def test_say_nothing_of_a_plain_run(self, busy_run: Run) -> None:
        assert self.of(busy_run) == ""

    def test_see_conversations_that_are_not_over(self) -> None:
        turns = {"mean": 6, "reply": "fixed 3h"}
        scenario = journey_world().override({"channels.chat.turns": turns})
        text = self.of(simulate(scenario, engine="simpy"))
        assert "queue chats: " in text
        assert "of the conversations were not over when the run ended" in text


class TestStory:
    def test_of_an_escalated_contact(self) -> None:
        lines = list(Story(five_issues()).contact(3))
        assert any("is escalated to experts; nobody free" in line for line in lines)
        assert lines[-1] == "this contact did not resolve the issue; issue 3 in the end: open"

    def test_of_a_retry(self) -> None:
        lines = list(Story(five_issues()).contact(5))
        assert lines[1] == "comes again: it was not served (after contact 2)"
        assert (
            list(Story(five_issues()).contact(2))[-1] == "followed by contact 5; issue 2 in the end: resolved"
        )

    def test_of_a_session(self) -> None:
        lines = list(Story(five_issues()).contact(1))
        assert lines[1] == "10:00:00.000  meets bot robot"
        assert lines[2] == "10:01:00.000  wants a person, is not let through and leaves bot robot"

    def test_follow_ups_have_nothing_drawn_beforehand(self) -> None:
        five = np.full(5, MINUTE)
        assert any(
            "drawn beforehand" in line for line in Story(five_issues(), Drawn(five, five, five)).contact(2)
        )
        assert not any("drawn" in line for line in Story(five_issues(), Drawn(five, five, five)).contact(5))

    def test_a_window_tells_sessions_and_keeps_lines_in_order(self, journey_run: Run) -> None:
        log = journey_run.logs[0]
        lines = list(Story(log).window(DAY + 11 * HOUR, DAY + 12 * HOUR))
        assert any("meets bot robot" in line for line in lines)
        assert not any("number -" in line or "-1 still" in line for line in lines)
        times = [line[:12] for line in lines[1:]]
        assert times == sorted(times)

    def test_every_contact_can_be_told(self, journey_run: Run) -> None:
        story = Story(journey_run.logs[0])
        for contact in range(0, len(journey_run.logs[0].contacts["queue"]), 23):
            assert len(list(story.contact(contact))) >= 2


def test_labels_without_fronts_have_no_line_for_them() -> None:
    log = five_issues()
    plain = replace(log, labels=replace(log.labels, fronts=(), front_kinds=()), sessions={})
    text = journey_text(paths_of([plain]), plain.labels, Page())
    assert "robot" not in text
    assert "reached people" not in text
    assert compile_scenario(world()).labels.fronts == ()


class TestWording:
    """Words that read as they are meant: means as means, nothing cut in silence, no 0 s and no 1 contacts."""

    def test_what_is_lost_beyond_the_table_is_counted(
        self, journey_run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        every = [loss for loss in losses(journey_run.logs) if loss.share >= terminal.LEAST_LOSS]
        assert len(every) > 4
        assert "ccsim run --json lists them all" not in render(journey_run)
        monkeypatch.setattr(terminal, "MOST_LOSSES", len(every) - 2)
        rest = sum(loss.contacts for loss in every[-2:])
        text = " ".join(render(journey_run).split())
        assert f"- {rest:.1f}".removesuffix(".0") + " contact" in text
        assert "in 2 more ways; ccsim run --json lists them all" in text

    def test_a_mean_over_replications_says_so(self, journey_run: Run) -> None:
        program = compile_scenario(journey_run.scenario)

        def measure(names: list[str], *by: str) -> Cells:
            found = Cells(journey_run.metrics(names, by=list(by)), by)
            return found if names != ["incidents_not_recovered"] else Failed()  # type: ignore[return-value]

        class Failed:
            def get(self, *_: str) -> Cell:
                return Cell(1.9, 1.0, 2.0, 1.0)

        said = list(of_journeys(journey_run, program, measure))
        sentence = "after 1.9 of 1 incident waits were not back to normal when the run ended"
        assert f"on average over the replications, {sentence}" in said
        alone = Run(journey_run.scenario, journey_run.seed, journey_run.engine, journey_run.logs[:1])
        assert sentence in list(of_journeys(alone, program, measure))

    @pytest.mark.parametrize(
        ("bias", "said"),
        [
            (0.04, "neither longer nor shorter on average"),
            (-0.04, "neither longer nor shorter on average"),
            (-0.2, "0.2 s shorter"),
            (75.0, "1m15s longer"),
        ],
    )
    def test_no_wait_is_0_s_shorter(self, bias: float, said: str) -> None:
        assert waits_told._compared(bias) == said

    def test_asa_is_said_without_callbacks_too(self, journey_run: Run) -> None:
        value = journey_run.metrics("asa_without_callbacks", "queue").set_index("queue")["value"]["calls"]
        text = " ".join(render(journey_run).split())
        assert f"(without callbacks: calls {span(value)}" in text

    def test_contacts_an_issue_have_decimals_and_cost_is_of_handled_contacts(self, journey_run: Run) -> None:
        text = " ".join(render(journey_run).split())
        assert re.search(r"with \d+\.\d\d contacts an issue", text)
        assert re.search(r"; [\d.,]+ a handled contact", text)
        assert "With everybody answered that is 1.00 contacts an issue" in contacts_per_issue(1.0, 0.8, 5)

    def test_callbacks_have_a_median_beside_the_mean(self, journey_run: Run) -> None:
        cells = Cells(journey_run.metrics(["callback_wait", "callback_wait_p50"], by=["queue"]), ["queue"])
        mean, median = (cells.get(name, "calls").value for name in ("callback_wait", "callback_wait_p50"))
        assert mean != median
        text = " ".join(render(journey_run).split())
        assert f"half of these within {span(median)}, after {span(mean)} and" in text


def test_an_incident_names_a_small_queue_that_alone_was_late() -> None:
    offered = {"calls": 1000.0, "small": 5.0}

    def measure(names: list[str], *by: str) -> Any:
        return SimpleNamespace(get=lambda metric, queue: SimpleNamespace(value=offered[queue]))

    def said(calls: float, small: float) -> list[str]:
        labels = SimpleNamespace(queues=list(offered), deferrable=None, incidents=[("storm", 0, 1)])
        table = pd.DataFrame(
            {
                "incident": ["storm"] * 2,
                "queue": list(offered),
                "recovery_s": [calls, small],
                "recovered": [True, True],
            }
        )
        run = SimpleNamespace(logs=[SimpleNamespace(labels=labels)], recovery=table)
        return list(_incidents(SimpleNamespace(run=run, measure=measure)))  # type: ignore[arg-type]

    assert said(0, 0) == ["storm: waits were as usual as soon as it was over."]
    assert said(0, 180) == [
        "storm: until waits were back to normal after its end it took small 3m on average."
    ]
    assert "calls 30m on average" in said(1800, 180)[0]
    assert "small" not in said(1800, 180)[0]
