"""What can happen to a customer between the first touch and the end: the plans that both engines read.

One class a mechanism, arrays of int64 by queue unless it says otherwise. Every mechanism can be off, and a
scenario that uses none has ``Journey.on == False``. Conventions:

- ``*_chance`` is compared with the upper 31 bits of a looked-up number: it happens where they are below;
  :data:`CERTAIN` always does, 0 never.
- ``*_table`` is a row of :attr:`Journey.tables`, -1: none.
- ``to`` is a queue, -1: none. Times and durations are microseconds, factors per mille, scores micro-logits.
- Complexity is the rank of an issue among those of its queue: 0 the easiest, :data:`HARDEST` the hardest.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]

CERTAIN = 2**31  # a chance of 100 %
HARDEST = 1_000_000  # complexity is 0 .. HARDEST - 1
MOST_SLOTS = 16  # contacts that one agent can have open
SLOT_BITS = 6  # of the key (agent << SLOT_BITS | slot)
STRATA = 4096  # of a table, and of its last stratum once more
TABLE_LENGTH = 2 * STRATA + 1
AUTHORITY_LEVELS = 4
MOST_LOADED, LEAST_LOADED = 1, 0
NO_ESTIMATE, BY_QUEUE, BY_LAST_WAIT = 0, 1, 2
NOT_OFFERED, LOST, TICKET, BOT_ONLY = 0, 1, 2, 3  # what becomes of contacts outside the hours of service
APPROVE, ESCALATE, REFUSE = 0, 1, 2  # what an agent without the authority does
QUEUE_LONGER, WAIT_OVER, LEVEL_BELOW = 0, 1, 2  # conditions of a routing rule


def _of(queues: int, value: int = 0) -> Int64:
    return np.full(queues, value, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Slots:
    """How many contacts of a queue's channel an agent has open, and how fast each goes."""

    slots: Int64  # 1: one at a time
    pace: Int64  # (queues, MOST_SLOTS + 1) per mille of its time that work takes with n in work; 1000 for 1
    channel: Int64  # an agent has several contacts open of one channel only
    most_loaded: Int64  # 1: the busiest agent with a free slot first, 0: the least busy one
    interrupts: Int64  # 1: a contact takes an agent away from interruptible work when nobody is free
    interruptible: Int64  # 1: work that is put back to the front of its queue, what is done is kept
    deferrable: Int64  # 1: waits overnight; closings and shift ends do not clear it
    silent_chance: Int64  # of those who give up: who does not say so
    found_out_table: Int64  # how long an agent takes to find that out
    turn_chance: Int64  # that the conversation goes on after a turn; 0: one turn
    reply_table: Int64  # delay of a customer's answer
    reply_at_most: Int64  # the thread is closed when the answer takes longer

    @staticmethod
    def none(queues: int) -> Slots:
        pace = np.full((queues, MOST_SLOTS + 1), 1000, dtype=np.int64)
        zero, minus = _of(queues), _of(queues, -1)
        return Slots(
            _of(queues, 1), pace, zero, zero, zero, zero, zero, zero, minus, zero, minus, _of(queues, 2**62)
        )


@dataclass(frozen=True, slots=True)
class Waits:
    """What is said and offered to who has to wait."""

    estimate: Int64  # NO_ESTIMATE, BY_QUEUE, BY_LAST_WAIT; needed where anything below is on
    mean_handle: Int64  # for BY_QUEUE: (waiting + 1) x mean handle time / people on duty for the queue
    balk_chance: Int64  # of those whose patience is below the announced wait
    later_factor: Int64  # per mille: patience beyond the announced wait is worth so much
    deflect_over: Int64  # offer made when the estimate is above; 2**62: no offer
    deflect_chance: Int64
    deflect_to: Int64
    callback_over: Int64  # 2**62: no offer
    callback_chance: Int64
    callback_promise: Int64  # 0: keeps its place; else called back after so long, ahead of who came later
    no_answer_chance: Int64
    dial_table: Int64  # an agent's time to dial
    attempts: Int64
    again_table: Int64  # delay before the next attempt

    @staticmethod
    def none(queues: int) -> Waits:
        zero, minus, far = _of(queues), _of(queues, -1), _of(queues, 2**62)
        return Waits(
            zero, zero, zero, _of(queues, 1000), far, zero, minus, far, zero, zero, zero, minus, zero, minus
        )


@dataclass(frozen=True, slots=True)
class Retries:
    """Who was not served (abandoned, balked, blocked, closed, unreached) comes again."""

    chance: Int64
    delay_table: Int64
    at_most: Int64  # retries about one issue
    same_patience: Int64  # 1: as patient as the first time, 0: redrawn
    to: Int64  # the queue of the next try

    @staticmethod
    def none(queues: int) -> Retries:
        return Retries(_of(queues), _of(queues, -1), _of(queues), _of(queues), np.arange(queues))


@dataclass(frozen=True, slots=True)
class Resolution:
    """Does a handled contact resolve the issue? When score >= threshold, the threshold being logistic.

    score = at_middle - slope x (complexity - HARDEST/2) / HARDEST - per_open x (open - 1) + bonus[pool]
    """

    judged: Int64  # 0: every answered contact resolves
    at_middle: Int64  # micro-logits
    slope: Int64
    per_open: Int64
    bonus: Int64  # (pools,)
    threshold_table: int  # row of the logistic law, -1 where nothing is judged
    talk_slope: Int64  # per mille: talk x (1000 + slope x (2 complexity - HARDEST) / HARDEST)
    return_chance: Int64
    return_at_most: Int64  # returns about one issue
    delay_table: Int64
    to_share: Int64  # (queues, queues) cumulative, up to CERTAIN: where the return goes
    context_chance: Int64  # that the next agent knows the story
    repeat_table: Int64  # talk added when the story is told again

    @staticmethod
    def none(queues: int, pools: int) -> Resolution:
        zero, minus = _of(queues), _of(queues, -1)
        own = np.triu(np.full((queues, queues), CERTAIN, dtype=np.int64))
        return Resolution(
            zero, zero, zero, zero, _of(pools), -1, zero, zero, zero, minus, own, _of(queues, CERTAIN), minus
        )


@dataclass(frozen=True, slots=True)
class Tiers:
    """Escalation, transfer, authority."""

    to: Int64  # next tier's queue
    above: Int64  # refer after the diagnosis when the estimated complexity is at least this; 2**62: never
    estimate_table: Int64  # error of the estimate, added to the complexity; may be negative
    diagnosis_table: Int64  # talk until a contact is referred or found misrouted
    chance: Int64  # of a contact treated in full to be escalated none the less
    handover_table: Int64  # -1: cold; else both agents talk for so long once the next one has answered
    warm: Int64  # 1: the first agent stays until the next one answers
    keeps_wait: Int64  # 1: in the next queue it ranks as if it had waited since the contact came
    at_most: Int64  # escalations and transfers of one contact; it is then treated where it is
    misrouted_chance: Int64
    misrouted_to: Int64
    needs_share: Int64  # (queues, AUTHORITY_LEVELS) cumulative: authority that an issue needs
    authority: Int64  # (pools,) that people have
    without_authority: Int64  # APPROVE, ESCALATE, REFUSE
    approval_table: Int64  # talk added by an approval

    @staticmethod
    def none(queues: int, pools: int) -> Tiers:
        zero, minus, far = _of(queues), _of(queues, -1), _of(queues, 2**62)
        needs = np.full((queues, AUTHORITY_LEVELS), CERTAIN, dtype=np.int64)
        return Tiers(
            minus, far, minus, minus, zero, minus, zero, zero, _of(queues, 5), zero, minus, needs,
            _of(pools, AUTHORITY_LEVELS - 1), zero, minus,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Promises:
    """Promised times of a queue: who chases, what moves on, who complains."""

    within: Int64  # promised time from queueing to answer; 2**62: none
    business: Int64  # 1: counted in the queue's opening hours only
    chase_chance: Int64
    chase_to: Int64
    chase_at_most: Int64  # chasers about one issue
    escalate_before: Int64  # moves on so long before the promised time; -1: does not
    escalate_to: Int64
    complain_late_chance: Int64  # of contacts answered later than promised
    complain_unresolved_chance: Int64
    complain_to: Int64
    complaint_table: Int64  # delay

    @staticmethod
    def none(queues: int) -> Promises:
        zero, minus = _of(queues), _of(queues, -1)
        return Promises(_of(queues, 2**62), zero, zero, minus, zero, minus, minus, zero, zero, minus, minus)


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of service; windows of queue q are rows first[q]:first[q + 1], ascending, absolute."""

    outside: Int64  # NOT_OFFERED, LOST, TICKET, BOT_ONLY
    ticket_to: Int64
    ticket_chance: Int64  # who does not write a ticket is lost
    first: Int64  # (queues + 1,)
    open_from: Int64
    open_to: Int64

    @staticmethod
    def none(queues: int) -> Hours:
        none = np.empty(0, dtype=np.int64)
        return Hours(_of(queues), _of(queues, -1), _of(queues, CERTAIN), _of(queues + 1), none, none)


@dataclass(frozen=True, slots=True)
class Fronts:
    """Notices, self-service and bots, one row each; those of queue q are of[first[q]:first[q + 1]], in order.

    A session takes ``session_table`` once and ``loop`` for each misunderstood turn. It ends, in this order of
    questions: escaped (after ``escape_after`` failures in a row, or who asks for a person), solved, walked
    away, handed over.
    """

    kind: Int64  # kinds.Front
    salt: Int64
    first: Int64  # (queues + 1,)
    of: Int64  # rows of this table
    enters_chance: Int64  # (fronts, queues)
    again: Int64  # 1: contacts that are not fresh meet it, too
    session_table: Int64  # -1: no time passes
    contained: (
        Int64  # (fronts, queues) micro-logits at middle complexity; NEVER_CONTAINED: 0 %, its negative: 100 %
    )
    slope: Int64  # micro-logits lost from the easiest to the hardest
    false_chance: Int64  # of those contained: not solved
    bounce_chance: Int64  # of those falsely contained: come back
    bounce_table: Int64  # delay
    bounce_to: Int64  # (fronts, queues)
    walk_chance: Int64  # (fronts, queues) of those who are not contained
    walk_retry_chance: Int64  # who walks away tries again, past the front
    walk_retry_table: Int64
    turns: Int64  # of a session
    misunderstood_chance: Int64  # of each turn
    loop: Int64  # time of a turn that is repeated
    escape_after: Int64  # failures; 0: not by failures
    asks_chance: Int64  # of each turn: asks for a person
    lets_through: Int64  # 1: who asks or fails gets a person, 0: is trapped and walks away
    warm_chance: Int64  # of those handed over
    warm_factor: Int64  # per mille of talk after a warm hand-over
    cold_factor: Int64  # and after a cold one
    wrong_chance: Int64  # handed over to a wrong queue
    wrong_share: Int64  # (fronts, queues) cumulative: which
    down_first: Int64  # (fronts + 1,) rows of the windows below in which the front is out of order
    down_from: Int64
    down_to: Int64
    active_from: Int64  # (fronts,) a notice works in a window only
    active_to: Int64

    @staticmethod
    def none(queues: int) -> Fronts:
        no = np.empty(0, dtype=np.int64)
        pairs = np.empty((0, queues), dtype=np.int64)
        columns: dict[str, Int64] = dict.fromkeys(Fronts.__slots__, no)
        for name in ("enters_chance", "contained", "bounce_to", "walk_chance", "wrong_share"):
            columns[name] = pairs
        return Fronts(**(columns | {"first": _of(queues + 1), "down_first": _of(1)}))


NEVER_CONTAINED = -(2**40)  # micro-logits


@dataclass(frozen=True, slots=True)
class Pairs:
    """Who may help whom, beyond :class:`ccsim.compiler.program.Routing`; (pools, queues) arrays."""

    after: (
        Int64  # a contact that has waited so long may be taken; 0: at once, 2**62: only while a rule says so
    )
    keep: Int64  # (pools,) people held back ...
    kept_for: Int64  # ... for these queues: 1
    weight: Int64  # for weighted idle
    queue_weight: Int64  # (queues,) for weighted wait
    ring_first: Int64  # (queues + 1,) rows of rings
    ring_after: Int64  # ascending delays at which further pools open, each once

    @staticmethod
    def none(queues: int, pools: int) -> Pairs:
        pairs = np.zeros((pools, queues), dtype=np.int64)
        ones = np.ones((pools, queues), dtype=np.int64)
        empty = np.empty(0, dtype=np.int64)
        return Pairs(pairs, _of(pools), pairs, ones, _of(queues, 1), _of(queues + 1), empty)


@dataclass(frozen=True, slots=True)
class Rules:
    """Conditional routing, looked at every ``every``: while the condition holds, pool also takes queue."""

    every: int  # 0: no rules
    condition: Int64  # (rules,) QUEUE_LONGER, WAIT_OVER, LEVEL_BELOW
    watched: Int64  # queue
    threshold: Int64  # contacts, microseconds, per mille
    window: Int64  # periods of ``every`` that a service level covers
    within: Int64  # of that service level
    pool: Int64
    queue: Int64

    @staticmethod
    def none() -> Rules:
        no = np.empty(0, dtype=np.int64)
        return Rules(0, no, no, no, no, no, no, no)


@dataclass(frozen=True, slots=True)
class BadDays:
    """Windows in which things go wrong."""

    slow_from: Int64  # (windows,) talk begun inside takes longer
    slow_to: Int64
    slow_pool: Int64
    slow_factor: Int64
    twice_from: Int64  # (windows,) customers who come by a second channel, too
    twice_to: Int64
    twice_queue: Int64
    twice_chance: Int64
    twice_to_queue: Int64
    twice_table: Int64
    pace: Int64  # (pools, days) per mille of talk, for people who still learn

    @staticmethod
    def none(pools: int, days: int) -> BadDays:
        no = np.empty(0, dtype=np.int64)
        pace = np.full((pools, days), 1000, dtype=np.int64)
        return BadDays(no, no, no, no, no, no, no, no, no, no, pace)


@dataclass(frozen=True, slots=True)
class Journey:
    """All of it. ``on`` False: a contact is one leg, and nothing here is looked at."""

    on: bool
    tables: Int64  # (tables, TABLE_LENGTH) quantiles: i / STRATA, then the last stratum in STRATA parts
    salt: Int64  # (queues,) part of every address, from the queue's name
    talk_table: Int64
    wrap_up_table: Int64
    patience_table: Int64
    slots: Slots
    waits: Waits
    retries: Retries
    resolution: Resolution
    tiers: Tiers
    promises: Promises
    hours: Hours
    fronts: Fronts
    pairs: Pairs
    rules: Rules
    bad_days: BadDays
    front_names: tuple[str, ...] = field(default=())

    @staticmethod
    def none(queues: int, pools: int, days: int) -> Journey:
        """Nothing beyond the first leg."""
        minus = _of(queues, -1)
        return Journey(
            on=False,
            tables=np.empty((0, TABLE_LENGTH), dtype=np.int64),
            salt=_of(queues),
            talk_table=minus,
            wrap_up_table=minus,
            patience_table=minus,
            slots=Slots.none(queues),
            waits=Waits.none(queues),
            retries=Retries.none(queues),
            resolution=Resolution.none(queues, pools),
            tiers=Tiers.none(queues, pools),
            promises=Promises.none(queues),
            hours=Hours.none(queues),
            fronts=Fronts.none(queues),
            pairs=Pairs.none(queues, pools),
            rules=Rules.none(),
            bad_days=BadDays.none(pools, days),
        )
