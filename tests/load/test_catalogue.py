"""Packs put together."""

from dataclasses import replace

from small_pack import FILES, load

from hengjian.load import LoadedPack, assemble, load_pack, with_required
from hengjian.model.issue import Issue, Place


def pack_of(name: str, requires: str = "[]", **files: str) -> LoadedPack:
    head = f"name: {name}\nversion: '1'\nlicence: MIT\nlabel: {{zh: 甲, en: A}}\nrequires: {requires}\n"
    inside = {f"{stem}.yaml": text.encode() for stem, text in files.items()}
    pack, issues = load_pack({"pack.yaml": head.encode(), **inside}, name)
    assert issues == ()
    assert pack is not None
    return pack


def told(*packs: LoadedPack) -> list[Issue]:
    return list(assemble(packs)[1])


MEASURE = "{label: {zh: 甲, en: a}, type: enterprise, unit: CNY, period_type: instant, frequency: year, source: s}"


def test_base_stands_first_and_required_ones_before_those_that_require_them() -> None:
    a, b, c = pack_of("a", "[b]"), pack_of("b", "[base, c]"), pack_of("c")
    catalogue, issues = assemble([a, b, c])
    assert issues == ()
    assert catalogue is not None
    assert list(catalogue.packs) == ["base", "c", "b", "a"]
    assert {"owns", "parent"} <= catalogue.links.keys()
    assert [pack.name for pack in with_required([pack_of("d", "[finance]")])] == ["base", "finance", "d"]


def test_types_gain_the_attributes_of_all_packs() -> None:
    one = "enterprise: {label: {zh: 企业, en: E}, attributes: {size: {kind: number, label: {zh: 规模, en: Size}}}}"
    other = "enterprise: {label: {zh: 企业, en: E}, attributes: {city: {kind: text, label: {zh: 市, en: City}}}}"
    catalogue, issues = assemble([pack_of("a", types=one), pack_of("b", types=other)])
    assert issues == ()
    assert catalogue is not None
    assert list(catalogue.types["enterprise"].attributes) == ["size", "city"]
    assert assemble([pack_of("a", types=one), pack_of("b", types=one)])[1] == ()
    clash = told(pack_of("a", types=one), pack_of("b", types=one.replace("number", "text")))
    assert [str(issue.place) for issue in clash] == ["b/types.yaml:1:51"]
    assert "a/types.yaml:1:51" in clash[0].hint


def test_a_name_of_two_packs_names_both_places() -> None:
    (issue,) = told(pack_of("a", measures=f"x: {MEASURE}"), pack_of("b", measures=f"# two\nx: {MEASURE}"))
    assert issue.place == Place(file="b/measures.yaml", line=2)
    assert "a/measures.yaml:1:1" in issue.hint


def test_circles_and_absent_packs_are_told_where_they_are_required() -> None:
    issues = told(pack_of("a", "[b, financ]"), pack_of("b", "[a]"))
    assert [(str(issue.place), issue.message) for issue in issues] == [
        ("b/pack.yaml:5:12", "packs require one another in a circle: a -> b -> a"),
        ("a/pack.yaml:5:15", "the pack a requires 'financ', which is not there"),
    ]
    assert issues[1].hint == "did you mean finance?"
    assert told(pack_of("a", "[finance]"))[0].hint == "it is shipped; give it too"


def test_two_packs_of_one_name() -> None:
    catalogue, issues = assemble([pack_of("a"), pack_of("a")])
    assert catalogue is None
    assert issues[0].message == "two packs are called 'a'"


def test_unknown_types_and_attributes_are_told_at_their_place() -> None:
    files = {
        **FILES,
        "types.yaml": FILES["types.yaml"] + "near: {label: {zh: 近, en: Near}, from: enterprise, to: park}\n",
    }
    files["parameters.yaml"] = (
        files["parameters.yaml"].replace("[industry]", "[industry, secter]").replace("power", "a/b")
    )
    files["rules/returns.yaml"] = files["rules/returns.yaml"].replace("type: enterprise", "type: firm")
    pack, issues = load(files)
    assert issues == ()
    assert pack is not None
    found = {(issue.place.line, issue.place.column, issue.message) for issue in assemble([pack])[1]}  # type: ignore[union-attr]
    assert found == {
        (5, 56, "no entity type is called 'park'"),
        (4, 18, "no attribute is called 'secter'"),
        (3, 9, "no entity type is called 'firm'"),
    }


def test_a_pack_without_places_of_its_own_is_put_together_too() -> None:
    """Packs may be made by a program; only the places are coarser."""
    pack = pack_of("a", "[b]")
    bare = replace(pack, spots={})
    assert told(bare)[0].place == pack.place
