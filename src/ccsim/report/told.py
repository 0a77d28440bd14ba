"""What the sentences about a run are made of."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccsim.compiler.program import Program
from ccsim.report.cells import Cell, Cells
from ccsim.report.wording import percent

if TYPE_CHECKING:
    from ccsim.result import Run

Measure = Callable[..., Cells]


@dataclass(frozen=True, slots=True)
class Told:
    """A run and how it is measured. ``deflection``: against a run without bots; None: there was none."""

    run: Run
    program: Program
    measure: Measure
    sign: str
    deflection: Cell | None = None

    def share(self, cell: Cell, decimals: int = 1) -> str:
        """``81.2 % ±1.3``: the half width where there is one."""
        text = percent(cell.value, decimals)
        if math.isnan(cell.half_width) or math.isnan(cell.value):
            return text
        return f"{text} {self.sign}{100 * cell.half_width:.{decimals}f}"
