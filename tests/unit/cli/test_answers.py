"""``ccsim sensitivity``, ``surface``, ``breakeven``, ``pareto``: a table, a sentence, JSON and a figure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import TINY, Cli

EXPERIMENT = """\
format: 1
name: desk
scenario: tiny.yaml
seed: 1
replications: 6
cases: {paid: {agent_groups.desk.cost: 20/h}}
vary:
  agent_groups.desk.headcount: [6, 7, 8]
  queues.cards.talk.mean: [4m, 5m, 6m]
measure: [service_level, cost, occupancy]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from ccsim.experiments.planning.plan import load_plan
    from ccsim.experiments.sweep import run_plan

    room = tmp_path_factory.mktemp("answers")
    (room / "tiny.yaml").write_text(TINY)
    (room / "desk.yaml").write_text(EXPERIMENT)
    run_plan(load_plan(room / "desk.yaml"), room / "desk")
    return room / "desk"


BREAK_EVEN = ["--of", "talk", "--as-good-as", "headcount 8, talk 6m", "--at", "headcount=7"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["sensitivity"], "What moves the service level most is "),
        (["sensitivity", "--method", "sobol"], "Of how much the service level varies over these ranges"),
        (
            ["surface", "--at", "headcount=7,talk=5m30s"],
            "At headcount 7, talk 5m30s the service level is about",
        ),
        (["breakeven", *BREAK_EVEN], "With headcount 7 it takes talk "),
        (["pareto", "--measures", "cost,service_level"], "are on the front of cost and service level"),
    ],
)
def test_an_answer_is_a_text_a_document_and_a_figure(
    cli: Cli, folder: Path, tmp_path: Path, arguments: list[str], says: str
) -> None:
    command, *more = arguments
    picture = tmp_path / "answer.svg"
    shown = cli(command, folder, *more, "--figure", picture, COLUMNS="120")
    assert shown.exit_code == 0, shown.output
    assert says in shown.stdout
    assert "base:1" not in shown.stdout
    assert picture.read_text().startswith("<?xml")
    data = json.loads(cli(command, folder, *more, "--json").stdout)
    assert data["experiment"] == "desk"
    assert data["cells"] == {"of": 54, "done": 54, "failed": 0}


def test_a_table_names_points_and_factors(cli: Cli, folder: Path) -> None:
    lines = cli("sensitivity", folder, COLUMNS="120").stdout.splitlines()
    assert lines[0] == "desk: what moves the service level, from one end to the other"
    assert {line.split()[0] for line in lines[3:5]} == {"headcount", "talk"}
    front = cli("pareto", folder, "--measures", "cost,service_level", COLUMNS="140").stdout
    assert "headcount 6, talk 4m" in front.partition("dominated")[0]


def test_the_surface_predicts_what_was_played(cli: Cli, folder: Path) -> None:
    data = json.loads(cli("surface", folder, "--at", "headcount=7,talk=5m", "--json").stdout)
    (found,) = data["predictions"]
    assert found["at"] == {"headcount": "7", "talk": "5m"}
    from ccsim.experiments.sweep import Sweep

    table = Sweep.open(folder).estimates()
    played = table[(table["point"] == 5) & (table["metric"] == "service_level")]["value"].iloc[0]
    assert found["value"] == pytest.approx(played, abs=0.03)


def test_what_is_not_there_yet_is_said_first(cli: Cli, folder: Path, tmp_path: Path) -> None:
    import shutil

    part = shutil.copytree(folder, tmp_path / "part")
    for file in (part / "parts").iterdir():
        lines = [line for line in file.read_text().splitlines(True) if json.loads(line)["point"] != 9]
        file.write_text("".join(lines))
    text = cli("surface", part).stdout
    assert text.startswith(
        "This sweep is not finished: 48 of 54 cells are there.\nLeft out, as nothing of it is"
    )
    grid = cli("sensitivity", part, "--method", "sobol")
    assert grid.exit_code == 2
    assert "every combination" in grid.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sensitivity", "--measure", "ocupancy"], "did you mean occupancy?"),
        (["sensitivity", "--method", "morris"], "design: {kind: morris, points: 10}"),
        (["sensitivity", "--figure", "tornado.doc"], "must end in .png, .svg or .pdf"),
        (["surface", "--at", "headcount=99"], "headcount 99 was not played (6 to 8 was)"),
        (["surface", "--at", "headcount"], "'headcount' is not NAME=VALUE"),
        (
            ["surface", "--at", "people=7"],
            "nothing that varies is called 'people'; there is: headcount, talk",
        ),
        (["surface", "--case", "free"], "no case 'free'"),
        (["breakeven", "--of", "talk"], "say either --reach"),
        (["breakeven", "--of", "talk", "--as-good-as", "headcount 9"], "no point is called 'headcount 9'"),
        (["breakeven", "--reach", "80%"], "say of what: headcount, talk"),
        (["pareto", "--measures", "cost"], "at least two measures"),
        (
            ["pareto", "--measures", "cost,occupancy"],
            "say which end of occupancy is better: occupancy:higher",
        ),
    ],
)
def test_what_cannot_be_asked_is_2(cli: Cli, folder: Path, arguments: list[str], message: str) -> None:
    command, *more = arguments
    result = cli(command, folder, *more)
    assert result.exit_code == 2, result.output
    assert message in result.stderr


def test_a_measure_may_be_told_which_end_is_better(cli: Cli, folder: Path) -> None:
    result = cli("pareto", folder, "--measures", "occupancy:lower,service_level")
    assert result.exit_code == 0, result.output
    assert "headcount 8, talk 4m" in result.stdout.partition("dominated")[0]
