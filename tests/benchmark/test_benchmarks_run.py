"""The benchmarks measure programs that simulate the same center; nothing here looks at a clock."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("resource", reason="the benchmarks measure memory by a module that Windows does not have")

from benchmarks import field, run
from benchmarks.cases import CASES, theory
from ccsim.theory import erlang_a, erlang_c

TINY_DAYS = 0.2


def test_expected_values_are_those_of_erlang() -> None:
    line = CASES["b"].lines[0]
    expected = theory(CASES["b"])
    other = erlang_a(line.rate, line.talk_s, line.patience_s, 100)
    assert expected is not None
    assert expected.abandon_rate == pytest.approx(other.abandonment_rate, rel=1e-9)
    assert expected.mean_wait_s == pytest.approx(other.mean_wait_s, rel=1e-9)
    alone = theory(CASES["a"])
    assert alone is not None
    assert alone.mean_wait_s == pytest.approx(erlang_c(0.9, 1.0, 1).mean_wait_s, rel=1e-9)


def test_standard_error_of_the_queue_of_one_server() -> None:
    # Poisson's equation on a chain that is cut at 60 customers, solved whole instead of step by step
    rate, states = 0.5, 60
    center = replace(CASES["a"], lines=(replace(CASES["a"].lines[0], rate=rate),))
    expected = theory(center)
    assert expected is not None
    q = np.diag(np.full(states - 1, rate), 1) + np.diag(np.ones(states - 1), -1)
    q -= np.diag(q.sum(axis=1))
    p = (1 - rate) * rate ** np.arange(states)
    f = np.maximum(np.arange(states) - 1, 0)
    g = np.linalg.lstsq(q, f - p @ f, rcond=None)[0]
    variance = -2 * np.sum(p * (f - p @ f) * (g - p @ g))
    assert expected.wait_error == pytest.approx(math.sqrt(variance) / rate, rel=1e-4)


@pytest.mark.parametrize("case", ["a", "b", "c"])
def test_contestants_simulate_the_same_center(case: str) -> None:
    answers, skipped = run.measure(case, repeats=1, at_most=TINY_DAYS)
    rows = run.summarise(case, answers)
    assert {"compiled", "simpy", "hand"} <= {row["key"] for row in rows}, skipped
    assert {row["title"]: row["agrees"] for row in rows} == {row["title"]: True for row in rows}
    engines = {row["key"]: row["notes"] for row in rows if row["key"] in ("compiled", "simpy")}
    assert engines["compiled"][-1] == engines["simpy"][-1]  # the digests of their logs
    assert all(row["title"] in run.table(case, rows, skipped) for row in rows)


def test_another_model_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(contestant: field.Contestant, case: str, days: float, seed: int) -> dict[str, object]:
        lost = 1260 if contestant.key == "compiled" else 2520
        return {
            "contacts": [46560],
            "abandoned": [lost],
            "waits_s": [lost * 180.0],
            "cpu": {"all": 1.0},
            "wall": {"all": 1.0},
            "beside": {},
            "notes": [],
            "peak_mb": 1.0,
        }

    monkeypatch.setattr(run, "run", answer)
    assert run.main(["b", "--repeats", "1", "--quick", "--out", str(tmp_path / "told.json")]) == 1
    told = json.loads((tmp_path / "told.json").read_text())
    agrees = {row["key"]: row["agrees"] for row in told["cases"]["b"]["rows"]}
    assert agrees.pop("compiled") is True
    assert set(agrees.values()) == {False}


def test_who_is_not_there_is_named() -> None:
    absent = replace(field.CONTESTANTS[0], needs="no_such_module")
    assert absent.missing("a") == f"{absent.title}: not installed (python -m pip install no_such_module)"
    ciw = next(contestant for contestant in field.CONTESTANTS if contestant.key == "ciw")
    assert "preference" in ciw.missing("c")
