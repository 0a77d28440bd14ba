"""Codes of :mod:`ccsim.kinds` and :mod:`ccsim.compiler.journey` as plain integers, which numba folds in.

A prefix says of which kind a code is where two kinds share a word.
"""

from __future__ import annotations

# what happens, in the order in which it happens at one instant
(
    DUTY_CHANGES,
    TALK_ENDS,
    HANDLE_ENDS,
    REPLIES,
    SESSION_ENDS,
    GIVES_UP,
    OVERFLOWS,
    ESCALATES,
    BREAKS_PROMISE,
    CLOSES,
    RULES_APPLY,
    REQUEUES,
) = range(12)

# how a leg ended
OPEN, ANSWERED, ABANDONED, BALKED, BLOCKED, CLEARED = range(6)
DEFLECTED, CLOSED, UNREACHED, MOVED, SILENT = range(6, 11)

# how a leg began
BY_ARRIVING, BY_ESCALATION, BY_TRANSFER, BY_DEFLECTION, BY_TICKET, BY_MOVING = range(6)

# why a contact came
FRESH, RETRY, RETURN, BOUNCE_BACK, CHASER, COMPLAINT, DUPLICATE, FALSE_ALARM = range(8)

# how an issue ended
ISSUE_OPEN, ISSUE_RESOLVED, ISSUE_GIVEN_UP = range(3)

# fronts, and how a session with one ended
NOTICE = 0
(
    SESSION_OPEN,
    SESSION_RESOLVED,
    HANDED_OVER_BY_FRONT,
    WALKED_AWAY,
    FALSELY_CONTAINED,
    TRAPPED,
    PREVENTED,
) = range(7)

# what the timetable wants
OFF, ON_DUTY, DOWN = 0, 1, 8

STOP = 2  # closing rule
PREFERENCE, PRIORITY, LONGEST_WAIT, WEIGHTED_WAIT = range(4)  # contact criteria

# what goes on with a leg that somebody has begun
TALK, WRAP_UP, HELD, THINKING, PARKED = range(5)

# courses of a talk
TREATED, REFERRED, MISROUTED, REFUSED, NOBODY_THERE, FOUND_OUT, HANDED_OVER = range(7)

FURTHER = 8  # bits of an address: the number of the leg is below, that of an attempt or turn above
DEFAULT_DIAGNOSIS = 60_000_000  # where a bot sent a contact to a queue that says nothing about it
BY_WHO_ANSWERS = -1  # work left, of a turn that nobody has taken yet
MOST_FAILURES = 1000  # of a session without an escape

NEVER = 2**62
FAR = 2**63 - 1
