from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ccsim import __version__
from ccsim.scenario.reading import load
from ccsim.simulate import simulate

from .conftest import Cli, Process

QUICK = ("--engine", "simpy", "--replications", "2")


class TestRun:
    def test_reports(self, cli: Cli, tiny: Path) -> None:
        result = cli("run", tiny, *QUICK)
        assert result.exit_code == 0
        assert result.stderr == ""
        assert result.stdout.startswith(
            "tiny\n2 days from Monday 2 March 2026, seed 1, 2 replications, simpy engine"
        )
        assert "What the numbers mean" in result.stdout
        assert "The mean day from 10:00" in result.stdout
        assert max(map(len, result.stdout.split("\n"))) <= 80

    def test_one_json_document_and_nothing_else(self, process: Process, tiny: Path) -> None:
        done = process("run", tiny, *QUICK, "--json", "--seed", 4, "--by", "queue,interval")
        assert (done.returncode, done.stderr) == (0, "")
        document = json.loads(done.stdout)
        assert list(document) == ["scenario", "seed", "replications", "engine", "digests", "metrics"]
        assert (document["scenario"], document["seed"], document["replications"]) == ("tiny", 4, 2)
        run = simulate(load(tiny), seed=4, replications=2, engine="simpy")
        assert document["digests"] == list(run.digests)
        row = document["metrics"][0]
        assert set(row) == {"queue", "interval", "metric", "value", "low", "high", "weight"}
        frame = run.metrics(by=["queue", "interval"])
        assert len(document["metrics"]) == len(frame)
        assert [r["value"] for r in document["metrics"] if r["metric"] == "offered"] == frame.loc[
            frame["metric"] == "offered", "value"
        ].tolist()

    def test_nothing_is_null_and_days_are_dates(self, cli: Cli, tiny: Path) -> None:
        result = cli("run", tiny, "--engine", "simpy", "--replications", 1, "--json", "--by", "day")
        rows: list[dict[str, Any]] = json.loads(result.stdout)["metrics"]
        assert {row["low"] for row in rows} == {None}
        assert {row["day"] for row in rows} == {"2026-03-02", "2026-03-03"}
        assert "NaN" not in result.stdout

    def test_ten_replications_unless_said_otherwise(self, cli: Cli, tiny: Path) -> None:
        document = json.loads(cli("run", tiny, "--engine", "simpy", "--json").stdout)
        assert document["replications"] == len(document["digests"]) == 10

    def test_the_seed_is_the_luck(self, cli: Cli, tiny: Path) -> None:
        def digest(seed: int) -> str:
            return str(json.loads(cli("run", tiny, *QUICK, "--json", "--seed", seed).stdout)["digests"][0])

        assert digest(1) == digest(1) != digest(2)

    def test_set_changes_the_world(self, cli: Cli, tiny: Path) -> None:
        more = cli("run", tiny, *QUICK, "--set", "agent_groups.desk.headcount=12", "--by", "queue")
        assert more.exit_code == 0
        assert more.stdout != cli("run", tiny, *QUICK, "--by", "queue").stdout

    def test_a_table_by_keys(self, cli: Cli, tiny: Path) -> None:
        result = cli("run", tiny, *QUICK, "--by", "queue,interval", "--metrics", "offered,service_level")
        together, _, head, rule, *rows = result.stdout.rstrip().split("\n")
        assert together == "all 2 days together, mean of 2 replications; ±: 95 % confidence"
        assert head.split() == ["queue", "interval", "offered", "service_level", "%"]
        assert set(rule) <= {"─", "-"}
        assert [row.split()[1] for row in rows] == ["10:00", "10:30", "11:00", "11:30"]

    def test_out_writes_and_replaces(self, cli: Cli, tiny: Path, tmp_path: Path) -> None:
        out = tmp_path / "results"
        result = cli("run", tiny, *QUICK, "--out", out, "--format", "csv")
        assert result.exit_code == 0
        assert "wrote agents.csv" in result.stderr
        assert (out / "service_level.svg").exists()
        assert cli("run", tiny, *QUICK, "--out", out, "--format", "csv", "--seed", 9, "--quiet").stderr == ""
        assert json.loads((out / "run.json").read_text())["seed"] == 9

    def test_since_and_warm_up_reach_the_metrics(self, cli: Cli, tiny: Path) -> None:
        def offered(*options: str) -> float:
            document = json.loads(cli("run", tiny, *QUICK, "--json", "--metrics", "offered", *options).stdout)
            return float(document["metrics"][0]["value"])

        both = offered()
        assert 0 < offered("--since", "2026-03-03") < both
        assert offered("--warm-up", "1d") == offered("--since", "2026-03-03")

    def test_progress_stays_out_of_pipes(self, process: Process, tiny: Path) -> None:
        assert process("run", tiny, *QUICK).stderr == ""

    def test_plain_text_in_a_pipe_and_without_unicode(self, process: Process, tiny: Path) -> None:
        done = process("run", tiny, *QUICK, PYTHONIOENCODING="ascii", FORCE_COLOR="1")
        assert done.returncode == 0
        assert done.stdout.isascii()
        assert "\x1b" not in done.stdout

    def test_the_same_output_twice(self, process: Process, tiny: Path) -> None:
        assert process("run", tiny, *QUICK).stdout == process("run", tiny, *QUICK, PYTHONHASHSEED="7").stdout


class TestCheck:
    def test_says_the_scenario_back(self, cli: Cli, tiny: Path) -> None:
        result = cli("check", tiny)
        assert result.exit_code == 0
        text = " ".join(result.stdout.split())
        assert "Queue cards Enough people for the target" in text
        assert "120 contacts a day expected, 240 on 2 days" in text
        assert "6 Erlang" in " ".join(result.stdout.split())
        assert "[J] *assumption*: time.drain = 2h;" in result.stdout

    def test_an_overridden_default_is_no_assumption(self, cli: Cli, tiny: Path) -> None:
        assert "short_abandon" in cli("check", tiny).stdout
        changed = cli("check", tiny, "--set", "queues.cards.short_abandon=5s")
        assert "short_abandon" not in changed.stdout
        assert "time.drain = 2h" in changed.stdout

    def test_warnings_follow_what_is_set(self, cli: Cli, tiny: Path) -> None:
        text = " ".join(cli("check", tiny, "--set", "agent_groups.desk.headcount=5").stdout.split())
        assert (
            "queue cards: offered load 6 Erlang exceeds 5 staffed agents from 10:00 to 12:00 every day"
            in text
        )

    def test_json(self, cli: Cli, tiny: Path) -> None:
        document = json.loads(cli("check", tiny, "--json").stdout)
        queue = document["queues"]["cards"]
        assert queue["busiest_erlangs"] == pytest.approx(6)
        assert 0 < queue["erlang_a"]["service_level"] < 1
        assert document["agent_groups"]["desk"]["expected_occupancy"] == pytest.approx(0.75)
        assert document["warnings"] == []


class TestTrace:
    def test_a_window(self, cli: Cli, tiny: Path) -> None:
        lines = cli(
            "trace", tiny, "--engine", "simpy", "--from", "10:00", "--to", "10:10"
        ).stdout.splitlines()
        assert lines[0] == "Monday 2 March"
        assert lines[1] == "10:00:00.000  desk-01 starts work"
        times = [line[:12] for line in lines[1:]]
        assert times == sorted(times)
        assert times[-1] < "10:10:00.000"
        assert any("arrives in cards; desk-" in line for line in lines)

    def test_a_day_by_number_or_date(self, cli: Cli, tiny: Path) -> None:
        arguments = ("trace", tiny, "--engine", "simpy", "--from", "10:00", "--to", "10:10", "--day")
        second = cli(*arguments, 2).stdout
        assert second.startswith("Tuesday 3 March\n")
        assert second == cli(*arguments, "2026-03-03").stdout

    def test_one_contact(self, cli: Cli, tiny: Path) -> None:
        lines = cli("trace", tiny, "--engine", "simpy", "--contact", 3).stdout.splitlines()
        assert lines[0] == "contact 3 of cards, Monday 2 March"
        assert lines[1].startswith("drawn beforehand: would wait ")
        assert "arrives in cards" in lines[3]
        assert lines[-1].startswith("outcome: ")

    def test_another_replication_is_another_story(self, cli: Cli, tiny: Path) -> None:
        one = cli("trace", tiny, "--engine", "simpy", "--contact", 3)
        assert (
            one.stdout != cli("trace", tiny, "--engine", "simpy", "--contact", 3, "--replication", 2).stdout
        )

    def test_a_quiet_time(self, cli: Cli, tiny: Path) -> None:
        result = cli("trace", tiny, "--engine", "simpy", "--from", "03:00", "--to", "03:05")
        assert (result.exit_code, result.stdout) == (0, "")
        assert "nothing happened" in result.stderr


class TestNewAndSchema:
    def test_new_writes_a_scenario_that_runs(self, cli: Cli, tmp_path: Path) -> None:
        path = tmp_path / "center.yaml"
        assert cli("new", path).exit_code == 0
        assert path.read_text().count("#") > 10
        assert cli("check", path).exit_code == 0
        assert cli("run", path, "--engine", "simpy", "--replications", 1).exit_code == 0

    def test_new_prints(self, cli: Cli) -> None:
        result = cli("new", "-")
        assert result.stdout.startswith("# ")
        assert "format: 1" in result.stdout

    def test_new_never_overwrites(self, cli: Cli, tmp_path: Path) -> None:
        path = tmp_path / "center.yaml"
        path.write_text("mine")
        result = cli("new", path)
        assert result.exit_code == 2
        assert "exists already" in result.stderr
        assert "--force" in result.stderr
        assert path.read_text() == "mine"
        assert cli("new", path, "--journey", "--force").exit_code == 0
        assert path.read_text() == cli("new", "-", "--journey").stdout
        assert "is a folder" in cli("new", tmp_path, "--force").stderr

    def test_new_says_what_it_wrote_and_what_comes_next(
        self, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        said = cli("new", "--journey").stdout
        assert said.startswith("wrote center.yaml (the whole journey: channels, a bot, two tiers, returns)")
        assert "ccsim check center.yaml, then ccsim run center.yaml" in said
        assert cli("new").exit_code == 2
        assert cli("new", "other.yaml").stdout.startswith("wrote other.yaml (one queue, one team); next:")

    def test_parquet_points_to_csv_for_excel(self, cli: Cli, tiny: Path, tmp_path: Path) -> None:
        pytest.importorskip("pyarrow")
        common = ("run", tiny, "--engine", "simpy", "--replications", 1, "--out", tmp_path / "out")
        assert "into" in cli(*common, "--format", "parquet").stderr
        assert "; --format csv writes tables for Excel" in cli(*common).stderr
        assert "--format csv" not in cli(*common, "--format", "csv").stderr
        assert "opens in Excel" in cli("run", "--help").stdout

    def test_schema_is_a_json_schema(self, cli: Cli, tmp_path: Path) -> None:
        printed = json.loads(cli("schema").stdout)
        assert "queues" in printed["properties"]
        assert cli("schema", "--out", tmp_path / "s.json").exit_code == 0
        assert json.loads((tmp_path / "s.json").read_text()) == printed

    def test_version(self, cli: Cli) -> None:
        assert cli("--version").stdout == f"ccsim {__version__}\n"
