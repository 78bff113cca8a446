"""A change of keys: everything moves, while rows are written, after a kill; and a retired key opens nothing."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from openvis.web.access import keyring, rotation, sealing
from openvis.web.access.keyring import INDEX, SEAL, KeyringError
from openvis.web.access.models import AuditEntry
from openvis.web.deployment import services
from openvis.web.deployment.models import FocusPlace
from openvis.web.intake import originals
from openvis.web.intake import services as intake
from openvis.web.intake.models import Batch, Rejected
from openvis.web.intake.selectors import opened
from web.conftest import database_address
from web.deployment import planted
from web.deployment.test_focus_places import frozen
from web.intake.intake_files import as_csv, row
from web.sealing.conftest import column


def quiet(_name: str, _number: int) -> None:
    """Nobody is told."""


def current(use: str = SEAL) -> str:
    return keyring.ring().current(use).id.hex()


def places(town: planted.City, number: int) -> list[Any]:
    """Focus places with an interpretation and an earlier one in their history."""
    lead = town.person("places.keep", "places.assess", areas=(town.coarse,))
    made = []
    for nth in range(number):
        kept = services.keep(lead, frozen([town.home.code, town.coarse]), f"Plein {nth}", interpretation=f"Eerst {nth}")
        services.assess(lead, kept.pk, 1, f"Later {nth}", kept.name)
        made.append(kept.pk)
    return made


def read(keys: list[Any]) -> list[tuple[str, str]]:
    """The interpretations, and those in the history."""
    found = [FocusPlace.objects.get(pk=key) for key in keys]
    return [(place.interpretation, place.events.get().interpretation) for place in found]


def wanted(number: int) -> list[tuple[str, str]]:
    return [(f"Later {nth}", f"Eerst {nth}") for nth in range(number)]


def test_what_the_secret_key_sealed_opens_under_a_key_file_and_moves(almere: planted.City, key_file: Callable[[], Path]):
    derived = current()
    keys = places(almere, 3)
    path = key_file()
    assert current() != derived
    assert read(keys) == wanted(3)
    moved = rotation.rotate(path, SEAL, quiet)
    assert moved.moved == {"deployment_focusplace.interpretation": 3, "deployment_focusplaceevent.interpretation": 3}
    assert read(keys) == wanted(3)
    assert set(rotation.holdings(SEAL)) == {bytes.fromhex(moved.key)}
    assert [place.events.count() for place in FocusPlace.objects.all()] == [1, 1, 1], "moving is not a change"
    rotation.retire(path, derived, at_once=True)
    assert derived not in {key.hex() for key in keyring.ring().keys}
    assert AuditEntry.objects.filter(action="keys.rotate", object=moved.key, facts__moved=6).exists()


def test_a_retired_key_opens_nothing_and_its_material_is_gone(almere: planted.City, key_file: Callable[[], Path]):
    path = key_file()
    old, before = current(), path.read_text()
    keys = places(almere, 1)
    sealed = column(FocusPlace, "interpretation", keys[0])
    rotation.rotate(path, SEAL, quiet)
    rotation.retire(path, old, at_once=True)
    with pytest.raises(sealing.SealError, match="retired"):
        sealing.unseal(sealed, f"deployment.focusplace.interpretation|{keys[0]}")
    assert read(keys) == wanted(1)
    secret = next(entry.secret for entry in keyring.ring().entries if entry.id == old)
    assert secret is None
    # And with the old file alone, nothing that is kept now opens.
    path.write_text(before)
    with pytest.raises(sealing.SealError):
        _ = FocusPlace.objects.get(pk=keys[0]).interpretation


def test_retire_refuses_what_is_still_needed(almere: planted.City, key_file: Callable[[], Path]):
    path = key_file()
    old = current()
    places(almere, 2)
    with pytest.raises(KeyringError, match="is current"):
        rotation.retire(path, old)
    rotation.rotate(path, SEAL, quiet)
    with pytest.raises(KeyringError, match="a moment ago"):
        rotation.retire(path, old)
    with connection.cursor() as cursor:
        number = bytes.fromhex(old)
        cursor.execute("UPDATE deployment_focusplace SET interpretation = %s || substring(interpretation FROM 5)", [number])
    with pytest.raises(KeyringError, match=r"still holds deployment_focusplace.interpretation \(2\)"):
        rotation.retire(path, old, at_once=True)
    with pytest.raises(KeyringError, match="is not there"):
        rotation.retire(path, "00000000")


def test_after_an_hour_the_old_key_may_go(
    almere: planted.City, key_file: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
):
    path = key_file()
    old = current()
    rotation.rotate(path, SEAL, quiet)
    later = timezone.now() + rotation.GRACE
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert rotation.retire(path, old).secret is None


def test_what_does_not_open_is_named_and_keeps_the_rotation_open(almere: planted.City, key_file: Callable[[], Path]):
    path = key_file()
    one, other = places(almere, 2)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE deployment_focusplace SET interpretation = interpretation || '\\x00' WHERE id = %s", [one])
    told = rotation.rotate(path, SEAL, quiet)
    assert told.closed == [f"deployment_focusplace.interpretation {one}"]
    assert keyring.ring().unfinished == (SEAL,)
    assert FocusPlace.objects.get(pk=other).interpretation == "Later 1"
    with pytest.raises(KeyringError, match="has not ended"):
        rotation.retire(path, next(entry.id for entry in keyring.ring().entries if entry.state == "open" and entry.made))


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_rejected_rows_texts_and_originals_move(city: Any, tmp_path: Path, key_file: Callable[[], Path]):
    file = tmp_path / "one.csv"
    file.write_bytes(as_csv([row(1), row(2, maatschappelijke_klasse="Bestaat niet")]))
    intake.import_path(file, "politie-incidenten")
    batch = Batch.objects.get()
    derived = current()
    path = key_file()
    told = rotation.rotate(path, SEAL, quiet)
    assert told.moved["originals"] == 1
    assert told.moved["intake_rejected.sealed"] == 1
    assert originals.place(batch.sha256).read_bytes()[:4].hex() == current() != derived
    rotation.retire(path, derived, at_once=True)
    assert originals.fetch(batch.sha256) == file.read_bytes()
    assert opened(Rejected.objects.get()).held["maatschappelijke_klasse"] == "Bestaat niet"


def test_an_index_moves_and_finds_before_during_and_after(
    person_model: Any, key_file: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
):
    path = key_file()
    person_model.objects.bulk_create(person_model(name=f"Naam {nth}") for nth in range(5))
    old = current(INDEX)
    monkeypatch.setattr(rotation, "everything", lambda use: [c for c in rotation.columns_of(person_model) if c.use == use])
    rotation._begin(path, keyring.ring(), INDEX)
    person_model.objects.create(name="Naam nieuw")
    for name in ("naam 3", "NAAM nieuw"):
        assert person_model.objects.filter(name_index=name).count() == 1, "two keys at once"
    assert set(rotation.holdings(INDEX)) == {bytes.fromhex(old), bytes.fromhex(current(INDEX))}
    assert rotation.rotate(path, INDEX, quiet).moved.total() == 5
    rotation.retire(path, old, at_once=True)
    assert person_model.objects.get(name_index="naam 3").name == "Naam 3"


def test_rows_written_during_a_rotation_are_all_there_and_all_moved(
    real_town: planted.City, key_file: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
):
    town, path = real_town, key_file()
    monkeypatch.setattr(rotation, "BATCH", 3)
    keys = places(town, 12)
    lead = town.person("places.keep", "places.assess", areas=(town.coarse,), name="Ander")
    stop, written, wrong = threading.Event(), [], []

    def write() -> None:
        try:
            nth = 0
            while not stop.is_set():
                place = FocusPlace.objects.get(pk=keys[nth % len(keys)])
                services.assess(lead, place.pk, place.version, f"Tijdens {nth}", place.name)
                made = services.keep(lead, frozen([town.home.code, town.coarse]), "Nieuw", interpretation=f"Nieuw {nth}")
                written.append((place.pk, f"Tijdens {nth}", made.pk, f"Nieuw {nth}"))
                nth += 1
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    old = current()
    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _again in range(3):
            rotation.rotate(path, SEAL, quiet)
    finally:
        stop.set()
        writer.join()
    assert not wrong
    assert len(written) > 3
    last = {place: text for place, text, _made, _new in written}
    assert {key: FocusPlace.objects.get(pk=key).interpretation for key in last} == last
    assert all(FocusPlace.objects.get(pk=made).interpretation == text for _p, _t, made, text in written)
    rotation.rotate(path, SEAL, quiet)
    rotation.retire(path, old, at_once=True)
    everything = [place.interpretation for place in FocusPlace.objects.all()]
    everything += [event.interpretation for event in FocusPlace.events.rel.related_model.objects.all()]
    assert len(everything) == FocusPlace.objects.count() + len(keys) + len(written)


def test_killed_half_way_and_begun_again(real_town: planted.City, tmp_path: Path, key_file: Callable[[], Path]):
    path = key_file()
    old = current()
    keys = places(real_town, 7)
    environment = os.environ | {"DATABASE_URL": database_address(), "DJANGO_SETTINGS_MODULE": "openvis.web.settings.testing"}
    script = Path(__file__).with_name("killed.py")
    command = [sys.executable, str(script), str(path), str(tmp_path), "2"]
    died = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr
    half = current()
    assert half != old, "the new key is in use at once"
    assert keyring.ring().unfinished == (SEAL,)
    assert read(keys) == wanted(7), "both keys open"
    told = rotation.rotate(path, SEAL, quiet)
    assert told.key == half, "it is finished and not begun anew"
    assert told.moved.total() == 14 - 4
    assert keyring.ring().unfinished == ()
    rotation.retire(path, old, at_once=True)
    assert read(keys) == wanted(7)
