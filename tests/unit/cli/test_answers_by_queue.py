"""The commands that answer from a sweep, asked about one queue."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import TINY, Cli

MAILS = """\
  mails:
    arrivals: {hourly: {10:00-12:00: 60}}
    talk: fixed 1m
    service_level: 80% in 100m
agent_groups:
  back: {headcount: 3, skills: [mails], shifts: {day: 100%}}
"""
EXPERIMENT = """\
format: 1
name: two
scenario: two.yaml
seed: 1
replications: 4
vary: {agent_groups.desk.headcount: [4, 5, 6, 7, 8, 9, 10]}
measure: [service_level, cost]
"""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sweeps of two queues: ``keyed`` was measured by queue, ``plain`` was not."""
    from ccsim.experiments.planning.plan import load_plan
    from ccsim.experiments.sweep import run_plan

    room = tmp_path_factory.mktemp("by-queue")
    (room / "two.yaml").write_text(TINY.replace("agent_groups:\n", MAILS))
    for name, more in (("keyed", "by: [queue]\n"), ("plain", "")):
        (room / f"{name}.yaml").write_text(EXPERIMENT + more)
        run_plan(load_plan(room / f"{name}.yaml"), room / name)
    return room


def test_a_break_even_of_all_queues_warns_of_those_below(cli: Cli, room: Path) -> None:
    answer, warning = cli("breakeven", room / "keyed", "--reach", "80%").stdout.splitlines()
    assert "agents in group desk" in answer
    assert answer.endswith("for a service level of 80.0% over all queues.")
    assert warning.startswith("But with ")
    assert "the service level is below 80.0% in queue cards (" in warning
    (data,) = json.loads(cli("breakeven", room / "keyed", "--reach", "80%", "--json").stdout)["answers"]
    assert list(data["missed_by"]) == ["cards"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["breakeven", "--reach", "80%"], "agents in group desk"),
        (["breakeven", "--reach", "80%"], " for a service level of 80.0% in queue cards."),
        (["sensitivity"], "what moves the service level in queue cards, from one end"),
        (["sensitivity"], "the service level in queue cards most is headcount in group desk:"),
        (["surface", "--at", "headcount=6"], "At headcount 6 in group desk the service level in queue cards"),
        (["surface"], "service level in queue cards on a quadratic surface"),
        (["pareto", "--measures", "cost,service_level"], "front of cost and service level in queue cards;"),
    ],
)
def test_every_answer_names_its_queue(cli: Cli, room: Path, arguments: list[str], says: str) -> None:
    command, *more = arguments
    result = cli(command, room / "keyed", *more, "--queue", "cards", COLUMNS="120")
    assert result.exit_code == 0, result.output
    assert says in result.stdout
    data = json.loads(cli(command, room / "keyed", *more, "--queue", "cards", "--json").stdout)
    assert data["queue"] == "cards"


@pytest.mark.parametrize(
    ("folder", "queue", "message"),
    [("plain", "cards", "write by: [queue] into the experiment"), ("keyed", "card", "did you mean cards?")],
)
def test_a_queue_of_which_nothing_is_known_is_2(
    cli: Cli, room: Path, folder: str, queue: str, message: str
) -> None:
    for more in (["breakeven", "--reach", "80%"], ["surface"], ["sensitivity"],
                 ["pareto", "--measures", "cost,service_level"]):  # fmt: skip
        result = cli(more[0], room / folder, *more[1:], "--queue", queue)
        assert result.exit_code == 2, result.output
        assert message in result.stderr
