"""The processing log: a line for each person shown or changed, without who looked; and what leaves over OpenTelemetry."""

import base64
import datetime as dt
import http.server
import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from openvis.web.access import acting, audit, registry, sealing, walls
from openvis.web.access.models import AuditEntry, User
from openvis.web.trail import exporting, personal, processing, retention
from openvis.web.trail.models import ProcessingEntry
from openvis.web.trail.processing import Foreign, Subject
from web.conftest import make_person

pytestmark = pytest.mark.parametrize("city", ["almere"], indirect=True)
SOMEBODY = Subject("person", "e7a1")


def column_names(model) -> set[str]:
    return {field.column for field in model._meta.concrete_fields}


class TestLines:
    def test_n_people_give_n_lines(self, city):
        people = [Subject("person", str(number)) for number in range(7)]
        assert processing.shown([*people, people[0]], activity="persons", name="case.open") == 7
        assert ProcessingEntry.objects.count() == 7
        assert {line.subject for line in ProcessingEntry.objects.all()} == {str(number) for number in range(7)}

    def test_nobody_gives_none(self, city):
        assert processing.shown([], activity="persons", name="case.open") == 0

    def test_it_names_no_user(self, city, analyst):
        with acting.begin(acting.Acting(user=analyst)):
            processing.shown([SOMEBODY], activity="persons", name="case.open")
        assert not column_names(ProcessingEntry) & {"user", "user_id", "actor", "role", "origin", "session", "organisation"}
        with connection.cursor() as cursor:
            cursor.execute("SELECT trail_processingentry::text FROM trail_processingentry")
            row = cursor.fetchone()[0]
        assert str(analyst.pk) not in row
        assert analyst.email not in row

    def test_the_subject_is_not_readable_in_the_database(self, city):
        processing.shown([Subject("person", "Jansen-1980")], activity="persons", name="case.open")
        with connection.cursor() as cursor:
            cursor.execute("SELECT trail_processingentry::text FROM trail_processingentry")
            assert "Jansen" not in cursor.fetchone()[0]
            cursor.execute("SELECT subject FROM trail_processingentry")
            assert b"Jansen" not in bytes(cursor.fetchone()[0])

    def test_it_holds_the_fields_of_the_standard(self, city):
        parent = b"\x01" * 8
        with acting.begin(acting.Acting()) as work:
            processing.shown([SOMEBODY], "persons", "case.open", parent=parent,
                             foreign=Foreign(b"\x02" * 8, "https://partner.example"))  # fmt: skip
        line = ProcessingEntry.objects.get()
        assert line.trace == work.trace
        assert len(bytes(line.span)) == 8
        assert bytes(line.parent_span) == parent
        assert (line.name, line.status, line.resource) == ("case.open", "Unset", "openvis")
        assert line.activity == "urn:openvis:gm0034:processing:persons"
        assert (line.subject, line.subject_type) == ("e7a1", "person")
        assert (bytes(line.foreign_span), line.foreign_processor) == (b"\x02" * 8, "https://partner.example")

    def test_the_register_may_be_elsewhere(self, city, settings):
        settings.OPENVIS_PROCESSING_REGISTER = "https://register.example/"
        processing.shown([SOMEBODY], "persons", "case.open")
        assert ProcessingEntry.objects.get().activity == "https://register.example/persons"

    def test_an_activity_that_the_register_does_not_know_is_refused(self, city):
        with pytest.raises(KeyError):
            processing.shown([SOMEBODY], "nowhere", "case.open")

    def test_what_is_not_a_person_is_refused(self, city):
        with pytest.raises(TypeError, match="expected a record about one person"):
            processing.shown(["Jansen"], "persons", "case.open")

    def test_work_that_finds_its_people_on_the_way(self, city):
        with processing.processing("persons", "case.list") as people:
            people += [SOMEBODY, Subject("person", "x")]
        assert ProcessingEntry.objects.filter(status="Unset").count() == 2

    def test_work_that_fails_is_written_as_failed(self, city):
        def fail() -> None:
            with processing.processing("persons", "case.list") as people:
                people.append(SOMEBODY)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert ProcessingEntry.objects.get().status == "Error"

    def test_it_goes_with_its_act(self, city):
        with transaction.atomic():
            processing.shown([SOMEBODY], "persons", "case.open")
            transaction.set_rollback(True)
        assert not ProcessingEntry.objects.exists()


class TestWall:
    def test_pages_add_lines_and_nothing_else(self, city, analyst):
        with walls.as_user(analyst):
            processing.shown([SOMEBODY], "persons", "case.open")
            assert not ProcessingEntry.objects.exists()
        assert ProcessingEntry.objects.count() == 1
        for sql in ("UPDATE trail_processingentry SET name = 'x'", "DELETE FROM trail_processingentry"):
            with (
                pytest.raises(DatabaseError, match="permission denied"), walls.as_user(analyst),
                connection.cursor() as cursor,
            ):
                cursor.execute(sql)

    def test_who_handles_requests_reads_them(self, city):
        processing.shown([SOMEBODY], "persons", "case.open")
        with walls.as_user(make_person(city, "privacy-officer")):
            assert ProcessingEntry.objects.get().subject == "e7a1"


class TestPages:
    def test_the_list_of_people_gives_a_line_each_with_its_trace(self, city, administrator, analyst, client_for):
        client_for(administrator).get(reverse("people"))
        entry = AuditEntry.objects.filter(action="people.view", actor=administrator.pk).latest("at")
        lines = ProcessingEntry.objects.filter(trace=entry.trace)
        assert {line.subject for line in lines} == {str(user.pk) for user in User.objects.all()}
        assert {line.subject_type for line in lines} == {processing.ACCOUNT}

    def test_one_person_gives_one(self, city, administrator, analyst, client_for):
        client_for(administrator).get(reverse("person", args=[analyst.pk]))
        assert ProcessingEntry.objects.filter(name="people.view", subject_index=str(analyst.pk)).count() == 1


class TestRequests:
    def test_a_person_learns_what_was_done_with_their_data(self, city, analyst):
        processing.shown([analyst], "administration", "people.view")
        processing.shown([analyst], "administration", "people.view")
        found = list(personal.find_lines(registry.Person(email=analyst.email.upper())))
        assert [about.values[0][1] for about in found] == ["2"]
        assert not list(personal.find_lines(registry.Person(name="somebody else")))

    def test_lines_end_on_their_term(self, city):
        processing.shown([SOMEBODY, Subject("person", "x")], "persons", "case.open")
        old = ProcessingEntry.objects.first()
        ProcessingEntry.objects.filter(pk=old.pk).update(ended=timezone.now() - dt.timedelta(days=6 * 366))
        today = timezone.localdate()
        assert retention.preview_lines(today).number == 1
        assert retention.end_lines(today) == 1
        assert retention.end_lines(today) == 0
        assert ProcessingEntry.objects.count() == 1


class Collector(http.server.ThreadingHTTPServer):
    """A small OTLP collector: keeps what arrives; `down` makes it refuse."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.spans: list[tuple[dict[str, str], object]] = []
        self.refuse = False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1/traces"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.refuse:
            self.send_response(400)
            self.end_headers()
            return
        message = ExportTraceServiceRequest()
        message.ParseFromString(body)
        for group in message.resource_spans:
            resource = {item.key: item.value.string_value for item in group.resource.attributes}
            self.server.spans += [(resource, span) for scope in group.scope_spans for span in scope.spans]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


@pytest.fixture
def collector(settings):
    server = Collector()
    settings.OPENVIS_OTLP_ENDPOINT = server.address
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


class TestOverTheWire:
    def test_lines_arrive_as_spans_with_the_fields_of_the_standard(self, city, collector):
        with acting.begin(acting.Acting()) as work:
            processing.shown([SOMEBODY, Subject("person", "x")], "persons", "case.open", parent=b"\x07" * 8,
                             foreign=Foreign(b"\x02" * 8, "https://partner.example"))  # fmt: skip
        lines = {bytes(line.span): line for line in ProcessingEntry.objects.all()}
        assert exporting.send() == 2
        assert len(collector.spans) == 2
        for resource, span in collector.spans:
            line = lines[span.span_id]
            assert resource["service.name"] == "openvis"
            assert span.trace_id == work.trace.bytes
            assert span.parent_span_id == b"\x07" * 8
            assert span.name == "case.open"
            assert span.start_time_unix_nano // 1000 == int(line.started.timestamp() * 1_000_000)
            told = {item.key: item.value.string_value for item in span.attributes}
            assert told["dpl.core.processing_activity_id"] == line.activity
            assert told["dpl.core.data_subject_id_type"] == "person"
            assert told["dpl.core.foreign_operation.span_id"] == "0202020202020202"
            sealed = base64.b64decode(told["dpl.core.data_subject_id"])
            assert sealing.unseal(sealed, exporting.CONTEXT).decode() == f"person:{line.subject}"
        assert exporting.send() == 0
        assert not ProcessingEntry.objects.filter(sent__isnull=True).exists()

    def test_one_subject_is_the_same_code_each_time(self, city, collector):
        processing.shown([SOMEBODY], "persons", "case.open")
        processing.shown([SOMEBODY], "persons", "case.close")
        exporting.send()
        codes = {
            item.value.string_value for _, span in collector.spans for item in span.attributes
            if item.key == "dpl.core.data_subject_id"
        }  # fmt: skip
        assert len(codes) == 1

    def test_nobody_who_looked_leaves(self, city, collector, analyst):
        with acting.begin(acting.Acting(user=analyst, origin="10.0.0.7")):
            audit.record(analyst, "case.open", "case:7")
            processing.shown([SOMEBODY], "persons", "case.open")
        exporting.send()
        told = str(collector.spans)
        for secret in (str(analyst.pk), analyst.pk.hex, analyst.email, "10.0.0.7", "e7a1"):
            assert secret not in told

    @pytest.mark.parametrize("how", ["refuses", "gone"])
    def test_a_collector_that_is_down_holds_nothing_up_and_loses_nothing(self, city, collector, how, settings, monkeypatch):
        monkeypatch.setattr(exporting, "PATIENCE", 1)
        collector.refuse = how == "refuses"
        if how == "gone":
            settings.OPENVIS_OTLP_ENDPOINT = "http://127.0.0.1:9/v1/traces"
        began = timezone.now()
        processing.shown([SOMEBODY], "persons", "case.open")
        assert timezone.now() - began < dt.timedelta(seconds=0.5)
        assert exporting.send() == 0
        assert ProcessingEntry.objects.filter(sent__isnull=True).count() == 1
        collector.refuse = False
        settings.OPENVIS_OTLP_ENDPOINT = collector.address
        assert exporting.send() == 1
        assert len(collector.spans) == 1

    def test_more_than_one_message(self, city, collector, monkeypatch):
        monkeypatch.setattr(exporting, "AT_ONCE", 3)
        processing.shown([Subject("person", str(number)) for number in range(8)], "persons", "case.open")
        assert exporting.send() == 8
        assert len({span.span_id for _, span in collector.spans}) == 8

    def test_without_an_address_nothing_is_sent(self, city, settings):
        settings.OPENVIS_OTLP_ENDPOINT = ""
        processing.shown([SOMEBODY], "persons", "case.open")
        assert exporting.send() == 0
        assert ProcessingEntry.objects.filter(sent__isnull=True).count() == 1
