"""Every cell of the matrix, the empty ones too, both ways and at both walls.

The table below is typed out from the design by hand, not read from the profile: a cell that changes in access.yaml without
changing here is a mistake on one of the two sides.
"""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from openvis.profile import Ability
from openvis.profile.access import ABILITY_NEEDS, CLOSED_CIRCLES
from openvis.web.access import compartments, demo, services, walls
from openvis.web.access.models import User
from web.conftest import make_person, use_city

COLUMNS = ["A", "I", "O", "S", "X", "N", "G", "C", "V", "R", "M", "B", "K", "E", "L", "Z"]
NAMES = {
    "P": "public", "A": "aggregates", "I": "incidents", "O": "operations", "S": "signals", "X": "index", "N": "nuisance",
    "G": "groups", "C": "persons", "V": "victims", "R": "radicalisation", "M": "measures", "B": "bibob", "K": "crisis",
    "E": "events", "L": "plan", "Z": "administration",
}
# A cell between < > reaches a part only: <r>zones. Words that say how, and not how far, are left out.
TABLE = """
role                            A                I  O        S   X N   G    C   V   R   M               B   K   E   L   Z
raadslid                        <r>report        -  -        c   - c   c    c   -   -   c               c   -   -   r   -
collegelid                      r                -  -        c   - c   c    c   -   -   <r>published    -   r   r   rd  -
burgemeester                    r                r  r        a   - a   a    a   -   a   rd              d   rd  rd  rd  -
politiechef                     r                r  r        a   - -   a    -   -   a   a               -   r   r   r   -
officier_van_justitie           r                r  r        a   - -   a    -   -   a   a               -   r   r   r   -
beleidsadviseur                 r                r  r        -   - -   -    -   -   -   r               -   r   r   erd -
informatieanalist               r                er r        c   - c   c    -   c   -   c               -   -   r   er  -
veiligheidsmanager              r                ra erda     e   - ra  erda a   -   -   ea              -   r   ra  er  -
veiligheidsmanager_woonoverlast r                r  r        e   e erd -    e   -   -   e               -   -   -   er  -
coordinator_stadstoezicht       r                ra erd      e   e -   -    -   -   -   <r>zones        -   -   r   r   -
handhaver                       -                ra era      e   e -   ea   -   -   -   <r>zones_orders -   -   e   -   -
wijkagent                       r                ra ra       e   - ra  era  a   -   -   -               -   -   -   -   -
jongerenwerker                  -                -  ra       -   - -   ea   a   -   -   -               -   -   -   -   -
meldpuntcoordinator             r                -  -        erd m -   -    -   -   -   e               -   -   -   er  -
medewerker                      -                -  -        e   e -   -    -   -   -   -               -   -   -   -   -
riec_deelnemer                  -                -  -        ra  - -   -    -   -   -   a               -   -   -   -   -
pga_coordinator                 -                -  -        -   - -   -    erd -   -   -               -   -   -   c   -
zorgpartner                     -                -  -        e   - ra  -    a   -   -   -               -   -   -   -   -
corporatie                      -                -  -        e   - ra  -    a   -   -   -               -   -   -   -   -
preventieadviseur               r                -  r        -   - -   -    -   era -   -               -   -   -   -   -
casusoverleg_radicalisering     -                -  -        -   - -   -    -   -   era -               -   -   -   -   -
juridisch_adviseur              -                -  -        -   - a   -    -   -   -   erd             er  -   -   -   -
bibob_medewerker                -                -  -        -   - -   -    -   -   -   r               erd -   -   -   -
vergunningverlener              -                -  r        e   e a   -    -   -   -   e               e   -   erd -   -
crisisfunctionaris              r                -  -        -   - -   -    -   -   -   -               -   erd r   -   -
vervoerder                      <r>own_and_joint e  <r>joint -   - -   -    -   -   -   -               -   -   -   -   -
communicatieadviseur            r                -  -        -   - -   -    -   -   -   e               -   er  r   er  -
fg                              -                -  -        -   - -   -    -   -   -   -               -   -   -   -   rd
privacy_officer                 -                -  -        -   - -   -    -   -   -   -               -   -   -   -   erd
teammanager                     -                -  -        -   - -   -    -   -   -   -               -   -   -   -   ra
beheerder                       -                -  -        -   - -   -    -   -   -   -               -   -   -   -   er
"""  # fmt: skip
PUBLIC = {"public": "r", "aggregates": "<r>published", "signals": "e", "crisis": "<r>messages", "events": "<r>calendar",
          "plan": "<r>published"}  # fmt: skip
RIGHTS = "erdamc"


def typed() -> dict[str, dict[str, str]]:
    lines = [line.split() for line in TABLE.strip().splitlines()]
    assert lines[0][1:] == COLUMNS
    assert {len(line) for line in lines} == {len(COLUMNS) + 1}
    return {
        line[0]: {NAMES["P"]: "-"} | {NAMES[letter]: cell for letter, cell in zip(COLUMNS, line[1:], strict=True)}
        for line in lines[1:]
    }


EXPECTED = typed()


def meaning(cell: str) -> tuple[set[str], set[str], str, bool]:
    """(letters of the whole compartment, letters of a part, that part, assigned rows only)."""
    if cell.startswith("<"):
        letters, part = cell[1:].split(">")
        return set(letters) - {"r", "d"}, set(letters) & {"r", "d"}, part, False
    letters = set() if cell == "-" else set(cell)
    more = {"r"} if cell == "a" else {"c"} if "m" in letters else set()
    return letters | more, set(), "", "a" in letters


@pytest.fixture
def almere(db, settings, tmp_path):
    """The city without its areas in the database: rights need none."""
    profile = use_city("almere", settings, tmp_path)
    services.load_organisations(profile)
    walls.load_rights(profile)
    return profile


@pytest.fixture
def holder(almere):
    """Somebody with one role."""

    def make(role: str) -> User:
        aliases = {found.id: alias for alias, found in demo.roles_by_alias(almere).items()}
        return make_person(almere, aliases[role])

    return make


def test_the_table_knows_every_role_and_every_compartment(almere):
    assert set(EXPECTED) == {role.id for role in almere.roles}
    assert {compartment.id for compartment in almere.compartments} == set(NAMES.values())
    assert {item.letter: item.id for item in almere.compartments} == NAMES


@pytest.mark.parametrize("role", EXPECTED)
def test_every_cell_gives_its_letters_and_no_other(holder, role):
    person, wrong = holder(role), []
    for compartment, cell in EXPECTED[role].items():
        whole, of_part, part, assigned = meaning(cell)
        for right in RIGHTS:
            told = (
                compartments.may(person, compartment, right),
                compartments.may(person, compartment, right, part="no_such_part"),
                bool(part) and compartments.may(person, compartment, right, part=part),
                compartments.assigned_only(person, compartment, right),
            )
            wanted = (
                right in whole, right in whole, bool(part) and right in whole | of_part, right in whole and assigned,
            )  # fmt: skip
            if told != wanted:
                wrong.append(f"{compartment}:{right} of {cell!r}: {told}, expected {wanted}")
        if compartments.counts_only(person, compartment) != ("c" in whole and "r" not in whole | of_part):
            wrong.append(f"{compartment}: counts only")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", EXPECTED)
def test_the_second_wall_holds_the_same_cells(holder, role):
    person = holder(role)
    asked = {
        f"{compartment}:{right}": right in meaning(cell)[0]
        for compartment, cell in EXPECTED[role].items()
        for right in RIGHTS
    }
    with walls.as_user(person), connection.cursor() as cursor:
        cursor.execute("SELECT w, openvis_holds(w) FROM unnest(%s::text[]) AS w", [list(asked)])
        told = dict(cursor.fetchall())
    assert told == asked


@pytest.mark.parametrize("secret", ["victims", "radicalisation"])
def test_who_has_no_cell_learns_neither_row_nor_count_nor_hit(almere, holder, secret):
    without = [role for role, row in EXPECTED.items() if row[secret] == "-"]
    assert len(without) > 25
    everything = services.add_person("everything@test.example", "every other role", password="a password of a test")
    for role in without:
        area = [demo.first_area(almere)] if almere.role(role).scope == "area" else []
        services.grant(everything, role, areas=area, reason="test", source="test")
    for person in [everything, *(holder(role) for role in without)]:
        assert compartments.cells(person, secret) == {}
        assert not any(compartments.may(person, secret, right, part) for right in RIGHTS for part in ("", "zones"))
        assert not compartments.counts_only(person, secret)
        assert compartments.learns(person, secret) == "nothing"
        assert compartments.purposes_for(person, secret) == []


def test_who_sees_counts_of_victims_learns_of_no_victim(holder):
    analyst = holder("informatieanalist")
    assert compartments.counts_only(analyst, "victims")
    assert compartments.learns(analyst, "victims") == "nothing"


def test_who_has_no_right_in_force_has_none_anywhere(almere):
    now = timezone.now()
    nobody = services.add_person("nobody@test.example", "no role", password="a password of a test")
    past = services.add_person("past@test.example", "a role that ended", password="a password of a test")
    services.grant(
        past, "burgemeester", reason="r", source="s", starts=now - dt.timedelta(2), ends=now - dt.timedelta(1)
    )
    closed = services.add_person("closed@test.example", "closed", password="a password of a test")
    services.grant(closed, "burgemeester", reason="r", source="s")
    services.disable(closed)
    for person in (None, nobody, past, User.objects.get(pk=closed.pk)):
        for compartment in NAMES.values():
            assert compartments.cells(person, compartment) == {}
            assert not any(compartments.may(person, compartment, right) for right in RIGHTS)
            assert compartments.learns(person, compartment) == ("rows" if compartment == "public" else "nothing")
            assert compartments.purposes_for(person, compartment) == []


def test_being_administrator_opens_no_compartment_but_administration(holder):
    administrator = holder("beheerder")
    opened = [name for name in NAMES.values() if compartments.cells(administrator, name)]
    assert opened == ["administration"]
    assert {compartments.learns(administrator, name) for name in NAMES.values()} == {"nothing", "rows"}
    assert [name for name in NAMES.values() if compartments.learns(administrator, name) == "rows"] == [
        "public", "administration"]  # fmt: skip


def test_a_role_for_assigned_rows_beside_one_for_all_reaches_all(almere):
    both = services.add_person("both@test.example", "both", password="a password of a test")
    services.grant(both, "wijkagent", areas=[demo.first_area(almere)], reason="r", source="s")
    assert compartments.assigned_only(both, "nuisance", "r")
    services.grant(both, "veiligheidsmanager_woonoverlast", reason="r", source="s")
    both = User.objects.get(pk=both.pk)
    assert compartments.may(both, "nuisance", "r")
    assert not compartments.assigned_only(both, "nuisance", "r")
    assert compartments.assigned_only(both, "groups", "r")


def test_what_is_known_is_told_as_a_hit_only_to_who_handles_files(holder):
    assert compartments.learns(holder("juridisch_adviseur"), "persons") == "hit"
    assert compartments.learns(holder("medewerker"), "index") == "hit"
    assert compartments.learns(holder("raadslid"), "persons") == "nothing"
    assert compartments.learns(holder("fg"), "persons") == "nothing"


def test_a_misspelt_compartment_is_no_silent_no(holder):
    with pytest.raises(ValueError, match="personz"):
        compartments.may(holder("pga_coordinator"), "personz", "r")


def test_the_public_row_is_what_the_design_says_and_belongs_to_no_role(almere):
    assert set(almere.public_row) == set(PUBLIC)
    for compartment, cell in almere.public_row.items():
        whole, of_part, part, _assigned = meaning(PUBLIC[compartment])
        assert (set(cell.rights), set(cell.of_part)) == (whole, of_part), compartment
        assert not part or cell.note == part
    assert "public" not in almere.matrix


def test_who_reads_where_persons_may_stand_has_a_purpose_to_state(almere, holder):
    closed = {item.id for item in almere.compartments if item.circle in CLOSED_CIRCLES}
    for role, row in EXPECTED.items():
        person = holder(role)
        for compartment, cell in row.items():
            whole, of_part, _part, _assigned = meaning(cell)
            reads = compartment in closed and "r" in whole | of_part
            offered = {purpose.id for purpose in compartments.purposes_for(person, compartment)}
            if reads:
                assert offered, (role, compartment)
            if cell == "-":
                assert not offered, (role, compartment)


def test_every_ability_needs_a_right_that_some_role_has(almere):
    assert set(ABILITY_NEEDS) == set(Ability)
    for role in almere.roles:
        held = {f"{key}:{right}" for key, cell in EXPECTED[role.id].items() for right in meaning(cell)[0]}
        for ability in role.abilities:
            assert held & set(ABILITY_NEEDS[ability]), (role.id, ability)


def test_who_decides_a_measure_is_not_the_only_reader_of_its_file(almere):
    readers = {role.id for role in almere.roles if "r" in almere.rights(role.id, "measures").rights}
    deciders = {role.id for role in almere.roles if "d" in almere.rights(role.id, "measures").rights}
    assert deciders == {"burgemeester", "juridisch_adviseur"}
    assert all(readers - {decider} for decider in deciders)


@pytest.mark.parametrize("city", ["veldermeer"], indirect=True)
def test_another_city_has_rows_of_its_own(city):
    made = {alias: make_person(city, alias) for alias in demo.roles_by_alias(city)}
    warden = made["warden"]
    assert compartments.may(warden, "operations", "r", part="street")
    assert not compartments.may(warden, "operations", "r")
    assert compartments.may(made["aftercare-adviser"], "victims", "r")
    assert not compartments.may(made["analyst"], "victims", "r")
    assert not compartments.may(made["analyst"], "bibob", "r")
    assert compartments.learns(made["manager"], "bibob") == "nothing"
