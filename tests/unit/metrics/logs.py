"""Logs without an engine: from rows written by hand, and random ones that obey the Log's rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ccsim.kinds import Outcome, State
from ccsim.log import CONTACTS_DTYPE, LEGS_DTYPE, STRETCHES_DTYPE, UNUSED, Labels, Log
from ccsim.units import DAY, HOUR, MINUTE, SECOND

START = dt.date(2026, 3, 2)  # a Monday


def labels(
    queues: Sequence[str] = ("support",),
    groups: Sequence[str] = ("desk",),
    agent_group: Sequence[int] = (0, 0),
    *,
    days: int = 1,
    interval: int = 30 * MINUTE,
    share: float = 0.8,
    within: int = 20 * SECOND,
    short: int = 0,
    definition: str = "",
    open_hours: tuple[int, int] = (8 * HOUR, 18 * HOUR),
    ends_at: int | None = None,
) -> Labels:
    """Labels of a small world whose queues all have one target and one set of hours."""
    count = len(queues)
    day = np.repeat(np.arange(days, dtype=np.int64) * DAY, count)
    return Labels(
        queues=tuple(queues),
        channels=("voice",) * count,
        groups=tuple(groups),
        agents=tuple(f"{groups[g]} {row + 1}" for row, g in enumerate(agent_group)),
        agent_group=np.array(agent_group, dtype=np.int32),
        start=START,
        days=days,
        interval_us=interval,
        ends_at=days * DAY if ends_at is None else ends_at,
        target_share=np.full(count, share),
        target_within_us=np.full(count, within, dtype=np.int64),
        target_definition=(definition,) * count,
        short_abandon_us=np.full(count, short, dtype=np.int64),
        open_from=day + open_hours[0],
        open_to=day + open_hours[1],
        open_queue=np.tile(np.arange(count, dtype=np.int16), days),
    )


def leg(
    queued_at: int,
    outcome: Outcome,
    *,
    wait: int = 0,
    talk: int | None = None,
    wrap_up: int | None = None,
    queue: int = 0,
    agent: int = -1,
) -> dict[str, int]:
    """One leg; a leg with ``talk`` was answered, and one without ``wrap_up`` was still talking at the end."""
    answered = -1 if talk is None else queued_at + wait
    talk_ended = -1 if talk is None or wrap_up is None else answered + talk
    ended = queued_at + wait + (talk or 0) + (wrap_up or 0)
    return {
        "queue": queue,
        "agent": agent,
        "queued_at": queued_at,
        "answered_at": answered,
        "talk_ended_at": talk_ended,
        "ended_at": ended,
        "outcome": int(outcome),
    }


def log(
    world: Labels, legs: Sequence[dict[str, int]], stretches: Sequence[tuple[int, int, int, int]] = ()
) -> Log:
    """A Log of legs (one contact each) and of stretches (agent, state, from, to)."""
    ordered = sorted(legs, key=lambda row: row["queued_at"])
    columns: dict[str, Any] = {
        name: np.array([row.get(name, 1) for row in ordered], dtype=kind)
        for name, kind in LEGS_DTYPE.items()
        if name not in UNUSED
    }
    columns["contact_row"] = np.arange(len(ordered), dtype=np.int32)
    names = list(STRETCHES_DTYPE)
    return Log(
        contacts=_contacts(columns["queue"], columns["queued_at"]),
        legs=columns,
        stretches={
            name: np.array([row[k] for row in stretches], dtype=STRETCHES_DTYPE[name])
            for k, name in enumerate(names)
        },
        labels=world,
    )


def _contacts(queue: Any, arrived_at: Any) -> dict[str, Any]:
    count = len(queue)
    values = {
        "issue": np.arange(count),
        "contact": np.ones(count),
        "queue": queue,
        "luck": np.arange(count),
        "arrived_at": arrived_at,
    }
    return {name: values[name].astype(CONTACTS_DTYPE[name]) for name in values}


def golden(world: Labels) -> Log:
    """1000 answered, 860 of them within 20 s; 60 abandoned, 20 within 20 s, 10 of these within 5 s."""
    waits = (
        [(Outcome.ANSWERED, 20 * SECOND)] * 860
        + [(Outcome.ANSWERED, 20 * SECOND + 1)] * 140
        + [(Outcome.ABANDONED, 5 * SECOND)] * 10
        + [(Outcome.ABANDONED, 20 * SECOND)] * 10
        + [(Outcome.ABANDONED, 30 * SECOND)] * 40
    )
    rows = []
    for place, (outcome, wait) in enumerate(waits):
        answered = outcome is Outcome.ANSWERED
        at = 9 * HOUR + place * SECOND
        rows.append(
            leg(
                at,
                outcome,
                wait=wait,
                talk=MINUTE if answered else None,
                wrap_up=0 if answered else None,
                agent=0 if answered else -1,
            )
        )
    return log(world, rows)


def random_log(
    seed: int,
    *,
    contacts: int | None = None,
    days: int | None = None,
    queues: int | None = None,
    agents: int | None = None,
    tick: int = 1,
    short: int | None = None,
    world: Labels | None = None,
) -> Log:
    """A random Log that obeys the rules: agents serve one contact at a time, on duty; every outcome occurs.

    ``tick``: all times are multiples of it, so that ties are common.
    """
    rng = np.random.default_rng(seed)
    days = int(rng.integers(1, 4)) if days is None else days
    queues = int(rng.integers(1, 4)) if queues is None else queues
    agents = int(rng.integers(0, 7)) if agents is None else agents
    count = int(rng.integers(0, 400)) if contacts is None else contacts
    groups = ("desk", "back office")
    if world is None:
        world = labels(
            tuple(f"queue {q}" for q in range(queues)),
            groups,
            tuple(rng.integers(0, 2, agents).tolist()),
            days=days,
            interval=int(rng.choice([15, 30, 60])) * MINUTE,
            short=int(rng.choice([0, 5])) * SECOND if short is None else short,
        )
        world = replace(world, channels=tuple(("voice", "chat")[q % 2] for q in range(queues)))
    stretches, duty = _timetable(rng, agents, days, tick)
    legs = _random_legs(rng, world, count, duty, tick)
    return Log(
        contacts=_contacts(legs["queue"], legs["queued_at"]), legs=legs, stretches=stretches, labels=world
    )


def _timetable(
    rng: np.random.Generator, agents: int, days: int, tick: int
) -> tuple[dict[str, Any], list[Any]]:
    rows: list[tuple[int, int, int, int]] = []
    duty: list[tuple[int, int, int]] = []
    for agent in range(agents):
        for day in range(days):
            edges = np.sort(rng.integers(7 * HOUR, 20 * HOUR, 4)) // tick * tick + day * DAY
            middle = int(rng.integers(2, 7))
            for state, a, b in zip(
                (State.ON_DUTY, middle, State.ON_DUTY), edges[:-1], edges[1:], strict=True
            ):
                if b > a:
                    rows.append((agent, int(state), int(a), int(b)))
                    if state == State.ON_DUTY:
                        duty.append((agent, int(a), int(b)))
            if rng.random() < 0.1:
                rows.append((agent, int(State.ABSENT), day * DAY + 21 * HOUR, day * DAY + 22 * HOUR))
    columns = {
        name: np.array([row[k] for row in rows], dtype=kind)
        for k, (name, kind) in enumerate(STRETCHES_DTYPE.items())
    }
    return columns, duty


def _random_legs(
    rng: np.random.Generator, world: Labels, count: int, duty: list[Any], tick: int
) -> dict[str, Any]:
    """Served contacts fill random spells of each stretch on duty; the others get random fates."""
    rows: list[dict[str, int]] = []
    for agent, begin, end in duty:
        at = begin
        while len(rows) < count * 2 // 3:
            at += int(rng.integers(0, 20 * MINUTE)) // tick * tick
            talk, wrap = (int(x) // tick * tick for x in rng.integers(1, 9 * MINUTE, 2))
            if at + talk + wrap > end:
                break
            wait = min(at, int(rng.exponential(30 * SECOND)) // tick * tick * int(rng.integers(0, 2)))
            rows.append(
                leg(
                    at - wait,
                    Outcome.ANSWERED,
                    wait=wait,
                    talk=talk,
                    wrap_up=wrap,
                    agent=agent,
                    queue=int(rng.integers(len(world.queues))),
                )
            )
            at += talk + wrap
    fates = (
        Outcome.ABANDONED,
        Outcome.ABANDONED,
        Outcome.BALKED,
        Outcome.BLOCKED,
        Outcome.CLEARED,
        Outcome.OPEN,
    )
    while len(rows) < count:
        fate = fates[int(rng.integers(len(fates)))]
        at = int(rng.integers(0, world.days * DAY - 1)) // tick * tick
        wait = int(rng.exponential(20 * SECOND)) // tick * tick
        if fate in (Outcome.BALKED, Outcome.BLOCKED):
            wait = 0
        wait = world.ends_at - at if fate is Outcome.OPEN else min(wait, world.ends_at - at)
        rows.append(leg(at, fate, wait=wait, queue=int(rng.integers(len(world.queues)))))
    built = log(world, rows)
    return dict(built.legs)
