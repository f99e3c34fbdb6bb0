"""The faces of official documents (GB/T 9704—2012), and what takes their place where they are not installed."""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

TITLE, BODY, HEADING, SUBHEADING, DIGITS = "方正小标宋_GBK", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
LATIN = "Times New Roman"


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """`others` are tried in their order where the face is missing; `family` and `panose` lead to anything like it."""

    others: tuple[str, ...]
    family: str
    panose: str


_SERIF, _SANS, _SCRIPT = "02020603050405020304", "020B0604020202020204", "03000509000000000000"
FACES: Mapping[str, Face] = {
    TITLE: Face(
        others=("方正小标宋简体", "FZXiaoBiaoSong-B05", "宋体", "SimSun", "Songti SC", "Noto Serif CJK SC"),
        family="roman", panose=_SERIF,
    ),
    BODY: Face(
        others=("仿宋", "FangSong", "STFangsong", "宋体", "SimSun", "Noto Serif CJK SC"), family="roman", panose=_SERIF,
    ),
    HEADING: Face(others=("SimHei", "Heiti SC", "微软雅黑", "Noto Sans CJK SC"), family="swiss", panose=_SANS),
    SUBHEADING: Face(
        others=("楷体", "KaiTi", "STKaiti", "宋体", "SimSun", "Noto Serif CJK SC"), family="script", panose=_SCRIPT,
    ),
    DIGITS: Face(others=("SimSun", "Songti SC", "Noto Serif CJK SC"), family="roman", panose=_SERIF),
}  # fmt: skip
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def font_table() -> bytes:
    """The part of a DOCX that names its faces, each with what is like it."""
    told = [
        f"<w:font w:name={quoteattr(name)}><w:altName w:val={quoteattr(','.join(face.others))}/>"
        f'<w:panose1 w:val="{face.panose}"/><w:charset w:val="86"/><w:family w:val="{face.family}"/>'
        '<w:pitch w:val="variable"/></w:font>'
        for name, face in FACES.items()
    ]
    latin = (
        f'<w:font w:name="{LATIN}"><w:panose1 w:val="{_SERIF}"/><w:charset w:val="00"/><w:family w:val="roman"/>'
        '<w:pitch w:val="variable"/></w:font>'
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<w:fonts xmlns:w="{_W}">{"".join(told)}{latin}</w:fonts>'.encode()
