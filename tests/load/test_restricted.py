"""What packs declare restricted, what several say of one type, and what an indicator must say to be published."""

import pytest
from small_pack import FILES, changed, load

from hengjian.load.catalogue import assemble
from hengjian.load.pack import load_pack
from hengjian.model.declaration import Catalogue, Indicator

INDUSTRY = "industry: {kind: text, label: {zh: 行业, en: Industry}}"
TEXTBOOK = "  source: textbook\n"


def indicator(lines: str) -> tuple[list[str], Indicator | None]:
    pack, issues = load(changed("indicators/returns.yaml", TEXTBOOK, TEXTBOOK + lines))
    told = [f"{issue.place}: {issue.message} | {issue.hint}" for issue in issues]
    return told, None if pack is None else pack.indicators[0]


def test_nothing_is_restricted_by_itself() -> None:
    pack, _ = load(FILES)
    assert pack is not None
    assert not pack.measures[0].restricted
    assert not pack.types[0].restricted
    assert not pack.types[0].attributes["industry"].restricted
    assert pack.indicators[0].restricted is None


@pytest.mark.parametrize(
    ("lines", "restricted", "reason"),
    [
        ('  restricted: "true"\n', True, ""),
        ('  restricted: "false"\n  reason: order 7\n', False, "order 7"),
    ],
)
def test_an_indicator(lines: str, restricted: bool, reason: str) -> None:
    told, found = indicator(lines)
    assert (told, found and (found.restricted, found.reason)) == ([], (restricted, reason))


def test_what_is_published_gives_its_reason() -> None:
    told, _ = indicator('  restricted: "false"\n')
    where = "small/indicators/returns.yaml:6:15"
    message = f"{where}: indicator 'roa' is published whatever it reads, and no reason says why"
    assert told == [f"{message} | add reason: the document by which it is published"]


def test_a_reason_is_for_something() -> None:
    hint = 'add restricted: "false", or delete it'
    message = "small/indicators/returns.yaml:{}: indicator 'roa' gives a reason, and nothing that it is for | {}"
    assert indicator("  reason: order 7\n")[0] == [message.format("6:11", hint)]
    assert indicator('  restricted: "true"\n  reason: order 7\n')[0] == [message.format("7:11", hint)]


def test_a_measure_a_type_and_an_attribute() -> None:
    files = changed("types.yaml", INDUSTRY, INDUSTRY[:-1] + ', restricted: "true"}')
    source = "source: balance sheet"
    files = files | {"measures.yaml": files["measures.yaml"].replace(source, f'{source}\n  restricted: "true"', 1)}
    pack, issues = load(files)
    assert (pack and pack.types[0].attributes["industry"].restricted, issues) == (True, ())
    assert pack is not None
    assert [one.restricted for one in pack.measures].count(True) == 1


def test_an_attribute_of_a_link_is_none_of_them() -> None:
    link = (
        "lends:\n  label: {zh: 借款, en: Lends}\n  from: enterprise\n  to: enterprise\n  attributes:\n"
        '    amount: {kind: number, label: {zh: 金额, en: Amount}, restricted: "true"}\n'
    )
    _, issues = load(FILES | {"types.yaml": FILES["types.yaml"] + link})
    assert ["unknown key 'restricted'" in issue.message for issue in issues] == [True]


def two(first: str, second: str) -> Catalogue:
    """What two packs say of one type."""
    packs = []
    for name, types in (("one", first), ("two", second)):
        head = f"name: {name}\nversion: 1.0.0\nlicence: Apache-2.0\nlabel: {{zh: {name}, en: {name}}}\n"
        pack, issues = load_pack({"pack.yaml": head.encode(), "types.yaml": types.encode()}, name)
        assert (pack is not None, issues) == (True, ())
        packs += [pack] if pack is not None else []
    catalogue, issues = assemble(packs)
    assert issues == ()
    assert catalogue is not None
    return catalogue


def test_whatever_one_pack_restricts_is_restricted() -> None:
    label = "label: {zh: 人, en: Person}"
    phone = "  attributes:\n    phone: {kind: text, label: {zh: 电话, en: Phone}%s}\n"
    open_one = f"person:\n  {label}\n" + phone % ""
    closed = f'person:\n  {label}\n  restricted: "true"\n' + phone % ', restricted: "true"'
    for pair in ((open_one, closed), (closed, open_one)):
        found = two(*pair).types["person"]
        assert (found.restricted, found.attributes["phone"].restricted) == (True, True)
    found = two(open_one, open_one).types["person"]
    assert (found.restricted, found.attributes["phone"].restricted) == (False, False)
