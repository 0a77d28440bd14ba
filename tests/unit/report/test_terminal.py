from __future__ import annotations

import math
import re

import pytest

from ccsim.errors import MetricError
from ccsim.report.assumptions import defaults_used, still_used
from ccsim.report.checking import Check
from ccsim.report.layout import Page
from ccsim.report.sentences import said_back
from ccsim.report.terminal import render, wide_table
from ccsim.result import Run
from ccsim.simulate import simulate

from .conftest import compiled, two_queues, world


def value(run: Run, metric: str, queue: str) -> float:
    frame = run.metrics([metric], by=["queue"])
    return float(frame.loc[frame["queue"] == queue, "value"].iloc[0])


class TestReport:
    @pytest.mark.parametrize("width", [60, 80, 120])
    @pytest.mark.parametrize("which", ["tiny_run", "busy_run"])
    def test_fits_the_page(self, which: str, width: int, request: pytest.FixtureRequest) -> None:
        text = render(request.getfixturevalue(which), width)
        assert max(map(len, text.split("\n"))) <= width

    def test_shows_the_metrics_of_the_run(self, tiny_run: Run) -> None:
        text = render(tiny_run)
        row = next(line for line in text.split("\n") if line.startswith("cards"))
        assert f"{100 * value(tiny_run, 'service_level', 'cards'):.1f} ±" in row
        assert f"{value(tiny_run, 'asa', 'cards'):.1f} ±" in row
        assert "±" in text.split("What the numbers mean")[1].split("\n\n")[0]

    def test_says_what_service_level_means_here(self, tiny_run: Run) -> None:
        text = " ".join(render(tiny_run).split())
        assert "answered within T / (answered + left unserved)" in text
        assert "T and target: cards 80 % in 20s (sl_answered_over_offered)" in text

    def test_the_same_run_gives_the_same_text(self, tiny_run: Run) -> None:
        again = simulate(tiny_run.scenario, seed=3, replications=4, engine="simpy")
        assert render(again) == render(tiny_run) == tiny_run.report()

    def test_how_long_it_took_is_said_on_request(self, tiny_run: Run) -> None:
        assert "12.5 s" not in render(tiny_run)
        assert "12.5 s" in render(tiny_run, elapsed_s=12.5)

    def test_ascii(self, busy_run: Run) -> None:
        text = render(busy_run, unicode=False)
        assert text.isascii()
        meanings = text.split("What the numbers mean")[1].split("\n\n")[0].split("\n")
        assert max(map(len, meanings)) <= 80
        assert "+-" in text

    def test_colour_only_when_asked(self, tiny_run: Run) -> None:
        assert "\x1b" not in render(tiny_run)
        coloured = render(tiny_run, colour=True)
        assert "\x1b[1m" in coloured
        plain = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
        assert [line.rstrip() for line in plain.split("\n")] == render(tiny_run).split("\n")

    def test_warns_of_what_it_sees(self, busy_run: Run) -> None:
        text = " ".join(render(busy_run).split())
        level = f"{100 * value(busy_run, 'service_level', 'cards'):.1f} %"
        assert f"queue cards: service level {level} misses its target of 80 % in 20 s; worst at" in text
        assert "queue cards: " in text
        assert "of contacts were refused because no line or waiting place was left" in text
        assert "group desk: occupancy" in text

    def test_one_replication_has_no_interval(self) -> None:
        text = " ".join(render(simulate(world(), engine="simpy")).split())
        assert "one replication is one piece of luck" in text
        assert "long-run mean" not in text

    def test_suggests_a_headcount_that_meets_the_target(self) -> None:
        scenario = world().override({"agent_groups.desk.headcount": 7})
        text = render(simulate(scenario, engine="simpy"), 120)
        found = re.search(r"--set agent_groups\.desk\.headcount=(\d+)", text)
        assert found
        assert 7 < int(found[1]) <= 10
        better = scenario.override({"agent_groups.desk.headcount": int(found[1])})
        assert value(simulate(better, replications=20, engine="simpy"), "service_level", "cards") > 0.75

    def test_a_large_miss_has_a_headcount_to_try_as_well(self) -> None:
        scenario = world().override({"agent_groups.desk.headcount": 2})
        text = " ".join(render(simulate(scenario, replications=2, engine="simpy"), 120).split())
        assert "agents at 10:00 on Monday 2 March and has 2: look at the shifts" in text
        assert "what do 2 more agents in desk change?" in text
        assert "--set agent_groups.desk.headcount=4" in text

    def test_the_queue_that_loses_most_contacts_has_the_headcount(self) -> None:
        queue = {"talk": "exponential mean 6m", "patience": "exponential mean 3m"}
        queues = {
            "small": {**queue, "arrivals": {"hourly": {"10:00-12:00": 10}}},
            "large": {**queue, "arrivals": {"hourly": {"10:00-12:00": 100}}},
        }
        shifts = {"day": "100%"}
        groups = {
            "few": {"headcount": 1, "skills": ["small"], "shifts": shifts},
            "many": {"headcount": 9, "skills": ["large"], "shifts": shifts},
        }
        scenario = world(queues=queues, agent_groups=groups)
        run = simulate(scenario, replications=10, engine="simpy")
        assert value(run, "service_level", "small") < value(run, "service_level", "large") < 0.8
        text = render(run, 120)
        assert "agent_groups.many.headcount=" in text
        assert "agent_groups.few.headcount=" not in text

    def test_a_small_miss_needs_one_more_and_the_busiest_interval_several(self) -> None:
        hours = {"10:00-11:30": 60, "11:30-12:00": 100}
        queue = {**world().canonical()["queues"]["cards"], "arrivals": {"hourly": hours}}
        scenario = world(queues={"cards": queue}).override({"agent_groups.desk.headcount": 8})
        run = simulate(scenario, replications=10, engine="simpy")
        assert value(run, "service_level", "cards") < 0.8
        text = render(run, 120)
        overall = re.search(r"(\d+) more agents? in desk should meet the target over the whole period", text)
        assert overall
        enough = 8 + int(overall[1])
        levels = [
            value(simulate(scenario.override({"agent_groups.desk.headcount": n}), seed=2, replications=30,
                           engine="simpy"), "service_level", "cards")
            for n in (enough - 1, enough)
        ]  # fmt: skip
        assert levels[0] < 0.8 <= levels[1] + 0.01
        peak = re.search(r"(\d+) more so that even the busiest half hour meets it", text)
        assert peak is None or int(peak[1]) > int(overall[1])

    def test_shares_are_drawn_from_0_to_100_percent(self) -> None:
        scenario = world().override({"agent_groups.desk.headcount": 20})
        text = render(simulate(scenario, replications=2, engine="simpy"))
        level = next(line for line in text.split("\n") if line.startswith("  service level  █"))
        assert set(level.split()[2]) == {"█"}
        busy = next(line for line in text.split("\n") if line.startswith("  occupancy      "))
        assert "█" not in busy

    def test_marks_targets_met_and_missed(self, tiny_run: Run) -> None:
        queues = {
            name: {**world().canonical()["queues"]["cards"], "needs": "cards", "service_level": target}
            for name, target in (("easy", "1% in 20s"), ("hard", "99.9% in 1s"))
        }
        run = simulate(world(queues=queues).override({"agent_groups.desk.headcount": 11}), engine="simpy")
        for unicode, met, missed in ((True, "✓", "✗"), (False, "ok", "no")):
            lines = render(run, unicode=unicode).split("\n")
            easy, hard, both = (
                next(line for line in lines if line.startswith(name))
                for name in ("easy ", "hard ", "all queues")
            )
            assert f"% {met} " in easy
            assert f"% {missed} " in hard
            assert met not in both
            assert missed not in both
            assert any(f"{met} target met, {missed} missed" in line for line in lines)

    def test_the_interval_is_said_to_be_of_the_mean(self, tiny_run: Run) -> None:
        text = " ".join(render(tiny_run).split())
        assert "± where the long-run mean lies, 95 % sure; single days vary more" in text

    def test_a_warm_up_changes_the_numbers(self, tiny_run: Run) -> None:
        assert render(tiny_run, warm_up="1h") != render(tiny_run)

    def test_nothing_arrives(self) -> None:
        queues = {"cards": {"talk": "fixed 6m"}}
        text = render(simulate(world(queues=queues), engine="simpy"))
        assert "0 contacts" in text


class TestWideTable:
    def test_blocks_fit_and_repeat_the_keys(self, busy_run: Run) -> None:
        text = wide_table(busy_run, ["queue", "interval"], ["all"], Page(80))
        assert max(map(len, text.split("\n"))) <= 80
        heads = [line for line in text.split("\n") if line.startswith("queue ")]
        assert len(heads) > 3
        assert all("interval" in head for head in heads)

    def test_shows_one_value_a_cell(self, tiny_run: Run) -> None:
        text = wide_table(tiny_run, ["queue"], ["offered"], Page(80))
        assert text.split("\n")[-1].split()[:2] == ["cards", f"{value(tiny_run, 'offered', 'cards'):,.1f}"]

    def test_headlines_go_with_the_keys(self, tiny_run: Run) -> None:
        assert "service_level" in wide_table(tiny_run, ["interval"], None, Page(200))
        assert "service_level" not in wide_table(tiny_run, ["group"], None, Page(200))
        assert "occupancy" in wide_table(tiny_run, ["group"], None, Page(200))

    def test_says_what_is_added_up(self, tiny_run: Run) -> None:
        days = world(time={**world().canonical()["time"], "days": 3})
        run = simulate(days, replications=2, engine="simpy")
        for by, options, says in (
            (["queue", "interval"], {}, "all 3 days together, mean of 2 replications; ±: 95 % confidence"),
            (["agent"], {}, "all 3 days together, mean of 2 replications; ±: 95 % confidence"),
            (["day"], {}, "mean of 2 replications; ±: 95 % confidence"),
            (["weekday"], {}, "all days of one weekday together, mean of 2 replications; ±: 95 % confidence"),
            (["queue"], {"since": "2026-03-03"},
             "all days from 2026-03-03 on together, mean of 2 replications; ±: 95 % confidence"),
            (["replication", "hour"], {"warm_up": "1h"}, "all 3 days after a warm-up of 1h together"),
        ):  # fmt: skip
            assert wide_table(run, by, None, Page(100), **options).split("\n")[0] == says
        first = wide_table(simulate(world(), engine="simpy"), ["queue"], None, Page(80)).split("\n")[0]
        assert first == "one day, one replication"

    def test_unknown_names_are_refused(self, tiny_run: Run) -> None:
        with pytest.raises(MetricError, match="service_level"):
            wide_table(tiny_run, ["queue"], ["servce_level"], Page(80))

    def test_dates_are_dates(self, tiny_run: Run) -> None:
        assert "2026-03-02 " in wide_table(tiny_run, ["day"], ["offered"], Page(80))
        assert "00:00:00" not in wide_table(tiny_run, ["day"], ["offered"], Page(80))


class TestCheck:
    def said(self, scenario, width: int = 80) -> str:  # type: ignore[no-untyped-def]
        program, load = compiled(scenario)
        return said_back(Check(scenario, program, load, defaults_used(scenario)), Page(width))

    def test_says_the_derived_numbers(self) -> None:
        text = " ".join(self.said(world()).split())
        assert "120 contacts expected on one day; the busiest interval is 10:00-10:30 with 30." in text
        assert "One takes 6m on average (5m of talk, 1m of wrap-up): 6 Erlang at the busiest interval" in text
        assert "10 agents of desk can be expected at the phone then. The target is 80 % in 20 s." in text
        assert "20 paid hours a day, of which 20 at the phone" in text
        assert "Expected occupancy 60 %" in text

    @pytest.mark.parametrize(
        ("headcount", "says"),
        [
            (4, "Too few people for the target over the whole period."),
            (8, "Enough people for the target on average; too few at the busiest interval."),
            (20, "Enough people for the target, at the busiest interval, too."),
        ],
    )
    def test_begins_with_plain_words(self, headcount: int, says: str) -> None:
        hours = {"10:00-11:30": 40, "11:30-12:00": 75}
        queue = {**world().canonical()["queues"]["cards"], "arrivals": {"hourly": hours}}
        scenario = world(queues={"cards": queue}).override({"agent_groups.desk.headcount": headcount})
        text = " ".join(self.said(scenario).split())
        assert f"Queue cards {says}" in text
        assert "Erlang A, in which the impatient leave, is the better guess here" in text

    def test_defaults_are_one_item_a_mark_with_a_legend(self) -> None:
        queues = {"cards": {"arrivals": {"per_day": 10}, "talk": "fixed 6m"}}
        text = self.said(world(queues=queues)).split("Defaults in use")[1]
        items = [line for line in text.split("\n") if line.startswith("  - ")]
        assert [item[4:].split()[0] for item in items] == ["[M]", "[J]", "[D]:"]
        legend = " ".join(text.split())
        assert "[M] *assumption*: queues.*.patience = exponential mean 5m - [J]" in legend
        assert "[J] our judgement, not measured" in legend
        assert "[M] from memory, not measured" in legend

    def test_a_queue_that_shares_its_agents_says_so(self) -> None:
        text = " ".join(self.said(two_queues(40, 30)).split())
        assert (
            "10 agents of desk can be expected at the phone then, who have 3 Erlang of other queues" in text
        )

    def test_fits_the_page_and_no_line_begins_with_a_unit(self) -> None:
        lines = self.said(two_queues(40, 30), 60).split("\n")
        assert max(map(len, lines)) <= 60
        assert not [line for line in lines if re.match(r"\s*(%|s|Erlang)\b", line)]

    def test_nothing_arrives_and_nobody_can(self) -> None:
        queues = {"cards": {"talk": "fixed 6m"}, "loans": {"talk": "fixed 6m", "arrivals": {"per_day": 10}}}
        groups = {
            "desk": {"headcount": 3, "skills": ["cards"], "shifts": {"day": "100%"}},
            "none": {"headcount": 0, "skills": ["loans"], "shifts": {"day": "100%"}},
        }
        text = " ".join(self.said(world(queues=queues, agent_groups=groups)).split())
        assert "Nothing arrives here." in text
        assert "Nobody has the skill to serve it." in text

    def test_opening_hours_by_day(self) -> None:
        hours = {"mon-fri": "10:00-12:00", "sat": "09:00-10:00"}
        time = {"start": "2026-03-02", "days": 7, "open": hours, "interval": "30m"}
        assert "open mon-fri 10:00-12:00 and sat 09:00-10:00" in " ".join(self.said(world(time=time)).split())

    def test_files_with_rows_and_totals(self, tmp_path) -> None:  # type: ignore[no-untyped-def]
        (tmp_path / "trace.csv").write_text(
            "arrived_at,talk_s,wrap_up_s\n2026-03-02 10:00:01,60,0\n2026-03-02 10:05:00,120,0\n"
        )
        queues = {"cards": {"arrivals": {"trace": "trace.csv"}, "talk": "fixed 6m"}}
        data = world().canonical()
        data["queues"] = queues
        scenario = type(world()).from_dict(data, folder=tmp_path)
        text = self.said(scenario)
        assert "trace.csv: 2 rows, 2 contacts of queue cards" in text
        assert "One takes 1m30s on average" in " ".join(text.split())


class TestAssumptions:
    def test_typed_values_are_no_defaults(self) -> None:
        used = {".".join(d.path): d for d in defaults_used(world())}
        assert "queues.cards.patience" not in used
        assert used["queues.cards.short_abandon"].value == "0s"
        assert used["queues.cards.short_abandon"].mark == "J"
        assert used["queues.cards.short_abandon"].assumed

    def test_patience_from_memory_is_an_assumption(self) -> None:
        queues = {"cards": {"arrivals": {"per_day": 10}, "talk": "fixed 6m"}}
        (found,) = [d for d in defaults_used(world(queues=queues)) if d.path[-1] == "patience"]
        assert (found.value, found.mark, found.assumed) == ("exponential mean 5m", "M", True)

    def test_settings_without_effect_are_left_out(self) -> None:
        paths = {".".join(d.path) for d in defaults_used(world())}
        assert "shrinkage.off_task" not in paths
        some = world(shrinkage={"adherence": "95%"})
        assert "shrinkage.off_task" in {".".join(d.path) for d in defaults_used(some)}

    def test_overridden_paths_are_left_out(self) -> None:
        left = still_used(defaults_used(world()), ["queues.cards.short_abandon", "shrinkage"])
        paths = {".".join(d.path) for d in left}
        assert "queues.cards.short_abandon" not in paths
        assert not [p for p in paths if p.startswith("shrinkage")]
        assert "time.drain" in paths


def test_intervals_are_half_of_their_width(tiny_run: Run) -> None:
    from ccsim.report.cells import Cells

    cell = Cells(tiny_run.metrics(["service_level"]), []).get("service_level")
    assert cell.half_width == pytest.approx((cell.high - cell.low) / 2)
    assert math.isnan(Cells(tiny_run.metrics(["service_level"]), []).get("asa").value)
