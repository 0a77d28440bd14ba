"""Six questions that planners ask, played and answered: figures and the page ``docs/how-to/studies.md``.

    python experiments/make_studies.py                 # renews the page and its figures; some seconds
    python experiments/make_studies.py --replications 2 --out DIR

Every number on the page is put there by this script; each question is an experiment file beside it.
"""

from __future__ import annotations

import argparse
import tempfile
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import pandas as pd

import ccsim
from ccsim.experiments.answering.thresholds import Threshold
from ccsim.experiments.comparing.comparison import compare_rows, only_whole
from ccsim.experiments.comparing.saying import change_text, difference_sentence, value_text
from ccsim.experiments.sweep import Sweep, run_plan

ROOT = Path(__file__).parents[1]
MOST_HELPERS = 60


@dataclass
class Answers:
    """Values of a sweep by name, and differences that share the luck."""

    sweep: Sweep

    def __post_init__(self) -> None:
        self.table = self.sweep.estimates()
        self.points = self.sweep.points()
        self.cases = list(self.sweep.plan.cases)

    def rows(self, metric: str, case: str, **by: Any) -> pd.DataFrame:
        """Estimates of a metric, for the whole center unless ``by`` says where."""
        found = self.table[(self.table["metric"] == metric) & (self.table["case"] == case)]
        for key in self.sweep.plan.by:
            found = found[found[key].astype(str) == str(by.get(key, "all"))]
        return found

    def value(self, metric: str, case: str, place: int = 0, **by: Any) -> float:
        """Of the point at this place of the case."""
        return float(self.rows(metric, case, **by)["value"].iloc[place])

    def text(self, metric: str, case: str, place: int = 0, **by: Any) -> str:
        return value_text(metric, self.value(metric, case, place, **by))

    def varied(self) -> list[Any]:
        """The values of the address that varies."""
        address = next(iter(self.sweep.plan.vary))
        return list(dict.fromkeys(self.points[address]))

    def people(self, group: str, most: int, as_good_as: dict[str, Any], instead: dict[str, Any]) -> Threshold:
        """The fewest of a group, up to ``most``, with which the service level is as good, in these worlds."""
        plan = self.sweep.plan
        return ccsim.break_even(
            plan.base,
            f"agent_groups.{group}.headcount",
            [0, most],
            as_good_as=as_good_as,
            instead=instead,
            seed=plan.seed,
            replications=plan.replications,
        )

    def difference(self, metric: str, case: str, base: str, place: int = 0) -> dict[str, Any]:
        """The row of a comparison at one point."""
        rows = [row for row in only_whole(self.sweep.store.rows(failed=False))
                if row.case in (case, base)]  # fmt: skip
        compared = compare_rows(rows, base, [metric], self.sweep.plan.by)
        row = compared[compared["case"] == case].iloc[place].to_dict()
        return {str(key): value for key, value in row.items()}

    def sentence(self, metric: str, case: str, base: str, place: int = 0) -> str:
        """The difference at one point, with its interval."""
        return difference_sentence(self.difference(metric, case, base, place), base, 0.95)


def lines(found: Answers, axes: Any, metric: str, address: str) -> None:
    """A metric against what varies, a line a case."""
    for case in found.cases:
        rows = found.rows(metric, case)
        axes.errorbar(
            found.varied(), 100 * rows["value"], 100 * rows["half_width"], fmt="o-", capsize=3, label=case
        )
    axes.set(xlabel=address, ylabel=f"{metric.replace('_', ' ')}, %")
    axes.legend(frameon=False)


def volume(found: Answers, axes: Any) -> str:
    lines(found, axes, "service_level", "people")
    axes.axhline(100 * found.value("service_level", "as planned"), color="gray", linewidth=1, linestyle=":")
    axes.set_xticks(found.varied())
    people = found.varied()
    (answer,) = found.sweep.crossings("service_level", case="20% more", as_good_as=("as planned", 1))
    restored = f"Even {people[-1]} people do not restore it"
    if answer.value is not None:
        added = answer.value - people[0]
        restored = (
            f"{answer.said[0]} people restore it{answer.surely()}, {added:.0f} more: "
            f"{added / people[0]:.0%} more people for 20 % more calls"
        )
    return (
        f"With {people[0]} people and a fifth more calls, service level falls from "
        f"{found.text('service_level', 'as planned')} to {found.text('service_level', '20% more')}, and "
        f"{found.text('abandon_rate', '20% more')} of the callers give up instead of "
        f"{found.text('abandon_rate', 'as planned')}. {restored}, as larger groups are busier at the same "
        "service. What is out of proportion is the harm if nobody is added."
    )


def cross_training(found: Answers, axes: Any) -> str:
    width = 0.25
    for number, queue in enumerate(("billing", "tech", "all")):
        values = [100 * found.value("service_level", case, queue=queue) for case in found.cases]
        places = [place + (number - 1) * width for place in range(len(values))]
        axes.bar(places, values, width, label="both" if queue == "all" else queue)
    axes.set_xticks(range(len(found.cases)), [textwrap.fill(case, 14) for case in found.cases])
    axes.set(ylabel="service level, %", ylim=(50, 90))
    axes.legend(frameon=False, ncols=3)
    base, full, slow = found.cases[0], found.cases[-1], found.cases[1]
    return (
        f"Tech, the line in need, gains: from {found.text('service_level', base, queue='tech')} to "
        f"{found.text('service_level', full, queue='tech')} at full speed, and still to "
        f"{found.text('service_level', slow, queue='tech')} at 60 % of it. Billing pays: from "
        f"{found.text('service_level', base, queue='billing')} to "
        f"{found.text('service_level', full, queue='billing')} and "
        f"{found.text('service_level', slow, queue='billing')}. For both lines together it "
        "depends on their speed. "
        f"{found.sentence('service_level', full, base)} {found.sentence('service_level', slow, base)} "
        "So the speed in the second skill decides whether this cross-training is worth its price."
    )


def containment(found: Answers, axes: Any) -> str:
    shares = [float(str(value).rstrip("%")) for value in found.varied()]  # as written: 30%
    reported, wrong = found.rows("containment_rate", "base"), found.rows("false_containment_rate", "base")
    true = [r * (1 - w) for r, w in zip(reported["value"], wrong["value"], strict=True)]
    axes.plot(shares, shares, ":", color="gray", label="promised")
    axes.plot(shares, 100 * reported["value"], "o-", label="reported")
    axes.plot(shares, [100 * value for value in true], "o-", label="without those who come back")
    axes.set(xlabel="containment of the scenario, %", ylabel="of all who meet the bot, %")
    axes.legend(frameon=False)
    last = len(shares) - 1
    gained = found.value("containment_rate", "base", last) - found.value("containment_rate", "base")
    return (
        "From 30 % to 45 % containment, what the bot reports rises from "
        f"{found.text('containment_rate', 'base')} to {found.text('containment_rate', 'base', last)}: "
        f"{change_text('containment_rate', gained)}, "
        "not 15, because some walk away and some ask for a person before it could help. Of the contained "
        f"{found.text('false_containment_rate', 'base')} and then "
        f"{found.text('false_containment_rate', 'base', last)} were not solved and come back; without them "
        f"it is {true[0]:.1%} and {true[-1]:.1%}. The calls that are left are a little harder: average "
        "handle "
        f"time goes from {found.text('aht', 'base')} to {found.text('aht', 'base', last)}. The people's "
        f"occupancy falls from {found.text('occupancy', 'base')} to "
        f"{found.text('occupancy', 'base', last)}: that, and not the "
        "reported rate, is what the bot saves."
    )


def concurrency(found: Answers, axes: Any) -> str:
    lines(found, axes, "service_level", "people")
    axes.axhline(85, color="gray", linewidth=1, linestyle=":")
    axes.set_xticks(found.varied())
    needed = {}
    for case in found.cases:
        values = found.rows("service_level", case)["value"]
        needed[case] = next((n for n, v in zip(found.varied(), values, strict=True) if v >= 0.85), None)
    most = found.varied()[-1]
    said = ", ".join(f"{case} {count or f'more than {most}'}" for case, count in needed.items())
    return (
        f"People needed for 85 % within a minute: {said}. The second conversation saves most, the third "
        f"little, as everybody slows down. The customer pays: with {found.varied()[1]} people a "
        "conversation takes "
        f"{found.text('session_time', found.cases[0], 1)} one at a time, "
        f"{found.text('session_time', found.cases[1], 1)} beside another and "
        f"{found.text('session_time', found.cases[2], 1)} with up to three; but "
        f"{found.text('abandon_rate', found.cases[0], 1)}, {found.text('abandon_rate', found.cases[1], 1)} "
        "and "
        f"{found.text('abandon_rate', found.cases[2], 1)} of them give up waiting for it."
    )


def weeks(found: Answers, case: str) -> list[float]:
    """Service level of each week: that of its days, weighted by their contacts."""
    days = found.table[(found.table["case"] == case) & (found.table["day"].astype(str) != "all")]
    wide = days.pivot(index="day", columns="metric", values="value").dropna()
    week = (pd.to_datetime(wide.index) - pd.Timestamp("2026-03-02")).days // 7
    parts = (wide["service_level"] * wide["offered"]).groupby(week).sum()
    return [float(value) for value in parts / wide["offered"].groupby(week).sum()]


def intake(found: Answers, axes: Any) -> str:
    found_weeks = {case: weeks(found, case) for case in found.cases}
    for case, values in found_weeks.items():
        axes.plot(range(1, len(values) + 1), [100 * value for value in values], "o-", label=case)
    axes.set(xlabel="week", ylabel="service level, %")
    axes.legend(frameon=False)
    new, none, skilled = (found_weeks[case] for case in found.cases)
    pays = next((n for n, pair in enumerate(zip(new, none, strict=True), 1) if pair[0] > pair[1]), None)
    level = next(
        (n for n, pair in enumerate(zip(new, skilled, strict=True), 1) if pair[1] - pair[0] < 0.01), None
    )
    there = f"in week {level} they are as good as experienced people" if level else (
        f"even in week {len(new)} they are {change_text('service_level', skilled[-1] - new[-1])} short of "
        "experienced people")  # fmt: skip
    return (
        f"In the first week they sit in a classroom: service level is {new[0]:.1%} with the intake, "
        f"{none[0]:.1%} "
        f"without it. The intake helps from week {pays} on ({new[1]:.1%} against {none[1]:.1%} in the "
        "second, "
        f"although a coach is taken off the phones), and {there}. "
        f"Planning as if they knew everything from the first day promises {skilled[0]:.1%} for that week. "
        f"{restoring(found)}"
    )


def restoring(found: Answers) -> str:
    """How many experienced people give the service level of before, and how many that of the intake."""
    nobody = {"agent_groups.intake": None}
    former = found.people("desk", 20, nobody | {"queues.support.arrivals.growth": "+0%"}, nobody)
    worth = found.people("desk", 20, {}, nobody)
    have = found.sweep.plan.base.agent_groups["desk"].headcount
    return (
        f"The volume has grown by 12 %. Before, {have} people gave {former.wanted:.1%} over these seven "
        f"weeks; {former.value} experienced people restore that{former.surely()}, {former.value - have} "
        "more. The four who start, with their classroom and their slow weeks, give "
        f"{worth.wanted:.1%}, for which it would take {worth.value}{worth.surely()}."
    )


def outage(found: Answers, axes: Any) -> str:
    intervals = dict.fromkeys(found.table["interval"].astype(str))
    times = [text for text in intervals if text < "18:00"]  # who is late is answered after closing time
    for case in found.cases:
        values = [found.value("service_level", case, interval=time) for time in times]
        axes.plot(range(len(times)), [100 * value for value in values], label=case)
    axes.set_xticks(range(0, len(times), 8), times[::8])
    axes.set(xlabel="time of day, all five days together", ylabel="service level, %")
    axes.axvspan(times.index("09:00"), times.index("10:30"), color="gray", alpha=0.15, linewidth=0,
                 label="the outage, on one of them")  # fmt: skip
    axes.legend(frameon=False)
    base, hit, helped = found.cases
    back = found.difference("recovery_time", helped, hit)
    sooner = [f"{-back[key] / 60:.0f}" for key in ("high", "low")]
    return (
        "Ninety minutes with four times the calls, on one of five days. "
        f"{found.sentence('service_level', hit, base)} There are {found.value('retries', hit):.0f} further "
        f"attempts in the week instead of {found.value('retries', base):.0f}. Five more people from ten to "
        f"two come too late for most who called. {found.sentence('service_level', helped, hit)} But they "
        f"end it sooner: waits are back to normal {back['value'] / 60:.0f} minutes after the outage is over "
        f"and not {back['base'] / 60:.0f} (95% interval of the difference {' to '.join(sooner)} minutes). "
        f"{helping(found)}"
    )


def helping(found: Answers) -> str:
    """How many more people give the service level of a week without an outage, from ten or from nine on."""
    planned, changes = (dict(found.sweep.plan.cases[case]) for case in (found.cases[0], found.cases[2]))
    late = found.people("reserve", MOST_HELPERS, planned, changes)
    early = found.people("reserve", MOST_HELPERS, planned, changes | {"shifts.late.hours": "09:00-14:00"})
    restored = f"{late.value} people from ten on{late.surely()} restore the service level of the week"
    if late.value is None:
        restored = (
            f"No number of people from ten on restores the service level of the week ({MOST_HELPERS} give "
            f"{late.measured:.1%})"
        )
    return f"{restored}; {early.value} who come at nine would{early.surely()}, if somebody knew before."


@dataclass(frozen=True)
class Question:
    """A study: its experiment file, its heading, and who draws and answers it."""

    file: str
    heading: str
    answer: Callable[[Answers, Any], str]
    figure: str  # for those who cannot see it


STUDIES = (
    Question("volume_plus_20", "A fifth more volume", volume,
             "Service level against people, as planned and with a fifth more calls"),
    Question("cross_training", "Two of eight learn the other line", cross_training,
             "Service level of billing, tech and both, by the speed of the cross-trained"),
    Question("bot_containment", "Bot containment from 30 to 45 %", containment,
             "Containment as promised, as reported, and without those who come back"),
    Question("chat_concurrency", "How many chats at once", concurrency,
             "Service level against people, with one, two and three conversations at once"),
    Question("intake_in_training", "An intake still in training", intake,
             "Service level by week with the intake, without it, and if they knew everything"),
    Question("outage", "An outage of ninety minutes", outage,
             "Service level over the day without an outage, with one, and with five more people"),
)  # fmt: skip

HEAD = """# Six studies

Questions that planners ask, each an experiment file that you can change and play
(`ccsim sweep experiments/volume_plus_20.yaml`, then `ccsim compare volume-plus-20`). Scenarios and numbers
are invented; the answers are to show what to ask for. `python experiments/make_studies.py` writes this page.
"""


def section(question: Question, found: Answers, figures: Path) -> str:
    """One study as it stands on the page; its figure is drawn."""
    figure, axes = plt.subplots(figsize=(7, 3.6), layout="constrained")
    text = question.answer(found, axes)
    axes.set_axisbelow(True)
    axes.grid(alpha=0.3)
    name = f"study-{question.file.replace('_', '-')}.png"
    figure.savefig(figures / name, dpi=110, metadata={"Software": None})
    plt.close(figure)
    yaml = (ROOT / "experiments" / f"{question.file}.yaml").read_text("utf-8")
    mark = f"<!-- include: experiments/{question.file}.yaml -->"
    shown = f"{mark}\n```yaml\n{yaml}```\n\n![{question.figure}](figures/{name})"
    return f"## {question.heading}\n\n{shown}\n\n{textwrap.fill(text, 110, break_on_hyphens=False)}\n"


def make(folder: Path, replications: int | None = None) -> Path:
    """Play the studies and write ``studies.md`` and its figures into a folder."""
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    texts = [HEAD]
    with tempfile.TemporaryDirectory() as kept:
        for question in STUDIES:
            plan = ccsim.load_plan(ROOT / "experiments" / f"{question.file}.yaml")
            if replications is not None:
                plan = plan.model_copy(update={"replications": replications})
            sweep, outcome = run_plan(plan, Path(kept) / question.file)
            assert outcome.done == outcome.of, outcome.failures
            texts.append(section(question, Answers(sweep), folder / "figures"))
    page = folder / "studies.md"
    page.write_text("\n".join(texts), "utf-8")
    return page


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Play the six studies and write their page.")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "how-to")
    parser.add_argument("--replications", type=int)
    asked = parser.parse_args()
    print(make(asked.out, asked.replications))
