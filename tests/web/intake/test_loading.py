"""Loading, updating, withdrawing: the sum holds, earlier values return, the store equals the record."""

import pytest
from checks import store_equals_record, sums
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake_files import as_csv, police_csv, row

from openvis.web.access import sealing
from openvis.web.access.models import AuditEntry
from openvis.web.intake import loading, originals, receiving, services, withdrawing
from openvis.web.intake.models import Batch, Incident, IncidentHistory, Source
from openvis.web.intake.signals import batch_committed
from openvis.web.intake.words import Refusal

POLICE = "politie-incidenten"


def take(data: bytes, source: str = POLICE) -> Batch:
    return services.import_file(data, source, file_name="x.csv").batch


def kinds() -> dict[str, int]:
    return dict(Incident.objects.values_list("reference", "kind"))


def test_a_file_becomes_incidents(almere, csv_file) -> None:
    batch = services.import_path(csv_file, POLICE).batch
    assert (batch.read, batch.new, batch.state) == (40, 40, "loaded")
    first = Incident.objects.get(reference="PL000003")
    assert first.begin.isoformat() == "2025-01-07T04:00:00+00:00"
    assert (first.end - first.begin).total_seconds() == 3 * 3600
    assert first.attempt is True
    assert (first.x, first.y, first.precision) == (143003.5, 487003.5, 10)
    assert first.area.level == "buurt"
    assert first.text is None, "free text is dropped"
    assert not IncidentHistory.objects.exists(), "new rows leave no history"
    store_equals_record()
    assert AuditEntry.objects.filter(action="intake.load", object=str(batch.pk)).count() == 1


def test_the_same_file_again_changes_nothing_and_says_so(almere) -> None:
    take(police_csv(10))
    with pytest.raises(Refusal) as refused:
        take(police_csv(10))
    assert refused.value.reason == "already_loaded"
    assert Batch.objects.count() == 1


def test_known_references_update_skip_and_repeat(almere) -> None:
    first = take(police_csv(10))
    rows = [row(index, maatschappelijke_klasse="Overval") if index < 4 else row(index) for index in range(12)]
    second = take(as_csv(rows))
    assert (second.new, second.updated, second.skipped) == (2, 4, 6)
    assert IncidentHistory.objects.count() == 4
    assert set(IncidentHistory.objects.values_list("batch_id", flat=True)) == {first.pk}
    store_equals_record()


def test_skipping_source_keeps_the_first_value(almere) -> None:
    source = Source.objects.get(key=POLICE)
    source.definition["on_known_reference"] = "skip"
    source.save()
    take(police_csv(5))
    before = kinds()
    batch = take(as_csv(row(index, maatschappelijke_klasse="Overval") for index in range(6)))
    assert (batch.new, batch.updated, batch.skipped) == (1, 0, 5)
    assert {key: value for key, value in kinds().items() if key in before} == before


def test_withdrawal_returns_earlier_values(almere) -> None:
    take(police_csv(10))
    before = kinds()
    second = take(as_csv(row(index, maatschappelijke_klasse="Overval", begindatum="01-02-2025", einddatum="09-02-2025")
                         for index in range(5, 15)))  # fmt: skip
    assert (second.new, second.updated) == (5, 5)
    preview = withdrawing.preview(second)
    assert (preview.vanish, preview.returned, preview.kept) == (5, 5, 0)
    assert Batch.objects.get(pk=second.pk).state == "loaded", "looking changes nothing"
    heard = []
    batch_committed.connect(lambda **kwargs: heard.append(kwargs["batch"].pk), weak=False, dispatch_uid="test")
    try:
        assert withdrawing.withdraw(second, None) == preview
    finally:
        batch_committed.disconnect(dispatch_uid="test")
    assert heard == [second.pk], "whoever listens is told"
    assert kinds() == before
    store_equals_record()
    again = take(as_csv(row(index, maatschappelijke_klasse="Overval") for index in range(5, 15)))
    assert (again.new, again.updated) == (5, 5)


def test_withdrawing_an_older_delivery_leaves_newer_values(almere) -> None:
    first = take(police_csv(6))
    second = take(as_csv(row(index, maatschappelijke_klasse="Overval") for index in range(3)))
    third = take(as_csv(row(index, maatschappelijke_klasse="Bedreiging") for index in range(2)))
    values = kinds()
    assert withdrawing.withdraw(second, None).returned == 1
    assert {key: kinds()[key] for key in ("PL000000", "PL000001")} == {k: values[k] for k in ("PL000000", "PL000001")}
    withdrawing.withdraw(third, None)
    assert {Incident.objects.get(reference=f"PL00000{n}").batch_id for n in range(6)} == {first.pk}
    store_equals_record()


def test_what_a_later_delivery_repeated_stays(almere) -> None:
    first = take(police_csv(6))
    second = take(police_csv(4, toelichting="anders geschreven"))
    assert second.skipped == 4
    preview = withdrawing.preview(first)
    assert (preview.vanish, preview.kept) == (2, 4)
    withdrawing.withdraw(first, None)
    assert Incident.objects.count() == 4
    assert set(Incident.objects.values_list("batch_id", flat=True)) == {second.pk}
    store_equals_record()
    with pytest.raises(Refusal):
        withdrawing.preview(first)


def test_rows_without_a_reference_are_all_new(almere) -> None:
    source = Source.objects.get(key=POLICE)
    source.definition["columns"]["reference"] = None
    source.save()
    assert take(police_csv(5)).new == 5
    assert take(police_csv(5, toelichting="x")).new == 5
    assert Incident.objects.values("reference").distinct().count() == 10


def test_free_text_is_kept_sealed_where_the_source_justifies_it(almere) -> None:
    source = Source.objects.get(key=POLICE)
    text = {"column": "toelichting", "keep": True, "justification": "wordt besproken in het overleg"}
    source.definition["columns"]["free_text"] = [text]
    source.save()
    take(police_csv(3, toelichting="glas in de speeltuin"))
    sealed = bytes(Incident.objects.first().text)
    assert b"glas" not in sealed
    assert sealing.unseal(sealed, f"text|{POLICE}").decode() == "glas in de speeltuin"
    again = take(as_csv([row(0, toelichting="glas in de speeltuin", huisletter="A")]))
    assert again.skipped == 1, "the same text is the same"


def test_the_original_is_kept_whole_and_encrypted(almere) -> None:
    data = police_csv(200)
    batch = take(data)
    path = originals.place(batch.sha256)
    assert originals.fetch(batch.sha256) == data
    assert b"PL000001" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    damaged = bytearray(path.read_bytes())
    damaged[200] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(sealing.SealError):
        originals.fetch(batch.sha256)


def test_many_blocks_of_an_original(almere, monkeypatch) -> None:
    monkeypatch.setattr(sealing, "BLOCK", 1000)
    for size in (0, 999, 1000, 1001, 5000):
        data = bytes(index % 251 for index in range(size))
        target = originals.place(originals.digest(data))
        sealing.seal_file(data, target, "x")
        assert sealing.unseal_file(target, "x") == data
    target.write_bytes(target.read_bytes()[: 4 + 1028 * 3])
    with pytest.raises(sealing.SealError):
        sealing.unseal_file(target, "x")


def test_keys_can_be_changed(settings) -> None:
    sealed = sealing.seal(b"geheim", "here")
    old, settings.SECRET_KEY = settings.SECRET_KEY, "a new one"
    with pytest.raises(sealing.SealError):
        sealing.unseal(sealed, "here")
    settings.SECRET_KEY_FALLBACKS = [old]
    assert sealing.unseal(sealed, "here") == b"geheim"
    with pytest.raises(sealing.SealError):
        sealing.unseal(sealed, "there")


def test_two_at_once_load_once(almere) -> None:
    received = receiving.receive(police_csv(5), Source.objects.get(key=POLICE), file_name="x.csv", by=None)
    services.load(received.batch, sheet=received.sheet)
    stale = Batch.objects.get(pk=received.batch.pk)
    stale.state = Batch.State.RECEIVED
    mapped = services.map_sheet(received.sheet, stale.source.described, "x")
    assert loading.write(stale, stale.source.described, mapped, lambda step, share: None) is None
    assert Incident.objects.count() == 5


ROW_SORTS = st.lists(
    st.tuples(
        st.integers(0, 8),
        st.sampled_from(["good", "other", "bad date", "no kind", "outside", "no place", "no reference"]),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROW_SORTS, min_size=1, max_size=3))
def test_any_mixture_keeps_the_sum(almere, files) -> None:
    """Whatever comes in and in which order, all rows are counted once and everything can be taken back."""
    change = {
        "good": {}, "other": {"maatschappelijke_klasse": "Overval"}, "bad date": {"begindatum": "gisteren"},
        "no kind": {"maatschappelijke_klasse": ""}, "outside": {"x": "121000"}, "no place": {"x": "", "y": ""},
        "no reference": {"registratienummer": ""},
    }  # fmt: skip
    taken = []
    for number, rows in enumerate(files):
        try:
            taken.append(take(as_csv(row(key, **change[sort]) | {"toelichting": str(number)} for key, sort in rows)))
        except Refusal as refusal:
            if refusal.reason != "already_loaded":
                raise
    sums()
    references = list(Incident.objects.values_list("reference", flat=True))
    assert len(references) == len(set(references))
    store_equals_record()
    for batch in reversed(taken):
        withdrawing.withdraw(batch, None)
    assert Incident.objects.count() == 0
    store_equals_record()
