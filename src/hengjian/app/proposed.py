"""What is proposed under the two-person rule: when that holds, and the one file that a proposal is in the ledger."""

import io
import stat
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from hengjian.app.desk import Desk
from hengjian.app.forms import measures_of
from hengjian.app.standing import reach, standing_of
from hengjian.app.submission import File, Submission
from hengjian.intake.text import normal
from hengjian.ledger.canonical import canonical
from hengjian.model.filing import ObservationRow, Row
from hengjian.people import Action, Actor

#: The member of a proposal's file that says what is proposed; the files themselves stand beside it by their number.
RECORD = "proposal.json"
#: Questions that a pack may ask two persons for, and the right that either needs.
QUESTIONS: Mapping[str, Action] = {"give_role": "grant", "upgrade": "upkeep"}
_EPOCH = (1980, 1, 1, 0, 0, 0)


def needs_two(desk: Desk, submission: Submission, rows: Sequence[Sequence[Row]]) -> bool:
    """Whether another person is to approve a submission before it is entered: one of a form that is declared so, or of
    figures that such a form holds, by whatever form they come. In a space without persons nobody could."""
    forms = [form for form in desk.programme().catalogue.forms.values() if form.two_persons]
    if not forms or not standing_of(desk).persons:
        return False
    names = {normal(submission.form_of(file)) for file in submission.files}
    if any(form.name in names for form in forms):
        return True
    held = {measure for form in forms for measure in measures_of(form)}
    return any(isinstance(row, ObservationRow) and row.measure in held for part in rows for row in part)


def asks_two(desk: Desk, method: str) -> bool:
    """Whether a pack declares that another person approves this question before it is done.

    What the operator asks while no person could approve it is done at once: so there comes to be one.
    """
    if desk.actor.person is None and not _is_for_a_person(desk, QUESTIONS[method]):
        return False
    return any(method in desk.shelf.pack(entry).two_persons for entry in desk.shelf.at(None).values())


def _is_for_a_person(desk: Desk, action: Action) -> bool:
    """Whether some person may do something in the whole space."""
    everyone = (Actor(name=one, person=one) for one in standing_of(desk).persons)
    return any(reach(desk, one, action).is_everything for one in everyone)


def pack_proposal(record: Mapping[str, object], files: Sequence[File] = ()) -> bytes:
    """One zip whose bytes depend on nothing but what is proposed: the record, then the files, none compressed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        members = [(RECORD, canonical(record)), *((f"{at}", file.data) for at, file in enumerate(files))]
        for name, data in members:
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, data)
    return buffer.getvalue()


def submission_in(content: bytes, record: Mapping[str, Any]) -> Submission:
    """The very submission that a proposal holds; who files it is still to be said."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = tuple(
            File(name=file["name"], data=archive.read(f"{at}"), form=file["form"])
            for at, file in enumerate(record["files"])
        )
    return Submission(
        files=files, form=record["form"], entity=record["entity"], key=record["key"], actor=record["proposed_by"],
        known_from=record["known_from"], period=record["period"],
    )  # fmt: skip


def record_in(content: bytes) -> bytes:
    """The record in a proposal's file. KeyError or zipfile.BadZipFile where it is none."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(RECORD)
