"""Citizen service numbers and names are recognised, and ordinary columns are left alone."""

import numpy as np
import polars as pl
import pytest

from openvis.web.intake.guards import passes_eleven_test, refuse_personal
from openvis.web.intake.reading import Sheet
from openvis.web.intake.words import Refusal


def sheet(**columns: list[str | None]) -> Sheet:
    frame = pl.DataFrame(columns)
    return Sheet(frame, pl.Series("row", range(2, frame.height + 2), dtype=pl.Int32))


def eleven(number: int) -> bool:
    """The eleven-test, digit by digit."""
    digits = [int(digit) for digit in f"{number:09d}"]
    return number > 0 and sum(d * w for d, w in zip(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True)) % 11 == 0


def test_eleven_test_against_plain_arithmetic() -> None:
    numbers = np.random.default_rng(1).integers(10_000_000, 999_999_999, 3000)
    found = passes_eleven_test(pl.Series([str(number) for number in numbers]))
    assert found.to_list() == [eleven(int(number)) for number in numbers]


@pytest.mark.parametrize(
    "values",
    [
        ["111222333", "123456782", "100000009", None],
        ["111.222.333", "123 456 782", "1000.00.009"],
        ["111222333", "123456782", "100000009", "onbekend", "-"],
    ],
)
def test_service_numbers_are_seen(values) -> None:
    with pytest.raises(Refusal) as refused:
        refuse_personal(sheet(nummer=values))
    assert refused.value.reason == "bsn"
    assert refused.value.facts["column"] == "nummer"


def test_ordinary_numbers_are_not() -> None:
    numbers = [str(number) for number in np.random.default_rng(2).integers(100_000_000, 999_999_999, 500)]
    dates = [f"2025{month:02d}{day:02d}" for month in range(1, 13) for day in range(1, 29)]
    refuse_personal(sheet(nummer=numbers))
    refuse_personal(sheet(datum=dates))
    refuse_personal(sheet(telling=[str(number) for number in range(500)]))


@pytest.mark.parametrize(
    "values",
    [
        ["Jan Jansen", "Fatima el Idrissi", "Sanne de Boer", "Mohamed Aziz"],
        ["J. Jansen", "F. el Idrissi", "S.M. de Boer", "M. Aziz"],
        ["Jansen, Jan", "Boer, S. de", "Aziz, M.", "Idrissi, Fatima"],
        ["Jan-Peter Balkman", "Annemarie van der Meer", "Kevin Smit", "Tess Mulder", None],
    ],
)
def test_names_are_seen(values) -> None:
    with pytest.raises(Refusal) as refused:
        refuse_personal(sheet(wie=values))
    assert refused.value.reason == "names"


@pytest.mark.parametrize(
    "values",
    [
        ["Jan Steenstraat", "Willem Dreesweg", "Emma Goldmanhof", "Peter Gastkade"],
        ["Diefstal uit auto", "Mishandeling", "Vernieling cq. zaakbeschadiging", "Overlast jeugd"],
        ["Ja", "Nee", "Ja", "Onbekend"],
        ["Een groep jongeren bij de supermarkt, Jan belde", "Glas op straat", "Vuurwerk", "Ruzie"],
    ],
)
def test_other_words_are_not(values) -> None:
    refuse_personal(sheet(tekst=values))


def test_names_of_areas_are_known() -> None:
    values = ["Kim Park", "Oscar Meer", "Max Plas", "Tom Veld"]
    refuse_personal(sheet(buurt=values), known=values)
    with pytest.raises(Refusal):
        refuse_personal(sheet(buurt=values))
