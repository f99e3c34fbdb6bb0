"""The chart of ownership: what is drawn, folded, marked and told, on the page, in its table and as files."""

import csv
import io
import re
import time
from collections.abc import Mapping
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import ownership_space
import pytest
from hypothesis import given
from hypothesis import strategies as st
from space import HOSTILE
from starlette.testclient import TestClient

from hengjian.web import build
from hengjian.web.ownershipfacts import Facts, facts_of
from hengjian.web.ownershiptree import EVERYONE, Shape, Spot, Wish, grow, show, turned
from hengjian.web.ownershipview import fitted, ids_of, ids_text, percent


def client(ask: Any = ownership_space.ask) -> TestClient:
    return TestClient(build(ask), base_url="http://127.0.0.1", raise_server_exceptions=False)


def get(path: str, **query: str) -> str:
    answer = client().get(path, params=query or None)
    assert answer.status_code == 200, answer.text
    return answer.text


def chart(text: str) -> ElementTree.Element:
    """The drawing of a page."""
    start = text.index('<svg class="chart-ownership"')
    return ElementTree.fromstring(text[start : text.index("</svg>", start) + 6].replace("&nbsp;", " "))


def tags(drawing: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [one for one in drawing.iter() if one.tag.rpartition("}")[2] == name]


def words(one: ElementTree.Element) -> list[str]:
    """What is written on a box, its tooltip left out."""
    return [text.text or "" for text in one.iter() if text.tag.endswith("text")]


def boxes(text: str) -> list[tuple[str, ElementTree.Element]]:
    """Each box of a page by id."""
    return [(one.get("data-id", ""), one) for one in tags(chart(text), "a") if one.get("data-key")]


def box(text: str, entity: str) -> ElementTree.Element:
    (found,) = [one for key, one in boxes(text) if key == entity and "copy" not in one.get("class", "").split()]
    return found


def labels(text: str) -> dict[tuple[str, str], list[str]]:
    """The label of each line by the ids of its ends."""
    drawing = chart(text)
    ids = {one.get("data-key"): one.get("data-id", "") for one in tags(drawing, "a") if one.get("data-key")}
    found = {}
    for one in tags(drawing, "text"):
        if ends := one.get("data-ends"):
            owner, owned = ends.split()
            found[ids[owner], ids[owned]] = [span.text or "" for span in tags(one, "tspan")]
    return found


def classes(text: str, entity: str) -> set[str]:
    return set(box(text, entity).get("class", "").split())


def test_a_graph_draws_everyone_once_with_all_holdings() -> None:
    text = get("/ownership/G", view="graph", depth="all")
    assert sorted(key for key, _ in boxes(text)) == sorted(set(ownership_space.NAMES) - {"L"})
    assert set(labels(text)) == {one[:2] for one in ownership_space.EDGES}
    assert labels(text)["G", "C"] == ["60%"]


def test_a_tree_repeats_who_is_held_by_several_and_marks_it() -> None:
    text = get("/ownership/G", depth="all", direction="down")
    found = [key for key, _ in boxes(text)]
    assert found.count("C") == 2
    assert found.count("D") == 2, "a ring ends where it begins anew"
    (copy,) = [one for key, one in boxes(text) if key == "C" and "copy" in one.get("class", "").split()]
    assert "重复" in words(copy)
    assert labels(text)["A", "C"] == ["20%"]


def test_shares_and_votes_stand_at_the_lines_and_the_kinds_are_named() -> None:
    found = labels(get("/ownership/G", view="graph", depth="all"))
    assert found["G", "B"] == ["42%", "票 63%", "一致行动"], "its own votes and those cast with it"
    assert found["A", "M"] == ["35%", "代持"]
    assert found["D", "X"] == ["<0.01%"], "what is something does not look like nothing"
    english = labels(get("/ownership/G", view="graph", depth="all", lang="en"))
    assert english["G", "B"] == ["42%", "vote 63%", "concert"]
    lines = {one.get("class", "") for one in tags(chart(get("/ownership/G", view="graph")), "path")}
    assert "line named" in lines, "dashed"


def test_boxes_tell_the_effective_share_control_and_rings() -> None:
    text = get("/ownership/G", view="graph", depth="all")
    assert words(box(text, "E")) == ["示例充电服务有限公司", "环1", "E", "穿透 17.43%"]
    assert {"held", "ring", "below"} <= classes(text, "E")
    assert "held" not in classes(text, "M")
    assert classes(text, "G") == {"box", "self"}
    assert {"above", "held"} <= classes(text, "O")
    assert "交叉持股，2 家：示例新能源有限公司、示例充电服务有限公司" in text
    assert labels(text)["E", "D"] == ["↑ 10%"], "who stands lower holds who stands higher"
    (ring,) = [one for one in tags(chart(text), "text") if one.get("class") == "ring up"]
    assert ring.get("data-ends")


def test_levels_are_rows() -> None:
    text = get("/ownership/G", view="graph", depth="all")
    drawing = chart(text)
    (levels,) = [one for one in tags(drawing, "g") if one.get("class") == "levels"]
    assert words(levels) == ["股东 1 级", "本企业", "下属 1 级", "下属 2 级", "下属 3 级"]
    tops = {}
    for key, one in boxes(text):
        tops[key] = float(one.get("transform", "").split()[1].rstrip(")"))
    assert tops["O"] < tops["G"] < tops["A"] < tops["D"] < tops["E"]


@pytest.mark.parametrize(("direction", "there", "gone"), [("up", "O", "A"), ("down", "A", "O")])
def test_one_direction_shows_one_side(direction: str, there: str, gone: str) -> None:
    found = [key for key, _ in boxes(get("/ownership/G", direction=direction))]
    assert there in found
    assert gone not in found


def test_owners_alone_include_those_of_a_ring_that_stand_below_otherwise() -> None:
    text = get("/ownership/D", direction="up", depth="all", view="graph")
    assert words(box(text, "E"))[-1] == "穿透 17.43%", "asked for one by one"
    assert labels(text)["E", "D"] == ["10%"]


def test_boxes_are_folded_and_opened_by_links() -> None:
    text = get("/ownership/G", depth="1", direction="down")
    assert "E" not in [key for key, _ in boxes(text)]
    (link,) = [one for one in tags(chart(text), "a") if "示例能源" in "".join(one.itertext()) and one.get("data-of")]
    assert words(link) == ["+5"], "D with E, X and D again, and F"
    opened = get(f"/ownership/G{link.get('href')}")
    assert {"D", "F"} <= {key for key, _ in boxes(opened)}
    assert "E" not in [key for key, _ in boxes(opened)]
    (link,) = [one for one in tags(chart(opened), "a") if "示例能源" in "".join(one.itertext()) and one.get("data-of")]
    assert words(link) == ["−"]
    assert boxes(get(f"/ownership/G{link.get('href')}"))[0][0] == "G"
    assert "D" not in [key for key, _ in boxes(get(f"/ownership/G{link.get('href')}"))]


def test_one_who_is_looked_for_is_shown_wherever_it_hangs() -> None:
    assert "E" in [key for key, _ in boxes(get("/ownership/G", depth="1", at="E"))]


def test_two_days_are_compared() -> None:
    text = get("/ownership/G", view="graph", depth="all", since=ownership_space.BEFORE)
    assert "gone" in classes(text, "L")
    assert words(box(text, "L"))[-1] == "原 40%"
    assert "new" in classes(text, "H")
    assert words(box(text, "F"))[-1] == "10.5% → 21.42%"
    assert labels(text)["B", "F"] == ["51%", "原 25%"]
    assert "与 2025-01-01 对比" in text
    rows = dict(re.findall(r'<tr data-id="(\w)">.*<td>([^<]*)</td></tr>', text))
    assert (rows["L"], rows["H"], rows["F"], rows["A"]) == ("退出", "新增", "变动", "")


def test_a_table_holds_everyone_whatever_is_folded() -> None:
    text = get("/ownership/G", depth="1")
    rows = re.findall(r'<tr data-id="([^"]+)">(.*?)</tr>', text)
    assert [key for key, _ in rows] == list("ACBMHDFEXOP"), "by level, the largest right first"
    cells = {key: [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)] for key, row in rows}
    assert cells["C"] == [
        "下属 1 级", "示例建设有限公司", "C", "企业", "80%", "60%", "是",
        "示例国有资本投资运营集团有限公司 60%；示例水务集团有限公司 20%", "",
    ]  # fmt: skip


def test_the_table_is_a_file_too() -> None:
    answer = client().get("/ownership/G", params={"format": "csv"})
    heading, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert heading[:7] == ["层级", "编号", "名称", "类型", "穿透持股（%）", "直接持股（%）", "控制"]
    (row,) = [row for row in rows if row[1] == "C"]
    assert row[:7] == ["下属 1 级", "C", "示例建设有限公司", "企业", "80", "60", "是"]


def test_the_picture_stands_alone() -> None:
    answer = client().get("/ownership/G", params={"format": "svg", "depth": "all", "since": ownership_space.BEFORE})
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "attachment" in answer.headers["content-disposition"]
    drawing = ElementTree.fromstring(answer.content)
    assert "var(" not in answer.text
    assert not tags(drawing, "a")
    assert "示例国有资本投资运营集团有限公司 股权穿透图（2026-02-09） · 与 2025-01-01 对比" in words(drawing)
    assert "示例建设有限公司" in words(drawing)
    assert HOSTILE not in answer.text


def test_the_side_panel_tells_both_rights_paths_and_filings() -> None:
    text = get("/ownership/G/between/C", fragment="1")
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", unescape(text)))
    assert "示例国有资本投资运营集团有限公司 在 示例建设有限公司 的权利" in plain
    assert "穿透持股（现金流权） 80% 控制权 80% 直接持股 60% 控制 是" in plain
    assert "60% 示例国有资本投资运营集团有限公司 → 示例建设有限公司" in plain
    assert "20% 示例国有资本投资运营集团有限公司 → 示例水务集团有限公司 → 示例建设有限公司" in plain
    assert "另有至少 3 条，合计 1%" in plain
    assert 'href="/filing/F000004"' in text
    assert "<html" not in text
    assert "登记在 陈某 名下" in get("/ownership/G/between/M")
    ring = get("/ownership/G/between/E")
    assert "经环多次往返，合计 1.05%" in ring
    assert "<p>示例新能源有限公司、示例充电服务有限公司</p>" in ring
    gone = get("/ownership/G/between/L", since=ownership_space.BEFORE)
    assert "退出" in gone


def test_names_are_text_wherever_they_stand() -> None:
    for path in ("/ownership/G?depth=all", "/ownership/G/between/H", "/ownership?q=script"):
        text = get(path)
        assert HOSTILE not in text
        assert "&lt;script&gt;" in text


def test_what_cannot_be_asked_is_told_on_the_page() -> None:
    for query in ({"as_of": "nonsense"}, {"since": "nonsense"}):
        answer = client().get("/ownership/G", params=query)
        assert answer.status_code == 400
        assert "所问有误" in answer.text
        assert "chart-ownership" not in answer.text
    assert client().get("/ownership/nobody").status_code == 404


def test_nothing_left_out_is_told_and_nothing_at_all() -> None:
    assert "图中是最近的 12 家，另有 7 家未画出" in get("/ownership/G", as_of="2026-01-31")
    assert "只被彼此持有，穿透持股无法计算：示例新能源有限公司、示例充电服务有限公司" in get(
        "/ownership/G", as_of="2026-01-30"
    )
    assert "2026-02-09，示例参股有限公司 既不持有他人，也不被人持有。" in get("/ownership/X")


def test_the_way_in() -> None:
    text = get("/ownership")
    assert '<a href="/ownership/O">示例区国资办</a>' in text
    assert '<td class="number">11</td>' in text
    assert "另有 3 个未列出" in text
    assert '<a href="/ownership/A">示例水务集团有限公司</a>' in get("/ownership", q="水务")
    assert "没有名称或编号含有“无此”的对象" in get("/ownership", q="无此")
    assert "没有登记任何持股关系" in get("/ownership", as_of="1999-01-01")
    assert re.search(r'<a href="/ownership" aria-current="page">股权穿透</a>', text)
    assert '<a href="/ownership/G">股权穿透</a>' in get("/entity/G/charts")


def test_the_cut_goes_along() -> None:
    text = get("/ownership/G", as_of="2026-01-31", as_known_at="2026-02-01", since=ownership_space.BEFORE)
    links = [parse_qs(urlsplit(str(one.get("href"))).query) for _, one in boxes(text)]
    assert all(one["as_of"] == ["2026-01-31"] and one["as_known_at"] == ["2026-02-01"] for one in links)
    assert all(one["since"] == [ownership_space.BEFORE] for one in links)


def test_a_thousand_are_folded_at_first_and_drawn_in_time() -> None:
    begin = time.perf_counter()
    text = get("/ownership/W")
    assert len(boxes(text)) < 130
    whole = get("/ownership/W", depth="all", view="graph")
    took = time.perf_counter() - begin
    assert len(boxes(whole)) == 1_000
    assert len(whole.encode()) < 2_000_000
    assert took < 10, "some half a second on a quiet machine"


def test_of_many_below_one_the_largest_are_shown_and_the_rest_in_one_box() -> None:
    edges = [("G", f"S{at:03}", (100 - at) / 100) for at in range(100)]
    roots = grow(facts_from("G", edges), "tree")
    show(roots, Wish())
    assert (len(roots[0].shown), roots[0].left_out) == (40, 60)
    assert roots[0].shown[0].id == "S000"
    show(roots, Wish(whole=("G",)))
    assert (len(roots[0].shown), roots[0].left_out) == (100, 0)
    show(roots, Wish(focus="S099"))
    assert roots[0].left_out == 0, "one of the rest is looked for"


def facts_from(entity: str, edges: list[tuple[str, str, float]]) -> Facts:
    """Facts with the levels that holdings give."""
    levels = {entity: 0}
    for sign in (1, -1):
        waiting = [entity]
        seen = {entity: 0}
        for one in waiting:
            for owner, owned, _ in edges:
                near, far = (owner, owned) if sign > 0 else (owned, owner)
                if near == one and far not in seen:
                    seen[far] = seen[one] + 1
                    waiting.append(far)
        for one, level in seen.items():
            if one not in levels or (abs(levels[one]) > level and one != entity):
                levels[one] = sign * level
    rights = {owned: share for _, owned, share in edges}
    nodes: list[Mapping[str, Any]] = [
        {"entity": one, "name": one, "type": "enterprise", "level": level, "cash_flow": rights.get(one, 0.5),
         "control": False, "ring": None}
        for one, level in levels.items()
    ]  # fmt: skip
    known = [
        {"from": owner, "to": owned, "share": share, "voting": share, "kind": "direct", "registered": None, "entry": 1}
        for owner, owned, share in edges if owner in levels and owned in levels
    ]  # fmt: skip
    return facts_of(
        {"entity": entity, "as_of": "2026-01-01", "nodes": nodes, "edges": known, "more": 0, "singular": []}
    )


worlds = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")).filter(lambda pair: pair[0] != pair[1]),
    min_size=1, max_size=24, unique=True,
)  # fmt: skip


@given(worlds, st.sampled_from(["tree", "graph"]))
def test_each_stands_once_at_home_and_in_a_tree_once_more_below_each_further_holder(
    pairs: list[tuple[str, str]], shape: Shape
) -> None:
    facts = facts_from("a", [(owner, owned, 0.1) for owner, owned in pairs])
    below, above = grow(facts, shape)
    show([below, above], Wish(depth=99, whole=(EVERYONE,)))
    for root, sign in ((below, 1), (above, -1)):
        spots = [spot for spot in root if spot is not root]
        homes = [spot.id for spot in spots if not spot.is_copy]
        own = [node.id for node in facts.nodes.values() if node.level * sign > 0]
        assert sorted(homes) == sorted(own)
        if shape == "tree":
            near = {spot.id for spot in root}
            held = [one for one in facts.holdings if (one.owner if sign > 0 else one.owned) in near]
            assert len(spots) == len(held)
        assert root.beneath == len(spots)


@given(worlds, st.integers(1, 4), st.sets(st.sampled_from("abcdefgh")))
def test_what_is_turned_is_all_that_an_address_needs(
    pairs: list[tuple[str, str]], depth: int, flipped: set[str]
) -> None:
    facts = facts_from("a", [(owner, owned, 0.1) for owner, owned in pairs])
    roots = grow(facts, "graph")
    show(roots, Wish(depth=depth, turned=flipped))
    shown = drawn(roots)
    again = turned(roots, depth)
    show(roots, Wish(depth=depth, turned=ids_of(ids_text(again))))
    assert drawn(roots) == shown


def drawn(roots: list[Spot]) -> list[tuple[str, bool]]:
    return [(spot.id, spot.is_open) for root in roots for spot in root]


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (1.0, "100%"), (0.5, "50%"), (0.333333, "33.33%"), (0.105, "10.5%"), (0.0, "0%"), (1e-7, "<0.01%"),
        (0.0001, "0.01%"), (None, "–"), (0.99999, ">99.99%"),
    ],
)  # fmt: skip
def test_shares_as_people_write_them(share: float | None, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("示例水务", ("示例水务",)),
        ("示例国有资本投资运营集团有限公司", ("示例国有资本投资运营集团", "有限公司")),
        ("示例" * 20, ("示例示例示例示例示例示例", "示例示例示例示例示例示…")),
        ("Harbour Investment Holding Company Limited", ("Harbour Investment", "Holding Company Lim…")),
        ("", ("",)),
    ],
)
def test_names_are_set_in_two_lines(name: str, lines: tuple[str, ...]) -> None:
    assert fitted(name, 152) == lines


@given(st.text(max_size=80))
def test_no_letter_of_a_name_is_lost_but_at_the_end(name: str) -> None:
    found = fitted(name, 152)
    plain = "".join(name.split())
    joined = "".join("".join(found).split())
    assert plain == joined or plain.startswith(joined.removesuffix("…"))


@given(st.lists(st.text(min_size=1, max_size=12), unique=True))
def test_ids_come_back_from_an_address(ids: list[str]) -> None:
    assert ids_of(ids_text(ids)) == tuple(ids)
