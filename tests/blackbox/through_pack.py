"""A pack whose formulas look through ownership, and what is filed: a chain under an office, rings, a nominee, and a
share that is corrected later."""

from collections.abc import Mapping

from tiny_pack import TINY

TYPES = "state_body:\n  label: {zh: 机关, en: State body}\n"
MEASURES = """\
profit:
  label: {zh: 利润, en: Profit}
  type: enterprise
  unit: CNY
  period_type: duration
  frequency: year
  source: income statement
"""
#: Units and formulas by name.
FORMULAS: Mapping[str, tuple[str, str]] = {
    "through": ("CNY", "look_through(profit)"),
    "before": ("CNY", "prior(look_through(profit))"),
    "full": ("CNY", "controlled(profit)"),
    "others": ("CNY", "minority(profit)"),
    "state": ("ratio", "held(also: state_body, through: all)"),
    "direct": ("ratio", "held(also: state_body)"),
    "losing": ("ratio", "held(profit < 0, through: all)"),
    "first": ("ratio", "largest_held(profit < 0)"),
    "depth": ("ratio", "level"),
    "ours": ("ratio", 'if(ultimate_owner = "G", 1, 0)'),
    "below": ("ratio", "count(over: controls)"),
    "above": ("ratio", "count(over: controllers)"),
    "plain": ("CNY", "profit + profit"),
}
FILES: Mapping[str, str] = {
    "pack.yaml": TINY["pack.yaml"], "types.yaml": TYPES, "measures.yaml": MEASURES,
    "indicators/through.yaml": "".join(
        f"{name}:\n  label: {{zh: 例, en: case}}\n  type: enterprise\n  unit: {unit}\n  source: worked\n"
        f"  frequency: year\n  formula: '{formula}'\n"
        for name, (unit, formula) in FORMULAS.items()
    ),
}  # fmt: skip
COMPANIES = ("P", "S", "SS", "X", "A", "B", "M", "Q", "R", "T", "N", "V", "E", "L", "Z")
ENTITIES = "entity,type,name\nG,state_body,示例国资委\n" + "".join(f"{one},enterprise,示例{one}\n" for one in COMPANIES)
#: P holds 80 % of S, S 70 % of SS. X and M hold A and B, which hold each other. R and T hold each other whole; Q holds
#: next to nothing of R. N holds for P. E holds L, and neither has reported; Z stands alone and has not reported.
LINKS = """\
link,from,to,share,valid_from,kind,principal,voting
owns,G,P,100%,2020-01-01,,,
owns,P,S,80%,,,,
owns,S,SS,70%,,,,
owns,X,A,60%,,,,
owns,X,B,20%,,,,
owns,A,B,50%,,,,
owns,B,A,10%,,,,
owns,M,A,30%,,,,
owns,M,B,30%,,,,
owns,R,T,100%,,,,
owns,T,R,100%,,,,
owns,Q,R,0.00001%,,,,
owns,N,V,30%,,nominee,P,
owns,P,V,15%,,,,35%
owns,E,L,90%,,,,
"""
PROFITS = {"P": 0, "S": -10, "SS": 100, "A": 100, "B": 50, "Q": 1, "R": 2, "T": 3, "V": 40, "M": -1}
FIGURES = "entity,measure,period,value\n" + "".join(
    f"{one},profit,{year},{value}\n" for year in (2022, 2023) for one, value in PROFITS.items()
)
#: Filed last: S never held more than 60 % of SS.
CORRECTION = "link,from,to,share,valid_from\nowns,S,SS,60%,\n"
