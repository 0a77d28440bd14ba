"""Write the made-up volume files and the roster that the sample scenarios read.

    python experiments/make_sample_volumes.py [FOLDER]

FOLDER (default: the repository's ``scenarios``) gets ``volumes/amazon_connect.csv``,
``volumes/calabrio_queue.csv``, ``volumes/calabrio_forecast.csv``, ``rosters/desk.csv``, and for the retail
bank ``volumes/billing.csv``, ``volumes/cards.csv`` and ``volumes/chat.csv``. Nothing in them is real:
intensities are straight lines between the hours named below, and counts are Poisson or, in forecasts, the
intensities themselves. The same numbers come out every time.
"""

from __future__ import annotations

import csv
import itertools
import math
import sys
import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

Corners = Sequence[tuple[float, float]]  # hour of the day, contacts per hour
Cells = Iterable[Sequence[object]]

BREAKDOWN: Corners = ((0, 7), (4, 5), (7, 26), (9, 30), (13, 24), (17, 34), (20, 20), (24, 7))
POLICIES: Corners = ((8, 14), (10, 30), (12.5, 20), (14.5, 27), (18, 10))
INSURANCE: Corners = ((8, 30), (10, 64), (12.5, 42), (14.5, 56), (18, 22))
CLAIMS: Corners = ((8, 18), (10, 34), (12.5, 24), (14.5, 30), (18, 12))
BILLING: Corners = (
    (7, 45),
    (9, 115),
    (10, 155),
    (12, 180),
    (13, 205),
    (15, 200),
    (16, 145),
    (18.5, 85),
    (21, 30),
)
CARDS: Corners = (
    (7, 90), (9, 240), (10, 315), (12, 380), (13, 440), (15, 420), (16, 315), (18.5, 215), (21, 90),
)  # fmt: skip
CARDS_CHAT: Corners = (
    (7, 35),
    (10, 95),
    (12.5, 115),
    (13.5, 160),
    (15, 155),
    (16, 115),
    (19.5, 90),
    (21, 45),
)
BANK_WEEK = (1.12, 1.04, 1.0, 0.97, 0.94, 0.55, 0.0)  # Monday to Sunday; nobody works on Sundays
SATURDAY = 0.45  # of a weekday's intensity, 09:00 to 14:00


def rate(corners: Corners, hour: float) -> float:
    """Contacts per hour at an hour of the day: straight lines between the corners, 0 outside."""
    for (left, low), (right, high) in itertools.pairwise(corners):
        if left <= hour < right:
            return low + (high - low) * (hour - left) / (right - left)
    return 0.0


def poisson(random: Random, mean: float) -> int:
    """Knuth's product of uniforms; fine for the small means of an interval."""
    limit, count, product = math.exp(-mean), 0, random.random()
    while product > limit:
        count += 1
        product *= random.random()
    return count


def write(path: Path, rows: Cells, delimiter: str = ",") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows(rows)


def amazon_connect() -> Iterator[Sequence[object]]:
    """A week of half hours in UTC that ends with the clock change of 25 October 2026 in Berlin."""
    yield (
        "QueueName", "QueueId", "ChannelType", "TimeStamp", "IntervalDuration", "IncomingContactVolume",
        "AverageHandleTime", "ContactsHandled",
    )  # fmt: skip
    random, zone = Random(20261019), ZoneInfo("Europe/Berlin")
    ids = {name: uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.example") for name in ("breakdown", "policies")}
    at = datetime(2026, 10, 19, tzinfo=zone).astimezone(UTC)
    end = datetime(2026, 10, 26, tzinfo=zone).astimezone(UTC)
    while at < end:
        local = at.astimezone(zone)
        hour = local.hour + local.minute / 60
        weekend = local.weekday() >= 5
        for name, channel, corners, mean_s in (
            ("breakdown", "VOICE", BREAKDOWN, 290 if 6 <= hour < 22 else 350),
            ("policies", "VOICE", POLICIES, 330),
            ("policies", "CHAT", POLICIES, 610),
        ):
            per_hour = rate(corners, hour) * (0.4 if channel == "CHAT" else 1)
            if (name == "policies" and weekend) or not per_hour:
                continue
            offered = poisson(random, per_hour / 2)
            handled = offered - sum(random.random() < 0.05 for _ in range(offered))
            handle_time = round(mean_s * random.uniform(0.85, 1.15)) if handled else 0
            stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
            yield name, ids[name], channel, stamp, "30mins", offered, handle_time, handled
        at += timedelta(minutes=30)


def open_quarters(first: date) -> Iterator[tuple[datetime, float]]:
    """Quarter hours of the insurer's week, weekdays 08-18 and Saturday 09-14, and the day's factor."""
    for number in range(6):
        day = datetime(first.year, first.month, first.day) + timedelta(days=number)
        opens, closes, factor = (9, 14, SATURDAY) if number == 5 else (8, 18, 1.0)
        for quarter in range(opens * 4, closes * 4):
            yield day + timedelta(minutes=15 * quarter), factor


def calabrio_forecast() -> Iterator[Sequence[object]]:
    """A forecast of two skills, sorted by skill: start, end, volume, task and after task time, agents."""
    for skill, corners, task, after in (("Claims", CLAIMS, 380, 95), ("Insurance", INSURANCE, 250, 60)):
        for at, factor in open_quarters(date(2026, 3, 2)):
            hour = at.hour + at.minute / 60
            volume = round(rate(corners, hour + 0.125) / 4 * factor, 2)
            busy = 1 + 0.1 * (hour - 13) / 5  # calls grow longer towards the evening
            agents = volume * (task + after) / 900 * 1.25
            until = at + timedelta(minutes=15)
            yield (
                skill, f"{at:%Y%m%d %H:%M}", f"{until:%Y%m%d %H:%M}", volume, round(task * busy, 2), after,
                round(agents, 2),
            )  # fmt: skip


def calabrio_queue() -> Iterator[Sequence[object]]:
    """A week of an ACD's queue statistics: 21 fields, totals in seconds, a title line as in some feeds."""
    yield (
        "interval", "date_from", "time", "queue", "queue_name", "offd_direct_call_cnt",
        "overflow_in_call_cnt",
        "aband_call_cnt", "overflow_out_call_cnt", "answ_call_cnt", "queued_and_answ_call_dur",
        "queued_and_aband_call_dur", "talking_call_dur", "wrap_up_dur", "queued_answ_longest_que_dur",
        "queued_aband_longest_que_dur", "avg_avail_member_cnt", "ans_servicelevel_cnt", "wait_dur",
        "aband_short_call_cnt", "aband_within_sl_cnt",
    )  # fmt: skip
    random = Random(20260302)
    queues = ((4711, "claims", CLAIMS, 380, 95), (4712, "insurance", INSURANCE, 250, 60))
    for at, factor in open_quarters(date(2026, 3, 2)):
        for number, name, corners, task, after in queues:
            offered = poisson(random, rate(corners, at.hour + at.minute / 60 + 0.125) / 4 * factor)
            abandoned = sum(random.random() < 0.05 for _ in range(offered))
            answered = offered - abandoned
            waits = sorted(round(random.expovariate(1 / 14)) for _ in range(answered))
            gave_up = sorted(round(random.expovariate(1 / 70)) for _ in range(abandoned))
            talk = sum(round(task * random.uniform(0.5, 1.5)) for _ in range(answered))
            wrap_up = sum(round(after * random.uniform(0.5, 1.5)) for _ in range(answered))
            yield (
                15, f"{at:%Y%m%d}", f"{at:%H:%M}", number, name, offered, 0, abandoned, 0, answered,
                sum(waits), sum(gave_up), talk, wrap_up, max(waits, default=0), max(gave_up, default=0), 0,
                sum(wait <= 20 for wait in waits), 0, sum(wait <= 5 for wait in gave_up),
                sum(5 < wait <= 20 for wait in gave_up),
            )  # fmt: skip


def desk() -> Iterator[Sequence[object]]:
    """Fourteen people for a week: early and late shifts, breaks, a training, a meeting, days off."""
    yield "agent_id", "date", "start", "end", "activity"
    people = (
        "Ada", "Bela", "Cem", "Dora", "Emil", "Fatma", "Greta", "Hugo", "Ines", "Jonas", "Kira", "Lars",
        "Mina", "Noor",
    )  # fmt: skip
    for number in range(5):
        day = date(2026, 3, 2) + timedelta(days=number)
        for place, name in enumerate(people):
            late = (place + number) % 2
            if (place + number) % len(people) == 3:
                yield name, day, "", "", "off"
                continue
            shift, lunch = (("09:30", "18:00"), 13 * 60 + 30) if late else (("08:00", "16:30"), 11 * 60 + 30)
            yield name, day, *shift, "work"
            begins = lunch + 15 * (place // 2 % 4)
            yield name, day, clock(begins), clock(begins + 30), "lunch"
            rest = (16 * 60 if late else 9 * 60 + 45) + 10 * (place // 2)
            yield name, day, clock(rest), clock(rest + 15), "break"
            if number == 1 and place < 4:
                yield name, day, "10:30", "11:15", "training"
        if number == 3:
            for place, name in enumerate(people[:7]):
                if (place + number) % len(people) != 3:
                    yield name, day, "14:45", "15:15", "meeting"


def clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def bank_forecast(queue: str, corners: Corners) -> Iterator[Sequence[object]]:
    """Two weeks of quarter hours of a retail bank: contacts that are offered, before the bot."""
    yield "interval_start", "queue", "offered"
    for number in range(14):
        day = datetime(2026, 3, 2) + timedelta(days=number)
        factor = BANK_WEEK[day.weekday()]
        for quarter in range(7 * 4, 21 * 4) if factor else ():
            at = day + timedelta(minutes=15 * quarter)
            yield f"{at:%Y-%m-%d %H:%M}", queue, round(rate(corners, quarter / 4 + 0.125) / 4 * factor, 2)


def main(folder: Path) -> None:
    write(folder / "volumes" / "amazon_connect.csv", amazon_connect())
    write(folder / "volumes" / "calabrio_forecast.csv", calabrio_forecast())
    write(folder / "volumes" / "calabrio_queue.csv", calabrio_queue(), delimiter=";")
    write(folder / "rosters" / "desk.csv", desk())
    for file, queue, corners in (
        ("billing", "billing", BILLING),
        ("cards", "cards", CARDS),
        ("chat", "cards_chat", CARDS_CHAT),
    ):
        write(folder / "volumes" / f"{file}.csv", bank_forecast(queue, corners))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent / "scenarios")
