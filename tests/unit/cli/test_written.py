"""Files that commands write: of the right kind, and never inside a folder of results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from ccsim.experiments.keeping.store import Store

Cli = Callable[..., Result]

PLAN = """\
format: 1
name: heads
scenario: tiny.yaml
seed: 3
replications: 2
vary: {agent_groups.desk.headcount: [7, 9]}
measure: [service_level]
"""


@pytest.fixture
def plan(tiny: Path) -> Path:
    path = tiny.parent / "heads.yaml"
    path.write_text(PLAN)
    return path


@pytest.fixture
def out(cli: Cli, plan: Path) -> Path:
    folder = plan.parent / "out"
    assert cli("sweep", plan, "--out", folder, "--engine", "simpy", "--workers", "1").exit_code == 0
    return folder


@pytest.mark.parametrize(
    ("command", "option", "name"),
    [
        ("results", "--csv", "out/manifest.json"),
        ("results", "--csv", "out/table.csv"),
        ("results", "--csv", "out/parts/table.csv"),
        ("results", "--csv", "heads.yaml"),
        ("results", "--parquet", "out/table.parquet"),
        ("results", "--parquet", "table.csv"),
        ("sensitivity", "--figure", "out/picture.png"),
        ("sensitivity", "--figure", "heads.yaml"),
    ],
)
def test_what_would_be_overwritten_is_2_and_stays(
    cli: Cli, plan: Path, out: Path, command: str, option: str, name: str
) -> None:
    before = sorted(plan.parent.rglob("*"))
    result = cli(command, out, option, plan.parent / name)
    assert result.exit_code == 2
    assert "e.g. " in result.stderr
    assert plan.read_text() == PLAN
    assert sorted(plan.parent.rglob("*")) == before
    assert len(Store.open(out).shelf()) == 4


def test_a_point_of_the_chosen_case_needs_no_case_in_its_name(cli: Cli, plan: Path) -> None:
    plan.write_text(PLAN + "cases: {base: {}, slow: {queues.cards.talk.mean: 7m}}\n")
    folder = plan.parent / "cases"
    assert cli("sweep", plan, "--out", folder, "--engine", "simpy", "--workers", "1").exit_code == 0
    for case in ("base", "slow"):
        alone, full = (
            cli("breakeven", folder, "--case", case, "--as-good-as", name)
            for name in ("headcount 9", f"{case}, headcount 9")
        )
        assert alone.exit_code == 0, alone.output
        assert f"with {case}, headcount 9" in " ".join(alone.output.split())
        assert alone.output == full.output


def test_a_link_into_the_results_is_no_way_in(cli: Cli, plan: Path, out: Path) -> None:
    link = plan.parent / "link"
    link.symlink_to(out, target_is_directory=True)
    assert cli("results", out, "--provenance", "--csv", link / "table.csv").exit_code == 2


def test_beside_the_results_is_fine(cli: Cli, plan: Path, out: Path) -> None:
    assert cli("results", out, "--csv", plan.parent / "out.csv").exit_code == 0
    assert (plan.parent / "out.csv").is_file()
