"""A link may have a name of its own for being walked back."""

from small_pack import FILES, load

from hengjian.app.cache import freeze, thaw
from hengjian.formula.term import Programme
from hengjian.load import assemble, load_pack
from hengjian.model.declaration import Label
from hengjian.model.issue import Issue

ENDS = "from: enterprise, to: enterprise"
LABELS = "label: {zh: 担保, en: Guarantees}, inverse_label: {zh: 担保人, en: Guaranteed by}"


def pack_with(*lines: str) -> dict[str, str]:
    return {**FILES, "types.yaml": FILES["types.yaml"] + "".join(f"{line}\n" for line in lines)}


def told(*lines: str) -> list[tuple[int, int, str, str]]:
    pack, issues = load(pack_with(*lines))
    assert pack is not None
    _, more = assemble([pack])
    found: list[Issue] = [*issues, *more]
    return [(one.place.line, one.place.column, one.message, one.hint) for one in found]  # type: ignore[union-attr]


def column(line: str, key: str = "inverse: ") -> int:
    """Where the value of a key begins."""
    return line.index(key) + len(key) + 1


def test_the_shipped_links_have_one() -> None:
    catalogue, _ = assemble([])
    assert catalogue is not None
    assert {name: link.inverse for name, link in catalogue.links.items()} == {"owns": "owned_by", "parent": "children"}
    assert catalogue.links["owns"].inverse_label == Label(zh="股东", en="Owned by")


def test_it_may_be_left_out_and_is_kept_with_a_programme() -> None:
    lines = (
        f"guarantees: {{{LABELS}, {ENDS}, inverse: 担保方}}",
        f"near: {{label: {{zh: 近, en: Near}}, {ENDS}}}",
    )
    pack, issues = load(pack_with(*lines))
    assert issues == ()
    assert pack is not None
    catalogue, issues = assemble([pack])
    assert catalogue is not None
    assert issues == ()
    assert (catalogue.links["guarantees"].inverse, catalogue.links["near"].inverse) == ("担保方", None)
    programme = Programme(catalogue=catalogue, indicators={}, rules={}, checks={})
    assert thaw(freeze(programme)).catalogue.links == catalogue.links


def test_a_name_means_one_link_in_one_direction() -> None:
    message = "the inverse {0!r} of link {1!r} is the name of a link already"
    own = f"guarantees: {{{LABELS}, {ENDS}, inverse: guarantees}}"
    assert told(own) == [
        (5, column(own), message.format("guarantees", "guarantees"), "the first is at small/types.yaml:5:1; rename one")
    ]
    shipped = f"guarantees: {{{LABELS}, {ENDS}, inverse: owns}}"
    assert [fault[:3] for fault in told(shipped)] == [(5, column(shipped), message.format("owns", "guarantees"))]
    twice = f"guarantees: {{{LABELS}, {ENDS}, inverse: owned_by}}"
    assert [fault[:3] for fault in told(twice)] == [(5, column(twice), message.format("owned_by", "guarantees"))]


def test_two_packs_may_not_give_one_inverse() -> None:
    a, b = (f"{name}: {{{LABELS}, {ENDS}, inverse: c}}" for name in "ab")
    files = {name: text.encode() for name, text in pack_with(a).items()}
    one, _ = load_pack({name: files[name] for name in ("pack.yaml", "types.yaml")}, "small")
    other_files = {
        "pack.yaml": files["pack.yaml"].replace(b"small", b"other"),
        "types.yaml": b.encode(),
    }
    other, _ = load_pack(other_files, "other")
    assert one is not None
    assert other is not None
    catalogue, issues = assemble([one, other])
    assert [str(issue.place) for issue in issues] == [f"other/types.yaml:1:{column(b)}"]
    assert f"small/types.yaml:5:{column(a)}" in issues[0].hint
    assert catalogue is not None
    assert (catalogue.links["a"].inverse, catalogue.links["b"].inverse) == ("c", None)


def test_a_name_comes_with_a_label() -> None:
    message = "link 'near' says only one of `inverse` and `inverse_label`"
    hint = "say both: a name for formulas and a label for people"
    bare = f"near: {{label: {{zh: 近, en: Near}}, {ENDS}, inverse: c}}"
    assert told(bare) == [(5, column(bare), message, hint)]
    nameless = f"near: {{label: {{zh: 近, en: Near}}, {ENDS}, inverse_label: {{zh: 近, en: Near}}}}"
    assert told(nameless) == [(5, column(nameless, "inverse_label: "), message, hint)]
    faulty = f"near: {{label: {{zh: 近, en: Near}}, {ENDS}, inverse: c, inverse_label: {{zh: 近}}}}"
    assert [fault[2] for fault in told(faulty)] == ["inverse_label of type 'near' lacks the key 'en'"]
