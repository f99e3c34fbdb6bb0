"""计分说明: why an entity has its score, line by line, as the office tells it to the enterprise."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hengjian.model.scorecard import Scorecard
from hengjian.reports.blocks import Block, Document, Heading, Paragraph, Table
from hengjian.reports.figures import amount, day_name, grade_name, number, ordinal, period_name, points, titled
from hengjian.reports.sources import is_item, is_weighed, source_rows, walk

TRIAL = "试算"
_RULES = "（凭记忆，待核）", "（本包自定）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What stands in an explanation beside the score: the entity's name, who signs it and when it is made.

    `trial`: it is not published. `version` counts publications of the same score; `digest` is the SHA-256 (hex) of its
    canonical JSON. `objections`: what was objected, as {"number", "item", "text", "answer", "upheld"}; `until` the last
    day on which one may be raised. `cells`: by item the filed cells of its figure. `head`: the name in red above, where
    the office prints it. `bridges`: the measures of a `bridge` answer, from audited to assessed figures.
    """

    name: str
    office: str
    made: datetime
    day: date
    trial: bool = False
    version: int = 1
    digest: str = ""
    objections: Sequence[Mapping[str, Any]] = ()
    until: date | None = None
    cells: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    head: str = ""
    bridges: Sequence[Mapping[str, Any]] = ()


def explanation(answer: Mapping[str, Any], card: Scorecard, about: Particulars) -> Document:
    """The document of a `score` answer."""
    blocks: list[Block] = []
    for count, (title, part) in enumerate(_parts(answer, card, about), 1):
        blocks += [Heading(level=1, text=f"{ordinal(count)}、{title}"), *part]
    what = card.label.zh
    return Document(
        title=[about.name, titled(str(answer["period"]), what), "计分说明"], blocks=blocks,
        signer=about.office, dated=day_name(about.day), made=about.made, head=about.head,
        mark=TRIAL if about.trial else "",
    )  # fmt: skip


def _parts(
    answer: Mapping[str, Any], card: Scorecard, about: Particulars
) -> Iterator[tuple[str, Sequence[Block]]]:  # fmt: skip
    yield "考核结果", list(_result(answer, card, about))
    yield "计分汇总", list(_summary(answer))
    yield "逐项说明", list(_lines(answer))
    yield "总分的调整", list(_adjustments(answer))
    if about.bridges:
        yield "从审计数到考核数", list(_bridges(about))
    yield "异议", list(_objections(about))
    yield "数据来源", list(_sources(answer, about))
    yield "计分依据", list(_rules(answer, card))
    yield "核验", list(_proof(answer, about))


def _result(answer: Mapping[str, Any], card: Scorecard, about: Particulars) -> Iterator[Paragraph]:
    period, document = period_name(str(answer["period"])), f"（{card.document}）" if card.document else ""
    rule = card.source if card.source.startswith("《") else f"{card.label.zh}{document}"
    own, left = answer.get("grade"), answer.get("quota") or answer.get("grade")
    grade = grade_name(card, left)
    score = answer.get("score")
    result = "尚不能得出总分" if score is None else f"得分{Decimal(score):.{card.digits}f}分"
    state = "本说明为公布前的试算，不作为考核结果。" if about.trial else ""
    again = f"本说明为第{about.version}次公布，以前各次仍可查阅。" if about.version > 1 else ""
    tail = f"，等级为{grade}" if grade else ""
    yield Paragraph(text=f"{about.name}{period}按照{rule}计分，{result}{tail}。{state}{again}")
    if left != own:
        yield Paragraph(lead="等级名额：", text=f"按得分为{grade_name(card, own)}，受等级名额限制，评为{grade}。")
    if score is not None and answer.get("covered", "1") != "1":
        share = number(str(Decimal(answer["covered"]) * 100))
        yield Paragraph(lead="缺数据的权重：", text=f"有数据可计分的权重占{share}%，其余各项的权重由已计分的各项承担。")
    if capped := answer.get("capped"):
        yield Paragraph(lead="等级受限：", text=_reason(capped))
    for one in answer.get("missing") or ():
        yield Paragraph(lead="缺少数据：", text=_missing(str(one["item"]), answer, card))
    uses = answer.get("uses") or {}
    for use in card.uses:
        if uses.get(use.name) is not None:
            yield Paragraph(text=f"据此，{use.label.zh}为{number(str(uses[use.name]))}{_doubt(use.confidence)}。")


def _reason(told: Any) -> str:
    """The Chinese sentence of a reason, however it is wrapped."""
    if isinstance(told, Mapping):
        inner = told.get("reason", told)
        return str(inner.get("zh", "")) if isinstance(inner, Mapping) else str(inner)
    return str(told)


def _missing(name: str, answer: Mapping[str, Any], card: Scorecard) -> str:
    """What an item without points is called, and why it has none."""
    found = next((item for item in walk(answer["items"]) if item["item"] == name), None)
    if found is not None:
        return f"{found['label']['zh']}：{_reason(found.get('reason') or '')}"
    declared = card.item(name)
    return name if declared is None else declared.label.zh


def _summary(answer: Mapping[str, Any]) -> Iterator[Table | Paragraph]:
    rows: list[tuple[str, ...]] = []
    for count, item in enumerate(filter(is_weighed, answer["items"]), 1):
        rows += _summary_rows(item, str(count))
    adjusted = [("", part["label"]["zh"], "", "", "", number(part["score"])) for part in answer.get("adjust") or ()]
    whole = ("", "合计", "", "", "", number(answer.get("exact") or answer.get("score")))
    yield Table(
        titles=("序号", "指标", "权重", "目标值", "实际值", "得分"), rows=[*rows, *adjusted, whole],
        widths=(8, 34, 10, 16, 16, 16), numbers=frozenset({2, 3, 4, 5}),
    )  # fmt: skip
    yield Paragraph(text="表中分数最多显示四位小数，各项按未舍入的数相加。")
    others = [item["label"]["zh"] for item in _unweighed(answer["items"])]
    if others:
        yield Paragraph(text=f"责任书未列、不计分的：{'、'.join(others)}。")


def _unweighed(items: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Items of the card that the letter leaves out."""
    for item in items:
        if is_weighed(item):
            yield from _unweighed(item.get("parts") or ())
        elif is_item(item):
            yield item


def _summary_rows(item: Mapping[str, Any], place: str) -> Iterator[tuple[str, ...]]:
    figures = (
        number(item.get("weight")), amount(item, "target"), amount(item, "value"), number(item.get("score")),
    )  # fmt: skip
    yield (place, item["label"]["zh"], *figures)
    inner = [part for part in item.get("parts") or () if is_weighed(part)]
    for count, part in enumerate(inner, 1):
        yield from _summary_rows(part, f"{place}.{count}")


def _lines(answer: Mapping[str, Any]) -> Iterator[Block]:
    for count, item in enumerate(filter(is_weighed, answer["items"]), 1):
        yield Heading(level=2, text=f"（{ordinal(count)}）{item['label']['zh']}")
        yield Paragraph(text=_told(item))
        yield from _below(item, str(count))


def _below(item: Mapping[str, Any], place: str) -> Iterator[Paragraph]:
    """The parts of an item: items with a number, and what was done to its points beside them."""
    count = 0
    for part in item.get("parts") or ():
        if is_weighed(part):
            count += 1
            yield Paragraph(lead=f"{place}.{count} {part['label']['zh']}。", text=_told(part))
            yield from _below(part, f"{place}.{count}")
    steps = [_reason(part.get("reason") or "").rstrip("。") for part in item.get("parts") or () if not is_item(part)]
    if steps:
        yield Paragraph(text=f"其中：{'；'.join(steps)}。")


def _signed(score: str | None) -> str:
    """Points of a part that adds to others or takes away."""
    written = points(score)
    return written if score is None or written.startswith("−") else f"＋{written}"


def _told(item: Mapping[str, Any]) -> str:
    said = [f"权重{number(item['weight'])}分"] if item.get("weight") is not None else []
    said.append(f"得分{points(item['score'])}" if item.get("score") is not None else "未能计分")
    return f"{'，'.join(said)}。{_ended(_reason(item.get('reason') or ''))}"


def _ended(text: str) -> str:
    """A sentence with its stop."""
    return text if not text or text.endswith(("。", "！", "？")) else f"{text}。"


def _adjustments(answer: Mapping[str, Any]) -> Iterator[Paragraph]:
    steps = answer.get("adjust") or ()
    if not steps:
        yield Paragraph(text="总分为各项得分之和，没有另作调整。")
    for count, part in enumerate(steps, 1):
        text = f"{_signed(part.get('score'))}。{_ended(_reason(part.get('reason') or ''))}"
        yield Paragraph(lead=f"{count}. {part['label']['zh']}：", text=text)


#: What an adjustment does, and how far it has come.
_EFFECTS = {"add_back": "加回", "removal": "剔除", "correction": "更正"}
_STATES = {"claimed": "已申报，尚未认定", "opinion": "已核，尚未认定", "refused": "不予认定"}


def _bridges(about: Particulars) -> Iterator[Paragraph | Table]:
    """Of each measure that was adjusted how its assessed figure comes from the audited one (视同利润认定)."""
    for one in about.bridges:
        unit = str(one["unit"])
        rows = [("审计数", "", _sum(one["audited"], unit))]
        for claim in one["adjustments"]:
            state = _STATES.get(str(claim["state"]), "")
            what = f"{_EFFECTS.get(str(claim['effect']), '')}：{claim['ground']}{f'（{state}）' if state else ''}"
            basis = "，".join(str(claim[name]) for name in ("evidence", "document") if claim.get(name))
            rows.append((what, basis, _sum(claim["amount"], unit)))
        rows.append(("考核数", "", _sum(one["assessed"], unit)))
        yield Paragraph(lead=f"{one['label']['zh']}。", text="每项加回、剔除以认定的数额为准。")
        yield Table(titles=("事项", "依据", "数额"), rows=rows, widths=(40, 36, 24), numbers=frozenset({2}))


def _sum(text: object, unit: str) -> str:
    """A sum of money in 万元, any other figure in its own unit."""
    if text is None:
        return "—"
    figure = Decimal(str(text))
    return f"{number(str(figure / 10_000))}万元" if unit == "CNY" else f"{number(str(figure))}{unit}"


def _objections(about: Particulars) -> Iterator[Paragraph]:
    if about.until is not None:
        yield Paragraph(text=f"对本说明有异议的，请于{day_name(about.until)}前（含当日）提出，并附依据。")
    for one in about.objections:
        item = f"（{one['label']}）" if one.get("label") else ""
        text = one["text"]
        if one.get("upheld") is None:
            said = "尚未答复。"
        else:
            said = f"{'采纳' if one['upheld'] else '不予采纳'}：{one['answer']}"
        yield Paragraph(lead=f"{one['number']}. 异议{item}：", text=f"{_ended(str(text))}答复：{_ended(said)}")
    if about.until is None and not about.objections:
        yield Paragraph(text="没有异议。")


def _sources(answer: Mapping[str, Any], about: Particulars) -> Iterator[Table | Paragraph]:
    rows = source_rows(answer["items"], about.cells)
    if rows:
        yield Table(
            titles=("指标", "数值", "渠道", "出处", "账本条目"), rows=rows, widths=(24, 16, 12, 36, 12),
            numbers=frozenset({1}),
        )  # fmt: skip
    else:
        yield Paragraph(text="各项数值没有写明出处。")


def _doubt(confidence: str | None, cited: str = "") -> str:
    """What is said of a rule that nobody has checked against its text, or that is our own, where it does not say so
    itself."""
    if confidence in (None, "source") or "本包自定" in cited or "凭记忆" in cited:
        return ""
    return _RULES[1] if confidence == "own" else _RULES[0]


def _rules(answer: Mapping[str, Any], card: Scorecard) -> Iterator[Paragraph]:
    document = f"，{card.document}" if card.document and card.document not in card.source else ""
    yield Paragraph(text=f"{card.label.zh}：{card.source}{document}{_doubt(card.confidence, card.source)}。")
    for item in walk(answer["items"]):
        declared = card.item(str(item["item"]))
        if item.get("kind") == "weighted" or declared is None or not (declared.source or declared.document):
            continue
        cited = "，".join(one for one in (declared.source, declared.document or "") if one)
        yield Paragraph(text=f"{item['label']['zh']}：{cited}{_doubt(declared.confidence, cited)}。")
    chosen = answer.get("settings") or {}
    for name, switch in card.switches.items():
        choice = switch.choices.get(str(chosen.get(name, switch.otherwise)))
        if choice is not None:
            source = f"{switch.source}{_doubt(switch.confidence, switch.source)}"
            yield Paragraph(text=f"{switch.label.zh}：{choice.zh}。依据：{source}。")


def _proof(answer: Mapping[str, Any], about: Particulars) -> Iterator[Paragraph]:
    if about.digest:
        yield Paragraph(text=f"本说明由同一份计分结果生成，其SHA-256为{about.digest}。")
    if answer.get("declaration"):
        yield Paragraph(text=f"计分规则与公式的SHA-256为{answer['declaration']}。")
    if answer.get("known"):
        yield Paragraph(text=f"所用数据为{_known(answer['known'])}所记载的。")
    yield Paragraph(text="随附的计分表（XLSX）列有每一步的公式，可在电子表格软件中重新计算。")


def _known(known: Any) -> str:
    moment = str(known["as_known_at"] if isinstance(known, Mapping) else known)
    entries = moment.removeprefix("entry:")
    return f"账本前{entries}条" if entries != moment else f"账本截至{moment}"
