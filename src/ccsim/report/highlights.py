"""What a run says of fronts, chats, work that waits, callbacks, resolution, incidents, scores and cost.

Sentences with numbers from the metrics, only of what the run has.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ccsim.kinds import Front
from ccsim.metrics.features import features
from ccsim.report.cells import Cell, Cells
from ccsim.report.mechanisms.words import money, span
from ccsim.report.told import Told
from ccsim.report.waits_told import announced, callbacks, several, waiting
from ccsim.report.wording import listed, percent, plural
from ccsim.units import DAY

if TYPE_CHECKING:
    import pandas as pd

    from ccsim.result import Run

REPEAT_DAYS = (7, 3, 1)  # a repeat within so many days counts; the longest that the run can judge
LEAST_JUDGED = 0.2  # of the contacts
LEAST_OF_ALL = 0.05  # of the contacts: a queue whose waits are looked at after incidents
DIFFERENT = 0.005  # of a share: what is worth an explanation


def had_by(run: Run) -> set[str]:
    """What any replication has beyond contacts that come, wait and are answered once."""
    return set().union(*(features(log) for log in run.logs))


def sections(told: Told, has: set[str]) -> list[tuple[str, list[str]]]:
    """(title, sentences) of everything that the run has."""
    found: list[tuple[str, list[str]]] = []
    if "journey" in has:
        found.append(("In front of people", [*_bots(told), *_self_service(told, has)]))
        found.append(("Was the issue resolved?", list(_resolved(told, has))))
    if "concurrency" in has:
        found.append(("Several contacts at once", list(several(told))))
    if "deferrable" in has:
        found.append(("Work that waits", list(waiting(told))))
    if "callbacks" in has or "announced" in has:
        found.append(("Announcements and callbacks", [*announced(told, has), *callbacks(told, has)]))
    if "incidents" in has and "journey" in has:
        found.append(("Incidents", list(_incidents(told))))
    if "satisfaction" in has or "cost" in has:
        found.append(("Scores and cost", [*_scores(told, has), *_cost(told, has)]))
    return [(title, items) for title, items in found if items]


# -- in front of people -------------------------------------------------------------------------------------


def _bots(told: Told) -> Iterator[str]:
    labels = told.run.logs[0].labels
    names = [n for n, kind in zip(labels.fronts, labels.front_kinds, strict=True) if kind == Front.BOT]
    if not names:
        return
    metrics = ["bot_sessions", "containment_rate", "bot_resolution_rate", "walk_away_rate", "handover_rate",
               "closed_unsolved_rate", "mean_bot_session"]  # fmt: skip
    cells = told.measure(metrics, "front")
    for name in names:
        sessions = cells.get("bot_sessions", name)
        if not sessions.value > 0:
            continue
        yield (
            f"{name}: {plural(round(sessions.value), 'session')} of "
            f"{span(cells.get('mean_bot_session', name).value)} on average. Containment (no person followed) "
            f"{told.share(cells.get('containment_rate', name))}; resolution (truly solved) "
            f"{told.share(cells.get('bot_resolution_rate', name))}; closed but not solved "
            f"{percent(cells.get('closed_unsolved_rate', name).value)}, left by the customer "
            f"{percent(cells.get('walk_away_rate', name).value)}, handed over "
            f"{percent(cells.get('handover_rate', name).value)}."
        )
    yield _deflection(told, names)


def _deflection(told: Told, names: Sequence[str]) -> str:
    bots = "the bot" if len(names) == 1 else "the bots"
    if told.deflection is None:
        return (
            f"Deflection, the contacts with people that {bots} really saved, needs a run of the same "
            f"customers without {bots}; ccsim run makes one."
        )
    return (
        f"Deflection: {told.share(told.deflection)} fewer contacts for people than the same customers bring "
        f"without {bots} (simulated as well)."
    )


def _self_service(told: Told, has: set[str]) -> Iterator[str]:
    if "self_service" in has:
        cells = told.measure(["self_service_sessions", "self_service_success"], "front")
        for (name,) in cells.keys:
            sessions = cells.get("self_service_sessions", name).value
            if sessions > 0:
                yield (
                    f"{name}: {plural(round(sessions), 'attempt')}, "
                    f"{told.share(cells.get('self_service_success', name))} of them solved the issue."
                )
    if "notice" in has:
        cells = told.measure(["prevented"], "front")
        for (name,) in cells.keys:
            prevented = cells.get("prevented", name).value
            if prevented > 0:
                yield f"{name}: made {plural(round(prevented), 'contact')} needless."


# -- resolution ---------------------------------------------------------------------------------------------


def _resolved(told: Told, has: set[str]) -> Iterator[str]:
    names = ["issues", "issues_open", "contacts", "contacts_per_issue", "resolution_rate", "fcr_true",
             "time_to_resolution_p50", "time_to_resolution_p90"]  # fmt: skip
    cells = told.measure(names)
    if not cells.get("issues").value > 0:
        return
    yield (
        f"Of the issues {told.share(cells.get('resolution_rate'))} were resolved, with "
        f"{cells.get('contacts_per_issue').value:.2f} contacts an issue; half of them within "
        f"{span(cells.get('time_to_resolution_p50').value)}, 90 % within "
        f"{span(cells.get('time_to_resolution_p90').value)} of the first contact."
    )
    yield _first_contact(told, cells)
    if "resolution_target" in has:
        by_queue = told.measure(["resolved_in_target"], "queue")
        labels = told.run.logs[0].labels
        for q, queue in enumerate(labels.queues):
            share = labels.resolution_share[q]
            met = by_queue.get("resolved_in_target", queue)
            if not math.isnan(share) and not math.isnan(met.value):
                within = span(labels.resolution_within_us[q] / 1e6)
                within += " of opening hours" if labels.business_hours and labels.business_hours[q] else ""
                yield (
                    f"{queue}: {told.share(met)} of the issues were resolved within {within}, the target is "
                    f"{percent(share, 0)}; issues opened later than {within} before the end are left out."
                )


def _first_contact(told: Told, cells: Cells) -> str:
    true = cells.get("fcr_true")
    text = (
        f"First-contact resolution: {told.share(true)} of the issues were truly resolved by the first "
        "contact, fronts included."
    )
    days, measured = _measured(told, cells.get("contacts").value)
    if not days:
        return (
            f"{text} As a center measures it, by nobody coming again within some days, it cannot be judged: "
            "the run is too short."
        )
    text += (
        f" Measured as a center can, by nobody coming again within {plural(days, 'day')}, it is "
        f"{told.share(measured)}"
    )
    if measured.value > true.value + DIFFERENT:
        text += ": who gives up, or comes back later than that, counts as helped"
    elif measured.value < true.value - DIFFERENT:
        text += ": who comes again for another reason than an unresolved issue counts as not helped"
    return f"{text}. Contacts of the last {plural(days, 'day')} of the run are left out of it."


def _measured(told: Told, contacts: float) -> tuple[int, Cell]:
    """The longest time of repeats that enough contacts can be judged by, and what it gives; 0: none."""
    length = told.run.logs[0].labels.ends_at
    for days in REPEAT_DAYS:
        if days * DAY >= length:
            continue
        cell = told.measure([f"fcr_repeat_{days}d"]).get(f"fcr_repeat_{days}d")
        judged = cell.weight / len(told.run.logs)
        if not math.isnan(cell.value) and judged >= LEAST_JUDGED * contacts:
            return days, cell
    return 0, Cell()


# -- incidents, scores, cost --------------------------------------------------------------------------------


def _incidents(told: Told) -> Iterator[str]:
    """Each incident with the queues whose waits were away from normal for longest.

    Queues with few contacts, and such as wait overnight, have no normal wait from hour to hour; they are told
    of where all others were back to normal at once.
    """
    labels = told.run.logs[0].labels
    offered = told.measure(["offered"], "queue")
    least = LEAST_OF_ALL * sum(offered.get("offered", queue).value for queue in labels.queues)
    counted = [
        queue
        for q, queue in enumerate(labels.queues)
        if offered.get("offered", queue).value >= least and not (labels.deferrable and labels.deferrable[q])
    ]
    table = told.run.recovery
    if "replication" not in table:
        table = table.assign(replication=1)
    is_counted = table["queue"].isin(counted)
    for incident in dict.fromkeys(name for name, _, _ in labels.incidents):
        judged = table[(table["incident"] == incident) & table["recovery_s"].notna()]
        mine = judged[is_counted.loc[judged.index]]
        if mine.empty:
            yield f"{incident}: too few contacts came after it to see waits go back to normal."
            continue
        late = _late(mine)
        if not late:
            mine = judged
            late = _late(mine)
        failed = int((~mine["recovered"]).groupby(mine["replication"]).any().sum())
        if not late:
            yield f"{incident}: waits were as usual as soon as it was over."
            continue
        worst = sorted(late, key=lambda queue: -late[queue])
        said = listed(f"{queue} {span(late[queue])}" for queue in worst[:3])
        text = f"{incident}: until waits were back to normal after its end it took {said} on average"
        if failed:
            runs = len(told.run.logs)
            text += (
                "; not before the end of the run"
                if runs == 1
                else f"; in {failed} of {runs} replications not before the end of the run"
            )
        yield f"{text}."


def _late(table: pd.DataFrame) -> dict[str, float]:
    """Queues whose waits were not back to normal at once, with the mean of the seconds it took."""
    mean = table.groupby("queue", sort=False)["recovery_s"].mean()
    return {str(queue): float(value) for queue, value in mean.items() if value > 0}


def _scores(told: Told, has: set[str]) -> Iterator[str]:
    if "satisfaction" not in has:
        return
    scale = told.run.logs[0].labels.satisfaction
    assert scale is not None
    names = ["satisfaction", "satisfaction_top2", *(["survey_satisfaction"] if "survey" in has else [])]
    cells = told.measure(names)
    score, top = cells.get("satisfaction"), cells.get("satisfaction_top2")
    half = "" if math.isnan(score.half_width) else f" {told.sign}{score.half_width:.2f}"
    text = (
        f"Satisfaction {score.value:.2f}{half} on the scale from {scale.low:g} to {scale.high:g}; "
        f"{percent(top.value)} give one of the two best scores"
    )
    survey = cells.get("survey_satisfaction")
    if not math.isnan(survey.value):
        text += f"; a survey of those who answer shows {survey.value:.2f}"
    yield f"{text}."


def _cost(told: Told, has: set[str]) -> Iterator[str]:
    if "cost" not in has:
        return
    cells = told.measure(
        ["cost", "cost_of_agents", "cost_of_sessions", "cost_per_contact", "cost_per_resolution"]
    )
    total, agents, sessions, contact, resolution = (
        cells.get(name).value
        for name in ("cost", "cost_of_agents", "cost_of_sessions", "cost_per_contact", "cost_per_resolution")
    )
    text = f"Cost {money(total)} of paid hours"
    if sessions > 0:
        text = f"Cost {money(total)}: {money(agents)} of paid hours"
        text += f" and {money(sessions)} of bots, self-service and notices"
    text += f"; {money(contact)} a handled contact"
    if not np.isnan(resolution):
        text += f", {money(resolution)} a resolved issue"
    yield f"{text}."
