"""The six studies run and point the same way with few replications; their page is what the script writes."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def studies() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_studies", ROOT / "experiments" / "make_studies.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module  # for its dataclasses
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def page(studies: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> str:
    """With three replications."""
    return str(studies.make(tmp_path_factory.mktemp("page"), 3).read_text("utf-8"))


def answer(page: str, heading: str) -> str:
    section = page.partition(f"## {heading}")[2].partition("\n## ")[0]
    return " ".join(section.partition("![")[2].split())


def numbers(text: str, pattern: str) -> list[float]:
    found = re.search(pattern, text)
    assert found is not None, text
    return [float(number) for number in found.groups()]


def test_there_is_a_study_for_each_question_with_its_figure(page: str, studies: ModuleType) -> None:
    assert len(studies.STUDIES) == page.count("\n## ") == 6
    assert page.count("](figures/study-") == 6


def test_more_volume_lowers_service_and_few_people_restore_it(page: str) -> None:
    text = answer(page, "A fifth more volume")
    before, after = numbers(text, r"falls from ([\d.]+)% to ([\d.]+)%")
    assert after < before - 4
    people, added = numbers(text, r"(\d+) people restore it \(95% .*?\), (\d) more")
    assert people == 11 + added
    assert 1 <= added <= 3


def test_who_learns_tech_helps_tech_and_costs_billing(page: str) -> None:
    text = answer(page, "Two of eight learn the other line")
    before, full, slow = numbers(text, r"gains: from ([\d.]+)% to ([\d.]+)% .*? still to ([\d.]+)%")
    assert before < slow < full
    before, full, slow = numbers(text, r"pays: from ([\d.]+)% to ([\d.]+)% and ([\d.]+)%")
    assert slow < full < before


def test_the_bot_gains_less_than_promised(page: str) -> None:
    text = answer(page, "Bot containment from 30 to 45 %")
    (gained,) = numbers(text, r": ([\d.]+) points, not 15")
    assert 8 < gained < 14
    busy, less = numbers(text, r"occupancy falls from ([\d.]+)% to ([\d.]+)%")
    assert less < busy


def test_the_second_chat_saves_people_and_takes_the_customers_time(page: str) -> None:
    text = answer(page, "How many chats at once")
    two, three = numbers(text, r"two at once (\d), three at once (\d)")
    assert three <= two
    one, beside, up_to_three = numbers(text, r"takes (\d+) s one at a time, (\d+) s beside .*? and (\d+) s")
    assert one < beside < up_to_three


def test_the_intake_helps_after_its_classroom(page: str) -> None:
    (week,) = numbers(answer(page, "An intake still in training"), r"helps from week (\d)")
    assert week == 2


def test_experienced_people_restore_what_the_growth_took(page: str) -> None:
    text = answer(page, "An intake still in training")
    before, people, added, intake, worth = numbers(
        text,
        r"10 people gave ([\d.]+)% .*?; (\d+) experienced people restore that \(95% .*?\), (\d) more\. "
        r".*? give ([\d.]+)%, for which it would take (\d+)",
    )
    assert before < intake
    assert 10 < people == 10 + added <= worth <= 14


def test_an_outage_lowers_the_week_and_helpers_come_late(page: str) -> None:
    text = answer(page, "An outage of ninety minutes")
    without, hit = numbers(text, r"service level falls by .*?, from ([\d.]+)% to ([\d.]+)%\.")
    hit_again, helped = numbers(text, r"service level rises by .*?, from ([\d.]+)% to ([\d.]+)%\.")
    assert hit == hit_again
    assert hit < helped < without
    sooner, later = numbers(text, r"back to normal (\d+) minutes after the outage is over and not (\d+) ")
    assert sooner < later - 20
    late, early = numbers(
        text, r"No number of people from ten on .*?give ([\d.]+)%\); (\d+) who come at nine would"
    )
    assert late < without
    assert 10 < early < 30


@pytest.mark.slow
def test_the_page_is_what_the_script_writes(studies: ModuleType, tmp_path: Path) -> None:
    """When results changed on purpose: ``python experiments/make_studies.py`` writes it anew."""
    written = studies.make(tmp_path).read_text("utf-8")
    assert written == (ROOT / "docs" / "how-to" / "studies.md").read_text("utf-8")
