"""A clerk's spreadsheet program: LibreOffice opens a workbook, types into its cells and saves it, without a window."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")

#: Types one line after another (sheet number, cell, text) as if with the keyboard: a number becomes a number.
_MACRO = """\
Sub Fill(source As String, target As String, typed As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  book = StarDesktop.loadComponentFromURL(ConvertToURL(source), "_blank", 0, hidden())
  file = FreeFile
  Open typed For Input As #file
  Do While Not EOF(file)
    Line Input #file, one
    parts = Split(one, Chr(9))
    cell = book.Sheets.getByIndex(CInt(parts(0))).getCellRangeByName(parts(1))
    cell.setFormula(parts(2))
  Loop
  Close #file
  Dim kept(0) As New com.sun.star.beans.PropertyValue
  kept(0).Name = "FilterName"
  kept(0).Value = "Calc MS Excel 2007 XML"
  book.storeToURL(ConvertToURL(target), kept())
  book.close(True)
End Sub
"""
_LIBRARY = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Clerk"/></library:library>
"""
_MODULE = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Clerk"
 script:language="StarBasic">{text}</script:module>
"""


def fill_in(book: Path, target: Path, cells: Mapping[str, str], *, desk: Path, sheet: int = 0) -> None:
    """Open `book`, type each text of `cells` into its cell, save it as `target`. `desk` is a folder for LibreOffice."""
    profile = desk / "profile"
    library = profile / "user/basic/Standard"
    if not library.exists():  # what lies in a profile before its first start is written over
        _office(profile, "--terminate_after_init")
    (library / "script.xlb").write_text(_LIBRARY, encoding="utf-8")
    (library / "Clerk.xba").write_text(_MODULE.format(text=escape(_MACRO)), encoding="utf-8")
    typed = desk / "typed.txt"
    typed.write_text("".join(f"{sheet}\t{cell}\t{text}\n" for cell, text in cells.items()), encoding="utf-8")
    target.unlink(missing_ok=True)
    _office(profile, f'macro:///Standard.Clerk.Fill("{book}","{target}","{typed}")')
    assert target.exists(), f"LibreOffice saved no {target.name}"


def _office(profile: Path, *words: str) -> None:
    assert OFFICE is not None
    command = [OFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", *words]
    subprocess.run(command, check=True, capture_output=True, timeout=110)
