"""Programmes of declared rules over three measures without a unit, read as packs are."""

from functools import cache

from hengjian.app.checking import programme_of
from hengjian.formula.term import Programme
from hengjian.load.catalogue import with_required
from hengjian.load.pack import load_pack

MEASURES = ("a", "b", "s")
_HEAD = {
    "pack.yaml": "name: hand\nversion: 0.1.0\nlicence: Apache-2.0\nlabel: {zh: 手, en: Hand}\nrequires: []\n",
    "measures.yaml": "".join(
        f"{name}: {{label: {{zh: 数{name}, en: Measure {name}}}, type: enterprise, unit: ratio, period_type: instant,"
        " frequency: quarter, source: by hand}\n"
        for name in MEASURES
    ),
}


@cache
def declared(*rules: str) -> Programme:
    """The programme of some rules, each by its keys beside label, type, source and message; they are x, y, z."""
    texts = []
    for name, keys in zip("xyz", rules, strict=False):
        lines = "\n".join(f"  {line}" for line in keys.strip().splitlines())
        texts.append(
            f"{name}:\n  label: {{zh: 规, en: Rule}}\n  type: enterprise\n  source: by hand\n"
            f'  message: {{zh: "{{a}}", en: "{{a}}"}}\n{lines}\n'
        )
    files = _HEAD | {"rules/rules.yaml": "".join(texts)}
    pack, faults = load_pack({name: text.encode() for name, text in files.items()}, "hand")
    assert pack is not None, faults
    found, issues = programme_of(with_required([pack]))
    assert found is not None, (faults, issues)
    return found
