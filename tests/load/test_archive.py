"""Archives: the same bytes everywhere, and nothing that leads out of them."""

import contextlib
import hashlib
import io
import random
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from small_pack import FILES

from hengjian.load import find_pack, load_pack, pack_archive, read_folder, unpack_archive
from hengjian.load.archive import MAX_FILE_BYTES, MAX_FILES
from hengjian.model.issue import Refused

ENCODED = {name: text.encode() for name, text in FILES.items()}


def archive_of(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for entry, data in entries:
            archive.writestr(entry, data)
    return buffer.getvalue()


def test_an_archive_depends_on_the_declarations_only() -> None:
    names = list(ENCODED)
    random.Random(7).shuffle(names)
    noise = {
        ".git/config": b"",
        "__pycache__/a.pyc": b"",
        "sample/a.csv": b"1",
        "notes.txt": b"",
        "a/.hidden.yaml": b"",
    }
    shuffled = {name: ENCODED[name] for name in names}
    assert pack_archive({**noise, **shuffled}) == pack_archive(ENCODED)
    assert unpack_archive(pack_archive(ENCODED)) == ENCODED
    pack, _ = load_pack(ENCODED, "small")
    assert pack is not None
    assert pack.digest == hashlib.sha256(pack_archive(ENCODED)).hexdigest()


def test_the_bytes_of_an_archive_are_pinned() -> None:
    """Spaces name packs by this hash: it must never change for the same declarations."""
    archive = pack_archive({"pack.yaml": b"name: a\n", "strings/zh.yaml": "题: 名\n".encode()})
    assert hashlib.sha256(archive).hexdigest() == "2d32272a9ddc9025ae9114ddb621a5b8ae2770c665c7e6543e8df510897878ff"


@pytest.mark.parametrize(
    "name",
    [
        "../pack.yaml",
        "/pack.yaml",
        "a/../../b.yaml",
        "C:/pack.yaml",
        "a\\b.yaml",
        "a//b.yaml",
        "./pack.yaml",
        "a/",
        "a\nb.yaml",
    ],
)
def test_names_stay_inside(name: str) -> None:
    with pytest.raises(Refused, match="does not lead into the pack"):
        unpack_archive(archive_of((name, b"")))


def test_all_faults_of_an_archive_are_told() -> None:
    link = zipfile.ZipInfo("link.yaml")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    data = archive_of(
        ("../a", b""), (link, b"/etc/passwd"), ("A.yaml", b""), ("a.yaml", b""), ("b", b"0" * (MAX_FILE_BYTES + 1))
    )
    with pytest.raises(Refused) as caught:
        unpack_archive(data, "p.zip")
    told = [issue.message for issue in caught.value.issues]
    assert len(told) == 4
    assert all(word in told[at] for at, word in enumerate(("../a", "no plain file", "twice", "1,048,577 bytes")))


def test_bombs_are_not_unpacked() -> None:
    bomb = archive_of(*((f"{number}.yaml", bytes(MAX_FILE_BYTES)) for number in range(17)), method=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    with pytest.raises(Refused, match="unpacks to"):
        unpack_archive(bomb)
    with pytest.raises(Refused, match=f"{MAX_FILES} at most"):
        unpack_archive(archive_of(*((str(number), b"") for number in range(MAX_FILES + 1))))


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_a_name_stands_once() -> None:
    with pytest.raises(Refused, match="stands twice"):
        unpack_archive(archive_of(("pack.yaml", b"1"), ("pack.yaml", b"2")))


def test_a_size_that_lies_is_refused() -> None:
    data = archive_of(("pack.yaml", b"0123456789"), method=zipfile.ZIP_DEFLATED)
    with pytest.raises(Refused, match="whole zip"):
        unpack_archive(data.replace((10).to_bytes(4, "little"), (5).to_bytes(4, "little")))


@given(st.binary(max_size=200))
def test_random_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        unpack_archive(data)


@example(at=2214, flip=1)  # swallowed a file: the next entry of the directory was taken for a field of this one
@given(st.integers(0, len(pack_archive(ENCODED)) - 1), st.integers(1, 255))
def test_a_damaged_archive_is_refused_or_read(at: int, flip: int) -> None:
    data = bytearray(pack_archive(ENCODED))
    data[at] ^= flip
    with contextlib.suppress(Refused):  # else a date or a name was hit, no content
        assert sorted(unpack_archive(bytes(data)).values()) == sorted(ENCODED.values())


def write(folder: Path) -> Path:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_folders_and_archives_are_found_by_path(tmp_path: Path) -> None:
    folder = write(tmp_path / "small")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "x.pyc").write_bytes(b"")
    (folder / ".DS_Store").write_bytes(b"")
    (folder / "sample").mkdir()
    (folder / "sample" / "a.csv").write_bytes(b"x")
    (folder / "big.bin").write_bytes(b"x")
    assert read_folder(folder) == {**ENCODED, "big.bin": b""}
    assert find_pack(str(folder))["pack.yaml"] == ENCODED["pack.yaml"]
    (tmp_path / "small.zip").write_bytes(pack_archive(ENCODED))
    assert find_pack(str(tmp_path / "small.zip")) == ENCODED


def test_a_folder_with_links_or_large_files_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "small")
    (folder / "rules" / "link.yaml").symlink_to("/etc/hostname")
    (folder / "types.yaml").write_bytes(b"#" * (MAX_FILE_BYTES + 1))
    with pytest.raises(Refused) as caught:
        find_pack(str(folder))
    assert sorted(issue.message for issue in caught.value.issues) == [
        "the file has more than 1,048,576 bytes",
        "this is a link",
    ]


@pytest.mark.parametrize(
    ("name", "hint"), [("financ", "finance"), ("x" * 5000, "shipped are"), ("a\0b", "shipped are")]
)
def test_a_pack_that_is_not_there(name: str, hint: str) -> None:
    with pytest.raises(Refused) as caught:
        find_pack(name)
    assert hint in caught.value.issues[0].hint
