"""A page for each mechanism: a short scenario of its own, shown, run with and without, and drawn."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

import ccsim
from ccsim.compiler import compile_scenario
from ccsim.compiler.journey import Journey
from ccsim.compiler.journeys.compiling import says_nothing
from docs import make_pictures, snippets

ROOT = snippets.ROOT
SCENARIOS = sorted((ROOT / "scenarios" / "howto").glob("*.yaml"))
MOST_LINES = 40
FEWEST = 19


def page_of(scenario: Path) -> str:
    return (ROOT / "docs" / "how-to" / f"{scenario.stem}.md").read_text("utf-8")


def test_there_is_a_scenario_for_each_mechanism() -> None:
    assert len(SCENARIOS) >= FEWEST


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)
class TestAPage:
    """What every page of a mechanism has."""

    def test_opens_with_the_question(self, scenario: Path) -> None:
        first = page_of(scenario).split("\n\n")[1]
        assert first.startswith("*")
        assert first.endswith("?*")

    def test_shows_its_short_scenario(self, scenario: Path) -> None:
        text = scenario.read_text("utf-8")
        assert f"```yaml\n{text}```" in page_of(scenario)
        assert len(text.splitlines()) < MOST_LINES

    def test_runs_it_with_and_without(self, scenario: Path) -> None:
        page = page_of(scenario)
        assert f"$ ccsim run scenarios/howto/{scenario.name}" in page
        assert "ccsim.Experiment(cases, seed=1" in page

    def test_shows_a_picture_and_says_what_it_shows(self, scenario: Path) -> None:
        found = re.search(rf"!\[(.*?)\]\(figures/{scenario.stem}\.png\)", page_of(scenario))
        assert found is not None
        assert len(found[1]) > 40

    def test_says_what_was_chosen_and_what_is_not_done(self, scenario: Path) -> None:
        assert "\n## What was chosen, and why\n" in page_of(scenario)
        assert "\n## What it does not do\n" in page_of(scenario)


def test_every_picture_is_there_and_drawn_by_the_script() -> None:
    drawn = make_pictures.pictures()
    of_pages = {path for path in drawn if path.parent == make_pictures.FIGURES}
    assert {path.stem for path in of_pages} == {scenario.stem for scenario in SCENARIOS} | {"answers"}
    there = {path for path in make_pictures.FIGURES.glob("*") if not path.name.startswith("study-")}
    assert there == of_pages  # the studies' own are drawn by experiments/make_studies.py
    for path in drawn:
        assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
@pytest.mark.parametrize("path", make_pictures.pictures(), ids=lambda path: path.stem)
def test_every_picture_can_be_drawn(path: Path) -> None:
    figure = make_pictures.pictures()[path]()
    assert any(axes.get_title(loc="left") for axes in figure.axes)


def test_the_retailer_uses_every_part_of_a_journey() -> None:
    file = ROOT / "scenarios" / "omnichannel_retailer.yaml"
    assert len(file.read_text("utf-8").splitlines()) < 250
    program = compile_scenario(ccsim.load(file))
    journey = program.journey
    none = Journey.none(len(program.queue_plans), len(journey.bad_days.pace), journey.bad_days.pace.shape[1])
    parts = [one.name for one in fields(Journey) if hasattr(getattr(none, one.name), "__dataclass_fields__")]
    assert len(parts) >= 11
    silent = [name for name in parts if says_nothing(getattr(journey, name), getattr(none, name))]
    assert silent == []
