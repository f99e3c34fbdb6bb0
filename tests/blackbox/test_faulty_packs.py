"""Faulty packs: each fault is named with its file, line, column and a way to mend it, all of them in one run."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from kit import hengjian, says
from tiny_pack import PACK, TINY, indicator, write_pack

MEASURES, PARAMETERS, SOLVENCY, FLOWS = (
    "measures.yaml",
    "parameters.yaml",
    "indicators/solvency.yaml",
    "indicators/flows.yaml",
)


@dataclass(frozen=True)
class Slip:
    """One slip of the pen: in `file`, `wrong` stands where `right` should. The fault stands where `at` begins in it."""

    name: str
    file: str
    right: str
    wrong: str
    words: tuple[str, ...]
    at: str = ""
    exact: bool = False  # the column too
    loose: bool = False  # not even the line: the reader notices only later

    def files(self, before: dict[str, str] | None = None) -> dict[str, str]:
        files = dict(before or TINY)
        assert self.right in files[self.file], f"{self.name}: the pack has changed"
        files[self.file] = files[self.file].replace(self.right, self.wrong, 1)
        return files

    def place(self, files: dict[str, str]) -> tuple[int, int]:
        """Line and column, from 1, in code points."""
        text = files[self.file]
        start = text.index(self.wrong) + self.wrong.index(self.at)
        return text.count("\n", 0, start) + 1, start - (text.rfind("\n", 0, start) + 1) + 1


RATIO = "formula: total_liabilities / total_assets"

SLIPS = [
    Slip("unknown key", MEASURES, "period_type: instant", "perod_type: instant", ("perod_type", "period_type")),
    Slip("key given twice", MEASURES, "unit: CNY\n", "unit: CNY\n  unit: 万元\n", ("unit",), at="unit: 万元"),
    Slip("no is no word for false", MEASURES, "cumulative: year", "cumulative: no", ("no",)),
    Slip("a date where none belongs", MEASURES, "period_type: duration", "period_type: 2021-01-01", ("2021-01-01",)),
    Slip("unknown period type", MEASURES, "period_type: instant", "period_type: instnat", ("instnat", "instant")),
    Slip("unknown frequency", MEASURES, "frequency: month", "frequency: mnth", ("mnth", "month")),
    Slip("unknown unit", MEASURES, "unit: person", "unit: persn", ("persn", "person")),
    Slip("unknown entity type", MEASURES, "type: enterprise", "type: enterprize", ("enterprize", "enterprise")),
    Slip("a list where a text belongs", MEASURES, "source: meter", "source: [meter]", ()),
    Slip("a text where a table belongs", "types.yaml",
         "attributes:\n    industry: {kind: text, label: {zh: 行业, en: industry}}", "attributes: industry",
         ("attributes",)),
    Slip("label left out", MEASURES, "  label: {zh: 职工人数, en: headcount}\n", "", ("headcount", "label")),
    Slip("half of a label", MEASURES, "label: {zh: 职工人数, en: headcount}", "label: {zh: 职工人数}", ("en",)),
    Slip("source left out", MEASURES, "  source: meter\n", "", ("power_used", "source")),
    Slip("name of the pack left out", "pack.yaml", "name: tiny\n", "", ("name",)),
    Slip("unknown pack required", "pack.yaml", "requires: []", "requires: [financ]", ("financ", "finance")),
    Slip("parameter that is no number", PARAMETERS, "default: 70%", "default: seventy", ("seventy",)),
    Slip("from that is no date", PARAMETERS, "from: 2021-01-01", "from: soon", ("soon",)),
    Slip("a day that does not exist", PARAMETERS, "from: 2021-01-01", "from: 2021-02-30", ("2021-02-30",)),
    Slip("unknown attribute", PARAMETERS, "by: [industry]", "by: [industri]", ("industri", "industry")),
    Slip("tab", MEASURES, "  label: {zh: 用电量", "\tlabel: {zh: 用电量", ()),
    Slip("bracket left open", "types.yaml", "{kind: text, label: {zh: 行业, en: industry}}", "{kind: text", (),
         loose=True),
    Slip("unknown name", SOLVENCY, RATIO, "formula: total_liabilites / total_assets",
         ("total_liabilites", "total_liabilities"), at="total_liabilites", exact=True),
    Slip("unknown second name", SOLVENCY, RATIO, "formula: total_liabilities / total_asets",
         ("total_asets", "total_assets"), at="total_asets", exact=True),
    Slip("label in place of the name", SOLVENCY, RATIO, "formula: 负债合计 / total_assets",
         ("负债合计", "total_liabilities"), at="负债合计", exact=True),
    Slip("money and people", SOLVENCY, "formula: total_assets\n", "formula: total_assets + headcount\n",
         ("CNY", "person")),
    Slip("money against a ratio", SOLVENCY, RATIO, "formula: if(total_assets > 70%, 1, 0)", ("CNY", "ratio")),
    Slip("another unit than declared", SOLVENCY, RATIO, "formula: total_liabilities", ("CNY", "ratio")),
    Slip("ttm of a balance", FLOWS, "ttm(net_profit)", "ttm(total_assets)", ("ttm", "total_assets")),
    Slip("unknown function", FLOWS, "ttm(net_profit)", "tmm(net_profit)", ("tmm", "ttm"), at="tmm", exact=True),
    Slip("one argument too many", FLOWS, "yoy(operating_income)", "yoy(operating_income, net_profit, investment)",
         ("yoy",)),
    Slip("no argument", FLOWS, "yoy(operating_income)", "yoy()", ("yoy",)),
    Slip("two operators", FLOWS, "yoy(operating_income)", "研发费用 / / operating_income", ("/",),
         at="/ operating", exact=True),
    Slip("two names", FLOWS, "yoy(operating_income)", "研发费用 operating_income", ("operating_income",),
         at="operating_income", exact=True),
    Slip("bracket of a formula left open", FLOWS, "yoy(operating_income)", "yoy(operating_income", ()),
    Slip("nothing after the operator", FLOWS, "yoy(operating_income)", "研发费用 /", ()),
    Slip("backquote left open", FLOWS, "formula: headcount", "formula: headcount + `headcount", ()),
    Slip("no such sign", FLOWS, "formula: headcount", "formula: headcount ; headcount", (";",), at=";", exact=True),
    Slip("statement of a database", FLOWS, "formula: headcount", "formula: drop table headcount", (), at="drop"),
]  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_each_slip_is_named_with_its_place(slip: Slip, tmp_path: Path) -> None:
    files = slip.files()
    faults = hengjian("check", write_pack(tmp_path / "tiny", files)).faults
    named = [fault for fault in says(faults, *slip.words) if fault["severity"] == "error"]
    assert named, faults
    places = [(fault["line"], fault["column"]) for fault in named if Path(fault["file"]).as_posix().endswith(slip.file)]
    assert places, named
    assert all(line >= 1 and column >= 1 for line, column in places)
    assert all(fault["hint"] for fault in named)
    if slip.wrong and not slip.loose:
        line, column = slip.place(files)
        assert line in [place[0] for place in places]
        if slip.exact:
            assert (line, column) in places


def test_a_circle_is_shown_with_its_path(tmp_path: Path) -> None:
    circle = (
        indicator("first", "CNY", "second + 1 * total_assets")
        + indicator("second", "CNY", "third")
        + indicator("third", "CNY", "first")
    )
    pack = write_pack(tmp_path / "tiny", {**TINY, "indicators/circle.yaml": circle})
    fault = says(hengjian("check", pack).faults, "first", "second", "third")[0]
    assert Path(fault["file"]).name == "circle.yaml"
    names = [
        name
        for name in fault["message"].replace("→", " ").replace("->", " ").split()
        if name in ("first", "second", "third")
    ]
    assert len(names) >= 4
    assert names[0] == names[-1], "the path comes back to where it began"


def test_a_name_is_declared_once_across_files(tmp_path: Path) -> None:
    again = indicator("debt_ratio", "ratio", "total_assets / total_liabilities")
    pack = write_pack(tmp_path / "tiny", {**TINY, "indicators/again.yaml": again})
    fault = says(hengjian("check", pack).faults, "debt_ratio")[0]
    assert Path(fault["file"]).name in ("again.yaml", "solvency.yaml")


def test_measures_indicators_and_parameters_share_their_names(tmp_path: Path) -> None:
    clash = indicator("headcount", "ratio", "debt_ratio") + indicator("red_line", "ratio", "debt_ratio")
    pack = write_pack(tmp_path / "tiny", {**TINY, "indicators/clash.yaml": clash})
    faults = hengjian("check", pack).faults
    assert says(faults, "headcount")
    assert says(faults, "red_line")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("资产:\n".encode("gb18030"), id="another encoding"),
        pytest.param(b"\x00\x01\x02", id="no text at all"),
        pytest.param(b"- total_assets\n- total_liabilities\n", id="a list"),
        pytest.param(b"total_assets\n", id="a word"),
        pytest.param(b"a: &x [1]\nb: *x\n", id="anchors"),
        pytest.param(b"a: !!python/object/apply:os.getcwd []\n", id="a tag that runs code"),
        pytest.param(b"a: {label: 1}\n---\nb: 2\n", id="two documents"),
    ],
)
def test_files_that_are_no_declarations(content: bytes, tmp_path: Path) -> None:
    pack = write_pack(tmp_path / "tiny", {**TINY, "measures.yaml": content})
    faults = [fault for fault in hengjian("check", pack).faults if Path(fault["file"]).name == "measures.yaml"]
    assert faults
    assert faults[0]["line"] >= 1


def test_a_folder_that_is_no_pack(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert says(hengjian("check", tmp_path / "empty").faults, "pack.yaml")


def test_all_faults_come_in_one_run(tmp_path: Path) -> None:
    """Ten slips in five files, in declarations and formulas alike: ten faults."""
    chosen = {
        "unknown key", "unknown unit", "label left out", "parameter that is no number", "unknown attribute",
        "unknown pack required", "unknown name", "money and people", "ttm of a balance", "two operators",
    }  # fmt: skip
    slips = [slip for slip in SLIPS if slip.name in chosen]
    assert len(slips) == len(chosen)
    files = dict(TINY)
    for slip in slips:
        files = slip.files(files)
    faults = hengjian("check", write_pack(tmp_path / "tiny", files)).faults
    silent = [slip.name for slip in slips if not says(faults, *slip.words)]
    assert silent == []


def test_several_packs_are_checked_in_one_run(tmp_path: Path) -> None:
    one = write_pack(tmp_path / "one", {**TINY, "pack.yaml": PACK.replace("licence", "lisence")})
    other = write_pack(
        tmp_path / "other", {**TINY, "types.yaml": TINY["types.yaml"].replace("kind: text", "kind: txt")}
    )
    faults = hengjian("check", one, other).faults
    assert says(faults, "lisence", "licence")
    assert says(faults, "txt", "text")


def test_check_reads_no_data_and_writes_nothing(tiny: Path, tmp_path: Path) -> None:
    before = {file: file.read_bytes() for file in tiny.rglob("*") if file.is_file()}
    hengjian("check", tiny, cwd=tmp_path).done()
    assert {file: file.read_bytes() for file in tiny.rglob("*") if file.is_file()} == before
    assert list(tmp_path.iterdir()) == []
