"""Backup while everything is written, restored elsewhere: what was true at the snapshot is true there."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from installation import POLICE, Installation

from openvis.web.operations.backup import container

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def key(installation: Installation) -> dict[str, str]:
    return {"OPENVIS_BACKUP_KEY": str(installation.folder / "key")}


@pytest.fixture(scope="module")
def backup(installation: Installation, key: dict[str, str]) -> Path:
    """Made while three writers import and one observes."""
    installation.openvis("import", installation.delivery(300, 0), "--source", POLICE)
    writers = [installation.start_inside("observe", 100_000)]
    writers += [installation.start_inside("load_many", 1_000_000 * (1 + n), 40) for n in range(2)]
    time.sleep(6)
    before = installation.postgres.ask("SELECT count(*) FROM intake_incident")
    target = installation.folder / "kept"
    target.mkdir()
    said = installation.openvis("backup", target, **key).stdout
    assert "The keys are not in it" in said
    time.sleep(1)
    after = installation.postgres.ask("SELECT count(*) FROM intake_incident")
    assert all(writer.poll() is None for writer in writers), installation.log()
    assert after > before, "nothing was written meanwhile: the test shows nothing"
    for writer in writers:
        os.killpg(writer.pid, signal.SIGKILL)
        writer.wait()
    return next(target.iterdir())


def test_it_proves_right(installation, key, backup):
    said = installation.openvis("backup", "verify", backup, **key).stdout
    assert "proved right" in said
    assert installation.postgres.ask("SELECT verified IS NOT NULL FROM operations_backup")
    assert installation.postgres.ask("SELECT count(*) FROM pg_database WHERE datname LIKE 'openvis_trial%%'") == 0


def test_restored_elsewhere_all_adds_up(installation, key, backup):
    elsewhere = {"DATABASE_URL": installation.postgres.of("elsewhere"), "OPENVIS_DATA": str(installation.folder / "other")}
    installation.postgres.do("CREATE DATABASE elsewhere")
    said = installation.openvis("restore", backup, **key, **elsewhere).stdout
    assert "Everybody must sign in again" in said
    found = installation.inside("truth", **elsewhere)
    assert found["incidents"] == found["new"] > 300
    assert (found["uneven"], found["doubled"], found["differs"], found["lost"]) == ([], 0, [], [])
    kept = installation.inside("inspect", backup, key["OPENVIS_BACKUP_KEY"])
    assert found["incidents"] == kept["tables"]["intake_incident"]
    assert installation.postgres.ask("SELECT done IS NOT NULL FROM operations_restore", name="elsewhere")
    # The second wall stands there too.
    right = "SELECT has_table_privilege('openvis_web', 'access_auditentry', 'INSERT')"
    assert installation.postgres.ask(right, name="elsewhere")
    assert not installation.postgres.ask(right.replace("INSERT", "UPDATE"), name="elsewhere")


def test_a_full_target_is_refused_and_replaced_only_on_request(installation, key, backup):
    refused = installation.openvis("restore", backup, check=False, **key)
    assert refused.returncode == 2
    assert "openvis restore --replace" in refused.stderr
    before = installation.truth()
    installation.openvis("restore", backup, "--replace", **key)
    found = installation.truth()
    assert found["incidents"] < before["incidents"]
    assert (found["uneven"], found["doubled"], found["differs"], found["lost"]) == ([], 0, [], [])


def test_killed_half_way_it_can_be_repeated(installation, key, backup):
    before = installation.truth()
    for moment in (0.5, 1.5, 2.5, 3.5, 4.5):
        process = subprocess.Popen(
            [sys.executable, "-m", "openvis.cli.main", "restore", backup, "--replace"],
            env=installation.environment(**key), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(moment)
        process.kill()
        process.wait()
        time.sleep(0.5)
        assert installation.postgres.ask("SELECT count(*) FROM intake_incident") == before["incidents"]
    # Where it stopped after the database was back, nobody may start the site.
    installation.postgres.do("INSERT INTO operations_restore (at, backup, manifest) VALUES (now(), now(), '{}')")
    refused = installation.openvis("serve", "--port", 1, check=False)
    assert "openvis restore --finish" in refused.stderr or "port 1" in refused.stderr
    installation.openvis("restore", backup, "--replace", **key)
    assert installation.truth() == before


@pytest.mark.parametrize("damage", ["cut", "changed", "longer", "no backup"])
def test_a_damaged_backup_changes_nothing(installation, key, backup, damage):
    before = installation.truth()
    data = bytearray(backup.read_bytes())
    if damage == "cut":
        del data[-40:]
    elif damage == "changed":
        data[len(data) // 2] ^= 1
    elif damage == "longer":
        data += b"x"
    else:
        data[:10] = b"something "
    wrong = installation.folder / "damaged"
    wrong.write_bytes(data)
    for command in (("backup", "verify", wrong), ("restore", wrong, "--replace")):
        refused = installation.openvis(*command, check=False, **key)
        assert refused.returncode == 2
        assert "the backup is damaged" in refused.stderr
    assert installation.truth() == before


def test_another_key_is_told_apart_from_damage(installation, backup, tmp_path):
    container.make_key(tmp_path / "other")
    refused = installation.openvis("restore", backup, "--key-file", tmp_path / "other", "--replace", check=False)
    assert "the backup key is not the one" in refused.stderr


def test_what_a_newer_version_made_is_refused(installation, key, tmp_path):
    installation.postgres.do(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('operations', '9999_of_tomorrow', now())"
    )
    installation.openvis("backup", tmp_path / "new", **key)
    installation.postgres.do("DELETE FROM django_migrations WHERE name = '9999_of_tomorrow'")
    refused = installation.openvis("restore", tmp_path / "new", "--replace", check=False, **key)
    assert "newer version" in refused.stderr
    assert "operations.9999_of_tomorrow" in refused.stderr
