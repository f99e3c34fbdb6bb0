"""A pack's files become its declarations; all faults of all files are told in one run."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from hengjian.load import declare, flowshapes, scenario, scoreshapes, shapes
from hengjian.load.archive import is_declaration, pack_archive
from hengjian.load.case import read_cases
from hengjian.load.dependant import salvaged, without_broken
from hengjian.load.fields import Reading, Record, read_record
from hengjian.load.form import read_form
from hengjian.load.kinds import TEXT, good_name
from hengjian.load.learned import LEARNED, input_places, read_learned
from hengjian.load.page import read_page
from hengjian.load.rule import area as read_area
from hengjian.load.rule import rule as read_rule
from hengjian.load.scorecard import named_places, read_scorecard
from hengjian.load.strict import Desk, Node, Scalar, Sequence, read_yaml
from hengjian.load.strict import Mapping as MappingNode
from hengjian.load.walk import parted, read_walks
from hengjian.load.workflow import read_workflow
from hengjian.model.declaration import (
    Area,
    Check,
    EntityType,
    Indicator,
    LinkType,
    Measure,
    NamedUnit,
    Pack,
    PackCase,
    Parameter,
    Rule,
)
from hengjian.model.form import Form
from hengjian.model.issue import Issue, Place, nearest
from hengjian.model.learned import LearnedScore
from hengjian.model.page import Page
from hengjian.model.scenario import Network, Stress
from hengjian.model.scorecard import Scorecard
from hengjian.model.unit import SHIPPED as SHIPPED_UNITS
from hengjian.model.unit import Unit, base_unit
from hengjian.model.workflow import Walk, Workflow

SINGLE = (
    "pack.yaml", "units.yaml", "types.yaml", "measures.yaml", "parameters.yaml", "checks.yaml", "areas.yaml",
    "networks.yaml", "stresses.yaml",
)  # fmt: skip
FOLDERS = ("indicators", "rules", "forms", "workflows", "pages", "models", "scorecards", "tests", "strings")
#: Folders of a pack that this version knows but does not read.
_LATER = ("plans",)


#: Where a declaration (by its place) names something else: a type, an end of a link, an attribute, a pack.
Spots = Mapping[tuple[Place, str], Place]
_NAMING = (
    "inverse", "type", "extends", "from", "to", "by", "requires", "opens", "columns", "area", "link", "amount", "cover",
    "buffer", "loss", "workflow", "published_by", "objected_by", "upheld_by", "rejected_by",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedPack(Pack):
    """A pack with the places of what has no record of its own, and the names whose declarations are at fault."""

    place: Place
    spots: Spots = field(default_factory=dict)
    broken: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Work:
    """A pack under reading: its declarations so far, the first place of each name, and the faults."""

    files: Mapping[str, bytes]
    root: str
    pack: str = "?"
    first: dict[tuple[str, str], Place] = field(default_factory=dict)
    spots: dict[tuple[Place, str], Place] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    issues: list[Issue] = field(default_factory=list)
    units: list[NamedUnit] = field(default_factory=list)
    known_units: dict[str, Unit] = field(default_factory=lambda: dict(SHIPPED_UNITS))
    types: list[EntityType] = field(default_factory=list)
    links: list[LinkType] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    workflows: list[Workflow] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    cases: list[PackCase] = field(default_factory=list)
    walks: list[Walk] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    networks: list[Network] = field(default_factory=list)
    stresses: list[Stress] = field(default_factory=list)
    models: list[LearnedScore] = field(default_factory=list)
    scorecards: list[Scorecard] = field(default_factory=list)
    strings: dict[str, dict[str, str]] = field(default_factory=dict)

    def nodes(self, name: str) -> Iterator[tuple[Node, Desk]]:
        """What the file of this name holds, or each YAML file of this folder; nothing of empty ones."""
        for inside in sorted(self.files):
            path = PurePosixPath(inside)
            if inside != name and not (name in FOLDERS and path.parts == (name, path.name) and path.suffix == ".yaml"):
                continue
            node, desk = read_yaml(self.files[inside], f"{self.root}/{inside}")
            desk.units = self.known_units
            if node is not None:
                yield node, desk
            elif desk.issues:
                self.broken.update(salvaged(self.files[inside].decode(errors="replace")))
            self.issues.extend(desk.issues)

    def declared(self, name: str, what: str, shape: Record, namespace: str) -> Iterator[tuple[Scalar, Reading, Desk]]:
        """The whole declarations of the files of this name; names of the others are noted as broken."""
        for node, desk in self.nodes(name):
            for key, value in _entries(node, desk, what):
                named = good_name(key, desk, f"{PurePosixPath(desk.file).name}")
                fresh = named and self.note(namespace, key, desk)
                reading = read_record(_shape(shape, value), value, desk, f"{what} {key.text!r}")
                if fresh and reading.whole:
                    self.spot(desk.place(key), reading, desk)
                    yield key, reading, desk
                elif named and not reading.whole:
                    self.broken.add(key.text)

    def spot(self, place: Place, reading: Reading, desk: Desk) -> None:
        """Remember where a declaration names something that other files or packs declare."""
        for key in _NAMING:
            node = reading.nodes.get(key)
            for one in node.items if isinstance(node, Sequence) else (node,):
                if isinstance(one, Scalar):
                    self.spots[place, one.text] = desk.place(one)

    def note(self, namespace: str, key: Scalar, desk: Desk) -> bool:
        """Take note of a name; False when it stands already, in whatever file."""
        place = desk.place(key)
        first = self.first.setdefault((namespace, key.text), place)
        if first is not place:
            desk.fault(key, f"{key.text!r} is declared twice", f"the first is at {first}; rename or delete one")
        return first is place


def _shape(shape: Record, node: Node) -> Record:
    """In types.yaml a declaration with `from` or `to` is a link."""
    if shape is not shapes.ENTITY_TYPE or not isinstance(node, MappingNode):
        return shape
    return shapes.LINK_TYPE if any(key.text in ("from", "to") for key, _ in node.entries) else shape


def _entries(node: Node, desk: Desk, what: str) -> tuple[tuple[Scalar, Node], ...]:
    """The declarations of a file: it must be a mapping from names."""
    if isinstance(node, MappingNode):
        return node.entries
    desk.fault(node, f"the file must be a mapping from the name of each {what}", "write name: {label: …}")
    return ()


def load_pack(files: Mapping[str, bytes], root: str) -> tuple[LoadedPack | None, tuple[Issue, ...]]:
    """The pack that these files declare, and all issues, in the order of files and places.

    `files` are names inside the pack (with `/`) and their bytes; `root` stands before them in every place. When an
    issue is an error the pack serves for nothing but further checks in the same run: it holds guesses where a guess
    could be made, and lacks what is beyond guessing with whatever refers to that, so that no fault is told twice. It
    is None only when pack.yaml does not say which pack it is.
    """
    work = _Work(files, root)
    head = _head(work)
    _declarations(work)
    for node, desk in work.nodes("tests"):
        worked, walked = parted(node)
        work.cases.extend(read_cases(worked, desk))
        work.walks.extend(read_walks(walked, desk))
    _strings(work)
    _unread(work)
    issues = tuple(sorted(work.issues, key=_order))
    if head is None:
        return None, issues
    reading, desk = head
    indicators, rules, checks, broken = without_broken(frozenset(work.broken), work.indicators, work.rules, work.checks)
    work.spot(desk.place(reading.node), reading, desk)
    pack = LoadedPack(
        name=work.pack,
        version=reading.need(shapes.PACK_VERSION),
        licence=reading.need(shapes.LICENCE),
        label=reading.need(shapes.LABEL_FIELD),
        requires=reading.need(shapes.REQUIRES),
        two_persons=reading.need(shapes.PACK_TWO_PERSONS),
        units=tuple(work.units),
        types=tuple(work.types),
        links=tuple(work.links),
        measures=tuple(work.measures),
        parameters=tuple(work.parameters),
        indicators=indicators,
        rules=rules,
        checks=checks,
        forms=tuple(work.forms),
        workflows=tuple(work.workflows),
        pages=tuple(work.pages),
        cases=tuple(work.cases),
        walks=tuple(work.walks),
        areas=tuple(work.areas),
        networks=tuple(work.networks),
        stresses=tuple(work.stresses),
        models=tuple(work.models),
        scorecards=tuple(work.scorecards),
        strings=work.strings,
        digest=hashlib.sha256(pack_archive(files)).hexdigest(),
        place=desk.place(reading.node),
        spots=work.spots,
        broken=broken,
    )
    return pack, issues


def _order(issue: Issue) -> tuple[str, int, int]:
    place = issue.place
    return (place.file, place.line, place.column) if isinstance(place, Place) else ("", 0, 0)


def _head(work: _Work) -> tuple[Reading, Desk] | None:
    """What pack.yaml says; None when it names no pack."""
    if "pack.yaml" not in work.files:
        place = Place(file=f"{work.root}/pack.yaml")
        hint = "write {name, version, licence, label: {zh, en}, requires: []}"
        work.issues.append(Issue(place=place, message="the pack has no pack.yaml", hint=hint))
        return None
    found = None
    for node, desk in work.nodes("pack.yaml"):
        reading = read_record(shapes.PACK, node, desk, "the pack")
        if reading.whole:
            work.pack = reading.need(shapes.PACK_NAME_FIELD)
            found = reading, desk
    if found is None and not any(issue.severity == "error" for issue in work.issues):
        place = Place(file=f"{work.root}/pack.yaml")
        work.issues.append(
            Issue(place=place, message="the file is empty", hint="write name, version, licence and label")
        )
    return found


def _declarations(work: _Work) -> None:
    """Measures, parameters and indicators share one namespace, for formulas name them alike. Units come first: all else
    may be measured in them."""
    for key, reading, desk in work.declared("units.yaml", "unit", shapes.NEW_UNIT, "units"):
        work.units.append(declare.unit(key, reading, desk, work.pack, work.known_units))
    for name in work.broken:  # whatever is measured in a faulty unit is not told for it
        work.known_units.setdefault(name, base_unit(name))
    for key, reading, desk in work.declared("types.yaml", "type", shapes.ENTITY_TYPE, "types"):
        if shapes.LINK_FROM.name in reading.nodes:
            work.links.append(declare.link_type(key, reading, desk))
        else:
            work.types.append(declare.entity_type(key, reading, desk))
    for key, reading, desk in work.declared("measures.yaml", "measure", shapes.MEASURE, "names"):
        work.measures.append(declare.measure(key, reading, desk, work.pack))
    for key, reading, desk in work.declared("parameters.yaml", "parameter", shapes.PARAMETER, "names"):
        work.parameters.append(declare.parameter(key, reading, desk, work.pack))
    for key, reading, desk in work.declared("indicators", "indicator", shapes.INDICATOR, "names"):
        indicator = declare.indicator(key, reading, desk, work.pack)
        if indicator is None:
            work.broken.add(key.text)
        else:
            work.indicators.append(indicator)
    for key, reading, desk in work.declared("rules", "rule", shapes.RULE, "names"):
        work.rules.append(read_rule(key, reading, desk, work.pack))
    for key, reading, desk in work.declared("areas.yaml", "area", shapes.AREA_RECORD, "areas"):
        work.areas.append(read_area(key, reading, desk, work.pack))
    _scenarios(work)
    for key, reading, desk in work.declared("checks.yaml", "check", shapes.CHECK, "names"):
        work.checks.append(declare.check(key, reading, desk, work.pack))
    for key, reading, desk in work.declared("forms", "form", shapes.FORM, "forms"):
        work.forms.append(read_form(key, reading, desk, work.pack))
    for key, reading, desk in work.declared("workflows", "workflow", flowshapes.WORKFLOW, "workflows"):
        work.workflows.append(read_workflow(key, reading, desk, work.pack))
    for key, reading, desk in work.declared("pages", "page", shapes.PAGE, "pages"):
        work.pages.append(read_page(key, reading, desk, work.pack))
    for key, reading, desk in work.declared("models", "learned score", LEARNED, "models"):
        work.models.append(read_learned(key, reading, desk, work.pack))
        work.spots |= {(desk.place(key), name): place for name, place in input_places(reading, desk).items()}
    for key, reading, desk in work.declared("scorecards", "scorecard", scoreshapes.SCORECARD, "scorecards"):
        card, lost = read_scorecard(key, reading, desk, work.pack)
        work.scorecards.append(card)
        work.broken |= lost
        work.spots |= {(desk.place(key), name): place for name, place in named_places(reading, desk).items()}


def _scenarios(work: _Work) -> None:
    """Networks and stresses; what a stress asks for is a parameter like others."""
    for key, reading, desk in work.declared("networks.yaml", "network", scenario.NETWORK, "networks"):
        work.networks.append(scenario.read_network(key, reading, desk, work.pack))
    for key, reading, desk in work.declared("stresses.yaml", "stress", scenario.STRESS, "stresses"):
        stress, sizes = scenario.read_stress(key, reading, desk, work.pack)
        work.stresses.append(stress)
        work.parameters += [one for at, one in sizes if work.note("names", at, desk)]


def _strings(work: _Work) -> None:
    """Texts of pages: strings/zh.yaml and strings/en.yaml with the same keys."""
    keys: dict[str, dict[str, tuple[Scalar, Desk]]] = {}
    for node, desk in work.nodes("strings"):
        language = PurePosixPath(desk.file).stem
        texts = work.strings.setdefault(language, {})
        for key, value in _entries(node, desk, "text"):
            found = TEXT.read(value, desk, f"the text {key.text!r}")
            if found is not None:
                texts[key.text] = found
                keys.setdefault(language, {})[key.text] = (key, desk)
    for language, other in (("zh", "en"), ("en", "zh")):
        for name in keys.get(language, {}).keys() - keys.get(other, {}).keys():
            key, desk = keys[language][name]
            place = desk.place(key)
            message = f"the text {name!r} is missing in strings/{other}.yaml"
            work.issues.append(
                Issue(place=place, message=message, hint="texts stand in both languages", severity="warning")
            )


def _unread(work: _Work) -> None:
    """Tell what this version does not read, so that nothing is left aside in silence."""
    for inside in sorted(work.files):
        path = PurePosixPath(inside)
        top = path.parts[0]
        place = Place(file=f"{work.root}/{inside}")
        if inside == "functions.py":
            message = "the pack contains code, which this version does not run"
            hint = "say it in formulas, or delete functions.py"
            work.issues.append(Issue(place=place, message=message, hint=hint))
        elif top in _LATER and len(path.parts) > 1:
            message = f"{top} are not read by this version"
            work.issues.append(Issue(place=place, message=message, hint="they have no effect yet", severity="warning"))
        elif inside == "quality.yaml" or inside in SINGLE or not _is_unknown(path):
            continue
        else:
            known = [*SINGLE, *(f"{folder}/{path.name}" for folder in FOLDERS)]
            hint = nearest(
                inside, known, otherwise=f"the files are {', '.join(SINGLE)}, {'/*.yaml, '.join(FOLDERS)}/*.yaml"
            )
            work.issues.append(Issue(place=place, message="the file is not read", hint=hint, severity="warning"))


def _is_unknown(path: PurePosixPath) -> bool:
    if path.parts[0] == "strings":
        return path.parts != ("strings", path.name) or path.name not in ("zh.yaml", "en.yaml")
    if path.parts[0] in FOLDERS:
        return len(path.parts) != 2 or path.suffix != ".yaml"
    return path.suffix == ".yaml" or (not is_declaration(str(path)) and path.parts[0] != "sample")
