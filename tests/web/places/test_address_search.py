"""The search for addresses, by what people type."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from openvis.web.places import register
from openvis.web.places.asking import readings
from openvis.web.places.models import Address, FormerAddress, Street, StreetTrigram, TrigramCount
from openvis.web.places.spelling import likeness, spoken_suffix, street_key, suffix

ROWS = [
    ("Stationsstraat", 12, "", "", "1315NT"), ("Stationsstraat", 12, "B", "", "1315NT"),
    ("Stationsstraat", 12, "", "2", "1315NT"), ("Stationsstraat", 4, "", "HS", "1315NT"),
    ("Stationsstraat", 120, "", "", "1315NV"), ("Stationsplein", 12, "", "", "1315NX"),
    ("Burgemeester van de Weijerlaan", 7, "A", "", "1316AA"), ("Plein 1940", 3, "", "", "1316AB"),
    ("2e Dwarsstraat", 5, "", "BIS", "1316AC"), ("Dorpsstraat", 1012, "", "HS", "1316AD"),
    ("'t Hof", 1, "", "", "1316AE"), ("Kerkstraat", 1, "", "", "1317AA"), ("Kerkstraat", 2, "", "", "1317AA"),
    ("Kerkstraat", 10, "", "", "1317AA"), ("Merkwaardigheidslaan", 33, "C", "3", "1318ZZ"),
    ("Één-meilaan", 9, "", "", "1319AB"), ("Jan Steenstraat", 21, "", "A3", "1319AC"),
]  # fmt: skip


@pytest.fixture
def known(db: None) -> list[Address]:
    """A few streets with the addresses that are hard to find."""
    return [
        Address.objects.create(
            number_id=f"{place:016d}", street=street, town="Veldermeer", number=number, letter=letter, addition=addition,
            postcode=postcode, x=1.0, y=1.0,
        )
        for place, (street, number, letter, addition, postcode) in enumerate(ROWS, 1)
    ]  # fmt: skip


def first(text: str, **options: Any) -> str:
    found = register.find(text, **options)
    return found[0].title if found else ""


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("stationsstr 12b", "Stationsstraat 12B, 1315 NT Veldermeer"),
        ("stationsstr. 12-b", "Stationsstraat 12B, 1315 NT Veldermeer"),
        ("Stations straat 12 B", "Stationsstraat 12B, 1315 NT Veldermeer"),
        ("stationsstraat12", "Stationsstraat 12, 1315 NT Veldermeer"),
        ("STATIONSSTRAAT 12/2", "Stationsstraat 12-2, 1315 NT Veldermeer"),
        ("stationsstraat 12 2 hoog", "Stationsstraat 12-2, 1315 NT Veldermeer"),
        ("stationsstraat 12-II", "Stationsstraat 12-2, 1315 NT Veldermeer"),
        ("1315 NT 4 hs", "Stationsstraat 4-HS, 1315 NT Veldermeer"),
        ("1315nt 4 huis", "Stationsstraat 4-HS, 1315 NT Veldermeer"),
        ("4hs 1315NT", "Stationsstraat 4-HS, 1315 NT Veldermeer"),
        ("Statonsstraat 12", "Stationsstraat 12, 1315 NT Veldermeer"),
        ("statoinsstraat 12 b", "Stationsstraat 12B, 1315 NT Veldermeer"),
        ("stationspl 12", "Stationsplein 12, 1315 NX Veldermeer"),
        ("burg vd weyerln 7a", "Burgemeester van de Weijerlaan 7A, 1316 AA Veldermeer"),
        ("weijerlaan 7", "Burgemeester van de Weijerlaan 7A, 1316 AA Veldermeer"),
        ("plein 1940 3", "Plein 1940 3, 1316 AB Veldermeer"),
        ("2e dwarsstr 5 bis", "2e Dwarsstraat 5-BIS, 1316 AC Veldermeer"),
        ("dorpsstraat 1012 hs", "Dorpsstraat 1012-HS, 1316 AD Veldermeer"),
        ("t hof 1", "'t Hof 1, 1316 AE Veldermeer"),
        ("Stationsstraat 12B, 1315 NT Veldermeer", "Stationsstraat 12B, 1315 NT Veldermeer"),
        ("kerkstraat 2 veldermeer", "Kerkstraat 2, 1317 AA Veldermeer"),
        ("2 kerkstraat", "Kerkstraat 2, 1317 AA Veldermeer"),
        ("een meilaan 9", "Één-meilaan 9, 1319 AB Veldermeer"),
        ("steenstraat 21 a3", "Jan Steenstraat 21-A3, 1319 AC Veldermeer"),
    ],
)
def test_an_address_as_people_write_it(known: list[Address], text: str, title: str) -> None:
    assert first(text) == title


def test_a_street_alone_gives_its_first_numbers(known: list[Address]) -> None:
    assert [found.title[:13] for found in register.find("kerkstraat")] == ["Kerkstraat 1,", "Kerkstraat 2,", "Kerkstraat 10"]
    assert {found.address.street for found in register.find("station")} == {"Stationsstraat", "Stationsplein"}
    assert {found.address.street for found in register.find("kerkstraat veldermeer")} == {"Kerkstraat"}


def test_who_is_still_typing_sees_the_numbers_that_begin_so(known: list[Address]) -> None:
    assert [found.address.number for found in register.find("kerkstraat 1")] == [1, 10]
    assert [found.address.number for found in register.find("kerkstraat 1,")] == [1]


def test_a_town_tells_streets_of_one_name_apart(known: list[Address]) -> None:
    Address.objects.create(number_id="99", street="Kerkstraat", town="Elders", number=2, postcode="9999XX", x=1, y=1)
    assert first("kerkstraat 2 elders") == "Kerkstraat 2, 9999 XX Elders"
    assert first("kerkstraat 2, veld") == "Kerkstraat 2, 1317 AA Veldermeer"
    assert len(register.find("kerkstraat 2")) == 2
    assert register.the_one("kerkstraat 2") is None
    assert register.the_one("kerkstraat 2, elders") == Address.objects.get(number_id="99")


def test_only_a_line_that_leaves_no_doubt_names_one(known: list[Address]) -> None:
    assert str(register.the_one("stationsstr 12b")) == "Stationsstraat 12B"
    assert str(register.the_one("stationsstr 12")) == "Stationsstraat 12"
    assert register.the_one("statonsstr 12") is None
    assert register.the_one("stationsstraat") is None
    assert register.the_one("1318 ZZ 33") is None
    assert register.the_one("") is None


@pytest.mark.parametrize(
    "text",
    ["", "   ", "%", "_", "a", "'; DROP TABLE", "12", "0" * 300, "é" * 300, "1315", "straat 99999999", "kerk\x00str 1"],
)
def test_nonsense_is_answered_with_little(known: list[Address], text: str) -> None:
    assert len(register.find(text)) <= 8


def test_what_is_not_there_is_not_found(known: list[Address]) -> None:
    assert register.find("Nergensgracht 77") == []
    assert register.find("9999 AB 1") == []


def test_keys_of_a_name_in_many_spellings() -> None:
    assert len({street_key(name) for name in ("Stationsstraat", "stationsstr.", "STATIONS STR", "Stations-straat")}) == 1
    assert street_key("Burg. v.d. Weijerln") == street_key("Burgemeester van de Weyerlaan")
    assert street_key("De Het") == "dehet"
    assert street_key("vln Bergweg") == "vlnbergweg"
    assert street_key("Bergln") == street_key("Berg ln") == "berglaan"
    assert street_key("Ωmega") == "mega"
    assert street_key("Ω") == "ω"


def test_additions_in_words() -> None:
    said = [suffix(text) for text in ("huis", "2 hoog", "III", "3-HOOG", "b", "zwart")]
    assert [spoken_suffix(text) for text in said] == ["HS", "2", "3", "3", "B", "ZW"]


def plain_distance(one: str, other: str) -> int:
    """The definition, written out: the fewest letters to change, add, leave out or swap with their neighbour."""
    table = {(row, 0): row for row in range(len(one) + 1)} | {(0, column): column for column in range(len(other) + 1)}
    for row, column in ((row, column) for row in range(1, len(one) + 1) for column in range(1, len(other) + 1)):
        best = min(
            table[row - 1, column] + 1, table[row, column - 1] + 1,
            table[row - 1, column - 1] + (one[row - 1] != other[column - 1]),
        )
        if row > 1 and column > 1 and one[row - 2 : row] == other[column - 2 : column][::-1]:
            best = min(best, table[row - 2, column - 2] + 1)
        table[row, column] = best
    return table[len(one), len(other)]


@given(one=st.text("abc", max_size=12), other=st.text("abc", max_size=12))
def test_distances_are_those_of_the_definition(one: str, other: str) -> None:
    starts = [other[:length] for length in range(len(other) + 1)]
    assert [OSA.distance(one, start) for start in starts] == [plain_distance(one, start) for start in starts]


def test_what_looks_most_like_a_name_scores_highest() -> None:
    assert likeness("kerkstraat", "kerkstraat") == 1.0
    assert likeness("kerkstrat", "kerkstraat") > likeness("kerkstrat", "marktstraat")


NAMES = st.lists(
    st.sampled_from(
        ["Berg", "Kerk", "Linden", "Prins", "Hendrik", "van", "der", "Oude", "Nieuwe", "Sint", "Jan", "1e", "Burg."]
    ),
    min_size=1, max_size=3,
).flatmap(
    lambda parts: st.sampled_from(["straat", "laan", "weg", "plein", "kade", "hof"]).map(lambda end: " ".join(parts) + end)
)  # fmt: skip
ADDRESSES = st.lists(
    st.tuples(
        NAMES, st.integers(1, 1999), st.sampled_from(["", "", "", "A", "b"]),
        st.sampled_from(["", "", "2", "HS", "BIS", "A-3"]),
    ),
    min_size=1, max_size=5, unique_by=lambda row: (street_key(row[0]), row[1], suffix(row[2], row[3])),
)  # fmt: skip
PATIENT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def stored(rows: list[Any]) -> list[Address]:
    for model in (Address, Street, StreetTrigram, TrigramCount):
        model.objects.all().delete()
    return [
        Address.objects.create(
            number_id=f"{place:016d}", street=street, town="Veldermeer", number=number, letter=letter, addition=addition,
            postcode=f"{1000 + place}AB", x=1.0, y=1.0,
        )
        for place, (street, number, letter, addition) in enumerate(rows, 1)
    ]  # fmt: skip


@PATIENT
@given(rows=ADDRESSES)
def test_every_address_is_found_by_its_own_text(db: None, rows: list[Any]) -> None:
    for address in stored(rows):
        for text in (str(address), address.in_full(), str(address).lower(), str(address).replace("-", " ")):
            assert register.find(text)[0].address == address, text


@PATIENT
@given(rows=ADDRESSES, data=st.data())
def test_every_address_is_found_with_one_letter_of_its_street_wrong(db: None, rows: list[Any], data: Any) -> None:
    for address in stored(rows):
        places = [place for place, letter in enumerate(address.street) if letter.isalpha()]
        if len(places) < 6 or "." in address.street:
            continue  # an abbreviation with another letter is no abbreviation any more
        place = data.draw(st.sampled_from(places))
        wrong = data.draw(st.sampled_from("abcdefghklmnopqrstuvwxyz"))
        text = f"{address.street[:place]}{wrong}{address.street[place + 1:]}{str(address)[len(address.street):]}"
        assert address in [found.address for found in register.find(text)], (text, str(address))


@PATIENT
@given(rows=ADDRESSES)
def test_every_address_is_found_by_postcode_and_number(db: None, rows: list[Any]) -> None:
    for address in stored(rows):
        number = str(address).removeprefix(address.street)
        for text in (f"{address.postcode}{number}", f"{address.postcode[:4]} ab{number.replace('-', ' ')}"):
            assert register.find(text)[0].address == address, text
        assert address in [found.address for found in register.find(f"{address.postcode} {address.number}")]


@given(text=st.text(max_size=150))
def test_any_text_can_be_read(text: str) -> None:
    for reading in readings(text):
        assert reading.postcode or reading.street
        assert reading.number is None or 0 < reading.number < 100_000


def test_a_new_address_has_its_street_in_the_list(known: list[Address]) -> None:
    assert Street.objects.get(name="Kerkstraat").key == "kerkstraat"
    assert FormerAddress.objects.count() == 0
