"""Alive and ready: every part well, and every part not well, one by one."""

import datetime as dt
import shutil
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone

from openvis.store import EventStore
from openvis.web import clock
from openvis.web.intake import services
from openvis.web.intake.models import Batch, Source
from openvis.web.operations import health
from openvis.web.operations.models import Restore
from web.intake.intake_files import police_csv

ONE = pytest.mark.parametrize("city", ["almere"], indirect=True)
PARTS = ["database", "migrations", "restore", "queue", "clock", "event store", "disk"]


def wrong(client) -> dict[str, str]:
    """The parts that are not well, with the sentence for the administrator; outside only the names are told."""
    found = {state.name: state.wrong for state in health.look() if not state.well}
    answer = client.get("/readyz")
    assert answer.status_code == (503 if found else 200)
    told = answer.json()
    assert told["ready"] is (not found)
    assert {name for name, state in told["parts"].items() if state == "not ok"} == set(found)
    assert set(told["parts"].values()) <= {"ok", "not ok"}
    return found


def test_alive_and_ready(city, client, worker):
    worker()
    assert client.get("/healthz").content == b"ok\n"
    assert wrong(client) == {}
    assert [state.name for state in health.look()] == PARTS


@ONE
def test_alive_asks_nothing_and_wants_no_host_name(city, analyst, client_for, django_assert_num_queries):
    client = client_for(analyst)
    with django_assert_num_queries(0):
        assert client.get("/healthz", headers={"host": "10.0.0.7"}).status_code == 200


@ONE
def test_no_database(city, client, monkeypatch, worker):
    worker()

    def gone():
        raise DatabaseError("password of the database")

    with monkeypatch.context() as instead:
        instead.setattr(connection, "cursor", gone)
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["parts"] == {"database": "not ok", "disk": "ok"}
        assert client.get("/healthz").status_code == 200


@ONE
def test_the_event_store_stays_behind(city, client, worker):
    worker()
    now = timezone.now()
    Batch(source=Source.objects.first(), state=Batch.State.LOADED, loaded=now, projected=False).save()
    assert wrong(client) == {}
    Batch.objects.update(loaded=now - dt.timedelta(hours=1))
    assert "1" in wrong(client)["event store"]


@ONE
def test_the_event_store_is_damaged(city, client, worker, settings):
    worker()
    settings.EVENT_STORE.mkdir(parents=True)
    (settings.EVENT_STORE / "manifest.json").write_text("{")
    assert "openvis store rebuild" in wrong(client)["event store"]


@ONE
def test_the_event_store_misses_a_file(city, client, worker, settings, tmp_path):
    worker()
    (tmp_path / "a.csv").write_bytes(police_csv(5))
    services.import_path(tmp_path / "a.csv", "politie-incidenten")
    assert wrong(client) == {}
    store = EventStore(settings.EVENT_STORE)
    (settings.EVENT_STORE / next(iter(store.manifest.paths()))).unlink()
    assert "openvis store rebuild" in wrong(client)["event store"]


@ONE
def test_no_worker(city, client, worker):
    assert "openvis serve" in wrong(client)["queue"]
    worker(timedelta(minutes=2))
    assert "queue" in wrong(client)
    worker()
    assert wrong(client) == {}


@ONE
def test_the_queue_does_not_move(city, client, worker, job):
    number = worker()
    job(ago=timedelta(minutes=9))
    assert wrong(client) == {}
    job(ago=timedelta(minutes=11))
    assert "11" in wrong(client)["queue"]
    # Behind work that is being done a job may wait longer.
    job("doing", worker=number)
    assert wrong(client) == {}
    job(ago=timedelta(hours=3))
    assert "180" in wrong(client)["queue"]


@ONE
def test_the_clocks_differ(city, client, worker, monkeypatch):
    worker()
    monkeypatch.setattr(clock, "database_now", lambda: timezone.now() + timedelta(minutes=3))
    assert "180" in wrong(client)["clock"]


@ONE
def test_the_clock_was_put_back(city, client, worker, job):
    worker()
    job("succeeded", ago=-timedelta(hours=1))
    assert "clock" in wrong(client)


@ONE
def test_the_disk_is_full(city, client, worker, monkeypatch):
    worker()
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=50_000_000, total=10**12))
    assert "50 MB" in wrong(client)["disk"]


@ONE
def test_a_migration_is_missing(city, client, worker):
    worker()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'operations'")
    assert "openvis setup" in wrong(client)["migrations"]


@ONE
def test_a_restore_is_not_finished(city, client, worker):
    worker()
    restored = Restore.objects.create(backup=timezone.now())
    assert "openvis restore" in wrong(client)["restore"]
    restored.done = timezone.now()
    restored.save()
    assert wrong(client) == {}


@ONE
def test_the_page_says_it_in_words(city, administrator, analyst, client_for, worker):
    page = client_for(administrator).get(reverse("operations")).content.decode()
    assert "niet goed" in page
    assert "openvis serve" in page
    assert "Er is nog nooit een reservekopie gemaakt" in page
    worker()
    assert "niet goed" not in client_for(administrator).get(reverse("operations")).content.decode()
    assert client_for(analyst).get(reverse("operations")).status_code == 404
