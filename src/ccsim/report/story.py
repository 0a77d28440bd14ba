"""What happened, in words: one line per event, to the millisecond.

``10:02:13.204  contact 318 arrives in support; nobody free, waits as number 2 in line (patience 3m12s)``
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ccsim.kinds import NEVER, Outcome, State
from ccsim.log import Labels, Log
from ccsim.metrics.shares import Spells, spells_of
from ccsim.report.happenings import Happenings, What, happenings, state_before
from ccsim.report.journey_words import JourneyWords
from ccsim.report.wording import clock, day_name, exact_duration, plural, round_percent, seconds
from ccsim.units import DAY, SECOND

Int64 = npt.NDArray[np.int64]

_BEGINS = {
    State.ON_DUTY: "starts work",
    State.BREAK: "goes on break",
    State.UNPAID_BREAK: "goes on an unpaid break",
    State.TRAINING: "goes into training",
    State.MEETING: "goes into a meeting",
    State.OFF_TASK: "steps away from the phone",
    State.ABSENT: "is absent this shift",
    State.DOWN: "cannot work: the desktop is out of order",
}
_RETURNS = {
    State.BREAK: "is back from break",
    State.UNPAID_BREAK: "is back from break",
    State.TRAINING: "is back from training",
    State.MEETING: "is back from the meeting",
    State.OFF_TASK: "is back at the phone",
    State.DOWN: "can work again",
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """What luck gave each contact, in the order of the Log's contacts; microseconds."""

    patience: Int64
    talk: Int64
    wrap_up: Int64


def _agent_names(labels: Labels) -> list[str]:
    """Names of the agents; with the group where rosters use one name in several groups."""
    seen = Counter(labels.agents)
    groups = (labels.groups[g] for g in labels.agent_group)
    return [
        f"{name} of {group}" if seen[name] > 1 else name
        for name, group in zip(labels.agents, groups, strict=True)
    ]


class Story:
    """Tells a Log; ``drawn`` adds what a Log cannot know: how long somebody would have waited."""

    def __init__(self, log: Log, drawn: Drawn | None = None) -> None:
        self.log = log
        self.drawn = drawn
        self._happenings: Happenings | None = None
        self._spells: Spells | None = None
        self._agents = _agent_names(log.labels)
        self.journey = JourneyWords(log)

    @property
    def happenings(self) -> Happenings:
        if self._happenings is None:
            self._happenings = happenings(self.log)
        return self._happenings

    @property
    def spells(self) -> Spells:
        """Who worked on what, when."""
        if self._spells is None:
            self._spells = spells_of(self.log)
        return self._spells

    # -- a stretch of time ----------------------------------------------------------------------------------

    def window(self, from_us: int, to_us: int) -> Iterator[str]:
        """A heading for each day and a line for each event from one time to another, the end excluded."""
        day = -1
        for position in self.happenings.between(from_us, to_us):
            at = int(self.happenings.at[position])
            if at // DAY != day:
                day = at // DAY
                yield day_name(self.log.labels.start, day)
            yield f"{clock(at)}  {self._words(position)}"

    def _words(self, position: int) -> str:
        row = int(self.happenings.row[position])
        what = What(int(self.happenings.what[position]))
        if what is What.DUTY:
            return self._duty(row, bool(self.happenings.ends[position]))
        if what in (What.SESSION_BEGINS, What.SESSION_ENDS):
            contact = self.log.sessions["contact_row"][row]
            return f"contact {contact} {self.journey.session(row, what is What.SESSION_BEGINS)}"
        contact = self.log.legs["contact_row"][row]
        return f"contact {contact} {self._leg_words(what, row, int(self.happenings.in_line[position]))}"

    # -- one contact ----------------------------------------------------------------------------------------

    def contact(self, contact: int) -> Iterator[str]:
        """Everything about one contact (row of the Log's contacts)."""
        log = self.log
        arrived = int(log.contacts["arrived_at"][contact])
        queue = log.labels.queues[int(log.contacts["queue"][contact])]
        yield f"contact {contact} of {queue}, {day_name(log.labels.start, arrived // DAY)}"
        yield from self.journey.before(contact)
        if self.drawn is not None and contact < len(self.drawn.patience):
            patience = int(self.drawn.patience[contact])
            waits = "for ever" if patience >= NEVER else exact_duration(max(patience, 0))
            talk, wrap_up = int(self.drawn.talk[contact]), int(self.drawn.wrap_up[contact])
            needs = f"{exact_duration(talk)} of talk at speed 1 and {exact_duration(wrap_up)} of wrap-up"
            yield f"drawn beforehand: would wait {waits}; needs {needs}"
        rows = np.flatnonzero(log.legs["contact_row"] == contact)
        sessions = self.happenings.of_sessions(self.journey.sessions_of(contact))
        for position in sorted([*sessions, *self.happenings.of_legs(rows)]):
            at, row = int(self.happenings.at[position]), int(self.happenings.row[position])
            what = What(int(self.happenings.what[position]))
            if what in (What.SESSION_BEGINS, What.SESSION_ENDS):
                yield f"{clock(at)}  {self.journey.session(row, what is What.SESSION_BEGINS)}"
                continue
            if what is What.ARRIVES:
                yield f"{clock(at)}  {self._people_at(at, row)}"
            yield f"{clock(at)}  {self._leg_words(what, row, int(self.happenings.in_line[position]))}"
        yield from (self._verdict(int(row)) for row in rows)
        yield from self.journey.after(contact)

    def _people_at(self, at: int, row: int) -> str:
        """Who could have helped at that moment: agents on duty and busy, just before the arrival.

        Work that was put down keeps nobody busy; who finishes work after the end of a shift is on duty still.
        """
        stretches, spells = self.log.stretches, self.spells
        there = (stretches["from_at"] <= at) & (stretches["to_at"] > at)
        on_duty = np.unique(stretches["agent"][there & (stretches["state"] == State.ON_DUTY)])
        busy = (spells.begin <= at) & (spells.end > at) & (spells.leg != row)
        working = len(np.intersect1d(spells.agent[busy], on_duty))
        return f"{plural(len(on_duty), 'agent')} on duty in the center, {working} of them busy"

    def _verdict(self, row: int) -> str:
        """How the leg ended, against the target of its queue."""
        labels, legs = self.log.labels, self.log.legs
        queue, outcome = int(legs["queue"][row]), Outcome(int(legs["outcome"][row]))
        within = int(labels.target_within_us[queue])
        share = float(labels.target_share[queue])
        served = int(legs["answered_at"][row]) >= 0
        left_at = int(legs["answered_at"][row]) if served else int(legs["ended_at"][row])
        wait = left_at - int(legs["queued_at"][row])
        text = f"outcome: {outcome.name.lower()} after a wait of {exact_duration(wait)}"
        if share != share or not served:
            return text
        met = "inside" if wait <= within else "outside"
        return f"{text}, {met} the target ({round_percent(share)} in {seconds(within / SECOND)})"

    # -- the words ------------------------------------------------------------------------------------------

    def _leg_words(self, what: What, row: int, in_line: int) -> str:
        legs = self.log.legs
        agent = self._agents[int(legs["agent"][row])] if legs["agent"][row] >= 0 else "nobody"
        answered, ended = int(legs["answered_at"][row]), int(legs["ended_at"][row])
        waited = exact_duration((answered if answered >= 0 else ended) - int(legs["queued_at"][row]))
        match what:
            case What.ARRIVES:
                return self._arrival(row, in_line, agent)
            case What.ANSWERED:
                return f"is answered by {agent} after {waited}{self._still(in_line)}"
            case What.TALK_ENDS:
                talk = exact_duration(int(legs["talk_ended_at"][row]) - answered)
                return f"ends the call after {talk} of talk; {agent} wraps up"
            case What.HANDLE_ENDS:
                wrap_up = ended - int(legs["talk_ended_at"][row])
                if int(legs["outcome"][row]) == Outcome.SILENT:
                    return f"has left without a word, finds {agent}"
                if wrap_up:
                    return f"is done: {agent} has wrapped up in {exact_duration(wrap_up)}"
                return f"is done after {exact_duration(ended - answered)} of talk with {agent}"
            case What.GIVES_UP:
                return f"gives up after {waited}{self._still(in_line)}"
            case What.CLEARED:
                return f"is sent away after {waited}: its queue closes"
            case What.MOVES_ON:
                return f"moves on after {waited}: the promised time comes near{self._still(in_line)}"
            case What.NOT_REACHED:
                return f"is not reached by {plural(int(legs['dials'][row]), 'call')}; the center gives up"
        if answered >= 0:
            return f"is cut off in the hands of {agent}: the run or its queue stops"
        return f"still waits after {waited} when the run or its queue stops"

    def _still(self, in_line: int) -> str:
        return f"; {in_line} still in line" if in_line else ""

    def _arrival(self, row: int, in_line: int, agent: str) -> str:
        legs = self.log.legs
        queue = self.log.labels.queues[int(legs["queue"][row])]
        outcome = Outcome(int(legs["outcome"][row]))
        comes = f"{self.journey.comes_by(row)} {queue}"
        if legs["answered_at"][row] == legs["queued_at"][row]:
            return f"{comes}; {agent} is free and answers at once"
        if outcome is Outcome.BLOCKED:
            return f"{comes} and is turned away: no place or line left ({in_line} in line)"
        if outcome is Outcome.BALKED:
            return f"{comes}; nobody free, and it will not wait{self.journey.told(row) or ' at all'}"
        if outcome is Outcome.DEFLECTED:
            return f"{comes}; nobody free, and it takes the offer of another queue{self.journey.told(row)}"
        if outcome is Outcome.CLOSED:
            return f"{comes}, which is closed"
        if self.log.column("legs", "dials")[row]:
            return f"{comes}; nobody free, and it asks to be called back{self.journey.told(row)}"
        declines = (
            "does not want to be called back, " if self.log.column("legs", "callback_declined")[row] else ""
        )
        return f"{comes}; nobody free, {declines}waits as number {in_line} in line{self._patience(row)}"

    def _patience(self, row: int) -> str:
        first = int(self.log.legs["leg"][row]) == 1
        if self.drawn is None or not first or self.log.legs["contact_row"][row] >= len(self.drawn.patience):
            return self.journey.told(row)
        patience = int(self.drawn.patience[int(self.log.legs["contact_row"][row])])
        return " (patience without end)" if patience >= NEVER else f" (patience {exact_duration(patience)})"

    def _duty(self, row: int, ends: bool) -> str:
        stretches = self.log.stretches
        agent = int(stretches["agent"][row])
        name = self._agents[agent]
        if ends:
            return f"{name} leaves"
        state, at = State(int(stretches["state"][row])), int(stretches["from_at"][row])
        before = state_before(self.log, agent, at)
        until = f" until {clock(int(stretches['to_at'][row]))[:8]}"
        if state is State.ON_DUTY:
            return f"{name} {_RETURNS.get(before, _BEGINS[state])}"
        return f"{name} {_BEGINS[state]}{until}"
