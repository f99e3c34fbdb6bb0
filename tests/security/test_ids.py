"""Ids of strangers are answered as ids of nobody: the same status, headers and bytes, save for the id itself."""

import re
from collections.abc import Mapping

import pytest
from attacked import Answer, Attacked, address, parameters, raw, routes

#: What somebody at A must not tell from each other: of B, and of nobody. Both are as near to any id of A's.
ENTITIES = ("B1", "C1")
PERSONS = ("sibling", "gibling")


def pairs(space: Attacked) -> Mapping[str, tuple[str, str]]:
    """For each kind of thing, an id of group B and one that nothing has."""
    theirs = space.samples("sibling")
    grants = space.writer.ask("person", {"person": "sibling"})["roles"]
    found = {
        "id": ENTITIES, "other": ENTITIES, "entity": ENTITIES, "office": ENTITIES, "person": PERSONS,
        "filing": (theirs["filing"], unheard(theirs["filing"])), "alert": (theirs["alert"], unheard(theirs["alert"])),
        "case": (theirs["case"], unheard(theirs["case"])),
        "grant": (grants[0]["grant"], unheard(grants[0]["grant"])), "proposal": ("P000031", "P000032"),
    }  # fmt: skip
    assert all(one != other and len(one) == len(other) for one, other in found.values())
    return found


def unheard(known: str) -> str:
    """An id of the same shape that nothing has: far behind the last number, else of another entity."""
    if re.fullmatch(r"[A-Z]\d{6}", known):
        return f"{known[0]}000999"
    assert "B1" in known, known
    return known.replace("B1", "C1")


def shown(answer: Answer, one: str) -> tuple[int, list[tuple[str, str]], str]:
    """An answer without the id that was asked for, in all ways in which pages write it."""
    itself = re.compile(rf"(?<![\w%]){re.escape(one)}(?!\w)")  # and not two digits of a quoted letter
    headers = [(name, itself.sub("⟨id⟩", value)) for name, value in answer.headers if name != "etag"]
    return answer.status, headers, itself.sub("⟨id⟩", answer.body.decode("utf-8", "replace"))


def same(space: Attacked, cookie: str, targets: tuple[str, str], ids: tuple[str, str], **more: str) -> Answer:
    theirs, nobodys = (raw(space.plain, target, cookie=cookie, **more) for target in targets)
    assert shown(theirs, ids[0]) == shown(nobodys, ids[1]), targets
    return theirs


@pytest.mark.parametrize("reader", ["own", "stranger"])
def test_in_every_part_of_every_route(space: Attacked, reader: str) -> None:
    cookie, own, guessed = f"session={space.session(reader)}", space.samples(reader), pairs(space)
    tried = 0
    for method, path in routes(space.plain):
        for name in parameters(path):
            if method == "GET" and name in guessed:
                ids = guessed[name]
                answer = same(
                    space, cookie, (address(path, {**own, name: ids[0]}), address(path, {**own, name: ids[1]})), ids
                )
                assert answer.status != 200, (path, name)
                tried += 1
    assert tried >= 14


@pytest.mark.parametrize("name", ["entity", "id", "office", "person", "filing", "case", "alert", "grant", "q"])
def test_in_the_query_of_every_route(space: Attacked, name: str) -> None:
    cookie, own = f"session={space.session('own')}", space.samples()
    ids = pairs(space)[{"q": "entity"}.get(name, name)]
    for method, path in routes(space.plain):
        if method == "GET":
            for more in ("", "&indicator=debt_ratio&period=2025-Q4", "&format=csv&form=observations"):
                targets = tuple(f"{address(path, own)}?{name}={one}{more}" for one in ids)
                same(space, cookie, (targets[0], targets[1]), ids)


#: Forms that do something by themselves, or say how often they were tried.
COUNTED = ("/sign-in", "/sign-out", "/account/sign-out-everywhere", "/account/password", "/people/{person}/sign-out")


def test_in_forms(space: Attacked) -> None:
    """Steps of strangers' cases, and ends of strangers' tokens."""
    browser, before = space.browser("own"), space.size()
    headers = {
        "origin": "http://127.0.0.1", "sec-fetch-site": "same-origin",
        "content-type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    cookie = f"session={browser.cookies['session']}"
    guessed, own = pairs(space), space.samples()
    made = space.writer.ask("issue_token", {"person": "sibling", "label": "x", "scope": ["see"], "days": 7})
    after = space.size()
    bodies = {
        "id": (made["id"], unheard_token(made["id"])), "person": PERSONS, "grant": guessed["grant"], "entity": ENTITIES,
    }  # fmt: skip
    for method, path in routes(space.plain):
        if method != "POST" or path in COUNTED:
            continue
        for name in parameters(path):
            if name not in guessed:  # a register, a scorecard, a year: nothing of anybody's
                continue
            ids = guessed[name]
            targets = (address(path, {**own, name: ids[0]}), address(path, {**own, name: ids[1]}))
            answers = [
                raw(space.plain, one, method="POST", cookie=cookie, headers=headers,
                    body=f"csrf={space.csrf(browser)}&transition=accept&note=x&actor=own".encode())
                for one in targets
            ]  # fmt: skip
            assert shown(answers[0], ids[0]) == shown(answers[1], ids[1]), targets
            assert answers[0].status >= 400, targets
        for name, ids in bodies.items():
            fields = f"csrf={space.csrf(browser)}&label=&do=x"
            answers = [
                raw(space.plain, address(path, own), method="POST", cookie=cookie, headers=headers,
                    body=f"{fields}&{name}={one}".encode())
                for one in ids
            ]  # fmt: skip
            assert shown(answers[0], ids[0]) == shown(answers[1], ids[1]), (path, name)
    assert space.size() == after
    assert after - before == 1
    tokens = space.writer.ask("tokens", {"person": "sibling"})["tokens"]
    assert [one["id"] for one in tokens] == [made["id"]]


def unheard_token(known: str) -> str:
    """A token's id that nothing has."""
    return known[:-4] + "".join("0" if letter != "0" else "1" for letter in known[-4:])


#: What is said of the ledger as a whole, by which it is proven.
OF_ALL = ("/sign-in", "/healthz", "/evidence", "/evidence/checkpoint")


def test_counts_tell_nothing(space: Attacked) -> None:
    """What somebody at A counts does not grow with what is filed at B."""
    cookie = f"session={space.session('own')}"
    targets = [
        address(path, space.samples())
        for method, path in routes(space.plain)
        if method == "GET" and not parameters(path) and path not in OF_ALL
    ]
    before = {one: bodiless(raw(space.plain, one, cookie=cookie)) for one in targets}
    writer = space.writer
    data = b"entity,measure,period,value\nB1,total_assets,2025-Q3,100\nB1,total_liabilities,2025-Q3,99\n"
    writer.ask("submit", {
        "files": [{"name": "more.csv", "data": data}], "form": "observations", "entity": None, "key": None,
        "actor": "local:tester", "known_from": None,
    })  # fmt: skip
    changed = [one for one in targets if bodiless(raw(space.plain, one, cookie=cookie)) != before[one]]
    assert changed == []


def bodiless(answer: Answer) -> tuple[int, str]:
    """An answer without what pages say of the ledger as a whole at their foot, and the seconds that go by."""
    text = answer.body.decode("utf-8", "replace")
    text = re.sub(r"<footer.*?</footer>", "", text, flags=re.DOTALL)
    return answer.status, re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?", "⟨moment⟩", text)
