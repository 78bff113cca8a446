"""The pages: what they show and do, in both cities, and to whom they do not exist."""

import io
import uuid
from typing import Any

import pytest
from checks import store_equals_record, sums
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from intake_files import as_csv, police_csv, row

from openvis.web.access.models import AuditEntry
from openvis.web.intake import services, tasks, trials
from openvis.web.intake.models import Batch, Incident, Source, Trial

POLICE = "politie-incidenten"
ALMERE = pytest.mark.parametrize("city", ["almere"], indirect=True)
KEY = uuid.UUID(int=0)
RULES = {
    "intake.view": ["intake_deliveries", "intake_batch", "intake_progress", "intake_rejected"],
    "intake.upload": ["intake_upload", "intake_correct", "intake_again"],
    "intake.sources": ["intake_sources", "intake_source", "intake_trial", "intake_trial_drop"],
    "intake.withdraw": ["intake_withdraw"],
    "observation.enter": ["observation", "observation_areas"],
}


def address(name: str, batch: Batch | None = None) -> str:
    if name in ("intake_deliveries", "intake_upload", "intake_sources", "observation", "observation_areas"):
        return reverse(name)
    return reverse(name, args=["bron" if name == "intake_source" else batch.pk if batch else KEY])


def file_of(data: bytes, name: str = "levering.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def upload(client: Client, data: bytes, source: str = POLICE) -> Any:
    return client.post(reverse("intake_upload"), {"source": source, "file": file_of(data)})


def as_shown(form: Any) -> dict[str, str]:
    """What a browser sends of a form as it stands: a list without a choice sends its first option."""
    values = {}
    for name, field in form.fields.items():
        choices = getattr(field, "choices", None)
        values[name] = form[name].value() or (choices[0][0] if choices else "")
    return values


def work() -> None:
    """What the worker does."""
    for batch in Batch.objects.filter(state="received", refusal__isnull=True):
        tasks.load_batch(str(batch.pk))


def test_signed_out_goes_to_sign_in(city) -> None:
    for names in RULES.values():
        for name in names:
            answer = Client().get(address(name))
            assert answer.status_code == 302, name
            assert "inloggen" in answer["Location"]


def test_without_the_ability_a_page_does_not_exist(city, manager, administrator, outsider, client_for) -> None:
    may = {
        "manager": {"observation.enter"},
        "administrator": {"intake.sources"},
        "outsider": set(),
    }
    people = {"manager": manager, "administrator": administrator, "outsider": outsider}
    for who, person in people.items():
        client = client_for(person)
        for ability, names in RULES.items():
            if ability in may[who]:
                continue
            for name in names:
                assert client.get(address(name)).status_code == 404, (who, name)
                assert client.post(address(name)).status_code == 404, (who, name)


def test_empty_pages_say_what_belongs_here(city, analyst, client_for) -> None:
    client = client_for(analyst)
    assert "Nog" in (page := client.get(reverse("intake_deliveries")).content.decode()) or "nog niets" in page
    sources = client.get(reverse("intake_sources")).content.decode()
    for source in Source.objects.all():
        assert source.described.name.nl in sources
        assert client.get(reverse("intake_source", args=[source.key])).status_code == 200


@ALMERE
def test_upload_load_and_withdraw(city, analyst, client_for, django_capture_on_commit_callbacks) -> None:
    client = client_for(analyst)
    rows = [row(index) for index in range(20)]
    rows[4] |= {"begindatum": "gisteren", "toelichting": "dit verhaal blijft weg"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = upload(client, as_csv(rows))
    batch = Batch.objects.get()
    assert answer["Location"] == reverse("intake_batch", args=[batch.pk])
    waiting = client.get(answer["Location"]).content.decode()
    assert "Wacht op de achtergrondtaak" in waiting
    assert "hx-get" in waiting
    work()
    done = client.get(reverse("intake_progress", args=[batch.pk]))
    assert done["HX-Refresh"] == "true"
    page = client.get(answer["Location"]).content.decode()
    assert "20 regels gelezen" in page
    assert "gisteren" in page
    assert "is geen bestaande datum en tijd" in page
    assert "verhaal" not in page
    assert AuditEntry.objects.filter(action="intake.rejected", actor=analyst.pk).exists(), "reading rows is logged"
    table = client.get(reverse("intake_rejected", args=[batch.pk]))
    assert table["Content-Type"].startswith("text/csv")
    corrected = table.content.decode("utf-8-sig").replace("gisteren", "07-01-2025")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("intake_correct", args=[batch.pk]), {"file": file_of(corrected.encode("utf-8-sig"))})
    work()
    assert Incident.objects.count() == 20
    second = Batch.objects.get(corrects=batch)
    asked = client.get(reverse("intake_withdraw", args=[second.pk])).content.decode()
    assert "<strong>1</strong> regel verdwijnt" in asked
    client.post(reverse("intake_withdraw", args=[second.pk]))
    assert Incident.objects.count() == 19
    assert client.get(reverse("intake_withdraw", args=[second.pk])).status_code == 302, "once is enough"
    sums()
    store_equals_record()


@ALMERE
def test_refusals_stand_beside_the_file(city, analyst, client_for) -> None:
    client = client_for(analyst)
    answer = upload(client, b"%PDF-1.7")
    assert answer.status_code == 422
    assert "wat de naam ook zegt" in answer.content.decode()
    services.import_file(police_csv(3), POLICE, file_name="x.csv")
    again = upload(client, police_csv(3))
    assert "al geladen" in again.content.decode()
    assert client.get(reverse("intake_deliveries")).content.decode().count("geweigerd") == 1
    assert client.post(reverse("intake_upload"), {"source": POLICE}).status_code == 422


@ALMERE
def test_a_broken_off_load_can_be_tried_again(city, analyst, client_for, monkeypatch) -> None:
    from openvis.web.intake import loading

    client = client_for(analyst)
    upload(client, police_csv(5))
    good = loading.write
    monkeypatch.setattr(loading, "write", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        work()
    batch = Batch.objects.get()
    page = client.get(reverse("intake_batch", args=[batch.pk])).content.decode()
    assert "niet aan het bestand ligt" in page
    monkeypatch.setattr(loading, "write", good)
    assert client.post(reverse("intake_again", args=[batch.pk])).status_code == 302
    tasks.load_batch(str(batch.pk))
    assert Incident.objects.count() == 5


UNKNOWN = (
    b"Zaaknr,Soort melding,Datum,Tijd,Lat,Lon\n"
    b"Z-1,Jeugdoverlast,03-05-2026,21:15,52.3708,5.2205\n"
    b"Z-2,Vernieling,04-05-2026,02:30,52.3716,5.2180\n"
    b"Z-3,Iets raars,04-05-2026,,52.3716,5.2180\n"
)


@ALMERE
def test_an_unknown_file_becomes_a_source(city, analyst, client_for) -> None:
    client = client_for(analyst)
    page = client.get(upload(client, UNKNOWN, "?")["Location"])
    trial = Trial.objects.get()
    form = page.context["form"]
    proposed = {name: form[name].value() for name in ("reference", "kind", "begin", "begin_time", "x", "y", "crs")}
    assert proposed == {
        "reference": "Zaaknr", "kind": "Soort melding", "begin": "Datum", "begin_time": "Tijd",
        "x": "Lon", "y": "Lat", "crs": "4326",
    }  # fmt: skip
    values = as_shown(form)
    assert values["kind_0"] == "jeugdoverlast"
    values |= {"name": "Meldingen wijkteam", "article": "6 lid 1 onder e", "act": "try"}
    tried = client.post(reverse("intake_trial", args=[trial.pk]), values)
    assert tried.status_code == 200, tried.context["form"].errors
    assert (tried.context["tried"].accepted, len(tried.context["tried"].mapped.rejected)) == (2, 1)
    assert "Iets raars" in tried.content.decode()
    assert Incident.objects.count() == 0, "a trial writes nothing"
    assert Trial.objects.get().proposal["name"] == "Meldingen wijkteam"
    saved = client.post(
        reverse("intake_trial", args=[trial.pk]), values | {"default_kind": "vernieling", "act": "save"}
    )
    assert saved.status_code == 302, saved.context["form"].errors
    source = Source.objects.get(key="meldingen-wijkteam")
    assert source.made_by == analyst
    work()
    assert (Batch.objects.get().new, Incident.objects.count()) == (3, 3)
    assert not Trial.objects.exists()
    store_equals_record()


@ALMERE
def test_a_trial_is_of_its_finder_alone(city, analyst, administrator, client_for) -> None:
    trial = trials.begin(UNKNOWN, file_name="x.csv", by=analyst)
    assert client_for(administrator).get(reverse("intake_trial", args=[trial.pk])).status_code == 404
    assert client_for(analyst).post(reverse("intake_trial_drop", args=[trial.pk])).status_code == 302
    assert not Trial.objects.exists()


@ALMERE
def test_wrong_mappings_are_told_and_kept(city, analyst, client_for) -> None:
    client = client_for(analyst)
    trial = trials.begin(UNKNOWN, file_name="x.csv", by=analyst)
    page = reverse("intake_trial", args=[trial.pk])
    answer = client.post(page, {"name": "x", "act": "save", "begin": ""})
    assert answer.status_code == 422
    values = as_shown(client.get(page).context["form"])
    values |= {"name": "Zonder plek", "article": "x", "x": "", "y": "", "act": "try"}
    answer = client.post(page, values)
    assert answer.status_code == 422
    assert "at least one of" in str(answer.context["form"].non_field_errors())
    values |= {"x": "Lon", "y": "Lat", "key": POLICE}
    assert "key" in client.post(page, values).context["form"].errors


@ALMERE
def test_names_stop_a_trial(city, analyst, client_for) -> None:
    data = b"id,wie\n1,J. de Vries\n2,K. Smit\n3,A.B. van den Berg\n"
    answer = upload(client_for(analyst), data, "?")
    assert answer.status_code == 422
    assert not Trial.objects.exists()


@ALMERE
def test_the_observation_form(city, manager, client_for) -> None:
    client = client_for(manager)
    page = client.get(reverse("observation"))
    assert page.status_code == 200
    assert "<textarea" not in page.content.decode()
    areas = client.get(reverse("observation_areas")).json()
    assert len(areas["features"]) == len(city.areas_of(city.finest.id))
    sent = {"kind": "jeugdoverlast", "when": "now", "lon": "5.2205", "lat": "52.3708", "precision": "15"}
    assert client.post(reverse("observation"), sent).status_code == 302
    wrong = client.post(reverse("observation"), sent | {"lon": "4.9"})
    assert wrong.status_code == 422
    assert "buiten de gemeente" in wrong.content.decode()
    earlier = sent | {"when": "earlier", "moment": "2026-01-05T22:30"}
    assert client.post(reverse("observation"), earlier).status_code == 302
    assert Incident.objects.count() == 2


def test_a_city_without_an_observation_source_has_no_form(city, manager, client_for) -> None:
    found = client_for(manager).get(reverse("observation")).status_code
    assert found == (200 if city.municipality.name == "Almere" else 404)


@ALMERE
def test_xlsx_can_be_offered(city, analyst, client_for) -> None:
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, list(row(0)))
    for index in range(3):
        sheet.write_row(index + 1, 0, list(row(index).values()))
    book.close()
    upload(client_for(analyst), target.getvalue())
    work()
    assert Incident.objects.count() == 3
