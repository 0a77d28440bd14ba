"""Cases x replications under one seed, so that what-ifs share every customer's luck."""

from __future__ import annotations

from ccsim.experiments.experiment import Experiment
from ccsim.experiments.study import Study

__all__ = ["Experiment", "Study"]
