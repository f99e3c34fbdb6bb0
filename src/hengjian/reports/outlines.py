"""Faces of cubic curves (Noto, Source Han), made into ones of quadratic curves, which our PDF can hold.

Only what a document writes is taken: some hundred characters of a face of sixty thousand. Approximated to half a unit
of a thousandth of the em (fontTools' cu2qu), which no eye sees.
"""

import io
from collections.abc import Collection
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

#: What an approximated curve may differ by, in units of the face (1,000 an em).
_ERROR = 0.5
_NOTHING = ".notdef"


def quadratic(path: Path, number: int, characters: Collection[str]) -> bytes:
    """A TrueType face of some characters of a face of cubic curves; `number`: which one of a collection. Characters
    that it does not have are left out.

    Raises fontTools' TTLibError and KeyError of a file that is no such face.
    """
    with TTFont(path, fontNumber=number, lazy=True) as face:
        named = face.getBestCmap()
        codes = {ord(one): named[ord(one)] for one in sorted(characters) if ord(one) in named}
        names = list(dict.fromkeys([_NOTHING, *codes.values()]))
        builder = FontBuilder(face["head"].unitsPerEm, isTTF=True)
        builder.setupGlyphOrder(names)
        builder.setupCharacterMap(codes)
        builder.setupGlyf(_drawn(face, names))
        advances = face["hmtx"].metrics
        sides = {name: (advances[name][0], builder.font["glyf"][name].xMin) for name in names}
        builder.setupHorizontalMetrics(sides)
        builder.setupHorizontalHeader(ascent=face["hhea"].ascent, descent=face["hhea"].descent)
        builder.setupNameTable({"familyName": face["name"].getBestFamilyName(), "styleName": "Regular"})
        builder.setupOS2(sTypoAscender=face["hhea"].ascent, sTypoDescender=face["hhea"].descent)
        builder.setupPost(keepGlyphNames=False)
        builder.updateHead(created=face["head"].created, modified=face["head"].modified)
    builder.font.recalcTimestamp = False
    made = io.BytesIO()
    builder.font.save(made)
    return made.getvalue()


def _drawn(face: Any, names: Collection[str]) -> dict[str, Any]:
    """Each glyph by its name."""
    glyphs = face.getGlyphSet()
    found = {}
    for name in names:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, _ERROR, reverse_direction=True))
        found[name] = pen.glyph()
    return found
