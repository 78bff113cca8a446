"""What is done to an installation, one try after the other, and what was lost or doubled by it.

Each function does a number of tries and counts. `test_faults.py` runs a few of each, `run.py` many, for
docs/reliability.md.
"""

import contextlib
import os
import random
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from installation import Installation, delivery, end, fetch, free_port, wait_for

ROWS = 40
LARGE = 2000
"""Rows of the largest file that a try makes."""
FILES = "SELECT count(*) FROM intake_batch WHERE state = 'loaded' AND way = 'file'"
LOADED = "SELECT count(*) FROM intake_batch WHERE state = 'loaded'"
RUNS = "SELECT count(*) FROM keeping_retentionrun"
CERTIFIED = "SELECT coalesce(sum(number), 0)::bigint FROM keeping_certificateline WHERE kind = 'incident'"
BY_FORM = "SELECT count(*) FROM intake_incident i JOIN intake_batch b ON b.id = i.batch_id AND b.way = 'form'"


@dataclass
class Outcome:
    """What a number of tries came to."""

    what: str
    tries: int = 0
    written: int = 0
    """Things that were to be there in the end."""
    lost: int = 0
    doubled: int = 0
    remark: str = ""

    def line(self) -> str:
        """A row of the table in docs/reliability.md."""
        return f"| {self.what} | {self.tries} | {self.written} | {self.lost} | {self.doubled} | {self.remark} |"


def pause(longest: float) -> None:
    """A moment nobody chose."""
    time.sleep(random.uniform(0, longest))  # noqa: S311 -- any moment will do


def kill(child: "subprocess.Popen[bytes]") -> None:
    """kill -9 of a process and all it started."""
    end(child, signal.SIGKILL)


def settle(made: Installation, outcome: Outcome, files: bool = True) -> dict[str, Any]:
    """Do again whatever was begun, and count: what is not there is lost, what is there twice doubled."""
    wanted = made.inside("load_again") if files else 0
    found = made.truth()
    assert not found["uneven"], "a delivery whose numbers do not add up"
    assert not found["differs"], f"the store is not the record: {found['differs']}"
    assert found["behind"] == 0
    assert not found["lost"], "an original is gone within its term"
    assert found["incidents"] == found["new"]
    observed = count_of(made, "observed")
    stored = int(made.postgres.ask(BY_FORM))
    by_file = found["incidents"] - stored
    if files:
        outcome.lost += max(0, wanted - by_file)
        outcome.doubled += found["doubled"] + max(0, by_file - wanted)
    outcome.lost += max(0, observed - stored)
    outcome.written = wanted + stored
    return found


def count_of(made: Installation, name: str) -> int:
    """How often something was said to be done."""
    path = made.data / name
    return len(path.read_text().splitlines()) if path.exists() else 0


def begun(made: Installation, number: int) -> None:
    """Wait until a process has taken in so many files."""
    folder = made.data / "deliveries"
    wait_for(lambda: folder.exists() and len(list(folder.iterdir())) >= number, "files are being taken in")


def last_of(made: Installation) -> int:
    """A number after all that files were made with: a file is named by its first, and holds at most LARGE."""
    folder = made.data / "deliveries"
    return max((int(path.stem) for path in folder.glob("*.csv")), default=0) + LARGE if folder.exists() else 0


# ---- processes that write


def killed_imports(made: Installation, tries: int) -> Outcome:
    """kill -9 of who imports, at any moment."""
    outcome = Outcome("import, kill -9", tries)
    for _ in range(tries):
        before = count_files(made)
        child = made.start_inside("load_many", last_of(made), ROWS)
        wait_for(lambda before=before: count_files(made) > before + 1, "an import runs")
        pause(0.8)
        kill(child)
    settle(made, outcome)
    return outcome


def count_files(made: Installation) -> int:
    """How many deliveries were begun."""
    folder = made.data / "deliveries"
    return len(list(folder.iterdir())) if folder.exists() else 0


def killed_observers(made: Installation, tries: int) -> Outcome:
    """kill -9 of who enters observations; what was told to be taken in is there, once."""
    outcome = Outcome("observation, kill -9", tries)
    for _ in range(tries):
        before = count_of(made, "observed")
        child = made.start_inside("observe", 100_000)
        wait_for(lambda before=before: count_of(made, "observed") > before, "an observation was entered")
        pause(0.8)
        kill(child)
    settle(made, outcome)
    stored = int(made.postgres.ask(BY_FORM))
    # One may be in and not yet told to be: once a kill, never more.
    outcome.doubled += max(0, stored - count_of(made, "observed") - tries)
    return outcome


def killed_rebuilds(made: Installation, tries: int) -> Outcome:
    """kill -9 while the event store is made anew: readers keep the old state, and nothing is lost."""
    outcome = Outcome("event store made anew, kill -9", tries)
    for _ in range(tries):
        version = manifest(made)
        child = made.start_inside("rebuild_many")
        wait_for(lambda version=version: manifest(made) != version, "the store is made anew")
        pause(0.5)
        kill(child)
    settle(made, outcome)
    return outcome


def manifest(made: Installation) -> bytes:
    """The manifest of the event store as it lies there."""
    path = made.data / "events" / "manifest.json"
    return path.read_bytes() if path.exists() else b""


def killed_withdrawals(made: Installation, tries: int) -> Outcome:
    """kill -9 while deliveries are taken back; taken in again afterwards."""
    outcome = Outcome("withdrawing, kill -9", tries)
    for _ in range(tries):
        written(made, max(0, 12 - count_files(made)))
        made.inside("load_again")
        before = made.postgres.ask(FILES)
        child = made.start_inside("withdraw_all")
        wait_for(lambda child=child, n=before: made.postgres.ask(FILES) < n or child.poll() is not None, "it takes back")
        pause(0.3)
        kill(child)
    settle(made, outcome)
    return outcome


def killed_retention(made: Installation, tries: int) -> Outcome:
    """kill -9 of the run that ends terms: in the end all that is due is gone, from record and store, and nothing else.

    Every row that went stands once on a certificate, wherever the run was killed.
    """
    outcome = Outcome("retention run, kill -9", tries)
    written(made, max(0, 12 - count_files(made)))
    made.inside("load_again")
    for _ in range(tries):
        made.postgres.do("UPDATE intake_incident SET ends_on = '2020-01-01' WHERE id % 7 = 0")
        kept = made.postgres.ask("SELECT count(*) FROM intake_incident WHERE ends_on > '2020-06-01'")
        due = made.postgres.ask("SELECT count(*) FROM intake_incident WHERE ends_on <= '2020-06-01'")
        certified = made.postgres.ask(CERTIFIED)
        child = made.start_inside("expire_many", "2020-06-01")
        before, began = made.postgres.ask(RUNS), time.monotonic()
        wait_for(lambda n=before, began=began: made.postgres.ask(RUNS) > n or time.monotonic() - began > 6, "it runs")
        pause(0.3)
        assert child.poll() is None, "there was nothing to kill"
        kill(child)
        made.inside("expire", "2020-06-01")
        found = made.truth()
        assert made.postgres.ask(CERTIFIED) - certified == due
        assert not found["differs"]
        assert not found["uneven"]
        outcome.written = kept
        outcome.lost += max(0, kept - found["incidents"])
        outcome.doubled += max(0, found["incidents"] - kept)
    outcome.remark = "doubled: rows that should have gone and stayed"
    return outcome


# ---- the worker


def killed_workers(made: Installation, tries: int, each: int = 4) -> Outcome:
    """kill -9 of the worker; what it left is taken over by the next."""
    outcome = Outcome("worker, kill -9", tries)
    for _ in range(tries):
        offer(made, each)
        before = made.postgres.ask(LOADED)
        child = made.start(module="openvis.web.operations")
        wait_for(lambda before=before: made.postgres.ask(LOADED) > before, "the worker works")
        pause(0.4)
        kill(child)
    child = made.start(module="openvis.web.operations")
    took = drained(made)
    kill(child)
    settle(made, outcome)
    outcome.remark = f"the last of it done {took:.0f} s after the next worker came"
    return outcome


def offer(made: Installation, number: int = 1) -> None:
    """Offer new deliveries, as the page does: kept, and left to the worker."""
    made.inside("offer", *written(made, number))


def written(made: Installation, number: int) -> list[Path]:
    """New files, on disk and not yet offered."""
    folder = made.data / "deliveries"
    folder.mkdir(exist_ok=True)
    paths = []
    for _ in range(number):
        at = last_of(made)
        paths.append(folder / f"{at:09d}.csv")
        paths[-1].write_bytes(delivery(ROWS, at))
    return paths


def drained(made: Installation, patience: float = 120) -> float:
    """Wait until no delivery waits; gives the seconds."""
    left = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'intake.load_batch' AND status IN ('todo', 'doing')"
    return wait_for(lambda: made.postgres.ask(left) == 0, "the queue is empty", patience)


def two_workers(made: Installation, tries: int) -> Outcome:
    """Two workers on one queue, and each job given to two of them at once, as when one was thought dead and is not."""
    outcome = Outcome("two workers on one job", tries)
    offer(made, tries)
    made.postgres.do("UPDATE procrastinate_jobs SET lock = NULL WHERE status = 'todo'")
    made.postgres.do(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)"
        " SELECT queue_name, task_name, args, 'todo' FROM procrastinate_jobs"
        " WHERE status = 'todo' AND task_name = 'intake.load_batch'"
    )
    workers = [made.start(module="openvis.web.operations") for _ in range(2)]
    drained(made)
    for worker in workers:
        kill(worker)
    settle(made, outcome)
    return outcome


# ---- the database


def killed_postmaster(made: Installation, tries: int, backend: bool = False) -> Outcome:
    """kill -9 of the database, or of one of its backends, while files and observations come in."""
    outcome = Outcome(f"PostgreSQL: {'one backend' if backend else 'postmaster and all'}, kill -9", tries)
    for _ in range(tries):
        before, seen = count_files(made), count_of(made, "observed")
        children = [made.start_inside("load_many", last_of(made), ROWS), made.start_inside("observe", 100_000)]
        wait_for(lambda n=before, seen=seen: count_files(made) > n + 1 and count_of(made, "observed") > seen, "both write")
        pause(0.5)
        if backend:
            wait_for(made.postgres.kill_backend, "a backend works")
        else:
            made.postgres.kill()
        for child in children:
            wait_for(lambda child=child: child.poll() is not None or backend, "who wrote ended")
            kill(child)
        if not backend:
            made.postgres.start()
        wait_for(made.postgres.answers, "PostgreSQL is back")
    settle(made, outcome)
    return outcome


def database_gone(made: Installation, tries: int) -> Outcome:
    """The site while its database is gone and after it is back: 503 in words, then pages and work again by themselves."""
    outcome = Outcome("database gone and back, under the site", tries)
    port = free_port()
    site = made.start("serve", "--port", port)
    address = f"http://127.0.0.1:{port}"
    wait_for(lambda: fetch(f"{address}/readyz")[0] == 200, "the site is ready")
    times = []
    for _ in range(tries):
        made.postgres.kill()
        status, page = fetch(f"{address}/account/inloggen/")
        assert status == 503, page
        assert "OpenVIS kan niet bij zijn database" in page, page
        assert fetch(f"{address}/healthz")[0] == 200
        ready, parts = fetch(f"{address}/readyz")
        assert ready == 503
        assert '"database": "not ok"' in parts
        pause(4)
        made.postgres.start()
        times.append(wait_for(lambda: fetch(f"{address}/account/inloggen/")[0] == 200, "pages again"))
        offer(made)
        times.append(drained(made))
        assert site.poll() is None, made.log()[-3000:]
    wait_for(lambda: fetch(f"{address}/readyz")[0] == 200, "the site is ready again")
    kill(site)
    settle(made, outcome)
    outcome.remark = f"pages and work again within {max(times):.0f} s, nothing restarted"
    return outcome


def killed_site(made: Installation, tries: int) -> Outcome:
    """kill -9 of the site, web and worker, while observations are sent to it; what it confirmed is there."""
    import requests

    outcome = Outcome("web and worker, kill -9 during observations by the form", tries)
    people = made.inside("people")
    cookie = made.inside("sign_in", people["analyst"])
    confirmed = 0
    before = made.postgres.ask(BY_FORM)
    for _ in range(tries):
        port = free_port()
        site = made.start("serve", "--port", port)
        address = f"http://127.0.0.1:{port}"
        wait_for(lambda address=address: fetch(f"{address}/healthz")[0] == 200, "the site answers")
        link = requests.Session()
        link.cookies.set(cookie["name"], cookie["value"])
        link.get(f"{address}/invoer/waarneming/", timeout=30)
        sent = {"kind": "jeugdoverlast", "when": "now", "lon": "5.2205", "lat": "52.3708", "precision": "15"}
        until = time.monotonic() + random.uniform(0.5, 2.5)  # noqa: S311
        killer = subprocess.Popen(["sleep", f"{until - time.monotonic():.2f}"])
        with contextlib.suppress(requests.RequestException):
            while True:
                if killer is not None and killer.poll() is not None:
                    os.killpg(site.pid, signal.SIGSTOP)  # in the middle of what it does
                    kill(site)
                    killer = None  # type: ignore[assignment]
                token = link.cookies.get("csrftoken")
                answer = link.post(
                    f"{address}/invoer/waarneming/", sent | {"csrfmiddlewaretoken": token}, allow_redirects=False, timeout=10
                )
                assert answer.status_code == 302, answer.text[:2000]
                confirmed += 1
        kill(site)
    now = made.postgres.ask(BY_FORM)
    outcome.lost = max(0, confirmed - (now - before))
    outcome.doubled = max(0, now - before - confirmed - tries)
    for _ in range(now - before):
        with (made.data / "observed").open("a") as file:
            file.write("1\n")
    lost, doubled = outcome.lost, outcome.doubled
    settle(made, outcome)
    outcome.written, outcome.lost, outcome.doubled = confirmed, lost, doubled
    return outcome


# ---- a full disk


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Any:
    """A disk of its own, of a few kilobytes, in the place of a folder; needs root."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder.with_name(folder.name + ".kept")
    folder.rename(kept)
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
    try:
        subprocess.run(["cp", "-a", f"{kept}/.", folder], check=False, capture_output=True)
        yield
    finally:
        subprocess.run(["umount", folder], check=True)
        folder.rmdir()
        kept.rename(folder)


def full_disk(made: Installation, tries: int) -> Outcome:
    """No room for an original, for the event store, for a backup: said in words, nothing half, and it goes on afterwards."""
    outcome = Outcome("disk full: originals, event store, backup", 3 * tries)
    for _ in range(tries):
        at = last_of(made)
        path = made.data / "deliveries" / f"{at:09d}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(delivery(LARGE, at))
        for folder in ("originals", "events"):
            with full(made, folder):
                refused = made.openvis("import", path, "--source", "politie-incidenten", check=False)
            assert refused.returncode != 0, refused.stdout
            assert "no room" in refused.stderr, refused.stderr[-2000:]
            assert "Traceback" not in refused.stderr
        target = made.folder / "small"
        with small_disk(target, "64k"):
            refused = made.openvis("backup", target, check=False, OPENVIS_BACKUP_KEY=str(made.folder / "key"))
            assert refused.returncode == 2
            assert "no backup was made: No space left on device" in refused.stderr, refused.stderr
            assert list(target.iterdir()) == []
    settle(made, outcome)
    return outcome


@contextlib.contextmanager
def full(made: Installation, folder: str) -> Any:
    """A folder of the data whose disk has no room left."""
    used = sum(path.stat().st_size for path in (made.data / folder).rglob("*") if path.is_file()) // 1024
    files = sum(1 for _ in (made.data / folder).rglob("*"))
    with small_disk(made.data / folder, f"{used + 4 * files + 64}k"):
        filler = made.data / folder / "filler"
        with contextlib.suppress(OSError), filler.open("wb") as file:
            while True:
                file.write(b"x" * 4096)
                file.flush()
        yield
        filler.unlink()


# ---- the clock


def moved_clock(made: Installation, tries: int) -> Outcome:
    """The clock of the program leaps, forward and back: nothing is destroyed, no session lives on, the chain holds."""
    outcome = Outcome("clock leaps: retention, sessions, audit chain", 0)
    people = made.inside("people")
    kept = made.truth()["incidents"]
    for days in (-400, -1, 1, 40, 4000)[: max(1, tries)]:
        leap = {"FAULT_CLOCK": str(days)}
        refused = made.inside_tried("expire", **leap)
        assert refused.returncode != 0
        assert "ClockError" in refused.stderr
        assert "differ" in refused.stderr
        cookie = made.inside("sign_in", people["analyst"])["value"]
        assert made.inside("opens", cookie) == 200
        # Ahead, a session has ended and leads to sign-in; back, it lives no longer than it would have.
        assert made.inside("opens", cookie, **leap) == (302 if days > 0 else 200)
        found = made.inside("sealed", **leap)
        assert found["whole"], days
        assert made.inside("sealed")["whole"], days
        outcome.tries += 3
    found = made.truth()
    outcome.written, outcome.lost = kept, max(0, kept - found["incidents"])
    return outcome
