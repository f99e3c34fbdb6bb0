"""Every message about packs as folders and archives, and about packs beside each other."""

import io
import socket
import stat
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "load"))

from small_pack import FILES

from hengjian.load import assemble, find_pack, load_pack, read_folder, unpack_archive
from hengjian.model.issue import Refused

SOUND = {name: text.encode() for name, text in FILES.items()}


def said(action: Callable[[], object]) -> list[str]:
    with pytest.raises(Refused) as caught:
        action()
    return [str(issue).replace("\n  hint: ", " | ") for issue in caught.value.issues]


def archive(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name, data in entries:
            file.writestr(name, data)
    return buffer.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


TORN = "this is not a whole zip archive: File is not a zip file | make it again from the pack's folder"
ARCHIVES = [
    (b"", TORN),
    (archive(("a", b""))[:-1], TORN),
    (archive(*((f"{at}.txt", b"") for at in range(501))), "the archive has 501 files | 500 at most"),
    (archive(("../a", b"")), "'../a' does not lead into the pack | names are relative, with / and without .."),
    (archive((link("a"), b"b")), "'a' is no plain file | an archive holds no links, folders or devices of its own"),
    (
        archive(("a", b""), ("A", b"")),
        "'A' stands twice, the first time as 'a' | names differ in more than their case",
    ),
    (
        archive(("a", b"x"), method=zipfile.ZIP_BZIP2),
        "'a' is encrypted or compressed in an unknown way | make the archive without a password",
    ),
]


@pytest.mark.parametrize(("data", "expected"), ARCHIVES, ids=[expected for _, expected in ARCHIVES])
def test_archives(data: bytes, expected: str) -> None:
    assert said(lambda: unpack_archive(data)) == [f"pack.zip:1:1: {expected}"]


def test_an_archive_that_grows() -> None:
    """Compressed to nearly nothing; its sizes are read before a byte is unpacked."""
    big = bytes(5_000_000)
    found = said(lambda: unpack_archive(archive(*((name, big) for name in "abcd"), method=zipfile.ZIP_DEFLATED)))
    assert found[0].startswith("pack.zip:1:1: the archive unpacks to 20,000,000 bytes | 16,777,216 at most")
    assert found[1].startswith("pack.zip:1:1: 'a' unpacks to 5,000,000 bytes | 1,048,576 at most")


def test_folders(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert said(lambda: find_pack(str(tmp_path / "empty"))) == [
        f"{tmp_path}/empty/pack.yaml:1:1: the folder has no pack.yaml | is it the pack's own folder?"
    ]
    assert said(lambda: find_pack("financ")) == [
        "no pack is called 'financ', and no folder or archive has that path | did you mean finance?"
    ]
    many = tmp_path / "many"
    many.mkdir()
    for at in range(501):
        (many / f"{at}.yaml").touch()
    (found,) = said(lambda: read_folder(many))
    assert found.startswith(f"{many}:1:1: the folder has more than 500 files | is it a pack?")


def test_files_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "large.yaml").write_bytes(bytes(1_048_577))
    (tmp_path / "link.yaml").symlink_to("/etc/hostname")
    assert said(lambda: read_folder(tmp_path)) == [
        f"{tmp_path}/large.yaml:1:1: the file has more than 1,048,576 bytes | split it into several files",
        f"{tmp_path}/link.yaml:1:1: this is a link | a pack holds its files itself",
    ]


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    """It is told, not left out."""
    name = tmp_path / "socket.yaml"
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(name))
        assert said(lambda: read_folder(tmp_path)) == [
            f"{name}:1:1: the file cannot be read: No such device or address | look at its owner and rights"
        ]


def test_one_name_in_two_packs() -> None:
    one, _ = load_pack(SOUND, "one")
    other, _ = load_pack({**SOUND, "pack.yaml": SOUND["pack.yaml"].replace(b"name: small", b"name: other")}, "other")
    assert one is not None
    assert other is not None
    _, issues = assemble([one, other])
    told = [issue.message for issue in issues]
    assert "'total_assets' is declared by two packs" in told
    _, issues = assemble([one, one])
    assert issues[0].message == f"two packs are called {one.name!r}"
