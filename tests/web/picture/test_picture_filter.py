"""From the address to the filter and back; what does not fit is told."""

from datetime import date

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from openvis.web.picture.filter import Filter, FilterError, Vocabulary, hours_text, monday_of, week_number
from openvis.web.picture.frame import Frame

PARAMETERS = ["soort", "van", "tot", "gebied", "uren", "weken", "plek", "pogingen", "cel", "bron", "niveau"]


@pytest.fixture(scope="module")
def words(frame: Frame) -> Vocabulary:
    return Vocabulary.of(frame, date(2026, 11, 24))


def test_nothing_asked_gives_the_last_52_whole_weeks_of_all_incidents(words: Vocabulary, frame: Frame) -> None:
    usual = Filter.of({}, words)
    assert (usual.first, usual.last) == (date(2025, 11, 24), date(2026, 11, 22))
    assert (usual.last - usual.first).days == 52 * 7 - 1
    assert usual.kinds == frame.usual_kinds
    assert "misdrijven_totaal" not in usual.kinds
    assert "woonoverlast" not in usual.kinds
    assert usual.level == "wijk"
    assert usual.query == "van=2025-11-24&tot=2026-11-22"


@pytest.mark.parametrize(
    ("until", "last"), [("2026-11-22", "2026-11-22"), ("2026-11-23", "2026-11-22"), ("2026-11-21", "2026-11-15")]
)
def test_the_usual_period_ends_with_a_whole_week(frame: Frame, until: str, last: str) -> None:
    assert Vocabulary.of(frame, date.fromisoformat(until)).last.isoformat() == last


def test_an_address_comes_back_in_one_canonical_form(words: Vocabulary) -> None:
    area = sorted(words.areas)[0]
    asked = QueryDict(
        "tot=2026-10-04&soort=straatroof,woninginbraak&van=2026-01-05&uren=4.23-5.3,za23-zo3&weken=2026-w06"
        f"&gebied={area}&pogingen=voltooid&cel=250&bron=politie-incidenten&niveau=stadsdeel&bbox=1,2,3,4"
    )
    filter_ = Filter.of(asked, words)
    assert filter_.query == (
        f"soort=woninginbraak,straatroof&van=2026-01-05&tot=2026-10-04&gebied={area}&uren=vr23-za3,za23-zo3"
        "&weken=2026-W06..2026-W06&pogingen=voltooid&cel=250&bron=politie-incidenten&niveau=stadsdeel"
    )
    assert Filter.of(QueryDict(filter_.query), words) == filter_


def test_boxes_of_a_form_are_read_as_a_list(words: Vocabulary) -> None:
    assert Filter.of(QueryDict("soort=overval&soort=straatroof"), words).kinds == ("straatroof", "overval")


def test_empty_values_stand_at_their_usual(words: Vocabulary) -> None:
    empty = QueryDict("&".join(f"{name}=" for name in PARAMETERS))
    assert Filter.of(empty, words) == Filter.of({}, words)


@given(hours=st.frozensets(st.integers(0, 167), min_size=1, max_size=167))
def test_every_choice_of_hours_comes_back(words: Vocabulary, hours: frozenset[int]) -> None:
    text = hours_text(hours)
    assert text is not None
    assert Filter.of({"uren": text}, words).hours == hours


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("vr23-za3", {119, 120, 121, 122}),
        ("zo22-ma2", {166, 167, 0, 1}),
        ("ma0-ma24", set(range(24))),
        ("0.8-0.10", {8, 9}),
        ("vr24-za2", {120, 121}),
    ],
)
def test_hours_are_read_as_people_write_them(words: Vocabulary, text: str, hours: set[int]) -> None:
    assert Filter.of({"uren": text}, words).hours == hours


def test_the_whole_week_is_no_choice(words: Vocabulary) -> None:
    assert Filter.of({"uren": "ma0-ma0"}, words).hours is None


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("soort", "moord", "one or more of: woninginbraak"),
        ("soort", "misdrijven_totaal", "one or more of"),
        ("van", "2026-13-01", "a day such as 2026-11-22"),
        ("van", "20260101", "a day such as 2026-11-22"),
        ("van", "gisteren", "a day such as 2026-11-22"),
        ("tot", "1900-01-01", "a day such as 2026-11-22"),
        ("gebied", "XX", "the code of an area"),
        ("uren", "vr25-za3", "hours such as vr23-za3"),
        ("uren", "vr23", "hours such as vr23-za3"),
        ("uren", "8.1-9.1", "hours such as vr23-za3"),
        ("weken", "2026-W60", "a week such as 2026-W10"),
        ("weken", "2026-W10..2026-W01", "a week such as 2026-W10"),
        ("weken", "2026-W01..2026-W02..2026-W03", "a week such as 2026-W10"),
        ("plek", "1,2", "numbers of cells of 125 metres"),
        ("plek", "99999999", "numbers of cells of 125 metres"),
        ("plek", "-4", "numbers of cells of 125 metres"),
        ("pogingen", "ja", "one of: alle, voltooid, poging"),
        ("cel", "10", "a number of metres from 50 to 500, a multiple of 25"),
        ("cel", "130", "a number of metres from 50 to 500, a multiple of 25"),
        ("cel", "groot", "a number of metres from 50 to 500, a multiple of 25"),
        ("bron", "geheim", "one or more of: eigen-waarnemingen"),
        ("bron", "politie-open-cijfers", "one or more of"),
        ("niveau", "straat", "one of: gebied, stadsdeel, wijk, buurt"),
    ],
)
def test_a_wrong_value_is_told_with_what_is_allowed(words: Vocabulary, name: str, value: str, expected: str) -> None:
    with pytest.raises(FilterError) as refused:
        Filter.of({name: value}, words)
    (problem,) = refused.value.problems
    assert problem.parameter == name
    assert expected in problem.expected
    assert str(problem).startswith(f"{name} is “")


def test_all_problems_are_told_at_once(words: Vocabulary) -> None:
    with pytest.raises(FilterError) as refused:
        Filter.of({"soort": "moord", "van": "x", "cel": "1", "uren": "y"}, words)
    assert {problem.parameter for problem in refused.value.problems} == {"soort", "van", "cel", "uren"}


def test_the_end_lies_not_before_the_begin(words: Vocabulary) -> None:
    with pytest.raises(FilterError, match="tot is “2026-01-01”; expected a day on or after 2026-02-01"):
        Filter.of({"van": "2026-02-01", "tot": "2026-01-01"}, words)


@given(query=st.dictionaries(st.sampled_from(PARAMETERS), st.text(max_size=30)))
def test_no_text_makes_it_stumble(words: Vocabulary, query: dict[str, str]) -> None:
    try:
        filter_ = Filter.of(query, words)
    except FilterError:
        return
    assert Filter.of(QueryDict(filter_.query), words) == filter_


def test_weeks_are_counted_from_a_monday() -> None:
    assert monday_of(0) == date(1969, 12, 29)
    for day in (date(2026, 11, 23), date(2026, 11, 29)):
        assert monday_of(week_number(day)) == date(2026, 11, 23)


def test_the_second_city_has_its_own_words(village: Frame) -> None:
    words = Vocabulary.of(village, date(2026, 11, 24))
    assert words.usual_level == village.levels[0]
    assert Filter.of({"soort": "inbraak"}, words).kinds == ("inbraak",)
    with pytest.raises(FilterError):
        Filter.of({"soort": "woninginbraak"}, words)
