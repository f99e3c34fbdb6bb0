"""Faults in the reader's language.

The English text of an Issue is the one that programs read; what people read is found by its template. A file of
`strings/faults/<language>` maps templates, as in "no entity {'id'} is registered", to what the reader sees. Slots:

* `{x}`: anything; `{'x'}`: a quoted text, which the reader sees in the quotes of the language;
* `{x:word}`: a word of `words.json` (or anything else, as it stands); `{x:text}`: a text that has a template itself;
* `{x:name}`, `{x:type}`, `{x:formula}`: what packs declare, shown by its label where labels are given;
* `{x:list}`, `{x:or}`: things parted by ", " or " or "; `{x:one}`: a text without blanks; `{x:han}`: one in Chinese.

A text that fits no template is shown in English: a reader loses nothing by it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from importlib.resources import files
from typing import Any

from hengjian.model.issue import Issue
from hengjian.web.names import Names
from hengjian.web.words import Language

#: A longer text is no message of ours; patterns are not tried on it.
LONGEST = 4_000
#: How deep texts stand in texts.
DEEPEST = 4

_QUOTED = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
_SLOT = re.compile(r"\{(?P<quote>')?(?P<name>[a-z_]+)(?(quote)')(?::(?P<kind>[a-z]+))?\}")
_HAN = r"[^/]*?[\u3400-\u9fff].*?"
#: What the text of a kind must look like.
_INSIDE = {"quoted": _QUOTED, "han": _HAN, "one": r"\S+", "formula": r".+?[<>=].+?"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong, where, and how to mend it, as a page shows it. `severity` is `error` or `warning`."""

    file: str | None
    sheet: str | None
    cell: str | None
    row: int | None
    column: int | None
    message: str
    hint: str
    severity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Template:
    """A pattern of English texts, what is shown for them, and what becomes of each slot."""

    longest: str
    fixed: int
    pattern: re.Pattern[str]
    kinds: Mapping[str, str]
    shown: str


def fault_of(issue: Issue | Mapping[str, Any], language: Language, names: Names | None = None) -> Fault:
    """An issue, or the record of one, in the reader's language; with `names`, declared things by their labels."""
    record: Mapping[str, Any] = issue.record() if isinstance(issue, Issue) else issue
    severity = issue.severity if isinstance(issue, Issue) else str(record.get("severity", "error"))
    return Fault(
        file=record.get("file"), sheet=record.get("sheet"), cell=record.get("cell"),
        row=record.get("row", record.get("line")), column=record.get("column"),
        message=translate(str(record["message"]), language, names),
        hint=translate(str(record["hint"]), language, names),
        severity=severity,
    )  # fmt: skip


def translate(text: str, language: Language, names: Names | None = None) -> str:
    """A message or a hint in the reader's language; as it stands where no template fits."""
    return _catalogue(language).shown(text, names)


class Catalogue:
    """The templates of one language, found by how a text begins."""

    def __init__(self, templates: Mapping[str, str], words: Mapping[str, str], marks: Mapping[str, str]) -> None:
        self._words, self._marks = words, marks
        self._by_start: dict[str, list[_Template]] = {}
        for english, shown in templates.items():
            self._by_start.setdefault(_start(english), []).append(_template(english, shown))
        for found in self._by_start.values():
            found.sort(key=lambda one: -one.fixed)

    def shown(self, text: str, names: Names | None = None, depth: int = 0) -> str:
        """The text as readers of the language see it."""
        if len(text) > LONGEST or depth > DEEPEST:
            return text
        for template, match in self.matches(text):
            return self._filled(template, match, names, depth)
        return text

    def _filled(self, template: _Template, match: re.Match[str], names: Names | None, depth: int) -> str:
        slots = {name: self._slot(match[name], kind, names, depth) for name, kind in template.kinds.items()}
        shown, end = "", 0
        for slot in _SLOT.finditer(template.shown):
            shown = _joined(_joined(shown, template.shown[end : slot.start()]), slots[slot["name"]])
            end = slot.end()
        return _joined(shown, template.shown[end:])

    def matches(self, text: str) -> Iterator[tuple[_Template, re.Match[str]]]:
        """The templates that a text fits: those first that fix more of it."""
        first = text.partition(" ")[0]
        starts = [first, "'"] if text[:1] in ("'", '"') else [first]
        found = [one for start in (*starts, "") for one in self._by_start.get(start, ()) if one.longest in text]
        for template in sorted(found, key=lambda one: -one.fixed) if len(found) > 1 else found:
            match = template.pattern.fullmatch(text)
            if match is not None:
                yield template, match

    def _slot(self, text: str, kind: str, names: Names | None, depth: int) -> str:
        match kind:
            case "quoted":
                inner = text[1:-1].replace("\\'", "'") if text[0] == "'" else text[1:-1]
                return self._marks["quotes"].format(inner)
            case "word":
                return self._words.get(text, text)
            case "text":
                return self.shown(text, names, depth + 1)
            case "name" if names is not None:
                return names.label(text)
            case "type" if names is not None:
                return names.type(text)
            case "formula" if names is not None:
                return "".join(piece.text for piece in names.pieces(text))
            case "list":
                parts = dict.fromkeys(self._words.get(part, part) for part in text.split(", "))
                return self._marks["list"].join(parts)
            case "or":
                return reduce(lambda one, other: _joined(_joined(one, self._marks["or"]), other), text.split(" or "))
            case _:
                return text


def _joined(before: str, after: str) -> str:
    """Two stretches of a text. A blank sets Latin letters off from Han ones, so between Han ones it goes."""
    if before[-1:] == " " and _is_han(before[-2:-1]) and _is_han(after[:1]):
        return before[:-1] + after
    if after[:1] == " " and _is_han(before[-1:]) and _is_han(after[1:2]):
        return before + after[1:]
    return before + after


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def _start(english: str) -> str:
    """Under which first word a template is found: "'" where it begins with a quoted text, "" with any other slot."""
    first = english.partition(" ")[0]
    slot = _SLOT.search(first)
    if slot is None:
        return first
    return "'" if slot["quote"] and slot.start() == 0 else ""


def _template(english: str, shown: str) -> _Template:
    pattern, kinds, fixed = "", {}, [""]
    end = 0
    for slot in _SLOT.finditer(english):
        fixed.append(english[end : slot.start()])
        kind = "quoted" if slot["quote"] else slot["kind"] or "any"
        pattern += re.escape(fixed[-1]) + f"(?P<{slot['name']}>{_INSIDE.get(kind, '.+?')})"
        kinds[slot["name"]] = kind
        end = slot.end()
    fixed.append(english[end:])
    return _Template(
        longest=max(fixed, key=len), fixed=sum(map(len, fixed)),
        pattern=re.compile(pattern + re.escape(fixed[-1]), re.DOTALL), kinds=kinds,
        shown=shown,
    )  # fmt: skip


@cache
def _catalogue(language: Language) -> Catalogue:
    texts = dict(read_templates(language))
    words, marks = texts.pop("words", {}), texts.pop("marks", {})
    return Catalogue({english: shown for part in texts.values() for english, shown in part.items()}, words, marks)


def read_templates(language: Language) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The files of a language by name: templates by room, `words` that stand in slots, and `marks` of writing."""
    folder = files("hengjian.web").joinpath("strings", "faults", language)
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        yield file.name.removesuffix(".json"), json.loads(file.read_text(encoding="utf-8"))
