"""kill -9 at any point, then the same command again: nothing lost, nothing doubled. The process is really killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from checks import store_equals_record, sums
from intake_files import as_csv, police_csv, row

from openvis.web.intake import projection, services
from openvis.web.intake.models import Batch, Incident
from web.conftest import database_address

POLICE = "politie-incidenten"
POINTS = [
    "after the original was kept",
    "in the middle of COPY",
    "after the insert",
    "just before the commit",
    "after the commit, before projection",
    "before the manifest of the store",
    "after the store, before it is noted",
    "while listeners are told",
]


def run(folder: Path, file: Path, source: str, point: str) -> int:
    """Run the child process on the test's own database."""
    environment = os.environ | {"DATABASE_URL": database_address(), "DJANGO_SETTINGS_MODULE": "openvis.web.settings.testing"}
    script = Path(__file__).with_name("killed.py")
    command = [sys.executable, str(script), str(folder), str(file), source, point]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_killed_while_importing(real_almere: Path, csv_file: Path, point: str) -> None:
    assert run(real_almere, csv_file, POLICE, point) == -signal.SIGKILL
    assert Incident.objects.count() in (0, 40), "all of it or nothing"
    assert run(real_almere, csv_file, POLICE, "not at all") == 0
    batch = Batch.objects.get()
    assert (batch.state, batch.read, batch.new, batch.projected) == ("loaded", 40, 40, True)
    assert Incident.objects.count() == 40
    sums()
    store_equals_record()


@pytest.mark.slow
@pytest.mark.parametrize("point", ["before the manifest of the store", "while the months are replaced"])
def test_killed_while_updating(real_almere: Path, csv_file: Path, point: str) -> None:
    services.import_path(csv_file, POLICE)
    changed = real_almere / "changed.csv"
    changed.write_bytes(as_csv(row(index, maatschappelijke_klasse="Overval", x="", y="") for index in range(20, 60)))
    assert run(real_almere, changed, POLICE, point) == -signal.SIGKILL
    assert projection.is_behind()
    assert run(real_almere, changed, POLICE, "not at all") == 0
    assert Incident.objects.count() == 60
    assert Batch.objects.latest("received").updated == 20
    store_equals_record()


@pytest.mark.slow
@pytest.mark.parametrize("point", ["after the commit, before projection", "while the months are replaced"])
def test_killed_while_withdrawing(real_almere: Path, csv_file: Path, point: str) -> None:
    services.import_path(csv_file, POLICE)
    assert run(real_almere, csv_file, "withdraw", point) == -signal.SIGKILL
    assert projection.is_behind()
    assert run(real_almere, csv_file, "finish", "not at all") == 0
    assert Incident.objects.count() == 0
    store_equals_record()


@pytest.mark.slow
def test_two_broken_off_and_a_third_puts_all_right(real_almere: Path, csv_file: Path) -> None:
    other = real_almere / "other.csv"
    other.write_bytes(police_csv(30, start=20, maatschappelijke_klasse="Overval"))
    third = real_almere / "third.csv"
    third.write_bytes(police_csv(5, start=100))
    run(real_almere, csv_file, POLICE, "after the store, before it is noted")
    run(real_almere, other, POLICE, "after the commit, before projection")
    assert run(real_almere, third, POLICE, "not at all") == 0
    assert Incident.objects.count() == 55
    store_equals_record()
