"""What a step asks to be filled in: each text that was given, read as its field declares."""

import unicodedata
from collections.abc import Mapping

from hengjian.model.issue import Issue, nearest
from hengjian.model.workflow import StepField, Transition

#: A text in a field is a line or a few; longer papers are filed.
LONGEST_TEXT = 2_000
#: One field as the record of a step keeps it: `field`, `kind`, `value` and `unit`, so that it reads without its pack.
Filled = Mapping[str, str | None]


def filled(step: Transition, given: Mapping[str, str]) -> tuple[list[Filled], list[Issue]]:
    """The fields of a step that are filled in, in the order declared, and what is wrong with them."""
    found: list[Filled] = []
    issues = [_unknown(step, name) for name in given if name not in step.fields]
    for one in step.fields.values():
        text = given.get(one.name, "").strip()
        if not text:
            if one.required:
                message, hint = f"{step.name} needs the field {one.name}", "fill it in"
                issues.append(Issue(place=None, message=message, hint=hint))
            continue
        value = _read(one, text)
        if isinstance(value, Issue):
            issues.append(value)
        else:
            found.append({"field": one.name, "kind": one.kind, "value": value, "unit": one.unit})
    return found, issues


def _unknown(step: Transition, name: str) -> Issue:
    hint = nearest(name, step.fields, otherwise=f"its fields are {', '.join(step.fields) or 'none'}")
    return Issue(place=None, message=f"{step.name} has no field {name!r}", hint=hint)


def _read(one: StepField, text: str) -> str | Issue:
    """The value as it is kept, or what is wrong with it."""
    from hengjian.load.kinds import parse_day, parse_number  # most questions do without

    plain = unicodedata.normalize("NFKC", text)
    if one.kind == "number":
        number = parse_number(plain)
        hint = f"write it as 12.5, in {one.unit}" if one.unit else "write it as 12.5"
        fault = Issue(place=None, message=f"{one.name} is not a number: {text[:40]!r}", hint=hint)
        return fault if number is None else format(number, "f")
    if one.kind == "date":
        day = parse_day(plain)
        fault = Issue(place=None, message=f"{one.name} is not a date: {text[:40]!r}", hint="write it as 2021-01-31")
        return fault if day is None else day.isoformat()
    if one.kind == "choice" and text not in one.choices:
        hint = nearest(text, one.choices, otherwise=f"its choices are {', '.join(one.choices)}")
        return Issue(place=None, message=f"{one.name} has no choice {text[:40]!r}", hint=hint)
    if len(text) > LONGEST_TEXT:
        message = f"{one.name} has {len(text)} characters, at most {LONGEST_TEXT} are kept"
        return Issue(place=None, message=message, hint="shorten it, and file the paper it stands in")
    return text
