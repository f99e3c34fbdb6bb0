"""An attribute whose text has a format."""

from small_pack import changed, load

from hengjian.model.declaration import Attribute

INDUSTRY = "industry: {kind: text, label: {zh: 行业, en: Industry}}"


def attributes(line: str) -> tuple[list[str], dict[str, Attribute]]:
    pack, issues = load(changed("types.yaml", INDUSTRY, line))
    told = [f"{issue.place}: {issue.message} | {issue.hint}" for issue in issues]
    return told, {} if pack is None else dict(pack.types[0].attributes)


def test_a_text_may_have_a_format() -> None:
    told, found = attributes("code: {kind: text, format: social_credit_code, label: {zh: 统一社会信用代码, en: Code}}")
    assert told == []
    assert found["code"].format == "social_credit_code"


def test_formats_have_names() -> None:
    told, _ = attributes("code: {kind: text, format: credit_code, label: {zh: 代码, en: Code}}")
    assert len(told) == 1
    assert "social_credit_code" in told[0]
    assert "small/types.yaml:4:32" in told[0]


def test_a_number_has_no_format() -> None:
    told, _ = attributes("code: {kind: number, format: lei, label: {zh: 代码, en: Code}}")
    assert told == [
        "small/types.yaml:4:34: attribute 'code' is a number and has no format | delete format, or make it a text"
    ]
