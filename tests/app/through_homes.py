"""A space whose formulas look through ownership, made in this process."""

from pathlib import Path

from homes import filed, write_pack
from through_pack import CORRECTION, ENTITIES, FIGURES, FILES, LINKS
from warned_homes import set_today

from hengjian.app import packs

#: The ledger's size before the correction.
BEFORE = "entry:5"
SENT = {"register.csv": LINKS, "figures.csv": FIGURES, "corrected.csv": CORRECTION}


def through(folder: Path) -> Path:
    """The space with all that was filed; the register is entry 3, the figures 4, the correction 5."""
    pack = write_pack(folder.parent / "through-pack", FILES)
    packs.init({"space": str(folder), "packs": [str(pack)], "name": "home", "actor": "tester"})
    set_today(folder, "2024-05-01")
    filed(folder, ENTITIES, form="entities", name="entities.csv")
    filed(folder, LINKS, form="links", name="register.csv")
    filed(folder, FIGURES, name="figures.csv")
    filed(folder, CORRECTION, form="links", name="corrected.csv")
    return folder
