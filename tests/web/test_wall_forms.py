"""Every form that is sent carries the seal of its session, and none carries it into an address."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "src" / "hengjian" / "web" / "templates"
#: Before anybody is known there is no session whose seal a form could carry.
OPEN = {"sign_in.html"}
FORM = re.compile(r"<form\b(?P<head>(?:\{\{.*?\}\}|\{%.*?%\}|[^>])*)>(?P<body>.*?)</form>", re.DOTALL)


def forms() -> list[tuple[str, str, str]]:
    """Each form of each template: the file, its tag, and what stands in it."""
    found = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        parts = [(path.name, match["head"], match["body"]) for match in FORM.finditer(text)]
        assert len(parts) == text.count("<form") == text.count("</form>"), path
        found += parts
    return found


def is_sent(head: str) -> bool:
    return re.search(r'method="post"', head, re.IGNORECASE) is not None


def test_there_are_forms_of_both_kinds() -> None:
    assert sum(is_sent(head) for _, head, _ in forms()) > 8
    assert sum(not is_sent(head) for _, head, _ in forms()) > 8


@pytest.mark.parametrize(("name", "head", "body"), [form for form in forms() if is_sent(form[1])])
def test_a_form_that_is_sent_is_sealed(name: str, head: str, body: str) -> None:
    if name in OPEN:
        return
    asks_too = "formmethod" in body
    assert ("{{ sealed }}" in body) == (not asks_too), f"{name}: {head}: put {{{{ sealed }}}} into the form"
    buttons = re.findall(r"<button\b[^>]*>", body)
    sending = [button for button in buttons if "formmethod" not in button]
    assert sending, name
    if asks_too:
        assert all("{{ sealing }}" in button for button in sending), f"{name}: its buttons carry the seal"
        assert not any("{{ sealing }}" in button for button in buttons if "formmethod" in button), name


@pytest.mark.parametrize(("name", "head", "body"), [form for form in forms() if not is_sent(form[1])])
def test_a_form_that_asks_is_not(name: str, head: str, body: str) -> None:
    assert "seal" not in head + body, f"{name}: the seal would enter the address"


def test_scripts_send_forms_only_with_their_seal() -> None:
    for path in (TEMPLATES.parent / "static").glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert text.count('method: "POST"') == text.count("body: sealed("), path
