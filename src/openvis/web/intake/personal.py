"""What of the deliveries is about people: who delivered, and texts in which somebody may be named all the same.

Files with columns of names or service numbers are refused (`guards`), so incidents have no names. Free text, where a source
justifies it, and rejected rows are sealed and looked through. Originals are looked through as text where they are text.
"""

import json
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openvis.web.access import sealing
from openvis.web.access.finding import finder, marks_of, text_of
from openvis.web.access.registry import About, Person, PersonalTable, personal

from . import expiring, loading, originals, reading
from .mapping import text_context
from .models import Batch, Behind, Count, Incident, IncidentHistory, Rejected, Repeated, Source, Trial
from .words import Refusal

PURPOSE = gettext_lazy("the picture of incidents by place and time")
DELIVERING = gettext_lazy("to account for who delivered what")
BATCH = ("by", "file_name")
TRIAL = ("by", "file_name", "proposal")
SOURCE = ("made_by", "definition")
find_batches = finder(Batch, BATCH, expiring.ORIGINALS, DELIVERING, until="original_until", show=("received", "state"))
find_trials = finder(Trial, TRIAL, expiring.TRIALS, DELIVERING, until="ends_on", show=("received",))


def find_deliveries(person: Person) -> Iterator[About]:
    """Deliveries by somebody, and those whose file, as it was delivered, names a person."""
    found = set()
    for about in find_batches(person):
        found.add(about.key)
        yield about
    for batch in Batch.objects.filter(original_gone__isnull=True).exclude(sha256=""):
        fits = _names(batch.sha256, person) if str(batch.pk) not in found else None
        if fits is not None:
            yield About(expiring.ORIGINALS, str(batch.pk), str(batch), str(PURPOSE), batch.original_until, [
                (_("named in the file as delivered"), batch.file_name),
            ], sure=fits)  # fmt: skip


def find_unknown_files(person: Person) -> Iterator[About]:
    """Files on trial by somebody, and those that name a person."""
    found = set()
    for about in find_trials(person):
        found.add(about.key)
        yield about
    for trial in Trial.objects.all():
        fits = _names(trial.sha256, person) if str(trial.pk) not in found else None
        if fits is not None:
            yield About(expiring.TRIALS, str(trial.pk), str(trial), str(PURPOSE), trial.ends_on, [
                (_("named in the file as delivered"), trial.file_name),
            ], sure=fits)  # fmt: skip


def _names(sha256: str, person: Person) -> bool | None:
    """Whether a file names a person: any of its cells. None: it does not, or is gone, or is no table."""
    marks = marks_of(person)
    if not marks:
        return None
    try:
        sheet = reading.read(originals.fetch(sha256))
    except (Refusal, sealing.SealError):
        return None
    found: set[bool] = set()
    for row in (*sheet.frame.iter_rows(), *(misfit.values for misfit in sheet.misfits)):
        fits = marks.fits(text_of(row))
        if fits:
            return True
        found |= {fits} if fits is not None else set()
    return False if found else None


def find_rejected(person: Person) -> Iterator[About]:
    """Rejected rows that name a person."""
    marks = marks_of(person)
    for row in Rejected.objects.select_related("batch").iterator(1000):
        held = json.loads(sealing.unseal(bytes(row.sealed), loading.rejected_context(row.batch_id, row.row)))
        fits = marks.fits(text_of(held))
        if fits is not None:
            yield About(expiring.REJECTED, f"{row.batch_id}/{row.pk}", str(row), str(PURPOSE), row.batch.original_until, [
                (_("row in the file"), str(row.row)), (_("what the row held"), text_of(held)),
            ], sure=fits)  # fmt: skip


def find_incidents(person: Person) -> Iterator[About]:
    """Incidents whose free text names a person, as they are and as they were."""
    marks, keys = marks_of(person), dict(Source.objects.values_list("number", "key"))
    for model in (Incident, IncidentHistory):
        for row in model.objects.filter(text__isnull=False).iterator(1000):
            text = sealing.unseal(bytes(row.text), text_context(keys[row.source_id])).decode()
            fits = marks.fits(text)
            if fits is not None:
                key = expiring.key_of_row(keys[row.source_id], row.reference)
                yield About("incident", key, key, str(PURPOSE), row.ends_on, [
                    (_("begin"), f"{row.begin:%Y-%m-%d %H:%M}"), (_("text"), text),
                ], sure=fits)  # fmt: skip


def rejected_keys() -> Iterator[str]:
    """How findings name rejected rows."""
    yield from (f"{batch}/{row}" for batch, row in Rejected.objects.values_list("batch", "pk").iterator())


def text_keys() -> Iterator[str]:
    """How findings name incidents, of those with a text."""
    rows = Incident.objects.filter(text__isnull=False).values_list("source__key", "reference")
    yield from (expiring.key_of_row(source, reference) for source, reference in rows.iterator())


def erase_rejected(key: str) -> int:
    """Take a rejected row away; the numbers of the delivery stay."""
    return Rejected.objects.filter(pk=key.partition("/")[2]).delete()[0]


def erase_text(key: str) -> int:
    """Empty the free text of an incident, and of its history: what, where and when stay, for they are about nobody."""
    source, _slash, reference = key.partition("/")
    rows = Incident.objects.filter(source__key=source, reference=reference)
    number = rows.filter(text__isnull=False).update(text=None)
    past = IncidentHistory.objects.filter(source__key=source, reference=reference, text__isnull=False)
    return number + past.update(text=None)


def erase_original(key: str) -> int:
    """Destroy a file as delivered before its term, with its rejected rows; what was taken in stays."""
    batch = Batch.objects.get(pk=key)
    gone = originals.destroy(batch.sha256)
    expiring.mark_gone(batch.sha256)
    return int(gone) + Rejected.objects.filter(batch__sha256=batch.sha256).delete()[0]


def erase_trial(key: str) -> int:
    """Destroy a file on trial."""
    trial = Trial.objects.get(pk=key)
    trial.delete()
    expiring.destroy_original(trial.sha256, trial.ends_on)
    return 1


PLACE_AND_TIME = "what, where and when; no names come in (columns with names are refused)"

TABLES = (
    PersonalTable(Batch, BATCH, "staff", find_deliveries, erase_original, compartment="incidents",
                  explained={"refusal": "which column and which reason, no value"}),
    PersonalTable(Trial, TRIAL, "staff", find_unknown_files, erase_trial, compartment="incidents"),
    PersonalTable(Source, SOURCE, "staff",
                  finder(Source, SOURCE, "source", DELIVERING), compartment="incidents",
                  kept_because=gettext_lazy("says who described a source, as long as it delivers")),
    PersonalTable(Rejected, ("sealed",), "person", find_rejected, erase_rejected, compartment="incidents",
                  explained={"problems": "which column and which reason, no value"}, keys=rejected_keys),
    PersonalTable(Incident, ("text",), "person", find_incidents, erase_text, compartment="incidents",
                  explained={"reference": "the number that the source gave"}, keys=text_keys),
    PersonalTable(Count, none_because="counts per area, kind and period"),
    PersonalTable(Behind, none_because="months in which the event store is behind"),
    PersonalTable(Repeated, none_because="numbers of rows"),
)  # fmt: skip


def register() -> None:
    """Tell `access` which tables hold what."""
    personal.extend(TABLES)
