"""An experiment says how often and how lucky; its cases say which worlds."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccsim.compiler import Program, compile_scenario
from ccsim.draws import draw
from ccsim.draws.streams import BLOCK_OF, Luck, require_luck_kind
from ccsim.engines.base import require_policy, resolve
from ccsim.errors import CcsimError
from ccsim.experiments.keeping.rows import CellRow
from ccsim.experiments.study import Cell, Study
from ccsim.scenario import Scenario
from ccsim.scenario.given import require_scenario
from ccsim.simulate import require_luck

if TYPE_CHECKING:
    from ccsim.engines.router import Router
    from ccsim.experiments.comparing.selection import Choice
    from ccsim.experiments.playing.precision import Stopping


@dataclass(frozen=True, slots=True)
class _Task:
    """One replication of one case, complete in itself so that another process can take it."""

    case: str
    replication: int
    program: Program
    seed: int
    engine: str
    luck: Luck
    policy: type[Router] | None = None


class Experiment:
    """Named cases, each simulated with the same seed and the same replications.

    Replication r of every case has the same luck: the same customers come, with the same patience and needs,
    as far as the cases have them in common. So the difference between two cases is due to what was changed.
    """

    def __init__(
        self,
        cases: Mapping[str, Scenario],
        *,
        seed: int,
        replications: int = 10,
        engine: str = "auto",
        luck: Luck = "plain",
        policy: type[Router] | Mapping[str, type[Router]] | None = None,
    ) -> None:
        """``cases``: at least one, the first is the base. ``seed``: any integer >= 0. ``engine``: as for
        simulate. ``luck``: ``plain``, or ``antithetic`` or ``qmc``, which spread the busyness of days evenly
        over replications (:mod:`ccsim.draws.streams`); then ``replications`` is a multiple of 2 or 16.
        ``policy``: as for simulate, of all cases or by the name of the case.

        Raises CcsimError for an empty experiment, a case that is no scenario, a negative seed, no replication
        or replications that do not fill the blocks of the luck, or a policy that is none or of no case.
        """
        if not isinstance(cases, Mapping):
            raise CcsimError("an experiment takes scenarios by name, e.g. {'base': scenario}")
        if not cases:
            raise CcsimError("an experiment needs at least one case, e.g. {'base': scenario}")
        for case, scenario in cases.items():
            require_scenario(scenario, f"the case {case!r} of an experiment", f"{{{{{case!r}: {{}}}}}}")
        require_luck(seed, replications)
        require_luck_kind(luck)
        if replications % BLOCK_OF[luck]:
            raise CcsimError(
                f"with luck='{luck}' the replications come in blocks of {BLOCK_OF[luck]}: "
                f"{replications} is not a multiple of it"
            )
        self.cases = dict(cases)
        self.policies = _policies(self.cases, policy)
        self.luck = luck
        self.seed = seed
        self.replications = replications
        self.engine = engine

    def run(
        self,
        workers: int = 1,
        *,
        precision: Mapping[str, str | int] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Study:
        """Simulate everything; the result does not depend on ``workers`` or on who finishes first.

        The compiled engine runs in threads, SimPy in processes. ``progress(done, of)`` is called after each
        replication. A replication that fails is a row of ``study.status`` with its reason, and the others go
        on. ``precision``: go on until these half-widths hold in every case, e.g.
        ``{"service_level": "+/- 1%", "asa": "+/- 5% of it", "at_most": 500}`` (default: at most 200); all
        cases get the replications of the one that needs most, so that they stay paired. Raises ScenarioError,
        InputFileError or EngineError for a case that cannot run at all.
        """
        if workers < 1:
            raise CcsimError(f"at least one worker is needed, not {workers}")
        rule = self._stopping(precision) if precision is not None else None
        player = _Player(self, workers, progress)
        player.play({case: range(self.replications) for case in self.cases})
        if rule is not None:
            self._until_precise(player, rule)
        return player.study()

    def best(
        self,
        metric: str,
        within: float | str,
        *,
        confidence: float = 0.95,
        first: int = 20,
        at_most: int = 1000,
        higher: bool | None = None,
        workers: int = 1,
        progress: Callable[[int, int], None] | None = None,
    ) -> Choice:
        """Find the case with the best value of a metric, and play clear losers no longer than needed.

        With probability ``confidence`` no other case is better by more than ``within`` (``"1%"``, ``"5s"``,
        or a number in the unit of the metric). Every case is played ``first`` times; then those still in the
        race ten more at a time, at most ``at_most``. ``higher``: whether more is better, where the metric
        does not say. See :mod:`ccsim.experiments.comparing.selection`. Raises CcsimError for a metric that
        does not exist or numbers that cannot be used.
        """
        from ccsim.experiments.comparing.selection import Selection, read_within

        places = [(case, 0) for case in self.cases]
        selection = Selection(
            metric,
            read_within(metric, within),
            places=places,
            confidence=confidence,
            first=first,
            at_most=at_most,
            higher=higher,
            block=BLOCK_OF[self.luck],
        )
        player = _Player(self, workers, progress, metric)
        wanted = selection.needs()
        while wanted:
            missing = {case: range(player.played(case), n) for (case, _), n in wanted.items()}
            wanted = selection.needs(player.play(missing))
        return selection.choice()

    def _stopping(self, precision: Mapping[str, str | int]) -> Stopping:
        from ccsim.experiments.playing.precision import Stopping, read_criteria

        rest = dict(precision)
        at_most = rest.pop("at_most", 200)
        if isinstance(at_most, bool) or not isinstance(at_most, int) or at_most < 2:
            raise CcsimError(f"at_most: {at_most!r} is not a number of replications from 2 on")
        criteria = read_criteria({metric: str(text) for metric, text in rest.items()})
        most = max(at_most, self.replications)
        return Stopping(criteria, start=self.replications, at_most=most, block=BLOCK_OF[self.luck])

    def _until_precise(self, player: _Player, rule: Stopping) -> None:
        names = rule.metrics
        for row in player.study().rows(names):
            rule.add(row)
        wanted = rule.needs()
        while wanted:
            most = max(wanted.values())
            played = player.play({case: range(player.played(case), most) for case in self.cases}, names)
            wanted = rule.needs(played)


def _policies(
    cases: Mapping[str, Scenario], policy: type[Router] | Mapping[str, type[Router]] | None
) -> dict[str, type[Router]]:
    """The policy of each case that has one; raises CcsimError."""
    if policy is None:
        return {}
    given = policy if isinstance(policy, Mapping) else dict.fromkeys(cases, policy)
    for case, mine in given.items():
        if case not in cases:
            raise CcsimError(f"a policy for {case!r}, which is no case; there is: {', '.join(cases)}")
        require_policy(mine)
    return dict(given)


class _Player:
    """Plays replications of an experiment's cases, keeping every Log, or only rows of some metrics."""

    def __init__(
        self,
        experiment: Experiment,
        workers: int,
        progress: Callable[[int, int], None] | None,
        only: str | None = None,
    ) -> None:
        """``only``: the metric to keep; None keeps the Logs."""
        self._of, self._workers, self._progress, self._only = experiment, workers, progress, only
        self._programs = {case: compile_scenario(scenario) for case, scenario in experiment.cases.items()}
        taken = {
            case: resolve(experiment.engine, program, policy=experiment.policies.get(case))
            for case, program in self._programs.items()
        }
        self._engines = {case: found.engine.name for case, found in taken.items()}
        self._notes = {case: found.note for case, found in taken.items()}
        self._cells: list[Cell] = []
        self._played = dict.fromkeys(experiment.cases, 0)
        self._all = 0

    def played(self, case: str) -> int:
        """How many replications of a case were played."""
        return self._played[case]

    def play(self, wanted: Mapping[str, range], names: Sequence[str] = ()) -> list[CellRow]:
        """Play these replications; returns rows of ``names`` or of the metric to keep."""
        from joblib import Parallel, delayed

        from ccsim.experiments.comparing.from_runs import failed, values_of

        longest = max((len(numbers) for numbers in wanted.values()), default=0)
        tasks = [
            _Task(
                case,
                numbers[place],
                self._programs[case],
                self._of.seed,
                self._engines[case],
                self._of.luck,
                self._of.policies.get(case),
            )
            for place in range(longest)
            for case, numbers in wanted.items()
            if place < len(numbers)
        ]
        measured = list(names) or ([self._only] if self._only else [])
        pool = Parallel(
            n_jobs=min(self._workers, max(len(tasks), 1)),
            prefer="threads" if set(self._engines.values()) == {"compiled"} else "processes",
            return_as="generator_unordered",
            batch_size=1,
        )
        already, rows = self._all, []
        for cell in pool(delayed(_simulate)(task) for task in tasks):
            self._all += 1
            self._played[cell.case] += 1
            if measured and cell.log is not None:
                values = values_of(cell.log, measured, ())
                rows.append(CellRow("", cell.case, 0, cell.replication, values=values))
            elif measured:
                rows.append(failed(cell.case, cell.replication, cell.error))
            if self._only is None:
                self._cells.append(cell)
            if self._progress is not None:
                self._progress(self._all, already + len(tasks))
        return rows

    def study(self) -> Study:
        """What was played so far."""
        warnings = {
            case: (*program.warnings, *filter(None, [self._notes[case]]))
            for case, program in self._programs.items()
        }
        return Study(self._of.cases, self._of.seed, self._engines, self._cells, warnings, self._of.luck)


def _simulate(task: _Task) -> Cell:
    """One cell; a failure is told, not raised."""
    began = time.perf_counter()
    log, error = None, ""
    try:
        engine = resolve(task.engine, task.program, policy=task.policy).engine
        log = engine.run(task.program, draw(task.program, task.seed, task.replication, task.luck))
    except Exception as problem:  # one bad cell must not take the others with it
        error = f"{type(problem).__name__}: {problem}"
    return Cell(task.case, task.replication, log, time.perf_counter() - began, error)
