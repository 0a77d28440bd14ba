"""Where a queue's contacts come from: so many a day, a file of volumes, a table of rates, or a trace."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from ccsim.scenario.fields import (
    Correlation,
    FileName,
    Growth,
    Part,
    PositiveDuration,
    Spread,
    Volume,
    Zone,
    said,
)
from ccsim.scenario.hours import HourlyField, HoursField, ShapeField, WeekdaysField
from ccsim.scenario.yaml_syntax import key_without_space, space_is_missing

Layout = Literal[
    "auto",
    "tidy",
    "wide",
    "amazon_connect",
    "genesys_cloud",
    "calabrio_queue",
    "calabrio_forecast",
    "verint",
]


class Busyness(Part):
    """How days and intervals vary around the forecast, beyond chance."""

    daily_cv: Spread = Field(
        0.0,
        description="Day-to-day busyness: each day's volume is multiplied by a gamma variate of mean 1 and "
        "this cv; real centers show 0.05 to 0.3 [A form]. Default 0 [J].",
        examples=[0.1],
    )
    interval_cv: Spread = Field(
        0.0,
        description="Noise of each interval around the day, multiplied in as daily_cv is. Default 0 [J].",
        examples=[0.1],
    )
    interval_correlation: Correlation = Field(
        0.0,
        description="Correlation of the noise of neighbouring intervals. Default 0 [J].",
        examples=[0.5],
    )


class Varying(Busyness):
    """What every forecast shares: growth, and busyness of its own."""

    growth: Growth = Field(1.0, description="Multiplies the whole volume. Default +0% [J].", examples=["+4%"])
    hours: HoursField | None = Field(
        None,
        description="Hours in which contacts arrive. Default: the queue's opening hours; 00:00-24:00 where "
        "outside_hours says what becomes of contacts outside them.",
        examples=["00:00-24:00"],
    )


class PerDay(Varying):
    """So many contacts a day, spread by a shape."""

    per_day: Volume = Field(
        description="Contacts offered on a day whose weekday multiplier is 100%. Required.", examples=[620]
    )
    shape: ShapeField = Field(
        "flat",
        description="How the day's volume lies over the hours: flat, two_peaks, morning or evening over the "
        "opening hours; a map from ranges to percent of the day that add up to 100%; or a CSV file with the "
        "columns from,to,share or time,share. Default flat [J].",
        examples=["two_peaks"],
    )
    weekdays: WeekdaysField = Field(
        (1.0,) * 7,
        description="Multiplier of each weekday; days not named get 100%. Default 100% every day [J].",
        examples=[{"mon": "120%", "fri": "90%"}],
    )


class VolumeFile(Varying):
    """Volumes by interval from a CSV file."""

    file: FileName = Field(description="CSV file of volumes by interval. Required.", examples=["volumes.csv"])
    layout: Layout = Field(
        "auto",
        description="Layout of the file; auto finds out. Default auto [J].",
        examples=["amazon_connect"],
    )
    queue: str | None = Field(
        None,
        description="Name of the queue in the file. Default: this queue's name, or the only queue of the "
        "file.",
    )
    zone: Zone | None = Field(
        None,
        description="Time zone of the file's time stamps. Default by layout: UTC for Amazon Connect and "
        "Genesys "
        "Cloud, otherwise the center's own clock [B].",
    )
    handle_time: Literal["mean", "total"] | None = Field(
        None,
        description="Does the file give the mean handle time of a contact, or the total of the interval? "
        "Default by layout [B].",
    )
    interval: PositiveDuration | None = Field(
        None, description="Length of the file's intervals. Default: read from the file.", examples=["30m"]
    )
    shape: ShapeField = Field(
        "flat",
        description="How a file of daily totals lies over the hours, as for per_day; files of intervals "
        "have their "
        "own shape and ignore it. Default flat [J].",
        examples=["two_peaks"],
    )


class Hourly(Varying):
    """Contacts per hour, by hours of the day."""

    hourly: HourlyField = Field(
        description="Contacts per hour in ranges of hours; optionally by day sets first. Hours not named "
        "get none. "
        "Required.",
        examples=[{"08:00-12:00": 60, "12:00-18:00": 45}],
    )


class Trace(Part):
    """An exact replay of recorded contacts."""

    trace: FileName = Field(
        description="CSV or Parquet file with one row a contact. Required.", examples=["january.csv"]
    )
    arrived_at: str = Field(
        "arrived_at", description="Column of the time stamps of arrival. Default arrived_at [J]."
    )
    queue: str | None = Field(
        None,
        description="Take only rows of this queue. Default: this queue's name if there is such a column.",
    )
    queue_column: str | None = Field(
        None, description="Column of the queue's name. Default: queue, if the file has it."
    )
    zone: Zone | None = Field(
        None, description="Time zone of the trace's time stamps. Default: the center's own clock."
    )
    handle_times: Literal["auto", "recorded", "drawn"] = Field(
        "auto",
        description="Talk and wrap-up as recorded (columns talk_s and wrap_up_s, or handle_time_s), or "
        "drawn from "
        "the queue's laws; auto takes the recorded ones if the file has them. Default auto [J].",
    )


KINDS: dict[str, type[Part]] = {"per_day": PerDay, "file": VolumeFile, "hourly": Hourly, "trace": Trace}


def _tag_of(value: Any) -> str | None:
    """The union's tag, in brackets so that it cannot be taken for a key."""
    for kind, model in KINDS.items():
        if isinstance(value, model) or (isinstance(value, dict) and kind in value):
            return f"<{kind}>"
    return None


def check_kind(value: Any) -> Any:
    """Exactly one of the keys that say what kind of arrivals these are."""
    if isinstance(value, Varying | Trace):
        return value
    if not isinstance(value, dict):
        raise ValueError(
            f"{said(value)} stands where arrivals belong; write {{per_day: 620, shape: two_peaks}}"
        )
    kinds = [kind for kind in KINDS if kind in value]
    if not kinds:
        for key in filter(None, map(key_without_space, value)):
            raise ValueError(space_is_missing(key))
        raise ValueError("say where contacts come from: one of per_day, file, hourly, trace")
    if len(kinds) > 1:
        raise ValueError(f"{' and '.join(kinds)} exclude each other; keep one")
    return value


ArrivalsSpec = Annotated[
    Annotated[PerDay, Tag("<per_day>")]
    | Annotated[VolumeFile, Tag("<file>")]
    | Annotated[Hourly, Tag("<hourly>")]
    | Annotated[Trace, Tag("<trace>")],
    Discriminator(_tag_of),
    BeforeValidator(check_kind),
]
