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
    TALK_ENDS = 1  # key: agent and slot. The customer hangs up; wrap-up begins
    HANDLE_ENDS = 2  # key: agent and slot. Talk and wrap-up are over
    REPLIES = 3  # key: leg. A customer answers the agent's last message
    SESSION_ENDS = 4  # key: contact. Self-service or the bot is over
    GIVES_UP = 5  # key: leg. Patience is over
    OVERFLOWS = 6  # key: leg. The next ring of groups may help
    ESCALATES = 7  # key: leg. A target comes near and the leg moves on
    BREAKS_PROMISE = 8  # key: leg. The promised time has passed
    CLOSES = 9  # key: row of the closings table. A queue's closing rule applies
    RULES_APPLY = 10  # key: 0. Conditional routing rules are looked at
    REQUEUES = 11  # key: leg. A callback comes due (again)
    ARRIVES = 12  # key: contact; later contacts about an issue come after the fresh ones of that instant
    RUN_ENDS = 13  # key: 0


class Outcome(IntEnum):
    """How a leg ended; every leg has exactly one."""

    OPEN = 0  # waiting or being served when the run ended
    ANSWERED = 1
    ABANDONED = 2  # gave up after waiting; "short" ones are told apart by the metrics
    BALKED = 3  # would not wait at all
    BLOCKED = 4  # no line or no waiting place left
    CLEARED = 5  # still waiting when the queue was emptied at closing
    DEFLECTED = 6  # took the offer of another queue instead of waiting
    CLOSED = 7  # came outside the hours of service
    UNREACHED = 8  # asked for a callback and did not pick up, attempt after attempt
    MOVED = 9  # taken to another queue while waiting, because a target came near
    SILENT = 10  # gave up in silence; an agent found out


class Entry(IntEnum):
    """How a leg began."""

    ARRIVED = 0
    ESCALATED = 1  # from a lower tier
    TRANSFERRED = 2  # from a queue that it had reached by mistake
    DEFLECTED = 3  # took an offer instead of waiting
    TICKET = 4  # came outside the hours of service and was written down
    MOVED = 5  # a target came near


class Cause(IntEnum):
    """Why a contact came."""

    FRESH = 0
    RETRY = 1  # the one before was not served
    RETURN = 2  # the one before did not resolve the issue
    BOUNCE_BACK = 3  # the bot had closed it unsolved
    CHASER = 4  # a promise was broken
    COMPLAINT = 5
    DUPLICATE = 6  # the same customer by a second channel
    FALSE_ALARM = 7  # caused by a notice that did not concern the customer


class IssueOutcome(IntEnum):
    """How an issue ended."""

    OPEN = 0
    RESOLVED = 1
    GIVEN_UP = 2


class Front(IntEnum):
    """What stands in front of the agents, in the order in which a contact meets it."""

    NOTICE = 0
    SELF_SERVICE = 1
    BOT = 2


class SessionOutcome(IntEnum):
    """How a session with a front ended."""

    OPEN = 0
    RESOLVED = 1
    HANDED_OVER = 2  # goes on to people, or to the next front
    WALKED_AWAY = 3
    FALSELY_CONTAINED = 4  # closed, not solved
    TRAPPED = 5  # wanted a person and was not let through
    PREVENTED = 6  # the notice made the contact needless


class Purpose(IntEnum):
    """What a looked-up number is for: part of its address, so a value never changes its meaning."""

    TALK = 1
    WRAP_UP = 2
    PATIENCE = 3
    COMPLEXITY = 4
    RETRY = 5
    RETRY_DELAY = 6
    RESOLVES = 7
    RETURNS = 8
    RETURN_DELAY = 9
    RETURN_TO = 10
    CONTEXT = 11
    REPEAT_STORY = 12
    ESCALATES = 13
    ESTIMATE = 14
    DIAGNOSIS = 15
    HANDOVER = 16
    MISROUTED = 17
    AUTHORITY = 18
    APPROVAL = 19
    BALKS = 20
    DEFLECTS = 21
    ACCEPTS_CALLBACK = 22
    NO_ANSWER = 23
    DIAL = 24
    CALLBACK_DELAY = 25
    SILENT = 26
    FOUND_OUT = 27
    NEXT_TURN = 28
    REPLY = 29
    CHASES = 30
    COMPLAINS = 31
    COMPLAINT_DELAY = 32
    DUPLICATES = 33
    DUPLICATE_DELAY = 34
    TICKETS = 35
    ENTERS = 36
    SESSION = 37
    SOLVES = 38
    WALKS_AWAY = 39
    FALSE = 40
    BOUNCES_BACK = 41
    BOUNCE_DELAY = 42
    MISUNDERSTOOD = 43
    ASKS_FOR_PERSON = 44
    WARM = 45
    WRONG_QUEUE = 46
    WRONG_TO = 47
    WHEN_OPEN = 48


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
    DOWN = 8  # at work, but the desktop or the site is out of order; ends when that ends


PAID_STATES = (
    State.ON_DUTY,
    State.BREAK,
    State.TRAINING,
    State.MEETING,
    State.OFF_TASK,
    State.ABSENT,
    State.DOWN,
)


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
    WEIGHTED_IDLE = 3  # weight of the group x idle time, largest first


class ContactCriterion(IntEnum):
    """How a freed agent chooses among waiting contacts; criteria apply in the order given."""

    PREFERENCE = 0  # the group's order of queues
    PRIORITY = 1  # base + growth x wait, highest first
    LONGEST_WAIT = 2
    WEIGHTED_WAIT = 3  # weight of the queue x wait, largest first


NEVER = 2**62  # a time that does not come, in microseconds
