"""The manual page of scorecards, made from the tables of keys: `docs/reference/scorecards.md`.

python -c "from hengjian.load.scorereference import page; print(page(), end='')" > docs/reference/scorecards.md
"""

from collections.abc import Iterator

from hengjian.load import scoreshapes as shapes
from hengjian.load.fields import Record

#: Each table with its title: the card, an item, and what stands inside them.
_TABLES: tuple[tuple[str, Record], ...] = (
    ("A scorecard", shapes.SCORECARD), ("`standards` of a card", shapes.RECORDS["standards"]),
    ("a band", shapes.BAND_RECORD), ("a grade", shapes.GRADE_RECORD), ("a switch", shapes.SWITCH_RECORD),
    ("a use", shapes.USE_RECORD),
    ("An item", shapes.ITEM), *((f"method `{of.name}`", shapes.RECORDS[of.name]) for of in shapes.METHODS),
    ("a special case", shapes.SPECIAL_RECORD), ("`above` and `below` of steps", shapes.SIDE),
    ("a ground of awards", shapes.KIND_RECORD), ("a step of `adjust`", shapes.STEP_RECORD),
    *((f"step `{of.name}`", shapes.RECORDS[of.name]) for of in shapes.STEP_KINDS),
)  # fmt: skip


def page() -> str:
    """The whole page, in Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# The keys of scorecards/*.yaml"
    yield ""
    yield "Made from the tables that the reader goes by; [scorecards.md](../scorecards.md) tells how they are used."
    for title, record in _TABLES:
        yield from ("", f"## {title[0].upper()}{title[1:]}", "")
        if not record.fields:
            yield "It has no keys: write `{}`."
            continue
        yield "| key | needed | what it says |"
        yield "|---|---|---|"
        one_of = {name for group in record.either for name in group}
        for of in record.fields:
            needed = "one of these" if of.name in one_of else "yes" if of.required else ""
            yield f"| `{of.name}` | {needed} | {of.meaning.replace('|', '·')} |"
