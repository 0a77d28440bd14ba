"""Hours of service, and what becomes of contacts outside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ccsim.compiler.journey import BOT_ONLY, LOST, NOT_OFFERED, TICKET, Hours
from ccsim.compiler.journeys.chances import chance_of
from ccsim.compiler.journeys.columns import NOBODY, column
from ccsim.scenario.promises import Ticket

if TYPE_CHECKING:
    from ccsim.compiler.opening import Window
    from ccsim.scenario import Scenario

OUTSIDE = {"not_offered": NOT_OFFERED, "lost": LOST, "bot_only": BOT_ONLY}


def compile_hours(scenario: Scenario, windows: list[list[Window]]) -> Hours:
    """One row a queue, and its opening windows in absolute time."""
    names = list(scenario.queues)
    outside = [queue.outside_hours for queue in scenario.queues.values()]
    rows = np.array([window for own in windows for window in own], dtype=np.int64).reshape(-1, 2)
    return Hours(
        outside=column(TICKET if isinstance(one, Ticket) else OUTSIDE[one] for one in outside),
        ticket_to=column(names.index(one.ticket) if isinstance(one, Ticket) else NOBODY for one in outside),
        ticket_chance=column(chance_of(one.share if isinstance(one, Ticket) else 1.0) for one in outside),
        first=np.cumsum([0, *map(len, windows)], dtype=np.int64),
        open_from=rows[:, 0].copy(),
        open_to=rows[:, 1].copy(),
    )
