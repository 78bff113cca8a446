"""The files of signals: gone with their signal, never before, and moved under another key."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from openvis.profile import Profile
from openvis.web.access import keyring, rotation
from openvis.web.access.models import User
from openvis.web.signals import files, personal, retention, services
from openvis.web.signals.models import Attachment, Signal
from web.signals.conftest import reported
from web.signals.test_reporting import JPEG
from web.signals.test_signal_pages import open_file

In = Callable[[Any], Client]
LONG_AGO = time.time() - 2 * files.UNTOUCHED


def with_file(city: Profile, reporter: User, **changed: Any) -> Attachment:
    looked = files.look(SimpleUploadedFile("foto.jpg", JPEG))
    return Attachment.objects.get(signal__number=services.report(reporter, reported(city, **changed), [looked]))


def aged(path: Path) -> Path:
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def refused(signal: Signal, weigher: User) -> Signal:
    return services.refuse(weigher, signal.pk, signal.version, "insufficient", "Te mager.")


def test_a_file_goes_with_its_signal_and_no_other(
    city: Profile, reporter: User, weigher: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    gone, stays = with_file(city, reporter), with_file(city, reporter)
    ended = refused(gone.signal, weigher)
    paths = [aged(files.place(item)) for item in (gone, stays)]
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.run_signals(ended.ends_on) == 1
    assert [path.exists() for path in paths] == [False, True]
    assert b"beeld" in files.unsealed(stays)


def test_a_file_that_was_written_just_now_goes_on_the_next_run(
    city: Profile, reporter: User, weigher: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    item = with_file(city, reporter)
    ended, path = refused(item.signal, weigher), files.place(item)
    with django_capture_on_commit_callbacks(execute=True):
        retention.run_signals(ended.ends_on)
    # It may be of a report that is still being sent in. By then its row is gone, so nobody can open it.
    assert path.exists()
    aged(path)
    assert retention.sweep() == 1
    assert not path.exists()


def test_what_was_taken_back_leaves_no_file(city: Profile, reporter: User) -> None:
    with transaction.atomic():
        path = files.place(with_file(city, reporter))
        transaction.set_rollback(True)
    assert not Attachment.objects.exists()
    assert path.exists()
    aged(path)
    assert retention.sweep() == 1


def test_half_written_files_go_and_what_is_not_ours_stays(city: Profile, reporter: User) -> None:
    item = with_file(city, reporter)
    half = aged_file(files.place(item).with_name(f"{files.place(item).name}.123.part"))
    strange = aged_file(files.folder() / "ab" / "lees-mij.txt")
    aged(files.place(item))
    assert retention.sweep() == 1
    assert not half.exists()
    assert strange.exists()
    assert files.place(item).exists()


def aged_file(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    return aged(path)


def test_erased_for_a_person_it_cannot_be_opened_and_is_swept(city: Profile, reporter: User) -> None:
    item = with_file(city, reporter)
    path = aged(files.place(item))
    assert personal.erase_attachment(str(item.pk)) == 1
    assert retention.sweep() == 1
    assert not path.exists()


def test_a_held_signal_keeps_its_file(city: Profile, reporter: User, weigher: User, monkeypatch: pytest.MonkeyPatch) -> None:
    item = with_file(city, reporter)
    ended = refused(item.signal, weigher)
    monkeypatch.setattr(retention, "held", lambda kind: {str(item.signal_id)})
    assert retention.run_signals(ended.ends_on) == 0
    aged(files.place(item))
    assert retention.sweep() == 0
    assert files.place(item).exists()


@pytest.fixture
def keys(settings: Any, tmp_path: Path) -> Path:
    """A key file, as `openvis keys add` makes it."""
    path = tmp_path / "keys.json"
    settings.OPENVIS_KEYS = str(path)
    keyring.write(path, tuple(keyring.made(use, keyring.CURRENT) for use in keyring.USES), ())
    return path


def quiet(_name: str, _number: int) -> None:
    """Nobody is told."""


def test_files_move_under_another_key_and_the_old_one_may_go(city: Profile, reporter: User, keys: Path) -> None:
    found = [with_file(city, reporter, facts=f"Feit {number}.") for number in range(3)]
    old = keyring.ring().current(keyring.SEAL).id
    assert rotation.holdings(keyring.SEAL)[old]["signal attachments"] == 3
    told = rotation.rotate(keys, keyring.SEAL, quiet)
    assert told.moved["signal attachments"] == 3
    assert {files.place(item).read_bytes()[:4].hex() for item in found} == {told.key}
    rotation.retire(keys, old.hex(), at_once=True)
    assert all(b"beeld" in files.unsealed(item) for item in found)
    assert rotation.rotate(keys, keyring.SEAL, quiet).moved["signal attachments"] == 3


def test_a_damaged_file_is_named_and_keeps_the_rotation_open(city: Profile, reporter: User, keys: Path) -> None:
    one, other = with_file(city, reporter), with_file(city, reporter)
    files.place(one).write_bytes(files.place(one).read_bytes() + b"x")
    told = rotation.rotate(keys, keyring.SEAL, quiet)
    assert told.closed == [f"attachment {one.pk}"]
    assert keyring.ring().unfinished == (keyring.SEAL,)
    assert b"beeld" in files.unsealed(other)


def test_a_lost_file_is_named_and_keeps_no_key_alive(
    city: Profile, reporter: User, weigher: User, keys: Path, client_for: In
) -> None:
    item = with_file(city, reporter)
    files.place(item).unlink()
    old = keyring.ring().current(keyring.SEAL).id.hex()
    assert rotation.rotate(keys, keyring.SEAL, quiet).closed == [f"attachment {item.pk}"]
    assert keyring.ring().unfinished == ()
    rotation.retire(keys, old, at_once=True)
    # The page says so, and does not break.
    client, at = client_for(weigher), reverse("signal", args=[item.signal_id])
    open_file(client, at, weigher)
    answer = client.get(reverse("signal_attachment", args=[item.signal_id, item.pk]))
    assert (answer.status_code, answer["Location"]) == (302, at)


def test_a_file_of_one_signal_does_not_open_as_that_of_another(city: Profile, reporter: User) -> None:
    one, other = with_file(city, reporter), with_file(city, reporter)
    files.place(other).write_bytes(files.place(one).read_bytes())
    with pytest.raises(files.sealing.SealError):
        files.unsealed(other)
