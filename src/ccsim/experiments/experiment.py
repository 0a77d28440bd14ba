"""An experiment says how often and how lucky; its cases say which worlds."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ccsim.compiler import Program, compile_scenario
from ccsim.draws import draw
from ccsim.engines.base import resolve
from ccsim.errors import CcsimError
from ccsim.experiments.study import Cell, Study
from ccsim.scenario import Scenario
from ccsim.scenario.given import require_scenario
from ccsim.simulate import require_luck


@dataclass(frozen=True, slots=True)
class _Task:
    """One replication of one case, complete in itself so that another process can take it."""

    case: str
    replication: int
    program: Program
    seed: int
    engine: str


class Experiment:
    """Named cases, each simulated with the same seed and the same replications.

    Replication r of every case has the same luck: the same customers come, with the same patience and needs,
    as far as the cases have them in common. So the difference between two cases is due to what was changed.
    """

    def __init__(
        self, cases: Mapping[str, Scenario], *, seed: int, replications: int = 10, engine: str = "auto"
    ) -> None:
        """``cases``: at least one, the first is the base. ``seed``: any integer >= 0. ``engine``: as for
        simulate.

        Raises CcsimError for an empty experiment, a case that is no scenario, a negative seed or no
        replication.
        """
        if not isinstance(cases, Mapping):
            raise CcsimError("an experiment takes scenarios by name, e.g. {'base': scenario}")
        if not cases:
            raise CcsimError("an experiment needs at least one case, e.g. {'base': scenario}")
        for case, scenario in cases.items():
            require_scenario(scenario, f"the case {case!r} of an experiment", f"{{{{{case!r}: {{}}}}}}")
        require_luck(seed, replications)
        self.cases = dict(cases)
        self.seed = seed
        self.replications = replications
        self.engine = engine

    def run(self, workers: int = 1, *, progress: Callable[[int, int], None] | None = None) -> Study:
        """Simulate everything; the result does not depend on ``workers`` or on who finishes first.

        The compiled engine runs in threads, SimPy in processes. ``progress(done, of)`` is called after each
        replication. A replication that fails is a row of ``study.status`` with its reason, and the others go
        on. Raises ScenarioError, InputFileError or EngineError for a case that cannot run at all.
        """
        from joblib import Parallel, delayed

        if workers < 1:
            raise CcsimError(f"at least one worker is needed, not {workers}")
        programs = {case: compile_scenario(scenario) for case, scenario in self.cases.items()}
        chosen = {case: resolve(self.engine, program).engine.name for case, program in programs.items()}
        tasks = [
            _Task(case, replication, programs[case], self.seed, chosen[case])
            for replication in range(self.replications)
            for case in self.cases
        ]
        threads = set(chosen.values()) == {"compiled"}
        pool = Parallel(
            n_jobs=min(workers, len(tasks)),
            prefer="threads" if threads else "processes",
            return_as="generator_unordered",
            batch_size=1,
        )
        cells: list[Cell] = []
        for cell in pool(delayed(_simulate)(task) for task in tasks):
            cells.append(cell)
            if progress is not None:
                progress(len(cells), len(tasks))
        warnings = {case: program.warnings for case, program in programs.items()}
        return Study(self.cases, self.seed, chosen, cells, warnings)


def _simulate(task: _Task) -> Cell:
    """One cell; a failure is told, not raised."""
    began = time.perf_counter()
    log, error = None, ""
    try:
        engine = resolve(task.engine, task.program).engine
        log = engine.run(task.program, draw(task.program, task.seed, task.replication))
    except Exception as problem:  # one bad cell must not take the others with it
        error = f"{type(problem).__name__}: {problem}"
    return Cell(task.case, task.replication, log, time.perf_counter() - began, error)
