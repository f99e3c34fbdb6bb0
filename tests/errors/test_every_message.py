"""Every message that a user can meet stands in some test: the words of the source are looked for in the tests.

The scan reads the source, so that a message without a test fails here on the day it is written. Of an f-string the
longest fixed part must stand in one text of a test; of alternatives, each one.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
SRC = TESTS.parent / "src" / "hengjian"
#: Calls that make a message, and where it stands among their arguments.
MAKERS = {
    "Issue": "message", "Finding": "message", "refuse": 0, "forbid": 0, "Failure": 0, "Unusable": 0, "Locked": 0,
    "_Refusal": 0, "Undelivered": 0,
    "NoteError": 0, "_issue": 0, "_unreadable": 1, "fault": 0, "fault_at": 2, "add": 0, "warn": 0,
}  # fmt: skip
#: Guards that nobody has found an input for; each says why. A message leaves this list when somebody does.
UNMET = {
    "the file holds characters that no text has": "Python's GB18030 gives no lone surrogates, but might",
    "does not read the same twice": "two readers of one sheet differ: none do that we know",
}
#: Shorter fixed parts say too little to be looked for.
SHORTEST = 6

Functions = ast.FunctionDef | ast.AsyncFunctionDef


def fixed_parts(node: ast.expr) -> Iterator[str]:
    """The longest fixed part of each text that an expression may give."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=values):
            yield max((part.value for part in values if isinstance(part, ast.Constant)), key=len, default="")
            for part in values:
                if isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.IfExp):
                    yield from fixed_parts(part.value)
        case ast.IfExp(body=body, orelse=other):
            yield from fixed_parts(body)
            yield from fixed_parts(other)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield max([*fixed_parts(left), *fixed_parts(right)], key=len, default="")


def assigned(scope: ast.AST, name: str) -> Iterator[ast.expr]:
    """What is assigned to a name anywhere in a scope."""
    for node in ast.walk(scope):
        match node:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                yield value
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=value) if isinstance(value, ast.Tuple | ast.IfExp):
                for one in [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]:
                    for target, part in zip(names, getattr(one, "elts", []), strict=False):
                        if isinstance(target, ast.Name) and target.id == name:
                            yield part


def message_of(call: ast.Call) -> ast.expr | None:
    """The argument of a call that holds the message."""
    match call.func:
        case ast.Name(id=name):
            pass
        case ast.Attribute(attr=name, value=ast.Name(id=owner) | ast.Attribute(attr=owner)):
            if name == "add" and "faults" not in owner:
                return None
        case _:
            return None
    # `desk.fault` and `reading.fault` say where first
    where = 1 if name == "fault" and isinstance(call.func, ast.Attribute) else MAKERS.get(name)
    for keyword in call.keywords:
        if keyword.arg == "message":
            return keyword.value
    return call.args[where] if isinstance(where, int) and where < len(call.args) else None


def scopes(tree: ast.Module) -> Iterator[ast.AST]:
    """Every outermost function, and what stands outside of them."""
    for node in ast.walk(tree):
        if isinstance(node, Functions):
            yield node


def messages(path: Path) -> set[tuple[int, str]]:
    """Line and fixed words of every message in a module."""
    found = set()
    for scope in scopes(ast.parse(path.read_text(encoding="utf-8"))):
        for call in ast.walk(scope):
            argument = message_of(call) if isinstance(call, ast.Call) else None
            if argument is None:
                continue
            texts = assigned(scope, argument.id) if isinstance(argument, ast.Name) else [argument]
            for text in texts:
                found |= {(text.lineno, part.strip()) for part in fixed_parts(text) if len(part.strip()) >= SHORTEST}
    return found


def words_of_tests() -> str:
    """All texts of all tests, fixed parts of f-strings included."""
    texts = []
    for path in TESTS.rglob("*.py"):
        if path != Path(__file__):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            texts += [
                node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
            ]
    return "\n\0".join(texts)


@pytest.fixture(scope="module")
def known() -> str:
    return words_of_tests()


@pytest.mark.parametrize("room", sorted(path.name for path in SRC.iterdir() if (path / "__init__.py").exists()))
def test_every_message_of_a_room_is_tested(room: str, known: str) -> None:
    missing = [
        f"{path.relative_to(SRC)}:{line}: {words}"
        for path in sorted((SRC / room).rglob("*.py"))
        for line, words in sorted(messages(path))
        if words not in known and words not in UNMET
    ]
    assert not missing, "\n".join(["messages that no test has met:", *missing])


def test_the_scan_finds_messages() -> None:
    """It would be a poor guard that found nothing: a few of each way to write one."""
    found = {words for path in SRC.rglob("*.py") for _, words in messages(path)}
    assert {"is not a space", "format is missing or wrong", "cannot be written:", "the file is empty"} <= found
    assert len(found) > 150
    assert found >= UNMET.keys(), "a guard that is gone needs no excuse"
