"""Files of a submission, read against what the one who files it sees of the space."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hengjian.app.batch import clashes
from hengjian.app.desk import Desk
from hengjian.app.register import credit_codes
from hengjian.app.rights import filing_issues, must_file
from hengjian.app.submission import Submission
from hengjian.intake.context import Context
from hengjian.intake.read import read_table
from hengjian.model.cut import Cut
from hengjian.model.filing import EntityRow, Row
from hengjian.model.issue import Forbidden, Issue, Refused

#: The rows of each file, and the warnings that reading them gave.
Read = tuple[Sequence[tuple[Row, ...]], list[Issue]]


def read_files(desk: Desk, submission: Submission) -> Read:
    """The rows of each file, and warnings. Refused with all faults of all files, and all that the one who asks may not
    file. Who is registered by a file is known to those after it."""
    must_file(desk)
    context = Context(
        catalogue=desk.programme().catalogue, entity_types=desk.seen_types(), entity=submission.entity,
        archive=True, latest_known_from=desk.recording_day(), period=submission.period,
        entity_names=lambda: _names_seen(desk), entity_codes=lambda: _codes_seen(desk),
    )  # fmt: skip
    rows: list[tuple[Row, ...]] = []
    issues: list[Issue] = []
    for file in submission.files:
        read, faults = read_table(file.name, file.data, submission.form_of(file), context)
        rows.append(read)
        issues.extend(faults)
        if any(one.form for one in submission.files):
            fresh = {row.entity: row.type for row in read if isinstance(row, EntityRow)}
            context = replace(context, entity_types={**context.entity_types, **fresh})
    issues += clashes(rows)
    denied = filing_issues(desk, [row for part in rows for row in part], archive=submission.known_from is not None)
    faults_found = [issue for issue in issues if issue.severity == "error"]
    if faults_found or denied:
        raise Refused([*faults_found, *denied]) if faults_found else Forbidden(denied)
    return rows, issues


def _names_seen(desk: Desk) -> Mapping[str, str]:
    names = desk.names(Cut(), desk.config.current_day())
    return names if desk.sight.is_everything else {one: name for one, name in names.items() if one in desk.sight}


def _codes_seen(desk: Desk) -> Mapping[str, Sequence[str]]:
    return {code: found for code, some in credit_codes(desk).items() if (found := desk.sight.kept(some))}
