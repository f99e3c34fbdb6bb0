"""Addresses that try to leave: of every part of every route, and of the static files."""

import re

import pytest
from attacked import Answer, Attacked, parameters, raw, routes

#: After OWASP's testing guide (4.5.1: directory traversal) and the list of DotDotPwn.
CLIMBS = (
    "..", "../", "../../../../../../etc/passwd", "..%2f..%2f..%2f..%2fetc%2fpasswd", "%2e%2e%2f%2e%2e%2fetc/passwd",
    "..%252f..%252fetc%252fpasswd", "%2e%2e/%2e%2e/", "....//....//etc/passwd", "..;/..;/", "..%5c..%5cetc%5cpasswd",
    "..\\..\\", "%c0%ae%c0%ae%c0%af", "~2E~2E~2Fkeys~2Flog.key", "~2E~2E~2F~2E~2E~2Fhengjian.toml", "%00", "x%00.css",
    "/etc/passwd", "%2fetc%2fpasswd", "file:///etc/passwd", "C:%5cWindows", "~root", ".%0a./", "people.db", "..%00/",
)  # fmt: skip


@pytest.fixture(scope="module")
def secrets(space: Attacked) -> list[bytes]:
    """What stands in files that no page gives: part of the key, of settings, of a database, of the system."""
    key = (space.home / "keys" / "log.key").read_bytes().strip()
    return [key[-20:], b"SQLite format 3", b"root:x:0:0", b'origin = "', b"PAR1", b"DUCK"]


@pytest.mark.parametrize("climb", CLIMBS)
def test_in_every_part_of_every_route(space: Attacked, secrets: list[bytes], climb: str) -> None:
    cookie, samples = f"session={space.session('chief')}", space.samples()
    for method, path in routes(space.plain):
        if method != "GET":
            continue
        for name in parameters(path):
            target = re.sub(
                r"\{(\w+)[^}]*\}", lambda match, one=name: climb if match[1] == one else samples[match[1]], path
            )
            answer = raw(space.plain, target, cookie=cookie)
            assert answer.status < 500, target
            assert not any(secret in answer.body for secret in secrets), target
            if path.startswith("/static/"):
                assert answer.status in (307, 404), target
            stays(answer, target)


@pytest.mark.parametrize("climb", CLIMBS)
def test_from_the_root(space: Attacked, secrets: list[bytes], climb: str) -> None:
    cookie = f"session={space.session('chief')}"
    for target in (f"/{climb}", f"//{climb}", f"/static/{climb}", f"/static/0/../{climb}", f"/entity/../../{climb}"):
        answer = raw(space.plain, target, cookie=cookie)
        assert answer.status in (200, 303, 307, 400, 404, 405), target
        assert not any(secret in answer.body for secret in secrets), target
        stays(answer, target)


def stays(answer: Answer, where: str) -> None:
    """That a redirect leads to this very host. The framework takes a slash from the end of an address (307)."""
    location = answer.header("location").removeprefix("http://127.0.0.1" if answer.status == 307 else "")
    if answer.status in (303, 307):
        assert location.startswith("/"), where
        assert answer.status == 307 or not location.startswith(("//", "/\\")), where
    else:
        assert location == "", where


def test_static_files_alone_are_static(space: Attacked) -> None:
    from hengjian.web.respond import asset, digest, static

    good = asset("hengjian.css")
    assert raw(space.plain, good).status == 200
    folder = good.rpartition("/")[0]
    for name in (
        "../site.py",
        "..%2fsite.py",
        "%2e%2e%2fsite.py",
        "site.py",
        "",
        ".",
        "..",
        "hengjian.css%00",
        "hengjian.CSS",
    ):
        assert raw(space.plain, f"{folder}/{name}").status == 404, name
    assert raw(space.plain, f"/static/{digest(static('hengjian.css'))}/hengjian.css").status == 404
