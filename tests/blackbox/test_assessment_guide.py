"""The guide of the assessment, as a clerk would follow it: its files written, its commands typed, its answers compared.

The Chinese page: that the English one types the same is a test of `test_docs`. Each command is forked off a process
that has loaded them, for there are two dozen.
"""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from kit import hengjian

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(?P<language>[a-z]*)(?: (?P<file>\S+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def typed(line: str, folder: Path) -> str:
    """What a line prints; it is typed into a shell where it is no command of ours."""
    words = shlex.split(line)
    if words[0] == "hengjian":
        return hengjian(*words[1:], plain=True, cwd=folder).done().out
    subprocess.run(["bash", "-euc", line], cwd=folder, check=True, timeout=60)
    return ""


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_eleven_enterprises_from_letters_to_published_explanations(tmp_path: Path) -> None:
    printed = ""
    for block in FENCE.finditer((ROOT / "docs/zh/assessment.md").read_text(encoding="utf-8")):
        if block["file"]:
            (tmp_path / block["file"]).write_text(block["text"], encoding="utf-8")
        elif block["language"] == "sh":
            printed = "".join(typed(line, tmp_path) for line in block["text"].splitlines())
        elif block["language"] == "text":
            lines = iter(printed.splitlines())
            for line in block["text"].splitlines():
                wanted = re.escape(line).replace("…", ".*")
                assert any(re.fullmatch(wanted, one) for one in lines), f"not printed: {line}\n{printed}"
