"""The canonical form, the written file, the schema and the reference say the same world."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccsim.scenario import Scenario, load, scenario_from_text
from ccsim.scenario.reference import reference_rows
from ccsim.scenario.schema import json_schema
from ccsim.scenario.starter import starter_text
from ccsim.scenario.yaml_marks import read_yaml

from .conftest import ROOT

HELPDESK = ROOT / "scenarios" / "helpdesk.yaml"


@pytest.fixture
def worlds(rich: dict[str, Any], journey: dict[str, Any]) -> list[Scenario]:
    own = [Scenario.from_dict(rich), Scenario.from_dict(journey)]
    return [load(HELPDESK), *own, scenario_from_text(starter_text())]


def test_canonical_form_is_an_identity_of_json_types(worlds: list[Scenario]) -> None:
    for scenario in worlds:
        canonical = scenario.canonical()
        again = Scenario.from_dict(json.loads(json.dumps(canonical, allow_nan=False)))
        assert again == scenario
        assert again.canonical() == canonical
        assert again.content_hash() == scenario.content_hash()
        assert "defaults" not in canonical


def test_written_file_reads_back(worlds: list[Scenario]) -> None:
    for scenario in worlds:
        text = scenario.to_yaml()
        assert text.startswith("format: 1\nname: ")
        assert scenario_from_text(text) == scenario
        assert scenario_from_text(text).to_yaml() == text


def test_written_file_has_phrases(rich: dict[str, Any]) -> None:
    lines = [line.strip() for line in Scenario.from_dict(rich).to_yaml().splitlines()]
    for wanted in (
        "start: 2026-03-02",
        "talk: gamma mean 5m20s cv 0.8",
        "patience: 5% balk, else exponential mean 12m",
        "service_level: 80% in 20s",
        "service_level: {share: 90%, within: 10s, definition: sl_excl_short}",
        "priority: {base: 3, per_minute: 0.5}",
        "skills: [billing]",
        "skills: {billing: 0.9, cards: 1.1}",
        "breaks: [30m after 4h spread 1h unpaid, 15m after 8h15m]",
        "prefers: [first, [second, expert]]",
    ):
        assert wanted in lines


def test_hash_sees_every_change_and_the_order_of_queues(rich: dict[str, Any]) -> None:
    scenario = Scenario.from_dict(rich)
    changed = scenario.override({"queues.cards.waiting_places": 21})
    assert changed.content_hash() != scenario.content_hash()
    assert changed != scenario
    turned = {**rich, "queues": dict(reversed(rich["queues"].items()))}
    assert Scenario.from_dict(turned).content_hash() != scenario.content_hash()


def test_equal_scenarios_hash_equal(rich: dict[str, Any]) -> None:
    assert len({Scenario.from_dict(rich), Scenario.from_dict(rich)}) == 1


duration = st.integers(1, 10**12).map(lambda value: f"{value}us")
cv = st.floats(0.01, 3)
law = st.one_of(
    duration.map(lambda mean: {"law": "exponential", "mean": mean}),
    st.tuples(duration, cv).map(lambda pair: {"law": "lognormal", "mean": pair[0], "cv": pair[1]}),
    duration.map(lambda value: f"fixed {value}"),
    st.tuples(st.integers(1, 99), duration).map(
        lambda pair: f"{pair[0]}% balk, else exponential mean {pair[1]}"
    ),
)


some_name = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1)
some_name = some_name.map(str.strip).filter(bool)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1)
    .map(str.strip)
    .filter(bool),
    talk=law,
    patience=law,
    per_day=st.floats(0, 1e6),
    speed=st.floats(0.01, 10),
    share=st.integers(0, 100),
)
def test_random_worlds_survive_writing(
    world: dict[str, Any], name: str, talk: Any, patience: Any, per_day: float, speed: float, share: int
) -> None:
    queue = {"arrivals": {"per_day": per_day}, "talk": talk, "patience": patience, "needs": "support"}
    place = name.replace(".", "_")
    world["name"] = name
    world["queues"] = {place: queue}
    world["agent_groups"]["desk"]["skills"] = {"support": speed}
    world["agent_groups"]["desk"]["shifts"] = {"day": f"{share}%", "late": f"{100 - share}%"}
    world["shifts"]["late"] = {"hours": "12:00-20:00"}
    scenario = Scenario.from_dict(world)
    assert scenario_from_text(scenario.to_yaml()) == scenario
    assert Scenario.from_dict(scenario.canonical()) == scenario


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return json_schema()


def test_schema_accepts_phrases_and_long_forms(
    schema: dict[str, Any], rich: dict[str, Any], journey: dict[str, Any], worlds: list[Scenario]
) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for path in sorted((ROOT / "scenarios").glob("*.yaml")):
        validator.validate(read_yaml(path.read_text(encoding="utf-8")).data)
    validator.validate(rich)
    validator.validate(journey)
    validator.validate(read_yaml(starter_text()).data)
    for scenario in worlds:
        validator.validate(scenario.canonical())
        validator.validate(read_yaml(scenario.to_yaml()).data)


@pytest.mark.parametrize(
    "text",
    [
        "format: 1\nnme: x",
        "format: 2",
        "queues: {support: {talkk: fixed 1m}}",
        "queues: {support: {wrap_up: 40}}",
        "queues: {a.b: {talk: fixed 1m}}",
        "agent_groups: {desk: {headcount: many}}",
        "shifts: {day: {hours: 750}}",
        "time: {interval: 30}",
        "shrinkage: {planned: 9}",
    ],
)
def test_schema_refuses_slips(schema: dict[str, Any], text: str) -> None:
    data = read_yaml(text).data
    parts = {key: value for key, value in schema.items() if key != "required"}
    assert not jsonschema.Draft202012Validator(parts).is_valid(data)


def test_schema_describes_every_key_and_has_no_titles(schema: dict[str, Any]) -> None:
    def visit(node: Any, path: str) -> None:
        if isinstance(node, dict):
            assert "title" not in node or path == "", path
            for key, item in node.get("properties", {}).items():
                assert "description" in item, f"{path}.{key}"
                visit(item, f"{path}.{key}")
            for key, item in node.items():
                if key != "properties":
                    visit(item, f"{path}/{key}")
        elif isinstance(node, list):
            for number, item in enumerate(node):
                visit(item, f"{path}/{number}")

    sections = schema["properties"].pop("defaults")
    visit(schema, "")
    schema["properties"]["defaults"] = sections


def test_reference_names_every_key_once_with_its_default() -> None:
    rows = {row["path"]: row for row in reference_rows()}
    assert rows["time.interval"]["default"] == "30m"
    assert rows["time.interval"]["type"] == "time above 0s"
    assert rows["queues.<queue>.patience"]["default"] == "exponential mean 5m"
    assert rows["queues.<queue>.patience"]["evidence"] == "M"
    assert rows["queues.<queue>.service_level"]["default"] == "80% in 20s"
    assert rows["queues.<queue>.talk"]["type"] == "law"
    assert rows["agent_groups.<group>.skills"]["default"] == "required"
    assert rows["shifts.<shift>.breaks.<number>.paid"]["default"] == "true"
    assert rows["<law lognormal>.cv"]["default"] == "required"
    assert all(row["description"].endswith((".", ")")) for row in rows.values())
    assert not any(re.search(r"\[[A-Z]", row["description"]) for row in rows.values())


def test_starter_shows_the_other_keys_and_has_no_warnings() -> None:
    scenario = scenario_from_text(starter_text())
    assert scenario.warnings == []
    for key in (
        "drain",
        "zone",
        "defaults",
        "shrinkage",
        "routing",
        "events",
        "roster",
        "prefers",
        "closing",
    ):
        assert f"# {key}:" in starter_text() or f"#   {key}:" in starter_text()


def test_options_of_the_starter_work_when_switched_on() -> None:
    lines = starter_text().splitlines()
    switched = [
        re.sub(r"^( *)# ", r"\1", line)
        for line in lines
        if not line.startswith(("# A contact", "# Times", "# Lines"))
        # these exclude what is on, or need a file beside the scenario
        and not any(word in line for word in ("# arrivals:", "# roster:", "# patience: 5%"))
    ]
    text = "\n".join(switched)
    scenario = scenario_from_text(text)
    assert scenario.time.zone == "Europe/Berlin"
    assert scenario.shrinkage.planned == 0.09
    assert list(scenario.events) == ["outage"]
    assert scenario.queues["support"].prefers == (("desk",),)


def test_reading_is_light_and_quick() -> None:
    code = (
        "import sys, time\n"
        "from ccsim.scenario import load\n"
        "start = time.process_time()\n"
        f"load({str(HELPDESK)!r})\n"
        "spent = time.process_time() - start\n"
        "heavy = {'pandas', 'scipy', 'matplotlib', 'numba', 'simpy'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "assert spent < 0.15, spent\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_large_scenario_is_read_in_a_moment(world: dict[str, Any]) -> None:
    queue = world["queues"]["support"]
    world["queues"] = {f"queue{number}": dict(queue, needs="support") for number in range(200)}
    start = time.process_time()
    Scenario.from_dict(world)
    assert time.process_time() - start < 2
