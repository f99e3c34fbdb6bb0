"""Strict YAML: libyaml's events under our own rules. Every scalar stays text and knows its place.

Nothing is guessed: `no`, `2021-01-01`, `~` and `010` are text until a field asks for something else. Anchors, aliases,
tags, merge keys, directives, several documents and repeated keys are faults. Nodes are named tuples rather than
dataclasses because a pack makes ten thousand of them at every start.
"""

import re
from collections import abc
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import yaml

from hengjian.model.issue import Issue, Place, Severity
from hengjian.model.unit import SHIPPED, Unit

MAX_BYTES = 1_048_576
MAX_DEPTH = 16
MAX_NODES = 200_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: What YAML cannot hold, and the separators that it would count as line ends where editors do not.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_QUOTE_ME = re.compile(r"""(?:^|[:,\[{-])\s+(?P<sign>[%>*{&!|@`\[])""")
_NO_SPACE = re.compile(r"^\s*[^\s:\"'#]+:[^\s/]")


class Scalar(NamedTuple):
    """A text as YAML reads it; line and column count from 1, `start` and `end` are its bounds in the file's text."""

    text: str
    line: int
    column: int
    style: str | None
    start: int
    end: int


class Mapping(NamedTuple):
    """Keys in the order written, each once."""

    entries: tuple[tuple[Scalar, "Node"], ...]
    line: int
    column: int


class Sequence(NamedTuple):
    """Items in the order written."""

    items: tuple["Node", ...]
    line: int
    column: int


class Broken(NamedTuple):
    """A spot whose fault is already told."""

    line: int
    column: int


Node = Scalar | Mapping | Sequence | Broken


@dataclass(slots=True)
class Desk:
    """One file under reading: its name, its text, the faults found so far, and the units that it may name."""

    file: str
    text: str = ""
    issues: list[Issue] = field(default_factory=list)
    units: abc.Mapping[str, Unit] = field(default_factory=lambda: SHIPPED)

    def place(self, node: Node) -> Place:
        return Place(file=self.file, line=node.line, column=node.column)

    def fault(self, node: Node, message: str, hint: str, severity: Severity = "error") -> None:
        self.fault_at(node.line, node.column, message, hint, severity)

    def fault_at(self, line: int, column: int, message: str, hint: str, severity: Severity = "error") -> None:
        place = Place(file=self.file, line=line, column=column)
        self.issues.append(Issue(place=place, message=message, hint=hint, severity=severity))

    def body(self, scalar: Scalar) -> tuple[str, Place]:
        """A scalar's text with the place of its first character. Of one over several lines it is the text as it stands
        in the file, further lines counted from the first one's column, so that places inside can be told."""
        if scalar.style in ("'", '"'):
            return scalar.text, Place(file=self.file, line=scalar.line, column=scalar.column + 1)
        written = self.text[scalar.start : scalar.end].rstrip()
        line, column = scalar.line, scalar.column
        if scalar.style in ("|", ">"):
            _, _, rest = written.partition("\n")
            written = rest.lstrip()
            blank = rest[: len(rest) - len(written)]
            line, column = line + 1 + blank.count("\n"), len(blank) - blank.rfind("\n")
        if "\n" in written:
            first, *further = written.split("\n")
            margin = " " * (column - 1)
            further = [one[len(margin) :] if one.startswith(margin) else one.lstrip() for one in further]
            written = "\n".join([first, *further])
        return written or scalar.text, Place(file=self.file, line=line, column=column)


@dataclass(slots=True)
class _Open:
    """A mapping or sequence that is not closed yet."""

    line: int
    column: int
    is_mapping: bool
    items: list[Node] = field(default_factory=list)


def read_yaml(data: bytes, file: str) -> tuple[Node | None, Desk]:
    """The node that a file holds (None: nothing, or not readable), and a desk with the faults found. Never raises."""
    desk = Desk(file)
    if not _decode(data, desk):
        return None, desk
    try:
        return _build(desk), desk
    except yaml.MarkedYAMLError as error:
        _syntax(error, desk)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # The pure parser lets an escape beyond Unicode (\UFFFFFFFF) through to chr().
        desk.fault_at(1, 1, f"this is not YAML: {error}", "check quotes and escapes")
    return None, desk


def _decode(data: bytes, desk: Desk) -> bool:
    """Fill in the desk's text; False when it cannot be read at all."""
    if len(data) > MAX_BYTES:
        desk.fault_at(1, 1, f"the file has {len(data):,} bytes, more than {MAX_BYTES:,}", "split it into several files")
        return False
    try:
        desk.text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig")
        hint = (
            "save it as UTF-8 (it looks like UTF-16)" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "save it as UTF-8"
        )
        line, column = _spot(before, len(before))
        desk.fault_at(line, column, f"the byte 0x{data[error.start]:02X} is not UTF-8", hint)
        return False
    for match in _UNPRINTABLE.finditer(desk.text):
        line, column = _spot(desk.text, match.start())
        desk.fault_at(line, column, f"the character U+{ord(match[0]):04X} cannot be printed", "delete it")
        if len(desk.issues) == 20:
            break
    # The rest of the file is still read, in the same columns, so that its other faults are told too.
    desk.text = _UNPRINTABLE.sub("\ufffd", desk.text)
    return True


def _spot(text: str, index: int) -> tuple[int, int]:
    """Line and column, from 1, of a position in a text."""
    before = text[:index]
    return before.count("\n") + 1, index - before.rfind("\n")


def _build(desk: Desk) -> Node | None:
    """The tree of the file's only document."""
    stack: list[_Open] = []
    root: Node | None = None
    count = 0
    for event in _events(desk):
        line, column = _begins(event)
        node: Node
        match event:
            case yaml.ScalarEvent():
                node = _scalar(event, line, column, desk)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                _plain_only(event, line, column, desk)
                if len(stack) >= MAX_DEPTH:
                    desk.fault_at(line, column, f"nested deeper than {MAX_DEPTH} levels", "a pack needs six at most")
                    return None
                stack.append(_Open(line, column, isinstance(event, yaml.MappingStartEvent)))
                continue
            case yaml.AliasEvent():
                hint = f"write the value out; a text that begins with * stands in quotes: '*{event.anchor}'"
                desk.fault_at(line, column, f"the alias *{event.anchor} is not read", hint)
                node = Broken(line, column)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                node = _closed(stack.pop(), desk)
            case _:
                continue
        count += 1
        if count > MAX_NODES:
            desk.fault_at(line, column, f"the file has more than {MAX_NODES:,} values", "split it into several files")
            return None
        if stack:
            stack[-1].items.append(node)
        else:
            root = node
    return None if isinstance(root, Scalar) and not root.text and root.style is None else root


def _events(desk: Desk) -> Iterator[yaml.Event]:
    """The parser's events up to the end of the first document."""
    documents = 0
    for event in yaml.parse(desk.text, Loader=_LOADER):
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            line, column = _begins(event)
            if documents > 1:
                desk.fault_at(
                    line, column, "a second document begins here", "a file holds one document; delete the ---"
                )
                return
            if event.version or event.tags:
                desk.fault_at(line, column, "directives (lines that begin with %) are not read", "delete the line")
        yield event


def _begins(event: yaml.Event) -> tuple[int, int]:
    """Line and column of an event's first character, from 1; libyaml counts columns in code points."""
    return (event.start_mark.line + 1, event.start_mark.column + 1) if event.start_mark else (1, 1)


def _plain_only(event: yaml.NodeEvent, line: int, column: int, desk: Desk) -> None:
    """Fault anchors and tags."""
    if event.anchor is not None:
        hint = f"delete it; a text that begins with & stands in quotes: '&{event.anchor}'"
        desk.fault_at(line, column, f"the anchor &{event.anchor} is not read", hint)
    tag = getattr(event, "tag", None)
    if tag is not None:
        shown = str(tag).replace("tag:yaml.org,2002:", "!!")
        hint = "delete it; a text that begins with ! stands in quotes"
        desk.fault_at(line, column, f"the tag {shown} is not read", hint)


def _scalar(event: yaml.ScalarEvent, line: int, column: int, desk: Desk) -> Node:
    _plain_only(event, line, column, desk)
    text: str = event.value
    style = event.style or None
    start = event.start_mark.index if event.start_mark else 0
    end = event.end_mark.index if event.end_mark else start
    if style == '"' and "\\" in desk.text[start:end]:
        found = _UNPRINTABLE.search(text)
        if found:
            desk.fault_at(line, column, f"an escape makes U+{ord(found[0]):04X}, which cannot be printed", "delete it")
            return Broken(line, column)
    return Scalar(text, line, column, style, start, end)


def _closed(opened: _Open, desk: Desk) -> Node:
    """The finished sequence, or mapping with its keys looked over."""
    if not opened.is_mapping:
        return Sequence(tuple(opened.items), opened.line, opened.column)
    entries: dict[str, tuple[Scalar, Node]] = {}
    for key, value in zip(opened.items[::2], opened.items[1::2], strict=True):
        if isinstance(key, Broken):
            continue
        if not isinstance(key, Scalar):
            desk.fault(key, "a key must be a text", "a text that begins with { or [ stands in quotes")
        elif key.text == "<<" and key.style is None:
            desk.fault(key, "merge keys (<<) are not read", "write the keys out")
        elif key.text in entries:
            first = entries[key.text][0]
            desk.fault(key, f"the key {key.text!r} stands twice", f"the first is in line {first.line}; delete one")
        else:
            entries[key.text] = (key, value)
    return Mapping(tuple(entries.values()), opened.line, opened.column)


def _syntax(error: yaml.MarkedYAMLError, desk: Desk) -> None:
    """Tell a syntax error where it is, with the mend that fits the line."""
    mark = error.problem_mark or error.context_mark
    if (
        error.context == "while scanning a simple key"
    ):  # the slip is where the key begins; the parser sees it a line later
        mark = error.context_mark or mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    context = f" {error.context}" if error.context else ""
    if error.context and error.context_mark and error.context_mark.line + 1 != line:
        context += f" that begins in line {error.context_mark.line + 1}"
    desk.fault_at(line, column, f"this is not YAML: {error.problem}{context}", _mend(desk.text, line, column))


def _mend(text: str, line: int, column: int) -> str:
    lines = text.split("\n")
    here = lines[line - 1] if line <= len(lines) else ""
    if "\t" in here[: max(column, len(here) - len(here.lstrip()))]:
        return "indent with spaces, not with tabs"
    sign = _QUOTE_ME.search(here[:column])
    if sign:
        return f"a value that begins with {sign['sign']} must stand in quotes"
    if here.count('"') % 2 or here.count("'") % 2 or line > len(lines) or not here.strip():
        return "a quote, { or [ is not closed before this"
    if here.count(": ") > 1:
        return "a value that holds ': ' must stand in quotes"
    if (line >= 2 and _NO_SPACE.match(lines[line - 2])) or _NO_SPACE.match(here):
        return "put a space after the colon"
    return "look at the indentation and the colons of this line and the one before"
