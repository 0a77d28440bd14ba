"""SimPy as its documentation teaches it: one process a customer and a ``Resource``, waits kept in lists.

No names, no log beyond arrival, wait and outcome, no quantiles: less work than ccsim does.
"""

from __future__ import annotations

import math
import random
from collections.abc import Generator
from typing import Any

import simpy

from benchmarks.cases import DAY_S, Center, Line
from benchmarks.contestants.stopwatch import Answer, asked

Steps = Generator[Any, Any, None]
Book = list[tuple[float, float, bool]]  # arrival, wait, abandoned


class OneLine:
    """Cases a and b: one queue before one Resource."""

    def __init__(self, center: Center, end: float, luck: random.Random) -> None:
        self.env = simpy.Environment()
        self.line = center.lines[0]
        self.agents = simpy.Resource(self.env, center.groups[0])
        self.end = end
        self.luck = luck
        self.books: list[Book] = [[]]
        self.env.process(self.arrivals())

    def arrivals(self) -> Steps:
        customer = self.patient_customer if math.isinf(self.line.patience_s) else self.customer
        while True:
            yield self.env.timeout(self.luck.expovariate(self.line.rate))
            if self.env.now >= self.end:
                return
            self.env.process(customer())

    def customer(self) -> Steps:
        env, line, came = self.env, self.line, self.env.now
        with self.agents.request() as request:
            patience = env.timeout(self.luck.expovariate(1 / line.patience_s))
            result = yield request | patience
            abandoned = request not in result
            self.books[0].append((came, env.now - came, abandoned))
            if not abandoned:
                yield env.timeout(self.luck.expovariate(1 / line.talk_s) + line.wrap_up_s)

    def patient_customer(self) -> Steps:
        env, line, came = self.env, self.line, self.env.now
        with self.agents.request() as request:
            yield request
            self.books[0].append((came, env.now - came, False))
            yield env.timeout(self.luck.expovariate(1 / line.talk_s) + line.wrap_up_s)


class ManyLines:
    """Case c: a customer asks the groups in order of preference and waits for whichever answers first."""

    def __init__(self, center: Center, end: float, luck: random.Random) -> None:
        self.env = simpy.Environment()
        self.groups = [simpy.PriorityResource(self.env, count) for count in center.groups]
        self.profile = center.profile
        self.end = end
        self.luck = luck
        self.books: list[Book] = [[] for _ in center.lines]
        for line, book in zip(center.lines, self.books, strict=True):
            self.env.process(self.arrivals(line, book))

    def arrivals(self, line: Line, book: Book) -> Steps:
        """Thinning: candidates at the highest rate, kept in proportion to the hour's factor."""
        most = max(self.profile)
        while True:
            yield self.env.timeout(self.luck.expovariate(line.rate * most))
            if self.env.now >= self.end:
                return
            if self.luck.random() * most < self.profile[int(self.env.now % DAY_S / 3600)]:
                self.env.process(self.customer(line, book))

    def customer(self, line: Line, book: Book) -> Steps:
        env, came = self.env, self.env.now
        requests: list[Any] = []
        for group in line.groups:
            requests.append(self.groups[group].request(priority=-line.priority))
            if requests[-1].triggered:
                break
        patience = env.timeout(self.luck.expovariate(1 / line.patience_s))
        yield env.any_of([*requests, patience])
        granted = next((request for request in requests if request.triggered), None)
        for request in requests:
            if request is not granted:
                if request.triggered:
                    request.resource.release(request)
                else:
                    request.cancel()
        book.append((came, env.now - came, granted is None))
        if granted is not None:
            yield env.timeout(self.luck.expovariate(1 / line.talk_s) + line.wrap_up_s)
            granted.resource.release(granted)


def main() -> None:
    center, days, seed = asked()
    answer = Answer()
    model = OneLine if len(center.lines) == 1 else ManyLines
    with answer.part("draws and engine"):
        world = model(center, days * DAY_S, random.Random(seed))
        world.env.run()
    with answer.part("metrics"):
        for book in world.books:
            answer.count(len(book), sum(row[2] for row in book), sum(row[1] for row in book))
    answer.tell()


if __name__ == "__main__":
    main()
