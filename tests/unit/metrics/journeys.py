"""Logs of whole journeys without an engine: written by hand, and random ones that obey the Log's rules."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ccsim.kinds import Cause, Entry, Front, IssueOutcome, Outcome, SessionOutcome, State
from ccsim.log import TABLES, Labels, Log, Satisfaction
from ccsim.units import DAY, HOUR, MINUTE, SECOND
from tests.unit.metrics import logs

ON_DUTY = int(State.ON_DUTY)
VOICE, CHAT, EMAIL = 0, 1, 2


def world(days: int = 1, agents: int = 4, **more: Any) -> Labels:
    """Three queues: voice, chat with three slots, email whose clock stops at night; open from 8 to 18."""
    plain = logs.labels(
        ("billing", "chat", "email"), ("desk", "back office"), tuple(k % 2 for k in range(agents)), days=days
    )
    channels = {
        "channels": ("voice", "chat", "email"),
        "concurrency": (1, 3, 1),
        "deferrable": (False, False, True),
        "business_hours": (False, False, True),
        "fronts": ("warning", "faq", "front_door"),
        "front_kinds": (int(Front.NOTICE), int(Front.SELF_SERVICE), int(Front.BOT)),
        "front_cost": (0.0, 0.1, 0.5),
        "tiers": (1, 2),
        "group_cost": (20.0, 30.0),
    }
    return replace(plain, **(channels | more))


@dataclass
class Story:
    """Rows of a Log in the order in which they are told; ids are row numbers."""

    labels: Labels
    rows: dict[str, list[dict[str, int]]] = field(default_factory=lambda: {name: [] for name in TABLES})

    def issue(self, outcome: IssueOutcome, closed_at: int = -1, complexity: int = 500_000) -> int:
        return self._add("issues", outcome=outcome, closed_at=closed_at, complexity=complexity, pending=0)

    def contact(self, issue: int, at: int, **more: int) -> int:
        """Defaults: the first contact about the issue, fresh, for queue 0."""
        row = {"contact": 1, "queue": 0, "luck": issue, "cause": 0, "after": -1, "resolved": 0}
        return self._add("contacts", issue=issue, arrived_at=at, **(row | more))

    def leg(self, contact: int, queued_at: int, outcome: Outcome, **more: int) -> int:
        """One leg as :func:`logs.leg` makes it; any column of the Log can be given."""
        made = {k: more.pop(k) for k in ("wait", "talk", "wrap_up", "queue", "agent") if k in more}
        row = logs.leg(queued_at, outcome, **made)
        number = 1 + sum(other["contact_row"] == contact for other in self.rows["legs"])
        unused = {
            "entry": 0,
            "gave_up_at": -1,
            "announced_us": -1,
            "promised_at": -1,
            "dials": 0,
            "work_us": -1,
            "callback_declined": 0,
        }
        return self._add("legs", contact_row=contact, leg=number, **(unused | row | more))

    def session(
        self, contact: int, front: int, at: int, took: int, outcome: SessionOutcome, **more: int
    ) -> int:
        row = {"failures": 0, "warm": 0}
        return self._add(
            "sessions", contact_row=contact, front=front, started_at=at, ended_at=at + took, outcome=outcome,
            **(row | more),
        )  # fmt: skip

    def piece(self, leg: int, agent: int, from_at: int, to_at: int) -> int:
        return self._add("pieces", leg_row=leg, agent=agent, from_at=from_at, to_at=to_at)

    def duty(self, agent: int, from_at: int, to_at: int, state: int = ON_DUTY) -> int:
        return self._add("stretches", agent=agent, state=state, from_at=from_at, to_at=to_at)

    def log(self) -> Log:
        tables = {
            name: {c: np.array([row[c] for row in self.rows[name]], dtype=kind) for c, kind in dtypes.items()}
            for name, dtypes in TABLES.items()
        }
        return Log(
            tables["contacts"], tables["legs"], tables["stretches"], self.labels, tables["issues"],
            tables["sessions"], tables["pieces"],
        )  # fmt: skip

    def _add(self, table: str, **row: int) -> int:
        self.rows[table].append({name: int(value) for name, value in row.items()})
        return len(self.rows[table]) - 1


SCORES = Satisfaction(1, 5, 4.5, -0.12, -0.4, -0.1, -0.7, -2.5, 0.5)


def random_journeys(seed: int, most: int = 60) -> Log:
    """Random issues that obey the rules: agents within their slots and on duty, sessions before queues."""
    rng = np.random.default_rng(seed)
    days = int(rng.integers(1, 4))
    labels = world(
        days,
        incidents=(("outage", 10 * HOUR, 11 * HOUR),),
        satisfaction=SCORES,
        resolution_within_us=(DAY, DAY, 0),
        resolution_share=(0.9, 0.9, 0.9),
    )
    story = Story(labels)
    for agent in range(len(labels.agents)):
        for day in range(days):
            start = day * DAY
            story.duty(agent, start + 8 * HOUR, start + 12 * HOUR)
            story.duty(agent, start + 12 * HOUR, start + 13 * HOUR, int(rng.integers(2, 9)))
            story.duty(agent, start + 13 * HOUR, start + 18 * HOUR)
    made = _Random(rng, story, [[] for _ in labels.agents])
    for _ in range(int(rng.integers(0, most))):
        made.issue()
    return story.log()


@dataclass
class _Random:
    rng: np.random.Generator
    story: Story
    work: list[list[tuple[int, int, int]]]  # of each agent: from, to, queue

    def issue(self) -> None:
        story, rng = self.story, self.rng
        at = int(rng.integers(0, story.labels.days * DAY - HOUR))
        issue = story.issue(IssueOutcome.GIVEN_UP)
        cause, after, number = Cause.FRESH, -1, 1
        while True:
            queue = int(rng.integers(3))
            contact = story.contact(
                issue, at, contact=number, queue=queue, cause=int(cause), after=after, luck=1000 + issue
            )
            at = self.contact(contact, queue, at, fresh=number == 1)
            row = story.rows["contacts"][contact]
            closed = row["resolved"] == 1
            again = at + int(rng.exponential(4 * HOUR))
            if closed or rng.random() < 0.5 or at < 0 or again >= story.labels.ends_at - HOUR:
                break
            cause = Cause(int(rng.choice([Cause.RETRY, Cause.RETURN, Cause.BOUNCE_BACK, Cause.CHASER])))
            after, number, at = contact, number + 1, again
        outcome = (
            IssueOutcome.RESOLVED if closed else (IssueOutcome.OPEN if at < 0 else IssueOutcome.GIVEN_UP)
        )
        found = story.rows["issues"][issue]
        found["outcome"], found["closed_at"] = int(outcome), at if outcome != IssueOutcome.OPEN else -1

    def contact(self, contact: int, queue: int, at: int, *, fresh: bool) -> int:
        """Returns when it was over; -1: it is open."""
        story, rng = self.story, self.rng
        row = story.rows["contacts"][contact]
        if rng.random() < 0.5:
            front = int(rng.integers(0 if fresh else 1, 3))
            outcomes = [SessionOutcome.RESOLVED, SessionOutcome.HANDED_OVER, SessionOutcome.HANDED_OVER,
                        SessionOutcome.WALKED_AWAY, SessionOutcome.FALSELY_CONTAINED,
                        SessionOutcome.TRAPPED]  # fmt: skip
            outcome = SessionOutcome(int(rng.choice(outcomes))) if front else SessionOutcome.PREVENTED
            took = int(rng.integers(0, 3 * MINUTE)) if front else 0
            story.session(
                contact, front, at, took, outcome, failures=int(rng.integers(3)), warm=int(rng.random() < 0.5)
            )
            at += took
            if outcome != SessionOutcome.HANDED_OVER:
                good = outcome in (SessionOutcome.RESOLVED, SessionOutcome.PREVENTED)
                row["resolved"] = 1 if good else 2
                return at
        entry = Entry.ARRIVED
        for _ in range(3):
            at, answered = self.leg(contact, queue, at, entry)
            if at < 0 or not answered or rng.random() < 0.6:
                break
            entry, queue = Entry(int(rng.integers(1, 3))), int(rng.integers(3))
        if answered and at >= 0:
            row["resolved"] = 1 if rng.random() < 0.6 else 2
        return at

    def leg(self, contact: int, queue: int, at: int, entry: Entry) -> tuple[int, bool]:
        story, rng = self.story, self.rng
        ends_at = story.labels.ends_at
        more = {"entry": int(entry)}
        if rng.random() < 0.2:
            more["announced_us"] = int(rng.integers(0, 5 * MINUTE))
        if rng.random() < 0.2:
            more["promised_at"] = at + int(rng.integers(0, HOUR))
        callback = queue == VOICE and rng.random() < 0.2
        if callback:
            more["dials"] = int(rng.integers(1, 4))
        elif queue == VOICE and more.get("announced_us", 0) > MINUTE:
            more["callback_declined"] = 1
        wait = int(rng.exponential(2 * MINUTE)) * int(rng.integers(0, 2))
        silent = queue == CHAT and rng.random() < 0.2
        served = at + wait + (int(rng.integers(1, 5 * MINUTE)) if silent else 0)
        talk, wrap_up = (int(x) for x in rng.integers(1, 9 * MINUTE, 2))
        agent = self.agent(queue, served, served + talk + wrap_up)
        if agent >= 0 and rng.random() < 0.8:
            row = story.leg(contact, at, Outcome.ANSWERED, wait=served - at, talk=talk, wrap_up=wrap_up,
                            queue=queue, agent=agent, **more)  # fmt: skip
            leg, end = story.rows["legs"][row], served + talk + wrap_up
            self.work[agent].append((served, end, queue))
            if silent:
                leg["gave_up_at"], leg["outcome"] = at + wait, int(Outcome.SILENT)
                return at + wait, False
            if queue == EMAIL:
                middle = served + talk // 2
                story.piece(row, agent, served, middle)
                story.piece(row, agent, middle + talk // 4, end)
            leg["work_us"] = (talk + wrap_up) // 2 if queue == CHAT else -1
            return served + talk, True
        fates = [Outcome.ABANDONED, Outcome.BALKED, Outcome.BLOCKED, Outcome.CLEARED, Outcome.DEFLECTED,
                 Outcome.CLOSED, Outcome.MOVED, Outcome.OPEN]  # fmt: skip
        fate = Outcome(int(rng.choice(fates))) if not callback else Outcome.UNREACHED
        if fate in (Outcome.BALKED, Outcome.BLOCKED, Outcome.DEFLECTED, Outcome.CLOSED):
            wait = 0
        wait = ends_at - at if fate is Outcome.OPEN else min(wait, ends_at - at)
        story.leg(contact, at, fate, wait=wait, queue=queue, **more)
        return (-1 if fate is Outcome.OPEN else at + wait), False

    def agent(self, queue: int, begin: int, end: int) -> int:
        """An agent with a slot left in that time, on duty throughout; -1: nobody."""
        slots = self.story.labels.concurrency[queue]
        for agent in self.rng.permutation(len(self.work)):
            day = begin // DAY * DAY
            spans = ((8, 12), (13, 18))
            inside = any(day + a * HOUR <= begin and end <= day + b * HOUR for a, b in spans)
            busy = [queue for a, b, queue in self.work[agent] if a < end and begin < b]
            if inside and len(busy) < slots and set(busy) <= {queue}:
                return int(agent)
        return -1


__all__ = ["CHAT", "EMAIL", "SECOND", "VOICE", "Story", "random_journeys", "world"]
