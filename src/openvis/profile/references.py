"""References between the files of a profile: every id that is named must exist."""

from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pyproj import CRS
from pyproj.exceptions import CRSError

from openvis.profile.comparison import Comparison
from openvis.profile.documents import Document, Location, Problems, dotted
from openvis.profile.errors import found, one_of
from openvis.profile.kinds import Kinds
from openvis.profile.municipality import City
from openvis.profile.plan import Action, Goal, Plan
from openvis.profile.roles import Roles
from openvis.profile.sources import Source
from openvis.profile.terms import TERMS

OWN_COMPARISONS = ("national", "six", "100k")
"""Groups a plan may name that need no list of members: the country, and groups by size."""


def _wrong(document: Document, problems: Problems, at: Location, value: object, expected: str) -> None:
    problems.add(document.path, document.line(at), dotted(at), found(value, expected))


def unique(items: Sequence[Any], key: str, at: Location, document: Document, problems: Problems) -> None:
    """Report each value of a key that stands more than once."""
    seen: set[Any] = set()
    for number, item in enumerate(items):
        value = getattr(item, key)
        if value in seen:
            _wrong(document, problems, (*at, number, key), value, f"every {key} once")
        seen.add(value)


def check_city(city: City, document: Document, sources: Iterable[Source], problems: Problems) -> None:
    """Ids once, a real time zone and plane coordinate system, known terms, count files with a counts source."""
    for name in ("levels", "organisations", "places", "lines"):
        unique(getattr(city, name), "id", (name,), document, problems)
    at: Location = ("municipality", "timezone")
    try:
        ZoneInfo(city.municipality.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        _wrong(document, problems, at, city.municipality.timezone, "a time zone such as Europe/Amsterdam")
    try:
        projected = CRS.from_epsg(city.municipality.crs).is_projected
    except CRSError:
        projected = False
    if not projected:
        _wrong(
            document, problems, ("municipality", "crs"), city.municipality.crs, "an EPSG code in metres such as 28992"
        )
    for term in city.terms:
        if term not in TERMS:
            _wrong(document, problems, ("terms", term), term, one_of(TERMS))
    known = {source.id: source.kind_of_data for source in sources}
    counting = {key for key, kind in known.items() if kind == "counts"}
    for number, item in enumerate(city.counts):
        # A source whose own file is wrong has its own problem.
        unread = item.source not in known and (document.path.parent / "sources" / f"{item.source}.yaml").is_file()
        if item.source not in counting and not unread:
            _wrong(
                document, problems, ("counts", number, "source"), item.source, f"a source of counts: {one_of(counting)}"
            )
        if not (document.path.parent / item.file).is_file():
            _wrong(document, problems, ("counts", number, "file"), item.file, "a file in the profile")


def check_roles(roles: Roles, document: Document, city: City, problems: Problems) -> None:
    """Ids once, organisations known."""
    organisations = {organisation.id for organisation in city.organisations}
    unique(roles.roles, "id", ("roles",), document, problems)
    for number, role in enumerate(roles.roles):
        if role.organisation not in organisations:
            _wrong(document, problems, ("roles", number, "organisation"), role.organisation, one_of(organisations))


def check_kinds(kinds: Kinds, document: Document, plan: Plan, problems: Problems) -> None:
    """Ids and numbers once, topics and groups known."""
    topics, groups = {topic.id for topic in plan.topics}, {group.id for group in kinds.groups}
    unique(kinds.kinds, "id", ("kinds",), document, problems)
    unique(kinds.kinds, "number", ("kinds",), document, problems)
    for number, kind in enumerate(kinds.kinds):
        if kind.theme not in topics:
            _wrong(
                document, problems, ("kinds", number, "theme"), kind.theme, f"a topic of plan.yaml: {one_of(topics)}"
            )
        if kind.group not in groups:
            _wrong(document, problems, ("kinds", number, "group"), kind.group, one_of(groups))


def check_sources(sources: list[tuple[Source, Document]], city: City, kinds: Kinds | None, problems: Problems) -> None:
    """Organisations, kinds and levels that a source names exist."""
    organisations = {organisation.id for organisation in city.organisations}
    levels = {level.id for level in city.levels}
    for source, document in sources:
        for key in ("provider", "controller"):
            if getattr(source, key) not in organisations:
                _wrong(document, problems, (key,), getattr(source, key), one_of(organisations))
        part = "counts" if source.counts else "columns"
        if kinds is not None:
            known = {kind.id for kind in kinds.kinds}
            _check_kind_map(source, part, known, document, problems)
        column = source.area_column
        if column is not None and column.level not in levels:
            at: Location = ("counts", "area", "level") if source.counts else ("columns", "place", "area", "level")
            _wrong(document, problems, at, column.level, f"a level: {one_of(levels)}")


def _check_kind_map(source: Source, part: str, known: set[str], document: Document, problems: Problems) -> None:
    columns = source.counts or source.columns
    if columns is None:
        return
    for value, entry in columns.kind.map.items():
        if entry.kind not in known:
            _wrong(
                document, problems, (part, "kind", "map", value), entry.kind, f"a kind of kinds.yaml: {one_of(known)}"
            )
    if columns.kind.default is not None and columns.kind.default not in known:
        _wrong(
            document,
            problems,
            (part, "kind", "default"),
            columns.kind.default,
            f"a kind of kinds.yaml: {one_of(known)}",
        )


def check_plan(
    plan: Plan, document: Document, kinds: Kinds | None, city: City | None, comparison: Comparison, problems: Problems
) -> None:
    """Every id of the plan once; goals, parents, methods, indicators, kinds, owners and comparison groups exist."""
    check = _PlanCheck(plan, document, city, comparison, problems)
    check.goals(("plan", "overall"), plan.plan.overall)
    check.actions(("plan", "method_actions"), plan.plan.method_actions)
    for number, theme in enumerate(plan.themes):
        check.once(("themes", number), theme.id)
        for place, topic in enumerate(theme.topics):
            at: Location = ("themes", number, "topics", place)
            check.once(at, topic.id)
            check.goals((*at, "goals"), topic.goals)
            check.actions((*at, "actions"), topic.actions)
    known = {kind.id for kind in kinds.kinds} if kinds else set()
    unique(plan.indicators, "id", ("indicators",), document, problems)
    for number, indicator in enumerate(plan.indicators):
        for place, kind in enumerate(indicator.kinds):
            if kinds and kind not in known:
                _wrong(
                    document,
                    problems,
                    ("indicators", number, "kinds", place),
                    kind,
                    f"a kind of kinds.yaml: {one_of(known)}",
                )


class _PlanCheck:
    """The ids of a plan, and the checks of goals and actions against them."""

    def __init__(
        self, plan: Plan, document: Document, city: City | None, comparison: Comparison, problems: Problems
    ) -> None:
        self.document, self.problems = document, problems
        self.goal_ids = {goal.id for goal in plan.goals}
        self.action_ids = {action.id for action in plan.actions}
        self.method_ids = {method.id for method in plan.plan.methods}
        self.indicator_ids = {indicator.id for indicator in plan.indicators}
        self.organisation_ids = {organisation.id for organisation in city.organisations} if city else None
        self.group_ids = {group.id for group in comparison.groups} | set(OWN_COMPARISONS)
        self.seen: set[str] = set()

    def wrong(self, at: Location, value: object, expected: str) -> None:
        _wrong(self.document, self.problems, at, value, expected)

    def once(self, at: Location, key: str) -> None:
        if key in self.seen:
            self.wrong((*at, "id"), key, "every id once in the plan")
        self.seen.add(key)

    def each(self, at: Location, values: Iterable[str], known: set[str], what: str) -> None:
        for number, value in enumerate(values):
            if value not in known:
                self.wrong((*at, number), value, f"{what}: {one_of(known)}")

    def goals(self, at: Location, goals: list[Goal]) -> None:
        for number, goal in enumerate(goals):
            here = (*at, number)
            self.once(here, goal.id)
            self.each((*here, "indicators"), goal.indicators, self.indicator_ids, "an id under indicators")
            self.each((*here, "compare"), goal.compare, self.group_ids, "a group of comparison.yaml")

    def actions(self, at: Location, actions: list[Action]) -> None:
        for number, action in enumerate(actions):
            here = (*at, number)
            self.once(here, action.id)
            self.each((*here, "goals"), action.goals, self.goal_ids, "the id of a goal")
            if action.parent is not None and action.parent not in self.action_ids:
                self.wrong((*here, "parent"), action.parent, "the id of an action")
            if action.method is not None and action.method not in self.method_ids:
                self.wrong((*here, "method"), action.method, f"a method: {one_of(self.method_ids)}")
            if action.owner and self.organisation_ids is not None and action.owner not in self.organisation_ids:
                self.wrong((*here, "owner"), action.owner, f"an organisation: {one_of(self.organisation_ids)}")
