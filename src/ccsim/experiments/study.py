"""What an experiment gave: a Run a case, metrics side by side, and differences under shared luck."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ccsim.draws.streams import BLOCK_OF, Luck
from ccsim.errors import CcsimError
from ccsim.experiments.comparing.multiple import require_multiple
from ccsim.log import Log
from ccsim.result import Run
from ccsim.units import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

    from ccsim.experiments.answering.pareto import Better
    from ccsim.experiments.comparing.multiple import Multiple
    from ccsim.experiments.comparing.selection import Choice
    from ccsim.experiments.keeping.rows import CellRow
    from ccsim.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Cell:
    """One replication of one case; ``log`` is None where it failed, and ``error`` says why."""

    case: str
    replication: int
    log: Log | None
    seconds: float
    error: str = ""


class Study:
    """The results of an experiment. ``runs[case]`` is the :class:`ccsim.Run` of a case."""

    def __init__(
        self,
        cases: Mapping[str, Scenario],
        seed: int,
        engines: Mapping[str, str],
        cells: Iterable[Cell],
        warnings: Mapping[str, Sequence[str]],
        luck: Luck = "plain",
    ) -> None:
        self.seed = seed
        self.luck = luck
        self.cases = tuple(cases)
        order = {case: place for place, case in enumerate(self.cases)}
        self._cells = sorted(cells, key=lambda cell: (order[cell.case], cell.replication))
        self.runs: dict[str, Run] = {}
        for case, scenario in cases.items():
            mine = [cell for cell in self._cells if cell.case == case]
            logs = [cell.log for cell in mine if cell.log is not None]
            if logs:
                seconds = sum(cell.seconds for cell in mine)
                self.runs[case] = Run(scenario, seed, engines[case], logs, warnings[case], seconds)

    @cached_property
    def status(self) -> pd.DataFrame:
        """One row a replication: case, replication, status (done or failed), seconds, digest, error."""
        import pandas as pd

        rows = [
            {
                "case": cell.case,
                "replication": cell.replication + 1,
                "status": "failed" if cell.log is None else "done",
                "seconds": cell.seconds,
                "digest": "" if cell.log is None else cell.log.digest(),
                "error": cell.error,
            }
            for cell in self._cells
        ]
        return pd.DataFrame(rows)

    def metrics(
        self, names: Sequence[str] | str | None = None, by: Sequence[str] | str | None = None, **options: Any
    ) -> pd.DataFrame:
        """The tidy tables of all cases, one below the other, with the column ``case`` first.

        Arguments as for :meth:`ccsim.Run.metrics`.
        """
        import pandas as pd

        tables = []
        for case, run in self.runs.items():
            table = run.metrics(names, by, **options)
            table.insert(0, "case", case)
            tables.append(table)
        if not tables:
            raise CcsimError("every replication failed; study.status says why")
        return pd.concat(tables, ignore_index=True)

    def compare(
        self,
        names: Sequence[str] | str,
        to: str | None = None,
        by: Sequence[str] | str | None = None,
        *,
        confidence: float = 0.95,
        multiple: Multiple | None = None,
        **options: Any,
    ) -> pd.DataFrame:
        """Differences of every other case to the case ``to`` (default: the first), replication by
        replication.

        Columns: case, the by-keys, metric, base (its value in ``to``), value, difference, low, high (the
        paired interval), and variance_saved: by how much the variance of the difference would be larger if
        the two cases did not share their luck.

        ``multiple``: where many differences are looked at, some seem real by chance. ``holm`` judges all rows
        of the table together, ``tukey`` all pairs of cases (:mod:`ccsim.experiments.comparing.multiple`);
        both make the intervals wider and add the columns p_value (adjusted) and different; ``tukey`` also
        adds ``to``.

        Raises CcsimError for an unknown case or one with failed replications, MetricError for unknown metrics
        or keys.
        """
        from ccsim.experiments.comparing.comparison import paired_differences

        require_multiple(multiple)
        base = self._base(to)
        failed = sorted({cell.case for cell in self._cells if cell.log is None})
        if failed:
            raise CcsimError(
                f"replications of {', '.join(failed)} failed, so they have no pairs; see study.status"
            )
        others = {case: self.runs[case] for case in self.cases if case != base}
        return paired_differences(
            self.runs[base],
            others,
            names,
            by,
            confidence,
            options,
            block=BLOCK_OF[self.luck],
            multiple=multiple,
            base_name=base,
        )

    def sentences(
        self,
        names: Sequence[str] | str,
        to: str | None = None,
        by: Sequence[str] | str | None = None,
        *,
        confidence: float = 0.95,
        **options: Any,
    ) -> str:
        """What ``compare`` finds, a sentence a difference, ready for an e-mail."""
        from ccsim.experiments.comparing.saying import sentences

        table = self.compare(names, to, by, confidence=confidence, **options)
        keys = [by] if isinstance(by, str) else list(by or ())
        return "\n".join(sentences(table, self._base(to), confidence, keys))

    def best(
        self,
        metric: str,
        within: float | str,
        *,
        confidence: float = 0.95,
        first: int = 20,
        higher: bool | None = None,
    ) -> Choice:
        """The case with the best value of a metric, with a stated probability, as far as replications tell.

        ``within``: a difference that does not matter (``"1%"``, ``"5s"``, or a number in the unit of the
        metric); ``first``: replications before any case may be given up; ``higher``: whether more is better,
        where the metric does not say. :meth:`ccsim.Experiment.best` plays only as much as it needs.
        """
        from ccsim.experiments.comparing.selection import best_of, read_within

        return best_of(
            self.rows(metric),
            metric,
            read_within(metric, within),
            confidence=confidence,
            first=first,
            higher=higher,
            block=BLOCK_OF[self.luck],
        )

    def pareto(
        self, objectives: Mapping[str, Better | None] | Sequence[str], *, confidence: float = 0.95
    ) -> pd.DataFrame:
        """The objectives of every case, which are efficient, and which are dominated; a row a case.

        ``objectives``: metrics, or metrics with ``higher`` or ``lower``; see
        :mod:`ccsim.experiments.answering.pareto`.
        """
        from ccsim.experiments.answering.pareto import pareto

        table = pareto(
            self.rows(list(objectives)), objectives, confidence=confidence, block=BLOCK_OF[self.luck]
        )
        table["dominated_by"] = [name.rpartition(":")[0] for name in table["dominated_by"]]
        return table.drop(columns="point")

    def estimates(
        self, names: Sequence[str] | str, by: Sequence[str] | str | None = None, *, confidence: float = 0.95
    ) -> pd.DataFrame:
        """Values with the luck of arrivals and work taken out: usually narrower intervals than ``metrics``.

        Columns: case, the by-keys, metric, plain, value, low, high, half_width, variance_saved (how many
        times as many replications the plain estimate would take), controls, replications. See
        :mod:`ccsim.experiments.comparing.control_variates`; intervals count blocks where the luck comes in
        blocks.
        """
        from ccsim.experiments.comparing.control_variates import controlled_table
        from ccsim.experiments.comparing.from_runs import expected

        keys = [by] if isinstance(by, str) else list(by or ())
        known = {(case, 0): expected(run) for case, run in self.runs.items()}
        table = controlled_table(
            self.rows(names, keys, controls=True),
            {place: means for place, (means, _) in known.items()},
            keys,
            variances={place: variance for place, (_, variance) in known.items()},
            confidence=confidence,
            block=BLOCK_OF[self.luck],
        )
        return table.drop(columns="point")

    def precision(
        self, wanted: Mapping[str, str], by: Sequence[str] | str | None = None, *, confidence: float = 0.95
    ) -> pd.DataFrame:
        """Is every interval narrow enough? E.g. ``{"service_level": "+/- 1%", "asa": "+/- 5% of it"}``.

        Columns: case, the by-keys, metric, value, half_width, wanted, replications, reached, would_need
        (about how many replications it takes). ``Experiment.run(precision=...)`` plays that many.
        """
        from ccsim.experiments.playing.precision import Stopping, read_criteria

        keys = [by] if isinstance(by, str) else list(by or ())
        stopping = Stopping(
            read_criteria(wanted), start=2, at_most=10**9, cells=bool(keys), confidence=confidence,
            block=BLOCK_OF[self.luck],
        )  # fmt: skip
        for row in self.rows(list(wanted), keys):
            stopping.add(row)
        return stopping.report(keys).drop(columns="point")

    def rows(
        self, names: Sequence[str] | str, by: Sequence[str] | str | None = None, *, controls: bool = False
    ) -> list[CellRow]:
        """Every replication of every case as a row of a sweep: case, point 0, replication from 0.

        ``controls``: with what each replication's luck brought (the draws are made again).
        """
        from ccsim.experiments.comparing.from_runs import failed, rows_of_run

        keys = [by] if isinstance(by, str) else list(by or ())
        found: list[CellRow] = []
        for case, run in self.runs.items():
            mine = [cell for cell in self._cells if cell.case == case]
            done = [cell.replication for cell in mine if cell.log is not None]
            found += rows_of_run(case, run, done, names, keys, self.luck if controls else None)
            found += [failed(case, cell.replication, cell.error) for cell in mine if cell.log is None]
        return found

    def _base(self, to: str | None) -> str:
        base = self.cases[0] if to is None else to
        if base not in self.cases:
            hint = did_you_mean(base, self.cases) or "; there is: " + ", ".join(self.cases)
            raise CcsimError(f"no case '{base}'{hint}")
        return base

    def __str__(self) -> str:
        """A line a case: service level, abandonment, speed of answer and occupancy, with their intervals."""
        lines = []
        for case, run in self.runs.items():
            table = run.metrics(["service_level", "abandon_rate", "asa"]).set_index("metric")
            level, gone, asa = (table.loc[m] for m in ("service_level", "abandon_rate", "asa"))
            lines.append(
                f"{case}: service level {level.value:.1%} ({level.low:.1%} to {level.high:.1%}), "
                f"abandoned {gone.value:.1%}, ASA {asa.value:.1f} s"
            )
        count = len(self._cells) // len(self.cases)
        return "\n".join([f"{len(self.cases)} cases, {count} replications each, seed {self.seed}", *lines])
