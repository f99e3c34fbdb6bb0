"""The JSON Schema of each pack file, made from the tables that the reader goes by."""

from hengjian.load import case, flowshapes, scenario, scoreshapes, shapes, walk
from hengjian.load.fields import Record, Schema, schema_of
from hengjian.load.kinds import NAME_SCHEMA, TEXT_SCHEMA
from hengjian.load.learned import LEARNED

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def _named(value: Schema) -> Schema:
    return {"type": "object", "propertyNames": NAME_SCHEMA, "additionalProperties": value}


def _records(shape: Record) -> Schema:
    return _named(schema_of(shape))


def json_schema() -> dict[str, Schema]:
    """A JSON Schema (draft 2020-12) for each pack file, by its name or pattern."""
    one_case: Schema = {"anyOf": [schema_of(case.CASE), schema_of(walk.WALK)]}
    files: dict[str, Schema] = {
        "pack.yaml": schema_of(shapes.PACK),
        "units.yaml": _records(shapes.NEW_UNIT),
        "types.yaml": _named({"anyOf": [schema_of(shapes.ENTITY_TYPE), schema_of(shapes.LINK_TYPE)]}),
        "measures.yaml": _records(shapes.MEASURE),
        "parameters.yaml": _records(shapes.PARAMETER),
        "indicators/*.yaml": _records(shapes.INDICATOR),
        "rules/*.yaml": _records(shapes.RULE),
        "areas.yaml": _records(shapes.AREA_RECORD),
        "networks.yaml": _records(scenario.NETWORK),
        "stresses.yaml": _records(scenario.STRESS),
        "checks.yaml": _records(shapes.CHECK),
        "forms/*.yaml": _records(shapes.FORM),
        "workflows/*.yaml": _records(flowshapes.WORKFLOW),
        "pages/*.yaml": _records(shapes.PAGE),
        "models/*.yaml": _records(LEARNED),
        "scorecards/*.yaml": {
            **_records(scoreshapes.SCORECARD),
            "$defs": {scoreshapes.ITEM_DEFINITION: schema_of(scoreshapes.ITEM)},
        },
        "tests/*.yaml": {"anyOf": [one_case, {"type": "array", "items": one_case}]},
        "strings/*.yaml": _named(TEXT_SCHEMA),
    }
    return {name: {"$schema": _DRAFT, "title": name, **schema} for name, schema in files.items()}
