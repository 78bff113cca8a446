"""`openvis keys`: list, add, rotate, retire, and words for what cannot be."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.db import connection, transaction

from openvis.cli.keys import keys
from openvis.web.access import keyring
from web.deployment import planted
from web.sealing.test_rotation import places, read, wanted


def run(*arguments: str) -> Result:
    return CliRunner().invoke(keys, list(arguments))


@pytest.fixture
def path(settings: Any, tmp_path: Path) -> Path:
    settings.OPENVIS_KEYS = str(tmp_path / "safe" / "keys.json")
    return Path(settings.OPENVIS_KEYS)


def test_the_whole_life_of_a_key(almere: planted.City, path: Path):
    assert "openvis keys add" in run("list").output
    made = run("add")
    assert made.exit_code == 0, made.output
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    first = keyring.ring().current(keyring.SEAL).id.hex()
    keys_of_places = places(almere, 2)
    listed = run("list").output
    assert f"{first}  seal   in use" in listed
    assert "deployment_focusplace.interpretation: 2" in listed
    assert "from the secret key" in listed
    waiting = run("add")
    assert "waits for the next rotation" in waiting.output
    rotated = run("rotate")
    assert rotated.exit_code == 0, rotated.output
    assert "4 things moved" in rotated.output
    second = keyring.ring().current(keyring.SEAL).id.hex()
    assert second in waiting.output, "the waiting key was taken"
    assert "a moment ago" in run("retire", first).output
    assert run("retire", first, "--stopped").exit_code == 0
    assert f"{first}  seal   destroyed" in run("list").output
    assert first not in {entry["id"] for entry in json.loads(path.read_text())["keys"] if entry["secret"]}
    assert read(keys_of_places) == wanted(2)


def test_the_first_keys_are_made_before_the_database_is_prepared(db: None, path: Path):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE access_auditentry RENAME TO gone")
        cursor.execute("ALTER TABLE deployment_focusplace RENAME TO gone_too")
    made = run("add")
    assert made.exit_code == 0, made.output
    assert len(keyring.ring().entries) == 4
    with transaction.atomic():
        told = run("list")
        transaction.set_rollback(True)
    assert "run `openvis setup` first" in told.output


def test_indexes_have_a_key_of_their_own(db: None, path: Path):
    run("add")
    seal, index = (keyring.ring().current(use).id for use in keyring.USES)
    assert run("rotate", "--index").exit_code == 0
    assert keyring.ring().current(keyring.SEAL).id == seal
    assert keyring.ring().current(keyring.INDEX).id != index


def test_what_is_under_a_key_that_is_not_here_is_told(almere: planted.City, path: Path):
    run("add")
    places(almere, 1)
    path.unlink()
    run("add")
    told = run("list").output
    assert "NOT HERE: 2 things do not open" in told


def test_without_a_file_named_in_the_settings(db: None):
    for command in (["add"], ["rotate"], ["retire", "00000000"]):
        told = run(*command)
        assert told.exit_code == 1
        assert "OPENVIS_KEYS is not set" in told.output


@pytest.mark.parametrize(
    ("spoilt", "says"),
    [
        (lambda path: path.chmod(0o644), "can be read by others: chmod 600"),
        (lambda path: path.write_text("{}"), "is not a key file"),
        (lambda path: path.write_text("keys"), "is not a key file"),
    ],
)
def test_a_spoilt_file_is_refused_with_words(db: None, path: Path, spoilt: Any, says: str):
    run("add")
    spoilt(path)
    told = run("list")
    assert told.exit_code == 1
    assert says in told.output
    assert says in run("add").output, "and it is not written over"


def test_two_at_a_time_are_refused(db: None, path: Path):
    run("add")
    with keyring.changing(path):
        assert "another `openvis keys` is at work" in run("rotate").output
