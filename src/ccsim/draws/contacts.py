"""Contacts of one queue: when they come, how long they would wait, how long they take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ccsim.compiler.program import ArrivalPlan, QueuePlan, TracePlan
from ccsim.distributions import Fixed, Gamma, Law, Never
from ccsim.draws.arrivals import arrivals_of_days, day_volumes, parts_of
from ccsim.draws.streams import Floats, Int64, Streams, to_microseconds
from ccsim.kinds import NEVER, Cause
from ccsim.units import DAY

LUCK_PER_DAY = 10_000_000  # an address is day * this + position in the day
LONGEST_HANDLE_US = 2**46  # 2 years; keeps talk x factor (at most 100,000, at speed 0.01) within int64


@dataclass(frozen=True, slots=True)
class Contacts:
    """The contacts of one stream by their address: day by day, by position in the day.

    What draws a column writes it to ``out``, an array of one number a contact.
    """

    queue: int
    plan: QueuePlan
    cause: Cause
    arrived_at: Int64
    counts: list[int]  # how many a day

    @staticmethod
    def draw(queue: int, plan: QueuePlan, cause: Cause, days: int, streams: Streams) -> Contacts:
        """When they come; ``plan`` has arrivals."""
        arrivals = plan.arrivals
        assert arrivals is not None
        if isinstance(arrivals, TracePlan):
            arrived_at = arrivals.arrived_at
            return Contacts(queue, plan, cause, arrived_at, np.bincount(arrived_at // DAY).tolist())
        volumes = day_volumes(plan.name, arrivals, days, streams)
        return Contacts(queue, plan, cause, *arrivals_of_days(plan.name, arrivals.edges, volumes, streams))

    def luck(self, out: Int64) -> None:
        """The address of each."""
        for day, part in parts_of(self.counts, out):
            part[:] = np.arange(day * LUCK_PER_DAY, day * LUCK_PER_DAY + len(part))

    def patience(self, streams: Streams, out: Int64) -> None:
        """How long each would wait."""
        if isinstance(self.plan.patience, Never):
            out[:] = NEVER
        else:
            to_microseconds(self._seconds("patience", self.plan.patience, streams), out)

    def talk(self, streams: Streams, out: Int64) -> None:
        """How long each talks at speed 1."""
        self._handle("talk", self.plan.talk, streams, out)

    def wrap_up(self, streams: Streams, out: Int64) -> None:
        """How long the work after each takes."""
        self._handle("wrap_up", self.plan.wrap_up, streams, out)

    def _handle(self, purpose: Literal["talk", "wrap_up"], law: Law, streams: Streams, out: Int64) -> None:
        """A part of the handle time: drawn, around the mean of its interval where a file has means."""
        arrivals = self.plan.arrivals
        seconds = self._seconds(purpose, law, streams)
        if isinstance(arrivals, ArrivalPlan):
            means = arrivals.talk_mean_s if purpose == "talk" else arrivals.wrap_up_mean_s
            if means is not None:
                seconds *= means.ravel()[self._cells(arrivals.edges)] / law.mean()
        to_microseconds(seconds, out, LONGEST_HANDLE_US)
        if isinstance(arrivals, TracePlan):
            recorded = arrivals.talk if purpose == "talk" else arrivals.wrap_up
            if recorded is not None:  # -1 where this one is not
                np.copyto(out, np.minimum(recorded, LONGEST_HANDLE_US), where=recorded >= 0)

    def _cells(self, edges: Int64) -> Int64:
        """The cell of the plan, ``day * cells + cell``, in which each comes."""
        found = np.empty(len(self.arrived_at), np.int64)
        days = zip(parts_of(self.counts, self.arrived_at), parts_of(self.counts, found), strict=True)
        for (day, at), (_, cell) in days:
            cell[:] = np.searchsorted(edges, at - day * DAY, side="right")
            cell += day * (len(edges) - 1) - 1
        return found

    def _seconds(self, purpose: str, law: Law, streams: Streams) -> Floats:
        """Seconds for each; number k of a day's stream belongs to its contact k."""
        u = np.empty(len(self.arrived_at))
        if isinstance(law, Fixed | Never):
            return law.quantile(u)
        stream = f"{self.plan.name}/{purpose}"
        for day, part in parts_of(self.counts, u):
            streams.at(stream, day).random(out=part)
        return law.quantile_of_many(u) if isinstance(law, Gamma) else law.quantile(u)
