"""What access.yaml and roles.yaml must agree on: the walls that a profile cannot take down by a slip."""

from collections.abc import Iterable

from openvis.profile.access import (
    ABILITY_NEEDS,
    CLOSED_CIRCLES,
    NEVER_ANSWERS,
    NEVER_FEEDS,
    Access,
    Cell,
    Compartment,
    CompartmentId,
)
from openvis.profile.documents import Document, Location, Problems, dotted
from openvis.profile.errors import found, one_of
from openvis.profile.municipality import City
from openvis.profile.references import unique
from openvis.profile.roles import Role, Roles
from openvis.profile.sources import Source


def check_access(
    access: Access, document: Document, roles: tuple[Roles, Document] | None, city: City | None, problems: Problems
) -> None:
    """Ids once, everything named exists, the hard walls stand, and each role's abilities fit its row of the matrix."""
    check = _AccessCheck(access, document, city, problems)
    for name in ("compartments", "terms", "purposes", "covenants"):
        unique(getattr(access, name), "id", (name,), document, problems)
    unique(access.compartments, "letter", ("compartments",), document, problems)
    check.compartments()
    check.cells(("public",), access.public)
    check.public()
    for key, cells in access.matrix.items():
        check.cells(("matrix", key), cells)
    check.covenants()
    if roles is not None:
        check.purposes({role.id for role in roles[0].roles})
        check.rows(roles[0].roles)
        check.stated()
        for number, role in enumerate(roles[0].roles):
            _check_role(number, role, access, roles[1], problems)


def check_covenants_of_sources(sources: list[tuple[Source, Document]], access: Access, problems: Problems) -> None:
    """A source that rests on a covenant of the register names one that is there."""
    known = {item.id for item in access.covenants}
    for source, document in sources:
        if source.covenant_id is not None and source.covenant_id not in known:
            expected = f"a covenant of access.yaml: {one_of(known)}"
            at = ("covenant_id",)
            problems.add(document.path, document.line(at), dotted(at), found(source.covenant_id, expected))


class _AccessCheck:
    """The parts of access.yaml against each other and against the organisations."""

    def __init__(self, access: Access, document: Document, city: City | None, problems: Problems) -> None:
        self.access, self.document, self.problems = access, document, problems
        self.organisations = {item.id for item in city.organisations} if city else None
        self.there = {item.id for item in access.compartments}
        self.letters = {item.letter for item in access.compartments}
        self.terms = {item.id for item in access.terms}

    def wrong(self, at: Location, value: object, expected: str) -> None:
        self.problems.add(self.document.path, self.document.line(at), dotted(at), found(value, expected))

    def each(self, at: Location, values: Iterable[str], known: set[str] | set[CompartmentId] | None, what: str) -> None:
        for number, value in enumerate(values):
            if known is not None and value not in known:
                self.wrong((*at, number), str(value), f"{what}: {one_of(known)}")

    def compartments(self) -> None:
        for number, item in enumerate(self.access.compartments):
            at: Location = ("compartments", number)
            if self.organisations is not None and item.controller not in self.organisations:
                self.wrong((*at, "controller"), item.controller, f"an organisation: {one_of(self.organisations)}")
            self.each((*at, "partners"), item.partners, self.organisations, "an organisation")
            self.each((*at, "feeds"), item.feeds, self.there, "a compartment of this file")
            if item.term not in self.terms:
                self.wrong((*at, "term"), item.term, f"an id under terms: {one_of(self.terms)}")
            self.each((*at, "further_terms"), item.further_terms, self.terms, "an id under terms")
            self.walls(at, item)

    def walls(self, at: Location, item: Compartment) -> None:
        """What a compartment gives away to others, by itself or by an act."""
        if item.id in NEVER_FEEDS and item.feeds:
            self.wrong((*at, "feeds"), [str(key) for key in item.feeds], f"nothing: {item.id} feeds no other")
        elif CompartmentId.PUBLIC in item.feeds and item.circle in CLOSED_CIRCLES:
            self.wrong((*at, "feeds"), str(CompartmentId.PUBLIC), "no way to the public from where persons may stand")
        if item.id in NEVER_ANSWERS and item.answers != "nothing":
            self.wrong((*at, "answers"), item.answers, f"nothing: {item.id} never tells who is known")
        elif item.answers == "rows" and item.circle != "public":
            self.wrong((*at, "answers"), item.answers, "hit or nothing: only what is public shows its rows to all")

    def cells(self, at: Location, cells: dict[str, Cell]) -> None:
        for letter, cell in cells.items():
            if letter not in self.letters:
                self.wrong((*at, letter), letter, f"the letter of a compartment: {one_of(self.letters, most=20)}")
            if cell.note and cell.note not in self.access.notes:
                self.wrong((*at, letter), cell.note, f"a key of notes: {one_of(self.access.notes)}")

    def public(self) -> None:
        """Who has no account reads no whole compartment where persons may stand, and nothing that needs a purpose."""
        circles = {item.letter: item.circle for item in self.access.compartments}
        row = {letter: cell for letter, cell in self.access.public.items() if letter in circles}
        for letter, cell in row.items():
            resolved = next(iter(self.access.row({letter: cell}).values()))
            if circles[letter] == "purpose" or (circles[letter] == "own_work" and not resolved.rights <= {"e"}):
                self.wrong(("public", letter), str(cell), "at most e here, or r with a note that names a part")

    def covenants(self) -> None:
        for number, item in enumerate(self.access.covenants):
            at: Location = ("covenants", number)
            self.each((*at, "parties"), item.parties, self.organisations, "an organisation")
            self.each((*at, "controller"), item.controller, self.organisations, "an organisation")
            self.each((*at, "compartments"), item.compartments, self.there, "a compartment of this file")

    def purposes(self, roles: set[str]) -> None:
        for number, item in enumerate(self.access.purposes):
            at: Location = ("purposes", number)
            self.each((*at, "compartments"), item.compartments, self.there, "a compartment of this file")
            self.each((*at, "roles"), item.roles, roles, "a role of roles.yaml")
            for place, role in enumerate(item.roles):
                row = self.access.row(self.access.matrix.get(role, {}))
                empty = [str(key) for key in item.compartments if key in self.there and not row.get(key)]
                if role in self.access.matrix and empty:
                    expected = f"a role with a cell in every compartment of this purpose; it has none in {', '.join(empty)}"
                    self.wrong((*at, "roles", place), role, expected)

    def rows(self, roles: list[Role]) -> None:
        known = {role.id for role in roles}
        for key in self.access.matrix:
            if key not in known:
                self.wrong(("matrix", key), key, f"a role of roles.yaml: {one_of(known)}")
        for role in roles:
            if role.id not in self.access.matrix:
                self.wrong(("matrix",), f"no row for {role.id}", "a row for every role, {} when it may nothing")


    def stated(self) -> None:
        """Who reads where persons may stand has a purpose to choose: without one the page would stay closed."""
        closed = {item.id for item in self.access.compartments if item.circle in CLOSED_CIRCLES}
        choices = {(role, key) for item in self.access.purposes for role in item.roles for key in item.compartments}
        letters = {item.id: item.letter for item in self.access.compartments}
        for role, cells in self.access.matrix.items():
            for key, cell in self.access.row(cells).items():
                if key in closed and "r" in cell.rights | cell.of_part and (role, key) not in choices:
                    expected = f"a purpose under purposes that {role} may choose for {key}"
                    self.wrong(("matrix", role, letters[key]), str(cell), expected)


def _check_role(number: int, role: Role, access: Access, document: Document, problems: Problems) -> None:
    """The abilities of a role against its row."""
    row = access.row(access.matrix.get(role.id, {}))
    held = {f"{compartment}:{right}" for compartment, cell in row.items() for right in cell.rights}
    for place, ability in enumerate(role.abilities):
        if role.id in access.matrix and held.isdisjoint(ABILITY_NEEDS[ability]):
            at: Location = ("roles", number, "abilities", place)
            needs = " or ".join(ABILITY_NEEDS[ability])
            problems.add(
                document.path, document.line(at), dotted(at),
                found(str(ability), f"an ability that the row of {role.id} in access.yaml allows: it needs {needs}"),
            )
    closed = {item.id for item in access.compartments if item.circle in CLOSED_CIRCLES}
    reads = sorted(str(key) for key, cell in row.items() if key in closed and "r" in cell.rights | cell.of_part)
    if reads and not role.second_factor:
        at = ("roles", number, "second_factor")
        line = document.line(at)
        problems.add(document.path, line, dotted(at), found(False, f"true: {role.id} reads {', '.join(reads)}"))
