"""Workflows that say whether what opened their cases was right, and what is wrong with some of that."""

import pytest

from hengjian.load.pack import load_pack
from hengjian.model.workflow import Verdict

PACK = """\
name: judged
version: 0.1.0
licence: Apache-2.0
label: {zh: 判, en: Judged}
requires: []
"""
FLOW = """\
mending:
  label: {{zh: 处置, en: Mending}}
  source: by hand
  verdict: {verdict}
  states:
    open: {{label: {{zh: 待办, en: Open}}}}
    closed: {{label: {{zh: 办结, en: Closed}}, final: true}}
  transitions:
    confirm: {{label: {{zh: 属实, en: Real}}, from: [open], to: closed}}
    dismiss: {{label: {{zh: 误报, en: False}}, from: [open], to: closed}}
    look:
      label: {{zh: 核查, en: Look}}
      from: [open]
      to: closed
      fields:
        result:
          label: {{zh: 结论, en: Result}}
          kind: choice
          choices: {{yes: {{zh: 是, en: Yes}}, no: {{zh: 否, en: No}}}}
        note: {{label: {{zh: 说明, en: Note}}, kind: text}}
"""


def loaded(verdict: str) -> tuple[Verdict | None, list[tuple[str, str]]]:
    files = {"pack.yaml": PACK.encode(), "workflows/mending.yaml": FLOW.format(verdict=verdict).encode()}
    pack, issues = load_pack(files, "judged")
    found = None if pack is None or not pack.workflows else pack.workflows[0].verdict
    return found, [(issue.message, issue.hint) for issue in issues]


def test_steps_or_choices_say_it() -> None:
    by_step, issues = loaded("{real: [confirm], false: [dismiss]}")
    assert (by_step, issues) == (Verdict(field=None, real=("confirm",), false=("dismiss",)), [])
    by_word, issues = loaded("{field: result, real: [yes], false: [no]}")
    assert issues == []
    assert by_word is not None
    assert [by_word.of(word) for word in ("yes", "no", "maybe")] == ["real", "false", None]


@pytest.mark.parametrize(
    ("verdict", "message", "hint"),
    [
        ("{real: [confrm], false: [dismiss]}", "verdict knows no step 'confrm'", "did you mean confirm?"),
        ("{field: result, real: [yes], false: [never]}", "verdict knows no choice 'never'", "they are yes, no"),
        ("{field: note, real: [yes], false: [no]}", "verdict names no field 'note'", "the fields are result"),
        (
            "{real: [confirm]}",
            "verdict of workflow 'mending' lacks the key 'false'",
            "those by which it was a false alarm",
        ),
    ],
)
def test_what_is_wrong_with_it(verdict: str, message: str, hint: str) -> None:
    assert (message, hint) in loaded(verdict)[1]
