"""Open counts: long and wide tables, what is withheld, and never mixed with incidents."""

from datetime import date

import pytest
from checks import sums

from openvis.web import city
from openvis.web.intake import projection, selectors, services, withdrawing
from openvis.web.intake.models import Count, Incident
from openvis.web.intake.words import Refusal

OPEN = "politie-open-cijfers"


def take(text: str, source: str = OPEN):
    return services.import_file(text.encode(), source, file_name="x.csv").batch


def stored() -> int:
    return projection.event_store().counts().num_rows


def test_the_real_figures_of_the_profile(almere) -> None:
    assert len(services.load_counts(city.profile())) == 1
    assert services.load_counts(city.profile()) == [], "loading again changes nothing"
    assert Count.objects.count() == 238 * 5
    total = sum(Count.objects.filter(period=date(2025, 1, 1)).values_list("value", flat=True))
    assert total == 9147, "the total of the municipality, as published"
    assert stored() == 238 * 5
    assert projection.event_store().months() == [], "no incident was made of them"
    assert Incident.objects.count() == 0


def test_every_cell_of_a_wide_table_is_a_row_read(almere) -> None:
    head = "buurt,2021,2022,2023,2024,2025\n"
    batch = take(head + "BU00340101,1,2,.,,-\nBU00340102,1,x2,3,4,-5\nBU99999999,1,2,3,4,5\n")
    assert (batch.read, batch.new, batch.rejected) == (15, 8, 7)
    reasons = [view.reasons[0] for view in selectors.first_rejected(batch, 20)]
    assert sorted(set(reasons)) == ["area_unknown", "count_unreadable"]
    withheld = Count.objects.filter(area__code="BU00340101", period__gte=date(2023, 1, 1))
    assert set(withheld.values_list("value", flat=True)) == {None}, "withheld is not zero"
    assert selectors.rejected_csv(batch).count("\n") == 3, "a header and two rows, each once"
    sums()


def test_new_figures_take_over_and_withdrawal_gives_back(almere) -> None:
    head = "buurt,2021,2022,2023,2024,2025\n"
    take(head + "BU00340101,1,2,3,4,5\n")
    second = take(head + "BU00340101,1,2,3,4,50\nBU00340102,1,1,1,1,1\n")
    assert (second.new, second.updated, second.skipped) == (5, 1, 4)
    assert Count.objects.get(area__code="BU00340101", period=date(2025, 1, 1)).value == 50
    assert withdrawing.withdraw(second, None).returned == 1
    assert Count.objects.get(area__code="BU00340101", period=date(2025, 1, 1)).value == 5
    assert stored() == 5
    sums()


def test_a_long_table_with_kinds_and_months(veldermeer) -> None:
    code = city.profile().areas_of("kern")[0].code
    rows = [
        f"{code},burglary,2024,3", f"{code},burglary,2024-02,1", f"{code},boats,2024MM03,2", f"{code},boats,2024KW01,2",
        f"{code},arson,2024,1", f"{code},boats,zomer,1", f"{code},burglary,2024JJ00,4",
    ]  # fmt: skip
    batch = take("code,offence,period,number\n" + "\n".join(rows) + "\n", "open-counts")
    assert (batch.read, batch.new, batch.rejected) == (7, 4, 3)
    assert sorted(Count.objects.values_list("unit", flat=True)) == ["month", "month", "quarter", "year"]
    reasons = [view.reasons[0] for view in selectors.first_rejected(batch, 9)]
    assert reasons == ["kind_unknown", "period_unreadable", "count_double"]


def test_a_file_of_incidents_is_no_file_of_counts(almere) -> None:
    with pytest.raises(Refusal) as refused:
        take("a;b\n1;2\n")
    assert refused.value.reason == "column_missing"
