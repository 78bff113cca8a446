"""Loading a profile: every file read, every reference between files checked, all problems told at once."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pydantic import ValidationError

from openvis.profile.access import (
    NOTHING,
    Access,
    Cell,
    Compartment,
    CompartmentId,
    PartnerCovenant,
    Purpose,
    RetentionTerm,
)
from openvis.profile.access_check import check_access, check_covenants_of_sources
from openvis.profile.areas import AreaData, read_areas
from openvis.profile.barriers import Barriers, check_barriers
from openvis.profile.comparison import Comparison, ComparisonFigure
from openvis.profile.controls import Controls, check_controls, read_controls
from openvis.profile.documents import Document, Problems, explain
from openvis.profile.errors import ProfileError, found
from openvis.profile.firms import Firms
from openvis.profile.geojson import read_collection
from openvis.profile.kinds import Group, Kind, Kinds
from openvis.profile.municipality import City, CountsFile, Level, Municipality, NamedPlace, Organisation
from openvis.profile.plan import Plan
from openvis.profile.references import check_city, check_kinds, check_plan, check_roles, check_sources
from openvis.profile.roles import Role, Roles
from openvis.profile.signals import Signals, check_signals
from openvis.profile.sources import Source
from openvis.profile.terms import TERMS
from openvis.profile.text import Text
from openvis.profile.themes import Themes, check_themes


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


Item = TypeVar("Item", bound=_HasId)


@dataclass(frozen=True)
class Profile:
    """A municipality as data, checked whole."""

    directory: Path
    municipality: Municipality
    levels: list[Level]
    """From coarse to fine; incidents are placed in the last."""
    areas: list[AreaData]
    organisations: list[Organisation]
    roles: list[Role]
    groups: list[Group]
    kinds: list[Kind]
    sources: list[Source]
    plan: Plan
    access: Access
    """The file access.yaml as it stands; its parts are at hand below."""
    signals: Signals
    """The file signals.yaml: the reporting point, weighing, the address index."""
    terms: dict[str, Text] = field(default_factory=dict)
    places: list[NamedPlace] = field(default_factory=list)
    lines: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Name → GeoJSON FeatureCollection in WGS84, for the base map."""
    counts: list[CountsFile] = field(default_factory=list)
    comparison: Comparison = field(default_factory=Comparison)
    barriers: Barriers = field(default_factory=Barriers)
    """Starting models for barriers, and who can put something in the way."""
    themes: Themes = field(default_factory=Themes)
    """The file themes.yaml: figures by theme, and whether the risk profile is on."""
    firms: list[Firms] = field(default_factory=list)
    """How many firms each branch has in each area, where the city says so."""
    controls: Controls = field(default_factory=Controls)
    """The file controls.yaml: control days and second-hand dealers; empty when there is none."""
    demo: dict[str, Any] = field(default_factory=dict)
    """What the demonstration generator needs to know of this city; empty when it does not say."""

    @property
    def finest(self) -> Level:
        """The level incidents are placed in."""
        return self.levels[-1]

    def areas_of(self, level: str) -> list[AreaData]:
        """The areas of one level, by code."""
        return [area for area in self.areas if area.level == level]

    def level(self, key: str) -> Level:
        """The level with an id. Raises KeyError."""
        return _by_id(self.levels, key)

    def kind(self, key: str) -> Kind:
        """The kind with an id. Raises KeyError."""
        return _by_id(self.kinds, key)

    def source(self, key: str) -> Source:
        """The source with an id. Raises KeyError."""
        return _by_id(self.sources, key)

    def role(self, key: str) -> Role:
        """The role with an id. Raises KeyError."""
        return _by_id(self.roles, key)

    def organisation(self, key: str) -> Organisation:
        """The organisation with an id. Raises KeyError."""
        return _by_id(self.organisations, key)

    @property
    def compartments(self) -> list[Compartment]:
        """The compartments of this municipality."""
        return self.access.compartments

    @property
    def purposes(self) -> list[Purpose]:
        """The purposes for which personal data may be opened."""
        return self.access.purposes

    @property
    def retention(self) -> list[RetentionTerm]:
        """How long each kind of data is kept."""
        return self.access.terms

    @property
    def covenants(self) -> list[PartnerCovenant]:
        """The register of covenants."""
        return self.access.covenants

    @cached_property
    def matrix(self) -> dict[str, dict[CompartmentId, Cell]]:
        """Role → compartment → cell; what is empty is absent."""
        return {role: self.access.row(cells) for role, cells in self.access.matrix.items()}

    @cached_property
    def public_row(self) -> dict[CompartmentId, Cell]:
        """What somebody without an account may: no grant gives this row, and no role inherits it."""
        return self.access.row(self.access.public)

    def rights(self, role: str, compartment: str) -> Cell:
        """What a role may do in a compartment; the empty cell where that is nothing.

        Raises KeyError for a role of no row and ValueError for a compartment that cannot be.
        """
        return self.matrix[role].get(CompartmentId(compartment), NOTHING)

    def compartment(self, key: str) -> Compartment:
        """The compartment with an id. Raises KeyError, also for one this municipality does not have."""
        return _by_id(self.compartments, key)

    def purpose(self, key: str) -> Purpose:
        """The purpose with an id. Raises KeyError."""
        return _by_id(self.purposes, key)

    def retention_term(self, key: str) -> RetentionTerm:
        """The retention term with an id. Raises KeyError."""
        return _by_id(self.retention, key)

    def covenant(self, key: str) -> PartnerCovenant:
        """The covenant with an id. Raises KeyError."""
        return _by_id(self.covenants, key)

    def term(self, key: str, lang: str | None = "nl") -> str:
        """The municipality's word for something (see `terms.TERMS`). Raises KeyError for a term that does not exist."""
        return (self.terms.get(key) or TERMS[key]).get(lang)


def _by_id(items: Iterable[Item], key: str) -> Item:
    for item in items:
        if item.id == key:
            return item
    raise KeyError(key)


def load(directory: Path) -> Profile:
    """Read and check a profile. Raises ProfileError with every problem that was found."""
    directory = Path(directory)
    if not (directory / "profile.yaml").is_file():
        raise ProfileError([f"profile.yaml:1: file: not found in {directory}, expected the folder of a profile"])
    problems = Problems(directory)
    profile = _read(directory, problems)
    if problems.items or profile is None:
        raise ProfileError(problems.lines())
    return profile


def _read(directory: Path, problems: Problems) -> Profile | None:
    documents = {
        name: Document.read(directory / name, problems)
        for name in ("profile.yaml", "roles.yaml", "kinds.yaml", "plan.yaml", "access.yaml", "signals.yaml")
    }
    city_file, roles_file, kinds_file, plan_file, access_file, signals_file = documents.values()
    city = city_file.check(City, problems) if city_file else None
    roles = roles_file.check(Roles, problems) if roles_file else None
    kinds = kinds_file.check(Kinds, problems) if kinds_file else None
    plan = plan_file.check(Plan, problems) if plan_file else None
    access = access_file.check(Access, problems) if access_file else None
    signals = signals_file.check(Signals, problems) if signals_file else None
    sources = _read_sources(directory, problems)
    comparison = _read_comparison(directory, problems)
    demo = _read_demo(directory, problems)
    barriers = _read_barriers(directory, problems)
    controls, controls_file = read_controls(directory, problems)
    areas: list[AreaData] = []
    lines: dict[str, dict[str, Any]] = {}
    if city and city_file:
        check_city(city, city_file, [source for source, _ in sources], problems)
        areas = read_areas(directory, city, problems)
        lines = _read_lines(directory, city, problems)
        check_sources(sources, city, kinds, problems)
        if roles and roles_file:
            check_roles(roles, roles_file, city, problems)
    themes, firms = _read_themes(directory, city, areas, signals, problems)
    if access and access_file:
        check_access(access, access_file, (roles, roles_file) if roles and roles_file else None, city, problems)
        check_covenants_of_sources(sources, access, problems)
    if signals and signals_file:
        check_signals(signals, signals_file, city, access, problems)
    if controls_file and city and kinds:
        organisations, known = [it.id for it in city.organisations], [it.id for it in kinds.kinds]
        check_controls(controls, controls_file, organisations, known, problems)
    if plan and plan_file:
        check_plan(plan, plan_file, kinds, city, comparison, problems)
        if kinds and kinds_file:
            check_kinds(kinds, kinds_file, plan, problems)
    if not (city and roles and kinds and plan and access and signals):
        return None
    return Profile(
        directory=directory,
        municipality=city.municipality,
        levels=city.levels,
        areas=areas,
        organisations=city.organisations,
        roles=roles.roles,
        groups=kinds.groups,
        kinds=kinds.kinds,
        sources=[source for source, _ in sources],
        plan=plan,
        access=access,
        signals=signals,
        terms=city.terms,
        places=city.places,
        lines=lines,
        counts=city.counts,
        comparison=comparison,
        barriers=barriers,
        themes=themes,
        firms=firms,
        controls=controls,
        demo=demo,
    )


def _read_sources(directory: Path, problems: Problems) -> list[tuple[Source, Document]]:
    sources = []
    for path in sorted((directory / "sources").glob("*.yaml")):
        document = Document.read(path, problems)
        source = document.check(Source, problems) if document else None
        if source and document:
            if source.id != path.stem:
                problems.add(path, document.line(("id",)), "id", found(source.id, f"{path.stem}, the name of the file"))
            sources.append((source, document))
    return sources


def _read_lines(directory: Path, city: City, problems: Problems) -> dict[str, dict[str, Any]]:
    lines = {}
    for item in city.lines:
        collection = read_collection(directory / item.file, problems)
        if collection is not None:
            lines[item.id] = collection
    return lines


def _read_comparison(directory: Path, problems: Problems) -> Comparison:
    path = directory / "comparison.yaml"
    if not path.exists():
        return Comparison()
    document = Document.read(path, problems)
    comparison = document.check(Comparison, problems) if document else None
    if comparison is None or document is None:
        return Comparison()
    figures = _read_figures(directory / "comparison.csv", problems)
    known = {figure.code for figure in figures}
    for number, group in enumerate(comparison.groups):
        for place, code in enumerate(group.members):
            if known and code not in known:
                key = ("groups", number, "members", place)
                problems.add(
                    path, document.line(key), f"groups.{number}.members", found(code, "a code of comparison.csv")
                )
    return comparison.model_copy(update={"figures": figures})


def _read_figures(path: Path, problems: Problems) -> list[ComparisonFigure]:
    if not path.exists():
        return []
    figures = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            try:
                figures.append(ComparisonFigure.model_validate(row))
            except ValidationError as error:
                for item in error.errors(include_url=False):
                    problems.add(path, reader.line_num, ".".join(map(str, item["loc"])), explain(dict(item)))
    return figures


def _read_barriers(directory: Path, problems: Problems) -> Barriers:
    path = directory / "barriers.yaml"
    document = Document.read(path, problems) if path.exists() else None
    barriers = document.check(Barriers, problems) if document else None
    if barriers is None or document is None:
        return Barriers()
    check_barriers(barriers, document, problems)
    return barriers


def _read_themes(
    directory: Path, city: City | None, areas: list[AreaData], signals: Signals | None, problems: Problems
) -> tuple[Themes, list[Firms]]:
    path = directory / "themes.yaml"
    document = Document.read(path, problems) if path.exists() else None
    themes = document.check(Themes, problems) if document else None
    if themes is None or document is None or city is None or signals is None:
        return Themes(), []
    levels, branches = [level.id for level in city.levels], [branch.id for branch in signals.branches]
    codes = {level: sorted({area.code for area in areas if area.level == level}) for level in levels}
    return themes, check_themes(themes, document, levels, codes, branches, problems)


def _read_demo(directory: Path, problems: Problems) -> dict[str, Any]:
    path = directory / "demo.yaml"
    if not path.exists():
        return {}
    document = Document.read(path, problems)
    if document is None:
        return {}
    if not isinstance(document.data, dict):
        problems.add(path, 1, "file", found(document.data, "keys with values"))
        return {}
    return document.data
