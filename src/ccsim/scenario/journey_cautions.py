"""What is allowed of the journey through queues but perhaps not meant, or has no effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ccsim import units
from ccsim.scenario.arrivals import PerDay
from ccsim.scenario.channels import VOICE, Channel
from ccsim.scenario.hours import BUILT_IN_SHAPES
from ccsim.scenario.journey_rules import loops
from ccsim.scenario.messages import Located
from ccsim.scenario.model import Scenario
from ccsim.scenario.parts import Queue
from ccsim.scenario.promises import Ticket

Findings = Iterator[Located]


def channel_of(scenario: Scenario, queue: Queue) -> Channel:
    """The channel of a queue; voice need not be declared."""
    return scenario.channels.get(queue.channel, Channel())


def fed_queues(scenario: Scenario) -> set[str]:
    """Queues to which contacts come: forecast or recorded ones, or others that follow from them."""
    fed = {name for name, queue in scenario.queues.items() if queue.arrivals is not None}
    fed |= {notice.queue for notice in scenario.notices.values() if notice.false_alarms > 0}
    reached: set[str] = set()
    while fed - reached:
        name = min(fed - reached)
        reached.add(name)
        fed |= _sends_to(scenario, name) & scenario.queues.keys()
    return reached


def _sends_to(scenario: Scenario, name: str) -> set[str]:
    """Queues to which contacts of a queue may go, now or later."""
    queue = scenario.queues[name]
    parts = (queue.after_abandon, queue.deflection, queue.escalation, queue.transfer)
    to = {part.to for part in parts if part is not None and part.to is not None}
    if queue.after_unresolved is not None:
        to |= {other for other, share in (queue.after_unresolved.to or {}).items() if share > 0}
    if queue.promise is not None:
        promise = queue.promise
        to |= {part.to for part in (promise.chaser, promise.escalate, promise.complaint) if part and part.to}
    if isinstance(queue.outside_hours, Ticket):
        to.add(queue.outside_hours.ticket)
    for bot in scenario.bots.values():
        if name in bot.serves:
            to |= {bot.bounce_back.to} if bot.bounce_back is not None and bot.bounce_back.to else set()
            to |= set(bot.misrouted.to) if bot.misrouted is not None else set()
    for event in scenario.events.values():
        if event.duplicates is not None and (event.queues is None or name in event.queues):
            to.add(event.duplicates.to)
    return to


def queues_to_which_nothing_comes(scenario: Scenario) -> Findings:
    """Queues without arrivals that nothing feeds."""
    fed = fed_queues(scenario)
    for name in scenario.queues:
        if name in fed:
            continue
        feeders = [other for other in scenario.queues if name in _sends_to(scenario, other)]
        also = f", nor to {' and '.join(feeders)}, which could send it contacts" if feeders else ""
        yield Located(("queues", name), f"has no arrivals; nothing comes to it{also}", at_key=True)


def channels_without_a_queue(scenario: Scenario) -> Findings:
    """Channels that no queue uses."""
    used = {queue.channel for queue in scenario.queues.values()}
    for name, channel in scenario.channels.items():
        if name in used or (name == VOICE and channel == Channel()):
            continue
        said = f"; concurrency {channel.concurrency} has no effect" if channel.concurrency > 1 else ""
        yield Located(("channels", name), f"no queue comes by this channel{said}", at_key=True)


def loops_of_queues(scenario: Scenario) -> Findings:
    """Contacts that may be sent round in a circle."""
    queues = scenario.queues.items()
    up = {name: queue.escalation.to if queue.escalation else None for name, queue in queues}
    aside = {name: queue.deflection.to if queue.deflection else None for name, queue in queues}
    late = {
        name: queue.promise.escalate.to if queue.promise and queue.promise.escalate else None
        for name, queue in queues
    }
    for keys, ways, bound in (
        (("escalation",), up, _hand_overs),
        (("deflection",), aside, lambda *_: "a contact takes such an offer at most twice"),
        (("promise", "escalate"), late, lambda *_: "who waits long goes round in it until somebody answers"),
    ):
        for loop in loops(ways):
            around = " -> ".join([*loop, loop[0]])
            yield Located(("queues", loop[0], *keys, "to"), f"{around} is a loop; {bound(scenario, loop)}")


def _hand_overs(scenario: Scenario, loop: Sequence[str]) -> str:
    """How often a contact is handed over in a loop of escalations before it stays where it is."""
    bounds = sorted({up.at_most for name in loop if (up := scenario.queues[name].escalation) is not None})
    most = " to ".join(dict.fromkeys((str(bounds[0]), str(bounds[-1]))))
    plural = "" if most == "1" else "s"
    return f"after {most} hand-over{plural} (escalation.at_most) a contact is treated where it is"


def days_that_are_laid_over_the_night(scenario: Scenario) -> Findings:
    """A day's volume in a built-in shape, which goes over 24 hours as soon as contacts come outside hours."""
    for name, queue in scenario.queues.items():
        spec = queue.arrivals
        if queue.outside_hours == "not_offered" or not isinstance(spec, PerDay) or spec.hours is not None:
            continue
        if isinstance(spec.shape, str) and spec.shape in BUILT_IN_SHAPES:
            message = (
                f"the shape {spec.shape} lies over 00:00-24:00, because contacts come outside opening hours, "
                "too; say when they come, e.g. hours: 06:00-22:00"
            )
            yield Located(("queues", name, "arrivals"), message)


def escalations_without_a_cause(scenario: Scenario) -> Findings:
    """Escalations that never happen, and estimates that nobody asks for."""
    for name, queue in scenario.queues.items():
        if queue.escalation is None:
            continue
        path = ("queues", name, "escalation")
        by_authority = queue.authority is not None and queue.authority.without == "escalate"
        if not queue.escalation.share and queue.escalation.above is None and not by_authority:
            yield Located(path, "escalates nothing; give share, e.g. 12%, or above, e.g. 70%", at_key=True)
        if queue.escalation.estimate_error and queue.escalation.above is None:
            yield Located((*path, "estimate_error"), "has no effect without above")


def returns_without_a_cause(scenario: Scenario) -> Findings:
    """Returns and complaints of unresolved issues where every answered contact resolves its issue."""
    for name, queue in scenario.queues.items():
        refuses = queue.authority is not None and queue.authority.without == "refuse"
        if refuses or (queue.resolution is not None and queue.resolution.share < 1):
            continue
        why = "has no effect: every answered contact resolves its issue; give resolution, e.g. 70%"
        if queue.after_unresolved is not None:
            yield Located(("queues", name, "after_unresolved"), why, at_key=True)
        complaint = queue.promise.complaint if queue.promise is not None else None
        if complaint is not None and complaint.unresolved:
            yield Located(("queues", name, "promise", "complaint", "unresolved"), why)


def deferrable_work_that_is_given_up(scenario: Scenario) -> Findings:
    """Customers who write and give up before the answer is due, and closing rules without effect."""
    for name, queue in scenario.queues.items():
        if not channel_of(scenario, queue).deferrable:
            continue
        mean = queue.patience.law().mean() * units.SECOND
        if mean < max(queue.service_level.within, units.HOUR):
            message = (
                f"{queue.patience.phrase()} is short for the channel {queue.channel!r}, where work waits "
                "overnight; write patience: never"
            )
            yield Located(("queues", name, "patience"), message)
        if queue.closing != "drain":
            message = f"has no effect: the channel {queue.channel!r} is deferrable"
            yield Located(("queues", name, "closing"), message)


def silence_of_those_who_stay(scenario: Scenario) -> Findings:
    """Silent abandonment on channels where nobody gives up."""
    for name, channel in scenario.channels.items():
        if channel.silent_abandon is None:
            continue
        queues = [queue for queue in scenario.queues.values() if queue.channel == name]
        if queues and all(queue.patience.kind == "never" for queue in queues):
            message = "has no effect: nobody gives up on this channel"
            yield Located(("channels", name, "silent_abandon"), message, at_key=True)


def several_callers_at_once(scenario: Scenario) -> Findings:
    """Agents who have more than one contact of the voice channel open."""
    voice = scenario.channels.get(VOICE)
    if voice is not None and voice.concurrency > 1:
        message = f"an agent would speak with {voice.concurrency} callers at once; 1 is usual for voice"
        yield Located(("channels", VOICE, "concurrency"), message)


def weights_that_do_not_count(scenario: Scenario) -> Findings:
    """Weights of queues while the routing does not ask for them."""
    if "weighted_wait" in scenario.routing.contact:
        return
    for name, queue in scenario.queues.items():
        if queue.weight != 1:
            message = "has no effect; add weighted_wait to routing.contact"
            yield Located(("queues", name, "weight"), message)


JOURNEY_CAUTIONS: tuple[Callable[[Scenario], Findings], ...] = (
    queues_to_which_nothing_comes,
    channels_without_a_queue,
    loops_of_queues,
    days_that_are_laid_over_the_night,
    escalations_without_a_cause,
    returns_without_a_cause,
    deferrable_work_that_is_given_up,
    silence_of_those_who_stay,
    several_callers_at_once,
    weights_that_do_not_count,
)
