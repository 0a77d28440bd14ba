"""The rows of the kernel's tables: what the Program says, what holds at the moment, what is written down."""

from __future__ import annotations

from typing import Any

import numpy as np

# columns of the plans of :class:`ccsim.compiler.journey.Journey` that have one value a queue
BY_QUEUE = {
    "slots": (
        "slots",
        "channel",
        "most_loaded",
        "interrupts",
        "interruptible",
        "deferrable",
        "silent_chance",
        "found_out_table",
        "turn_chance",
        "reply_table",
        "reply_at_most",
    ),
    "waits": (
        "estimate",
        "mean_handle",
        "balk_chance",
        "later_factor",
        "deflect_over",
        "deflect_chance",
        "deflect_to",
        "callback_over",
        "callback_chance",
        "callback_promise",
        "no_answer_chance",
        "dial_table",
        "attempts",
        "again_table",
    ),
    "retries": ("chance", "delay_table", "at_most", "same_patience", "to"),
    "resolution": (
        "judged",
        "at_middle",
        "slope",
        "per_open",
        "talk_slope",
        "return_chance",
        "return_at_most",
        "delay_table",
        "context_chance",
        "repeat_table",
    ),
    "tiers": (
        "to",
        "above",
        "estimate_table",
        "diagnosis_table",
        "chance",
        "handover_table",
        "warm",
        "keeps_wait",
        "at_most",
        "misrouted_chance",
        "misrouted_to",
        "without_authority",
        "approval_table",
    ),
    "promises": (
        "within",
        "business",
        "chase_chance",
        "chase_to",
        "chase_at_most",
        "escalate_before",
        "escalate_to",
        "complain_late_chance",
        "complain_unresolved_chance",
        "complain_to",
        "complaint_table",
    ),
    "hours": ("outside", "ticket_to", "ticket_chance"),
}
BY_FRONT = (
    "kind",
    "salt",
    "again",
    "session_table",
    "slope",
    "false_chance",
    "bounce_chance",
    "bounce_table",
    "walk_retry_chance",
    "walk_retry_table",
    "turns",
    "misunderstood_chance",
    "loop",
    "escape_after",
    "asks_chance",
    "lets_through",
    "warm_chance",
    "warm_factor",
    "cold_factor",
    "wrong_chance",
    "active_from",
    "active_to",
)


def _row(**fields: Any) -> np.dtype[Any]:
    return np.dtype(list(fields.items()), align=True)


def _same(names: tuple[str, ...]) -> dict[str, type]:
    return dict.fromkeys(names, np.int64)


_I8, _I16, _I32, _I64 = np.int8, np.int16, np.int32, np.int64

ROWS: dict[str, np.dtype[Any]] = {
    # -- what the Program says, and what goes with it
    "queues": _row(
        **{f"{plan}_{name}": _I64 for plan, names in BY_QUEUE.items() for name in names},
        **_same(("salt", "talk_table", "wrap_up_table", "patience_table", "places", "lines")),
        **_same(("priority_base", "priority_growth", "weight")),
        **_same(("first_pool", "end_pool", "first_window", "end_window", "first_ring", "end_ring")),
        **_same(("first_front", "end_front")),
        waiting=_I64,
        on_line=_I64,  # waiting or talking, where lines are capped
        last_wait=_I64,
    ),
    "pools": _row(
        **_same(("first_queue", "end_queue", "keep", "authority", "bonus")),
        on_duty=_I64,  # people
        free=_I64,  # with nothing in hand
    ),
    "pairs": _row(  # (pools, queues)
        factor=_I64,
        after=_I64,  # a contact that has waited so long may be taken; rules change it
        after_planned=_I64,
        kept_for=_I64,
        weight=_I64,
    ),
    "fronts": _row(**_same(BY_FRONT), first_down=_I64, end_down=_I64),
    "front_pairs": _row(  # (fronts, queues)
        **_same(("enters_chance", "contained", "bounce_to", "walk_chance"))
    ),
    "agent_rows": _row(before=_I64, after=_I64, pool=_I64),  # of a queue: who may take its contacts
    "contact_rows": _row(preference=_I64, queue=_I64),  # of a pool: whose contacts it may take
    "windows": _row(from_at=_I64, to_at=_I64),
    "downs": _row(from_at=_I64, to_at=_I64),
    "slows": _row(from_at=_I64, to_at=_I64, pool=_I64, factor=_I64),
    "twices": _row(from_at=_I64, to_at=_I64, queue=_I64, chance=_I64, to_queue=_I64, table=_I64),
    "rules": _row(
        **_same(("condition", "watched", "threshold", "window", "within", "pool", "queue")),
        on=_I64,
        first_period=_I64,  # of its last periods in ``periods``, used in turn
        period=_I64,
    ),
    "periods": _row(judged=_I64, good=_I64),
    "closings": _row(at=_I64, queue=_I64, rule=_I64),
    "changes": _row(at=_I64, state=_I64),  # of timetables, agent by agent
    # -- people
    "agents": _row(
        pool=_I32,
        first_change=_I32,
        end_change=_I32,
        next_change=_I32,
        wanted=_I8,  # by the timetable
        idle_since=_I64,
        freed=_I64,  # the how-manieth to become free
        crowd=_I32,  # the list of free agents in which it stands, -1: not free
        held_for=_I32,  # leg until whose answer the agent stays
        awaits=_I32,  # that answer's leg
        in_hand=_I32,
        in_work=_I32,  # of those in hand: neither held nor waiting for the customer
        stretch=_I32,  # row of the open stretch, -1: none
        change_due=_I8,  # the contact in hand holds up the timetable
        is_on_duty=_I8,
        interruptible=_I8,
    ),
    "hands": _row(leg=_I32),  # (agents, most slots), -1: free slot
    "put_down": _row(leg=_I32),  # (most slots,) by the agent who is interrupted just now; -1: nothing
    "helpers": _row(agent=_I64),  # (agents,) of the pool that begins to help just now
    # -- lists: a head and a tail each, and links between the members
    "crowds": _row(head=_I32, tail=_I32),  # free agents by pool and load
    "crowd_links": _row(next=_I32, before=_I32),
    "busy": _row(head=_I32, tail=_I32),  # agents of a pool whose work can be interrupted
    "busy_links": _row(next=_I32, before=_I32),
    "line_ends": _row(head=_I32, tail=_I32),  # who waits in a queue
    "line_links": _row(next=_I32, before=_I32),
    # -- what comes about
    "issues": _row(
        key=_I64,
        closed_at=_I64,
        complexity=_I32,
        outcome=_I8,
        alive=_I16,  # contacts in progress or to come
        contacts=_I16,
        retries=_I16,
        returns=_I16,
        chasers=_I16,
    ),
    "contacts": _row(
        issue=_I32,
        contact=_I16,
        queue=_I16,
        arrived_at=_I64,
        after=_I32,
        cause=_I8,
        resolved=_I8,
        story_lost=_I16,  # queue that lost the story, which has to be told again; -1: none
        past_fronts=_I8,
        talk_factor=_I32,  # per mille of talk: context kept, or self-service that failed
        legs=_I16,
        moves=_I16,  # escalations and transfers so far
        right_queue=_I16,  # where a bot should have sent it
        place=_I16,  # fronts met so far
        session=_I32,  # open row of the sessions
        session_outcome=_I8,
    ),
    "legs": _row(
        contact_row=_I32,
        agent=_I32,
        queued_at=_I64,
        answered_at=_I64,
        talk_ended_at=_I64,
        ended_at=_I64,
        since=_I64,  # the wait that counts in rankings began
        left=_I64,  # work left, as if the agent had nothing else
        due=_I64,  # when the phase ends at the present pace
        paced_at=_I64,
        resumed_at=_I64,  # when the present stretch of work began
        queue=_I16,
        leg=_I16,
        goes_to=_I16,  # queue to which the agent will send the contact on, -1: none
        turn=_I16,  # of a conversation, from 0
        dials=_I16,
        outcome=_I8,
        entry=_I8,
        phase=_I8,
        course=_I8,  # what is known of the talk beforehand
        waits=_I8,
        in_pieces=_I8,
        callback_declined=_I8,
        last_turn=_I8,  # the customer did not answer in time
        on_line=_I8,
        holder=_I32,  # agent who stays until the leg is answered, -1: nobody
        gave_up_at=_I64,
        announced_us=_I64,
        promised_at=_I64,
        work_us=_I64,
    ),
    "to_come": _row(contact=_I32, queue=_I16, cause=_I8, story_lost=_I16, past_fronts=_I8),
    "sessions": _row(
        contact_row=_I32,
        front=_I16,
        failures=_I16,
        outcome=_I8,
        warm=_I8,
        started_at=_I64,
        ended_at=_I64,
    ),
    "pieces": _row(leg_row=_I32, agent=_I32, from_at=_I64, to_at=_I64),
    "stretches": _row(agent=_I32, state=_I8, from_at=_I64, to_at=_I64),
    "planned": _row(time=_I64, key=_I64),  # heap of what the timetable, hours and rules bring
    "soon": _row(time=_I64, key=_I64),  # heap of what comes for agents, legs and sessions
    "later": _row(time=_I64, key=_I64),  # heap of contacts to come
}
CELLS = (  # bare int64
    "keys",
    "first_queue",
    "first_cause",
    "arrived_at",
    "patience",
    "talk",
    "wrap_up",
    "tables",  # quantiles
    "pace",  # (queues, MOST_SLOTS + 1)
    "to_share",  # (queues, queues)
    "wrong_share",  # (fronts, queues)
    "needs_share",  # (queues, AUTHORITY_LEVELS)
    "day_pace",  # (pools, days)
    "ring_after",
    "front_of",  # rows of fronts, by queue
    "criteria",
)
COUNTS = (
    "now",
    "run_ends_at",
    "next_arrival",
    "next_closing",
    "freed",
    "waiting",  # in all queues
    "parked",  # conversations whose agent has left while the customer thinks
    "overrun",  # 1: a table overflowed within one event
    # how many rows there are, or are in use
    "queue_count",
    "pool_count",
    "agent_count",
    "most_slots",
    "crowds_each",  # lists of free agents of a pool
    "fresh",  # contacts that do not follow from another
    "days",
    "closing_count",
    "rule_count",
    "front_count",
    "rules_every",
    "slow_count",
    "twice_count",
    "criterion_count",
    "threshold_table",
    "contact_count",
    "leg_count",
    "to_come_count",
    "session_count",
    "piece_count",
    "stretch_count",
    "planned_count",
    "gap",  # 1: what stands first in ``soon`` has happened
    "soon_count",
    "later_count",
    # how many rows there is room for
    "contact_room",
    "leg_room",
    "to_come_room",
    "session_room",
    "piece_room",
    "soon_room",
    "later_room",
)
CENTER = _row(**_same(COUNTS), **_same(tuple(ROWS)), **_same(CELLS))
