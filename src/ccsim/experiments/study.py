"""What an experiment gave: a Run a case, metrics side by side, and differences under shared luck."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ccsim.errors import CcsimError
from ccsim.log import Log
from ccsim.result import Run
from ccsim.units import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

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
    ) -> None:
        self.seed = seed
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
        self, names: Sequence[str] | str | None = None, by: Sequence[str] | str = (), **options: Any
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
        by: Sequence[str] | str = (),
        *,
        confidence: float = 0.95,
        **options: Any,
    ) -> pd.DataFrame:
        """Differences of every other case to the case ``to`` (default: the first), replication by
        replication.

        Columns: case, the by-keys, metric, base (its value in ``to``), value, difference, low, high (the
        paired interval), and variance_saved: by how much the variance of the difference would be larger if
        the two cases did not share their luck. Raises CcsimError for an unknown case or one with failed
        replications, MetricError for unknown metrics or keys.
        """
        from ccsim.experiments.comparison import paired_differences

        base = self.cases[0] if to is None else to
        if base not in self.cases:
            hint = did_you_mean(base, self.cases) or "; there is: " + ", ".join(self.cases)
            raise CcsimError(f"no case '{base}'{hint}")
        failed = sorted({cell.case for cell in self._cells if cell.log is None})
        if failed:
            raise CcsimError(
                f"replications of {', '.join(failed)} failed, so they have no pairs; see study.status"
            )
        others = {case: self.runs[case] for case in self.cases if case != base}
        return paired_differences(self.runs[base], others, names, by, confidence, options)

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
