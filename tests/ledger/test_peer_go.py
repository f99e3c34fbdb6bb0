"""Go's transparency log library reads our log: a second opinion by people who never saw our code.

The program beside this test (`peer/check_log.go`) is built against golang.org/x/mod/sumdb as Debian packages it:
`apt install golang-go golang-golang-x-mod-dev`.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from log_maker import fill

from hengjian.ledger.log import Log

pytestmark = pytest.mark.peer

SOURCE = Path(__file__).parent / "peer/check_log.go"
GO_PATH = Path("/usr/share/gocode")
#: Sizes at which heads are kept: small trees, and both sides of a full tile.
SIZES = (1, 2, 3, 7, 255, 256, 257, 600)


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built program."""
    if shutil.which("go") is None or not (GO_PATH / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip("no Go with golang.org/x/mod here: apt install golang-go golang-golang-x-mod-dev")
    folder = tmp_path_factory.mktemp("peer")
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": str(GO_PATH), "GOCACHE": str(folder / "cache")}
    built = folder / "check_log"
    subprocess.run(["go", "build", "-o", str(built), str(SOURCE)], env=environment, check=True)
    return built


def asked(peer: Path, log: Log, files: Sequence[Path] = ()) -> "subprocess.CompletedProcess[str]":
    """What the peer says of this log."""
    (vkey,) = log.space.folder.glob("*.vkey")
    command = [peer, log.space.folder / "log", vkey, log.space.key, *files]
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)


def grown(log: Log, folder: Path) -> list[Path]:
    """The log at the largest of the sizes, with the heads of the others and proofs from several of them in files."""
    kept = []
    for size in SIZES:
        fill(log, size - log.size)
        head = folder / f"{size}.checkpoint"
        head.write_text(log.space.read_checkpoint() or "")
        kept.append(head)
        for index in {0, size // 2, size - 1}:
            proof = folder / f"{index}-in-{size}.tlog-proof"
            proof.write_text(log.inclusion(index))
            kept.append(proof)
    return kept


def test_go_reads_heads_tiles_and_proofs(peer: Path, log: Log, tmp_path: Path) -> None:
    files = grown(log, tmp_path)
    answer = asked(peer, log, files)
    assert answer.returncode == 0, answer.stderr
    said = answer.stdout.splitlines()
    root = said[0].rpartition(" ")[2]
    assert said[0].startswith("example.org/test has signed a tree of 600 with root ")
    assert said[1:4] == [
        "signed by Go it has the same bytes",
        f"its tiles have the root {root}",
        "its 600 entries stand under that root",
    ]
    assert said[4:7] == ["the tree of 600 extends that of 1", "entry 0 is in the tree of 1",
                         "the tree of 600 extends that of 2"]  # fmt: skip
    assert said[-1].endswith("in the tree of 600")
    assert len(said) == 4 + len(files)


@pytest.mark.parametrize("name", ["tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/000", "checkpoint"])
def test_go_refuses_one_changed_byte(peer: Path, log: Log, name: str) -> None:
    fill(log, 600)
    assert asked(peer, log).returncode == 0
    file = log.space.folder / "log" / name
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.chmod(0o644)
    file.write_bytes(data)
    assert asked(peer, log).returncode == 1


def test_go_refuses_a_changed_path(peer: Path, log: Log, tmp_path: Path) -> None:
    fill(log, 9)
    proof = tmp_path / "proof"
    text = log.inclusion(4)
    first = text.splitlines()[2]
    proof.write_text(text.replace(first, ("B" if first[0] == "A" else "A") + first[1:]))
    answer = asked(peer, log, [proof])
    assert (answer.returncode, answer.stderr) == (1, "proof: invalid transparency proof\n")
