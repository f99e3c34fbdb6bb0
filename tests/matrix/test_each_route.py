"""Every route of the pages for every role at every place: what is answered, and that nobody reads what is others'.

The routes are those of the application itself: a new one without a rule here fails.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import pytest
from desk_of_web import Asking
from organisation import READERS, TARGET, Reader, found_for, session_of
from starlette.routing import Route

from hengjian.people import Action
from hengjian.web import Entrance, build

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

#: `entity`: about the target, and as if it were not there for whoever does not see it. `somewhere`: whoever may do the
#: action anywhere; the answer is cut. `space`: for the space as a whole. `person`: about a person, for whoever
#: administers or audits them. `own`: about whoever asks. `form`: the address of a form, which leads to its page.
#: `open`: for everybody.
About = Literal["entity", "somewhere", "space", "person", "own", "form", "open"]


@dataclass(frozen=True, slots=True)
class Need:
    """What a route needs, with what its address and its form say beside the places of the path; `also`: actions any of
    which will do instead."""

    action: Action
    about: About
    query: str = ""
    also: tuple[Action, ...] = ()
    fields: Mapping[str, str] | None = None


SEE_LIST, OWN, OPEN, FORM = Need("see", "somewhere"), Need("see", "own"), Need("see", "open"), Need("see", "form")
SEE = Need("see", "entity")
RULES: Mapping[tuple[str, str], Need] = {
    ("GET", "/"): SEE_LIST,
    ("GET", "/columns"): SEE_LIST,
    ("GET", "/operation"): SEE_LIST,
    ("GET", "/entities"): SEE_LIST,
    ("GET", "/entity/{id}"): SEE,
    ("GET", "/entity/{id}/explain/{indicator}/{period}"): SEE,
    ("GET", "/entity/{id}/charts"): SEE,
    ("GET", "/entity/{id}/statements"): SEE,
    ("GET", "/api/series/{id}"): SEE,
    ("GET", "/ownership"): SEE_LIST,
    ("GET", "/ownership/{id}"): SEE,
    ("GET", "/ownership/{id}/between/{other}"): SEE,
    ("GET", "/filing"): Need("submit", "somewhere", also=("archive", "register")),
    ("POST", "/filing"): Need(
        "submit", "somewhere", also=("archive", "register"), fields={"form": "observations", "entity": TARGET}
    ),
    ("GET", "/filing/template"): Need("see", "entity", f"?form=short_balance&entity={TARGET}"),
    ("GET", "/filing/calendar"): Need("see", "somewhere", "?form=short_balance"),
    ("GET", "/filing/list"): SEE_LIST,
    ("GET", "/filing/{filing}"): SEE,
    ("GET", "/filing/{filing}/file"): SEE,
    ("GET", "/filing/{filing}/proof"): SEE,
    ("GET", "/alerts"): SEE_LIST,
    ("GET", "/alert/{alert}"): SEE,
    ("GET", "/alert/{alert}/proof"): SEE,
    ("GET", "/cases"): SEE_LIST,
    ("GET", "/rules"): SEE_LIST,
    ("GET", "/rules/{rule}"): SEE_LIST,
    ("GET", "/exposure"): SEE_LIST,
    ("GET", "/exposure/{id}"): Need("see", "entity", f"?default={TARGET}"),
    ("GET", "/stress"): SEE_LIST,
    ("GET", "/benchmark"): SEE_LIST,
    ("GET", "/benchmark/{id}"): Need("see", "entity", "?peers=P1&period=2025"),
    ("GET", "/case/{case}"): SEE,
    ("POST", "/case/{case}/move"): Need("handle", "entity", fields={"transition": "no such step", "note": "n"}),
    ("GET", "/case/{case}/move"): FORM,
    ("GET", "/case/{case}/file/{entry}"): SEE,
    ("GET", "/cases/open"): SEE_LIST,
    ("POST", "/cases/open"): Need("handle", "somewhere", fields={"workflow": "mending", "entity": TARGET}),
    ("GET", "/assessment"): Need("see", "somewhere", "?scorecard=review&period=2025"),
    ("GET", "/goals"): SEE_LIST,
    ("GET", "/assessment/register/{kind}"): SEE_LIST,
    ("GET", "/assessment/{card}/{assessed}/{id}"): SEE,
    ("GET", "/assessment/{card}/{assessed}/{id}/objections"): SEE,
    ("POST", "/assessment/{card}/{assessed}/{id}/objections"): Need(
        "submit", "entity", fields={"act": "object", "text": "n"}
    ),
    ("GET", "/assessment/{card}/{assessed}/{id}/file/{form}"): Need("see", "entity", "?draft=1"),
    ("GET", "/registers"): SEE_LIST,
    ("GET", "/registers/{kind}"): SEE_LIST,
    ("GET", "/registers/{kind}/template"): SEE_LIST,
    ("POST", "/registers/{kind}"): Need("see", "somewhere", fields={"text": "n", "entity": TARGET}),
    ("GET", "/bridge/{id}/{assessed}"): SEE,
    ("POST", "/bridge/{id}/{assessed}"): Need("assess", "entity"),
    ("GET", "/models"): SEE_LIST,
    ("GET", "/models/{model}"): SEE_LIST,
    ("GET", "/models/{model}/{id}"): SEE,
    ("GET", "/evidence"): SEE_LIST,
    ("POST", "/evidence"): SEE_LIST,
    ("GET", "/evidence/key"): SEE_LIST,
    ("GET", "/evidence/checkpoint"): SEE_LIST,
    ("GET", "/sign-in"): OPEN,
    ("POST", "/sign-in"): OPEN,
    ("POST", "/sign-out"): Need("see", "open"),
    ("GET", "/account"): OWN,
    ("GET", "/account/password"): OWN,
    ("POST", "/account/password"): OWN,
    ("POST", "/account/sign-out-everywhere"): Need("see", "open"),
    ("POST", "/account/token"): OWN,
    ("POST", "/account/token/end"): OWN,
    ("GET", "/account/sign-out-everywhere"): FORM,
    ("GET", "/account/token"): FORM,
    ("GET", "/account/token/end"): FORM,
    ("GET", "/seen"): Need("see", "somewhere"),
    ("GET", "/notices"): Need("upkeep", "space"),
    ("POST", "/notices/retry"): Need("upkeep", "space", fields={"id": "no such delivery"}),
    ("GET", "/notices/retry"): FORM,
    ("GET", "/people"): Need("grant", "somewhere"),
    ("POST", "/people"): Need("grant", "somewhere", fields={"person": "Not An Id", "name": "x"}),
    ("GET", "/people/{person}"): Need("grant", "person"),
    ("POST", "/people/{person}/role"): Need("grant", "person", fields={"role": "no such role", "node": TARGET}),
    ("POST", "/people/{person}/end"): Need("grant", "person", fields={"grant": "R999999"}),
    ("POST", "/people/{person}/account"): Need("grant", "person", fields={"name": " "}),
    ("POST", "/people/{person}/password"): Need("grant", "person"),
    ("POST", "/people/{person}/sign-out"): Need("grant", "person"),
    ("GET", "/people/{person}/role"): FORM,
    ("GET", "/people/{person}/end"): FORM,
    ("GET", "/people/{person}/account"): FORM,
    ("GET", "/people/{person}/password"): FORM,
    ("GET", "/people/{person}/sign-out"): FORM,
    ("GET", "/proposals"): SEE_LIST,
    ("GET", "/proposals/{proposal}"): SEE,
    ("GET", "/proposals/{proposal}/decide"): FORM,
    ("POST", "/proposals/{proposal}/decide"): Need("approve", "entity", fields={"do": "reject"}),
    ("GET", "/api/show"): Need("see", "entity", f"?entity={TARGET}"),
    ("GET", "/api/explain"): Need("see", "entity", f"?entity={TARGET}&indicator=debt_ratio&period=2025-Q4"),
    ("GET", "/api/look-through"): Need("see", "entity", f"?entity={TARGET}&direction=up"),
    ("GET", "/healthz"): OPEN,
    ("GET", "/static/{digest}/{name}"): OPEN,
}
#: Whoever audits reads what administrators do, and changes none of it.
READ_BY_AUDITORS = {("GET", "/people"), ("GET", "/people/{person}")}


def unasked(method: str, question: Mapping[str, object]) -> dict[str, object]:
    raise AssertionError(f"{method}: {question}")


def routes() -> list[tuple[str, str]]:
    app = build(unasked, entrance=Entrance())
    found = [route for route in app.routes if isinstance(route, Route)]
    assert len(found) == len(app.routes)
    return [(method, route.path) for route in found for method in sorted(route.methods or ()) if method != "HEAD"]


def test_every_route_has_a_rule_and_no_rule_is_left_over() -> None:
    assert set(routes()) == set(RULES)


@pytest.fixture(scope="module")
def target(asking: Asking) -> dict[str, Any]:
    return found_for(asking, TARGET)


@pytest.fixture(scope="module")
def clients(asking: Asking) -> dict[Reader, TestClient]:
    """Every reader, signed in."""
    found = {}
    for reader in READERS:
        client = TestClient(
            build(asking, entrance=Entrance()), base_url="http://127.0.0.1", raise_server_exceptions=False,
            follow_redirects=False,
        )  # fmt: skip
        client.cookies.set("session", session_of(asking, reader.person))
        found[reader] = client
    return found


def filled(path: str, places: Mapping[str, str]) -> str:
    return path.format_map({**places, "digest": "0", "name": "x"})


def asked(asking: Asking, client: TestClient, reader: Reader, method: str, path: str, need: Need) -> Any:
    """The answer to a reader; a form comes from a page of theirs."""
    if method == "GET":
        return client.get(path + need.query)
    session = client.cookies.get("session")
    csrf = asking("visitor", {"session": session})["csrf"]
    headers = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
    return client.post(path, data={**(need.fields or {}), "csrf": csrf or ""}, headers=headers)


def is_let_in(need: Need, route: tuple[str, str], reader: Reader) -> bool:
    """Whether a reader gets past the gate."""
    match need.about:
        case "entity":
            return reader.may(need.action, TARGET)
        case "person":
            auditor = route in READ_BY_AUDITORS and reader.may("trace", TARGET)
            return reader.may(need.action, TARGET) or auditor
        case "space":
            return reader.may(need.action, None)
        case "somewhere":
            anywhere = {"own": "A", "sibling": "B", "parent": "D", "stranger": "Q", "space": None}[reader.place]
            auditor = route in READ_BY_AUDITORS and reader.may("trace", anywhere)
            return any(reader.may(one, anywhere) for one in (need.action, *need.also)) or auditor
        case _:
            return True


SHUT = {401, 403, 404}
ENDING = {"/sign-out", "/account/sign-out-everywhere"}


@pytest.mark.parametrize("route", [one for one in RULES if one[1] not in ENDING], ids=" ".join)
def test_every_route_for_every_role_at_every_place(
    asking: Asking, clients: dict[Reader, TestClient], target: dict[str, Any], route: tuple[str, str]
) -> None:
    method, path = route
    need = RULES[route]
    if path in ("/static/{digest}/{name}", "/sign-in"):
        return  # tests/web/test_wall.py
    for reader, client in clients.items():
        size = asking("status", {})["size"]
        answer = asked(asking, client, reader, method, filled(path, target), need)
        said = f"{method} {path} for {reader.person}: {answer.status_code} {answer.text[:300]}"
        assert answer.status_code < 500, said
        if need.about == "form":
            assert answer.status_code in (303, 403, 404), said
            continue
        if is_let_in(need, route, reader):
            assert answer.status_code not in SHUT, said
            if answer.status_code == 400:
                assert "no entity is registered" not in answer.text, said
        else:
            shut = answer.status_code in SHUT or (
                answer.status_code in (303, 400, 422) and path in ("/filing/template", *API)
            )
            assert shut, said
            assert asking("status", {})["size"] == size, said
        text = answer.text
        for hidden in reader.hidden():
            assert hidden not in text, f"{said} holds {hidden}"


API = ("/api/show", "/api/explain", "/api/look-through")


@pytest.mark.parametrize("route", [one for one in RULES if RULES[one].about == "entity"], ids=" ".join)
def test_who_is_out_of_sight_is_answered_as_one_who_is_not_there(
    asking: Asking, clients: dict[Reader, TestClient], target: dict[str, Any], route: tuple[str, str]
) -> None:
    """The same status and the same words, save for the name that was asked for."""
    method, path = route
    need = RULES[route]
    nowhere = {
        "id": "Z9", "alert": "A999999", "case": "C999999", "filing": "F999999", "person": "nobody.z9",
        "proposal": "P999999", "other": "A2", "entry": "999999",
        "indicator": target["indicator"], "period": target["period"], "model": target["model"],
        **{name: target[name] for name in ("card", "assessed", "kind", "form")},
    }  # fmt: skip
    absent = replace(need, query=need.query.replace(TARGET, "Z9"))
    for reader, client in clients.items():
        if reader.sees(TARGET):
            continue
        there = asked(asking, client, reader, method, filled(path, target), need)
        gone = asked(asking, client, reader, method, filled(path, nowhere), absent)
        assert there.status_code == gone.status_code, (reader, path)
        csrf = str(asking("visitor", {"session": client.cookies.get("session")})["csrf"])
        here, away = there.text.replace(csrf, "…"), gone.text.replace(csrf, "…")  # it may hold the letters of an id
        for name in ("id", "alert", "case", "filing", "proposal"):
            here, away = here.replace(str(target[name]), "…"), away.replace(str(nowhere[name]), "…")
        assert here == away, (reader, path)
