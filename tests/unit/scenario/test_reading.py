"""Files and data become the same checked scenario, with the meaning that a planner expects."""

from __future__ import annotations

import copy
import datetime
import random
from pathlib import Path
from typing import Any

import pytest

from ccsim.errors import ScenarioError
from ccsim.scenario import Scenario, load, scenario_from_text
from ccsim.scenario.arrivals import Hourly, PerDay, Trace, VolumeFile
from ccsim.units import DAY, HOUR, MINUTE, SECOND

from .conftest import ROOT


def problems_of(data: Any) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        Scenario.from_dict(data)
    return [f"{problem.path}: {problem.message}" for problem in caught.value.problems]


def test_helpdesk_is_what_it_says() -> None:
    scenario = load(ROOT / "scenarios" / "helpdesk.yaml")
    assert scenario.name == "helpdesk"
    assert scenario.time.start == datetime.date(2026, 3, 2)
    assert scenario.time.days == 5
    assert scenario.time.interval == 30 * MINUTE
    assert scenario.time.drain == 2 * HOUR
    assert scenario.time.open.windows(0) == [(8 * HOUR, 18 * HOUR)]
    queue = scenario.queues["support"]
    assert queue.needs == "support"
    assert isinstance(queue.arrivals, PerDay)
    assert (queue.arrivals.per_day, queue.arrivals.shape) == (620, "two_peaks")
    assert queue.talk is not None
    assert queue.talk.law().mean() == 300
    assert (queue.service_level.share, queue.service_level.within) == (0.8, 30 * SECOND)
    group = scenario.agent_groups["desk"]
    assert (group.headcount, group.skills, group.shifts) == (11, {"support": 1.0}, {"day": 1.0})
    shift = scenario.shifts["day"]
    assert shift.hours == (8 * HOUR, 18 * HOUR)
    assert shift.days == {0, 1, 2, 3, 4}
    assert [(b.length, b.after, b.spread, b.paid) for b in shift.breaks] == [
        (45 * MINUTE, 4 * HOUR, 3 * HOUR, True)
    ]
    assert scenario.warnings == []
    assert scenario.skills == ("support",)


def test_source_is_the_name_as_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    scenario = load("scenarios/helpdesk.yaml")
    assert scenario.source == "scenarios/helpdesk.yaml"
    assert scenario.folder == Path("scenarios")


def test_file_and_data_are_equal(world: dict[str, Any], scenario: Scenario) -> None:
    text = scenario.to_yaml()
    assert scenario_from_text(text) == Scenario.from_dict(world)


def test_values_of_python_are_understood(world: dict[str, Any], tmp_path: Path) -> None:
    np = pytest.importorskip("numpy")
    (tmp_path / "volumes.csv").write_text("start,offered\n")
    world["time"]["start"] = datetime.date(2026, 3, 2)
    world["agent_groups"]["desk"]["headcount"] = np.int64(11)
    world["agent_groups"]["desk"]["skills"] = ("support",)
    world["queues"]["support"]["arrivals"] = {"file": Path("volumes.csv")}
    scenario = Scenario.from_dict(world, folder=tmp_path)
    assert scenario.agent_groups["desk"].headcount == 11
    assert scenario.folder == tmp_path


def test_from_dict_leaves_its_argument_alone(rich: dict[str, Any]) -> None:
    before = copy.deepcopy(rich)
    Scenario.from_dict(rich)
    assert rich == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"name: \xff\xfe", "not UTF-8"),
        (b"", "the file is empty"),
        (b"name: \x07", "not allowed in YAML"),
        (b"a: &a [*a]", "an alias inside its own anchor"),
        (b"# only a comment\n", "the file is empty"),
        (b"~\n", "the file is empty"),
    ],
)
def test_unreadable_files_say_why(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    with pytest.raises(ScenarioError, match=message):
        load(path)


def test_missing_file_and_folder_say_so(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="no such file"):
        load(tmp_path / "none.yaml")
    with pytest.raises(ScenarioError, match="folder"):
        load(tmp_path)


def test_aliases_cannot_unfold_without_end() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(ScenarioError, match="more than 200000 values"):
        scenario_from_text("\n".join(lines))


def test_yaml_1_2_leaves_words_and_clocks_alone() -> None:
    text = """
format: 1
name: no
description: 12:30
time: {start: 2026-03-02, days: 5, open: 08:00-18:00}
queues: {on: {arrivals: {per_day: 5}, talk: fixed 1m}}
agent_groups: {yes: {headcount: 1, skills: [on], shifts: {off: 100%}}}
shifts: {off: {hours: 08:00-18:00}}
"""
    scenario = scenario_from_text(text)
    assert (scenario.name, scenario.description) == ("no", "12:30")
    assert list(scenario.queues) == ["on"]
    assert list(scenario.agent_groups) == ["yes"]
    assert scenario_from_text(scenario.to_yaml()) == scenario


def test_defaults_fill_only_what_is_not_said(rich: dict[str, Any]) -> None:
    scenario = Scenario.from_dict(rich)
    assert scenario.queues["billing"].patience.kind == "weibull"
    assert scenario.queues["cards"].patience.kind == "empirical"
    billing = scenario.queues["billing"].arrivals
    assert isinstance(billing, PerDay)
    assert (billing.daily_cv, billing.growth) == (0.1, 1.04)


def test_a_wrong_default_is_reported_once_where_it_stands(rich: dict[str, Any]) -> None:
    rich["defaults"]["queue"]["wrap_up"] = "40"
    del rich["queues"]["billing"]["wrap_up"]
    assert problems_of(rich) == ["defaults.queue.wrap_up: '40' needs a unit, e.g. 90s, 5m20s, 8h"]


def test_group_shrinkage_keeps_what_it_does_not_name(rich: dict[str, Any]) -> None:
    scenario = Scenario.from_dict(rich)
    own = scenario.agent_groups["second"].shrinkage
    assert (own.planned, own.unplanned, own.adherence) == (0.12, 0.06, 0.96)
    assert scenario.agent_groups["first"].shrinkage == scenario.shrinkage


def test_hours_by_day(rich: dict[str, Any]) -> None:
    hours = Scenario.from_dict(rich).time.open
    assert hours.windows(0) == [(7 * HOUR, 21 * HOUR)]
    assert hours.windows(5) == [(9 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR)]
    assert hours.windows(6) == []


def test_hourly_rates_and_weekdays(rich: dict[str, Any]) -> None:
    scenario = Scenario.from_dict(rich)
    cards, billing = scenario.queues["cards"].arrivals, scenario.queues["billing"].arrivals
    assert isinstance(cards, Hourly)
    assert cards.hourly.rates(0) == [(8 * HOUR, 12 * HOUR, 40.0), (12 * HOUR, 20 * HOUR, 25.5)]
    assert cards.hourly.rates(6) == []
    assert isinstance(billing, PerDay)
    assert billing.weekdays == (1.2, 1, 1, 1, 1, 0.5, 1)


def test_events_cover_their_days(rich: dict[str, Any]) -> None:
    events = Scenario.from_dict(rich).events
    assert events["outage"].on.covers(datetime.date(2026, 3, 4))
    assert not events["outage"].on.covers(datetime.date(2026, 3, 5))
    assert events["campaign"].on.covers(datetime.date(2026, 3, 11))
    assert events["fridays"].on.covers(datetime.date(2026, 3, 13))
    assert events["fridays"].queues is None
    assert events["fridays"].hours == (0, DAY)
    assert events["fridays"].volume == 0.8


def test_preferences_are_ranks(rich: dict[str, Any]) -> None:
    scenario = Scenario.from_dict(rich)
    assert scenario.queues["billing"].prefers == (("first",), ("second", "expert"))
    assert scenario.agent_groups["second"].prefers == (("cards",), ("billing",))


@pytest.mark.parametrize(
    ("hours", "spread"), [("08:00-18:00", "1h"), ("08:00-16:15", "0s"), ("08:00-16:20", "10m")]
)
def test_usual_spread_of_a_break_stays_in_the_shift(world: dict[str, Any], hours: str, spread: str) -> None:
    world["shifts"]["day"] = {"hours": hours, "breaks": ["15m after 8h"]}
    scenario = Scenario.from_dict(world)
    assert scenario.canonical()["shifts"]["day"]["breaks"][0]["spread"] == spread


def test_files_are_looked_for_in_the_folder(world: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "volumes.csv").write_text("start,offered\n")
    (tmp_path / "calls.csv").write_text("arrived_at\n")
    (tmp_path / "people.csv").write_text("agent\n")
    queue = world["queues"]["support"]
    del queue["talk"]
    queue["arrivals"] = {"file": "volumes.csv", "layout": "amazon_connect", "growth": "+10%"}
    world["queues"]["replay"] = {"needs": "support", "arrivals": {"trace": "calls.csv"}}
    world["agent_groups"]["desk"] = {"skills": ["support"], "roster": "people.csv"}
    scenario = Scenario.from_dict(world, folder=tmp_path)
    assert isinstance(scenario.queues["support"].arrivals, VolumeFile)
    assert isinstance(scenario.queues["replay"].arrivals, Trace)
    assert scenario.path("volumes.csv") == tmp_path / "volumes.csv"
    with pytest.raises(ScenarioError) as caught:
        Scenario.from_dict(world, folder=tmp_path / "elsewhere")
    assert {problem.path for problem in caught.value.problems} == {
        "queues.support.arrivals.file",
        "queues.replay.arrivals.trace",
        "agent_groups.desk.roster",
    }


def test_a_file_with_a_near_name_is_offered(world: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "volumes_march.csv").write_text("start,offered\n")
    world["queues"]["support"]["arrivals"] = {"file": "volume_march.csv"}
    with pytest.raises(ScenarioError, match=r"did you mean volumes_march\.csv"):
        Scenario.from_dict(world, folder=tmp_path)


@pytest.mark.parametrize(
    ("there", "asked"),
    [
        ("neg.csv", "nix.csv"),
        ("a.parquet", "b.parquet"),
        ("volumes.yaml", "volumes.csv"),
        ("vol.csv", "volumes.csv"),
    ],
)
def test_a_file_of_another_name_or_ending_is_not_offered(
    world: dict[str, Any], tmp_path: Path, there: str, asked: str
) -> None:
    (tmp_path / there).write_text("start,offered\n")
    (tmp_path / asked).with_suffix("").mkdir()
    world["queues"]["support"]["arrivals"] = {"file": asked}
    world["queues"]["support"]["talk"] = "fixed 3m"
    with pytest.raises(ScenarioError) as caught:
        Scenario.from_dict(world, folder=tmp_path)
    expected = f"there is no file {asked!r}; it is looked for beside the scenario"
    assert [problem.message for problem in caught.value.problems] == [expected]


def test_drawn_handle_times_of_a_trace_need_talk(world: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text("arrived_at\n")
    world["queues"]["support"] = {"arrivals": {"trace": "calls.csv", "handle_times": "drawn"}}
    with pytest.raises(ScenarioError, match=r"queues\.support\.talk +missing"):
        Scenario.from_dict(world, folder=tmp_path)


def test_keys_that_are_not_text_are_refused(world: dict[str, Any]) -> None:
    world["queues"]["support"]["arrivals"] = {"per_day": 5, "weekdays": {1: "120%"}}
    assert any("the key 1 is not a text" in problem for problem in problems_of(world))


def test_rules_and_fields_complain_together(world: dict[str, Any]) -> None:
    world["queues"]["support"]["patience"] = "exponential mean 4"
    world["agent_groups"]["desk"]["skills"] = ["suport"]
    world["agent_groups"]["desk"]["shifts"] = {"day": "60%", "night": "30%"}
    world["shifts"]["day"]["breaks"] = ["45m after 9h30m"]
    assert sorted(problems_of(world)) == [
        "agent_groups.desk.shifts: no shift 'night'; there is: day",
        "agent_groups.desk.shifts: the shares add up to 90%, not 100%",
        "agent_groups.desk.skills.0: no queue needs the skill 'suport'; did you mean support?",
        "queues.support.patience: '4' needs a unit, e.g. 90s, 5m20s, 8h",
        "shifts.day.breaks.0: it ends 10h15m into a shift of 10h",
    ]


@pytest.mark.parametrize(
    "junk", [None, 3, "text", [], [1], {"a": None}, {"a": 3}, {"a": []}, {"a": {"b": {}}}]
)
@pytest.mark.parametrize(
    "section",
    ["time", "queues", "agent_groups", "shifts", "events", "defaults", "channels", "routing", "skills"],
)
def test_junk_anywhere_is_a_problem_never_a_crash(world: dict[str, Any], section: str, junk: Any) -> None:
    world[section] = junk
    try:
        Scenario.from_dict(world)
    except ScenarioError as error:
        problems = error.problems
        if not problems:
            pytest.fail("an error without a problem")


KEYS = (
    "arrivals",
    "patience",
    "talk",
    "service_level",
    "priority",
    "hours",
    "prefers",
    "needs",
    "channel",
    "lines",
)


@pytest.mark.parametrize(
    "junk", [True, -1, 1e308, float("nan"), "", "??", ["x"], {"x": 1}, [[1]], {"law": 3}]
)
@pytest.mark.parametrize("key", KEYS)
def test_junk_in_a_queue_is_a_problem(world: dict[str, Any], key: str, junk: Any) -> None:
    world["queues"]["support"][key] = junk
    if (key, junk) in (("priority", -1), ("needs", "")):
        assert Scenario.from_dict(world).queues["support"].needs == "support"
        return
    assert problems_of(world)


ANYTHING = (
    *(None, True, 0, -1, 3.5, 1e308, float("nan"), float("inf"), 10**30, b"x", object()),
    *(
        "",
        "x",
        "5%",
        "101%",
        "4",
        "5m",
        "never",
        "mon-fri",
        "08:00-18:00",
        "a.b",
        "x4",
        "5% balk, else never",
    ),
    *([], {}, [1], ["x"], ["x", "x"], [[["x"]]], {"a": 1}, {"": ""}, {"law": "never"}, {"law": [1]}),
)


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(place for key, item in items for place in places(item, (*path, key)))]


@pytest.mark.parametrize("seed", range(3))
def test_random_damage_of_a_text_is_told_at_one_of_its_lines(seed: int) -> None:
    luck = random.Random(seed)
    told: list[tuple[str, ScenarioError]] = []
    whole = (ROOT / "scenarios" / "helpdesk.yaml").read_text("utf-8")
    for _ in range(100):
        text = whole
        for _ in range(luck.choice([1, 1, 2])):
            place = luck.randrange(len(text))
            more = luck.choice(
                ["", " ", "   ", "\n", "\n ", ":", ": ", "-", "- ", "'", '"', "]", "}", ",", "\u2028", "\r"]
            )
            text = text[:place] + more + text[place + luck.choice([0, 1, 2]) :]
        try:
            scenario_from_text(text)
        except ScenarioError as error:
            told.append((text, error))
    assert len(told) > 20
    for text, error in told:
        lines = len(text.splitlines())
        assert all(1 <= problem.line <= lines + 1 for problem in error.problems), text
        assert "expected <" not in str(error), text
        assert "<block" not in str(error), text


@pytest.mark.parametrize("seed", range(3))
def test_random_damage_is_a_problem_in_our_words_or_a_world(rich: dict[str, Any], seed: int) -> None:
    luck = random.Random(seed)
    accepted = 0
    for _ in range(100):
        data = copy.deepcopy(rich)
        for _ in range(luck.choice([1, 1, 2, 3])):
            *way, last = luck.choice(places(data)[1:])
            here: Any = data
            for key in way:
                here = here[key]
            if luck.random() < 0.7:
                here[last] = copy.copy(luck.choice(ANYTHING))
            else:
                del here[last]
        try:
            scenario = Scenario.from_dict(data)
        except ScenarioError as error:
            text = str(error)
        else:
            text = ""
            accepted += 1
            assert Scenario.from_dict(scenario.canonical()) == scenario
            assert scenario_from_text(scenario.to_yaml()) == scenario
        # words of the libraries below us
        assert not any(word in text for word in ("Input should", "validation", "pydantic", "NoneType"))
    assert accepted > 0
