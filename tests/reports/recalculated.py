"""Workbooks computed by LibreOffice: what it makes of their formulas, whatever value was saved with them."""

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import python_calamine

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""
_SAVED = re.compile(r"(<f>[^<]*</f>)<v>[^<]*</v>")


def without_values(data: bytes) -> bytes:
    """The workbook without the values that were saved with its formulas."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.startswith("xl/worksheets/"):
                content = _SAVED.sub(r"\1", content.decode()).encode()
            target.writestr(name, content)
    return buffer.getvalue()


def recalculated(books: Mapping[str, bytes], folder: Path) -> dict[str, dict[str, list[list[Any]]]]:
    """The cells of each sheet of each workbook, as LibreOffice computes them; all in one run."""
    assert OFFICE is not None
    profile, given, made = folder / "profile", folder / "given", folder / "made"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS, encoding="utf-8")
    given.mkdir()
    for name, data in books.items():
        (given / f"{name}.xlsx").write_bytes(without_values(data))
    files = [str(given / f"{name}.xlsx") for name in books]
    command = [OFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", str(made), *files], check=True, capture_output=True, timeout=110)
    return {name: sheets((made / f"{name}.xlsx").read_bytes()) for name in books}


def sheets(data: bytes) -> dict[str, list[list[Any]]]:
    """The cells of each sheet."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
