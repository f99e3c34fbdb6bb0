"""Writes the table of the rules of early_warning from their declarations: python tools/make_rule_table.py."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from hengjian.load import assemble, find_pack, load_pack, with_required
from hengjian.model.declaration import Catalogue, Parameter, Rule

TARGET = Path(__file__).parents[1] / "docs" / "early-warning-rules.md"
COLOURS = {"red": "红", "orange": "橙", "yellow": "黄", "blue": "蓝"}
SURE = {"source": "文件", "mem": "凭记忆，待核", "own": "本包自定"}
OPENING = """# 预警规则表

规则包 `early_warning` 的全部规则，由 `tools/make_rule_table.py` 按其声明生成，测试保证二者一致。

* 依据：**文件**，界线已公布；**凭记忆，待核**，确有其文，文字或数字未核对；**本包自定**，无文件规定，各监管机构可另定。
* 条件以各指标、参数的中文名写出，界线现行值列在其后，历年值和出处见 `parameters.yaml`。

All rules of the pack `early_warning`, generated from its declarations; a test keeps both in step. 文件: lines as
published; 凭记忆，待核: from memory, to be verified; 本包自定: this pack's own choice.
"""
TITLES = ("规则", "级别与条件", "界线", "另需", "依据", "文号", "责任处室")
_NAME = re.compile(r'"[^"]*"|[a-z_][a-z_0-9]*(?!\w*:)')


def page(name: str) -> str:
    """The document of a shipped pack's rules."""
    pack, _ = load_pack(find_pack(name), name)
    if pack is None:
        raise ValueError(f"the shipped pack {name} is damaged")
    catalogue, issues = assemble(with_required([pack]))
    if catalogue is None or issues:
        raise ValueError(f"the shipped pack {name} is damaged: {issues}")
    lines = [OPENING, f"共 {len(pack.rules)} 条，{len({rule.area for rule in pack.rules})} 个领域。", ""]
    for area in catalogue.areas.values():
        rules = [rule for rule in pack.rules if rule.area == area.name]
        if rules:
            lines += [f"## {area.label.zh}（{len(rules)} 条）", "", _line(TITLES), _line(["---"] * len(TITLES))]
            lines += [_line(_cells(rule, catalogue)) for rule in rules]
            lines.append("")
    return "\n".join(lines)


def _line(cells: Iterator[str] | list[str] | tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _cells(rule: Rule, catalogue: Catalogue) -> tuple[str, ...]:
    named = {one for text in rule.texts() for one in _NAME.findall(text.text)}
    lines = [f"{one.label.zh} {_value(one)}" for name, one in catalogue.parameters.items() if name in named]
    levels = [f"{COLOURS[tier.level]}：{_told(tier.when.text, catalogue)}" for tier in rule.tiers]
    return (
        f"{rule.label.zh}<br>`{rule.name}`", "<br>".join(levels), "<br>".join(lines),
        "<br>".join(_demands(rule, catalogue)), SURE[rule.confidence or "own"], rule.document or "",
        rule.owner.zh if rule.owner else "",
    )  # fmt: skip


def _told(text: str, catalogue: Catalogue) -> str:
    """A formula with the Chinese labels of what it names."""
    words = {"and": "且", "or": "或", "not": "非"}
    for links in (catalogue.links, catalogue.walked_links()):
        words |= {
            name: (one.label if name == one.name else one.inverse_label or one.label).zh for name, one in links.items()
        }
    for kind in catalogue.types.values():
        words |= {name: one.label.zh for name, one in kind.attributes.items()}
    words |= {name: one.label.zh for name, one in catalogue.measures.items()}
    words |= {name: one.label.zh for name, one in catalogue.indicators.items()}
    words |= {name: one.label.zh for name, one in catalogue.parameters.items()}
    return _NAME.sub(lambda match: words.get(match[0], match[0]), text).replace("<", "&lt;")


def _demands(rule: Rule, catalogue: Catalogue) -> Iterator[str]:
    """What else must hold: whom it concerns, from what amount, how long, on which statements, and what clears it."""
    for title, text in (("对象", rule.applies), ("起点", rule.minimum), ("解除", rule.clear)):
        if text is not None:
            yield f"{title}：{_told(text.text, catalogue)}"
    if rule.persists is not None:
        yield f"近 {rule.persists.of} 期中至少 {rule.persists.periods} 期"
    if rule.scope == "parent":
        yield "单体口径"
    if rule.unknown is not None:
        yield f"缺数时为{COLOURS[rule.unknown]}"


def _value(parameter: Parameter) -> str:
    """What is in force now, by class where there are classes."""
    latest, scale, symbol = parameter.values[-1], parameter.unit.scale, parameter.unit.symbol
    found = []
    for name, value in latest.values.items():
        figure = Decimal(value) / Decimal(scale)
        told = f"{figure * 100:f}".rstrip("0").rstrip(".") + "%" if symbol == "ratio" else _plain(figure, symbol)
        found.append(told if name == "default" else f"{name} {told}")
    return "、".join(found)


def _plain(figure: Decimal, symbol: str) -> str:
    number = f"{figure:f}"
    number = number.rstrip("0").rstrip(".") if "." in number else number
    units = {"pp": "个百分点", "times": "倍", "CNY": "元"}
    return f"{number} {units.get(symbol, symbol)}"


if __name__ == "__main__":
    TARGET.write_text(page("early_warning"), encoding="utf-8")
