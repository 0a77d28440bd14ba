# The models below are written in the language that Cimba compiles, which has no types for mypy.
# mypy: ignore-errors
"""Cimba, through its Python package: models compiled by numba for the C engine.

Case a is Cimba's own M/M/1 benchmark: a store between an arrival and a server process. In b the agents are
processes that take customers from a store; a customer is no process but a record with an event for giving up,
which is a third faster than a process that acquires a Resource under a timer. In c a customer is such a
process, because only a process can wait at several groups. It keeps a Dataset of waits and counts; no log.
"""

from __future__ import annotations

import math
from typing import Any

import cimba as cb

from benchmarks.cases import CASES, DAY_S, Center
from benchmarks.contestants.stopwatch import Answer, asked

GIVES_UP = -42  # the signal of the patience timer


class Alone(cb.Model):
    """Case a: nobody gives up, one server."""

    gap: cb.Param[float] = 1.0
    talk: cb.Param[float] = 1.0
    end: cb.Param[float] = 1.0
    line: cb.Store[float]
    waits: cb.Dataset
    offered: cb.Output[int]
    mean_wait: cb.Output[float]

    @cb.process
    def arrivals(self):
        while True:
            cb.hold(cb.random.exponential(self.gap))
            if cb.now() >= self.end:
                break
            self.line.put(cb.now())

    @cb.process
    def server(self):
        while True:
            came = self.line.get()
            self.waits.record(cb.now() - came)
            cb.hold(cb.random.exponential(self.talk))

    @cb.on_end
    def measure(self):
        self.offered = self.waits.sample_count()
        self.mean_wait = self.waits.sample_mean()


class Customer(cb.Model):
    """A customer of case b: a record in line, and an event at the end of its patience."""

    line: cb.Ref[Line]
    came: float = 0.0
    ticket: int = 0

    @cb.event
    def give_up(self):
        if self.line.queue.cancel(self.ticket):
            self.line.gone += 1
            self.line.waits.record(cb.now() - self.came)
            cb.release(self)


class Line(cb.Model):
    """Case b: a hundred agents take from one line."""

    gap: cb.Param[float] = 1.0
    talk: cb.Param[float] = 1.0
    patience: cb.Param[float] = 1.0
    end: cb.Param[float] = 1.0
    queue: cb.PriorityStore[Customer]
    waits: cb.Dataset
    gone: int = 0
    offered: cb.Output[int]
    abandoned: cb.Output[int]
    mean_wait: cb.Output[float]

    @cb.process
    def arrivals(self):
        while True:
            cb.hold(cb.random.exponential(self.gap))
            if cb.now() >= self.end:
                break
            customer = cb.spawn(Customer, line=self, came=cb.now())
            customer.ticket = self.queue.enqueue(customer, 0)
            cb.schedule(customer.give_up, cb.random.exponential(self.patience))

    @cb.process(copies=CASES["b"].groups[0])
    def agent(self):
        while True:
            customer = self.queue.get()
            self.waits.record(cb.now() - customer.came)
            cb.hold(cb.random.exponential(self.talk))
            cb.release(customer)

    @cb.on_end
    def measure(self):
        self.offered = self.waits.sample_count()
        self.abandoned = self.gone
        self.mean_wait = self.waits.sample_mean()


class Group(cb.Model):
    """The agents of one group."""

    agents: cb.Resource = cb.Resource(capacity=1)


class SkilledCustomer(cb.Model):
    """A customer of case c: takes the first free group, or waits at all of them."""

    line: cb.Ref[SkilledLine]

    @cb.process
    def call(self):
        me = cb.this_process()
        line = self.line
        came = cb.now()
        me.timer_set(cb.random.exponential(line.patience), GIVES_UP)
        got = cb.acquire_any(line.groups, line.priority)
        line.waits.record(cb.now() - came)
        if got < 0:
            line.gone += 1
        else:
            me.timers_clear()
            cb.hold(cb.random.exponential(line.talk) + line.wrap_up)
            line.groups[got].release(1)
        cb.release(self)


class SkilledLine(cb.Model):
    """A queue of case c."""

    rate: cb.Param[float] = 1.0
    most: cb.Param[float] = 1.0
    talk: cb.Param[float] = 1.0
    wrap_up: cb.Param[float] = 0.0
    patience: cb.Param[float] = 1.0
    end: cb.Param[float] = 1.0
    priority: cb.Param[int] = 0
    groups: list[cb.Ref[cb.Resource]]
    profile: cb.Array[float] = cb.Array(24)
    waits: cb.Dataset
    gone: int = 0
    offered: cb.Output[int]
    abandoned: cb.Output[int]
    mean_wait: cb.Output[float]

    @cb.process
    def arrivals(self):
        while True:
            cb.hold(cb.random.exponential(1.0 / (self.rate * self.most)))
            now = cb.now()
            if now >= self.end:
                break
            if cb.random.uniform(0.0, self.most) < self.profile[int(now / 3600.0) % 24]:
                cb.spawn(SkilledCustomer, line=self)

    @cb.on_end
    def measure(self):
        self.offered = self.waits.sample_count()
        self.abandoned = self.gone
        self.mean_wait = self.waits.sample_mean()


class Floor(cb.Model):
    """Case c: all groups and queues."""

    groups: list[Group]
    lines: list[SkilledLine]


def _model(center: Center) -> tuple[Any, list[Any]]:
    """The model of a case, and the models that hold each queue's outputs."""
    first = center.lines[0]
    if len(center.lines) > 1:
        return _floor(center)
    if math.isinf(first.patience_s):
        alone = Alone()
        alone.gap, alone.talk = 1 / first.rate, first.talk_s
        return alone, [alone]
    line = Line()
    line.gap, line.talk, line.patience = 1 / first.rate, first.talk_s, first.patience_s
    return line, [line]


def _floor(center: Center) -> tuple[Any, list[Any]]:
    floor = Floor()
    groups, lines = [], []
    for count in center.groups:
        group = Group()
        group.agents = cb.Resource(capacity=count)
        groups.append(group)
    for line in center.lines:
        queue = SkilledLine()
        queue.rate, queue.most, queue.priority = line.rate, max(center.profile), line.priority
        queue.talk, queue.wrap_up, queue.patience = line.talk_s, line.wrap_up_s, line.patience_s
        queue.profile = cb.Array(list(center.profile))
        queue.groups = [groups[group].agents for group in line.groups]
        lines.append(queue)
    floor.groups, floor.lines = groups, lines
    return floor, lines


def _run(model: Any, lines: list[Any], days: float, seed: int) -> Any:
    for line in lines:
        line.end = days * DAY_S
    window = cb.Window(duration=days * DAY_S, cooldown=7200.0)
    results = cb.Experiment(model, replications=1, window=window, seed=seed).run(workers=1)
    if results.failed.any():
        raise SystemExit(f"Cimba's trial failed: {results.failure_reasons}")
    return results


def main() -> None:
    center, days, seed = asked()
    answer = Answer()
    model, lines = _model(center)
    with answer.aside("warm-up"):
        _run(model, lines, 0.01, 1)
    with answer.part("draws, engine and metrics"):
        results = _run(model, lines, days, seed)
    for line in lines:
        told = results[line]
        offered = int(told.offered.values[0, 0])
        abandoned = 0 if isinstance(line, Alone) else int(told.abandoned.values[0, 0])
        answer.count(offered, abandoned, float(told.mean_wait.values[0, 0]) * offered)
    answer.tell()


if __name__ == "__main__":
    main()
