"""`verify`: a stranger's check, which loads neither tables nor a ledger."""

from collections.abc import Mapping
from typing import Any

from hengjian.app.wire import Answer
from hengjian.model.issue import refuse
from hengjian.trust.verify import verify as verify_bundle


def verify(question: Mapping[str, Any]) -> Answer:
    """Check a bundle with nothing but itself and the key."""
    try:
        key = question["key"].decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise refuse("the key file is no text", "give the space's *.vkey file") from None
    verdict = verify_bundle(question["bundle"], key, allow_unknown=bool(question.get("allow_unknown")))
    return {"ok": verdict.ok, "messages": list(verdict.messages)}
