"""What looks like personal data is refused by name or by form; aggregates, areas and pseudonyms pass."""

import numpy as np
import polars as pl
import pytest

from openvis.cli.analyse.persons import eleven_test, refuse_one_each, refuse_persons, signs
from openvis.cli.analyse.wrong import WrongInput

DUTCH_BSN = ["111222333", "123456782", "999990019"]
DAYS = ["1954-03-02", "1961-11-30", "1977-01-05", "1983-07-09", "1990-02-14", "2001-12-01", "2009-06-06"]


def elf(number: str) -> bool:
    a, b, c, d, e, f, g, h, i = (int(it) for it in number.zfill(9))
    return (9 * a + 8 * b + 7 * c + 6 * d + 5 * e + 4 * f + 3 * g + 2 * h - i) % 11 == 0


def test_eleven_test_is_the_published_sum() -> None:
    assert all(eleven_test(number) for number in DUTCH_BSN)
    rng = np.random.default_rng(1)
    for number in rng.integers(10_000_000, 999_999_999, 500):
        assert eleven_test(str(number)) is elf(str(number))
    assert not eleven_test("000000000")
    assert not eleven_test("1234567")


@pytest.mark.parametrize(
    ("column", "values", "what"),
    [
        ("number", DUTCH_BSN, "BSN"),
        ("number", [111222333, 123456782, 999990019, 123456789], "BSN"),
        ("note", ["1112.22.333", "1234.56.782"], "BSN"),
        ("note", ["known as 111222333", "see 123456782, 2019"], "BSN"),
        ("note", ["nothing", "a.b@example.org"], "e-mail"),
        ("note", ["nothing", "bel 06-12345678", "x"], "telephone"),
        ("note", ["nothing", "+31 6 12345678"], "telephone"),
        ("note", ["NL91 ABNA 0417 1643 00", ""], "IBAN"),
        ("note", ["1315 AB 12", "nothing"], "addresses"),
        ("place", ["Dorpsstraat 12", "Stationsweg 3a"], "addresses"),
        ("who", ["dhr. Jansen", "Mevr. de Vries"], "names of persons"),
        ("who", ["Jansen, P.", "Vries, A.B. de"], "names of persons"),
        ("who", ["P.A. Jansen", "J. van den Berg"], "names of persons"),
        ("day", DAYS, "dates of birth"),
        ("day", ["02-03-1954", *DAYS[1:]], "dates of birth"),
        ("BSN", ["x"], "BSN"),
        ("Naam", ["x"], "names of persons"),
        ("firstName", ["x"], "names of persons"),
        ("date of birth", ["x"], "dates of birth"),
        ("geboortedatum", ["x"], "dates of birth"),
        ("E-mail", ["x"], "e-mail"),
        ("telefoonnummer", ["x"], "telephone"),
        ("Huisnummer", [12], "house numbers"),
        ("kenteken", ["x"], "number plates"),
    ],
)
def test_refused(column: str, values: list, what: str) -> None:
    frame = pl.DataFrame({"area": ["a"] * len(values), column: values})
    with pytest.raises(WrongInput) as refused:
        refuse_persons(frame, "file.csv", "Expected aggregates.")
    said = refused.value.message
    assert said.startswith("file.csv looks like personal data: column")
    assert what in said
    assert repr(column) in said
    assert said.endswith("Expected aggregates.")
    assert not any(len(str(value)) > 2 and str(value) in said for value in values)


def test_dates_of_birth_of_a_column_of_dates() -> None:
    frame = pl.DataFrame({"day": DAYS}).with_columns(pl.col("day").str.to_date())
    assert signs(frame) == ["column 'day' seems to hold dates of birth"]


def test_aggregates_areas_and_pseudonyms_pass() -> None:
    rng = np.random.default_rng(3)
    frame = pl.DataFrame(
        {
            "area": ["Centrum", "Burgemeester de Vrieswijk", "Haven 2", "De Bloemen", "Oost"],
            "area_name": ["Stationskwartier", "Laan van Oost", "A. Centrum", "B. Zuid", "Weststraat"],
            "postcode": ["1315", "1315AB", "1316 CD", "1317", "1318"],
            "branch": ["Horeca", "Autohandel", "Kappers, nagelstudio's", "A", "Logistiek"],
            "sbi": [56101, 45112, 96021, 1, 52291],
            "turnover": rng.integers(10_000_000, 99_999_999, 5),
            "pseudonym_a": [f"P{number:04d}" for number in rng.integers(0, 9999, 5)],
            "hash": ["9f86d081884c", "60303ae22b99", "fd61a03af4f7", "a4e624d686e0", "ef2d127de37b"],
            "from": ["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01", "2024-05-01"],
            "year": [1950, 1970, 1990, 2010, 2020],
            "share": [0.1, 0.2, 0.3, 0.4, 0.5],
            "empty": [None, None, None, None, None],
        }
    )
    assert signs(frame) == []
    refuse_persons(frame, "file.csv", "")


def test_one_row_for_each_unit_is_refused() -> None:
    table = pl.DataFrame({"area": ["a", "a", "b"], "branch": ["x", "y", "x"], "units": [9, 9, 9], "key": [1, 2, 3]})
    refuse_one_each(table, "file.csv", ["area", "branch"], "Expected counts.")
    with pytest.raises(WrongInput, match="2 rows share their area and branch with another and 'key' differs in every"):
        refuse_one_each(table.with_columns(branch=pl.lit("x")), "file.csv", ["area", "branch"], "Expected counts.")
    with pytest.raises(WrongInput, match="column 'KvK_nummer'"):
        refuse_one_each(table.rename({"key": "KvK_nummer"}), "file.csv", ["area", "branch"], "Expected counts.")
