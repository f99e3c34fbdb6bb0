"""The JSON Schema is made from the reader's tables; what is sound for one is sound for the other."""

from fnmatch import fnmatch
from typing import Any

import pytest
from small_pack import FILES

from hengjian.load import find_pack, json_schema
from hengjian.load.strict import Mapping, Node, Scalar, Sequence, read_yaml

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")


def plain(node: Node | None) -> Any:
    match node:
        case Scalar():
            return node.text
        case Mapping():
            return {key.text: plain(value) for key, value in node.entries}
        case Sequence():
            return [plain(item) for item in node.items]
        case _:
            return None


def documents() -> list[tuple[str, str, Any]]:
    packs = {name: find_pack(name) for name in ("base", "finance")}
    packs["small"] = {name: text.encode() for name, text in FILES.items()}
    return [
        (pack, name, plain(read_yaml(data, name)[0]))
        for pack, files in packs.items()
        for name, data in files.items()
        if name.endswith(".yaml")
    ]


def schema_for(name: str) -> Any:
    return next(schema for pattern, schema in json_schema().items() if fnmatch(name, pattern))


@pytest.mark.parametrize(
    ("pack", "name", "document"), documents(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_sound_files_are_valid(pack: str, name: str, document: Any) -> None:
    jsonschema.Draft202012Validator(schema_for(name)).validate(document)


def test_the_schemas_are_schemas() -> None:
    for schema in json_schema().values():
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("measures.yaml", "unit:", "unitt:"),
        ("measures.yaml", "instant", "instnat"),
        ("measures.yaml", "  source: balance sheet\n", ""),
        ("parameters.yaml", "65%", "much"),
        ("parameters.yaml", "2023-01-01", "soon"),
        ("indicators/returns.yaml", "formula:", "formulae:"),
        ("types.yaml", "kind: text", "kind: txt"),
        ("checks.yaml", "severity: warning", "severity: mild"),
    ],
)
def test_faulty_files_are_invalid(name: str, old: str, new: str) -> None:
    assert old in FILES[name]
    document = plain(read_yaml(FILES[name].replace(old, new, 1).encode(), name)[0])
    assert not jsonschema.Draft202012Validator(schema_for(name)).is_valid(document)
