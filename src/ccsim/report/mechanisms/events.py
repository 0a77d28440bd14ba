"""Windows in which the world is not as usual, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator

from ccsim.report.mechanisms.words import lasting, when
from ccsim.report.wording import listed, round_percent
from ccsim.scenario.events import Event
from ccsim.scenario.model import Scenario


def event_sentences(scenario: Scenario) -> Iterator[str]:
    """One sentence an event; nothing where all of them change volumes only."""
    if not any(_beyond_volume(event) for event in scenario.events.values()):
        return
    for name, event in scenario.events.items():
        effects = list(_effects(event))
        yield f"{name} ({when(event)}): {listed(effects) if effects else 'changes nothing'}."


def _beyond_volume(event: Event) -> bool:
    return bool(event.talk != 1 or event.down or event.absence or event.bot_down or event.duplicates)


def _effects(event: Event) -> Iterator[str]:
    queues = listed(event.queues) if event.queues else "all queues"
    groups = listed(event.groups) if event.groups else "all groups"
    if event.volume != 1:
        yield f"{event.volume:g} times the volume of {queues}"
    if event.talk != 1:
        yield f"talk of {groups} takes {event.talk:g} times as long"
    if event.down:
        yield f"nobody of {groups} can take a contact"
    if event.absence:
        yield f"{round_percent(event.absence)} more of the shifts of {groups} are missed"
    if event.bot_down:
        yield f"{listed(event.bot_down)} {'is' if len(event.bot_down) == 1 else 'are'} out of order"
    if event.duplicates is not None:
        twice = event.duplicates
        yield (
            f"{round_percent(twice.share)} of the contacts of {queues} come by {twice.to}, too, after "
            f"{lasting(twice.delay)}"
        )
