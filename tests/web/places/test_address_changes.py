"""What a new file of the register does to addresses that are known: they end and are renamed, and none is lost."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone, translation

from openvis.cli.areas import areas as command
from openvis.profile import Profile
from openvis.web.access.models import AuditEntry
from openvis.web.places import register
from openvis.web.places.models import Address, FormerAddress, Street
from openvis.web.places.selectors import register as frame_of_register
from openvis.web.places.services import load_areas

pytestmark = pytest.mark.django_db
HEAD = "nummeraanduiding;straat;woonplaats;huisnummer;huisletter;toevoeging;postcode;status;begindatum;einddatum;x;y"
BASE = {
    1: "Turfkade;Veldermeer;12;;;9411AB;Verblijfsobject in gebruik;;;229500;560500",
    2: "Turfkade;Veldermeer;12;A;;9411AB;Verblijfsobject in gebruik;20100101;;229510;560500",
    3: "Turfkade;Veldermeer;14;;2;9411AB;Verblijfsobject in gebruik;;;229520;560500",
    4: "Sluisstraat;Veldermeer;1;;;9412CD;Verblijfsobject in gebruik;;;230500;560500",
}


@pytest.fixture
def load(tmp_path: Path, veldermeer: Profile, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Loads rows as a file, by the command."""
    from openvis.web import city

    monkeypatch.setattr(city, "profile", lambda: veldermeer)
    load_areas(veldermeer)
    path = tmp_path / "bag.csv"

    def loaded(rows: dict[int, str], *options: str) -> Result:
        lines = [f"99012000000{number:05d};{row}" for number, row in rows.items()]
        path.write_text("\n".join([HEAD, *lines]), encoding="utf-8")
        return CliRunner().invoke(command, ["import-bag", str(path), *options])

    assert loaded(BASE).exit_code == 0
    return loaded


def numbered(number: int) -> Address:
    return Address.objects.get(number_id=f"99012000000{number:05d}")


def told(text: str, **options: Any) -> list[tuple[str, str]]:
    with translation.override("en"):
        return [(found.title, found.note) for found in register.find(text, **options)]


def test_a_file_of_changes_ends_what_is_withdrawn(load: Any) -> None:
    before = numbered(4)
    done = load({4: "Sluisstraat;Veldermeer;1;;;9412CD;Verblijfsobject ingetrokken;;2026-03-01;;"})
    assert done.stdout == "0 new addresses, 0 brought up to date, 1 ended.\n"
    after = numbered(4)
    assert (after.pk, after.valid_to, after.ended) == (before.pk, date(2026, 3, 1), True)
    assert Address.objects.in_use().count() == 3
    assert told("sluisstraat 1") == []
    ((title, note),) = told("sluisstraat 1", ended=True)
    assert title == "Sluisstraat 1, 9412 CD Veldermeer"
    assert note.startswith("ended on ")
    assert "2026" in note


def test_what_was_withdrawn_twice_keeps_its_first_last_day(load: Any) -> None:
    load({4: "Sluisstraat;Veldermeer;1;;;9412CD;ingetrokken;;2026-03-01;;"})
    load({4: "Sluisstraat;Veldermeer;1;;;9412CD;ingetrokken;;;;", 1: BASE[1]}, "--day", "2026-05-05")
    assert numbered(4).valid_to == date(2026, 3, 1)


def test_an_address_that_comes_back_is_in_use_again(load: Any) -> None:
    load({4: "Sluisstraat;Veldermeer;1;;;9412CD;ingetrokken;;;;"})
    assert numbered(4).valid_to == timezone.localdate()
    load({4: BASE[4]})
    assert numbered(4).valid_to is None
    assert len(told("sluisstraat 1")) == 1


def test_one_object_withdrawn_and_another_in_use_at_one_address(load: Any) -> None:
    """BAG has a row an object: the address of a demolished house may be that of the new one."""
    path_rows = {1: BASE[1].replace("in gebruik", "ingetrokken")}
    lines = [f"9901200000000001;{row}" for row in (path_rows[1], BASE[1])]
    done = load({1: lines[0].partition(";")[2] + "\n" + lines[1]})
    assert "ended" not in done.stdout
    assert numbered(1).valid_to is None


def test_a_last_day_to_come_is_kept_and_ends_by_itself(load: Any) -> None:
    coming = timezone.localdate() + timedelta(days=30)
    load({4: f"Sluisstraat;Veldermeer;1;;;9412CD;in gebruik;;{coming};230500;560500"})
    assert numbered(4).valid_to == coming
    assert not numbered(4).ended
    assert len(told("sluisstraat 1")) == 1
    assert Address.objects.in_use(coming).filter(pk=numbered(4).pk).count() == 0


def test_a_whole_file_ends_what_it_does_not_hold(load: Any) -> None:
    done = load({number: BASE[number] for number in (1, 2, 4)}, "--whole", "--day", "2026-06-01")
    assert done.stdout == "0 new addresses, 3 brought up to date, 1 ended.\n"
    assert numbered(3).valid_to == date(2026, 6, 1)
    assert Address.objects.count() == 4


def test_a_file_that_is_not_whole_is_refused_as_one(load: Any) -> None:
    many = {number: f"Sluisstraat;Veldermeer;{number};;;9412CD;in gebruik;;;230500;560500" for number in range(10, 60)}
    load(many)
    done = load({1: BASE[1]}, "--whole")
    assert done.exit_code != 0
    assert "53 of the 54 addresses in use are not in this file" in done.output
    assert Address.objects.in_use().count() == 54
    assert load({1: BASE[1]}, "--whole", "--however-many").exit_code == 0
    assert Address.objects.in_use().count() == 1


def test_a_row_that_cannot_be_read_ends_no_address(load: Any) -> None:
    done = load({**BASE, 4: BASE[4].replace("9412CD", "94 12 C")}, "--whole")
    assert "row 5, postcode: found '94 12 C', expected four digits and two letters, or nothing" in done.stderr
    assert numbered(4).valid_to is None


def test_a_street_that_is_renamed_is_found_by_both_names(load: Any) -> None:
    keys = [numbered(number).pk for number in (1, 2, 3)]
    renamed = {number: BASE[number].replace("Turfkade", "Anna Blamankade") for number in (1, 2, 3)}
    done = load(renamed, "--day", "2026-04-01")
    assert done.stdout == "0 new addresses, 3 brought up to date, 3 of them called otherwise.\n"
    assert [numbered(number).pk for number in (1, 2, 3)] == keys
    assert told("anna blamankade 12a")[0] == ("Anna Blamankade 12A, 9411 AB Veldermeer", "")
    ((title, note), *_rest) = told("turfkade 12a")
    assert title == "Anna Blamankade 12A, 9411 AB Veldermeer"
    assert note.startswith("was called Turfkade 12A until ")
    assert told("turfkde 14-2")[0][0] == "Anna Blamankade 14-2, 9411 AB Veldermeer"
    assert str(register.the_one("turfkade 12a")) == "Anna Blamankade 12A"
    assert Street.objects.get(name="Turfkade").addresses == 0
    assert Street.objects.get(name="Anna Blamankade").addresses == 3


def test_loading_the_same_again_changes_no_name(load: Any) -> None:
    assert load(BASE).stdout == "0 new addresses, 4 brought up to date.\n"
    assert FormerAddress.objects.count() == 0
    assert numbered(2).valid_from == date(2010, 1, 1)


def test_a_number_that_changes_is_kept_as_well(load: Any) -> None:
    load({1: BASE[1].replace(";12;", ";16;").replace("9411AB", "9411XY")})
    former = FormerAddress.objects.get()
    assert (str(former), former.postcode, former.address_id) == ("Turfkade 12", "9411AB", numbered(1).pk)
    assert told("9411 AB 12")[0][0] == "Turfkade 16, 9411 XY Veldermeer"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("Turfkade;V;0;;;9411AB;;;;229500;560500", "huisnummer: found '0'"),
        ("Turfkade;V;1.5;;;9411AB;;;;229500;560500", "huisnummer: found '1.5'"),
        ("Turfkade;V;1;AB;;9411AB;;;;229500;560500", "huisletter: found 'AB', expected one letter"),
        ("Turfkade;V;1;;ABCDEFGHIJK;9411AB;;;;229500;560500", "toevoeging: found 'ABCDEFGHIJK', expected at most 10"),
        ("Turfkade;V;1;;;AB9411;;;;229500;560500", "postcode: found 'AB9411'"),
        ("Turfkade;V;1;;;9411AB;;gisteren;;229500;560500", "begindatum: found 'gisteren', expected a date"),
        ("Turfkade;V;1;;;9411AB;;;2026-99-99;229500;560500", "einddatum: found '2026-99-99'"),
        ("Turfkade;V;1;;;9411AB;;;;hier;560500", "place: found 'hier, 560500', expected two numbers"),
        (f"{'T' * 101};V;1;;;9411AB;;;;229500;560500", "straat: found 'TTT"),
    ],
)
def test_a_row_that_is_not_right_says_what_was_expected(load: Any, row: str, says: str) -> None:
    done = load({1: BASE[1], 9: row})
    assert done.exit_code == 0
    assert f"row 3, {says}" in done.stderr
    assert Address.objects.count() == 4


def test_loading_is_in_the_audit_log_as_counts(load: Any) -> None:
    entry = AuditEntry.objects.filter(action="addresses.load").latest("at")
    assert entry.facts == {"new": 4, "updated": 0, "renamed": 0, "ended": 0, "whole": False}


def test_where_an_ended_and_a_new_address_are_written_alike_the_new_one_is_taken(load: Any) -> None:
    load({4: "Sluisstraat;Veldermeer;1;;;9412CD;ingetrokken;;2026-03-01;;"})
    load({5: BASE[4]})
    known = frame_of_register(["9412CD"])
    assert known["id"].to_list() == [numbered(5).pk, numbered(4).pk]
