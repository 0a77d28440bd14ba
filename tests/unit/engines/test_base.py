"""Which engine is taken, and what is said when one cannot run."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest

from ccsim.compiler import compile_scenario
from ccsim.draws import draw
from ccsim.engines.base import resolve
from ccsim.engines.simpy_engine import Center, SimpyEngine
from ccsim.errors import EngineError
from ccsim.scenario import load

HELPDESK = Path(__file__).parents[3] / "scenarios" / "helpdesk.yaml"


@pytest.fixture(scope="module")
def program() -> Any:
    return compile_scenario(load(HELPDESK))


def test_auto_takes_the_compiled_engine(program: Any) -> None:
    chosen = resolve("auto", program)
    assert chosen.engine.name == "compiled"
    assert chosen.note == ""


def test_an_engine_by_name(program: Any) -> None:
    assert resolve("simpy", program).engine.name == "simpy"
    with pytest.raises(EngineError, match="no engine 'turbo'; there is: auto, simpy, compiled"):
        resolve("turbo", program)


def test_without_numba_auto_falls_back_with_a_reason(program: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_numba(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "numba":
            raise ImportError("No module named 'numba'")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_numba)
    chosen = resolve("auto", program)
    assert chosen.engine.name == "simpy"
    assert "numba cannot be imported" in chosen.note
    with pytest.raises(EngineError, match="use --engine simpy"):
        resolve("compiled", program)


def test_a_process_of_ones_own_runs_beside_the_engine(program: Any) -> None:
    seen: list[int] = []

    def watch(center: Center) -> None:
        def every_hour() -> Any:
            while True:
                yield center.env.timeout(3_600_000_000)
                seen.append(center.router.waiting(0))

        center.env.process(every_hour())

    draws = draw(program, 1)
    watched = SimpyEngine(beside=watch).run(program, draws)
    assert watched.digest() == SimpyEngine().run(program, draws).digest()
    assert len(seen) == program.run_ends_at // 3_600_000_000
    assert max(seen) > 0
