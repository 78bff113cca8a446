"""A goal is met, not met, undecided or without data, and says why. Judged on numbers that were planted here."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import chi2

from openvis.profile import Goal, Profile, load
from openvis.web.plan.figures import YearFigure
from openvis.web.plan.goals import Judged, State, judge

ROOT = Path(__file__).resolve().parents[3]
ALMERE = ROOT / "profiles" / "almere"
VELDERMEER = ROOT / "tests" / "data" / "profiles" / "veldermeer"


@pytest.fixture(scope="module")
def almere() -> Profile:
    return load(ALMERE)


def goal(profile: Profile, key: str) -> Goal:
    found = profile.plan.goal(key)
    assert found is not None
    return found


def of(profile: Profile, key: str, **years: list[YearFigure]) -> Judged:
    return judge(goal(profile, key), profile, years)


def burglary(base: int, last: int) -> list[YearFigure]:
    return [YearFigure(2017, base, 80_000), YearFigure(2024, last, 90_000)]


@pytest.mark.parametrize(
    ("base", "last", "state"),
    [
        (1000, 500, State.MET),
        (500, 1000, State.NOT_MET),
        (1000, 1125, State.UNDECIDED),  # the same rate on a larger base
        (12, 9, State.UNDECIDED),  # a fall, on too few
    ],
)
def test_a_fall_is_met_only_beyond_chance(almere: Profile, base: int, last: int, state: State) -> None:
    judged = of(almere, "G1.1.1", burglary_1000dw=burglary(base, last))
    assert judged.state == state
    assert judged.reason


@pytest.mark.parametrize(
    ("base", "last", "state"), [(400, 700, State.NOT_MET), (700, 400, State.MET), (40, 41, State.UNDECIDED)]
)
def test_not_up_asks_for_no_rise(almere: Profile, base: int, last: int, state: State) -> None:
    years = [YearFigure(2017, base, 200_000), YearFigure(2025, last, 200_000)]
    judged = of(almere, "G1.1.2", street_robbery_1000=years)
    assert judged.state == state


def test_without_figures_the_plans_own_base_is_told_and_nothing_is_decided(almere: Profile) -> None:
    judged = of(almere, "G1.1.1")
    assert judged.state == State.NO_DATA
    assert "13" in judged.reason
    assert "2017" in judged.reason
    assert judged.measured[0].base_rate == 13


def test_figures_without_the_base_year_are_weighed_against_the_plans_own_number(almere: Profile) -> None:
    judged = of(almere, "G1.1.1", burglary_1000dw=[YearFigure(2025, 500, 90_000)])  # 5.6 against 13
    assert judged.state == State.MET
    assert of(almere, "G1.1.1", burglary_1000dw=[YearFigure(2025, 1800, 90_000)]).state == State.NOT_MET


def test_figures_without_any_base_leave_it_undecided(almere: Profile) -> None:
    judged = of(almere, "G1.1.2", street_robbery_1000=[YearFigure(2025, 100, 200_000)])
    assert judged.state == State.UNDECIDED
    assert "2017" in judged.reason


def test_all_three_must_not_rise(almere: Profile) -> None:
    falling = [YearFigure(2017, 900, 200_000), YearFigure(2025, 400, 200_000)]
    rising = [YearFigure(2017, 400, 200_000), YearFigure(2025, 900, 200_000)]
    met = of(almere, "G1.2.1", car_burglary_1000=falling, bicycle_theft_1000=falling, vandalism_1000=falling)
    assert met.state == State.MET
    one = of(almere, "G1.2.1", car_burglary_1000=falling, bicycle_theft_1000=rising, vandalism_1000=falling)
    assert one.state == State.NOT_MET
    assert "fiets" in one.reason or "bicycle" in one.reason
    missing = of(almere, "G1.2.1", car_burglary_1000=falling, bicycle_theft_1000=falling)
    assert missing.state == State.UNDECIDED


def test_a_qualitative_goal_gets_no_verdict_from_figures(almere: Profile) -> None:
    judged = of(almere, "G1.3.2")
    assert judged.state == State.NO_DATA
    assert not judged.measured


def test_the_comparison_leaves_the_city_out_and_uses_one_table_for_all(almere: Profile) -> None:
    years = [YearFigure(year, 9000, 226_425) for year in range(2021, 2026)]
    measured = of(almere, "G0.1", crime_total_1000=years).measured[0]
    (made,) = measured.comparisons
    rows = [row for row in almere.comparison.figures if row.year == 2025 and row.kind == "misdrijven_totaal"]
    nine = [row for row in rows if row.code != "GM0034"]
    own = next(row for row in rows if row.code == "GM0034")
    assert made.members == len(nine) == 9
    assert made.others.rate == pytest.approx(1000 * sum(r.count for r in nine) / sum(r.inhabitants for r in nine))
    assert made.own.rate == pytest.approx(own.per_1000)
    low, high = chi2.ppf(0.025, 2 * own.count) / 2, chi2.ppf(0.975, 2 * own.count + 2) / 2  # Garwood's, the other way
    assert np.allclose([made.own.low, made.own.high], np.array([low, high]) * 1000 / own.inhabitants)
    assert measured.missing_groups


def test_the_other_city_has_its_own_plan_and_no_comparison() -> None:
    profile = load(VELDERMEER)
    judged = of(profile, "VG1", burglary=[YearFigure(2023, 300, 9_000), YearFigure(2024, 100, 9_000)])
    assert judged.state == State.MET
    assert judged.measured[0].comparisons == []
    assert of(profile, "VG2").state == State.NO_DATA
