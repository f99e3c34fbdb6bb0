"""Every function that looks through ownership, over worlds in which much is held: figures and reasons as the naive
reader has them, and explanations that add up to the figures they explain."""

from math import isclose
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from naive.reader import Reader
from random_worlds import owned_worlds
from realm import Written, catalogue, checked
from scenes import scene_of
from test_against_naive import differences

from hengjian.evaluate.evaluate import evaluate
from hengjian.evaluate.explain import examine, explain_cell
from hengjian.evaluate.lookback import needs
from hengjian.formula.term import Programme
from hengjian.model.period import Frequency
from hengjian.panel.scene import Frame

#: By name: the unit and the formula. Those of which the last digits may differ stand under their own function.
FORMULAS: dict[str, tuple[str, str]] = {
    "sum": ("CNY", "look_through(debt)"), "sum_of_some": ("CNY", "look_through(if(level > 0, debt, prior(debt)))"),
    "sum_of_whole": ("CNY", "look_through(coalesce(debt, as_unit(0, \"CNY\")))"),
    "held_within": ("CNY", "controlled(debt)"), "within_whole": ("CNY", "controlled(coalesce(debt, floor))"),
    "others": ("CNY", "minority(debt)"), "others_whole": ("CNY", "minority(coalesce(debt, floor))"),
    "others_of_part": ("ratio", "minority(weight * rating)"),
    "all_held": ("ratio", "held()"), "largest": ("ratio", "largest_held()"),
    "by_debtors": ("ratio", "held(debt > floor)"), "by_persons": ("ratio", "held(also: person)"),
    "by_both": ("ratio", "held(debt > floor, also: person, plant)"),
    "largest_of_debtors": ("ratio", "largest_held(debt > floor)"),
    "largest_of_persons": ("ratio", "largest_held(is_missing(debt), also: person)"),
    "through_persons": ("ratio", "held(also: person, through: all)"),
    "through_debtors": ("ratio", "held(debt > floor, through: all)"),
    "through_certain": ("ratio", "held(is_missing(debt), through: all)"),
    "through_both": ("ratio", "held(coalesce(debt, floor) < floor, also: plant, through: all)"),
    "depth_of": ("ratio", "level"), "top": ("ratio", 'if(ultimate_owner in ("F0", "H0", "F1"), 1, 0)'),
    "beside": ("CNY", "median(debt, within: ultimate_owner, at_least: 2)"),
    "how_many": ("ratio", "count(over: controls)"), "how_many_above": ("ratio", "count(over: controllers)"),
    "theirs": ("CNY", "total(debt, over: controls)"), "highest": ("CNY", "max(debt, over: controls, where: level < 2)"),
    "one_above": ("CNY", "of(controllers, debt)"),
}  # fmt: skip
UNMEASURED = [
    name for name, (_, text) in FORMULAS.items() if not any(word in text for word in ("debt", "rating"))
]  # fmt: skip
FREQUENCIES: tuple[Frequency, ...] = ("quarter", "quarter", "year")


def programme(frequency: Frequency = "quarter", about: str = "firm") -> Programme:
    written: dict[str, Written] = {name: (about, unit, text) for name, (unit, text) in FORMULAS.items()}
    if about != "firm":  # links lead from firms only
        written = {name: one for name, one in written.items() if "over:" not in one[2] and "of(" not in one[2]}
        written = {name: (*one[:2], one[2].replace("weight * ", "")) for name, one in written.items()}
        del written["beside"]
    return checked(catalogue(written, frequencies=dict.fromkeys(UNMEASURED, frequency)))


PROGRAMMES = {about: programme(about=about) for about in ("firm", "person", "plant")}


@settings(max_examples=120)
@given(st.integers(0, 2**32), st.integers(2, 9), st.sampled_from([*PROGRAMMES, "firm", "firm"]))
def test_every_function(seed: int, firms: int, about: str) -> None:
    made = PROGRAMMES[about]
    world = owned_worlds(made.catalogue, seed, firms)
    names = list(made.indicators)
    results = evaluate(made, names, scene_of(world, needs(made, names, about=about)))
    frame = Frame(type=about, frequency="quarter")
    assert list(differences(made, results, Reader(world), frame)) == []


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.integers(2, 8))
def test_explanations_add_up(seed: int, firms: int) -> None:
    """What is explained is the answer; a sum through ownership is that of its parts, each by the share said of it."""
    made = PROGRAMMES["firm"]
    world = owned_worlds(made.catalogue, seed, firms)
    names = ["sum", "held_within", "others", "by_both", "through_both", "largest_of_debtors", "by_persons"]
    scene = scene_of(world, needs(made, names))
    results = evaluate(made, names, scene)
    random = Random(seed)
    place = random.randrange(len(results.entities))
    workings = examine(made, names, scene, results.entities[place])
    for row, period in enumerate(results.periods):
        for name in names:
            found = explain_cell(workings, name, period)
            column = results.columns[name]
            assert found.missing == column.reasons[row, place], name
            if found.missing:
                assert found.cause is not None
                continue
            assert found.value == column.values[row, place]
            tree = found.tree.children[0] if not found.tree.note else found.tree
            shares = {one["entity"]: one["share"] for one in tree.note["shares"]}
            below = {one.entity: one for one in tree.children}
            if FORMULAS[name][1].startswith(("look_through", "controlled", "minority")):
                terms = [shares[entity] * each.value for entity, each in below.items() if each.value is not None]
                size = max([1.0, *(abs(term) for term in terms)])
                assert isclose(sum(terms), found.value, rel_tol=1e-9, abs_tol=1e-9 * size), name
