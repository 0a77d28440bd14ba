"""The Anonymous Bank: the log is read past its traps, its laws estimated right, the page is up to date."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ccsim

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "experiments" / "anonymous_bank"
sys.path.insert(0, str(FOLDER))

import call_log  # noqa: E402
import compare  # noqa: E402
import derive  # noqa: E402
import laws  # noqa: E402
import model  # noqa: E402
import priority  # noqa: E402
import staffing  # noqa: E402
from scenario_text import to_text  # noqa: E402

DATA = call_log.data_path()
needs_data = pytest.mark.skipif(
    not DATA.exists(),
    reason="the call log is not part of ccsim; CCSIM_DATA names the folder with anonymous_bank/",
)
HEAD = "\t".join(call_log.COLUMNS)


def row(**cells: str) -> str:
    """A regular caller of Sunday, 3 January, who waited 20 s from 10:00 and was served for a minute."""
    usual = {
        "vru+line": "AA0101",
        "call_id": "1",
        "customer_id": "7",
        "priority": "1",
        "type": "PS",
        "date": "990103",
        "vru_entry": "9:59:50",
        "vru_exit": "10:00:00",
        "vru_time": "10",
        "q_start": "10:00:00",
        "q_exit": "10:00:20",
        "q_time": "20",
        "outcome": "AGENT",
        "ser_start": "10:00:19",
        "ser_exit": "10:01:19",
        "ser_time": "60",
        "server": "ANN",
    }
    return "\t".join({**usual, **cells}.values())


NEVER_QUEUED = {"q_start": "0:00:00", "q_exit": "0:00:00", "q_time": "0", "priority": "0", "customer_id": "0"}
NOT_SERVED = {
    "outcome": "HANG",
    "ser_start": "0:00:00",
    "ser_exit": "0:00:00",
    "ser_time": "0",
    "server": "NO_SERVER",
}


def read(tmp_path: Path, *rows: str) -> call_log.CallLog:
    path = tmp_path / "log.txt"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return call_log.read_calls(path)


# -- the log ------------------------------------------------------------------------------------------------


def test_traps_of_the_log_are_seen(tmp_path: Path) -> None:
    log = read(
        tmp_path,
        row(),
        row(call_id="2", vru_entry="9:00:00", outcome="PHANTOM"),
        row(call_id="3", vru_entry="11:00:00", vru_exit="11:00:10", **NEVER_QUEUED),
        row(call_id="4", vru_entry="11:10:00", **(NEVER_QUEUED | NOT_SERVED)),
        row(call_id="5", vru_entry="11:20:00", priority="2", **NOT_SERVED),
        row(
            call_id="6",
            vru_entry="23:59:00",
            q_start="23:59:10",
            q_exit="23:59:30",
            ser_start="23:59:30",
            ser_exit="0:02:30",
            ser_time="180",
        ),
        row(call_id="6", vru_entry="23:59:00"),
        row(call_id="7", vru_entry="12:00:00", q_time="?"),
        row(call_id="8", vru_entry="12:10:00", ser_time="4", type="NW"),
    )
    counts = log.counts
    assert counts["rows"] == 9
    assert (counts["phantom"], counts["unreadable"], counts["duplicates"]) == (1, 1, 1)
    assert counts["hung_up_in_voice_response"] == 1
    assert counts["service_passes_midnight"] == 1
    assert counts["service_under_10s"] == 1
    assert (counts["offered"], counts["abandoned"]) == (5, 1)
    calls = log.calls
    at_once = calls[~calls["queued"]].iloc[0]
    assert (at_once["arrived_s"], at_once["wait_s"], at_once["priority"]) == (11 * 3600 + 10, 0, -1)
    assert calls["talk_s"].max() == 180
    assert set(calls["queue"]) == {"personal", "personal_high", "prospects"}


def test_another_layout_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.txt"
    path.write_text("call\tstart\n1\t10:00\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no column vru\\+line"):
        call_log.read_calls(path)


# -- the estimators -----------------------------------------------------------------------------------------


def test_kaplan_meier_by_hand() -> None:
    wait = np.array([1.0, 2.0, 2.0, 3.0, 4.0])
    gave_up = np.array([True, True, False, False, True])
    curve = laws.kaplan_meier(wait, gave_up)
    assert curve.surviving == pytest.approx([4 / 5, 4 / 5 * 3 / 4, 4 / 5 * 3 / 4, 0])
    assert curve.at(0.5) == 1
    assert curve.at(2.9) == pytest.approx(0.6)


def test_patience_of_exponential_callers_is_recovered() -> None:
    rng = np.random.default_rng(1)
    patience, answer = rng.exponential(200, 40_000), rng.exponential(100, 40_000)
    calls = pd.DataFrame(
        {"queued": True, "wait_s": np.minimum(patience, answer), "answered": answer < patience}
    )
    found = laws.fit_patience(calls)
    for share, at in found.points:
        assert share == pytest.approx(1 - np.exp(-at / 200), abs=0.015)
    assert found.tail_s == pytest.approx(200, rel=0.25)


def test_turnbull_is_the_empirical_law_where_all_is_seen_and_recovers_one_that_is_not() -> None:
    seconds = np.array([3.0, 3.0, 5.0, 9.0])
    chance = staffing.turnbull(seconds * 0, seconds, np.ones(4, dtype=bool))
    assert chance[[3, 5, 9]] == pytest.approx([0.5, 0.25, 0.25])
    rng = np.random.default_rng(1)
    truth = np.ceil(rng.exponential(40, 20_000))
    # looked at twice at random: known to lie before the first look, between the two, or after (seen then)
    looks = np.sort(np.ceil(rng.uniform(0, 120, (2, len(truth)))), axis=0)
    low = np.where(truth > looks[1], looks[1], np.where(truth > looks[0], looks[0], 0.0))
    high = np.where(truth > looks[1], truth, np.where(truth > looks[0], looks[1], looks[0]))
    chance = staffing.turnbull(low, high, truth > looks[1])
    below = np.cumsum(chance)
    for at in (20, 40, 80):
        assert below[at] == pytest.approx(1 - np.exp(-at / 40), abs=0.03)


def test_credit_is_found_where_it_is_given_and_not_where_it_is_not() -> None:
    """One server serves by wait + credit; a share of the high callers has it."""
    rng = np.random.default_rng(1)
    for given in (0.6, 0.0):
        size = 3000
        arrived = np.sort(rng.uniform(0, size * 10, size))
        high = rng.random(size) < 0.5
        score = arrived - 90 * (high & (rng.random(size) < given))
        waiting: list[int] = []
        wait, clock, following = np.zeros(size), 300.0, 0
        for _ in range(size):
            while following < size and (arrived[following] <= clock or not waiting):
                clock = max(clock, arrived[following])
                waiting.append(following)
                following += 1
            best = min(waiting, key=lambda i: score[i])
            waiting.remove(best)
            wait[best] = clock - arrived[best]
            clock += 10
        calls = pd.DataFrame(
            {
                "date": pd.Timestamp("1999-01-20"),
                "type": "PS",
                "priority": np.where(high, 2, 1),
                "arrived_s": arrived,
                "wait_s": wait,
                "answered": True,
            }
        )
        share = priority.credited_share(priority.overtaking_pairs(calls))
        assert share == pytest.approx(given, abs=0.07)


def test_an_agent_who_lets_callers_wait_is_away() -> None:
    def call(at: float, wait: float, talk: float, server: str) -> dict[str, object]:
        return {
            "date": pd.Timestamp("1999-01-03"),
            "weekday": 6,
            "queue": "personal",
            "arrived_s": at,
            "wait_s": wait,
            "answered": True,
            "talk_s": talk,
            "server": server,
        }

    noon = 12 * 3600.0
    calls = pd.DataFrame(
        [call(noon, 0, 100, "ANN"), call(noon + 110, 500, 50, "ANN"), call(noon + 1000, 0, 60, "ANN")]
    )
    table = staffing.gaps(calls)
    first = table.iloc[0]
    assert (first["low_s"], first["high_s"], bool(first["exact"])) == (510, 510, True)
    away = staffing.AwayLaws(*(np.full(staffing.OFF_S + 2, 1 / (staffing.OFF_S + 2)) for _ in range(2)))
    there = staffing.stretches(table, away, until_gone=True)
    assert there["from_s"].iloc[0] == noon
    assert there["to_s"].iloc[0] == noon + 100
    assert there["from_s"].iloc[1] == noon + 610


# -- what is committed --------------------------------------------------------------------------------------


def test_the_scenario_runs_and_gives_the_committed_forecast() -> None:
    scenario = ccsim.load(ROOT / "scenarios" / "anonymous_bank.yaml")
    tables = model.waits(ccsim.simulate(scenario, seed=11, replications=3))
    results = pd.read_csv(FOLDER / "results.csv")
    rows = results[results["run"] == "forecast"].set_index("metric")
    for metric in ("P(abandon)", "mean wait, all", "answered within 20 s"):
        width = rows.loc[metric, "high"] - rows.loc[metric, "low"]
        mean = np.mean([model.summary(table)[metric] for table in tables])
        assert rows.loc[metric, "low"] - width < mean < rows.loc[metric, "high"] + width
    assert {table["date"].nunique() for table in tables} == {29}


def test_the_table_of_results_is_that_of_the_committed_figures() -> None:
    text = compare.to_markdown(*(pd.read_csv(FOLDER / f"{name}.csv") for name in ("results", "callers")))
    assert text.splitlines()[1:] == (FOLDER / "results.md").read_text(encoding="utf-8").splitlines()[1:]


def test_the_page_includes_marks_that_exist() -> None:
    page = (ROOT / "docs" / "background" / "anonymous-bank.md").read_text(encoding="utf-8")
    facts = (FOLDER / "facts.md").read_text(encoding="utf-8")
    marks = re.findall(r"^:(?:start-after|end-before): (<!-- \w+ -->)$", page, flags=re.MULTILINE)
    assert len(marks) >= 6
    assert [mark for mark in marks if facts.count(mark) != 1] == []
    figures = re.findall(r"\{figure\} (\S+)", page)
    assert [name for name in figures if not (ROOT / "docs" / "background" / name).exists()] == []


def test_scenario_text_survives_the_reader(tmp_path: Path) -> None:
    scenario = ccsim.load(ROOT / "scenarios" / "helpdesk.yaml")
    path = tmp_path / "again.yaml"
    path.write_text(to_text(scenario.canonical()), encoding="utf-8")
    assert ccsim.load(path).canonical() == scenario.canonical()


# -- with the data ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def january() -> model.Month:
    return model.read_month(DATA)


@needs_data
def test_published_facts_hold(january: model.Month) -> None:
    answered = january.calls[january.calls["answered"]]
    assert 180 <= answered["talk_s"].mean() <= 200
    assert (~january.calls["answered"]).mean() == pytest.approx(0.10, abs=0.005)
    logs = np.log(answered.loc[answered["talk_s"] >= 10, "talk_s"])
    assert abs(float(((logs - logs.mean()) ** 3).mean() / logs.std() ** 3)) < 0.15
    assert january.counts["rows"] == 31_599
    assert january.calls["date"].nunique() == 29


@needs_data
def test_committed_files_are_what_the_log_gives(
    january: model.Month, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed = derive.SCENARIO, derive.FOLDER
    monkeypatch.setattr(derive, "SCENARIO", tmp_path / "anonymous_bank.yaml")
    monkeypatch.setattr(derive, "FOLDER", tmp_path / "anonymous_bank")
    facts = (FOLDER / "facts.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| ([\d.]+) \|.*\| ([\d.]+) \|$", facts.split("<!-- search -->")[1], flags=re.MULTILINE
    )
    factor = min(rows, key=lambda pair: float(pair[1]))[0]
    fitted = replace(model.fit(january), staff_factor=float(factor))
    derive.write_scenario(january, fitted, model.mean_levels(january, fitted))
    assert derive.SCENARIO.read_bytes() == committed[0].read_bytes()
    for path in derive.FOLDER.iterdir():
        assert path.read_bytes() == (committed[1] / path.name).read_bytes(), path.name
    for name, table in (("log", derive._log_facts(january)), ("laws", derive._law_facts(january, fitted))):
        assert "\n".join(table) in facts, name


@needs_data
def test_a_replay_of_january_abandons_as_january_did(
    january: model.Month, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "LOCAL", tmp_path)
    fitted = model.fit(january)
    (table,) = model.replay(january, fitted, handle_times="recorded", imputations=1, replications=1)
    seen, found = model.summary(january.calls), model.summary(table)
    assert len(table) == len(january.calls)
    assert found["P(abandon)"] == pytest.approx(seen["P(abandon)"], abs=0.01)
    assert found["answered within 60 s"] == pytest.approx(seen["answered within 60 s"], abs=0.03)
