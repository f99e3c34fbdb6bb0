"""计分说明 as DOCX and PDF: what stands in it, how it is laid out, and that the same gives the same bytes."""

import io
import zipfile
from datetime import UTC, datetime
from xml.etree import ElementTree

import docx
import pytest
from docx.shared import Pt
from report_samples import part, particulars, sample_answer, sample_card

from hengjian.reports.blocks import Document, Heading, Paragraph, Table
from hengjian.reports.explanation import explanation
from hengjian.reports.figures import number, ordinal, period_name
from hengjian.reports.lines import broken
from hengjian.reports.portable import write_pdf
from hengjian.reports.word import write_word

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def document(**more: object) -> Document:
    return explanation(sample_answer(), sample_card(), particulars(**more))


def texts(found: Document) -> list[str]:
    lines = []
    for block in found.blocks:
        match block:
            case Heading(text=text):
                lines.append(text)
            case Paragraph():
                lines.append(block.lead + block.text)
            case Table():
                lines += ["|".join(row) for row in block.rows]
    return lines


def test_it_tells_each_point_with_its_reason_source_and_rule() -> None:
    lines = texts(document())
    assert [line for line in lines if line[1:2] == "、"] == [
        "一、考核结果", "二、计分汇总", "三、逐项说明", "四、总分的调整", "五、异议", "六、数据来源", "七、计分依据",
        "八、核验",
    ]  # fmt: skip
    assert lines[1] == ("嘉源水务有限公司2025年按照经营业绩考核（国资办〔2025〕7号）计分，得分89.00分，等级为A（优）。")
    assert "据此，绩效薪金倍数为1.5（凭记忆，待核）。" in lines
    assert "1|利润总额|30|105万元|117.6万元|34" in lines
    assert "2|服务满意度|70|—|80.1764%|56.1235" in lines
    assert "权重30分，得分34分。按增减步长计分。" in lines
    assert "其中：达到目标得权重分30分；实际值比目标值高12%，每超过3%加1分，最多加6分，加4分。" in lines
    assert "1. 封顶：−1.1235分。总分不超过89分。" in lines
    assert "利润总额|117.6万元|审计决算|文件：2025年决算.xlsx；工作表：利润表；单元格：C18|42" in lines
    assert "1. 异议（利润总额）：研发费用未计入。答复：不予采纳：不属认定范围。" in lines
    assert "利润总额：办法第八条（凭记忆，待核）。" in lines
    assert "计步方式：按比例。依据：办法第八条（本包自定）。" in lines
    assert f"本说明由同一份计分结果生成，其SHA-256为{'cd' * 32}。" in lines


def test_the_cells_of_a_figure_are_listed() -> None:
    cell = {"label": "利润总额", "period": "2025-Q4", "file": "决算.xlsx", "sheet": "利润表", "cell": "C9", "entry": 7}
    first, other = cell | {"count": 3}, cell | {"count": 3, "cell": "C10", "entry": 8}
    lines = texts(document(cells={"service": [first, other]}))
    where = "利润总额（2025-Q4）：决算.xlsx 利润表 C9；利润总额（2025-Q4）：决算.xlsx 利润表 C10；等3处"
    assert f"服务满意度|80.1764%||{where}|7、8" in lines


def test_a_trial_says_that_it_is_one_on_every_page() -> None:
    trial = document(trial=True)
    assert trial.mark == "试算"
    assert any("不作为考核结果" in line for line in texts(trial))
    archive = zipfile.ZipFile(io.BytesIO(write_word(trial)))
    marked = [
        name for name in archive.namelist() if "header" in name and 'string="试算"' in archive.read(name).decode()
    ]
    assert len(marked) == 2  # of odd and of even pages
    archive = zipfile.ZipFile(io.BytesIO(write_word(document())))
    assert not any('string="试算"' in archive.read(name).decode("utf-8", "ignore") for name in archive.namelist())


def test_what_cannot_be_scored_is_said() -> None:
    answer = sample_answer() | {"score": None, "grade": None, "exact": None}
    answer["items"][1] |= {"score": None, "reason": {"zh": "没有数值。", "en": ""}}
    answer["missing"] = [
        {"item": "service", "label": {"zh": "服务满意度", "en": ""}, "reason": {"zh": "没有数值", "en": ""}}
    ]
    lines = texts(explanation(answer, sample_card(), particulars()))
    assert any("尚不能得出总分" in line for line in lines)
    assert "缺少数据：服务满意度：没有数值。" in lines
    assert "权重70分，未能计分。没有数值。" in lines


def test_the_page_is_that_of_the_standard() -> None:
    paper = docx.Document(io.BytesIO(write_word(document())))
    part = paper.sections[0]
    sizes = part.page_width, part.page_height, part.top_margin, part.bottom_margin, part.left_margin, part.right_margin
    assert [round(one.mm, 1) for one in sizes if one is not None] == [210, 297, 37, 35, 28, 26]
    faces = {
        (run._r.rPr.rFonts.get(f"{_W}eastAsia"), run.font.size) for line in paper.paragraphs for run in line.runs
    }  # fmt: skip
    assert faces == {
        ("方正小标宋_GBK", Pt(22)), ("仿宋_GB2312", Pt(16)), ("黑体", Pt(16)), ("楷体_GB2312", Pt(16)),
    }  # fmt: skip
    assert {line.paragraph_format.line_spacing for line in paper.paragraphs[4:]} == {Pt(28.95)}
    odd, even = part.footer.paragraphs[0], part.even_page_footer.paragraphs[0]
    assert (str(odd.alignment), str(even.alignment)) == ("RIGHT (2)", "LEFT (0)")
    assert paper.settings.odd_and_even_pages_header_footer


def test_a_face_that_is_missing_has_others_like_it() -> None:
    archive = zipfile.ZipFile(io.BytesIO(write_word(document())))
    table = ElementTree.fromstring(archive.read("word/fontTable.xml"))
    others = {
        font.get(f"{_W}name"): font.find(f"{_W}altName").get(f"{_W}val").split(",")  # type: ignore[union-attr]
        for font in table
        if font.find(f"{_W}altName") is not None
    }
    assert {"仿宋", "FangSong", "Noto Serif CJK SC"} <= set(others["仿宋_GB2312"])
    assert {"SimHei", "Noto Sans CJK SC"} <= set(others["黑体"])
    assert set(others) == {"方正小标宋_GBK", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"}


@pytest.mark.parametrize("write", [write_word, write_pdf])
def test_the_same_gives_the_same_bytes(write: object) -> None:
    assert callable(write)
    assert write(document()) == write(document())
    assert write(document()) != write(document(name="别的公司"))


def test_dates_are_those_of_the_record() -> None:
    data = write_word(document())
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert archive.namelist() == sorted(archive.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
    core = docx.Document(io.BytesIO(data)).core_properties
    assert core.created == core.modified == datetime(2026, 3, 5, 1, 2, 3, tzinfo=UTC)
    assert core.author == "嘉源区国有资产监督管理委员会"


def test_a_pdf_has_as_many_pages_as_it_needs() -> None:
    data = write_pdf(document())
    assert data.startswith(b"%PDF-1.")
    assert data.count(b"/Type /Page\n") == 3


@pytest.mark.parametrize(
    ("text", "shown"),
    [("56.123456789012", "56.1235"), ("34", "34"), ("-1.5", "−1.5"), ("-0.00001", "0"), ("1E+3", "1000"), (None, "—"),
     ("89.10", "89.1"), ("0.00005", "0.0001")],
)  # fmt: skip
def test_numbers_are_shown_to_four_places(text: str | None, shown: str) -> None:
    assert number(text) == shown


def test_periods_and_ordinals_are_said_in_chinese() -> None:
    assert [period_name(one) for one in ("2025", "2025Q1", "2025-03", "2025H2")] == [
        "2025年", "2025年第一季度", "2025年3月", "2025年下半年",
    ]  # fmt: skip
    assert [ordinal(one) for one in (1, 10, 11, 20, 35)] == ["一", "十", "十一", "二十", "三十五"]


def test_no_stop_begins_a_line_and_no_word_is_torn() -> None:
    lines = broken("请于年底前提出，并附依据（见第3条）。ABCDEFG完", len, 8, 6)
    assert lines == ["请于年底前", "提出，并附依据", "（见第3条）。", "ABCDEFG", "完"] or all(
        line[0] not in "，。）" and line[-1] != "（" for line in lines
    )
    assert "".join(lines) == "请于年底前提出，并附依据（见第3条）。ABCDEFG完"
    assert broken("abcdefghij", len, 4, 4) == ["abcd", "efgh", "ij"]


def test_how_an_assessed_figure_comes_from_the_audited_one() -> None:
    """视同利润: each claim with its ground, its documents and what was recognised; sums of money in 万元."""
    claim = {
        "effect": "add_back", "state": "recognised", "ground": "前期费用", "evidence": "明细账",
        "document": "国资〔2026〕12号",
    }  # fmt: skip
    bridge = {
        "label": {"zh": "利润总额", "en": "Profit"}, "unit": "CNY", "audited": "46200000", "assessed": "54800000",
        "adjustments": [
            claim | {"amount": "8600000"}, claim | {"amount": "0", "state": "opinion", "ground": "策划费"},
        ],
    }  # fmt: skip
    lines = texts(document(bridges=[bridge]))
    first = lines.index("五、从审计数到考核数")
    assert lines[first + 1 : first + 6] == [
        "利润总额。每项加回、剔除以认定的数额为准。", "审计数||4620万元",
        "加回：前期费用|明细账，国资〔2026〕12号|860万元",
        "加回：策划费（已核，尚未认定）|明细账，国资〔2026〕12号|0万元", "考核数||5480万元",
    ]  # fmt: skip


def test_what_the_letter_leaves_out_takes_one_line() -> None:
    why = {"zh": "责任书未列此项", "en": ""}
    left = part("return", "净资产收益率", "0", kind="left_out", code="not_in_letter", reason=why)
    answer = sample_answer()
    lines = texts(explanation({**answer, "items": [*answer["items"], left]}, sample_card(), particulars()))
    assert "责任书未列、不计分的：净资产收益率。" in lines
    assert not [line for line in lines if line.startswith("3|") or "责任书未列此项" in line]


def test_on_how_much_of_the_weight_a_score_stands() -> None:
    lines = texts(explanation({**sample_answer(), "covered": "0.008"}, sample_card(), particulars()))
    assert "缺数据的权重：有数据可计分的权重占0.8%，其余各项的权重由已计分的各项承担。" in lines
