"""Single sign-on: who somebody is by the word of an OpenID Connect provider.

The authorization code flow with PKCE (RFC 6749, 7636; OpenID Connect Core 1.0, section 3.1). What a provider says is
believed only where its token is signed by a key that it publishes, made for us, for this sign-in, and not expired; and
only two parts of it are read: `iss` and `sub`, which together name one account for ever. An address of mail may pass
from one person to another, so it names nobody.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from hengjian.model.declaration import Label
from hengjian.model.issue import Failure, Refused, refuse

#: Signatures that need the provider's private key; what anybody can make who knows our secret is not among them.
ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA",
)  # fmt: skip
PATIENCE_S = 10.0
#: How far the provider's clock may be from ours.
LEEWAY_S = 60
#: Settings and keys of the provider are asked for anew after so long, and for an unknown key at most so often.
_KEPT_S, _KEYS_S = 3600.0, 60.0
_LONGEST_SUBJECT = 255  # OpenID Connect Core 1.0, section 2
_AGAIN = "begin the sign-in again; if it stays so, sign in with your password and tell the administrator"
_COMPARE = "compare [single_sign_on] in hengjian.toml with what the provider shows for this client"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Who vouches for persons, and what we are called there."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    label: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """One sign-in that has begun: what must come back with it. `back` is the address to which it comes back."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """An account at a provider. No frame and no form can carry one: it was shown by a token."""

    issuer: str
    subject: str


class SignOn:
    """Asks one provider; keeps its settings and keys for a while. Failure: it does not answer, or not as it must."""

    def __init__(self, provider: Provider) -> None:
        missing = [name for name in ("authlib", "httpx2", "joserfc") if find_spec(name) is None]
        if missing:
            raise Failure(
                f"single sign-on needs libraries that are not installed: {', '.join(missing)}",
                "install them with: pip install 'hengjian[sso]'",
            )
        self.provider = provider
        self._metadata: tuple[float, Mapping[str, Any]] | None = None
        self._keys: tuple[float, Any] | None = None

    def begin(self, back: str) -> tuple[str, Pending]:
        """The provider's address to go to, and what is to be kept until the answer comes to `back`."""
        from authlib.common.security import generate_token

        pending = Pending(
            state=generate_token(43), nonce=generate_token(43), verifier=generate_token(64), back=back
        )  # of 62 letters each: more than 256 bits
        with self._client(back) as client:
            address, _ = client.create_authorization_url(
                self._found()["authorization_endpoint"], state=pending.state, code_verifier=pending.verifier,
                nonce=pending.nonce,
            )  # fmt: skip
        return str(address), pending

    def finish(self, pending: Pending, answered: Mapping[str, str]) -> Identity:
        """Who has signed in, by what came back with the state of `pending`. Refused where it is not to be believed."""
        metadata = self._found()
        if "error" in answered:
            raise refuse(f"the provider ended the sign-in: {answered['error'][:100]}", _AGAIN)
        named = answered.get("iss", None if metadata.get(_NAMES_ITSELF) else self.provider.issuer)
        if named != self.provider.issuer:  # RFC 9207
            raise _untrusted("it comes from another issuer")
        if not answered.get("code"):
            raise _untrusted("it brings no code")
        with self._client(pending.back) as client:
            token = client.fetch_token(
                metadata["token_endpoint"], grant_type="authorization_code", code=answered["code"],
                code_verifier=pending.verifier,
            )  # fmt: skip
        return self._identity(token, pending.nonce)

    def _identity(self, token: Mapping[str, Any], nonce: str) -> Identity:
        """Whom an ID token names: its signature, issuer, audience, times and nonce are checked by the libraries."""
        from authlib.oidc.core import CodeIDToken
        from joserfc.errors import JoseError

        ours = {"client_id": self.provider.client_id, "nonce": nonce, "access_token": token.get("access_token")}
        wanted = {
            "iss": {"essential": True, "value": self.provider.issuer},
            "aud": {"essential": True, "value": self.provider.client_id},
            "sub": {"essential": True},
        }
        try:
            read = self._decoded(token.get("id_token"))
            claims = CodeIDToken(read.claims, read.header, wanted, ours)
            claims.validate(leeway=LEEWAY_S)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise _untrusted(getattr(error, "error", None) or type(error).__name__) from None
        subject = claims["sub"]
        if not 0 < len(subject) <= _LONGEST_SUBJECT or not subject.isascii() or not subject.isprintable():
            raise _untrusted("its subject is none")
        return Identity(issuer=self.provider.issuer, subject=subject)

    def _decoded(self, id_token: object) -> Any:
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError
        from joserfc.jws import JWSRegistry

        if not isinstance(id_token, str):
            raise _untrusted("it brings no ID token")
        offered = self._found().get("id_token_signing_alg_values_supported") or ["RS256"]
        accepted = [one for one in ALGORITHMS if one in offered]
        if not accepted:  # the library would take its own choice for an empty one
            raise _unusable(self.provider, "it signs with no algorithm that is accepted")
        registry = JWSRegistry(algorithms=accepted, strict_check_header=False)
        try:
            return jwt.decode(id_token, self._key_set(), registry=registry)
        except InvalidKeyIdError:  # the provider may have changed its keys
            return jwt.decode(id_token, self._key_set(newer_than_s=_KEYS_S), registry=registry)

    def _found(self) -> Mapping[str, Any]:
        """The provider's own settings (OpenID Connect Discovery 1.0)."""
        if self._metadata is not None and time.monotonic() - self._metadata[0] < _KEPT_S:
            return self._metadata[1]
        found = self._got(self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if found.get("issuer") != self.provider.issuer:
            raise _unusable(self.provider, "it says that it is another issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not is_safe(found.get(name)):
                raise _unusable(self.provider, f"{name} is not an https address")
        self._metadata = time.monotonic(), found
        return found

    def _key_set(self, newer_than_s: float = _KEPT_S) -> Any:
        from joserfc.jwk import KeySet

        if self._keys is None or time.monotonic() - self._keys[0] > newer_than_s:
            listed = self._got(self._found()["jwks_uri"]).get("keys")
            if not isinstance(listed, list):
                raise _unusable(self.provider, "it shows no keys")
            signing = [
                one for one in listed
                if isinstance(one, dict) and one.get("kty") in ("RSA", "EC", "OKP") and one.get("use") != "enc"
            ]  # fmt: skip
            self._keys = time.monotonic(), KeySet.import_key_set({"keys": signing})
        return self._keys[1]

    def _got(self, address: str) -> Mapping[str, Any]:
        """A JSON object of the provider's."""
        with self._client() as client:
            answer = client.request("GET", address, withhold_token=True)
            answer.raise_for_status()
            found = answer.json()
        if not isinstance(found, dict):
            raise _unusable(self.provider, "it answers with no object")
        return found

    @contextmanager
    def _client(self, back: str | None = None) -> Iterator[Any]:
        """The library's client, which follows no redirects; what the provider does wrong, in our words."""
        from authlib.integrations.base_client import OAuthError
        from authlib.integrations.httpx_client import OAuth2Client
        from httpx2 import HTTPError, HTTPStatusError, InvalidURL

        known = {} if self._metadata is None else self._metadata[1]
        methods = known.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        by_post = "client_secret_post" in methods and "client_secret_basic" not in methods
        try:
            with OAuth2Client(
                client_id=self.provider.client_id, client_secret=self.provider.secret, scope="openid",
                redirect_uri=back, code_challenge_method="S256", timeout=PATIENCE_S, follow_redirects=False,
                token_endpoint_auth_method="client_secret_post" if by_post else "client_secret_basic",
            ) as client:  # fmt: skip
                yield client
        except (Refused, Failure):
            raise
        except OAuthError as error:
            if error.error == "invalid_grant":
                raise _untrusted("its code was used before, or is not for us") from None
            raise _unusable(self.provider, f"it says {str(error.error)[:100]}") from None
        except HTTPStatusError as error:
            raise _unusable(self.provider, f"it answers {error.response.status_code}") from None
        except HTTPError as error:
            raise Failure(
                f"the provider {self.provider.issuer} cannot be reached: {type(error).__name__}",
                "sign in with your password, or try again later",
            ) from None
        except (InvalidURL, ValueError) as error:
            raise _unusable(self.provider, f"it answers what is no JSON: {type(error).__name__}") from None


_NAMES_ITSELF = "authorization_response_iss_parameter_supported"


def is_safe(address: object) -> bool:
    """Whether what goes to an address can be read by nobody on the way: https, or this machine itself."""
    if not isinstance(address, str):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    loopback = parts.scheme == "http" and host in ("127.0.0.1", "localhost", "::1")
    return bool(host) and not parts.fragment and parts.username is None and (parts.scheme == "https" or loopback)


def _untrusted(why: str) -> Refused:
    return refuse(f"what the provider sent is not to be trusted: {why}", _AGAIN)


def _unusable(provider: Provider, why: str) -> Failure:
    return Failure(f"the provider {provider.issuer} cannot be used: {why}", _COMPARE)
