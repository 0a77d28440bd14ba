"""Fresh contacts, those that come of them, those that come of these: wave after wave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ccsim.compiler.program import Program
from ccsim.kinds import Cause
from ccsim.report.balance.fronts import FrontFlow, Fronts
from ccsim.report.balance.laws import later, share
from ccsim.report.balance.legs import People, Work
from ccsim.report.balance.stream import Floats, Stream

MOST_WAVES = 60
FEWEST = 1e-5  # of the fresh contacts: a smaller wave is the last
MOST_RETURNS = 12  # returns about one issue that are told apart


@dataclass(frozen=True, slots=True)
class Balance:
    """Expected flows of the whole run.

    ``fresh``: (intervals, queues) contacts that nothing earlier caused, ``contacts``: all of them, before the
    fronts. ``causes``: (Cause, queues) contacts within the run. ``fronts``: a row a front.
    """

    fresh: Floats
    contacts: Floats
    causes: Floats
    fronts: list[FrontFlow]
    work: Work
    open: Floats  # (intervals, queues) share of each interval within the hours of service

    def hardness(self, queue: int) -> float:
        """Mean rank of the issues that reach people in a queue; 0.5 where the fronts take easy and hard."""
        legs = float(self.work.legs[:, queue].sum())
        return float(self.work.hardness[queue]) / legs if legs > 0 else 0.5


def balance(
    program: Program, fresh: Floats, weights: Floats, talk_s: Floats, wrap_up_s: Floats, slow: Floats
) -> Balance:
    """The expected flows of a Program whose journey is on.

    ``fresh``: (intervals, queues) contacts; ``weights``: (groups, queues), who serves; the means in seconds
    are (intervals, queues), as is ``slow``, the factor on talk.
    """
    journey, interval_us = program.journey, program.labels.interval_us
    intervals, queues = fresh.shape
    fronts = Fronts(journey, intervals, interval_us)
    people = People(program, weights, talk_s, wrap_up_s, slow)
    contacts, causes = fresh.copy(), np.zeros((len(Cause), queues))
    causes[Cause.FRESH] = fresh.sum(axis=0)
    first = Stream.none(intervals, queues)
    for queue in range(queues):
        first.add(queue, fresh[:, queue], np.ones(first.mass.shape[1]))
    bounds = [int(min(n, MOST_RETURNS)) for n in journey.resolution.return_at_most]
    waves: list[tuple[Stream, bool, bool, int]] = [(first, True, False, 0)]  # fresh, past fronts, returns
    twice = _duplicates(program, fresh)
    if twice.total:
        causes[Cause.DUPLICATE] = twice.counts.sum(axis=0)
        contacts += twice.counts
        waves.append((twice, False, False, 0))
    for _ in range(MOST_WAVES):
        waves = [wave for wave in waves if wave[0].total > FEWEST * max(first.total, 1e-9)]
        if not waves:
            break
        following: list[tuple[Stream, bool, bool, int]] = []
        for stream, is_fresh, past, made in waves:
            for cause, after, skips, returns in _follow(fronts, people, stream, is_fresh, past, made, bounds):
                causes[cause] += after.counts.sum(axis=0)
                contacts += after.counts
                following.append((after, False, skips, returns))
        waves = _joined(following)
    return Balance(fresh, contacts, causes, fronts.flows, people.work, people.open)


def _follow(
    fronts: Fronts, people: People, stream: Stream, fresh: bool, past: bool, made: int, bounds: list[int]
) -> list[tuple[Cause, Stream, bool, int]]:
    """Lead a wave through fronts and people; the contacts that come of it."""
    shape = stream.counts.shape
    returned, complained = Stream.none(*shape), Stream.none(*shape)
    if past:
        people.treat(stream, returned, complained, [])
        front_made: list[tuple[Cause, Stream, bool, int]] = []
    else:
        passed = fronts.passed(stream, fresh)
        wrong = []
        for right, reached, counts, spread, factor in passed.misrouted:
            one = Stream.none(*shape)
            one.add(reached, counts, spread, factor)
            wrong.append((right, one))
        people.treat(passed.people, returned, complained, wrong)
        front_made = [
            (Cause.BOUNCE_BACK, passed.bounced, False, made),
            (Cause.RETRY, passed.walked, True, made),
        ]
    return [
        *front_made,
        (Cause.RETURN, _bounded(returned, made, bounds), False, made + 1),
        (Cause.COMPLAINT, complained, False, made),
    ]


def _bounded(returned: Stream, made: int, bounds: list[int]) -> Stream:
    """Returns that are still within the bound; queues differ in it, and most returns go to their own."""
    for queue, most in enumerate(bounds):
        if made >= max(most, 1) and most < MOST_RETURNS:
            returned.counts[:, queue] = 0.0
            returned.mass[queue] = returned.factor[queue] = returned.extra[queue] = 0.0
    return returned


def _joined(waves: list[tuple[Stream, bool, bool, int]]) -> list[tuple[Stream, bool, bool, int]]:
    """Waves of one sort as one."""
    sorts: dict[tuple[bool, bool, int], Stream] = {}
    for stream, fresh, past, made in waves:
        key = (fresh, past, min(made, MOST_RETURNS))
        if key not in sorts:
            sorts[key] = stream
            continue
        together = sorts[key]
        together.counts += stream.counts
        together.mass += stream.mass
        together.factor += stream.factor
        together.extra += stream.extra
    return [(stream, *key) for key, stream in sorts.items()]


def _duplicates(program: Program, fresh: Floats) -> Stream:
    """Second contacts of customers in the windows of some events."""
    bad, width = program.journey.bad_days, program.labels.interval_us
    out = Stream.none(*fresh.shape)
    edges = np.arange(len(fresh) + 1, dtype=np.int64) * width
    for row, queue in enumerate(bad.twice_queue):
        inside = np.minimum(edges[1:], bad.twice_to[row]) - np.maximum(edges[:-1], bad.twice_from[row])
        counts = fresh[:, queue] * np.clip(inside / width, 0, 1) * share(bad.twice_chance[row])
        counts = later(program.journey, int(bad.twice_table[row]), counts, width)
        out.add(int(bad.twice_to_queue[row]), counts, np.ones(out.mass.shape[1]))
    return out
