"""Addresses as people write them."""

import polars as pl
import pytest

from openvis.web.places.addresses import asked_addresses, match
from openvis.web.places.selectors import ADDRESS_SCHEMA

REGISTER = pl.DataFrame(
    [
        (1, "1315AB", 12, "", "", 100.0, 100.0, 7),
        (2, "1315AB", 12, "A", "", 101.0, 100.0, 7),
        (3, "1315AB", 12, "", "2", 102.0, 100.0, 7),
        (4, "1315AB", 14, "", "BIS", 110.0, 100.0, 7),
        (5, "1315AB", 16, "B", "3", 120.0, 100.0, 8),
        (6, "1316CD", 1, "", "", 900.0, 900.0, 9),
        (7, "1316CD", 3, "", "", 1100.0, 900.0, 9),
    ],
    schema=ADDRESS_SCHEMA,
    orient="row",
)


def resolve(*rows: tuple[str | None, ...]) -> pl.DataFrame:
    columns = [pl.Series(list(column), dtype=pl.String) for column in zip(*rows, strict=True)]
    return match(asked_addresses(*columns), REGISTER)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        (("1315AB", "12", None, None), 1),
        (("1315 AB", "12", "", ""), 1),
        (("1315ab", " 12 ", None, None), 1),
        (("1315-ab", "12.0", None, None), 1),
        (("1315AB", "12", "a", None), 2),
        (("1315AB", "12-A", None, None), 2),
        (("1315AB", "12 a", None, None), 2),
        (("1315AB", "12A", None, None), 2),
        (("1315AB", "12/a", None, None), 2),
        (("1315AB", "12-2", None, None), 3),
        (("1315AB", "12", None, "2"), 3),
        (("1315AB", "14 bis", None, None), 4),
        (("1315AB", "14", None, "Bis"), 4),
        (("1315AB", "16 b-3", None, None), 5),
        (("1315AB", "16b", None, "3"), 5),
        (("1315AB", "16", "B", "3"), 5),
    ],
)
def test_one_address_in_many_spellings(written: tuple[str | None, ...], address: int) -> None:
    found = resolve(written)
    assert found["match"].to_list() == ["exact"]
    assert found["address"].to_list() == [address]
    expected = REGISTER.filter(pl.col("id") == address)
    assert found.select("x", "y", "area").row(0) == expected.select("x", "y", "area").row(0)


def test_a_number_without_its_addition_is_placed_but_not_named() -> None:
    found = resolve(("1315AB", "16", None, None), ("1315AB", "14-9", None, None))
    assert found["match"].to_list() == ["house", "house"]
    assert found["address"].to_list() == [None, None]
    assert found["x"].to_list() == [120.0, 110.0]
    assert found["precision"].min() > 5  # type: ignore[operator]


def test_a_postcode_alone_is_as_precise_as_it_is_large() -> None:
    found = resolve(("1316CD", "77", None, None), ("1316CD", None, None, None), ("1316CD", "unknown", None, None))
    assert found["match"].to_list() == ["postcode"] * 3
    assert found["precision"].to_list() == [100.0] * 3
    assert found["area"].to_list() == [9, 9, 9]


def test_what_is_not_in_the_register_stays_empty() -> None:
    found = resolve(("9999ZZ", "1", None, None), (None, "12", None, None), ("13AB", "12", None, None), ("", "", "", ""))
    assert found["match"].to_list() == [None] * 4
    assert found.null_count().row(0) == (4, 4, 4, 4, 4, 4)


def test_rows_keep_their_order_and_number() -> None:
    asked = [("1315AB", "12", None, None), ("9999ZZ", "1", None, None), ("1316CD", "3", None, None)] * 500
    found = resolve(*asked)
    assert found["address"].to_list() == [1, None, 7] * 500


def test_numbers_may_come_as_numbers() -> None:
    found = match(asked_addresses(pl.Series(["1316CD", "1316CD"]), pl.Series([1, None])), REGISTER)
    assert found["match"].to_list() == ["exact", "postcode"]
    floats = match(asked_addresses(pl.Series(["1316CD"]), pl.Series([3.0])), REGISTER)
    assert floats["address"].to_list() == [7]


def test_an_empty_table_gives_an_empty_answer() -> None:
    empty = pl.Series([], dtype=pl.String)
    assert match(asked_addresses(empty, empty), REGISTER).shape == (0, 6)
    assert match(asked_addresses(pl.Series(["1315AB"]), pl.Series(["12"])), REGISTER.clear())["match"].to_list() == [
        None
    ]
