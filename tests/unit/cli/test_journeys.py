"""The commands on a scenario with chats, emails, a bot, tiers and returns."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ccsim.cli.main import face
from ccsim.scenario.reading import load

SMALL = ("--set", "time.days=2", "--engine", "simpy", "--replications", "2", "--quiet")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What ``ccsim new --journey`` writes."""
    path = tmp_path_factory.mktemp("journey") / "center.yaml"
    assert ccsim("new", "--journey", str(path)).exit_code == 0
    return str(path)


def ccsim(*arguments: str) -> Result:
    result = CliRunner().invoke(face, list(arguments), standalone_mode=False)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_the_starter_is_short_and_without_warnings(file: str) -> None:
    lines = Path(file).read_text("utf-8").splitlines()
    assert len(lines) < 60
    assert max(map(len, lines)) <= 110
    scenario = load(file)
    assert scenario.warnings == []
    assert {queue.channel for queue in scenario.queues.values()} == {"voice", "chat", "email"}
    assert scenario.bots
    text = ccsim("check", file).output
    assert "\nWarnings" not in text


def test_new_without_the_flag_writes_the_simple_one() -> None:
    assert "bots:" not in ccsim("new", "-").output
    assert "bots:" in ccsim("new", "--journey", "-").output


def test_check_as_json_carries_the_sentences_and_the_flows(file: str) -> None:
    said = json.loads(ccsim("check", file, "--json").output)
    assert "An agent has up to 3 contacts open at once." in said["mechanisms"]["Channel chat"]
    support, chat = said["queues"]["support"], said["queues"]["support_chat"]
    assert support["formulas_do_not_apply"] == ""
    assert support["fresh_contacts"] == pytest.approx(620 * 10.4)
    assert support["contacts_by_cause"]["return"] > 0
    assert support["legs_by_entry"]["arrived"] < support["fresh_contacts"]
    assert any(text.startswith("Escalation: 10 %") for text in support["mechanisms"])
    assert chat["formulas_do_not_apply"] == "an agent has several contacts open at once"
    assert "erlang_a" not in chat
    plain = ccsim("check", file).output
    for text in (*support["mechanisms"], *said["mechanisms"]["Bot front_door"]):
        assert " ".join(text.split()) in " ".join(plain.split())


def test_run_as_json_carries_the_journey_and_the_losses(file: str) -> None:
    said = json.loads(ccsim("run", file, *SMALL, "--json").output)
    journey, lost = said["journey"], said["lost"]
    fronts = sum(row["issues"] for row in journey["ended_at_fronts"])
    assert fronts + sum(journey["reached_people"].values()) == pytest.approx(journey["issues"])
    assert sum(journey["ends"].values()) == pytest.approx(journey["issues"])
    assert [row["contacts"] for row in lost] == sorted((row["contacts"] for row in lost), reverse=True)


def test_run_compares_with_the_same_customers_without_the_bot(file: str) -> None:
    text = " ".join(ccsim("run", file, *SMALL).output.split())
    found = re.search(r"Deflection: (\d+\.\d) % ±\d+\.\d fewer contacts for people", text)
    assert found
    assert 10 < float(found[1]) < 45
    assert "The journey of 100 issues" in text


def test_out_holds_the_journeys(file: str, tmp_path: Path) -> None:
    ccsim("run", file, *SMALL, "--out", str(tmp_path / "results"), "--format", "csv")
    names = {path.name for path in (tmp_path / "results").iterdir()}
    assert {"issues.csv", "journeys.csv", "journey_events.csv", "sessions.csv", "legs.csv"} <= names
    head = (tmp_path / "results" / "journey_events.csv").read_text("utf-8").splitlines()[0]
    assert {"case_id", "activity", "timestamp"} <= set(head.split(","))


def test_trace_tells_sessions(file: str) -> None:
    text = ccsim(
        "trace", file, "--engine", "simpy", "--set", "time.days=1", "--from", "10:00", "--to", "10:15"
    ).output
    assert "meets bot front_door" in text
