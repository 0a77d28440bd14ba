"""What a contact meets before the agents; see :mod:`ccsim.engines.center.fronts`."""

from __future__ import annotations

from ccsim.compiler.journey import HARDEST
from ccsim.engines.compiling import compiled
from ccsim.engines.kernel.journey import purposes, record, state, treatment, waiting
from ccsim.engines.kernel.journey.calendar import at
from ccsim.engines.kernel.journey.codes import (
    BOUNCE_BACK,
    BY_ARRIVING,
    FALSE_ALARM,
    FALSELY_CONTAINED,
    FRESH,
    HANDED_OVER_BY_FRONT,
    ISSUE_RESOLVED,
    MOST_FAILURES,
    NOTICE,
    PREVENTED,
    RETRY,
    SESSION_ENDS,
    SESSION_RESOLVED,
    TRAPPED,
    WALKED_AWAY,
)
from ccsim.engines.kernel.journey.coming_back import follow_up
from ccsim.engines.kernel.journey.memory import (
    Center,
    cell,
    contact_at,
    front_at,
    front_pair_at,
    issue_at,
    queue_at,
    session_at,
    window_at,
)
from ccsim.engines.kernel.journey.numbers import upper


@compiled
def meet(center: Center, contact: int) -> None:
    row = contact_at(center.contacts, contact)
    plan = queue_at(center.queues, row.queue)
    while plan.first_front + row.place < plan.end_front:
        front = cell(center.front_of, plan.first_front + row.place)
        row.place += 1
        if enters(center, contact, front):
            length = begin_session(center, contact, front)
            if length > 0:
                at(center, center.now + length, SESSION_ENDS, contact)
                return
            if not end_session(center, contact):
                return
    wrong = row.right_queue  # for the moment: where the bot has sent it
    if wrong < 0:
        waiting.enqueue(center, contact, row.queue, BY_ARRIVING, -1, -1)
    else:
        row.right_queue = row.queue
        waiting.enqueue(center, contact, wrong, BY_ARRIVING, -1, -1)


@compiled
def enters(center: Center, contact: int, front: int) -> bool:
    row, plan = contact_at(center.contacts, contact), front_at(center.fronts, front)
    if row.past_fronts == 1:
        return False
    if plan.kind == NOTICE:
        if row.cause != FRESH or not plan.active_from <= center.now < plan.active_to:
            return False
    elif row.cause != FRESH and row.cause != FALSE_ALARM and plan.again == 0:
        return False
    for place in range(plan.first_down, plan.end_down):
        down = window_at(center.downs, place)
        if down.from_at <= center.now < down.to_at:
            return False
    chance = front_pair_at(center.front_pairs, front * center.queue_count + row.queue).enters_chance
    return state.happens(center, contact, plan.salt, purposes.ENTERS, chance, 0)


@compiled
def begin_session(center: Center, contact: int, front: int) -> int:
    plan = front_at(center.fronts, front)
    length = state.duration(center, contact, plan.salt, purposes.SESSION, plan.session_table, 0)
    done, failures, escaped = turns(center, contact, front)
    if escaped:
        length = length * done // plan.turns
    length += failures * plan.loop
    row = contact_at(center.contacts, contact)
    row.session = record.session(center, contact, front, failures)
    row.session_outcome = outcome_of(center, contact, front, escaped)
    return length


@compiled
def turns(center: Center, contact: int, front: int) -> tuple[int, int, bool]:
    """Turns that went well, turns misunderstood, and whether the customer escapes from the session."""
    plan = front_at(center.fronts, front)
    asks, misunderstood = plan.asks_chance, plan.misunderstood_chance
    if asks == 0 and misunderstood == 0:
        return plan.turns, 0, False
    done, failures, in_a_row, turn = 0, 0, 0, 0
    while done < plan.turns and failures < MOST_FAILURES:
        turn += 1
        if state.happens(center, contact, plan.salt, purposes.ASKS_FOR_PERSON, asks, turn):
            return done, failures, True
        if state.happens(center, contact, plan.salt, purposes.MISUNDERSTOOD, misunderstood, turn):
            failures += 1
            in_a_row += 1
            if in_a_row == plan.escape_after:
                return done, failures, True
        else:
            done += 1
            in_a_row = 0
    return done, failures, False


@compiled
def outcome_of(center: Center, contact: int, front: int, escaped: bool) -> int:
    plan, row = front_at(center.fronts, front), contact_at(center.contacts, contact)
    if escaped:
        return HANDED_OVER_BY_FRONT if plan.lets_through == 1 else TRAPPED
    pair = front_pair_at(center.front_pairs, front * center.queue_count + row.queue)
    complexity = issue_at(center.issues, row.issue).complexity
    score = pair.contained - plan.slope * (complexity - HARDEST // 2) // HARDEST
    if score >= state.threshold(center, contact, plan.salt, purposes.SOLVES, 0):
        if plan.kind == NOTICE:
            return PREVENTED
        if state.happens(center, contact, plan.salt, purposes.FALSE, plan.false_chance, 0):
            return FALSELY_CONTAINED
        return SESSION_RESOLVED
    if state.happens(center, contact, plan.salt, purposes.WALKS_AWAY, pair.walk_chance, 0):
        return WALKED_AWAY
    return HANDED_OVER_BY_FRONT


@compiled
def on_session_ends(center: Center, contact: int) -> None:
    if end_session(center, contact):
        meet(center, contact)


@compiled
def end_session(center: Center, contact: int) -> bool:
    row = contact_at(center.contacts, contact)
    front, outcome = session_at(center.sessions, row.session).front, row.session_outcome
    plan = front_at(center.fronts, front)
    if outcome == HANDED_OVER_BY_FRONT:
        hand_over(center, contact, front)
        return True
    record.session_ended(center, row.session, outcome, 0)
    if outcome in (SESSION_RESOLVED, PREVENTED):
        record.judged(center, contact, 1)
        state.resolve(center, contact, ISSUE_RESOLVED)
        state.contact_over(center, contact)
        return False
    record.judged(center, contact, 2)
    if outcome == FALSELY_CONTAINED:
        if state.happens(center, contact, plan.salt, purposes.BOUNCES_BACK, plan.bounce_chance, 0):
            table = plan.bounce_table
            delay = state.duration(center, contact, plan.salt, purposes.BOUNCE_DELAY, table, 0)
            pair = front_pair_at(center.front_pairs, front * center.queue_count + row.queue)
            follow_up(center, contact, BOUNCE_BACK, delay, pair.bounce_to, -1, 0)
    elif state.happens(center, contact, plan.salt, purposes.RETRY, plan.walk_retry_chance, 0):
        table = plan.walk_retry_table
        delay = state.duration(center, contact, plan.salt, purposes.RETRY_DELAY, table, 0)
        follow_up(center, contact, RETRY, delay, row.queue, -1, 1)
    state.contact_over(center, contact)
    return False


@compiled
def hand_over(center: Center, contact: int, front: int) -> None:
    plan, row = front_at(center.fronts, front), contact_at(center.contacts, contact)
    warm = state.happens(center, contact, plan.salt, purposes.WARM, plan.warm_chance, 0)
    factor = plan.warm_factor if warm else plan.cold_factor
    row.talk_factor = row.talk_factor * factor // 1000
    if state.happens(center, contact, plan.salt, purposes.WRONG_QUEUE, plan.wrong_chance, 0):
        number = upper(state.number(center, contact, plan.salt, purposes.WRONG_TO, 0))
        row.right_queue = treatment.place_in(
            center.wrong_share, front * center.queue_count, center.queue_count, number
        )
    record.session_ended(center, row.session, HANDED_OVER_BY_FRONT, 1 if warm else 0)
