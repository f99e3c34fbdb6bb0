"""A document as PDF, in the layout of `word`. It is made once, entered, and served from the ledger.

Chinese is set in faces of the machine, whose outlines are embedded; where there is none, in Adobe's STSong-Light, which
most readers of PDF bring along. So the same document gives the same bytes on one machine, but not on all.
"""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from fontTools.ttLib import TTLibError
from reportlab.lib.colors import Color, black, grey
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.platypus import BaseDocTemplate, CondPageBreak, Frame, PageTemplate, Spacer
from reportlab.platypus import Paragraph as Set
from reportlab.platypus import Table as Grid

from hengjian.reports.blocks import Block, Document, Heading, Paragraph, Table
from hengjian.reports.lines import broken
from hengjian.reports.outlines import quadratic

_TOP, _BOTTOM, _LEFT, _RIGHT = 37 * mm, 35 * mm, 28 * mm, 26 * mm
_WIDTH = A4[0] - _LEFT - _RIGHT
#: Beside what stands in a cell, in points.
_PADDING = 4
#: Of each kind the files that are looked for, in folders where systems keep faces; .ttc: which face of the collection.
_FILES: Mapping[str, Sequence[tuple[str, int]]] = {
    "title": (("FZXBSJW.TTF", 0), ("simsun.ttc", 0), ("Songti.ttc", 0)),
    "body": (("simfang.ttf", 0), ("STFANGSO.TTF", 0), ("simsun.ttc", 0), ("Songti.ttc", 0)),
    "heading": (("simhei.ttf", 0), ("STHeiti Medium.ttc", 0)),
    "any": (
        ("wqy-zenhei.ttc", 0), ("wqy-microhei.ttc", 0), ("uming.ttc", 0), ("gbsn00lp.ttf", 0),
        ("DroidSansFallbackFull.ttf", 0), ("DroidSansFallback.ttf", 0),
    ),
}  # fmt: skip
#: Faces of cubic curves, of which each document takes its own characters; .ttc: the third is Simplified Chinese.
_CUBIC: Mapping[str, Sequence[tuple[str, int]]] = {
    "title": (("NotoSerifCJK-Bold.ttc", 2), ("NotoSerifCJKsc-Bold.otf", 0), ("SourceHanSerifSC-Bold.otf", 0)),
    "body": (("NotoSerifCJK-Regular.ttc", 2), ("NotoSerifCJKsc-Regular.otf", 0), ("SourceHanSerifSC-Regular.otf", 0)),
    "heading": (("NotoSansCJK-Regular.ttc", 2), ("NotoSansCJKsc-Regular.otf", 0), ("SourceHanSansSC-Regular.otf", 0)),
}  # fmt: skip
_FOLDERS = (
    Path("C:/Windows/Fonts"), Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/System/Library/Fonts"),
    Path("/Library/Fonts"),
)  # fmt: skip
_FALLBACK = "STSong-Light"


def write_pdf(document: Document) -> bytes:
    """The bytes of the PDF."""
    faces = _faces(document)
    styles = _styles(faces)
    buffer = io.BytesIO()
    paper = BaseDocTemplate(
        buffer, pagesize=A4, topMargin=_TOP, bottomMargin=_BOTTOM, leftMargin=_LEFT, rightMargin=_RIGHT, invariant=1,
        title="".join(document.title), author=document.signer, lang="zh-CN",
    )  # fmt: skip
    frame = Frame(_LEFT, _BOTTOM, _WIDTH, A4[1] - _TOP - _BOTTOM, 0, 0, 0, 0)

    def each(canvas: Any, _: object) -> None:
        _page(canvas, document.mark, faces)

    paper.addPageTemplates([PageTemplate(id="page", frames=[frame], onPage=each)])
    paper.build(list(_flow(document, styles)))
    return buffer.getvalue()


def _faces(document: Document) -> Mapping[str, str]:
    """By kind the name of a registered face; one that is missing is set in another one, or in the reader's own."""
    found = {kind: _register(kind) or _register_cubic(kind, document) for kind in _FILES}
    other = found["body"] or found["heading"] or found["any"]
    if other is None:
        pdfmetrics.registerFont(UnicodeCIDFont(_FALLBACK))
        other = _FALLBACK
    return {kind: name or other for kind, name in found.items()}


@cache
def _register(kind: str) -> str | None:
    """The name of a face that holds all characters, once it is registered."""
    found = _installed()
    for file, index in _FILES[kind]:
        path = found.get(file.lower())
        if path is None:
            continue
        try:
            pdfmetrics.registerFont(TTFont(f"hengjian-{kind}", str(path), subfontIndex=index))
        except (TTFError, OSError):  # outlines that cannot be embedded
            continue
        return f"hengjian-{kind}"
    return None


def _register_cubic(kind: str, document: Document) -> str | None:
    """The name of a face that holds what this document writes; the next document takes its place."""
    found = _installed()
    for file, index in _CUBIC.get(kind, ()):
        path = found.get(file.lower())
        if path is None:
            continue
        try:
            face = quadratic(path, index, _characters(document))
            pdfmetrics.registerFont(TTFont(f"hengjian-{kind}", io.BytesIO(face)))
        except (TTLibError, TTFError, KeyError, OSError):  # a file that is no such face
            continue
        return f"hengjian-{kind}"
    return None


def _characters(document: Document) -> frozenset[str]:
    """All that a document writes, with what pages have of their own."""
    return frozenset(f"—0123456789 {json.dumps(asdict(document), default=str, ensure_ascii=False)}")


@cache
def _installed() -> Mapping[str, Path]:
    """The files of faces on this machine by their names in small letters."""
    found: dict[str, Path] = {}
    for folder in _FOLDERS:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.suffix.lower() in (".ttf", ".ttc", ".otf"):
                found.setdefault(path.name.lower(), path)
    return found


def _styles(faces: Mapping[str, str]) -> Mapping[str, ParagraphStyle]:
    def style(name: str, face: str, size: float, leading: float, **more: Any) -> ParagraphStyle:
        return ParagraphStyle(name, fontName=faces[face], fontSize=size, leading=leading, splitLongWords=0, **more)

    return {
        "head": style("head", "title", 36, 60, alignment=TA_CENTER, textColor=Color(0.75, 0, 0)),
        "title": style("title", "title", 22, 36, alignment=TA_CENTER),
        "heading1": style("heading1", "heading", 16, 28.95, firstLineIndent=32),
        "heading2": style("heading2", "body", 16, 28.95, firstLineIndent=32),
        "body": style("body", "body", 16, 28.95, firstLineIndent=32),
        "flush": style("flush", "body", 16, 28.95),
        "signed": style("signed", "body", 16, 28.95, alignment=TA_RIGHT, rightIndent=64),
        "cell": style("cell", "body", 12, 18),
        "figure": style("figure", "body", 12, 18, alignment=TA_RIGHT),
        "column": style("column", "heading", 12, 18, alignment=TA_CENTER),
    }


def _flow(document: Document, styles: Mapping[str, ParagraphStyle]) -> Iterator[Any]:
    if document.head:
        yield _set(document.head, styles["head"])
    for text in document.title:
        yield _set(text, styles["title"])
    yield Spacer(1, 28.95)
    for block in document.blocks:
        if isinstance(block, Heading):
            yield CondPageBreak(4 * 28.95)  # no heading stands alone at the foot of a page
        yield from _block(block, styles)
    yield Spacer(1, 28.95)
    for text in (document.signer, document.dated):
        yield _set(text, styles["signed"])


def _block(block: Block, styles: Mapping[str, ParagraphStyle]) -> Iterator[Any]:
    match block:
        case Heading(level=level, text=text):
            yield _set(text, styles[f"heading{level}"])
        case Paragraph():
            yield _set(block.lead + block.text, styles["flush" if block.flush else "body"])
        case Table():
            yield _grid(block, styles)
            yield Spacer(1, 8)


def _set(text: str, style: ParagraphStyle, width: float = _WIDTH) -> Set:
    """A text in lines as they are broken here; the library knows the rules of Japanese, and tears words apart."""
    room = width - style.rightIndent

    def measure(part: str) -> float:
        return float(pdfmetrics.stringWidth(part, style.fontName, style.fontSize))

    lines = broken(text, measure, room, room - style.firstLineIndent)
    return Set("<br/>".join(map(escape, lines)), style)


def _grid(block: Table, styles: Mapping[str, ParagraphStyle]) -> Grid:
    whole = sum(block.widths)
    widths = [_WIDTH * one / whole for one in block.widths]
    inner = [width - 2 * _PADDING for width in widths]
    rows = [[_set(text, styles["column"], width) for text, width in zip(block.titles, inner, strict=True)]]
    rows += [
        [
            _set(text, styles["figure" if place in block.numbers else "cell"], inner[place])
            for place, text in enumerate(row)
        ]
        for row in block.rows
    ]
    look = [
        ("GRID", (0, 0), (-1, -1), 0.5, black), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), _PADDING), ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING),
    ]  # fmt: skip
    return Grid(rows, colWidths=widths, repeatRows=1, style=look)


def _page(canvas: Any, mark: str, faces: Mapping[str, str]) -> None:
    """The number of the page at its outer edge, 7 mm below the text, and what is printed across it."""
    canvas.saveState()
    if mark:
        canvas.setFillColor(grey, alpha=0.25)
        canvas.setFont(faces["heading"], 120)
        canvas.translate(A4[0] / 2, A4[1] / 2)
        canvas.rotate(45)
        canvas.drawCentredString(0, -40, mark)
    canvas.restoreState()
    canvas.saveState()
    canvas.setFont(faces["body"], 14)
    text, height = f"— {canvas.getPageNumber()} —", _BOTTOM - 7 * mm - 14
    if canvas.getPageNumber() % 2:
        canvas.drawRightString(A4[0] - _RIGHT - 14, height, text)
    else:
        canvas.drawString(_LEFT + 14, height, text)
    canvas.restoreState()
