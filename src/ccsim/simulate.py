"""The whole line in one function: scenario, program, draws, engine, log, run."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ccsim.compiler import compile_scenario
from ccsim.draws import draw
from ccsim.engines.base import resolve
from ccsim.errors import CcsimError
from ccsim.log import Log
from ccsim.result import Run
from ccsim.scenario import Scenario
from ccsim.scenario.given import require_scenario

if TYPE_CHECKING:
    from ccsim.engines.router import Router


def simulate(
    scenario: Scenario,
    seed: int = 1,
    replications: int = 1,
    engine: str = "auto",
    *,
    policy: type[Router] | None = None,
    progress: Callable[[int, int], None] | None = None,
    on_compile: Callable[[], None] | None = None,
) -> Run:
    """Simulate a scenario and return what happened.

    ``seed``: any integer >= 0. ``replications``: independent repetitions of the same world, each with its own
    luck; replication r is the same however many there are. ``engine``: ``auto``, ``simpy`` or ``compiled``;
    the results are equal. ``policy``: a class derived from :class:`ccsim.Router` that answers who serves
    whom; it runs on the SimPy engine only. ``progress(done, of)`` is called after each replication,
    ``on_compile()`` before the engine is compiled, which happens once a machine.

    Raises ScenarioError or InputFileError for input that does not hold, EngineError for an engine that cannot
    run it, CcsimError for another thing in the place of the scenario or of the policy.
    """
    require_scenario(scenario, "simulate", "ccsim.simulate({})")
    require_luck(seed, replications)
    began = time.perf_counter()
    program = compile_scenario(scenario)
    chosen = resolve(engine, program, on_compile, policy)
    logs: list[Log] = []
    for replication in range(replications):
        logs.append(chosen.engine.run(program, draw(program, seed, replication)))
        if progress is not None:
            progress(replication + 1, replications)
    warnings = [*program.warnings, *([chosen.note] if chosen.note else [])]
    return Run(scenario, seed, chosen.engine.name, logs, warnings, time.perf_counter() - began)


def require_luck(seed: int, replications: int) -> None:
    """Raises CcsimError for a negative seed or no replication."""
    if seed < 0:
        raise CcsimError(f"the seed must be 0 or more, not {seed}")
    if replications < 1:
        raise CcsimError(f"at least one replication is needed, not {replications}")
