"""A document as DOCX, laid out as GB/T 9704—2012 asks: A4, margins, faces, line spacing, page numbers.

The same document gives the same bytes: dates are the document's own, and the archive's parts have a fixed order.
"""

import io
import zipfile
from collections.abc import Sequence

import docx
from docx.document import Document as Paper
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph as Line
from docx.text.run import Run

from hengjian.reports.blocks import Block, Document, Heading, Paragraph, Table
from hengjian.reports.fonts import BODY, DIGITS, HEADING, LATIN, SUBHEADING, TITLE, font_table

#: Sizes (号) of the standard in points: 二号 22, 三号 16, 四号 14; tables one smaller, 小四 12.
_TITLE_SIZE, _BODY_SIZE, _PAGE_SIZE, _TABLE_SIZE = 22, 16, 14, 12
#: 22 lines fill the 225 mm between the margins.
_LEADING, _TABLE_LEADING = 28.95, 18
_TOP, _BOTTOM, _LEFT, _RIGHT = 37, 35, 28, 26
_WIDTH = 210 - _LEFT - _RIGHT
#: An archive's oldest day: no file of ours has one of its own.
_NO_DATE = (1980, 1, 1, 0, 0, 0)
_RED = RGBColor(0xC0, 0x00, 0x00)


def write_word(document: Document) -> bytes:
    """The bytes of the DOCX."""
    paper = docx.Document()
    _page(paper, document.mark)
    _properties(paper, document)
    if document.head:
        _head(paper, document.head)
    for text in document.title:
        line = _line(paper.add_paragraph(), WD_ALIGN_PARAGRAPH.CENTER, leading=36)
        _run(line, text, TITLE, _TITLE_SIZE)
    _line(paper.add_paragraph())
    for block in document.blocks:
        _block(paper, block)
    _line(paper.add_paragraph())
    for text in (document.signer, document.dated):
        line = _line(paper.add_paragraph(), WD_ALIGN_PARAGRAPH.RIGHT)
        line.paragraph_format.right_indent = Pt(_BODY_SIZE * 4)
        _run(line, text, BODY, _BODY_SIZE)
    buffer = io.BytesIO()
    paper.save(buffer)
    return _fixed(buffer.getvalue())


def _fixed(data: bytes) -> bytes:
    """The archive anew: parts by name, no dates, our table of faces, and no picture of a template."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        for name in sorted(names, key=lambda one: (one != "[Content_Types].xml", one)):
            content = font_table() if name == "word/fontTable.xml" else source.read(name)
            info = zipfile.ZipInfo(name, _NO_DATE)
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            target.writestr(info, content, compresslevel=6)
    return buffer.getvalue()


def _properties(paper: Paper, document: Document) -> None:
    made = document.made.replace(tzinfo=None, microsecond=0)
    core = paper.core_properties
    core.title, core.author, core.last_modified_by = "".join(document.title), document.signer, document.signer
    core.created = core.modified = made
    core.revision, core.comments, core.language = 1, "", "zh-CN"


def _page(paper: Paper, mark: str) -> None:
    part = paper.sections[0]
    part.page_width, part.page_height = Mm(210), Mm(297)
    part.top_margin, part.bottom_margin, part.left_margin, part.right_margin = (
        Mm(one) for one in (_TOP, _BOTTOM, _LEFT, _RIGHT)
    )
    part.footer_distance = Mm(_BOTTOM - 7 - 5)  # the number stands 7 mm below the text
    paper.settings.odd_and_even_pages_header_footer = True
    for footer, side in ((part.footer, WD_ALIGN_PARAGRAPH.RIGHT), (part.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
        footer.is_linked_to_previous = False
        _page_number(footer.paragraphs[0], side)
    if mark:
        for count, header in enumerate((part.header, part.even_page_header)):
            header.is_linked_to_previous = False
            header.paragraphs[0].add_run()._r.append(_watermark(mark, count))  # noqa: SLF001 - the library's own way
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, Pt(_BODY_SIZE)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), BODY)


def _page_number(line: Line, side: WD_ALIGN_PARAGRAPH) -> None:
    """— 1 — at the outer edge, one character in."""
    line.alignment = side
    if side == WD_ALIGN_PARAGRAPH.RIGHT:
        line.paragraph_format.right_indent = Pt(_PAGE_SIZE)
    else:
        line.paragraph_format.left_indent = Pt(_PAGE_SIZE)
    _run(line, "— ", DIGITS, _PAGE_SIZE)
    run = _run(line, "", DIGITS, _PAGE_SIZE)
    for kind, text in (("begin", None), (None, " PAGE "), ("end", None)):
        part = OxmlElement("w:instrText" if text else "w:fldChar")
        if text:
            part.set(qn("xml:space"), "preserve")
            part.text = text
        else:
            part.set(qn("w:fldCharType"), str(kind))
        run._r.append(part)  # noqa: SLF001 - the library's own way
    _run(line, " —", DIGITS, _PAGE_SIZE)


def _watermark(mark: str, count: int):  # type: ignore[no-untyped-def]
    """Grey text across the page, behind what is written."""
    style = (
        "position:absolute;margin-left:0;margin-top:0;width:300pt;height:150pt;rotation:315;z-index:-251658752;"
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        "mso-position-vertical:center;mso-position-vertical-relative:margin"
    )
    spaces = f'{nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    path = "m@7,l@8,m@5,21600l@6,21600e"
    return parse_xml(
        f"<w:pict {spaces}>"
        f'<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="{path}">'
        '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
        f'<v:shape id="mark{count}" type="#_x0000_t136" style="{style}" fillcolor="#d0d0d0" stroked="f">'
        f'<v:fill opacity=".5"/><v:textpath style="font-family:&quot;{HEADING}&quot;;font-size:1pt" string="{mark}"/>'
        "</v:shape></w:pict>"
    )


def _head(paper: Paper, name: str) -> None:
    """版头: the name in red over a red line."""
    line = _line(paper.add_paragraph(), WD_ALIGN_PARAGRAPH.CENTER, leading=60)
    _run(line, name, TITLE, 36).font.color.rgb = _RED
    border = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="18" w:space="6" w:color="C00000"/></w:pBdr>'
    )
    line._p.get_or_add_pPr().insert_element_before(border, "w:spacing", "w:ind", "w:jc")  # noqa: SLF001
    _line(paper.add_paragraph())


def _block(paper: Paper, block: Block) -> None:
    match block:
        case Heading(level=level, text=text):
            line = _line(paper.add_paragraph(), first=True)
            line.paragraph_format.keep_with_next = True
            _run(line, text, HEADING if level == 1 else SUBHEADING, _BODY_SIZE)
        case Paragraph():
            line = _line(paper.add_paragraph(), WD_ALIGN_PARAGRAPH.JUSTIFY, first=not block.flush)
            if block.lead:
                _run(line, block.lead, BODY, _BODY_SIZE).bold = True
            _run(line, block.text, BODY, _BODY_SIZE)
        case Table():
            _table(paper, block)


def _table(paper: Paper, block: Table) -> None:
    table = paper.add_table(rows=0, cols=len(block.titles))
    table.style, table.alignment, table.autofit = paper.styles["Table Grid"], WD_TABLE_ALIGNMENT.CENTER, False
    whole = sum(block.widths)
    widths = [Mm(_WIDTH * one / whole) for one in block.widths]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    _row(table.add_row().cells, block.titles, widths, block.numbers, HEADING)
    mark = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001 - the titles stand on each page
    mark.append(OxmlElement("w:tblHeader"))
    for row in block.rows:
        _row(table.add_row().cells, row, widths, block.numbers, BODY)


def _row(
    cells: Sequence[_Cell], texts: Sequence[str], widths: Sequence[Mm], numbers: frozenset[int], face: str
) -> None:  # fmt: skip
    for place, (cell, text) in enumerate(zip(cells, texts, strict=True)):
        cell.width = widths[place]
        side = WD_ALIGN_PARAGRAPH.LEFT
        if face == HEADING:
            side = WD_ALIGN_PARAGRAPH.CENTER
        elif place in numbers:
            side = WD_ALIGN_PARAGRAPH.RIGHT
        _run(_line(cell.paragraphs[0], side, leading=_TABLE_LEADING), text, face, _TABLE_SIZE)


def _line(
    line: Line, side: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT, *, leading: float = _LEADING, first: bool = False
) -> Line:  # fmt: skip
    """A paragraph with fixed line spacing; `first`: its first line is two characters in."""
    line.alignment = side
    form = line.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(leading)
    if first:
        form.first_line_indent = Pt(_BODY_SIZE * 2)
    return line


def _run(line: Line, text: str, face: str, size: float) -> Run:
    run = line.add_run(text)
    run.font.name, run.font.size = LATIN, Pt(size)
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)  # noqa: SLF001 - the library's own way
    return run
