"""What a step asks to be filled in: each text and file that was given, read as its field declares."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from hengjian.model.issue import Issue, nearest
from hengjian.model.workflow import StepField

#: A text in a field is a line or a few; longer papers are filed.
LONGEST_TEXT = 2_000
#: One file is at most so large: as large as what a page takes in at a time.
LARGEST_FILE = 64 * 1024 * 1024
LONGEST_NAME = 200
TYPE_ANEW = "type it anew, without them"
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
#: One field as the record of a step keeps it: `field`, `kind`, `value` and `unit`, so that it reads without its pack;
#: of an attachment `files` too, each with `entry`, `file`, `sha256` and `size`, and the names as its value.
Filled = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file of a step: the ledger entry that holds its bytes, its name, SHA-256 (hex) and size in bytes."""

    entry: int
    file: str
    sha256: str
    size: int


Files = Mapping[str, Sequence[Attached]]
NO_FILES: Files = {}


def filled(
    what: str, fields: Mapping[str, StepField], given: Mapping[str, str], files: Files = NO_FILES
) -> tuple[list[Filled], list[Issue]]:
    """The fields of a step (`what`) that are filled in, in the order declared, and what is wrong with them."""
    found: list[Filled] = []
    issues = [_unknown(what, fields, name) for name in {**given, **files} if name not in fields]
    for one in fields.values():
        text, handed = given.get(one.name, "").strip(), files.get(one.name, ())
        if text and one.kind == "attachment":
            hint = "hand it in as a file: --attach name=FILE"
            issues.append(Issue(place=None, message=f"{one.name} takes files, and no text", hint=hint))
        elif handed and one.kind != "attachment":
            hint = "hand files in where an attachment is asked for"
            issues.append(Issue(place=None, message=f"{one.name} takes no files", hint=hint))
        elif handed:
            issues += _file_faults(one, handed)
            names = ", ".join(file.file for file in handed)
            kept = {"field": one.name, "kind": one.kind, "value": names, "unit": None}
            found.append({**kept, "files": [asdict(file) for file in handed]})
        elif text:
            value = _read(one, text)
            if isinstance(value, Issue):
                issues.append(value)
            else:
                found.append({"field": one.name, "kind": one.kind, "value": value, "unit": one.unit})
        elif one.required:
            hint = "attach a file" if one.kind == "attachment" else "fill it in"
            issues.append(Issue(place=None, message=f"{what} needs the field {one.name}", hint=hint))
    return found, issues


def together(before: Sequence[Filled], new: Sequence[Filled]) -> list[Filled]:
    """What is filled in of a case so far: of each field the latest."""
    return list({one["field"]: one for one in (*before, *new)}.values())


def value_of(filled_in: Sequence[Filled], name: str) -> str | None:
    """What was filled in under a name; None where nothing was."""
    return next((one["value"] for one in filled_in if one["field"] == name), None)


def _unknown(what: str, fields: Mapping[str, StepField], name: str) -> Issue:
    hint = nearest(name, fields, otherwise=f"its fields are {', '.join(fields) or 'none'}")
    return Issue(place=None, message=f"{what} has no field {name!r}", hint=hint)


def _file_faults(one: StepField, files: Sequence[Attached]) -> Iterator[Issue]:
    """What is wrong with the files of an attachment. What is in them is nobody's concern here: they are never shown in
    place, but taken away as files."""

    def fault(message: str, hint: str) -> Issue:
        return Issue(place=None, message=message, hint=hint)

    if len(files) > one.most:
        yield fault(f"{one.name} has {len(files)} files, at most {one.most} are kept", "hand in fewer, or pack them")
    for file in files:
        shown = f"the file {file.file[:40]!r} of {one.name}"
        if not is_file_name(file.file):
            hint = f"a name without folders and signs that cannot be seen, at most {LONGEST_NAME} characters long"
            yield fault(f"the name of {shown} is none", hint)
        if not file.size:
            yield fault(f"{shown} is empty", "was the right one chosen?")
        if file.size > LARGEST_FILE:
            yield fault(f"{shown} has {file.size:,} bytes, at most {LARGEST_FILE:,} are kept", "make it smaller")
        _, dot, kind = file.file.lower().rpartition(".")
        if one.types and not (dot and kind in one.types):
            yield fault(f"{shown} is of another kind", f"it takes {', '.join(one.types)}")


def has_unseen(text: str) -> bool:
    """Whether a text of a line or more holds signs that cannot be seen: terminals obey some of them, others turn the
    direction of writing, and half a letter cannot be kept."""
    return any(unicodedata.category(sign)[0] == "C" and sign not in "\n\r\t" for sign in text)


def is_file_name(name: str) -> bool:
    """Whether a file can be called so: a bare name, nothing of which is invisible or turns the direction of writing."""
    if not name.strip(". ") or len(name) > LONGEST_NAME or name != name.strip():
        return False
    return not any(sign in "/\\" or unicodedata.category(sign) in _UNSEEN for sign in name)


def _read(one: StepField, text: str) -> str | Issue:
    """The value as it is kept, or what is wrong with it."""
    from hengjian.load.kinds import parse_day, parse_number  # most questions do without

    if has_unseen(text):
        return Issue(place=None, message=f"{one.name} holds signs that cannot be seen", hint=TYPE_ANEW)
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
