"""The page of the queue: what it tells, what it never tells, who may, and trying again."""

from contextlib import nullcontext
from datetime import timedelta
from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from openvis.web.access.models import AuditEntry
from openvis.web.operations import jobs, services
from openvis.web.operations import worker as worker_module
from openvis.web.operations.models import JobFault
from web.operations.conftest import ask

pytestmark = pytest.mark.parametrize("city", ["almere"], indirect=True)
DEAD = timedelta(minutes=1)


def test_what_the_page_tells_and_what_not(city, administrator, client_for, worker, job):
    number = job("failed", args='{"batch": "somebody-secret"}')
    services.note_fault(number, "ValueError")
    job("doing", task="picture.recompute_alerts", worker=worker(DEAD))
    page = client_for(administrator).get(reverse("operations_queue")).content.decode()
    assert "Gegevensopslag voor analyse bijwerken" in page
    assert "ValueError" in page
    assert "de werker viel weg" in page
    assert "Er is geen achtergrondwerker" in page
    assert "20 3 * * *" in page
    assert "somebody-secret" not in page


def test_progress_is_shown_without_content(city, administrator, analyst, client_for, worker, job):
    from openvis.web.intake.models import Batch, Source

    batch = Batch.objects.create(
        source=Source.objects.first(), file_name="Jan Jansen.csv", state="loading", step="writing to the database",
        progress=0.42,
    )
    job("doing", task="intake.load_batch", worker=worker(), args=f'{{"batch": "{batch.pk}"}}')
    page = client_for(administrator).get(reverse("operations_queue")).content.decode()
    assert "Levering inlezen" in page
    assert "42" in page
    assert "Jan Jansen" not in page
    assert str(batch.pk) not in page


def test_who_may(city, administrator, analyst, manager, outsider, client_for, client, job):
    number = job("failed")
    again = reverse("operations_retry", args=[number])
    for person in (analyst, manager, outsider):
        assert client_for(person).get(reverse("operations_queue")).status_code == 404
        assert client_for(person).post(again).status_code == 404
    assert client.post(again).status_code == 302
    assert ProcrastinateJob.objects.get(pk=number).status == "failed"
    assert client_for(administrator).get(again).status_code == 405
    assert client_for(administrator).post(again).status_code == 302
    assert ProcrastinateJob.objects.get(pk=number).status == "todo"
    entry = AuditEntry.objects.get(action="operations.retry", result="done")
    assert (entry.actor, entry.object) == (administrator.pk, str(number))


def test_trying_again_takes_only_what_does_not_run(city, administrator, worker, job, state_of):
    living, dead = worker(), worker(DEAD)
    running, done, waiting = job("doing", worker=living), job("succeeded"), job()
    for number in (running, done, waiting, 0):
        with pytest.raises(services.NotNowError):
            services.retry(number, administrator)
    assert [state_of(number) for number in (running, done, waiting)] == ["doing", "succeeded", "todo"]
    left = job("doing", worker=dead)
    services.retry(left, administrator)
    assert state_of(left) == "todo"


def test_the_same_work_does_not_wait_twice(city, administrator, job, state_of):
    failed = job("failed", queueing_lock="intake.finish")
    job("todo", queueing_lock="intake.finish")
    with pytest.raises(services.NotNowError):
        services.retry(failed, administrator)
    assert state_of(failed) == "failed"


def test_work_of_dead_workers_is_taken_over(city, worker, job, state_of):
    living, dead = worker(), worker(DEAD)
    kept, left, orphan = job("doing", worker=living), job("doing", worker=dead, lock="a"), job("doing")
    assert jobs.stalled() == [left, orphan]
    assert services.rescue() == 2
    assert [state_of(number) for number in (kept, left, orphan)] == ["doing", "todo", "todo"]
    assert JobFault.objects.get(job=left).kind == "WorkerDied"
    assert services.rescue() == 0


def test_a_job_that_always_kills_its_worker_fails_in_the_end(city, worker, job, state_of):
    left = job("doing", worker=worker(DEAD), lock="source")
    times = 0
    while state_of(left) != "failed":
        assert services.rescue() == 1
        times += 1
        if state_of(left) == "todo":
            # The next worker takes it, and dies.

            ask("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL WHERE id = %s RETURNING id", left)
    assert times == services.MOST_RESCUES


def test_left_work_that_waits_again_already_is_dropped(city, worker, job, state_of):
    left = job("doing", worker=worker(DEAD), queueing_lock="x")
    job("todo", queueing_lock="x")
    services.rescue()
    assert state_of(left) == "failed"


@pytest.mark.parametrize("waiting", ["same", "other", None])
def test_a_failed_job_is_not_tried_beside_the_same_work(city, job, waiting):
    job("doing", queueing_lock="same")
    if waiting:
        job("todo", queueing_lock=waiting)
    assert services.waits_already("same") is (waiting == "same")
    assert not services.waits_already(None)


@pytest.mark.parametrize("waits", [True, False])
def test_the_fault_is_kept_either_way(city, job, waits, monkeypatch):
    number = job("doing", queueing_lock="same")
    monkeypatch.setattr(worker_module.services, "waits_already", lambda lock: waits and lock == "same")

    async def broken():
        raise ZeroDivisionError

    context = SimpleNamespace(job=SimpleNamespace(id=number, queueing_lock="same"))
    with nullcontext() if waits else pytest.raises(ZeroDivisionError):
        async_to_sync(worker_module._remember)(broken, context, None)
    assert JobFault.objects.get(job=number).kind == "ZeroDivisionError"
