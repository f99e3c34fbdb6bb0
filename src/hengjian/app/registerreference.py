"""The manual page of registers, made from the table of kinds: `docs/reference/registers.md`.

python -c "from hengjian.app.registerreference import page; print(page(), end='')" > docs/reference/registers.md
"""

from hengjian.app.registerkinds import REGISTERS, Column, Register

_READ = {
    "text": "text", "figure": "a number, also with %", "part": "a share: 35% or 0.35", "day": "a day: 2025-03-31",
    "period": "a period: 2025, 2025-Q2", "year": "a year: 2025", "entity": "an entity's id",
    "card": "a scorecard, by name or label", "name": "a name or label",
}  # fmt: skip
_HEAD = """\
# 台账 · Registers

Rows come as a workbook (XLSX, one sheet or many), a CSV table, pasted text, or cell by cell, under these titles in
either language, in any order of columns; all are entered or none. `hengjian register SPACE KIND --template OUT.xlsx`
writes the workbook. A later record of the same topic takes the place of the earlier one; 撤回 takes it back.
Standard values have the bands of their scorecards as columns beside these, and their rows may be pasted out of the
printed book without titles.
"""


def page() -> str:
    """The page as Markdown."""
    return _HEAD + "".join(_section(one) for one in REGISTERS.values())


def _section(one: Register) -> str:
    rows = "".join(_row(column) for column in one.columns)
    many = " Several rows make one record; what stands in the first holds for the others." if one.grouped else ""
    return (
        f"\n## `{one.name}` {one.label.zh} · {one.label.en}\n\nTopic: {', '.join(one.topic)}.{many}\n\n"
        f"| column | titles | read as |\n|---|---|---|\n{rows}"
    )


def _row(column: Column) -> str:
    titles = "、".join(dict.fromkeys((column.label.zh, *column.also))) + f" · {column.label.en}"
    words = ", ".join(f"{label.zh} `{name}`" for name, label in column.choices.items())
    name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
    return f"| {name} | {titles} | {words or _READ[column.kind]} |\n"
