"""Where a pack declares the two-person rule: its forms, its own questions, and the steps of its workflows."""

import pytest
from small_pack import FILES, load

from hengjian.load.catalogue import assemble

FORM = """\
balance:
  label: {zh: 快报, en: Report}
  type: enterprise
  frequency: quarter
  two_persons: "true"
  sheets: [{wide: [{is: entity, title: {zh: 企业, en: Enterprise}}, {is: period, title: {zh: 期间, en: Period}},
                   {measure: total_assets}]}]
"""
WORKFLOW = """\
mending:
  label: {zh: 整改, en: Mending}
  source: house rule
  states:
    open: {label: {zh: 待整改, en: Open}}
    mended: {label: {zh: 待核验, en: Mended}}
    closed: {label: {zh: 已销号, en: Closed}, final: true}
  transitions:
    rectify: {label: {zh: 整改, en: Rectify}, from: [open], to: mended}
    verify: {label: {zh: 核验, en: Verify}, from: [mended], to: closed, other_than: [rectify]}
"""


def test_what_two_persons_see_to_is_declared() -> None:
    pack, issues = load({
        **FILES, "forms/balance.yaml": FORM, "workflows/mending.yaml": WORKFLOW,
        "pack.yaml": FILES["pack.yaml"] + "two_persons: [give_role, upgrade]\n",
    })  # fmt: skip
    assert not issues
    assert pack is not None
    assert pack.two_persons == ("give_role", "upgrade")
    catalogue, _ = assemble([pack])
    assert catalogue is not None
    assert catalogue.forms["balance"].two_persons
    steps = catalogue.workflows["mending"].transitions
    assert (steps["verify"].other_than, steps["rectify"].other_than) == (("rectify",), ())


def test_without_a_word_one_person_does() -> None:
    pack, _ = load({**FILES, "forms/balance.yaml": FORM.replace('  two_persons: "true"\n', "")})
    assert pack is not None
    assert (pack.two_persons, pack.forms[0].two_persons) == ((), False)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("pack.yaml", "req", "two_persons: [submit]\nreq", "item 1 of two_persons of the pack cannot be 'submit'"),
        ("forms/balance.yaml", '"true"', "always", "two_persons of form 'balance' cannot be 'always'"),
        ("workflows/mending.yaml", "[rectify]", "[rectfy]", "transition 'verify' knows no other step 'rectfy'"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_told(file: str, old: str, new: str, message: str) -> None:
    files = {**FILES, "forms/balance.yaml": FORM, "workflows/mending.yaml": WORKFLOW}
    assert old in files[file]
    _, issues = load({**files, file: files[file].replace(old, new, 1)})
    assert [issue.message for issue in issues if issue.severity == "error"] == [message]
