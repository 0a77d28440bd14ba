"""Days of a run and their dates."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccsim.scenario import Scenario


def date_of(scenario: Scenario, day: int) -> dt.date:
    """The date of a day of the run; day 0 is the first."""
    return scenario.time.start + dt.timedelta(days=day)
