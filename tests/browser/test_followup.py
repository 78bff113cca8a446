"""A RIEC meeting from agenda to decisions: the coordinator and a participant, each in their own role, in both cities."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.followup import services
from openvis.web.followup.models import Contribution, Meeting, MeetingAction, Project, TabledItem
from openvis.web.signals.models import Report
from web.followup.casework import HIDDEN, SECRET, keeper_role, make_item, make_signal, make_user, partner_role, role_of


def _state_the_purpose(page: Any) -> None:
    page.get_by_role("heading", name="Waarvoor opent u dit?").wait_for()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Openen").click()


def test_a_meeting_from_agenda_to_decisions(
    city: Profile, open_page: Callable[..., Any], sign_in: Callable[..., None], axe: Callable[[Any], None],
    fits: Callable[[Any], None],
) -> None:
    keeper, partner, other = (make_user(city, role) for role in (keeper_role(city), partner_role(city), partner_role(city)))
    reporter = make_user(city, role_of(city, "signals.report", without="signals.weigh"))
    signal = make_signal(city, state="riec_meeting")
    report = Report.objects.create(signal=signal, reporter=reporter, number=signal.number, told="taken_up")
    item = make_item(keeper, signal)

    page = open_page()
    sign_in(page, keeper)
    page.goto(reverse("today"))
    page.get_by_text("1 signaal wacht op een overleg").wait_for()
    page.goto(reverse("meetings"))
    axe(page)
    page.get_by_role("link", name="Nieuw overleg").first.click()
    page.get_by_label("Zaal of adres").fill("Zaal 3")
    page.get_by_label("Dag").fill((timezone.localdate() + timedelta(days=7)).isoformat())
    axe(page)
    page.get_by_role("button", name="Maak het overleg").click()
    page.get_by_text("Het overleg is gemaakt").wait_for()
    page.get_by_label("Persoon").select_option(str(partner.pk))
    page.get_by_role("button", name="Uitnodigen").click()
    page.get_by_text("De deelnemer doet mee").wait_for()
    page.get_by_role("button", name="Zet op de agenda").click()
    page.get_by_text("Het staat op de agenda").wait_for()
    axe(page)
    fits(page)
    meeting = Meeting.objects.get()

    # Not handed over yet: the agenda does not go out, and says why.
    page.get_by_role("button", name="Verstuur de agenda").click()
    page.get_by_text("Van deze is nog niets ingebracht").wait_for()
    page.get_by_role("link", name="te doen").click()
    _state_the_purpose(page)
    page.get_by_role("heading", name="Draag over").wait_for()
    page.get_by_label("Feiten").check()
    page.get_by_label("Waarom hebben de partners dit nodig?").fill("Samen kijken wat hier speelt.")
    page.get_by_label("Waarom niet meer dan nodig?").fill("Alleen wat is gezien.")
    page.get_by_label("Artikel").fill("art. 2.17")
    axe(page)
    fits(page)
    page.get_by_role("button", name="Breng in bij het overleg").click()
    page.get_by_text("Het is ingebracht").wait_for()
    axe(page)
    assert Contribution.objects.get().fields == ["facts"]

    phone = open_page(390)
    sign_in(phone, partner)
    assert phone.goto(reverse("meeting", args=[meeting.pk])).status == 404, "not before the agenda is sent"

    page.goto(reverse("meeting", args=[meeting.pk]))
    page.get_by_role("button", name="Verstuur de agenda").click()
    page.get_by_text("De agenda is verstuurd").wait_for()

    phone.goto(reverse("today"))
    phone.get_by_role("link", name="RIEC-overleg ").first.click()
    phone.get_by_role("link", name="Signaal 2026-0001").wait_for()
    axe(phone)
    fits(phone)
    phone.get_by_role("link", name="Signaal 2026-0001").click()
    _state_the_purpose(phone)
    phone.get_by_text(SECRET).wait_for()
    assert HIDDEN not in phone.content()
    axe(phone)
    fits(phone)

    page.goto(reverse("tabled_item", args=[item.pk]))
    page.get_by_role("link", name="Leg een besluit vast").click()
    page.get_by_label("Besluit", exact=True).fill("De gemeente controleert de vergunning van de loods.")
    page.get_by_label("bestuurlijk").check()
    page.get_by_label("Artikel").fill("art. 2.19")
    axe(page)
    page.get_by_role("button", name="Sla het besluit op").click()
    page.get_by_text("Het besluit is vastgelegd").wait_for()
    page.get_by_role("link", name="Maak een afspraak").click()
    page.get_by_label("Wat gaan we doen").fill("De eigenaar van de loods bellen.")
    page.get_by_label("Eigenaar").select_option(str(partner.pk))
    page.get_by_label("Interventie").select_option("administrative")
    page.get_by_role("button", name="Sla afspraak op").click()
    page.get_by_text("De afspraak staat").wait_for()
    axe(page)
    fits(page)
    page.goto(reverse("meeting", args=[meeting.pk]))
    page.get_by_role("button", name="Sluit het verslag").click()
    page.get_by_text("Het verslag is gesloten").wait_for()
    page.get_by_role("link", name="Verslag (PDF)").click()
    with page.expect_download() as download:
        _state_the_purpose(page)
    assert download.value.suggested_filename == f"riec-{timezone.localtime(meeting.begins):%Y-%m-%d}.pdf"
    page.goto(reverse("all_actions"))
    page.get_by_role("link", name="Signaal 2026-0001").wait_for()
    axe(page)
    fits(page)

    phone.goto(reverse("own_actions"))
    _state_the_purpose(phone)
    phone.get_by_text("De eigenaar van de loods bellen.").first.wait_for()
    axe(phone)
    fits(phone)
    phone.get_by_role("link", name="Meld").click()
    phone.get_by_label("Gedaan").check()
    phone.get_by_label("Wat het heeft opgeleverd").fill("Gebeld, hij werkt mee.")
    axe(phone)
    phone.get_by_role("button", name="Sla melding op").click()
    phone.get_by_text("De melding is opgeslagen").wait_for()
    assert MeetingAction.objects.get().state == "done"
    assert TabledItem.objects.get().state == "decided"

    # Handled: who reported it reads so, and nothing else.
    mine = open_page(390)
    sign_in(mine, reporter)
    mine.goto(reverse("signal_reports"))
    mine.get_by_text("opgepakt").wait_for()
    page.goto(reverse("tabled_item", args=[item.pk]))
    page.get_by_text("binnen de termijn").wait_for()
    page.get_by_role("link", name="Sluiten").click()
    page.get_by_label("Resultaat").fill("De loods is leeg.")
    axe(page)
    fits(page)
    page.get_by_role("button", name="Sluit dit agendapunt af").click()
    page.get_by_text("Het agendapunt is afgesloten").wait_for()
    axe(page)
    mine.reload()
    mine.get_by_text("afgesloten").wait_for()
    mine.goto(reverse("signal_own_report", args=[report.pk]))
    mine.get_by_text("afgesloten").first.wait_for()
    assert "loods" not in mine.content()
    axe(mine)
    fits(mine)

    away = open_page()
    sign_in(away, other)
    assert away.goto(reverse("meeting", args=[meeting.pk])).status == 404
    # Everybody who may state a purpose is asked for it first, whether there is something behind the address or not.
    away.goto(reverse("tabled_item", args=[item.pk]))
    with away.expect_navigation(url=f"**{reverse('tabled_item', args=[item.pk])}") as found:
        _state_the_purpose(away)
    assert found.value.status == 404
    away.goto(reverse("meetings"))
    away.get_by_text("Nog geen overleggen").wait_for()
    assert not [letter for letter in mail.outbox if SECRET in letter.body]


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_a_project_with_its_team(
    city: Profile, open_page: Callable[..., Any], sign_in: Callable[..., None], axe: Callable[[Any], None],
    fits: Callable[[Any], None],
) -> None:
    keeper, partner = make_user(city, keeper_role(city)), make_user(city, partner_role(city))
    signal = make_signal(city, state="project")
    page = open_page()
    sign_in(page, keeper)
    page.goto(reverse("projects"))
    page.get_by_role("link", name="Nieuw project").first.click()
    page.get_by_label("Naam").fill("Project Reiger")
    page.get_by_label("Doel").fill("De loodsen zijn weer gewoon verhuurd.")
    axe(page)
    page.get_by_role("button", name="Start het project").click()
    _state_the_purpose(page)
    page.get_by_role("heading", name="Project Reiger").wait_for()
    services.projects.route(keeper, signal.pk, {"project": str(Project.objects.get().pk)})
    page.get_by_role("link", name="Voeg toe aan het team").click()
    page.get_by_label("Persoon").select_option(str(partner.pk))
    page.get_by_role("button", name="Voeg toe").click()
    page.get_by_role("link", name="Stap toevoegen").click()
    page.get_by_label("Stap").fill("De huurders spreken.")
    page.get_by_label("Eigenaar").select_option(str(partner.pk))
    page.get_by_role("button", name="Sla stap op").click()
    page.get_by_role("link", name="Voeg een interventie toe").click()
    page.get_by_label("Interventie").fill("Controle van de vergunning.")
    page.get_by_label("Aanpak").select_option("administrative")
    page.get_by_label("Organisatie").select_option(partner.organisation.key)
    page.get_by_role("button", name="Sla interventie op").click()
    page.get_by_role("link", name="Communicatie").click()
    _state_the_purpose(page)
    page.get_by_label("communiceren", exact=True).check()
    axe(page)
    page.get_by_role("button", name="Bewaren").click()
    page.get_by_text("wacht op").wait_for()
    axe(page)
    fits(page)

    phone = open_page(390)
    sign_in(phone, partner)
    phone.goto(reverse("projects"))
    axe(phone)
    fits(phone)
    phone.get_by_role("link", name="Project Reiger").click()
    _state_the_purpose(phone)
    phone.get_by_role("button", name="Akkoord namens mijn organisatie").click()
    phone.get_by_text("mag naar buiten").wait_for()
    axe(phone)
    fits(phone)

    # Closed by the coordinator: every signal in it goes with it.
    page.goto(reverse("projects"))
    page.get_by_role("link", name="Project Reiger").click()
    page.get_by_role("link", name="Meld De huurders spreken.").click()
    _state_the_purpose(page)
    page.get_by_label("Vervallen").check()
    page.get_by_label("Wat het heeft opgeleverd").fill("De huurders zijn vertrokken.")
    page.get_by_role("button", name="Sla melding op").click()
    page.get_by_text("De melding is opgeslagen").wait_for()
    page.goto(reverse("projects"))
    page.get_by_role("link", name="Project Reiger").click()
    page.get_by_role("link", name="Sluiten").click()
    page.get_by_label("Resultaat").fill("De loodsen zijn weer gewoon verhuurd.")
    axe(page)
    page.get_by_role("button", name="Sluit dit project af").click()
    page.get_by_text("Het project is afgesloten").wait_for()
    axe(page)
    fits(page)
    signal.refresh_from_db()
    assert signal.state == "closed"
