"""ccsim: a contact-center simulator. A YAML file in, a report and tidy tables out.

The names in ``__all__`` are the public ones. They are looked up when first used, so that
``import ccsim`` costs next to nothing and the command line starts quickly.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = [
    "load",
    "Scenario",
    "simulate",
    "Run",
    "Experiment",
    "sensitivity",
    "break_even",
    "Plan",
    "load_plan",
    "Router",
    "CcsimError",
    "InputError",
    "ScenarioError",
    "InputFileError",
    "EngineError",
    "MetricError",
    "StoreError",
    "Problem",
    "__version__",
]

if TYPE_CHECKING:
    from ccsim.engines.router import Router
    from ccsim.errors import (
        CcsimError,
        EngineError,
        InputError,
        InputFileError,
        MetricError,
        Problem,
        ScenarioError,
        StoreError,
    )
    from ccsim.experiments.answering.sensitivity import sensitivity
    from ccsim.experiments.answering.thresholds import break_even
    from ccsim.experiments.experiment import Experiment
    from ccsim.experiments.planning.plan import Plan, load_plan
    from ccsim.result import Run
    from ccsim.scenario.model import Scenario
    from ccsim.scenario.reading import load
    from ccsim.simulate import simulate

_HOME_OF = {
    "load": "ccsim.scenario.reading",
    "Scenario": "ccsim.scenario.model",
    "simulate": "ccsim.simulate",
    "Run": "ccsim.result",
    "Experiment": "ccsim.experiments.experiment",
    "sensitivity": "ccsim.experiments.answering.sensitivity",
    "break_even": "ccsim.experiments.answering.thresholds",
    "Plan": "ccsim.experiments.planning.plan",
    "load_plan": "ccsim.experiments.planning.plan",
    "Router": "ccsim.engines.router",
    "CcsimError": "ccsim.errors",
    "InputError": "ccsim.errors",
    "ScenarioError": "ccsim.errors",
    "InputFileError": "ccsim.errors",
    "EngineError": "ccsim.errors",
    "MetricError": "ccsim.errors",
    "StoreError": "ccsim.errors",
    "Problem": "ccsim.errors",
}


def __getattr__(name: str) -> Any:
    """Import the module of a public name when the name is first used (PEP 562)."""
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'ccsim' has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """Keeps ``ccsim.simulate`` the function, also after somebody has imported the module of that name.

    The import system binds every submodule to its package; without this rule, the meaning of
    ``ccsim.simulate`` would depend on what was imported before.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOME_OF and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
