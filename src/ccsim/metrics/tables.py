"""The Log as tables for people: contacts, legs, agents and issues, with names, time stamps and seconds.

Columns ending in ``_at`` are time stamps on the center's wall clock (missing: it did not happen), those
ending in ``_s`` are seconds. Names of queues, groups, agents, outcomes and states are categoricals.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ccsim.kinds import State
from ccsim.log import Labels, Log
from ccsim.metrics.legs import KINDS, read_legs

if TYPE_CHECKING:
    import pandas as pd

Int64 = npt.NDArray[np.int64]
IntAny = npt.NDArray[np.integer[Any]]

OUTCOMES = ("open", "answered", "abandoned", "short_abandoned", "balked", "blocked", "cleared")
_OUTCOME_OF_KIND = np.array(
    [
        OUTCOMES.index({"waiting": "open", "in_service": "open", "short": "short_abandoned"}.get(k, k))
        for k in KINDS
    ]
)
AGENT_STATES = (
    "free",
    "talking",
    "wrap_up",
    *(s.name.lower() for s in State if s not in (State.OFF, State.ON_DUTY)),
)


def contacts_table(log: Log) -> pd.DataFrame:
    """One row per contact; ``outcome`` and ``ended_at`` are of its last leg, ``wait_s`` adds its legs up."""
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
    return pd.DataFrame(
        {
            "issue": table["issue"],
            "contact": table["contact"],
            "queue": _names(table["queue"], labels.queues),
            "channel": _channel(table["queue"], labels),
            "luck": table["luck"],
            "arrived_at": _stamps(table["arrived_at"], labels),
            "outcome": _names(outcome, OUTCOMES),
            "ended_at": _stamps(np.where(outcome == 0, -1, ended), labels),
            "wait_s": np.bincount(row, weights=legs.wait, minlength=rows) / 1e6,
        }
    )


def legs_table(log: Log) -> pd.DataFrame:
    """One row per leg. An open leg has no ``ended_at``; talk and wrap-up are missing if nobody answered."""
    import pandas as pd

    labels, table, legs = log.labels, log.legs, read_legs(log)
    contact = table["contact_row"]
    outcome = _OUTCOME_OF_KIND[legs.kind]
    is_open = outcome == 0
    talk_ended = np.where(legs.reached & (table["talk_ended_at"] < 0), legs.ended_at, table["talk_ended_at"])
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
            "talk_s": np.where(legs.reached, talk_ended - table["answered_at"], np.nan) / 1e6,
            "wrap_up_s": np.where(legs.reached, legs.ended_at - talk_ended, np.nan) / 1e6,
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
    """One row per issue: its contacts, the outcome of the last, when it opened and closed (missing: open)."""
    import pandas as pd

    contacts = contacts_table(log).sort_values(["issue", "contact"], kind="stable")
    last = contacts.drop_duplicates("issue", keep="last")
    of_issue = contacts.groupby("issue", sort=True)
    return pd.DataFrame(
        {
            "issue": last["issue"].to_numpy(),
            "contacts": of_issue.size().to_numpy(),
            "outcome": last["outcome"].array,
            "opened_at": of_issue["arrived_at"].min().to_numpy(),
            "closed_at": last["ended_at"].to_numpy(),
        }
    )


def agent_states(log: Log) -> tuple[IntAny, IntAny, Int64, Int64]:
    """(agent, state, from, to) of every stretch in order of agent and time; states index ``AGENT_STATES``."""
    table, legs = log.stretches, read_legs(log)
    on_duty = table["state"] == State.ON_DUTY
    busy = np.flatnonzero(legs.reached)
    who, begin, end = legs.agent[busy], legs.wait_ended_at[busy], legs.ended_at[busy]
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
    state_code = np.array(
        [AGENT_STATES.index(s.name.lower()) if s.name.lower() in AGENT_STATES else -1 for s in State]
    )
    agent = np.concatenate((free_who, who, who, table["agent"][other]))
    state = np.repeat([0, 1, 2], [len(free_who), len(who), len(who)])
    state = np.concatenate((state, state_code[table["state"][other]]))
    begins = np.concatenate((free_begin, begin, talk_end, table["from_at"][other]))
    ends = np.concatenate((free_end, talk_end, end, table["to_at"][other]))
    real = np.flatnonzero(ends > begins)
    order = real[np.lexsort((begins[real], agent[real]))]
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
