"""Event kinds in tie order, agent states, outcomes and policies: integers shared by everyone.

The order of events is total: ``(time, kind, key)``. At one instant timetables change first, so that nobody
starts a contact at the moment the shift ends; then people become free, before anyone gives up; and anyone
gives up before a new contact arrives. The values of ``EventKind`` *are* that rule. The key is the id of the
entity that the event is about.
"""

from __future__ import annotations

from enum import IntEnum


class EventKind(IntEnum):
    """What can happen, in the order in which it happens at one instant."""

    DUTY_CHANGES = 0  # key: agent. The timetable wants another state
    TALK_ENDS = 1  # key: agent. The customer hangs up; wrap-up begins
    HANDLE_ENDS = 2  # key: agent. Talk and wrap-up are over
    GIVES_UP = 3  # key: leg. Patience is over
    CLOSES = 4  # key: row of the closings table. A queue's closing rule applies
    ARRIVES = 5  # key: contact
    RUN_ENDS = 6  # key: 0


class Outcome(IntEnum):
    """How a leg ended; every leg has exactly one."""

    OPEN = 0  # waiting or being served when the run ended
    ANSWERED = 1
    ABANDONED = 2  # gave up after waiting; "short" ones are told apart by the metrics
    BALKED = 3  # would not wait at all
    BLOCKED = 4  # no line or no waiting place left
    CLEARED = 5  # still waiting when the queue was emptied at closing


class State(IntEnum):
    """What the timetable wants of an agent, and what a stretch of the Log records."""

    OFF = 0
    ON_DUTY = 1  # staffed: free, talking or wrapping up
    BREAK = 2  # paid
    UNPAID_BREAK = 3
    TRAINING = 4
    MEETING = 5
    OFF_TASK = 6  # scheduled, but not at the phone: the adherence loss
    ABSENT = 7  # paid and away for the whole shift: leave, sickness


PAID_STATES = (State.ON_DUTY, State.BREAK, State.TRAINING, State.MEETING, State.OFF_TASK, State.ABSENT)


class ClosingRule(IntEnum):
    """What closing does to the contacts still there."""

    DRAIN = 0  # they wait on until the last who can serve them has left, then are cleared
    CLEAR = 1  # the waiting ones are cleared at closing time
    STOP = 2  # everything stops at closing time; waiting and served ones stay open


class AgentCriterion(IntEnum):
    """How a contact chooses among free agents; criteria apply in the order given."""

    PREFERENCE = 0  # the queue's order of groups
    BEST_SPEED = 1
    LONGEST_IDLE = 2


class ContactCriterion(IntEnum):
    """How a freed agent chooses among waiting contacts; criteria apply in the order given."""

    PREFERENCE = 0  # the group's order of queues
    PRIORITY = 1  # base + growth x wait, highest first
    LONGEST_WAIT = 2


NEVER = 2**62  # a time that does not come, in microseconds
