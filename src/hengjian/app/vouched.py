"""`vouched`: a session for whom a provider of single sign-on vouches for. Asked by the pages of this process only."""

from collections.abc import Mapping
from typing import Any

from hengjian.app.accounts import session_for
from hengjian.app.desk import Desk
from hengjian.app.standing import standing_of
from hengjian.app.wire import Answer
from hengjian.model.issue import forbid
from hengjian.people import Actor
from hengjian.people.oidc import Identity


def vouched(desk: Desk, question: Mapping[str, Any]) -> Answer:
    """A session for the one person whose record names `identity`, issuer and subject, letter by letter.

    `address` is where the reader comes from, `session` one that the reader had before, which ends. Nobody is enrolled
    by it, and nothing else that a provider says of somebody names them. Forbidden where no person, or a closed one, is
    named so.
    """
    identity = question.get("identity")
    if not isinstance(identity, Identity):  # what a frame carries is no word of a provider
        raise forbid("a session by single sign-on begins at the provider", "open /sign-in/single in a browser")
    named = (identity.issuer, identity.subject)
    found = [one for one in standing_of(desk).persons.values() if (one.issuer, one.subject) == named]
    if len(found) != 1:
        raise forbid(
            f"nobody is enrolled here whom {identity.issuer} calls {identity.subject!r}",
            "give this subject and the issuer to an administrator, who writes both to your person",
        )
    if found[0].closed:
        raise forbid(f"{found[0].person} may not sign in: closed", "an administrator opens accounts")
    actor = Actor(name=found[0].person, person=found[0].person, proof="single sign-on")
    with desk.asked_by(actor, desk.sight):
        asked = {name: question.get(name) for name in ("address", "session")}
        return session_for(desk, {**asked, "who": actor})
