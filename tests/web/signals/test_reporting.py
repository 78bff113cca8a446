"""Reporting: what is kept, what is not kept of who stays unknown, drafts, and what a reporter sees afterwards."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from openvis.profile import Profile
from openvis.web import working_days
from openvis.web.access import acting, walls
from openvis.web.access.models import AuditEntry, User
from openvis.web.signals import files, selectors, services
from openvis.web.signals.models import Addition, Attachment, Draft, Report, Signal
from openvis.web.signals.states import State
from web.signals.conftest import SECRET, reported

EXIF = b"\xff\xe1\x00\x0eExif\0\0GPS52N"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 10 + EXIF + b"\xff\xda\x00\x02" + b"beeld" + b"\xff\xd9"


def test_a_report_gets_the_next_number_and_its_day(city: Profile, reporter: User) -> None:
    first, later = (services.report(reporter, reported(city)) for _ in range(2))
    year = timezone.localdate().year
    assert (first, later) == (f"{year}-0001", f"{year}-0002")
    found = Signal.objects.get(number=first)
    assert found.state == State.RECEIVED
    assert found.due_on == working_days.after(timezone.localdate(), city.signals.terms.screening_days)
    assert found.report.reporter == reporter
    urgent = services.report(reporter, reported(city, urgent=True))
    assert Signal.objects.get(number=urgent).due_on == timezone.localdate()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"phenomenon": "flat_earth"}, "phenomenon"), ({"facts": "  "}, "facts"), ({"place_text": ""}, "address"),
        ({"area_code": "unheard\0"}, "area"), ({"branch": "unheard"}, "branch"),
        ({"indicators": ("unheard",)}, "indicators"),
        ({"answers": {"x": "y"}}, "answers"),
        ({"seen_from": timezone.localdate() + timedelta(days=3)}, "seen_from"),
        ({"seen_from": timezone.localdate(), "seen_to": timezone.localdate() - timedelta(days=1)}, "seen_to"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("city", ["veldermeer"], indirect=True)
def test_what_does_not_fit_is_told_at_its_field(city: Profile, reporter: User, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(services.WrongError) as caught:
        services.report(reporter, reported(city, **changed))
    assert caught.value.field == field
    assert not Signal.objects.exists()


def test_who_has_no_right_reports_nothing(city: Profile, outsider: User) -> None:
    with pytest.raises(services.NotYoursError):
        services.report(outsider, reported(city))
    with pytest.raises(services.NotYoursError):
        services.keep_draft(outsider, {"facts": "x"})


def test_the_same_report_sent_twice_is_in_once(city: Profile, reporter: User) -> None:
    key = uuid4()
    services.report(reporter, reported(city), key=key)
    with pytest.raises(services.TwiceError):
        services.report(reporter, reported(city), key=key)
    assert Signal.objects.count() == Report.objects.count() == 1


def test_a_reporter_sees_number_and_state_and_no_content(signal: Signal, reporter: User, weigher: User) -> None:
    with walls.as_user(reporter):
        assert not Signal.objects.exists()
        assert [(item.number, item.told) for item in selectors.reports(reporter)] == [(signal.number, "received")]
    with walls.as_user(weigher):
        assert Signal.objects.get().facts.endswith(f"{SECRET}.")
        assert not selectors.reports(weigher).exists()


def test_reporting_works_behind_the_wall_with_a_file(city: Profile, reporter: User) -> None:
    looked = files.look(SimpleUploadedFile("foto.png.exe", JPEG))
    with walls.as_user(reporter):
        number = services.report(reporter, reported(city), [looked])
    item = Attachment.objects.get(signal__number=number)
    assert b"GPS" not in files.unsealed(item)
    assert b"beeld" in files.unsealed(item)
    assert SECRET.encode() not in files.place(item).read_bytes()
    late = Attachment(signal_id=item.signal_id, name="x", kind="image/png", size=1, sha256="1" * 64)
    with pytest.raises(DatabaseError), walls.as_user(reporter):
        # To a signal that is there, nobody adds a file: not even the one who reported it.
        late.save(force_insert=True)


@pytest.mark.parametrize(
    "data", [b"", b"MZ\x90\x00", b"<svg onload=alert(1)>", b"%PDF-1.7 not whole", b"<html><script>", b"PK\x03\x04zip"]
)
def test_only_photos_and_papers_come_in(data: bytes) -> None:
    with pytest.raises(files.UnfitError, match=r"foto|photo"):
        files.look(SimpleUploadedFile("foto.jpg", data))


def everything_said() -> str:
    """Every row of every table, as text; but the accounts themselves."""
    told = []
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT t::text FROM {table} t")
            told += [f"{table}: {row}" for (row,) in cursor.fetchall()]
    return "\n".join(told)


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_nothing_leads_from_an_unknown_reporter_to_a_person(city: Profile, reporter: User) -> None:
    before = set(everything_said().split("\n"))
    with acting.begin(acting.Acting(user=reporter, origin="203.0.113.9", session="mark")) as work:
        number = services.report(reporter, reported(city), anonymous=True)
    new = "\n".join(set(everything_said().split("\n")) - before)
    assert number in new
    for trace in (str(reporter.pk), "203.0.113.9", str(work.trace), reporter.email, "mark"):
        assert trace not in new, trace
    found = Signal.objects.get()
    assert (found.organisation, found.registered_by, Report.objects.count()) == ("", None, 0)
    assert (found.received_at.minute, found.received_at.second) == (0, 0)
    assert AuditEntry.objects.filter(action="signal.report").get().actor is None


@pytest.mark.parametrize("city", ["veldermeer"], indirect=True)
def test_where_the_city_wants_to_know_nobody_is_unknown(city: Profile, reporter: User) -> None:
    with pytest.raises(services.WrongError):
        services.report(reporter, reported(city), anonymous=True)


def test_only_who_weighs_registers_for_another(city: Profile, reporter: User, weigher: User) -> None:
    with pytest.raises(services.NotYoursError):
        services.report(reporter, reported(city), channel="mma", source_note="M-123")
    with pytest.raises(services.WrongError):
        services.report(weigher, reported(city), channel="mma", source_note=" ")
    with walls.as_user(weigher):
        number = services.report(weigher, reported(city), channel="police_report", source_note="BR 2026-7")
    found = Signal.objects.get(number=number)
    assert (found.registered_by, found.source_note, Report.objects.count()) == (weigher, "BR 2026-7", 0)


def test_a_draft_is_its_writers_alone_and_goes_when_it_is_sent_in(city: Profile, reporter: User, weigher: User) -> None:
    with walls.as_user(reporter):
        draft = services.keep_draft(reporter, {"facts": SECRET})
        assert services.keep_draft(reporter, {"facts": "meer"}, draft.pk).pk == draft.pk
    with walls.as_user(weigher):
        assert not Draft.objects.exists()
    with pytest.raises(services.NotYoursError):
        services.drop_draft(weigher, draft.pk)
    services.report(reporter, reported(city), draft=draft.pk)
    assert not Draft.objects.exists()


def test_a_question_goes_to_the_reporter_and_the_answer_comes_back(signal: Signal, reporter: User, weigher: User) -> None:
    with walls.as_user(weigher):
        services.ask(weigher, signal.pk, signal.version, "Welke dagen?")
    mine = Report.objects.get()
    assert mine.told == "asked"
    with walls.as_user(reporter):
        services.add_answer(reporter, mine.pk, "Dinsdag en vrijdag.")
    signal.refresh_from_db()
    mine.refresh_from_db()
    assert (signal.state, mine.told) == ("received", "received")
    assert Addition.objects.get().text == "Dinsdag en vrijdag."
    with pytest.raises(services.NotNowError):
        services.add_answer(reporter, mine.pk, "Nog iets.")


def test_no_more_is_asked_than_the_city_allows_and_nobody_else_answers(
    city: Profile, signal: Signal, reporter: User, weigher: User, outsider: User
) -> None:
    for _time in range(city.signals.terms.more_info_most):
        signal.refresh_from_db()
        services.ask(weigher, signal.pk, signal.version, "Wat nog?")
        with pytest.raises(services.NotYoursError):
            services.add_answer(outsider, signal.report.pk, "Ik weet het.")
        with pytest.raises(DatabaseError), walls.as_user(outsider), transaction.atomic():
            Addition(signal=signal, text="x", by_reporter=True, added_by=outsider).save(force_insert=True)
        services.add_answer(reporter, signal.report.pk, "Niets.")
    signal.refresh_from_db()
    with pytest.raises(services.NotNowError):
        services.ask(weigher, signal.pk, signal.version, "En nu?")
