"""What the standard's JSON Schema says of one statement, as faults with a JSON pointer (RFC 6901) into it.

The schema is Open Ownership's own (see v0_4/LICENCE.md), and jsonschema decides by it. A statement is validated against
the schema of its kind of record, and not against all three under conditions, which says the same once.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from hengjian.intake.bods.formats import is_date, is_date_time, is_uri
from hengjian.intake.context import NO_DATE
from hengjian.intake.text import quoted
from hengjian.model.issue import nearest

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

VERSION = "0.4"
_PARTS = ("components", "entity-record", "person-record", "relationship-record", "statement")
_KINDS = {
    "string": "a text",
    "object": "an object",
    "array": "a list",
    "number": "a number",
    "boolean": "true or false",
}
_REQUIRED = "the standard requires it"
_MOMENT = "write 2019-12-31, or with the time and its zone 2019-12-31T08:00:00+08:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaFault:
    """What one rule of the schema finds wrong: its keyword, the way to the value from the statement, and the words."""

    keyword: str
    path: tuple[str | int, ...]
    message: str
    hint: str


def schema_faults(statement: Mapping[str, Any]) -> Iterator[SchemaFault]:
    """Everything that the schema finds wrong with one statement, outermost first."""
    validators = _validators()
    yield from _told(validators["statement"], statement, ())
    details, kind = statement.get("recordDetails"), statement.get("recordType")
    if isinstance(details, dict) and isinstance(kind, str) and kind in validators and kind != "statement":
        yield from _told(validators[kind], details, ("recordDetails",))


def _told(
    validator: "Draft202012Validator", value: Mapping[str, Any], at: tuple[str | int, ...]
) -> Iterator[SchemaFault]:
    for error in sorted(validator.iter_errors(value), key=lambda error: list(map(str, error.absolute_path))):
        message, hint = _words(error)
        yield SchemaFault(keyword=str(error.validator), path=(*at, *error.absolute_path), message=message, hint=hint)


@cache
def _validators() -> Mapping[str, "Draft202012Validator"]:
    """One for what all statements share, and one for each kind of record."""
    from jsonschema import Draft202012Validator, FormatChecker
    from referencing import Registry, Resource

    folder = files("hengjian.intake.bods").joinpath("v0_4")
    schemas = {name: json.loads(folder.joinpath(f"{name}.json").read_text(encoding="utf-8")) for name in _PARTS}
    resources: list[Resource[Any]] = [Resource.from_contents(schema) for schema in schemas.values()]
    registry: Registry[Any] = resources @ Registry()
    formats = FormatChecker(formats=())
    checks: tuple[tuple[str, Callable[[object], bool]], ...] = (
        ("date", is_date), ("date-time", is_date_time), ("uri", is_uri),
    )  # fmt: skip
    for name, is_good in checks:
        formats.checks(name)(is_good)
    of_all = schemas["statement"]
    shared = {
        **{name: value for name, value in of_all["$defs"]["Statement"].items() if name != "allOf"},
        "$schema": of_all["$schema"], "$id": "urn:shared", "$defs": of_all["$defs"],
    }  # fmt: skip
    roots = {"statement": shared, **{kind: schemas[f"{kind}-record"] for kind in ("entity", "person", "relationship")}}
    return {
        name: Draft202012Validator(schema, registry=registry, format_checker=formats) for name, schema in roots.items()
    }


def _words(error: "ValidationError") -> tuple[str, str]:
    value: Any = error.instance
    limit: Any = error.validator_value
    shown = _shown(value)
    match error.validator:
        case "required":
            missing = next(name for name in limit if name not in value and f"'{name}'" in error.message)
            return f"{missing} is missing", _REQUIRED
        case "type":
            return f"{shown} is not {_KINDS.get(str(limit), str(limit))}", "take the type that the standard gives it"
        case "enum":
            known = ", ".join(map(str, limit))
            hint = nearest(value[:80], limit) if isinstance(value, str) else ""
            return f"{shown} is no word of its codelist", hint or f"its words are {known}"
        case "minLength":
            return f"{shown} has {len(value)} characters; at least {limit} are needed", "is it written in full?"
        case "maxLength":
            return f"{shown} has {len(value)} characters; at most {limit} are taken", "shorten it"
        case "minimum":
            return f"{shown} is less than {limit}", "a share is a percentage from 0 to 100"
        case "maximum":
            return f"{shown} is more than {limit}", "a share is a percentage from 0 to 100"
        case "pattern":
            return f"{shown} is no version", f"write {VERSION}"
        case "format" if limit == "uri":
            return f"{shown} is no URI", "write it in full, as in https://example.org/register"
        case "format":
            return f"{shown} is not a date", NO_DATE
        case "anyOf":
            return _neither(error, shown)
        case "oneOf":
            hint = "write the recordId of a record, or an object whose reason is a word of the codelist"
            return f"{shown} names no record and gives no reason", hint
        case "const" if limit == "":
            hint = "leave it out, or take the motivation transformation"
            return "transformedContent belongs to the motivation transformation alone", hint
        case "const":
            return (
                "a component has components of its own",
                "name them in the componentRecords of the primary relationship",
            )
        case _:
            return f"{shown} does not meet the standard's rule {error.validator}", "see the standard's schema"


def _neither(error: "ValidationError", shown: str) -> tuple[str, str]:
    """The words where none of several ways is met: names that may be missing, or spellings of a date."""
    limit: Any = error.validator_value
    ways: list[dict[str, Any]] = limit
    required = dict.fromkeys(name for way in ways for name in way.get("required", ()))
    if required:
        return f"{' and '.join(required)} are both missing", "give one of the two"
    if any(way.get("format") == "date-time" for way in ways):
        return f"{shown} is neither a date nor a date-time", _MOMENT
    return f"{shown} is neither a date, a month nor a year", "write 1980, 1980-05 or 1980-05-17"


def _shown(value: object) -> str:
    match value:
        case str():
            return quoted(value)
        case dict():
            return "an object"
        case list():
            return "a list"
        case None | bool():
            return json.dumps(value)
        case _:
            return str(value)[:40]
