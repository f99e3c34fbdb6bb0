"""Codes with check characters: published ones are taken, and every single slip in one is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengjian.intake.formats import FORMATS, credit_check, lei_check, organisation_check, read_code, spelled
from hengjian.intake.number import NotANumber
from hengjian.load.declare import FORMATS as DECLARED

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
#: The worked example of GB 32100-2015; ICBC and CNPC as their annual reports and the public register (gsxt.gov.cn) have
#: them; the others are from the test of python-stdnum 2.1, tests/test_cn_uscc.doctest ("found online").
PUBLISHED = [
    "91350100M000100Y43", "91100000100003962T", "91110000100010433L", "91110000600037341L", "121200004013590816",
    "91110000710926094P", "91120224064012553U", "9115220107837757XE", "913101127033980359", "913205056082348768",
    "91340600MA2PERLJ2D", "91620105L015101280", "91620105MA73NBBLXE", "92340603MA2UK2XD94", "92340621MA2PBKRXXG",
]  # fmt: skip
#: ISO 17442: Apple Inc. and Bank of America as gleif.org has them; the third is the example of stdnum.lei.
IDENTIFIERS = ["HWUPKR0MPOU8FGXBT394", "B4TYDEB6GKMZO031MB27", "213800KUD8LAJWSQ9D15"]


def wrong(text: str, name: str = "social_credit_code") -> tuple[str, str]:
    found = read_code(text, name)  # type: ignore[arg-type]
    assert isinstance(found, NotANumber), found
    return found.message, found.hint


@pytest.mark.parametrize("code", PUBLISHED)
def test_published_credit_codes(code: str) -> None:
    assert read_code(code, "social_credit_code") == code
    assert credit_check(code[:17]) == code[17]
    assert organisation_check(code[8:16]) == code[16]


@pytest.mark.parametrize("code", IDENTIFIERS)
def test_published_legal_entity_identifiers(code: str) -> None:
    assert read_code(code, "lei") == code
    assert lei_check(code) == code[18:]


def slow_credit_check(code: str) -> str:
    """The table of weights as the standard prints it, and its formula 31 − MOD(Σ, 31)."""
    weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
    total = 0
    for place in range(17):
        total += ALPHABET.index(code[place]) * weights[place]
    number = 31 - total % 31
    return ALPHABET[0 if number == 31 else number]


@given(st.text(ALPHABET, min_size=17, max_size=17))
def test_the_check_character_against_the_printed_table(code: str) -> None:
    assert credit_check(code) == slow_credit_check(code)


@given(st.sampled_from(PUBLISHED), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_no_other_character_passes(code: str, place: int, char: str) -> None:
    changed = code[:place] + char + code[place + 1 :]
    assert (read_code(changed, "social_credit_code") == changed) == (changed == code)


@given(st.sampled_from(PUBLISHED), st.integers(0, 16))
def test_two_neighbours_exchanged_are_told_and_the_right_code_is_among_the_hints(code: str, place: int) -> None:
    changed = f"{code[:place]}{code[place + 1]}{code[place]}{code[place + 2 :]}"
    if changed == code:
        return
    message, hint = wrong(changed)
    assert changed in message
    assert code in hint


@given(st.sampled_from(IDENTIFIERS), st.integers(0, 18))
def test_exchanged_neighbours_of_an_identifier(code: str, place: int) -> None:
    changed = f"{code[:place]}{code[place + 1]}{code[place]}{code[place + 2 :]}"
    if changed != code:
        assert code in wrong(changed, "lei")[1]


@given(st.text(max_size=30))
def test_any_text_is_a_code_or_told(text: str) -> None:
    for name in DECLARED:
        found = read_code(text, name)
        assert isinstance(found, NotANumber) or len(found) == FORMATS[name].length


def test_each_declared_format_has_its_rule() -> None:
    assert FORMATS.keys() == set(DECLARED)


def test_spellings() -> None:
    assert spelled(" ９１１０００００ 1000-03962t") == "91100000100003962T"
    assert read_code("9110 0000 1000 0396 2t", "social_credit_code") == "91100000100003962T"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "9110000010000396T", "'9110000010000396T' has 17 characters; a social credit code has 18",
            "copy it from the licence, all of it",
        ),
        (
            "9111OOOO100010433L", "a social credit code has no O, as '9111OOOO100010433L' has",
            "write 91110000100010433L",
        ),
        (
            "91350100M000100Y4Z", "a social credit code has no Z, as '91350100M000100Y4Z' has",
            "with these 17 places it would end in 3",
        ),
        (
            "91350100M000I00Y4Z", "a social credit code has no I, Z, as '91350100M000I00Y4Z' has",
            "copy it from the licence: are 0 and O, 1 and I, 2 and Z the right ones?",
        ),
        (
            "91100000100003926T", "'91100000100003926T' ends in T; with these 17 places it would end in 3",
            "did you mean 91100000100003962T?",
        ),
        (
            "91110000100010433A", "'91110000100010433A' ends in A; with these 17 places it would end in L",
            "compare it with the licence, place by place",
        ),
        (
            "91A00000100003962T", "places 3 to 8 of '91A00000100003962T' are no code of a region",
            "a region's code is six digits",
        ),
        (
            "91310000631295002H",
            "'631295002', places 9 to 17 of '91310000631295002H', is no organisation's code: it would end in 1",
            "compare it with the licence, place by place",
        ),
    ],
)  # fmt: skip
def test_what_is_said_of_a_wrong_code(text: str, message: str, hint: str) -> None:
    assert wrong(text) == (message, hint)


def test_what_is_said_of_a_wrong_identifier() -> None:
    assert wrong("HWUPKR0MPOU8FGXBT395", "lei") == (
        "'HWUPKR0MPOU8FGXBT395' ends in 95; with these 18 places it would end in 94",
        "compare it with the licence, place by place",
    )
