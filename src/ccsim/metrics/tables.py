"""The Log as tables for people: contacts, legs, agents, issues, sessions; with names, time stamps, seconds.

Columns ending in ``_at`` are time stamps on the center's wall clock (missing: it did not happen), those
ending in ``_s`` are seconds. Names of queues, groups, agents, outcomes and states are categoricals.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ccsim.kinds import Cause, Entry, Front, IssueOutcome, SessionOutcome, State
from ccsim.log import SESSIONS_DTYPE, Labels, Log
from ccsim.metrics.contact_rows import last_sessions
from ccsim.metrics.legs import KINDS, more_columns, read_legs
from ccsim.metrics.shares import busy_states, has_plain_time

if TYPE_CHECKING:
    import pandas as pd

Int64 = npt.NDArray[np.int64]
IntAny = npt.NDArray[np.integer[Any]]

OUTCOMES = ("open", "answered", "abandoned", "short_abandoned", "balked", "blocked", "cleared", "deflected",
            "closed", "unreached", "moved", "silent_abandoned")  # fmt: skip
CONTACT_OUTCOMES = (*OUTCOMES, "contained", "walked_away", "prevented")  # the last three: a front ended it
_TABLE_NAME = {
    "waiting": "open",
    "in_service": "open",
    "short": "short_abandoned",
    "silent": "silent_abandoned",
    "called_back": "answered",
    "callback_waiting": "open",
    "callback_in_service": "open",
}
_OUTCOME_OF_KIND = np.array([OUTCOMES.index(_TABLE_NAME.get(kind, kind)) for kind in KINDS])
_OUTCOME_OF_SESSION = np.array([0, 12, 0, 13, 12, 13, 14])  # CONTACT_OUTCOMES by kinds.SessionOutcome
AGENT_STATES = (
    "free",
    "talking",
    "wrap_up",
    *(s.name.lower() for s in State if s not in (State.OFF, State.ON_DUTY)),
)
_STATE_CODE = np.array(
    [AGENT_STATES.index(s.name.lower()) if s.name.lower() in AGENT_STATES else -1 for s in State]
)


def contacts_table(log: Log) -> pd.DataFrame:
    """One row per contact; ``outcome`` and ``ended_at`` are of its last leg, ``wait_s`` adds its legs up.

    Of a contact that met no person they are those of its last session with a bot, self-service or a notice.
    ``resolved`` says whether the contact resolved the issue, missing where that is not judged.
    """
    import pandas as pd

    labels, table, legs = log.labels, log.contacts, read_legs(log)
    rows = len(table["contact"])
    row = log.legs["contact_row"]
    last = np.full(rows, -1, dtype=np.int64)
    order = np.lexsort((log.legs["leg"], row))
    last[row[order]] = order  # the last leg is assigned last and stays
    has_leg = last >= 0
    outcome = (
        np.where(has_leg, _OUTCOME_OF_KIND[legs.kind[last]], 0) if len(row) else np.zeros(rows, np.int64)
    )
    ended = np.where(has_leg, legs.ended_at[last], -1) if len(row) else np.full(rows, -1, dtype=np.int64)
    if log.sessions:
        session, session_ended = last_sessions(log, rows)
        only = (session >= 0) & ~has_leg
        outcome = np.where(only, _OUTCOME_OF_SESSION[session], outcome)
        ended = np.where(only, session_ended, ended)
    judged = log.column("contacts", "resolved")
    return pd.DataFrame(
        {
            "issue": table["issue"],
            "contact": table["contact"],
            "queue": _names(table["queue"], labels.queues),
            "channel": _channel(table["queue"], labels),
            "luck": table["luck"],
            "arrived_at": _stamps(table["arrived_at"], labels),
            "outcome": _names(outcome, CONTACT_OUTCOMES),
            "ended_at": _stamps(np.where(outcome == 0, -1, ended), labels),
            "wait_s": np.bincount(row, weights=legs.wait, minlength=rows) / 1e6,
            "cause": _names(log.column("contacts", "cause"), [cause.name.lower() for cause in Cause]),
            "resolved": pd.arrays.BooleanArray(judged == 1, judged == 0),
        }
    )


def legs_table(log: Log) -> pd.DataFrame:
    """One row per leg. An open leg has no ``ended_at``; talk and wrap-up are missing if nobody answered.

    ``dials`` counts the calls of a callback, ``focus_s`` is the attention that the leg took, and ``handle_s``
    what the metric ``aht`` is the mean of.
    """
    import pandas as pd

    labels, table, legs = log.labels, log.legs, read_legs(log)
    contact = table["contact_row"]
    outcome = _OUTCOME_OF_KIND[legs.kind]
    is_open = outcome == 0
    served = table["answered_at"] >= 0
    talk_ended = np.where(served & (table["talk_ended_at"] < 0), legs.ended_at, table["talk_ended_at"])
    focus = more_columns(log, frozenset(("focus",)))["focus"]
    announced = log.column("legs", "announced_us")
    group = np.append(labels.agent_group, -1)[legs.agent]
    return pd.DataFrame(
        {
            "issue": log.contacts["issue"][contact],
            "contact": log.contacts["contact"][contact],
            "leg": table["leg"],
            "queue": _names(legs.queue, labels.queues),
            "channel": _channel(legs.queue, labels),
            "group": _names(group, labels.groups),
            "agent": _names(legs.agent, labels.agents),
            "queued_at": _stamps(legs.queued_at, labels),
            "answered_at": _stamps(table["answered_at"], labels),
            "ended_at": _stamps(np.where(is_open, -1, legs.ended_at), labels),
            "outcome": _names(outcome, OUTCOMES),
            "wait_s": legs.wait / 1e6,
            "talk_s": np.where(served, talk_ended - table["answered_at"], np.nan) / 1e6,
            "wrap_up_s": np.where(served, legs.ended_at - talk_ended, np.nan) / 1e6,
            "entry": _names(log.column("legs", "entry"), [entry.name.lower() for entry in Entry]),
            "gave_up_at": _stamps(log.column("legs", "gave_up_at"), labels),
            "announced_s": np.where(announced >= 0, announced, np.nan) / 1e6,
            "promised_at": _stamps(log.column("legs", "promised_at"), labels),
            "dials": np.maximum(log.column("legs", "dials"), 0),
            "focus_s": np.where(served, focus, np.nan) / 1e6,
            "handle_s": np.where(served | (legs.handle > 0), legs.handle, np.nan) / 1e6,
        }
    )


def agents_table(log: Log) -> pd.DataFrame:
    """One row per stretch of an agent in one state; time on duty is cut into free, talking and wrap_up.

    The stretches of an agent are exactly adjacent while the agent is not off.
    """
    import pandas as pd

    labels = log.labels
    agent, state, begin, end = agent_states(log)
    return pd.DataFrame(
        {
            "agent": _names(agent, labels.agents),
            "group": _names(labels.agent_group[agent], labels.groups),
            "state": _names(state, AGENT_STATES),
            "from_at": _stamps(begin, labels),
            "to_at": _stamps(end, labels),
        }
    )


def issues_table(log: Log) -> pd.DataFrame:
    """One row per issue about which a contact came; see :func:`ccsim.metrics.journeys.issue_columns`."""
    import pandas as pd

    from ccsim.metrics.journeys import issue_columns

    labels, found = log.labels, issue_columns(log)
    return pd.DataFrame(
        {
            "issue": found.issue,
            "contacts": found.contacts,
            "outcome": _names(found.outcome, [outcome.name.lower() for outcome in IssueOutcome]),
            "opened_at": _stamps(found.opened_at, labels),
            "closed_at": _stamps(found.closed_at, labels),
            "first_queue": _names(found.first_queue, labels.queues),
            "last_queue": _names(found.last_queue, labels.queues),
            "channels": found.channels,
            "escalations": found.escalations,
            "transfers": found.transfers,
            "complexity": np.where(found.complexity >= 0, found.complexity / 1e6, np.nan),
            "minutes": found.minutes,
        }
    )


def sessions_table(log: Log) -> pd.DataFrame:
    """One row per session with a bot, self-service or a notice. An open one has no ``ended_at``."""
    import pandas as pd

    labels = log.labels
    none = np.empty(0, dtype=np.int64)
    table = {name: log.sessions.get(name, none) for name in SESSIONS_DTYPE}
    contact, front = table["contact_row"], table["front"]
    queue = log.contacts["queue"][contact] if len(contact) else none
    kinds = np.array(labels.front_kinds, dtype=np.int64)
    is_open = table["outcome"] == SessionOutcome.OPEN
    return pd.DataFrame(
        {
            "issue": log.contacts["issue"][contact] if len(contact) else none,
            "contact": log.contacts["contact"][contact] if len(contact) else none,
            "queue": _names(queue, labels.queues),
            "front": _names(front, labels.fronts),
            "kind": _names(kinds[front] if len(front) else none, [kind.name.lower() for kind in Front]),
            "started_at": _stamps(table["started_at"], labels),
            "ended_at": _stamps(np.where(is_open, -1, table["ended_at"]), labels),
            "outcome": _names(table["outcome"], [outcome.name.lower() for outcome in SessionOutcome]),
            "failures": table["failures"],
            "warm": table["warm"] == 1,
        }
    )


def agent_states(log: Log) -> tuple[IntAny, IntAny, Int64, Int64]:
    """(agent, state, from, to) of every stretch in order of agent and time; states index ``AGENT_STATES``."""
    table, legs = log.stretches, read_legs(log)
    on_duty = table["state"] == State.ON_DUTY
    if not has_plain_time(log):
        return _shared_states(log, on_duty)
    busy = np.flatnonzero(log.legs["answered_at"] >= 0)
    who, begin, end = legs.agent[busy], legs.served_at[busy], legs.ended_at[busy]
    talk_end = log.legs["talk_ended_at"][busy]
    talk_end = np.where(talk_end < 0, end, talk_end)
    duty_who, duty_begin, duty_end = (
        table["agent"][on_duty],
        table["from_at"][on_duty],
        table["to_at"][on_duty],
    )
    # contacts lie within time on duty, so that the n-th end of something busy (or start of duty) meets the
    # n-th start of something busy (or end of duty): between them the agent is free
    free_who, free_begin = _in_order(np.concatenate((duty_who, who)), np.concatenate((duty_begin, end)))
    _, free_end = _in_order(np.concatenate((duty_who, who)), np.concatenate((duty_end, begin)))
    other = ~on_duty
    agent = np.concatenate((free_who, who, who, table["agent"][other]))
    state = np.repeat([0, 1, 2], [len(free_who), len(who), len(who)])
    state = np.concatenate((state, _STATE_CODE[table["state"][other]]))
    begins = np.concatenate((free_begin, begin, talk_end, table["from_at"][other]))
    ends = np.concatenate((free_end, talk_end, end, table["to_at"][other]))
    real = np.flatnonzero(ends > begins)
    order = real[np.lexsort((begins[real], agent[real]))]
    return agent[order], state[order], begins[order], ends[order]


def _shared_states(log: Log, on_duty: npt.NDArray[np.bool_]) -> tuple[IntAny, IntAny, Int64, Int64]:
    """The states of agents who may have several contacts open, or interrupted ones."""
    table = log.stretches
    duty = tuple(table[name][on_duty] for name in ("agent", "from_at", "to_at"))
    agent, state, begin, end = busy_states(log, (duty[0], duty[1], duty[2]))
    agent = np.concatenate((agent, table["agent"][~on_duty]))
    state = np.concatenate((state, _STATE_CODE[table["state"][~on_duty]]))
    begins = np.concatenate((begin, table["from_at"][~on_duty].astype(np.int64)))
    ends = np.concatenate((end, table["to_at"][~on_duty].astype(np.int64)))
    order = np.lexsort((begins, agent))
    order = order[ends[order] > begins[order]]
    return agent[order], state[order], begins[order], ends[order]


def stack(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """One table of all replications; a first column ``replication`` (1, 2, ...) when there are several."""
    import pandas as pd

    if len(tables) == 1:
        return tables[0]
    table = pd.concat(tables, ignore_index=True)
    table.insert(0, "replication", np.repeat(np.arange(1, len(tables) + 1), [len(t) for t in tables]))
    return table


def _in_order(agent: IntAny, at: IntAny) -> tuple[IntAny, IntAny]:
    order = np.lexsort((at, agent))
    return agent[order], at[order]


def _names(codes: IntAny, names: Sequence[str]) -> Any:
    """Categorical of row numbers; -1 is missing."""
    import pandas as pd

    return pd.Categorical.from_codes(codes, categories=list(names))  # type: ignore[call-overload]


def _channel(queue: IntAny, labels: Labels) -> Any:
    channels = list(dict.fromkeys(labels.channels))
    code = np.array([channels.index(name) for name in labels.channels], dtype=np.int64)
    return _names(code[queue], channels)


def _stamps(at: IntAny, labels: Labels) -> npt.NDArray[np.datetime64]:
    stamps = np.datetime64(labels.start, "us") + at.astype("timedelta64[us]")
    stamps[at < 0] = np.datetime64("NaT")
    return stamps
