"""Attribute columns of entities and links: cells checked by kind, kept in one plain spelling."""

from collections.abc import Iterable, Mapping

from hengjian.intake.context import date_hint, parse_date
from hengjian.intake.faults import Faults
from hengjian.intake.formats import read_code
from hengjian.intake.header import Header
from hengjian.intake.number import NotANumber, plain_decimal
from hengjian.intake.text import has_control, normal, quoted
from hengjian.model.declaration import Attribute, AttributeFormat, Catalogue, EntityType, Label, LinkType
from hengjian.model.filing import WITHDRAWN_WORDS

MAX_TEXT = 1_000


def labels_of(declared: Iterable[EntityType | LinkType]) -> dict[str, Label]:
    """The attributes of all the types, with their labels."""
    return {name: attribute.label for one in declared for name, attribute in one.attributes.items()}


def formatted(catalogue: Catalogue) -> dict[str, AttributeFormat]:
    """The attributes of entities whose texts have a format."""
    return {
        name: attribute.format
        for one in catalogue.types.values()
        for name, attribute in one.attributes.items()
        if attribute.format is not None
    }


def read_attributes(
    number: int, cells: list[str], header: Header, declared: Mapping[str, Attribute], of: str, faults: Faults
) -> tuple[tuple[str, str], ...]:
    """The stated attributes by name, an empty cell stating nothing.

    Numbers are kept in plain decimal (`51%` as `0.51`), dates as `2019-12-31`, codes as `formats.spelled` has them,
    other texts as given but trimmed.
    """
    stated: list[tuple[str, str]] = []
    for name, index in header.declared.items():
        text = cells[index].strip()
        if not text:
            continue
        attribute = declared.get(name)
        if attribute is None:
            message, hint = f"{of} has no attribute {name}", "leave the cell empty, or mend the type"
        else:
            value = _value(text, attribute)
            if isinstance(value, str):
                stated.append((name, value))
                continue
            message, hint = value.message, value.hint
        faults.add(message, hint, row=number, column=index + 1)
    return tuple(sorted(stated))


def _value(text: str, attribute: Attribute) -> str | NotANumber:
    if normal(text) in WITHDRAWN_WORDS:
        return NotANumber(message="only an observation can be withdrawn", hint="file a later row that says what holds")
    if attribute.kind == "number":
        return plain_decimal(text)
    if attribute.kind == "date":
        day = normal(text)
        if parse_date(day) is None:
            return NotANumber(message=f"{quoted(text)} is not a date", hint=date_hint(day))
        return day
    if attribute.format is not None:
        return read_code(text, attribute.format)
    return text_fault(text, MAX_TEXT) or text


def text_fault(text: str, limit: int) -> NotANumber | None:
    """What is wrong with a name or a text, if anything."""
    if len(text) > limit:
        return NotANumber(
            message=f"the text has {len(text):,} characters; at most {limit:,} are taken", hint="shorten it"
        )
    if has_control(text):
        return NotANumber(
            message=f"{quoted(text)} holds control characters", hint="type the text again, do not paste it"
        )
    return None
