"""A submission as it is handed in: some files, and what is said about them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hengjian import __version__
from hengjian.model.issue import Issue, Refused, refuse

#: How keys begin that are made here for what follows from a submission or is entered without one.
OURS = ("proposal:", "decided:", "packs:")
#: What made an entry, as its leaf says.
ENGINE = f"hengjian {__version__}"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file as it was handed in. `form` is its own, where it is not that of the whole submission."""

    name: str
    data: bytes
    form: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Some files that are entered together. `key` is the submitter's own, `known_from` an archive's claim, `today` the
    day of alerts that they raise (else the space's).

    `who` is what the question says of the one who asks; `actor` their name, which the gate settles before anything is
    read. `approved` are references of a submission that was proposed and approved, None of any other.
    """

    files: tuple[File, ...]
    form: str
    entity: str | None
    key: str | None
    actor: str
    known_from: str | None
    period: str | None = None
    today: str | None = None
    who: Mapping[str, Any] = field(default_factory=dict)
    approved: Mapping[str, object] | None = None

    @classmethod
    def of(cls, question: Mapping[str, Any]) -> "Submission":
        """The submission that a question carries."""
        found = cls(
            files=tuple(
                File(name=file["name"], data=file["data"], form=file.get("form") or None) for file in question["files"]
            ),
            form=question["form"], entity=question.get("entity"), key=question.get("key") or None,
            actor=str(question.get("actor") or ""), known_from=question.get("known_from"),
            period=question.get("period"), today=question.get("today"),
            who={name: question[name] for name in _WHO if question.get(name) is not None},
        )  # fmt: skip
        _must_be_text(found)
        if (found.key or "").startswith(OURS):
            raise refuse(
                f"the key {found.key!r} begins like those that are made here", "take one that begins with another word"
            )
        return found

    def form_of(self, file: File) -> str:
        """The form of one of its files."""
        return file.form or self.form

    def base(self) -> str:
        """SHA-256 (hex) of who files what: actor, form, entity and the bytes of each file, lengths in front."""
        digest = hashlib.sha256()
        words = [word.encode() for word in (self.actor, self.form, self.entity or "", self.period or "")]
        words += [f"form {file.form}".encode() for file in self.files if file.form]
        for data in [*words, *(file.data for file in self.files)]:
            digest.update(len(data).to_bytes(8, "big") + data)
        return digest.hexdigest()


#: What a question says of the one who asks.
_WHO = ("who", "actor", "token")


def _must_be_text(submission: Submission) -> None:
    """Words of a command line may hold bytes that no text has; the ledger holds UTF-8 only."""
    words = {"form": submission.form, "entity": submission.entity, "key": submission.key, "actor": submission.actor}
    named = [*words.items(), *(("file name", file.name) for file in submission.files)]
    named += [("form", file.form) for file in submission.files]
    issues = [
        Issue(place=None, message=f"the {what} {word!r} is no text", hint="write it in UTF-8")
        for what, word in named
        if word is not None and word.encode(errors="replace") != word.encode(errors="surrogatepass")
    ]
    if issues:
        raise Refused(issues)
