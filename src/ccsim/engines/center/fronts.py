"""What a contact meets before the agents: notices, self-service, the bot."""

from __future__ import annotations

from ccsim.compiler.journey import HARDEST
from ccsim.engines.center import waiting
from ccsim.engines.center.coming_back import follow_up
from ccsim.engines.center.state import Center
from ccsim.kinds import Cause, Entry, EventKind, Front, IssueOutcome, Purpose, SessionOutcome

MOST_FAILURES = 1000  # of a session without an escape


def meet(center: Center, contact: int) -> None:
    """The contact meets the fronts of its queue that it has not met yet, then it queues."""
    queue, fronts = center.record.queue_of_contact(contact), center.fronts
    while fronts.first[queue] + center.place[contact] < fronts.first[queue + 1]:
        front = fronts.of[fronts.first[queue] + center.place[contact]]
        center.place[contact] += 1
        if _enters(center, contact, queue, front):
            length = _begin_session(center, contact, queue, front)
            if length > 0:
                ends = center.now + length
                center.at(ends, EventKind.SESSION_ENDS, contact, lambda key: on_session_ends(center, key))
                return
            if not end_session(center, contact):
                return
    wrong = center.right_queue[contact]  # for the moment: where the bot has sent it
    if wrong < 0:
        waiting.enqueue(center, contact, queue, Entry.ARRIVED)
    else:
        center.right_queue[contact] = queue
        waiting.enqueue(center, contact, wrong, Entry.ARRIVED)


def _enters(center: Center, contact: int, queue: int, front: int) -> bool:
    """Does the contact meet this front, here and now?"""
    fronts, cause, now = center.fronts, center.record.cause_of(contact), center.now
    if center.past_fronts[contact]:
        return False
    if fronts.kind[front] == Front.NOTICE:
        if cause != Cause.FRESH or not fronts.active_from[front] <= now < fronts.active_to[front]:
            return False
    elif cause not in (Cause.FRESH, Cause.FALSE_ALARM) and not fronts.again[front]:
        return False
    for row in range(fronts.down_first[front], fronts.down_first[front + 1]):
        if fronts.down_from[row] <= now < fronts.down_to[row]:
            return False
    return center.happens(contact, fronts.salt[front], Purpose.ENTERS, fronts.enters_chance[front][queue])


def _begin_session(center: Center, contact: int, queue: int, front: int) -> int:
    """A session begins. How it will end is known: nothing in the center acts upon it. Returns its length."""
    fronts, salt = center.fronts, center.fronts.salt[front]
    length: int = center.duration(contact, salt, Purpose.SESSION, fronts.session_table[front])
    done, failures, escaped = _turns(center, contact, front)
    if escaped:
        length = length * done // fronts.turns[front]
    length += failures * fronts.loop[front]
    center.session[contact] = center.record.session(contact, front, center.now, failures)
    center.session_outcome[contact] = _outcome(center, contact, queue, front, escaped)
    return length


def _turns(center: Center, contact: int, front: int) -> tuple[int, int, bool]:
    """Turns that went well, turns misunderstood, and whether the customer escapes from the session."""
    fronts, salt = center.fronts, center.fronts.salt[front]
    asks, misunderstood = fronts.asks_chance[front], fronts.misunderstood_chance[front]
    if asks == 0 and misunderstood == 0:
        return fronts.turns[front], 0, False
    done = failures = in_a_row = turn = 0
    while done < fronts.turns[front] and failures < MOST_FAILURES:
        turn += 1
        if center.happens(contact, salt, Purpose.ASKS_FOR_PERSON, asks, turn):
            return done, failures, True
        if center.happens(contact, salt, Purpose.MISUNDERSTOOD, misunderstood, turn):
            failures += 1
            in_a_row += 1
            if in_a_row == fronts.escape_after[front]:
                return done, failures, True
        else:
            done += 1
            in_a_row = 0
    return done, failures, False


def _outcome(center: Center, contact: int, queue: int, front: int, escaped: bool) -> SessionOutcome:
    """How the session ends: escaped, else solved, else walked away, else handed over."""
    fronts, salt = center.fronts, center.fronts.salt[front]
    if escaped:
        return SessionOutcome.HANDED_OVER if fronts.lets_through[front] else SessionOutcome.TRAPPED
    complexity = center.complexity[center.record.issue_of(contact)]
    score = fronts.contained[front][queue] - fronts.slope[front] * (complexity - HARDEST // 2) // HARDEST
    if score >= center.threshold(contact, salt, Purpose.SOLVES):
        if fronts.kind[front] == Front.NOTICE:
            return SessionOutcome.PREVENTED
        if center.happens(contact, salt, Purpose.FALSE, fronts.false_chance[front]):
            return SessionOutcome.FALSELY_CONTAINED
        return SessionOutcome.RESOLVED
    if center.happens(contact, salt, Purpose.WALKS_AWAY, fronts.walk_chance[front][queue]):
        return SessionOutcome.WALKED_AWAY
    return SessionOutcome.HANDED_OVER


def on_session_ends(center: Center, contact: int) -> None:
    """The session is over; who is handed over goes on."""
    if end_session(center, contact):
        meet(center, contact)


def end_session(center: Center, contact: int) -> bool:
    """What becomes of the contact; True where it goes on to the next front or to people."""
    session = center.session[contact]
    front, outcome = center.record.front_of(session), center.session_outcome[contact]
    queue, salt = center.record.queue_of_contact(contact), center.fronts.salt[front]
    if outcome == SessionOutcome.HANDED_OVER:
        _hand_over(center, contact, front)
        return True
    center.record.session_ended(session, SessionOutcome(outcome), center.now)
    if outcome in (SessionOutcome.RESOLVED, SessionOutcome.PREVENTED):
        center.record.judged(contact, True)
        center.resolve(contact, IssueOutcome.RESOLVED)
    elif outcome == SessionOutcome.FALSELY_CONTAINED:
        center.record.judged(contact, False)
        if center.happens(contact, salt, Purpose.BOUNCES_BACK, center.fronts.bounce_chance[front]):
            table = center.fronts.bounce_table[front]
            delay = center.duration(contact, salt, Purpose.BOUNCE_DELAY, table)
            follow_up(center, contact, Cause.BOUNCE_BACK, delay, center.fronts.bounce_to[front][queue])
    else:
        center.record.judged(contact, False)
        if center.happens(contact, salt, Purpose.RETRY, center.fronts.walk_retry_chance[front]):
            table = center.fronts.walk_retry_table[front]
            delay = center.duration(contact, salt, Purpose.RETRY_DELAY, table)
            follow_up(center, contact, Cause.RETRY, delay, queue, past_fronts=True)
    center.contact_over(contact)
    return False


def _hand_over(center: Center, contact: int, front: int) -> None:
    """With the story so far, which saves talk, or without; perhaps to a wrong queue."""
    fronts, salt = center.fronts, center.fronts.salt[front]
    warm = center.happens(contact, salt, Purpose.WARM, fronts.warm_chance[front])
    factor = fronts.warm_factor[front] if warm else fronts.cold_factor[front]
    center.talk_factor[contact] = center.talk_factor[contact] * factor // 1000
    if center.happens(contact, salt, Purpose.WRONG_QUEUE, fronts.wrong_chance[front]):
        number = center.number(contact, salt, Purpose.WRONG_TO) >> 33
        center.right_queue[contact] = sum(share <= number for share in fronts.wrong_share[front])
    center.record.session_ended(center.session[contact], SessionOutcome.HANDED_OVER, center.now, warm)
