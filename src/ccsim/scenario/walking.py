"""Walking the models: which models stand at a path, and what a field's type holds."""

from __future__ import annotations

import types
import typing
from typing import Annotated, Any, Union

from pydantic import BaseModel

from ccsim.scenario.model import Scenario
from ccsim.scenario.yaml_marks import Path


def children(hint: Any) -> tuple[list[type[BaseModel]], list[type[BaseModel]]]:
    """Models that a type is itself, and models that are the values of its map or list."""
    own: list[type[BaseModel]] = []
    inner: list[type[BaseModel]] = []
    _collect(hint, own, inner)
    return own, inner


def _collect(hint: Any, own: list[type[BaseModel]], inner: list[type[BaseModel]]) -> None:
    origin = typing.get_origin(hint)
    if origin is Annotated:
        _collect(typing.get_args(hint)[0], own, inner)
    elif origin in (Union, types.UnionType):
        for option in typing.get_args(hint):
            _collect(option, own, inner)
    elif origin in (dict, list):
        _collect(typing.get_args(hint)[-1], inner, inner)
    elif isinstance(hint, type) and issubclass(hint, BaseModel):
        own.append(hint)


def models_at(path: Path) -> list[type[BaseModel]]:
    """Models whose keys are allowed at a path; empty where there are no models."""
    models: list[type[BaseModel]] = [Scenario]
    entries: list[type[BaseModel]] = []
    if path[:1] == ("defaults",):
        path = (
            ({"queue": "queues", "agent_group": "agent_groups"}.get(str(path[1]), ""), "", *path[2:])
            if path[1:]
            else path
        )
    for part in path:
        if entries:
            models, entries = entries, []
            continue
        found: list[type[BaseModel]] = []
        for model in models:
            for name, info in model.model_fields.items():
                if (info.alias or name) == part:
                    own, inner = children(info.annotation)
                    found += own
                    entries += inner
        models = found
    return models
