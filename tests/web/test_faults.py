"""Faults in the reader's language: nothing that people meet stays in English, and nothing is lost on the way."""

import ast
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from hengjian.intake.text import quoted
from hengjian.model.issue import CellPlace, Issue
from hengjian.web.faults import Catalogue, fault_of, read_templates, translate
from hengjian.web.names import Names
from hengjian.web.words import words_of

SRC = Path(__file__).parents[2] / "src" / "hengjian"
#: Rooms of which every text in the source is looked at, for hints come from functions and tables there.
WHOLE = ("intake", "trust")
#: Rooms of which messages and hints are looked at where they are made.
MADE = ("app", "casework", "ledger", "people", "store", "supervise", "web")
#: Modules whose texts are no faults, or faults of commands that no page gives.
APART = {
    "app/demo.py": "the demo is a command",
    "intake/export.py": "tables that go out",
    "intake/instructions.py": "the second sheet of a template, in both languages by itself",
    "intake/ownershiptitles.py": "titles in both languages",
    "intake/registerform.py": "the template's own texts, in both languages by itself",
    "intake/template.py": "the template's own texts, in both languages by itself",
    "ledger/backup.py": "backup and restore are commands",
    "ledger/audit.py": "audit is a command",
    "ledger/recover.py": "recover is a command",
    "trust/form.py": "what is signed",
}
#: Texts that are no message: patterns, XML, and parts that messages are put together from.
NO_MESSAGE = re.compile(
    r"[\\(]\?|\[0-9\]|\\d|<\?xml|<Relationship|<Types|<work|^, as of |^, dates that archives|^⟦1⟧( ⟦2⟧)?: ⟦[23]⟧"
    r"|^unexpected end$|^field larger$|^new-line character$|^full-width commas$|^a PDF$|^hengjian number attestation"
    r"|^⟦1⟧ ⟦2⟧$"
)
#: Templates of texts that the source puts together from parts.
COMPOSED = (
    "the journal {path}", "{indicator:name} of {entity} in {period}", "{name:name} is by {frequency:word}",
    "canonical JSON holds", "{f} ", "{x} is ", "two versions of", "the version of",
    "no book of", "no item ", "no rated item of", "no switch of", "no choice of", "no ground of", "no company of",
    "no figure to be confirmed",
)  # fmt: skip
MAKERS = {
    "Issue", "refuse", "forbid", "Failure", "Unusable", "Locked", "_issue", "NoteError", "NotANumber", "Fault",
    "Finding", "add", "Undelivered",
    "warn", "fault_at",
}  # fmt: skip
KINDS = {None, "word", "text", "list", "or", "han", "one", "name", "type", "formula"}
HAN = re.compile(r"[\u3400-\u9fff]")

Functions = ast.FunctionDef | ast.AsyncFunctionDef
TEMPLATES = {room: templates for room, templates in read_templates("zh") if room not in ("words", "marks")}


def sample(node: ast.expr) -> str | None:
    """A text that an expression may give, with ⟦1⟧, ⟦2⟧ … for what is put in."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            text, count = "", 0
            for part in values:
                if isinstance(part, ast.FormattedValue):
                    count += 1
                    is_quoted = part.conversion == ord("r") or (
                        isinstance(part.value, ast.Call) and getattr(part.value.func, "id", "") == "quoted"
                    )
                    text += f"'⟦{count}⟧'" if is_quoted else f"⟦{count}⟧"
                elif isinstance(part, ast.Constant):
                    text += part.value
            return text
    return None


def whole(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every text of a module that has a blank, docstrings apart."""
    apart: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            apart.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            apart |= {id(inner) for part in node.values for inner in ast.walk(part) if isinstance(inner, ast.JoinedStr)}
            apart |= {id(part) for part in node.values if isinstance(part, ast.Constant)}
    for node in ast.walk(tree):
        if id(node) not in apart and isinstance(node, ast.Constant | ast.JoinedStr):
            text = sample(node)
            if text and " " in text.strip():
                yield node.lineno, text


def made(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The messages and hints of a module, where they are made."""
    outside = {id(node) for scope in ast.walk(tree) if isinstance(scope, Functions) for node in ast.walk(scope)}
    scopes = [node for node in ast.walk(tree) if isinstance(node, Functions)]
    for scope in [*scopes, tree]:
        for call in ast.walk(scope):
            if not isinstance(call, ast.Call) or (scope is tree and id(call) in outside):
                continue
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            owner = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else "faults"
            if name not in MAKERS or (name in ("add", "warn") and "faults" not in owner):
                continue
            for argument in [*call.args, *(one.value for one in call.keywords if one.arg in ("message", "hint"))]:
                for node in given_by(argument, scope, tree):
                    text = sample(node)
                    if text and " " in text.strip():
                        yield node.lineno, text


def given_by(node: ast.expr, scope: ast.AST, tree: ast.Module) -> Iterator[ast.expr]:
    """The texts that an expression may give: alternatives, names, and what functions of the module return."""
    match node:
        case ast.IfExp(body=body, orelse=other):
            yield from given_by(body, scope, tree)
            yield from given_by(other, scope, tree)
        case ast.BoolOp(values=values):
            for value in values:
                yield from given_by(value, scope, tree)
        case ast.Name(id=name):
            for where in (scope, tree) if scope is not tree else (tree,):
                for found in ast.walk(where) if where is scope else where.body:
                    if isinstance(found, ast.Assign) and ast.unparse(found.targets[0]) == name:
                        yield from given_by(found.value, scope, tree)
        case ast.Call(func=ast.Name(id="nearest"), keywords=keywords):
            for keyword in keywords:
                yield from given_by(keyword.value, scope, tree)
        case ast.Call(func=ast.Name(id=name)):
            for function in tree.body:
                if isinstance(function, Functions) and function.name == name and function is not scope:
                    for one in ast.walk(function):
                        if isinstance(one, ast.Return) and one.value is not None:
                            yield from given_by(one.value, function, tree)
        case _:
            yield node


def phrases(room: str) -> dict[str, str]:
    """Each text of a room that people may read, with where it stands."""
    found = {}
    for path in sorted((SRC / room).rglob("*.py")):
        name = str(path.relative_to(SRC))
        if name in APART:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for line, text in whole(tree) if room in WHOLE else made(tree):
            if not NO_MESSAGE.search(text) and not HAN.search(text.partition("⟦")[0][:2]):
                found.setdefault(text, f"{name}:{line}")
    return found


@pytest.mark.parametrize("room", [*WHOLE, *(room for room in MADE if (SRC / room).exists())])
def test_every_message_has_a_chinese_text(room: str) -> None:
    """A message written today needs its template in strings/faults/zh today."""
    lacking, lost = [], []
    for text, place in phrases(room).items():
        shown = translate(text, "zh")
        if shown == text or not HAN.search(shown):
            lacking.append(f"{place}: {text}")
        lost += [f"{place}: {text} -> {shown}" for slot in re.findall(r"⟦\d+⟧", text) if slot not in shown]
    assert not lacking, "\n".join(["no template in strings/faults/zh fits:", *lacking])
    assert not lost, "\n".join(["a slot is lost:", *lost])


def test_the_walk_finds_messages() -> None:
    found = phrases("intake")
    assert len(found) > 180
    assert {
        "'⟦1⟧' is not a number", "no entity '⟦1⟧' is registered", "the formula has no value", "write it as ⟦1⟧",
        "commas part thousands only, in groups of three: 1,234,567.89", "the ⟦1⟧ is empty",
    } <= found.keys()  # fmt: skip
    assert {"the key '⟦1⟧' was used for another submission: ⟦2⟧", "name a folder that can be written to"} <= phrases(
        "app"
    ).keys()


def test_each_template_stands_once_and_keeps_its_slots() -> None:
    listed = [english for templates in TEMPLATES.values() for english in templates]
    assert [english for english, count in Counter(listed).items() if count > 1] == []
    slot = re.compile(r"\{('?)([a-z_]+)\1(?::([a-z]+))?\}")
    for templates in TEMPLATES.values():
        for english, shown in templates.items():
            names = [match[2] for match in slot.finditer(english)]
            assert len(names) == len(set(names)), english
            assert {match[3] for match in slot.finditer(english)} <= KINDS, english
            kept = {match[2] for match in slot.finditer(shown)}
            assert kept <= set(names), shown
            assert set(names) - kept <= {"same", "en", "check"}, shown
            assert HAN.search(shown) or "{" in shown or english in PROPER, shown


def test_no_key_stands_twice_in_a_file() -> None:
    for path in (SRC / "web" / "strings" / "faults").rglob("*.json"):
        pairs = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=lambda found: found)
        keys = [key for key, _ in pairs]
        assert len(keys) == len(set(keys)), path


def test_every_template_is_said_somewhere() -> None:
    """A template whose message is gone goes too."""
    every = "\n".join(
        "".join(part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "\0" for part in (
            node.values if isinstance(node, ast.JoinedStr) else [node]
        ))
        for path in SRC.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.JoinedStr | ast.Constant)
    )  # fmt: skip
    unsaid = []
    for templates in TEMPLATES.values():
        for english in templates:
            parts = [part for part in re.split(r"\{[^{} ]*\}", english) if len(part.strip("' ")) > 3]
            if not all(part.strip("'") in every for part in parts):
                unsaid.append(english)
    assert [english for english in unsaid if not english.startswith(COMPOSED)] == []


def real_messages() -> set[str]:
    """The texts that tests of messages compare with: what is really said, place and hint cut off."""
    found = set()
    for folder in ("errors", "intake", "app", "trust"):
        for path in (SRC.parents[1] / "tests" / folder).glob("test_*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
                    for part in node.value.split(" | "):
                        found |= {part, re.sub(r"^\S*: ", "", part)}
    return found


#: Numbers and quoted texts, which mean the same in every language.
FACTS = re.compile(r"(?<![A-Za-z])'([^']{2,})'(?![a-z])|(\d[\d.,]*\d)")


def test_no_fact_of_a_real_message_is_lost() -> None:
    said = 0
    for text in sorted(real_messages()):
        shown = translate(text, "zh")
        if shown == text or not HAN.search(shown) or any(text in templates for templates in TEMPLATES.values()):
            continue
        said += 1
        for quote, number in FACTS.findall(text):
            assert (quote or number) in shown, f"{text}\n{shown}"
    assert said > 250


#: Proper names are written alike.
PROPER = {"a PDF"}
FAULTS = [
    ("no entity 'E9' is registered", "没有登记编号为“E9”的单位"),
    ("'a lot' is not a number", "“a lot”不是数字"),
    ('"it\'s" is not a number', "“it's”不是数字"),
    ("'说 \"多\"' is not a number", "“说 \"多\"”不是数字"),
    ("'5%' is a share, but the figure is measured in CNY", "“5%”是百分数，但此项的计量单位是元"),
    ("the file is a Word document", "文件是 Word 文档"),
    ("the sheet is empty", "工作表是空的"),
    ("did you mean total_assets or net_assets?", "是否应为 total_assets 或 net_assets？"),
    ("did you mean 资产总额 or 资产总计?", "是否应为资产总额或资产总计？"),
    ("the file is a binary workbook (.xlsb)", "文件是二进制工作簿（.xlsb）"),
    ("the cells C2:D2 are merged and hold one value", "单元格 C2:D2 已合并，只有一个数"),
    ("the measure is reported by quarter, and 2019-11 is a month", "此项按季报送，而 2019-11 是按月的期间"),
    ("the column period is missing", "缺少列：期间（period）"),
    (
        "was it cut off? open it in Excel or WPS and save it again as .xlsx",
        "是否没有传完？请用 Excel 或 WPS 打开，另存为 .xlsx 再报",
    ),
    (
        "the form has entity, period, and the names of measures",
        "可用的列有：单位（entity）、期间（period），以及各指标项的名称",
    ),
    ("G01 2025-12: 资产 5 不等于负债与权益 4 / assets 5 differ from 4", "G01 2025-12：资产 5 不等于负债与权益 4"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), FAULTS)
def test_what_a_clerk_reads(text: str, shown: str) -> None:
    assert translate(text, "zh") == shown


def test_english_stays_as_it_is() -> None:
    for text, _ in FAULTS[:-1]:
        assert translate(text, "en") == text
    assert translate(FAULTS[-1][0], "en") == "G01 2025-12: assets 5 differ from 4"


@pytest.mark.parametrize("text", ["", " ", "'", "no message of ours", "'x' is not", "is not a number", "x" * 100_000])
def test_what_fits_no_template_is_shown_as_it_stands(text: str) -> None:
    assert translate(text, "zh") == text


HOSTILE = st.text(max_size=60) | st.sampled_from([
    "x' is not a number", "' is registered", "no entity 'a' is registered", "{text}", "{0}", "{entity.__class__}",
    "} {", "\\", "'", '"', "' stands in row 3 already", " of 'x' in this period stands in row 1 already",
])  # fmt: skip


@given(HOSTILE)
def test_a_quoted_text_cannot_change_what_is_said(text: str) -> None:
    """Whatever stands in a cell, its fault keeps its meaning and shows all of what was quoted."""
    inner = quoted(text)[1:-1]
    if quoted(text)[0] == "'":
        inner = inner.replace("\\'", "'")
    assert translate(f"{quoted(text)} is not a number", "zh") == f"“{inner}”不是数字"
    assert translate(f"no entity {quoted(text)} is registered", "zh") == f"没有登记编号为“{inner}”的单位"


def test_templates_that_fit_one_text_are_tried_from_the_most_exact() -> None:
    catalogue = Catalogue({"the file is {x}": "B {x}", "the file is {x}, not CSV": "A {x}"}, {}, {"quotes": "“{}”"})
    assert catalogue.shown("the file is a PDF, not CSV") == "A a PDF"
    assert catalogue.shown("the file is a Word document") == "B a Word document"


def test_an_issue_and_its_record_are_shown_alike() -> None:
    place = CellPlace(file="甲.xlsx", sheet="表", cell="C2", row=2, column=3)
    issue = Issue(place=place, message="'x' is not a number", hint="write digits only", severity="warning")
    fault = fault_of(issue, "zh")
    assert (fault.file, fault.sheet, fault.cell, fault.row, fault.column) == ("甲.xlsx", "表", "C2", 2, 3)
    assert (fault.message, fault.hint, fault.severity) == ("“x”不是数字", "请只写数字", "warning")
    record = fault_of(issue.record(), "zh")
    assert (record.cell, record.message, record.hint) == (fault.cell, fault.message, fault.hint)


def test_declared_things_are_shown_by_their_labels() -> None:
    declared = {
        "measures": {
            "total_assets": {"label": {"zh": "资产总计", "en": "total assets"}},
            "equity": {"label": {"zh": "所有者权益合计", "en": "equity"}},
        },
        "types": {"enterprise": {"label": {"zh": "企业", "en": "enterprise"}}, "park": {"label": {"zh": "园区"}}},
    }
    names = Names(declared, words_of("zh"))
    text = "total_assets of 'G01' in this period stands in row 6 already"
    assert translate(text, "zh", names) == "“G01”本期的资产总计在第 6 行已经报过"
    assert translate(text, "zh") == "“G01”本期的 total_assets 在第 6 行已经报过"
    text = "'P1' is of type park, total_assets belongs to enterprise"
    assert translate(text, "zh", names) == "“P1”的类型是园区，而资产总计属于企业"
    hint = "solvent: abs(total_assets) >= equity (准则第 3 条)"
    assert translate(hint, "zh", names) == "应满足：绝对值(资产总计) >= 所有者权益合计（准则第 3 条）"
    issue = Issue(place=None, message=text, hint=hint)
    assert "资产总计" in fault_of(issue, "zh", names).message
    assert translate(text, "en", names) == text


def test_a_thousand_faults_are_quickly_said() -> None:
    texts = [f"'x{number}' is not a number" for number in range(400)]
    texts += [f"'E{number}' is of type park, total_assets belongs to enterprise" for number in range(300)]
    texts += [f"total_assets of 'E1' in this period stands in row {number} already" for number in range(300)]
    translate("the formula has no value", "zh")
    best = min(_seconds(texts) for _ in range(3))
    assert best < 0.05


def _seconds(texts: list[str]) -> float:
    began = time.process_time()
    for text in texts:
        assert translate(text, "zh") != text
    return time.process_time() - began


def test_pages_translate_and_the_api_does_not(reader: TestClient) -> None:
    address = "/entity/000338/explain/nothing/2019-Q4"
    assert "没有名为“nothing”的指标或指标项" in reader.get(address, params={"lang": "zh"}).text
    assert "no indicator or measure is called &#39;nothing&#39;" in reader.get(address, params={"lang": "en"}).text
    asked = {"entity": "000338", "indicator": "nothing", "period": "2019-Q4", "lang": "zh"}
    (fault,) = reader.get("/api/explain", params=asked).json()["faults"]
    assert fault["message"] == "no indicator or measure is called 'nothing'"
