"""The pages of signals: who finds them, what they say, and that nothing typed is lost."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from openvis.profile import Profile
from openvis.web.access import purposes
from openvis.web.access.models import User
from openvis.web.signals import services
from openvis.web.signals.models import Draft, HandOver, Report, Signal, Weighing
from web.signals.conftest import SECRET, lightest, make_address

In = Callable[[Any], Client]


def open_file(client: Client, address: str, user: User, compartment: str = "signals") -> Any:
    """A page that asks for a purpose, with the first one that is allowed."""
    answer = client.get(address)
    if answer.status_code != 302:
        return answer
    asked = dict(parse_qsl(urlsplit(answer["Location"]).query))
    asked["doel"] = purposes.allowed(user, compartment)[0].id
    client.post(reverse("purpose"), asked)
    return client.get(address)


def filled(city: Profile, **changed: Any) -> dict[str, Any]:
    told = city.signals.phenomena[0]
    return {
        "token": "6a5d0b8e-8a73-4a44-9d0d-3a2a4f9f0c11", "phenomenon": told.id, "facts": f"Licht, {SECRET}.",
        "place_text": "achter de haven", "identity": "known", f"indicators_{told.id}": [told.indicators[0].id],
        f"q_{told.id}_{told.questions[0].id}": "Elke dinsdag.",
    } | changed


def test_an_employee_reports_and_sees_the_state(city: Profile, reporter: User, client_for: In) -> None:
    client = client_for(reporter)
    page = client.get(reverse("signal_report"))
    assert city.signals.phenomena[0].name.nl in page.content.decode()
    make_address(12)
    answer = client.post(reverse("signal_report"), filled(city, address="1315 AB 12"))
    made = Signal.objects.get()
    assert made.number in answer.content.decode()
    assert (made.address.number, made.indicators) == (12, [city.signals.phenomena[0].indicators[0].id])
    assert made.answers == {city.signals.phenomena[0].questions[0].id: "Elke dinsdag."}
    for name in ("signal_reports", "today"):
        assert SECRET not in client.get(reverse(name), follow=True).content.decode()
    assert made.number in client.get(reverse("signal_reports")).content.decode()
    again = client.post(reverse("signal_report"), filled(city))
    assert again.status_code == 200
    assert Signal.objects.count() == 1


def test_a_wrong_form_comes_back_as_it_was_typed(city: Profile, reporter: User, client_for: In) -> None:
    answer = client_for(reporter).post(reverse("signal_report"), filled(city, place_text="", company="Zegge"))
    assert answer.status_code == 422
    assert SECRET in answer.content.decode()
    assert "Zegge" in answer.content.decode()
    assert not Signal.objects.exists()


def test_a_draft_is_kept_and_taken_up(city: Profile, reporter: User, weigher: User, client_for: In) -> None:
    client = client_for(reporter)
    client.post(reverse("signal_report"), filled(city, keep="1", address="Proefstraat"))
    draft = Draft.objects.get()
    address = f"{reverse('signal_report')}?concept={draft.pk}"
    page = client.get(address).content.decode()
    assert SECRET in page
    assert "Proefstraat" in page
    assert client_for(weigher).get(address).status_code == 404
    client.post(address, filled(city))
    assert not Draft.objects.exists()


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_who_stays_unknown_keeps_no_draft_and_finds_nothing_back(city: Profile, reporter: User, client_for: In) -> None:
    client = client_for(reporter)
    assert client.post(reverse("signal_report"), filled(city, keep="1", identity="unknown")).status_code == 422
    answer = client.post(reverse("signal_report"), filled(city, identity="unknown"))
    assert Signal.objects.get().number in answer.content.decode()
    assert not Draft.objects.exists()
    assert not Report.objects.exists()


@pytest.mark.parametrize("city", ["veldermeer"], indirect=True)
def test_the_choice_is_not_there_where_the_city_does_not_give_it(city: Profile, reporter: User, client_for: In) -> None:
    client = client_for(reporter)
    assert 'value="unknown"' not in client.get(reverse("signal_report")).content.decode()
    assert client.post(reverse("signal_report"), filled(city, identity="unknown")).status_code == 422


def test_a_signal_goes_from_inbox_to_second_reader(
    city: Profile, signal: Signal, weigher: User, second: User, client_for: In
) -> None:
    first, other = client_for(weigher), client_for(second)
    assert signal.number in first.get(reverse("signals_inbox")).content.decode()
    page = open_file(first, reverse("signal", args=[signal.pk]), weigher)
    assert SECRET in page.content.decode()
    first.post(reverse("signal_do", args=[signal.pk, "verrijken"]), {"version": 1, "text": "Handelsregister: niets."})
    page = first.get(reverse("signal_weigh", args=[signal.pk]))
    # What is shared is chosen: the facts stand beside the box, and the box is empty.
    assert SECRET in page.content.decode()
    assert not page.context["form"].parts["department"]["facts"].value()
    form = {f"c_{key}": value for key, value in lightest(city).items()}
    department = city.signals.departments[0]
    half = form | {"version": 2, "route": "department", "reason": "Voor hen.", "department-organisation": department}
    wrong = first.post(reverse("signal_weigh", args=[signal.pk]), half | {"department-facts": ""})
    assert wrong.status_code == 422
    assert "Voor hen." in wrong.content.decode()
    first.post(reverse("signal_weigh", args=[signal.pk]), half | {"department-facts": "Alleen de loods."})
    assert Weighing.objects.get().route == "department"
    assert first.get(reverse("signal_second", args=[signal.pk])).status_code == 302
    reading = open_file(other, reverse("signal_second", args=[signal.pk]), second)
    assert "Alleen de loods." in reading.content.decode()
    other.post(reverse("signal_second", args=[signal.pk]), {"round": 1, "remark": "", "confirm": "1"})
    signal.refresh_from_db()
    assert signal.state == "handed_over"
    assert HandOver.objects.get().facts == "Alleen de loods."


def test_a_department_opens_it_for_a_purpose_and_tells_its_result(
    city: Profile, enriched: Signal, weigher: User, second: User, reporter: User, client_for: In
) -> None:
    chosen = {"organisation": [reporter.organisation.key], "facts": ["Alleen de loods."]}
    weighed = services.Weighed(lightest(city), "department", "Hun taak.", chosen)
    services.weigh(weigher, enriched.pk, enriched.version, weighed)
    services.confirm(second, enriched.pk, 1)
    client = client_for(reporter)
    handed = HandOver.objects.get()
    assert handed.number in client.get(reverse("signals_passed")).content.decode()
    if not purposes.allowed(reporter, "signals"):
        assert client.get(reverse("signal_hand_over", args=[handed.pk])).status_code == 404
        return
    page = open_file(client, reverse("signal_hand_over", args=[handed.pk]), reporter).content.decode()
    assert "Alleen de loods." in page
    assert SECRET not in page
    client.post(reverse("signal_hand_over", args=[handed.pk]), {"result": "Bezocht."})
    handed.refresh_from_db()
    assert handed.result == "Bezocht."


def test_two_who_write_at_once_find_both_texts(
    enriched: Signal, weigher: User, second: User, client_for: In
) -> None:
    one, other = client_for(weigher), client_for(second)
    for client, user in ((one, weigher), (other, second)):
        open_file(client, reverse("signal", args=[enriched.pk]), user)
    address = reverse("signal_do", args=[enriched.pk, "notitie"])
    one.post(address, {"version": enriched.version, "text": "Van de een."})
    answer = other.post(address, {"version": enriched.version, "text": "Van de ander."})
    assert answer.status_code == 409
    assert all(text in answer.content.decode() for text in ("Van de een.", "Van de ander."))


def test_a_filter_narrows_the_inbox(city: Profile, signal: Signal, make_signal: Callable[..., Signal], weigher: User,
                                    client_for: In) -> None:  # fmt: skip
    other = make_signal(phenomenon=city.signals.phenomena[1].id, urgent=True)
    client = client_for(weigher)

    def numbers(**query: str) -> set[str]:
        page = client.get(reverse("signals_inbox"), query).content.decode()
        return {item.number for item in (signal, other) if item.number in page}

    assert numbers() == {signal.number, other.number}
    assert numbers(fenomeen=city.signals.phenomena[1].id) == {other.number}
    assert numbers(termijn="today") == {other.number}
    assert numbers(termijn="late") == set()
    assert numbers(deel="weigh") == numbers(gebied="x\0") == numbers(fenomeen="'") == set()
    assert numbers(pagina="99") == {signal.number, other.number}


def test_the_inbox_reads_no_text(signal: Signal, weigher: User, client_for: In) -> None:
    client = client_for(weigher)
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("signals_inbox"))
    about = [query["sql"] for query in asked.captured_queries if "signals_signal" in query["sql"]]
    assert about
    for column in ("facts", "interpretation", "subjects", "note", "company", "place_text", "telephone"):
        assert not any(f'"{column}"' in sql for sql in about), column


def test_nobody_else_finds_these_pages(
    signal: Signal, reporter: User, outsider: User, administrator: User, client_for: In
) -> None:
    names = [reverse("signals_inbox"), reverse("signal_on_behalf"), reverse("signal", args=[signal.pk]),
             reverse("signal_weigh", args=[signal.pk]), reverse("signal_second", args=[signal.pk])]  # fmt: skip
    for person in (reporter, outsider, administrator):
        client = client_for(person)
        assert [client.get(address).status_code for address in names] == [404] * len(names), person
