"""What holds at the moment: contacts, legs, agents and the clock of one run."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from ccsim.compiler.journey import HARDEST
from ccsim.compiler.program import Program
from ccsim.draws import Draws
from ccsim.draws.numbers import bits, happens, looked_up
from ccsim.engines.center.calendar import Calendar
from ccsim.engines.recorder import Recorder
from ccsim.engines.router import Router
from ccsim.kinds import Cause, Entry, IssueOutcome, Purpose, State

TALK, WRAP_UP, HELD, THINKING, PARKED = range(5)  # what goes on with a leg that somebody has begun


def listed(plan: Any) -> Any:
    """A plan of the Program with lists in the place of arrays: Python reads single items of them faster."""
    values = {name: getattr(plan, name) for name in plan.__slots__}
    return SimpleNamespace(
        **{name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in values.items()}
    )


class Center(Calendar):
    """One run of one center."""

    def __init__(self, program: Program, draws: Draws, router: Router | None = None) -> None:
        super().__init__()
        self.program = program
        self.draws = draws
        self.record = Recorder(program, draws)
        self.router = router if router is not None else Router(program)
        self._read_program(program)
        self._read_draws(program, draws)
        self._begin(len(self.agent_pool), len(self.lines))

    def _read_program(self, program: Program) -> None:
        journey = program.journey
        self.journey = journey.on
        self.slots = listed(journey.slots)
        self.waits = listed(journey.waits)
        self.retries = listed(journey.retries)
        self.resolution = listed(journey.resolution)
        self.tiers = listed(journey.tiers)
        self.promises = listed(journey.promises)
        self.hours = listed(journey.hours)
        self.fronts = listed(journey.fronts)
        self.pairs = listed(journey.pairs)
        self.rules = listed(journey.rules)
        self.bad_days = listed(journey.bad_days)
        self.salt: list[int] = journey.salt.tolist()
        self.talk_table: list[int] = journey.talk_table.tolist()
        self.wrap_up_table: list[int] = journey.wrap_up_table.tolist()
        self.patience_table: list[int] = journey.patience_table.tolist()
        self.tables: list[list[int]] = journey.tables.tolist()
        self.agent_pool: list[int] = program.agent_pool.tolist()
        self.factor: list[list[int]] = program.routing.handle_factor.tolist()
        self.places: list[int] = program.waiting_places.tolist()
        self.lines: list[int] = program.lines.tolist()

    def _read_draws(self, program: Program, draws: Draws) -> None:
        self.drawn_patience: list[int] = draws.patience.tolist()
        self.drawn_talk: list[int] = draws.talk.tolist()
        self.drawn_wrap_up: list[int] = draws.wrap_up.tolist()
        self.key: list[int] = draws.key.tolist()
        self.fresh = len(self.drawn_talk)  # contacts that do not follow from another
        self.next_arrival = 0
        # transitions that modules below them expect; set by whoever puts the modules together
        self.on_comes_again: Callable[[int], None]
        self.on_talk_ends: Callable[[int], None]
        self.on_handle_ends: Callable[[int], None]
        # each agent's changes of state: when, and to what
        self.duty: list[list[tuple[int, int]]] = [[] for _ in program.agent_pool]
        for time, agent, state in zip(
            draws.duty_at.tolist(), draws.duty_agent.tolist(), draws.duty_state.tolist(), strict=True
        ):
            self.duty[agent].append((time, state))

    def _begin(self, agents: int, queues: int) -> None:
        # contacts: a row each in the Log, and what the Log does not say
        count = self.fresh
        self.talk_factor = [1000] * count  # per mille of talk: context kept, or self-service that failed
        self.story_lost = [-1] * count  # queue that lost the story, which has to be told again
        self.moves = [0] * count  # escalations and transfers so far
        self.legs_of = [0] * count
        self.right_queue = [-1] * count  # where a bot should have sent it
        self.past_fronts = [False] * count
        self.session = [-1] * count  # open row of the sessions table
        self.place = [0] * count  # fronts met so far
        self.session_outcome = [0] * count
        # issues
        self.alive = [0] * count  # contacts in progress or to come
        self.retries_made = [0] * count
        self.returns_made = [0] * count
        self.chasers_made = [0] * count
        self.complexity = [self._complexity(issue) for issue in range(count)] if self.journey else []
        # contacts to come: row of the one before, queue, cause, queue that lost the story, past the fronts
        self.to_come: list[tuple[int, int, Cause, int, bool]] = []
        self.contacts_made = [1] * count
        # legs
        self.since: list[int] = []  # the wait that counts in rankings began
        self.left: list[int] = []  # work left, as if the agent had nothing else
        self.phase: list[int] = []
        self.due: list[int] = []  # when the phase ends at the present pace
        self.paced_at: list[int] = []
        self.resumed_at: list[int] = []  # when the present stretch of work began
        self.in_pieces: list[bool] = []
        self.holder: list[int] = []  # agent who stays until the leg is answered, -1: nobody
        self.turn: list[int] = []  # of a conversation, from 0
        self.last_turn: list[bool] = []  # the customer did not answer in time
        self.goes_to: list[int] = []  # queue to which the agent will send the contact on, -1: none
        self.course: list[int] = []  # what is known of the talk beforehand; see treatment
        self.on_line_leg: list[bool] = []
        self.parked: dict[int, None] = {}  # conversations whose agent has left while the customer thinks
        # agents
        self.held_for = [-1] * agents  # leg until whose answer the agent stays
        self.hand: list[list[int]] = [[-1] * self._most_slots() for _ in range(agents)]
        self.in_hand = [0] * agents
        self.in_work = [0] * agents  # of those in hand: neither held nor waiting for the customer
        self.next_change = [0] * agents
        self.change_due = [False] * agents  # the contact in hand holds up the timetable
        self.wanted = [int(State.OFF)] * agents  # by the timetable
        self.on_line = [0] * queues  # waiting or talking, where lines are capped
        self.last_wait = [0] * queues
        self.on_duty = [0] * len(self.factor)  # people by pool
        self.is_on_duty = [False] * agents
        rules = len(self.rules.queue)
        self.rule_on = [False] * rules
        self.good: list[list[int]] = [[0] for _ in range(rules)]  # by period, of the watched queue
        self.judged: list[list[int]] = [[0] for _ in range(rules)]

    def _most_slots(self) -> int:
        return max(self.slots.slots, default=1)

    def _complexity(self, issue: int) -> int:
        return (bits(self.key[issue], 0, Purpose.COMPLEXITY) >> 33) * HARDEST >> 31

    def begin_contact(self, story_lost: int, past_fronts: bool) -> None:
        """Room for what the Log does not say about one more contact."""
        self.talk_factor.append(1000)
        self.story_lost.append(story_lost)
        self.moves.append(0)
        self.legs_of.append(0)
        self.right_queue.append(-1)
        self.past_fronts.append(past_fronts)
        self.session.append(-1)
        self.place.append(0)
        self.session_outcome.append(0)

    def begin_leg(self, contact: int, queue: int, entry: Entry) -> int:
        """The contact joins a queue; returns the leg's row."""
        self.legs_of[contact] += 1
        leg = self.record.queued(contact, self.legs_of[contact], queue, entry, self.now)
        self.since.append(self.now)
        self.left.append(-1)
        self.phase.append(TALK)
        self.due.append(-1)
        self.paced_at.append(-1)
        self.resumed_at.append(-1)
        self.in_pieces.append(False)
        self.holder.append(-1)
        self.turn.append(0)
        self.last_turn.append(False)
        self.goes_to.append(-1)
        self.course.append(0)
        self.on_line_leg.append(False)
        return leg

    def note_duty(self, agent: int, on_duty: bool) -> None:
        """The agent begins or ends being on duty, which counts for announced waits."""
        if on_duty != self.is_on_duty[agent]:
            self.is_on_duty[agent] = on_duty
            self.on_duty[self.agent_pool[agent]] += 1 if on_duty else -1

    # -- lines ----------------------------------------------------------------------------------------------

    def take_line(self, leg: int, queue: int) -> None:
        """The customer occupies a line, where lines are capped."""
        if self.lines[queue] >= 0:
            self.on_line[queue] += 1
            self.on_line_leg[leg] = True

    def release_line(self, leg: int, queue: int) -> None:
        """The customer has hung up."""
        if self.on_line_leg[leg]:
            self.on_line[queue] -= 1
            self.on_line_leg[leg] = False

    def is_drawn(self, leg: int) -> bool:
        """Is it the first leg of a fresh contact, in the queue for which the Draws were made?"""
        contact = self.record.contact_of(leg)
        return (
            contact < self.fresh
            and self.record.leg_of(leg) == 1
            and self.record.queue_of(leg) == self.record.queue_of_contact(contact)
        )

    # -- numbers --------------------------------------------------------------------------------------------

    def number(self, contact: int, salt: int, purpose: Purpose, leg: int = 0) -> int:
        """64 bits for this contact's issue, addressed by its number among the issue's contacts and a leg."""
        issue = self.record.issue_of(contact)
        return bits(self.key[issue], salt, purpose, self.record.number_of(contact), leg)

    def issue_number(self, contact: int, salt: int, purpose: Purpose) -> int:
        """64 bits for this contact's issue, the same for all contacts about it."""
        return bits(self.key[self.record.issue_of(contact)], salt, purpose, 0, 0)

    def happens(self, contact: int, salt: int, purpose: Purpose, chance: int, leg: int = 0) -> bool:
        """Does what has this chance happen?"""
        return chance > 0 and happens(self.number(contact, salt, purpose, leg), chance)

    def duration(self, contact: int, salt: int, purpose: Purpose, table: int, leg: int = 0) -> int:
        """A duration from a table; 0 where there is none."""
        if table < 0:
            return 0
        return looked_up(self.tables[table], self.number(contact, salt, purpose, leg))

    def threshold(self, contact: int, salt: int, purpose: Purpose, leg: int = 0) -> int:
        """What a score has to reach: a logistic variate in micro-logits."""
        table = self.tables[self.resolution.threshold_table]
        return looked_up(table, self.number(contact, salt, purpose, leg))

    # -- conditional rules ----------------------------------------------------------------------------------

    def count_in_rules(self, queue: int, waited: int) -> None:
        """A contact was answered after so long, or gave up (-1), for rules that watch the queue's level."""
        for rule, watched in enumerate(self.rules.watched):
            if watched == queue:
                self.judged[rule][-1] += 1
                self.good[rule][-1] += 0 <= waited <= self.rules.within[rule]

    # -- issues ---------------------------------------------------------------------------------------------

    def resolve(self, contact: int, outcome: IssueOutcome = IssueOutcome.RESOLVED) -> None:
        """The issue is over with this contact, unless it was before."""
        self.record.close_issue(self.record.issue_of(contact), outcome, self.now)

    def contact_over(self, contact: int) -> None:
        """Nothing more comes of this contact; the issue is given up when nothing else is under way."""
        issue = self.record.issue_of(contact)
        self.alive[issue] -= 1
        if self.alive[issue] == 0:
            self.record.close_issue(issue, IssueOutcome.GIVEN_UP, self.now)
