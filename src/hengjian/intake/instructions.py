"""What the second sheet of a template says, in both languages."""

from collections.abc import Iterator

from hengjian.intake.declared import units_of
from hengjian.model.declaration import Catalogue
from hengjian.model.form import Form
from hengjian.model.period import Frequency

_ZH = (
    "标题不要改动；可以删去不报的行，可以调整列的次序。",
    "单元格只填数字，不带单位；金额单位见标题或“金额单位”一格。",
    "未报的留空，不要填 0、横线或“无”。",
    "撤回已报的数，在该格填“撤回”。",
    "公式要先计算再保存；不要合并单元格；不要隐藏工作表。",
    "期间写作 {period}。单位填登记的编号。",
)
_EN = (
    "Leave the titles as they are; rows that are not reported may be deleted, columns may change places.",
    "A cell holds the number alone; its unit stands in the title or in the cell named Unit.",
    "Leave empty what is not reported: no 0, no dash.",
    "To take a reported figure back, write #withdrawn in its cell.",
    "Let formulas calculate before saving; merge no cells; hide no sheet.",
    "A period is written as {period}. An entity is named by its registered id.",
)
_PERIODS: dict[Frequency, str] = {
    "year": "2019", "half": "2019-H2", "quarter": "2019-Q4", "month": "2019-12", "day": "2019-12-31",
}  # fmt: skip


def instructions(form: Form, catalogue: Catalogue, language: str) -> Iterator[tuple[str, ...]]:
    """The rows of the sheet: how to fill it in, then each title with its unit and source."""
    yield (f"{form.label.zh} {form.label.en}",)
    for texts in (_ZH, _EN) if language == "zh" else (_EN, _ZH):
        yield ()
        for number, text in enumerate(texts, 1):
            yield (f"{number}. {text.format(period=_PERIODS[form.frequency])}",)
    yield ()
    yield "项目 Item", "英文 English", "单位 Unit", "出处 Source"
    for sheet in form.sheets:
        units = units_of(form, sheet, catalogue.measures)
        for line in sheet.lines:
            if line.measure is not None and line.title is not None:
                unit, source = units[line.measure].symbol, catalogue.measures[line.measure].source
                yield line.title.label.zh, line.title.label.en, unit, source
    for name in form.checks:
        check = catalogue.checks[name]
        yield f"校验 Check: {check.label.zh}", check.label.en, "", check.source
