"""Runs in memory -> rows as a sweep stores them, so that both are analysed alike."""

from __future__ import annotations

from collections.abc import Sequence

from ccsim.compiler import compile_scenario
from ccsim.draws import draw
from ccsim.draws.streams import Luck
from ccsim.experiments.comparing.control_variates import expected_controls, variance_of_arrivals
from ccsim.experiments.keeping.rows import CellRow, Value
from ccsim.experiments.playing.measuring import WHOLE, controls
from ccsim.log import Log
from ccsim.metrics import Accumulator, find
from ccsim.result import Run


def rows_of_run(
    case: str,
    run: Run,
    replications: Sequence[int],
    names: Sequence[str] | str,
    by: Sequence[str] = (),
    luck: Luck | None = None,
) -> list[CellRow]:
    """One row a replication, with the values of the whole center and of each cell of ``by``.

    ``replications``: the number (from 0) of each of the run's Logs. ``luck``: make the draws of that kind
    again for the controls; None leaves them out.
    """
    wanted = [names] if isinstance(names, str) else list(names)
    program = compile_scenario(run.scenario) if luck is not None else None
    rows = []
    for number, log in zip(replications, run.logs, strict=True):
        found = {} if program is None else controls(program, draw(program, run.seed, number, luck or "plain"))
        rows.append(
            CellRow("", case, 0, number, values=values_of(log, wanted, by), controls=found, engine=run.engine)
        )
    return rows


def values_of(log: Log, names: Sequence[str], by: Sequence[str]) -> tuple[Value, ...]:
    """The values of one Log: of the whole center, then those by keys of the metrics that go with them."""
    place = (WHOLE,) * len(by)
    values = [Value(place, name, value, weight) for _, name, value, weight in _records(log, names, ())]
    keyed = [name for name in names if by and set(by) <= find(name).keys]
    return tuple(values + [Value(*record) for record in _records(log, keyed, by)])


def failed(case: str, replication: int, error: str) -> CellRow:
    """The row of a replication that failed."""
    return CellRow("", case, 0, replication, status="failed", stage="engine", error=error)


def expected(run: Run) -> tuple[dict[str, dict[str, float]], float]:
    """What each queue's arrivals and work are expected to be, and the variance of all arrivals."""
    program = compile_scenario(run.scenario)
    return expected_controls(program), variance_of_arrivals(program)


def _records(
    log: Log, names: Sequence[str], by: Sequence[str]
) -> list[tuple[tuple[str | int, ...], str, float, float]]:
    if not names:
        return []
    accumulator = Accumulator(log.labels, names, by)
    accumulator.add(log)
    return accumulator.records()
