"""JSON Schema of a scenario file, for completion and hints in editors; phrases and long forms both pass."""

from __future__ import annotations

import copy
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from ccsim.scenario.arrivals import KINDS
from ccsim.scenario.model import Scenario
from ccsim.scenario.raw import BY_NAME

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Untitled(GenerateJsonSchema):
    """pydantic titles every property after its key, which tells an editor nothing."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        out = super().model_schema(schema)
        out.pop("title", None)
        return out

    def generate(self, schema: CoreSchema, mode: JsonSchemaMode = "validation") -> JsonSchemaValue:
        return {"$schema": DIALECT, "title": "ccsim scenario", **super().generate(schema, mode)}


def _any_arrivals(schema: dict[str, Any]) -> dict[str, Any]:
    """Keys of every kind of arrivals; a default need not say which kind it is."""
    kinds = [schema["$defs"][model.__name__] for model in KINDS.values()]
    properties = {key: value for kind in kinds for key, value in kind["properties"].items()}
    description = "Keys for every queue's arrivals that does not set them itself."
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "description": description,
    }


def json_schema() -> dict[str, Any]:
    """The schema as a dict; cross references (does that shift exist?) are for ``ccsim check``."""
    schema = Scenario.model_json_schema(schema_generator=_Untitled)
    schema["description"] = "A world to simulate: when, what arrives, who serves it and how."
    properties: dict[str, Any] = schema["properties"]
    for name in BY_NAME:
        properties[name]["propertyNames"] = {"pattern": r"^[^.\s]([^.]*[^.\s])?$"}
    sections: dict[str, Any] = {}
    for section, model in (("queue", "Queue"), ("agent_group", "AgentGroup")):
        common = copy.deepcopy(schema["$defs"][model])
        common.pop("required", None)
        if "arrivals" in common["properties"]:
            common["properties"]["arrivals"] = _any_arrivals(schema)
        schema["$defs"][f"{model}Defaults"] = common
        sections[section] = {"$ref": f"#/$defs/{model}Defaults"}
    properties["defaults"] = {
        "type": "object",
        "properties": sections,
        "additionalProperties": False,
        "description": "Values for every queue and every agent group that does not set them itself.",
    }
    return schema
