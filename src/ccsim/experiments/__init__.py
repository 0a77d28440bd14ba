"""Cases x replications under one seed, so that what-ifs share every customer's luck."""

from __future__ import annotations

from ccsim.experiments.experiment import Experiment
from ccsim.experiments.planning.plan import Plan, load_plan
from ccsim.experiments.study import Study
from ccsim.experiments.sweep import Sweep

__all__ = ["Experiment", "Plan", "Study", "Sweep", "load_plan"]
