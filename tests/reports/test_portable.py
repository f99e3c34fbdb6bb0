"""PDF: faces of the machine are embedded, so that it reads the same where no Chinese face is."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from hengjian.reports.blocks import Document, Heading, Paragraph, Table
from hengjian.reports.outlines import quadratic
from hengjian.reports.portable import write_pdf

SERIF = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc")
SIMPLIFIED = 2


def document(text: str) -> Document:
    return Document(
        title=["云桥水务集团", "计分说明"],
        blocks=[Heading(level=1, text="结果"), Paragraph(text=text), Table(titles=["项"], rows=[["利润"]], widths=[1])],
        signer="区国资委", dated="2026年5月20日", made=datetime(2026, 5, 20, tzinfo=UTC), mark="试算",
    )  # fmt: skip


def test_the_same_document_gives_the_same_bytes() -> None:
    """Also after another one, whose characters took the place of its own in between."""
    first = write_pdf(document("得分 98.91，等级为 B。"))
    other = write_pdf(document("另一户企业。"))
    assert first.startswith(b"%PDF-")
    assert first != other
    assert write_pdf(document("得分 98.91，等级为 B。")) == first


@pytest.mark.skipif(not SERIF.exists(), reason="Noto's CJK faces are not installed here")
def test_the_face_is_embedded() -> None:
    made = write_pdf(document("得分 98.91，等级为 B。"))
    assert b"/FontFile2" in made
    assert b"STSong-Light" not in made


@pytest.mark.skipif(not SERIF.exists(), reason="Noto's CJK faces are not installed here")
def test_outlines_stay_within_a_unit_of_their_own() -> None:
    """The box of each glyph and its advance, against the face that it was made of."""
    made = TTFont(io.BytesIO(quadratic(SERIF, SIMPLIFIED, "考核A—\U0010fffd")))
    assert set(made.getBestCmap()) == {ord(one) for one in "考核A—"}
    with TTFont(SERIF, fontNumber=SIMPLIFIED, lazy=True) as face:
        for code, name in made.getBestCmap().items():
            glyph, whole = made["glyf"][name], face.getBestCmap()[code]
            box = face["CFF "].cff.topDictIndex[0].CharStrings[whole].calcBounds(face.getGlyphSet())
            assert (glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax) == pytest.approx(box, abs=1)
            assert made["hmtx"][name][0] == face["hmtx"][whole][0]


def test_pages_are_numbered() -> None:
    made = write_pdf(document("一段。" * 900))
    pages = len(re.findall(rb"/Type /Page\b", made))
    assert pages > 2
