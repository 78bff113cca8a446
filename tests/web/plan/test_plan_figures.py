"""What was registered, per year: whole years, one level, nothing withheld counted as zero without saying so."""

from datetime import date

import pyarrow as pa
import pytest
from django.utils import translation

from openvis.store.schema import COUNTS
from openvis.web.plan import writing
from openvis.web.plan.figures import totals

LEVELS = {1: "buurt", 2: "buurt", 3: "wijk"}


def table(*rows: tuple[int, int, int, date, str, int | None]) -> pa.Table:
    names = ["source", "kind", "area", "period", "unit", "value"]
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], schema=COUNTS)


def test_areas_of_one_level_are_added_and_other_levels_left_out() -> None:
    counts = table(
        (1, 90, 1, date(2024, 1, 1), "year", 10), (1, 90, 2, date(2024, 1, 1), "year", 7),
        (1, 90, 3, date(2024, 1, 1), "year", 17),
    )
    assert totals(counts, LEVELS) == {90: {2024: (17, 0)}}


def test_a_year_of_months_counts_only_when_all_twelve_are_there() -> None:
    months = [(1, 90, 1, date(2023, month, 1), "month", 2) for month in range(1, 13)]
    begun = [(1, 90, 1, date(2024, month, 1), "month", 5) for month in range(1, 7)]
    assert totals(table(*months, *begun), LEVELS) == {90: {2023: (24, 0)}}


def test_withheld_values_are_told() -> None:
    counts = table((1, 90, 1, date(2024, 1, 1), "year", None), (1, 90, 2, date(2024, 1, 1), "year", 7))
    assert totals(counts, LEVELS) == {90: {2024: (7, 1)}}


def test_two_sources_of_the_same_kind_are_not_added() -> None:
    counts = table(
        (1, 90, 1, date(2024, 1, 1), "year", 10), (1, 90, 2, date(2024, 1, 1), "year", 10),
        (2, 90, 1, date(2024, 1, 1), "year", 9),
    )
    assert totals(counts, LEVELS) == {90: {2024: (20, 0)}}


def test_areas_nobody_knows_are_left_out() -> None:
    assert totals(table((1, 90, 99, date(2024, 1, 1), "year", 10)), LEVELS) == {}


@pytest.mark.parametrize(("value", "written"), [(40.397, "40,4"), (39.298, "39,3"), (0.04, "0,0"), (1074.26, "1.074,3")])
def test_figures_are_rounded_and_not_cut_off(value: float, written: str):
    with translation.override("nl"):
        assert writing.decimal(value) == written
        assert writing.percent(0.0649) == "6 %"
        assert writing.percent(0.0651) == "7 %"
