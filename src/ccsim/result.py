"""Run: what one simulation of a scenario gave, as tables and metrics."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from ccsim import metrics as _metrics
from ccsim.log import Log
from ccsim.metrics import backlog, journeys, recovery, summary, tables
from ccsim.metrics.backlog import By
from ccsim.metrics.window import Since

if TYPE_CHECKING:
    import pandas as pd

    from ccsim.scenario.model import Scenario


class Run:
    """The replications of one scenario under one seed. Tables are built when first looked at."""

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        engine: str,
        logs: Sequence[Log],
        warnings: Sequence[str] = (),
        seconds: float = 0.0,
    ) -> None:
        """``engine``: name of the one that ran; ``warnings``: sentences; ``seconds``: how long it took."""
        if not logs:
            raise ValueError("a run has at least one replication")
        self.scenario = scenario
        self.seed = seed
        self.engine = engine
        self.logs = tuple(logs)
        self.warnings = tuple(warnings)
        self.seconds = seconds

    @property
    def replications(self) -> int:
        """How many replications there are."""
        return len(self.logs)

    @cached_property
    def digests(self) -> tuple[str, ...]:
        """The name of each replication's Log bytes: equal if and only if the Logs are."""
        return tuple(log.digest() for log in self.logs)

    @property
    def digest(self) -> str:
        """The digest of the first replication."""
        return self.digests[0]

    @cached_property
    def contacts(self) -> pd.DataFrame:
        """One row per contact: about what, when it arrived, how and when it ended, how long it waited."""
        return tables.stack([tables.contacts_table(log) for log in self.logs])

    @cached_property
    def legs(self) -> pd.DataFrame:
        """One row per stay in a queue and the service that ended it: who, when, and how long in seconds."""
        return tables.stack([tables.legs_table(log) for log in self.logs])

    @cached_property
    def agents(self) -> pd.DataFrame:
        """One row per stretch of one agent in one state: agent, group, state, from_at, to_at."""
        return tables.stack([tables.agents_table(log) for log in self.logs])

    @cached_property
    def issues(self) -> pd.DataFrame:
        """One row per issue: how it ended and when, its contacts, queues, channels and minutes."""
        return tables.stack([tables.issues_table(log) for log in self.logs])

    @cached_property
    def sessions(self) -> pd.DataFrame:
        """One row per session with a bot, self-service or a notice: whose, when, and how it ended."""
        return tables.stack([tables.sessions_table(log) for log in self.logs])

    @cached_property
    def journeys(self) -> pd.DataFrame:
        """One row per issue: its path through bots and queues, contacts, transfers, minutes, outcome."""
        return tables.stack([journeys.journeys_table(log) for log in self.logs])

    @cached_property
    def journey_events(self) -> pd.DataFrame:
        """Events of every issue, for process mining: case_id, activity, timestamp, queue, agent, contact."""
        return tables.stack([journeys.events_table(log) for log in self.logs])

    def backlog(self, by: By = "interval") -> pd.DataFrame:
        """One row per queue and interval, hour or day: opening + arrived - done = closing, and what is late.

        Raises MetricError for another ``by``.
        """
        return tables.stack([backlog.backlog_table(log, by) for log in self.logs])

    @cached_property
    def recovery(self) -> pd.DataFrame:
        """One row per incident and queue: how long until waits were back to normal (``metrics.recovery``)."""
        return tables.stack([recovery.recovery_table(log) for log in self.logs])

    def metrics(
        self,
        names: Sequence[str] | str | None = None,
        by: Sequence[str] | str | None = None,
        *,
        warm_up: str | int | None = None,
        since: Since | None = None,
        attribution: str = "arrival",
        confidence: float = 0.95,
    ) -> pd.DataFrame:
        """The tidy table: by-keys, metric, value, low, high, weight; see ``metrics.Accumulator``.

        Raises MetricError when a name or a key does not exist, or one does not go with the other.
        """
        return _metrics.compute(
            self.logs,
            names,
            by,
            warm_up=warm_up,
            since=since,
            attribution=attribution,
            confidence=confidence,
        )

    def report(self) -> str:
        """The report that ``ccsim run`` prints."""
        # report lies above result and is asked for only when somebody wants to read one
        from ccsim.report.terminal import render

        text: str = render(self)
        return text

    def __str__(self) -> str:
        """Some ten lines: what ran, how each queue did, and what the numbers mean."""
        head = f"{self.scenario.name}: seed {self.seed}, {summary.plural(self.replications, 'replication')}"
        head += f", {self.engine} engine, {self.seconds:.2f} s"
        return "\n".join([head, *summary.lines(self.logs), *(f"warning: {text}" for text in self.warnings)])
