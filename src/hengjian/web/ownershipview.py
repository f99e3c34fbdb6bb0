"""The chart of ownership in a reader's words: texts that fit their boxes, classes for the style sheet, addresses."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

from hengjian.web.ownershipchart import Box, Chart, Line
from hengjian.web.ownershipfacts import Facts, Holding, Node
from hengjian.web.ownershipgroups import HEIGHT, LABEL, has_votes
from hengjian.web.ownershiplines import Point
from hengjian.web.words import Words

#: Of letters in the size of names: how wide those are that are as wide as high, and the others. Of ids likewise.
_WIDE, _NARROW, _CAPITAL, _CODE = 12.5, 6.9, 8.6, 6.4
_PAD, _TAG = 8, 10.5
#: Stands between ids in an address; quoting leaves none in an id.
_BETWEEN = "!"
#: Shares below this, or above the whole without it, are not written out; what is as near as `_ROUNDING` is the whole.
_TINY, _ROUNDING = 0.00005, 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """Opens or shuts what hangs on a box."""

    x: int
    y: int
    width: int
    text: str
    address: str
    label: str
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxView:
    """A box: `names` in one or two lines, `tags` (text, class, left end, width), whom it is tied to by key."""

    key: int
    id: str
    x: int
    y: int
    width: int
    kind: str
    names: tuple[str, ...]
    code: str
    code_x: int
    share: str
    tags: tuple[tuple[str, str, int, int], ...]
    label: str
    address: str
    buttons: tuple[Button, ...]
    ups: str
    downs: str
    is_rest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """A line: its path, its class, the lines of its label (text, x, y, class), and what it is in full."""

    path: str
    kind: str
    owner: int
    owned: int
    texts: tuple[tuple[str, int, int], ...]
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartView:
    """All of it, ready to be written out."""

    boxes: Sequence[BoxView]
    lines: Sequence[LineView]
    bands: Sequence[tuple[str, int, int]]
    width: int
    height: int


#: Gives the address of the same page with a box turned (by id), or with all of a box's holdings.
Turning = Callable[[str], str]


def percent(share: float | None) -> str:
    """A share as people write it: at most two decimals, and never 0 for what is something, nor 1 for what is less."""
    if share is None:
        return "–"
    if 0 < abs(share) < _TINY:
        return "<0.01%"
    if 1 - _TINY <= share < 1 - _ROUNDING:
        return ">99.99%"
    return f"{share * 100:.2f}".rstrip("0").rstrip(".") + "%"


def ids_text(ids: Iterable[str]) -> str:
    """Ids as one word of an address."""
    return _BETWEEN.join(quote(one, safe="") for one in ids)


def ids_of(text: str) -> tuple[str, ...]:
    """The ids that such a word names, each once."""
    return tuple(dict.fromkeys(unquote(one) for one in text.split(_BETWEEN) if one))


def fitted(name: str, width: float, lines: int = 2) -> tuple[str, ...]:
    """A name in lines that fit a width, broken between words or wide letters; the last one cut where it must be."""
    found: list[str] = []
    rest = name.strip()
    while rest and len(found) < lines:
        end = _fitting(rest, width)
        if end < len(rest) and len(found) + 1 == lines:
            return (*found, rest[: max(1, _fitting(rest, width - _WIDE))].rstrip() + "…")
        if end < len(rest):
            space = rest.rfind(" ", 1, end + 1)
            if space > 0 and rest[end - 1].isascii() and rest[end].isascii():
                end = space
        found.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return tuple(found) or ("",)


def _fitting(text: str, width: float) -> int:
    """How many letters of a text fit."""
    used = 0.0
    for at, letter in enumerate(text):
        used += _CAPITAL if letter.isascii() and letter.isupper() else _NARROW if ord(letter) < 0x2E80 else _WIDE
        if used > width:
            return max(at, 1)
    return len(text)


def chart_view(
    chart: Chart, facts: Facts, words: Words, *, address: Turning, turned: Turning, whole: Turning
) -> ChartView:
    """The chart as it is written out. `address` is where one's box leads to."""
    ups: dict[int, list[int]] = {}
    downs: dict[int, list[int]] = {}
    top = {box.key: box.y for box in chart.boxes}
    for line in sorted(chart.lines, key=lambda line: -(line.holding.share if line.holding else 0.0)):
        ends = sorted((line.owner, line.owned), key=top.__getitem__)
        downs.setdefault(ends[0], []).append(ends[1])
        ups.setdefault(ends[1], []).append(ends[0])
    boxes = [
        _rest(box, words, whole(box.spot.id), ups, downs) if box.rest else _box(
            box, facts, words, address(box.spot.id), turned, ups, downs
        )
        for box in chart.boxes
    ]  # fmt: skip
    lines = [_line(line, facts, words) for line in chart.lines]
    bands = [(level_of(level, words), round(y), round(height)) for level, y, height in chart.bands]
    return ChartView(boxes=boxes, lines=lines, bands=bands, width=round(chart.width), height=round(chart.height))


def level_of(level: int, words: Words) -> str:
    """What a level is called."""
    if level == 0:
        return words("ownership.level.self")
    return words("ownership.level.below" if level > 0 else "ownership.level.above", level=abs(level))


def _keys(ends: Mapping[int, Sequence[int]], key: int) -> str:
    return " ".join(map(str, dict.fromkeys(ends.get(key, ()))))


def _rest(
    box: Box, words: Words, address: str, ups: Mapping[int, Sequence[int]], downs: Mapping[int, Sequence[int]]
) -> BoxView:
    text = words("ownership.rest", count=box.rest)
    return BoxView(
        key=box.key, id="", x=round(box.x), y=round(box.y), width=round(box.width), kind="rest", names=(text,),
        code="", code_x=0, share=words("ownership.rest.show"), tags=(), label=text, address=address, buttons=(),
        ups=_keys(ups, box.key), downs=_keys(downs, box.key), is_rest=True,
    )  # fmt: skip


def _box(
    box: Box, facts: Facts, words: Words, address: str, turned: Turning,
    ups: Mapping[int, Sequence[int]], downs: Mapping[int, Sequence[int]],
) -> BoxView:  # fmt: skip
    node, spot = facts.nodes[box.spot.id], box.spot
    is_self = node.level == 0 and not spot.is_copy
    kinds = ["box", "self" if is_self else "copy" if node.level == 0 else "above" if node.level < 0 else "below"]
    kinds += ["held"] * bool(node.control) + ["ring"] * (node.ring is not None) + ["copy"] * spot.is_copy
    kinds += [node.mark] * bool(node.mark)
    share = "" if node.level == 0 else _effective(node, words)
    room = box.width - 2 * _PAD - _width(share)
    tags, x = [], _PAD
    for text, kind in _tags(node, spot.is_copy, words):
        width = round(_width(text, _TAG)) + 8
        if x + width <= room + _PAD:
            tags.append((text, kind, x, width))
            x += width + 4
    code = node.id if node.id != node.name else ""
    fits = int((room - (x - _PAD) - 6) / _CODE)
    code = code if len(code) <= fits else code[: fits - 1] + "…" if fits >= 4 else ""
    buttons = [_button(box, words, turned(spot.id), node.name)] if spot.children and node.level else []
    return BoxView(
        key=box.key, id=node.id, x=round(box.x), y=round(box.y), width=round(box.width), kind=" ".join(kinds),
        names=fitted(node.name, box.width - 2 * _PAD), code=code, code_x=x, share=share, tags=tuple(tags),
        label=said(node, words), address=address, buttons=tuple(buttons), ups=_keys(ups, box.key),
        downs=_keys(downs, box.key), is_rest=False,
    )  # fmt: skip


def _effective(node: Node, words: Words) -> str:
    if _moved(node):
        return f"{percent(node.before)} → {percent(node.cash_flow)}"
    if node.mark == "gone":
        return words("ownership.was", share=percent(node.before))
    return words("ownership.effective", share=percent(node.cash_flow))


def _width(text: str, size: float = 12.0) -> float:
    return sum(size * (0.6 if ord(letter) < 0x2E80 else 1.0) for letter in text)


def _tags(node: Node, is_copy: bool, words: Words) -> list[tuple[str, str]]:
    found = [(words("ownership.ring.tag", number=node.ring), "ring")] if node.ring is not None else []
    found += [(words("ownership.copy.tag"), "copy")] if is_copy else []
    return found + ([(words(f"ownership.mark.{node.mark}"), node.mark)] if node.mark and not _moved(node) else [])


def _moved(node: Node) -> bool:
    """Whether its right is another now, so that both figures are written."""
    return node.mark == "changed" and None not in (node.before, node.cash_flow) and node.before != node.cash_flow


def _button(box: Box, words: Words, address: str, name: str) -> Button:
    spot = box.spot
    text = "−" if spot.is_open else f"+{spot.beneath}"
    width = 16 + 7 * len(text)
    key = "ownership.shut" if spot.is_open else "ownership.open"
    return Button(
        x=round(box.x + (box.width - width) / 2), y=round(box.y - 15 if box.is_above else box.y + HEIGHT - 7),
        width=width, text=text, address=address, label=words(key, name=name, count=spot.beneath), is_open=spot.is_open,
    )  # fmt: skip


def said(node: Node, words: Words) -> str:
    """All that a box says, and what it cannot hold, as one text."""
    if node.level == 0:
        return f"{node.name} · {node.id}"
    key = "above" if node.level < 0 else "below"
    parts = [node.name, node.id, level_of(node.level, words)]
    parts.append(words(f"ownership.said.{key}", share=percent(node.cash_flow)))
    if node.control:
        parts.append(words(f"ownership.said.control.{key}"))
    if node.ring is not None:
        parts.append(words("ownership.ring.tag", number=node.ring))
    if node.mark:
        parts.append(words(f"ownership.mark.{node.mark}"))
    return " · ".join(dict.fromkeys(parts))


def _line(line: Line, facts: Facts, words: Words) -> LineView:
    holding = line.holding
    path = _path(line.points)
    if holding is None:
        return LineView(path=path, kind="line rest", owner=line.owner, owned=line.owned, texts=(), title="")
    rings = {facts.nodes[end].ring for end in (holding.owner, holding.owned)}
    kinds = ["line"] + ["ring"] * (len(rings) == 1 and None not in rings) + ["named"] * bool(holding.kinds)
    kinds += [holding.mark] * bool(holding.mark) + ["up"] * line.is_up
    texts = label(holding, words)
    if line.is_up and texts:
        texts = [f"↑ {texts[0]}", *texts[1:]]
    x, y = line.label
    if line.is_beside:
        starts = [y - 4 - LABEL * (1 if len(texts) > 2 else 0)] + [y + 11 + LABEL * more for more in range(3)]
        if len(texts) > 2:
            starts.insert(1, y - 4)
    else:
        starts = [y + LABEL * (index + 0.75) for index in range(len(texts))]
    return LineView(
        path=path, kind=" ".join(kinds), owner=line.owner, owned=line.owned,
        texts=tuple((text, round(x), round(start)) for text, start in zip(texts, starts, strict=False)),
        title=title(holding, facts, words),
    )  # fmt: skip


def label(holding: Holding, words: Words) -> list[str]:
    """What stands at a line: the share, the votes where they are others, the kind, and what was before."""
    found = [percent(holding.share)] if holding.share > 0 else []
    if has_votes(holding):
        found.append(words("ownership.votes", share=percent(holding.votes)))
    if holding.kinds:
        found.append(words(f"ownership.kind.{holding.kinds[0]}"))
    if holding.mark == "changed":
        found.append(words("ownership.before", share=_before(holding)))
    return found or [percent(0.0)]


def _before(holding: Holding) -> str:
    is_votes = holding.before is not None and abs(holding.before - holding.share) < 1e-9
    return percent(holding.votes_before if is_votes else holding.before)


def title(holding: Holding, facts: Facts, words: Words) -> str:
    """A holding in full."""
    names = facts.nodes[holding.owner].name, facts.nodes[holding.owned].name
    parts = [f"{names[0]} → {names[1]}", *label(holding, words)]
    return " · ".join([*parts, words(f"ownership.mark.{holding.mark}")] if holding.mark else parts)


def _path(points: Sequence[Point]) -> str:
    """In whole pixels, each step relative to the one before."""
    corners = [(round(x), round(y)) for x, y in points]
    (x, y), *rest = corners
    found = f"M{x} {y}"
    for across, down in rest:
        found += f"v{down - y}" if across == x else f"h{across - x}" if down == y else f"l{across - x} {down - y}"
        x, y = across, down
    return found
