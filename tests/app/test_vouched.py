"""Single sign-on at the space: one person, named by issuer and subject, letter by letter; and asked by nobody else."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from homes import PACK, asked, made, write_pack

from hengjian.app.client import ask_writer
from hengjian.app.lock import announced_socket
from hengjian.app.serve import at_work
from hengjian.app.writer import Writer
from hengjian.model.issue import Forbidden
from hengjian.people.oidc import Identity

ISSUER = "https://id.example.org/realms/city"
WANG = Identity(issuer=ISSUER, subject="wang-4711")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = made(tmp_path / "home", write_pack(tmp_path / "packs" / "tiny", PACK))
    asked(folder, "enrol", person="wang", name="王五", issuer=ISSUER, subject="wang-4711")
    asked(folder, "enrol", person="li", name="李四")
    asked(folder, "enrol", person="boss@example.org", name="赵六")
    return folder


@pytest.fixture
def writer(home: Path) -> Iterator[Writer]:
    with at_work(home) as working:
        yield working


def refused(writer: Writer, **question: Any) -> tuple[str, str]:
    with pytest.raises(Forbidden) as caught:
        writer.ask("vouched", question)
    (issue,) = caught.value.issues
    return issue.message, issue.hint


def test_a_session_of_the_person(writer: Writer) -> None:
    first = writer.ask("vouched", {"identity": WANG, "address": "10.0.0.7", "session": None})
    second = writer.ask("vouched", {"identity": WANG, "address": "10.0.0.7", "session": None})
    assert first["session"] != second["session"]
    assert (first["person"], first["must_change"]) == ("wang", False)
    seen = writer.ask("visitor", {"session": first["session"]})
    assert (seen["person"], seen["name"], seen["proof"]) == ("wang", "王五", "single sign-on")
    assert seen["csrf"] == first["csrf"]
    third = writer.ask("vouched", {"identity": WANG, "session": first["session"]})  # one that was there before ends
    assert writer.ask("visitor", {"session": first["session"]})["person"] is None
    assert writer.ask("visitor", {"session": third["session"]})["person"] == "wang"
    assert writer.ask("visitor", {"session": second["session"]})["person"] == "wang"


@pytest.mark.parametrize(
    ("issuer", "subject"),
    [
        (ISSUER, "wang-4712"),
        (ISSUER, "WANG-4711"),
        (ISSUER, "wang-4711 "),
        (ISSUER, ""),
        (ISSUER, "boss@example.org"),  # a person's id is no subject
        (ISSUER, "li"),
        (ISSUER + "/", "wang-4711"),
        ("https://ID.example.org/realms/city", "wang-4711"),
        ("https://evil.example", "wang-4711"),
    ],
)
def test_whoever_is_not_named_letter_by_letter_is_nobody(writer: Writer, issuer: str, subject: str) -> None:
    assert refused(writer, identity=Identity(issuer=issuer, subject=subject)) == (
        f"nobody is enrolled here whom {issuer} calls {subject!r}",
        "give this subject and the issuer to an administrator, who writes both to your person",
    )


def test_a_closed_person(writer: Writer) -> None:
    session = writer.ask("vouched", {"identity": WANG})["session"]
    writer.ask("amend_person", {"person": "wang", "closed": True})
    assert refused(writer, identity=WANG) == ("wang may not sign in: closed", "an administrator opens accounts")
    assert writer.ask("visitor", {"session": session})["person"] is None


FORGED = [
    {"issuer": ISSUER, "subject": "wang-4711"},
    [ISSUER, "wang-4711"],
    "wang",
    None,
]


@pytest.mark.parametrize("identity", FORGED)
def test_no_frame_carries_a_providers_word(home: Path, writer: Writer, identity: object) -> None:
    socket = announced_socket(home)
    assert socket is not None
    for ask in (lambda question: ask_writer(socket, "vouched", question), lambda q: writer.ask("vouched", q)):
        with pytest.raises(Forbidden) as caught:
            ask({"identity": identity, "person": "wang", "actor": "wang"})
        (issue,) = caught.value.issues
        assert (issue.message, issue.hint) == (
            "a session by single sign-on begins at the provider", "open /sign-in/single in a browser",
        )  # fmt: skip


def test_the_subject_stands_in_no_log(writer: Writer, capfd: pytest.CaptureFixture[str]) -> None:
    session = writer.ask("vouched", {"identity": WANG})["session"]
    refused(writer, identity=Identity(issuer=ISSUER, subject="stranger-1"))
    said = "".join(capfd.readouterr())
    assert session not in said
    assert "stranger-1" not in said
