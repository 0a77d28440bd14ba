"""What must hold of the Log of any journey: one law, one function that raises an AssertionError."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from ccsim.compiler import Program
from ccsim.kinds import NEVER, Cause, Entry, IssueOutcome, Outcome, SessionOutcome, State
from ccsim.log import Log

Interval = tuple[int, int, int]  # from, to, queue
GOES_ON = {
    Entry.ESCALATED: (Outcome.ANSWERED, Outcome.OPEN),  # open: the run ended in the hand-over
    Entry.TRANSFERRED: (Outcome.ANSWERED, Outcome.OPEN),
    Entry.DEFLECTED: (Outcome.DEFLECTED,),
    Entry.TICKET: (Outcome.CLOSED,),
    Entry.MOVED: (Outcome.MOVED,),
}
NOT_SERVED = (
    Outcome.ABANDONED, Outcome.BALKED, Outcome.BLOCKED, Outcome.CLEARED, Outcome.CLOSED, Outcome.UNREACHED,
    Outcome.SILENT,
)  # fmt: skip
TO_PEOPLE = (SessionOutcome.HANDED_OVER,)


def rows(log: Log, table: str, *columns: str) -> list[tuple[int, ...]]:
    """Plain tuples of some columns."""
    return list(zip(*(log.column(table, column).tolist() for column in columns), strict=True))


def legs_of_contacts(log: Log) -> dict[int, list[dict[str, int]]]:
    """The legs of each contact, in order."""
    names = list(log.legs)
    found: dict[int, list[dict[str, int]]] = defaultdict(list)
    for row in rows(log, "legs", *names):
        leg = dict(zip(names, row, strict=True))
        found[leg["contact_row"]].append(leg)
    return found


def contacts_end_once(program: Program, log: Log) -> None:
    """A contact with legs ended in the last one; each of the others says how it went on; without legs, at a
    front."""
    legs = legs_of_contacts(log)
    last_session = {
        contact: SessionOutcome(outcome)
        for contact, outcome in rows(log, "sessions", "contact_row", "outcome")
    }
    for contact in range(len(log.contacts["issue"])):
        if contact not in legs:
            assert last_session[contact] not in TO_PEOPLE, contact
            continue
        assert last_session.get(contact, SessionOutcome.HANDED_OVER) in TO_PEOPLE, contact
        assert [leg["leg"] for leg in legs[contact]] == list(range(1, len(legs[contact]) + 1))
        assert legs[contact][0]["entry"] == Entry.ARRIVED
        for before, after in pairwise(legs[contact]):
            assert before["outcome"] in GOES_ON[Entry(after["entry"])], (contact, before, after)
        assert legs[contact][-1]["outcome"] not in (Outcome.DEFLECTED, Outcome.MOVED)


def times_run_forwards(program: Program, log: Log) -> None:
    """Within a leg, from leg to leg, from a contact to the one that it causes, and nothing after the end."""
    for contact, legs in legs_of_contacts(log).items():
        before = int(log.contacts["arrived_at"][contact])
        for leg in legs:
            assert before <= leg["queued_at"], leg
            steps = [
                leg[name]
                for name in ("queued_at", "answered_at", "talk_ended_at", "ended_at")
                if leg[name] >= 0
            ]
            assert steps == sorted(steps), leg
            assert 0 <= leg["ended_at"] <= log.labels.ends_at, leg
            before = leg["queued_at"]
        for one, other in pairwise(legs):
            if one["outcome"] in (Outcome.DEFLECTED, Outcome.CLOSED, Outcome.MOVED):
                assert other["queued_at"] == one["ended_at"]
    for arrived, after in rows(log, "contacts", "arrived_at", "after"):
        assert after < 0 or arrived >= log.contacts["arrived_at"][after]


def outcomes_fit_the_columns(program: Program, log: Log) -> None:
    """Who was answered has an agent; who left in silence has left; callbacks are dialled or declined."""
    for leg in (leg for legs in legs_of_contacts(log).values() for leg in legs):
        outcome = Outcome(leg["outcome"])
        assert (leg["agent"] >= 0) == (leg["answered_at"] >= 0), leg
        if outcome in (Outcome.ANSWERED, Outcome.SILENT):
            assert leg["answered_at"] >= 0, leg
            assert leg["talk_ended_at"] >= 0, leg
        elif outcome != Outcome.OPEN:
            assert leg["answered_at"] < 0, leg
        if outcome is Outcome.SILENT:
            assert 0 <= leg["gave_up_at"] <= leg["answered_at"], leg
        if outcome in (Outcome.ABANDONED, Outcome.SILENT, Outcome.BALKED):
            assert leg["dials"] == 0, leg
        if leg["callback_declined"]:
            assert leg["dials"] == 0, leg
            assert leg["announced_us"] > program.journey.waits.callback_over[leg["queue"]], leg
        if outcome is Outcome.UNREACHED:
            assert leg["dials"] == program.journey.waits.attempts[leg["queue"]], leg


def work_intervals(log: Log) -> dict[int, list[Interval]]:
    """Stretches of work of each agent: the pieces of a leg, or all the time from its answer to its end."""
    found: dict[int, list[Interval]] = defaultdict(list)
    in_pieces = set()
    queues = log.legs["queue"].tolist()
    for leg, agent, from_at, to_at in rows(log, "pieces", "leg_row", "agent", "from_at", "to_at"):
        in_pieces.add(leg)
        assert from_at <= to_at
        found[agent].append((from_at, to_at, queues[leg]))
    for leg, (agent, from_at, to_at) in enumerate(rows(log, "legs", "agent", "answered_at", "ended_at")):
        if agent >= 0 and leg not in in_pieces:
            found[agent].append((from_at, to_at, queues[leg]))
    return found


def nobody_does_too_much_at_once(program: Program, log: Log) -> None:
    """Never more at once than the channel allows, and never two channels."""
    slots = program.journey.slots
    for agent, work in work_intervals(log).items():
        steps = sorted(
            [(to, 0, queue) for a, to, queue in work if to > a]
            + [(a, 1, queue) for a, to, queue in work if to > a]
        )
        open_now: Counter[int] = Counter()
        for time, begins, queue in steps:
            open_now[queue] += 1 if begins else -1
            busy = [queue for queue, count in open_now.items() if count]
            assert len({int(slots.channel[queue]) for queue in busy}) <= 1, (agent, time)
            assert sum(open_now.values()) <= min((int(slots.slots[queue]) for queue in busy), default=0), (
                agent,
                time,
            )


def work_lies_in_time_on_duty(program: Program, log: Log) -> None:
    """An agent at work is on duty, from the first moment to the last."""
    duty: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for agent, state, from_at, to_at in rows(log, "stretches", "agent", "state", "from_at", "to_at"):
        if state == State.ON_DUTY:
            duty[agent].append((from_at, to_at))
    for agent, work in work_intervals(log).items():
        for from_at, to_at, _ in work:
            assert any(a <= from_at and to_at <= b for a, b in duty[agent]), (agent, from_at, to_at)


def attention_adds_up(program: Program, log: Log) -> None:
    """Of agents with several contacts open, attention by leg adds up to the time in which any is in work."""
    several = program.journey.slots.slots > 1
    busy = 0
    for work in work_intervals(log).values():
        end = -1
        for from_at, to_at, queue in sorted(work):
            if several[queue]:
                busy += max(0, to_at - max(from_at, end))
                end = max(end, to_at)
    work_us = log.legs["work_us"][several[log.legs["queue"]]]
    attention = int(work_us[work_us > 0].sum())
    # every change of pace cuts off less than a microsecond a contact
    changes = (
        64 * (len(work_us) + len(log.column("pieces", "leg_row")) + 1)
        if log.pieces
        else 64 * (len(work_us) + 1)
    )
    assert busy - changes <= attention <= busy


def attention_of_pieces_adds_up(program: Program, log: Log) -> None:
    """One at a time: the attention of a leg in pieces is the length of its pieces."""
    one = program.journey.slots.slots == 1
    lengths: Counter[int] = Counter()
    for leg, from_at, to_at in rows(log, "pieces", "leg_row", "from_at", "to_at"):
        lengths[leg] += to_at - from_at
    for leg, (queue, work_us) in enumerate(rows(log, "legs", "queue", "work_us")):
        if one[queue]:
            assert work_us == lengths.get(leg, -1), leg


def issues_are_counted(program: Program, log: Log) -> None:
    """Resolved by one that is said to have resolved it; given up when nothing is under way; else open."""
    resolved_by: dict[int, list[int]] = defaultdict(list)
    for contact, (issue, resolved) in enumerate(rows(log, "contacts", "issue", "resolved")):
        if resolved == 1:
            resolved_by[issue].append(contact)
    for issue, (outcome, closed_at, pending) in enumerate(
        rows(log, "issues", "outcome", "closed_at", "pending")
    ):
        assert pending >= 0
        assert (outcome == IssueOutcome.RESOLVED) == bool(resolved_by[issue])
        assert (outcome == IssueOutcome.OPEN) == (closed_at < 0)
        if outcome == IssueOutcome.GIVEN_UP:
            assert pending == 0
        if outcome == IssueOutcome.OPEN:
            assert pending > 0


def nothing_is_pending_but_the_unfinished_and_those_to_come(program: Program, log: Log) -> None:
    """Contacts in progress at the end are pending; so there are at most so many fewer than pending ones."""
    legs, sessions = legs_of_contacts(log), dict(rows(log, "sessions", "contact_row", "outcome"))
    unfinished: Counter[int] = Counter()
    for contact, (issue, resolved) in enumerate(rows(log, "contacts", "issue", "resolved")):
        last = legs[contact][-1] if contact in legs else None
        if last is None:
            in_progress = sessions[contact] == SessionOutcome.OPEN
        else:
            in_progress = last["outcome"] == Outcome.OPEN and last["gave_up_at"] < 0
        if in_progress:
            assert resolved == 0
            unfinished[issue] += 1
    for issue, (pending,) in enumerate(rows(log, "issues", "pending")):
        assert unfinished[issue] <= pending


def causes_form_trees(program: Program, log: Log) -> None:
    """Each later contact follows one about the same issue; numbers count up without a gap."""
    numbers: dict[int, list[int]] = defaultdict(list)
    for row, (issue, number, cause, after) in enumerate(
        rows(log, "contacts", "issue", "contact", "cause", "after")
    ):
        numbers[issue].append(number)
        first = cause in (Cause.FRESH, Cause.FALSE_ALARM)
        assert first == (after < 0) == (number == 1)
        assert after < row
        if after >= 0:
            assert log.contacts["issue"][after] == issue
    for issue, found in numbers.items():
        assert found == list(range(1, len(found) + 1)), issue


def retries_follow_those_who_were_not_served(program: Program, log: Log) -> None:
    """Who tries again was not served, or walked away from a bot; at most so often about one issue."""
    legs, sessions = legs_of_contacts(log), dict(rows(log, "sessions", "contact_row", "outcome"))
    left = (SessionOutcome.WALKED_AWAY, SessionOutcome.TRAPPED)
    most = int(program.journey.retries.at_most.max(initial=0))
    tries: Counter[int] = Counter()
    for issue, cause, after in rows(log, "contacts", "issue", "cause", "after"):
        if cause == Cause.RETRY:
            if after in legs:
                last = legs[after][-1]
                assert last["outcome"] in NOT_SERVED or last["gave_up_at"] >= 0
                tries[issue] += 1
            else:
                assert sessions[after] in left
        elif cause == Cause.RETURN:
            assert log.contacts["resolved"][after] == 2
        elif cause == Cause.BOUNCE_BACK:
            assert sessions[after] == SessionOutcome.FALSELY_CONTAINED
    assert max(tries.values(), default=0) <= most


def queues_in_balance(program: Program, log: Log) -> None:
    """Legs that join a queue: contacts that come to it, and what others send on."""
    sent = Counter(entry for (entry,) in rows(log, "legs", "entry"))
    with_legs = len({row for (row,) in rows(log, "legs", "contact_row")})
    assert sent[Entry.ARRIVED] == with_legs
    assert len(log.legs["leg"]) == with_legs + sum(
        count for entry, count in sent.items() if entry != Entry.ARRIVED
    )
    count = Counter(outcome for (outcome,) in rows(log, "legs", "outcome"))
    assert sent[Entry.DEFLECTED] == count[Outcome.DEFLECTED]
    assert sent[Entry.MOVED] == count[Outcome.MOVED]
    assert sent[Entry.TICKET] <= count[Outcome.CLOSED]


def overnight_work_is_not_cleared(program: Program, log: Log) -> None:
    """Deferrable work is never cleared, and who asked for a callback never gives up."""
    deferrable = program.journey.slots.deferrable == 1
    cleared = log.legs["outcome"] == Outcome.CLEARED
    assert not (cleared & deferrable[log.legs["queue"]]).any()


def helpers_help_after_the_delay(program: Program, log: Log) -> None:
    """Without a rule for the pair, nobody takes a contact before the delay of the overflow."""
    pairs, rules, tiers = program.journey.pairs, program.journey.rules, program.journey.tiers
    ruled = set(zip(rules.pool.tolist(), rules.queue.tolist(), strict=True))
    keeps = {int(to) for to, keeps in zip(tiers.to, tiers.keeps_wait, strict=True) if keeps}
    in_pieces = {leg for (leg,) in rows(log, "pieces", "leg_row")}
    for leg, (agent, queue, queued, answered) in enumerate(
        rows(log, "legs", "agent", "queue", "queued_at", "answered_at")
    ):
        if agent < 0 or leg in in_pieces or queue in keeps:
            continue
        pool = int(program.agent_pool[agent])
        after = int(pairs.after[pool, queue])
        assert (pool, queue) in ruled or answered - queued >= after, leg


def patience_is_kept(program: Program, log: Log) -> None:
    """Nobody waits beyond a patience that ended: who gave up did so before any answer."""
    for outcome, queued, ended, gave_up in rows(
        log, "legs", "outcome", "queued_at", "ended_at", "gave_up_at"
    ):
        if gave_up >= 0:
            assert queued <= gave_up <= ended
            assert outcome in (Outcome.SILENT, Outcome.ABANDONED, Outcome.OPEN)


def promises_are_written_down(program: Program, log: Log) -> None:
    """Due within the promised time on the clock on the wall, not earlier in opening hours."""
    promises = program.journey.promises
    for queue, queued, promised, dials in rows(log, "legs", "queue", "queued_at", "promised_at", "dials"):
        within = int(promises.within[queue])
        if promised < 0 or dials != 0:
            continue
        assert within < NEVER
        if promises.business[queue]:
            assert promised >= queued + within
        else:
            assert promised == queued + within


def fronts_are_met_in_order(program: Program, log: Log) -> None:
    """Sessions of a contact follow one another, and it queues when the last is over."""
    ends: dict[int, int] = {}
    for contact, started, ended in rows(log, "sessions", "contact_row", "started_at", "ended_at"):
        assert started <= ended <= log.labels.ends_at
        if contact in ends:
            assert started == ends[contact]
        else:
            assert started == log.contacts["arrived_at"][contact]
        ends[contact] = ended
    for contact, leg, queued in rows(log, "legs", "contact_row", "leg", "queued_at"):
        if leg == 1:
            assert queued == ends.get(contact, log.contacts["arrived_at"][contact])


LAWS: tuple[Callable[[Program, Log], Any], ...] = (
    contacts_end_once,
    times_run_forwards,
    outcomes_fit_the_columns,
    nobody_does_too_much_at_once,
    work_lies_in_time_on_duty,
    attention_adds_up,
    attention_of_pieces_adds_up,
    issues_are_counted,
    nothing_is_pending_but_the_unfinished_and_those_to_come,
    causes_form_trees,
    retries_follow_those_who_were_not_served,
    queues_in_balance,
    overnight_work_is_not_cleared,
    helpers_help_after_the_delay,
    patience_is_kept,
    promises_are_written_down,
    fronts_are_met_in_order,
)
