"""The workbook in which a register of holdings is filled: the form `ownership`."""

import io
from collections.abc import Mapping

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from hengjian.intake.ownershiptitles import TITLES
from hengjian.intake.template import CREATED, WIDE_ROWS, Language, Looks, looks, width

_COLUMNS = (
    "owner", "owned", "share", "voting", "kind", "principal", "subscribed", "paid", "evidence",
    "valid_from", "valid_to",
)  # fmt: skip
NAME: Mapping[Language, str] = {"zh": "持股登记", "en": "Holdings"}
_INSTRUCTIONS = {"zh": "填报说明", "en": "Instructions"}
_KINDS = {"zh": ("直接", "代持", "一致行动"), "en": ("direct", "nominee", "concert")}
_SAID = {
    "zh": {
        "share": "此处填 0 到 100% 的比例", "day": "此处填日期，如 2024-03-01", "amount": "此处填金额（元）",
        "kind": "请从列表中选择",
    },
    "en": {
        "share": "A part from 0 to 100 %", "day": "A date, as 2024-03-01",
        "amount": "An amount in CNY", "kind": "Choose from the list",
    },
}  # fmt: skip
_HOW = {
    "zh": (
        "一行写一个股东对一家企业的一段持股；标题不要改动，列的次序可以调整。",
        "持股单位、被投资企业、实际权利人填登记的编号，或统一社会信用代码（只有一个单位登记该代码时）。",
        "比例填百分数（51%）或小数（0.51）。持有但比例不明的留空；不再持有填 0。",
        "生效日期是此比例开始的一天，留空为一直如此；失效日期是不再如此的第一天，留空为至今。",
        "比例变动只报变动：写新的比例和生效日期，自该日起取代以前所报。转让须同时写出让方剩余的比例（无则为 0）。",
        "错报整段撤回：在失效日期填“撤回”，比例留空。",
        "一家企业的持股比例在任何一天合计不得超过 100%。",
        "表决权比例只在与持股比例不同时填写，此时各股东都要填。",
        "代持须写实际权利人；一致行动写与谁一致。",
        "认缴、实缴出资额以元计；依据写章程、协议或登记文件的名称和日期。",
    ),
    "en": (
        "A row is one owner's holding in one company for a time; leave the titles as they are.",
        "Owner, owned and principal: registered ids, or a social credit code that only one entity has.",
        "A share is a percentage (51%) or a fraction (0.51); empty: not known; 0: nothing is held any more.",
        "Valid from: its first day, empty: always. Valid to: the first day on which it is over, empty: open.",
        "A change is one row with the new share and its first day; a sale needs the seller's row too (0: none left).",
        "To take a wrong row back, write #withdrawn under valid to and leave the share empty.",
        "On no day may the shares of one company come to more than 100 %.",
        "State votes only where they differ from shares, and then of each owner.",
        "A nominee names its principal; one in concert names with whom it votes.",
        "Amounts are in CNY; evidence is the name and date of the charter, agreement or registration.",
    ),
}  # fmt: skip
#: A row as it may be filled in, by the columns above.
_EXAMPLE = {
    "zh": ("G01", "E01", "51%", "", "直接", "", "51000000", "51000000", "公司章程 2024-02-20", "2024-03-01", ""),
    "en": ("G01", "E01", "51%", "", "direct", "", "51000000", "51000000", "charter of 2024-02-20", "2024-03-01", ""),
}  # fmt: skip


def register_template(language: Language, company: str = "") -> bytes:
    """The workbook (XLSX), the same bytes each time; `company` (an id) is filled in as owned, in the first row."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": NAME[language], "created": CREATED})
        formats = looks(book)
        page = book.add_worksheet(NAME[language])
        _write_register(book, page, formats, language, company)
        _write_instructions(book.add_worksheet(_INSTRUCTIONS[language]), formats, language)
    return buffer.getvalue()


def _title(column: str) -> str:
    label, _ = TITLES[column]
    return f"{label.zh}\n{label.en}"


def _write_register(
    book: xlsxwriter.Workbook, page: Worksheet, formats: Looks, language: Language, company: str
) -> None:
    free = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter", "locked": False}
    percent, day = (book.add_format({**free, "num_format": code}) for code in ("0.00####%", "yyyy-mm-dd"))
    of = {"share": percent, "voting": percent, "subscribed": formats.money, "paid": formats.money,
          "valid_from": day, "valid_to": day}  # fmt: skip
    said = _SAID[language]
    checks: dict[str, dict[str, object]] = {
        "share": {
            "validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1, "error_title": said["share"],
        },
        "subscribed": {"validate": "decimal", "criteria": ">=", "value": 0, "error_title": said["amount"]},
        "valid_from": {"validate": "any", "input_title": said["day"]},
        "kind": {"validate": "list", "source": list(_KINDS[language]), "error_title": said["kind"]},
    }  # fmt: skip
    checks |= {"voting": checks["share"], "paid": checks["subscribed"], "valid_to": checks["valid_from"]}
    for number, column in enumerate(_COLUMNS):
        title = _title(column)
        page.set_column(number, number, max(14, width(title)), of.get(column, formats.text))
        page.write_string(0, number, title, formats.title)
        if column in checks:
            page.data_validation(1, number, WIDE_ROWS, number, {"error_type": "warning", **checks[column]})
    if company:
        page.write_string(1, _COLUMNS.index("owned"), company, formats.text)
    page.set_row(0, 34)
    page.freeze_panes(1, 2)
    page.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})


def _write_instructions(page: Worksheet, formats: Looks, language: Language) -> None:
    page.set_column(0, len(_COLUMNS) - 1, 16)
    page.write_string(0, 0, f"{NAME['zh']} {NAME['en']}", formats.name)
    row = 1
    for texts in (_HOW[language], _HOW["en" if language == "zh" else "zh"]):
        row += 1
        for number, text in enumerate(texts, 1):
            page.write_string(row, 0, f"{number}. {text}")
            row += 1
    row += 1
    page.write_string(row, 0, "例 Example", formats.heading)
    for number, (column, cell) in enumerate(zip(_COLUMNS, _EXAMPLE[language], strict=True)):
        page.write_string(row + 1, number, _title(column), formats.title)
        page.write_string(row + 2, number, cell, formats.item)
    page.set_row(row + 1, 34)
    page.protect("")
