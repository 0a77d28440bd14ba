"""What must hold of bots, self-service, notices and events: one rule, one function, named as the rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ccsim import units
from ccsim.scenario.messages import Located
from ccsim.scenario.raw import Data, Findings, entries, may_be_never, named, no_such, shares_make_a_whole
from ccsim.scenario.yaml_marks import Path

SECTIONS = ("notices", "self_service", "bots")  # in the order in which a contact meets them


def fronts_name_known_queues(data: Data) -> Findings:
    """Bots, self-service and notices stand in front of queues that exist, and send contacts to such."""
    known = list(entries(data, "queues"))
    for path, name, at_key in _queues_named(data):
        if name not in known:
            yield Located(path, no_such("queue", name, known), at_key=at_key)


def _queues_named(data: Data) -> Iterator[tuple[Path, str, bool]]:
    for section in ("self_service", "bots"):
        for front, entry in entries(data, section).items():
            for place, name in named(entry.get("serves")):
                yield (section, front, "serves", *place), name, False
    for front, entry in entries(data, "bots").items():
        back, wrong = entry.get("bounce_back"), entry.get("misrouted")
        if isinstance(back, dict) and isinstance(back.get("to"), str) and back["to"]:
            yield ("bots", front, "bounce_back", "to"), back["to"], False
        if isinstance(wrong, dict) and isinstance(wrong.get("to"), dict):
            for name in wrong["to"]:
                yield ("bots", front, "misrouted", "to", name), name, True
    for front, entry in entries(data, "notices").items():
        if isinstance(entry.get("queue"), str):
            yield ("notices", front, "queue"), entry["queue"], False


def a_queue_has_one_bot(data: Data) -> Findings:
    """Two bots in a row in front of one queue would not know of each other."""
    first: dict[str, str] = {}
    for bot, entry in entries(data, "bots").items():
        for place, queue in named(entry.get("serves")):
            if queue in first and first[queue] != bot:
                message = f"{queue} has the bot {first[queue]} already; a queue has one bot at most"
                yield Located(("bots", bot, "serves", *place), message)
            first.setdefault(queue, bot)


def fronts_have_different_names(data: Data) -> Findings:
    """Bots, self-service and notices are one list in tables of results."""
    seen: dict[str, str] = {}
    for section in SECTIONS:
        for name in entries(data, section):
            if name in seen:
                message = f"is the name of one of {seen[name]} too; results tell them apart by name"
                yield Located((section, name), message, at_key=True)
            seen.setdefault(name, section)


def shares_by_queue_name_each_served_queue(data: Data) -> Findings:
    """A map of shares says something of every queue that is served, and of no other."""
    for section, keys in (("bots", ("entry", "containment")), ("self_service", ("attempt", "success"))):
        for front, entry in entries(data, section).items():
            serves = [name for _, name in named(entry.get("serves"))]
            for key in keys:
                shares = entry.get(key)
                if not isinstance(shares, dict) or not shares or not serves:
                    continue
                path: Path = (section, front, key)
                for queue in shares:
                    if queue not in serves:
                        message = no_such("served queue", queue, serves)
                        yield Located((*path, queue), message, at_key=True)
                missing = [queue for queue in serves if queue not in shares]
                if missing:
                    yield Located(path, f"says nothing of {', '.join(missing)}", at_key=True)


def sessions_of_a_bot_add_up(data: Data) -> Findings:
    """Who is contained does not walk away: together at most all sessions."""
    for bot, entry in entries(data, "bots").items():
        walks = _share(entry.get("walk_away"))
        contained = entry.get("containment")
        shares = contained if isinstance(contained, dict) else {"": contained}
        for queue, given in shares.items():
            share = _share(given)
            if walks + share > 1 + 1e-9:
                of = f" of {queue}" if queue else ""
                message = (
                    f"containment{of} and walk_away are shares of all sessions; "
                    f"{_text(share)} and {_text(walks)} are together more than 100%"
                )
                yield Located(("bots", bot, "walk_away"), message)


def contained_contacts_add_up(data: Data) -> Findings:
    """Of the contained ones, some bounce back and some stay unsolved: together at most all."""
    for bot, entry in entries(data, "bots").items():
        back = entry.get("bounce_back")
        bounces = _share(back.get("share")) if isinstance(back, dict) else 0.0
        unsolved = _share(entry.get("unsolved"))
        if bounces + unsolved > 1 + 1e-9:
            message = (
                f"bounce_back.share and unsolved are shares of the contained ones; {_text(bounces)} and "
                f"{_text(unsolved)} are together more than 100%"
            )
            yield Located(("bots", bot, "unsolved"), message)


def shares_of_wrong_queues_add_up(data: Data) -> Findings:
    """The queues to which a bot misroutes have together 100%."""
    for bot, entry in entries(data, "bots").items():
        wrong = entry.get("misrouted")
        to = wrong.get("to") if isinstance(wrong, dict) else None
        if to:
            yield from shares_make_a_whole(to, ("bots", bot, "misrouted", "to"))


def fronts_come_to_an_end(data: Data) -> Findings:
    """Sessions end, and who comes back does come."""
    places: list[tuple[Path, Any]] = []
    for page, entry in entries(data, "self_service").items():
        places.append((("self_service", page, "takes"), entry.get("takes")))
    for bot, entry in entries(data, "bots").items():
        places.append((("bots", bot, "talk"), entry.get("talk")))
        for key in ("bounce_back", "retry_after_walk_away"):
            if isinstance(entry.get(key), dict):
                places.append((("bots", bot, key, "delay"), entry[key].get("delay")))
    for event, entry in entries(data, "events").items():
        if isinstance(entry.get("duplicates"), dict):
            places.append((("events", event, "duplicates", "delay"), entry["duplicates"].get("delay")))
    for path, law in places:
        if may_be_never(law):
            yield Located(path, "'never' is for patience; this comes to an end")


def false_alarms_need_talk(data: Data) -> Findings:
    """Recorded contacts bring their handle times; contacts that a notice causes do not."""
    queues = entries(data, "queues")
    for notice, entry in entries(data, "notices").items():
        name = entry.get("queue")
        queue = queues.get(name) if isinstance(name, str) else None
        arrivals = queue.get("arrivals") if queue else None
        recorded = isinstance(arrivals, dict) and "trace" in arrivals
        if entry.get("false_alarms") and recorded and queue is not None and queue.get("talk") is None:
            message = f"queue {name} has a trace; give it talk, which false alarms are drawn from"
            yield Located(("notices", notice, "false_alarms"), message)


def events_name_known_entries(data: Data) -> Findings:
    """An event touches groups, bots and queues that exist."""
    queues, groups = list(entries(data, "queues")), list(entries(data, "agent_groups"))
    fronts = [name for section in ("self_service", "bots") for name in entries(data, section)]
    for event, entry in entries(data, "events").items():
        for place, name in named(entry.get("groups")):
            if name not in groups:
                yield Located(("events", event, "groups", *place), no_such("agent group", name, groups))
        for place, name in named(entry.get("bot_down")):
            if name not in fronts:
                message = no_such("bot or self-service", name, fronts)
                yield Located(("events", event, "bot_down", *place), message)
        second = entry.get("duplicates")
        to = second.get("to") if isinstance(second, dict) else None
        if isinstance(to, str) and to not in queues:
            yield Located(("events", event, "duplicates", "to"), no_such("queue", to, queues))


def _share(value: Any) -> float:
    """A share that can be read, else 0: its field complains."""
    try:
        return units.parse_share(value)
    except (ValueError, AttributeError, TypeError):
        return 0.0


def _text(share: float) -> str:
    return units.format_share(round(share, 8))


FRONT_RULES = (
    fronts_name_known_queues,
    a_queue_has_one_bot,
    fronts_have_different_names,
    shares_by_queue_name_each_served_queue,
    sessions_of_a_bot_add_up,
    contained_contacts_add_up,
    shares_of_wrong_queues_add_up,
    fronts_come_to_an_end,
    false_alarms_need_talk,
    events_name_known_entries,
)
