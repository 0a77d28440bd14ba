"""Warnings in words: what in a scenario or a result deserves a second look, with names, numbers and times."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ccsim.compiler.program import Program
from ccsim.errors import Problem
from ccsim.report.cells import Cells
from ccsim.report.expectations import Load, Shortfall, shortfalls
from ccsim.report.scheduled import scheduled_times
from ccsim.report.wording import (
    WEEKDAYS,
    count,
    day_name,
    few,
    listed,
    number,
    percent,
    plural,
    round_percent,
    seconds,
    time_of_day,
)
from ccsim.scenario.cautions import OPEN_WITHOUT_ANYBODY
from ccsim.units import DAY, SECOND, format_range

if TYPE_CHECKING:
    from ccsim.result import Run
    from ccsim.scenario.model import Scenario

TIRING_OCCUPANCY = 0.88  # planners aim at 85 % or less; harm is reported above 85 to 90 %
MOST_OF_A_SET = 2  # warnings of one set of queues
MOST_SHORTFALLS = 8  # warnings of all sets together
WIDE_INTERVAL = 0.03  # of a service level
WORTH_A_WORD = 0.01  # share of contacts


def of_scenario(
    scenario: Scenario,
    program: Program,
    load: Load,
    notes: Iterable[str] = (),
    most: int | None = MOST_SHORTFALLS,
) -> list[str]:
    """What can be said before anything runs: notes of the scenario and the compiler, load against staffing.

    ``notes``: further sentences, e.g. of a run; ``most``: of load against staffing (None: all). Each sentence
    comes once.
    """
    chosen, left_out = _chosen_shortfalls(load, most)
    told = _told_of_nobody(program, load, chosen)
    own = [_with_line(problem) for problem in scenario.warnings if not _is_told(problem, told)]
    sentences = [_shortfall_sentence(program, load, same) for same in chosen]
    if left_out:
        stretches = plural(left_out, "more stretch", "more stretches")
        sentences.append(f"too few agents in {stretches} of time; ccsim check --json lists them all")
    return list(dict.fromkeys([*own, *program.warnings, *notes, *sentences]))


def _told_of_nobody(
    program: Program, load: Load, chosen: Iterable[Sequence[Shortfall]]
) -> set[tuple[str, str]]:
    """(path, hours) of single queues of which a sentence says that nobody is there, and who is expected."""
    return {
        (f"queues.{program.labels.queues[same[0].queues[0]]}", format_range(_window(load, same[0])))
        for same in chosen
        if same[0].nobody and len(same[0].queues) == 1
    }


def _is_told(problem: Problem, told: set[tuple[str, str]]) -> bool:
    """Does a sentence about the load say the same, with the number of contacts?"""
    found = OPEN_WITHOUT_ANYBODY.fullmatch(problem.message)
    return found is not None and (problem.path, found["hours"]) in told


def _window(load: Load, short: Shortfall) -> tuple[int, int]:
    """Beginning and end in the day."""
    begin = short.first * load.interval_us % DAY
    return begin, begin + (short.last + 1 - short.first) * load.interval_us


def _with_line(problem: Problem) -> str:
    line = f" (line {problem.line})" if problem.line else ""
    return f"{problem.path}{line}: {problem.message}"


def _chosen_shortfalls(load: Load, most: int | None) -> tuple[list[list[Shortfall]], int]:
    """Those of one set of queues and time of day together, for one sentence each; and how many have none.

    Single queues come before sets, and what meets most contacts first; ``most`` limits their number.
    """
    together: dict[tuple[tuple[int, ...], int, int, bool], list[Shortfall]] = {}
    for short in shortfalls(load):
        place = (short.queues, short.first % load.intervals_a_day, short.last - short.first, short.nobody)
        together.setdefault(place, []).append(short)
    by_set: dict[tuple[int, ...], list[list[Shortfall]]] = {}
    for (queues, *_), same in together.items():
        by_set.setdefault(queues, []).append(same)
    chosen, left_out = [], 0
    for queues in sorted(by_set, key=lambda queues: (len(queues), queues)):
        groups = sorted(by_set[queues], key=lambda same: -sum(s.contacts for s in same))
        few_enough = len(groups) if most is None else MOST_OF_A_SET
        chosen += groups[:few_enough]
        left_out += sum(len(same) for same in groups[few_enough:])
    if most is not None:
        left_out += sum(len(same) for same in chosen[most:])
        chosen = chosen[:most]
    return chosen, left_out


def _queues_word(queues: Sequence[int]) -> str:
    return "queue" if len(queues) == 1 else "queues"


def _shortfall_sentence(program: Program, load: Load, same: Sequence[Shortfall]) -> str:
    labels = program.labels
    worst = max(same, key=lambda s: s.erlangs - s.staffed)
    names = listed(labels.queues[q] for q in worst.queues)
    where = f"{_queues_word(worst.queues)} {names}"
    times = _times(load, worst)
    when = _days(program, load, same, worst)
    if worst.nobody:
        contacts = sum(s.contacts for s in same) / len(same)
        return (
            f"{where}: nobody who could help is on duty {times} {when}, "
            f"when {plural(contacts, 'contact')} {'is' if contacts == 1 else 'are'} expected"
        )
    together = "" if len(worst.queues) == 1 else "together "
    return (
        f"{where}: {together}offered load {number(worst.erlangs)} Erlang exceeds "
        f"{plural(round(worst.staffed, 1), 'staffed agent')} {times} {when}"
    )


def _times(load: Load, short: Shortfall) -> str:
    first = short.first * load.interval_us
    last = (short.last + 1) * load.interval_us
    return f"from {time_of_day(first % DAY)} to {time_of_day(last)}"


def _days(program: Program, load: Load, same: Sequence[Shortfall], worst: Shortfall) -> str:
    """``on Monday 2 March``, ``every day``, ``on Mondays and Fridays``."""
    labels = program.labels
    worst_day = worst.first // load.intervals_a_day
    days = sorted({s.first // load.intervals_a_day for s in same})
    working = {int(i) // load.intervals_a_day for i in load.contacts.sum(axis=1).nonzero()[0]}
    working = {day for day in working if day < labels.days} | set(days)  # hours after the end are no day
    if len(days) > 1 and set(days) >= working:
        return "every day"
    if len(days) <= 2:
        return f"on {listed(day_name(labels.start, d) for d in days)}"
    weekdays = sorted({(labels.start.weekday() + d) % 7 for d in days})
    expected = {d for d in working if (labels.start.weekday() + d) % 7 in weekdays}
    if set(days) >= expected and len(days) > len(weekdays):
        return f"on {listed(WEEKDAYS[w] + 's' for w in weekdays)}"
    return f"on {len(days)} of {plural(len(working), 'day')}, worst {day_name(labels.start, worst_day)}"


def of_run(run: Run, load: Load, by_queue: Cells, by_group: Cells, by_queue_interval: Cells) -> list[str]:
    """What a result shows: missed targets, tired people, contacts that nobody finished, wide intervals."""
    return [
        *_missed_targets(run, load, by_queue, by_queue_interval),
        *_tired_groups(run, by_group),
        *_not_served(run, by_queue),
        *_luck(run, by_queue),
    ]


def _missed_targets(run: Run, load: Load, by_queue: Cells, by_queue_interval: Cells) -> Iterable[str]:
    """With the worst of the intervals of the day at which people are scheduled who can serve the queue."""
    labels = run.logs[0].labels
    for q, queue in enumerate(labels.queues):
        target = float(labels.target_share[q])
        level = by_queue.get("service_level", queue).value
        if math.isnan(target) or math.isnan(level) or level >= target:
            continue
        text = (
            f"queue {queue}: service level {percent(level)} misses its target of {round_percent(target)} "
            f"in {seconds(float(labels.target_within_us[q]) / SECOND)}"
        )
        cells = [(by_queue_interval.get("service_level", *key), key) for key in by_queue_interval.keys]
        staffed = scheduled_times(load, load.agents_for(q))
        mine = [
            (c.value, key[1])
            for c, key in cells
            if key[0] == queue and key[1] in staffed and not math.isnan(c.value)
        ]
        if mine:
            worst, at = min(mine, key=lambda pair: pair[0])
            text += f"; worst at {at} with {percent(worst)}"
        yield text


def _tired_groups(run: Run, by_group: Cells) -> Iterable[str]:
    for group in run.logs[0].labels.groups:
        occupancy = by_group.get("occupancy", group).value
        if occupancy > TIRING_OCCUPANCY:
            free = number(60 * (1 - occupancy), 2)
            minutes = "minute" if free == "1" else "minutes"
            yield (
                f"group {group}: occupancy {percent(occupancy)} leaves {free} {minutes} an hour "
                f"between contacts; above {round_percent(TIRING_OCCUPANCY)} people tire and leave"
            )


def _not_served(run: Run, by_queue: Cells) -> Iterable[str]:
    labels = run.logs[0].labels
    for q, queue in enumerate(labels.queues):
        offered = by_queue.get("offered", queue).value
        if labels.deferrable and labels.deferrable[q]:
            continue  # its backlog is told apart
        for metric, words in (
            ("open", "still waiting or being served when the run ended; time.drain gives them longer"),
            ("cleared", "sent away when the queue closed"),
            ("blocked", "refused because no line or waiting place was left"),
        ):
            amount = by_queue.get(metric, queue).value
            if offered > 0 and amount > WORTH_A_WORD * offered:
                yield f"queue {queue}: {percent(amount / offered)} of contacts were {words}"


def _luck(run: Run, by_queue: Cells) -> Iterable[str]:
    if len(run.logs) == 1:
        yield "one replication is one piece of luck: no ± can be given; --replications 10 gives one"
        return
    wide = []
    for queue in run.logs[0].labels.queues:
        half = by_queue.get("service_level", queue).half_width
        if half > WIDE_INTERVAL:
            wide.append(f"{queue} (± {number(100 * half, 2)} points)")
    if wide:
        again = count(4 * len(run.logs))
        yield f"the service level is uncertain for {few(wide)}; --replications {again} would halve the ±"
