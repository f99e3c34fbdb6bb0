"""Single sign-on against a provider that others wrote, and one that lies in every way that we could think of."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

pytest.importorskip("authlib")
pytest.importorskip("httpx2")
sys.path.insert(0, str(Path(__file__).parent))

from joserfc import jwk
from provider import Liar, allowed, by_public_key, corrupted, mock_provider, registered, unsigned

from hengjian.model.declaration import Label
from hengjian.model.issue import Failure, Refused
from hengjian.people import oidc
from hengjian.people.oidc import Identity, Pending, Provider, SignOn, is_safe

BACK = "http://127.0.0.1:8420/sign-in/single/back"
LABEL = Label(zh="统一认证", en="Single sign-on")
UNTRUSTED = "what the provider sent is not to be trusted: "


@pytest.fixture
def liar() -> Iterator[Liar]:
    made = Liar()
    yield made
    made.close()


@pytest.fixture
def ours(liar: Liar) -> SignOn:
    return SignOn(Provider(issuer=liar.issuer, client_id="hengjian", secret="s3cret", label=LABEL))


def came_back(liar: Liar, ours: SignOn, **more: str) -> Identity:
    """One sign-in, from its beginning to its end."""
    address, pending = ours.begin(BACK)
    return ours.finish(pending, {"code": liar.code(address), "state": pending.state, **more})


def refused(liar: Liar, ours: SignOn, **more: str) -> str:
    with pytest.raises(Refused) as caught:
        came_back(liar, ours, **more)
    (issue,) = caught.value.issues
    assert issue.hint.startswith("begin the sign-in again")
    return issue.message


def failed(liar: Liar, ours: SignOn) -> str:
    with pytest.raises(Failure) as caught:
        came_back(liar, ours)
    return caught.value.issue.message


@pytest.fixture(scope="module")
def mocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, SignOn]]:
    with (tmp_path_factory.mktemp("mock") / "log").open("wb") as log, mock_provider(log) as issuer:
        client, secret = registered(issuer, BACK)
        yield issuer, SignOn(Provider(issuer=issuer, client_id=client, secret=secret, label=LABEL))


def test_with_a_provider_that_others_wrote(mocked: tuple[str, SignOn]) -> None:
    issuer, ours = mocked
    address, pending = ours.begin(BACK)
    answered = allowed(address, sub="wang-4711")
    assert answered["state"] == pending.state
    assert ours.finish(pending, answered) == Identity(issuer=issuer, subject="wang-4711")
    with pytest.raises(Refused) as caught:  # its code is good once
        ours.finish(pending, answered)
    assert caught.value.issues[0].message == f"{UNTRUSTED}its code was used before, or is not for us"


def test_somebody_denies(mocked: tuple[str, SignOn]) -> None:
    _, ours = mocked
    address, pending = ours.begin(BACK)
    with pytest.raises(Refused, match="the provider ended the sign-in: access_denied"):
        ours.finish(pending, allowed(address, action="deny"))


def test_a_wrong_secret(mocked: tuple[str, SignOn]) -> None:
    issuer, ours = mocked
    wrong = SignOn(Provider(issuer=issuer, client_id=ours.provider.client_id, secret="guess", label=LABEL))
    address, pending = wrong.begin(BACK)
    with pytest.raises(Failure, match="it says invalid_client"):
        wrong.finish(pending, allowed(address, sub="wang-4711"))


def test_what_goes_out(liar: Liar, ours: SignOn) -> None:
    address, pending = ours.begin(BACK)
    asked = parse_qs(urlsplit(address).query)
    assert set(asked) == {
        "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
        "code_challenge_method",
    }  # fmt: skip
    assert asked["redirect_uri"] == [BACK]
    assert pending.verifier not in address
    assert "s3cret" not in address
    others = [ours.begin(BACK)[1] for _ in range(50)]
    kept = [one for each in (pending, *others) for one in (each.state, each.nonce, each.verifier)]
    assert len(set(kept)) == 153
    assert min(map(len, kept)) == 43
    assert not any(text in repr((pending, ours.provider)) for text in (*kept, "s3cret"))


def test_the_verifier_is_that_of_this_sign_in(liar: Liar, ours: SignOn) -> None:
    """PKCE: a code that was stolen from another sign-in is worth nothing (the provider sees to it)."""
    address, _ = ours.begin(BACK)
    _, other = ours.begin(BACK)
    with pytest.raises(Refused, match="its code was used before, or is not for us"):
        ours.finish(other, {"code": liar.code(address)})


@pytest.mark.parametrize("methods", [["client_secret_post"], ["client_secret_post", "client_secret_basic"], None])
def test_ways_to_show_the_secret(liar: Liar, ours: SignOn, methods: list[str] | None) -> None:
    liar.settings["token_endpoint_auth_methods_supported"] = methods
    assert came_back(liar, ours) == Identity(issuer=liar.issuer, subject="wang-4711")


LIES = {
    "no nonce": (lambda claims: {**claims, "nonce": None}, "invalid_claim"),
    "another nonce": (lambda claims: {**claims, "nonce": "n" * 43}, "invalid_claim"),
    "nonce left out": (lambda claims: {k: v for k, v in claims.items() if k != "nonce"}, "missing_claim"),
    "another issuer": (lambda claims: {**claims, "iss": "https://evil.example"}, "invalid_claim"),
    "issuer with a slash": (lambda claims: {**claims, "iss": claims["iss"] + "/"}, "invalid_claim"),
    "for another": (lambda claims: {**claims, "aud": "other"}, "invalid_claim"),
    "for others alone": (lambda claims: {**claims, "aud": ["a", "b"]}, "invalid_claim"),
    "for several, made for another": (
        lambda claims: {**claims, "aud": ["hengjian", "other"], "azp": "other"}, "invalid_claim"),
    "for several, made for nobody": (lambda claims: {**claims, "aud": ["hengjian", "other"]}, "missing_claim"),
    "for nobody": (lambda claims: {k: v for k, v in claims.items() if k != "aud"}, "missing_claim"),
    "expired": (lambda claims: {**claims, "exp": int(time.time()) - 90}, "expired_token"),
    "never expires": (lambda claims: {k: v for k, v in claims.items() if k != "exp"}, "missing_claim"),
    "expires as a word": (lambda claims: {**claims, "exp": "tomorrow"}, "invalid_claim"),
    "of tomorrow": (lambda claims: {**claims, "iat": int(time.time()) + 86400}, "invalid_claim"),
    "not yet good": (lambda claims: {**claims, "nbf": int(time.time()) + 86400}, "invalid_claim"),
    "another access token": (lambda claims: {**claims, "at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, "invalid_claim"),
    "nobody": (lambda claims: {k: v for k, v in claims.items() if k != "sub"}, "missing_claim"),
    "somebody empty": (lambda claims: {**claims, "sub": ""}, "invalid_claim"),
    "a number": (lambda claims: {**claims, "sub": 4711}, "invalid_claim"),
    "a list": (lambda claims: {**claims, "sub": ["wang-4711"]}, "invalid_claim"),
    "too long": (lambda claims: {**claims, "sub": "w" * 256}, "its subject is none"),
    "two lines": (lambda claims: {**claims, "sub": "wang\r\n4711"}, "its subject is none"),
    "not ASCII": (lambda claims: {**claims, "sub": "王"}, "its subject is none"),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_claims_that_are_not_believed(liar: Liar, ours: SignOn, lie: str) -> None:
    assert came_back(liar, ours) == Identity(issuer=liar.issuer, subject="wang-4711")  # so the lie alone is refused
    liar.claims, why = LIES[lie]
    assert refused(liar, ours) == UNTRUSTED + why


def test_clocks_may_differ_by_a_minute(liar: Liar, ours: SignOn) -> None:
    liar.claims = lambda claims: {**claims, "exp": int(time.time()) - 30, "iat": int(time.time()) + 30}
    assert came_back(liar, ours).subject == "wang-4711"


def test_an_address_of_mail_names_nobody(liar: Liar, ours: SignOn) -> None:
    liar.claims = lambda claims: {**claims, "email": "boss@example.org", "email_verified": True, "name": "boss"}
    assert came_back(liar, ours) == Identity(issuer=liar.issuer, subject="wang-4711")


def test_tokens_that_the_provider_did_not_sign(liar: Liar, ours: SignOn) -> None:
    stranger = jwk.RSAKey.generate_key(2048, {"kid": "one"})
    unknown = jwk.RSAKey.generate_key(2048, {"kid": "two"})
    ways = {
        "another key": (lambda claims: liar.sign(claims, stranger), "bad_signature"),
        "an unknown key": (lambda claims: liar.sign(claims, unknown), "invalid_key_id"),
        "its own keys elsewhere": (
            lambda claims: liar.sign(claims, stranger, jku="https://evil.example/keys"), "bad_signature"),
        "a changed signature": (lambda claims: corrupted(liar.sign(claims)), "bad_signature"),
        "none": (unsigned, "unsupported_algorithm"),
        "its public key as a secret": (by_public_key(liar), "unsupported_algorithm"),
        "an algorithm that it does not offer": (lambda claims: liar.sign(claims, alg="RS512"), "unsupported_algorithm"),
        "no token at all": (lambda _: "nonsense", "decode_error"),
        "nothing": (lambda _: None, "it brings no ID token"),
    }  # fmt: skip
    for name, (signed, why) in ways.items():
        liar.signed = signed
        assert refused(liar, ours) == UNTRUSTED + why, name
    liar.settings["id_token_signing_alg_values_supported"] = ["none", "HS256"]
    for signed in (unsigned, by_public_key(liar)):
        fresh = SignOn(ours.provider)
        liar.signed = signed
        why = "it signs with no algorithm that is accepted"
        assert failed(liar, fresh) == f"the provider {liar.issuer} cannot be used: {why}"


def test_a_provider_changes_its_keys(liar: Liar, ours: SignOn, monkeypatch: pytest.MonkeyPatch) -> None:
    assert came_back(liar, ours).subject == "wang-4711"
    liar.key = jwk.ECKey.generate_key("P-256", {"kid": "two"})
    liar.shown.append(liar.key)
    liar.shown.append({"kty": "RSA", "use": "enc", "kid": "three", "n": "AQAB", "e": "AQAB"})
    liar.shown.append({"kty": "unheard of", "kid": "four"})
    liar.settings["id_token_signing_alg_values_supported"] = ["ES256"]
    liar.signed = lambda claims: liar.sign(claims, alg="ES256")
    fresh = SignOn(ours.provider)
    assert came_back(liar, fresh).subject == "wang-4711"
    liar.key = jwk.ECKey.generate_key("P-256", {"kid": "five"})
    liar.shown = [liar.key]
    asked = liar.asked.count("/keys")
    assert refused(liar, fresh) == f"{UNTRUSTED}invalid_key_id"  # asked for a moment ago
    assert liar.asked.count("/keys") == asked
    monkeypatch.setattr(oidc, "_KEYS_S", -1.0)
    assert came_back(liar, fresh).subject == "wang-4711"
    assert liar.asked.count("/keys") == asked + 1


def test_an_answer_of_another_issuer(liar: Liar, ours: SignOn) -> None:
    """RFC 9207: an answer that was begun here and made elsewhere."""
    assert refused(liar, ours, iss="https://evil.example") == f"{UNTRUSTED}it comes from another issuer"
    assert came_back(liar, ours, iss=liar.issuer).subject == "wang-4711"
    liar.settings["authorization_response_iss_parameter_supported"] = True
    assert refused(liar, SignOn(ours.provider)) == f"{UNTRUSTED}it comes from another issuer"


def test_an_answer_without_a_code(ours: SignOn) -> None:
    _, pending = ours.begin(BACK)
    with pytest.raises(Refused, match="it brings no code"):
        ours.finish(pending, {"code": ""})


WELL_KNOWN = "/.well-known/openid-configuration"
ELSEWHERE = (302, {"location": "https://evil.example/"}, b"")


@pytest.mark.parametrize(
    ("path", "answer", "why"),
    [
        (WELL_KNOWN, ELSEWHERE, "it answers 302"),
        (WELL_KNOWN, (500, {}, b""), "it answers 500"),
        (WELL_KNOWN, (200, {}, b"<html>"), "it answers what is no JSON: JSONDecodeError"),
        (WELL_KNOWN, (200, {}, b"[]"), "it answers with no object"),
        (WELL_KNOWN, (200, {}, b'{"issuer": "https://evil.example"}'), "it says that it is another issuer"),
        ("/token", ELSEWHERE, "it answers 302"),
        ("/token", (503, {}, b"busy"), "it answers 503"),
        ("/token", (200, {}, b"[]"), "it answers what is no JSON: ValueError"),
        ("/token", (400, {}, b'{"error": "unauthorized_client"}'), "it says unauthorized_client"),
        ("/keys", ELSEWHERE, "it answers 302"),
        ("/keys", (200, {}, b"{}"), "it shows no keys"),
    ],
)
def test_a_provider_that_answers_wrongly(
    liar: Liar, ours: SignOn, path: str, answer: tuple[int, dict[str, str], bytes], why: str
) -> None:
    liar.answers[path] = answer
    assert failed(liar, ours) == f"the provider {liar.issuer} cannot be used: {why}"


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize("address", ["http://evil.example/", "javascript:alert(1)", "//evil.example", None, 7])
def test_a_provider_that_leads_elsewhere(liar: Liar, ours: SignOn, name: str, address: object) -> None:
    liar.settings[name] = address
    assert failed(liar, ours) == f"the provider {liar.issuer} cannot be used: {name} is not an https address"


def test_a_provider_that_is_down(liar: Liar, ours: SignOn) -> None:
    address, pending = ours.begin(BACK)
    code = liar.code(address)
    liar.close()
    for asked in (lambda: ours.finish(pending, {"code": code}), lambda: SignOn(ours.provider).begin(BACK)):
        with pytest.raises(Failure) as caught:
            asked()
        assert caught.value.issue.message == f"the provider {liar.issuer} cannot be reached: ConnectError"
        assert caught.value.issue.hint == "sign in with your password, or try again later"


def test_a_provider_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setattr(oidc, "PATIENCE_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        ours = SignOn(Provider(issuer=issuer, client_id="hengjian", secret="s3cret", label=LABEL))
        with pytest.raises(Failure, match="cannot be reached: ReadTimeout"):
            ours.begin(BACK)


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://id.example.org/realms/city", True), ("http://127.0.0.1:8080/realms/city", True),
        ("http://localhost/", True), ("http://[::1]/", True), ("http://id.example.org/", False),
        ("http://127.0.0.1.evil.example/", False), ("https://user@id.example.org/", False), ("https://", False),
        ("https://[", False), ("https://id.example.org/#x", False), ("ftp://127.0.0.1/", False),
    ],
)  # fmt: skip
def test_addresses_that_nobody_listens_to(address: str, safe: bool) -> None:
    assert is_safe(address) is safe


def test_without_its_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oidc, "find_spec", lambda _: None)
    with pytest.raises(Failure) as caught:
        SignOn(Provider(issuer="https://id.example.org", client_id="x", secret="y", label=LABEL))
    assert caught.value.issue.message.startswith("single sign-on needs libraries that are not installed: authlib")
    assert caught.value.issue.hint == "install them with: pip install 'hengjian[sso]'"


def test_pending_is_no_identity(ours: SignOn) -> None:
    """What a browser brings names nobody by itself."""
    pending = Pending(state="s", nonce="n", verifier="v", back=BACK)
    with pytest.raises(Refused):
        ours.finish(pending, {"sub": "wang-4711", "id_token": "x", "access_token": "x"})
