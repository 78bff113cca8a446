"""Taking a delivery at the door: may it come in, is it what it should be, was it here before? Then it is kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openvis.profile import PartnerCovenant
from openvis.profile import Source as Definition
from openvis.profile.sources import Format
from openvis.web.access import audit
from openvis.web.access.models import User
from openvis.web.sharing import covenants

from . import originals, reading
from .columns import check_columns
from .guards import refuse_personal
from .models import Batch, Source
from .placing import Ground, ground
from .reading import Sheet
from .words import Refusal

OPEN = (Batch.State.RECEIVED, Batch.State.LOADING, Batch.State.LOADED)


@dataclass(frozen=True, slots=True)
class Received:
    """A delivery at the door, with its table as far as it was read already."""

    batch: Batch
    sheet: Sheet | None


def source_by(key: str) -> Source:
    """The source with a key. Raises Refusal naming those there are."""
    source = Source.objects.filter(key=key).first()
    if source is None:
        known = ", ".join(Source.objects.filter(in_use=True).values_list("key", flat=True))
        raise Refusal("source_unknown", source=key, sources=known)
    if not source.in_use:
        raise Refusal("source_retired", source=key)
    return source


def refuse_without_covenant(source: Definition, day: date) -> None:
    """Nothing is taken in outside the term of the covenant. Raises Refusal with the sentence that says so."""
    if source.covenant_id is not None:
        _refuse_outside_register(source, source.covenant_id, day)
    covenant = source.covenant
    if covenant is None or covenant.in_force(day):
        return
    if day > covenant.ends:
        raise Refusal("covenant_ended", covenant=covenant.name, ended=covenant.ends, source=source.name)
    raise Refusal("covenant_ahead", covenant=covenant.name, starts=covenant.starts, source=source.name)


def covered(source: Definition, day: date) -> bool:
    """Whether the source may deliver on a day, as far as its covenant goes."""
    try:
        refuse_without_covenant(source, day)
    except Refusal:
        return False
    return True


def _refuse_outside_register(source: Definition, key: str, day: date) -> None:
    try:
        covenants.require(key, day)
    except covenants.CovenantError as error:
        facts: dict[str, object] = {"covenant": key, "source": source.name}
        if error.covenant is not None:
            facts["covenant"] = error.covenant.name
            facts |= {"ended": error.covenant.ends, "starts": error.covenant.starts}
        raise Refusal(f"covenant_{error.reason}", **facts) from error


def resting_on(covenant: PartnerCovenant) -> Iterator[covenants.Dependent]:
    """The sources in use that deliver under a covenant of the register."""
    for source in Source.objects.filter(in_use=True, definition__covenant_id=covenant.id):
        yield covenants.Dependent(_("source"), source.described.name.get(get_language()))


def receive(
    data: bytes,
    source: Source,
    *,
    file_name: str,
    by: User | None,
    way: str = Batch.Way.FILE,
    corrects: Batch | None = None,
) -> Received:
    """Look at a delivery and keep it. The same file again gives the delivery it began, to be finished.

    Raises Refusal; what may not be kept (service numbers, names) is not kept then, and the refusal itself is.
    """
    definition = source.described
    sha256 = originals.digest(data)
    refuse_without_covenant(definition, timezone.localdate())
    known = Batch.objects.filter(source=source, sha256=sha256, state__in=OPEN).first()
    if known is not None:
        return Received(_unfinished(known), None)
    facts = {
        "file_name": file_name[:255],
        "sha256": sha256,
        "size": len(data),
        "by": by,
        "way": way,
        "corrects": corrects,
    }
    try:
        sheet = look(data, definition, ground(), corrected=corrects is not None)
    except Refusal as refusal:
        _note_refusal(source, refusal, facts)
        raise
    originals.keep(data, sha256)
    until = timezone.localdate() + timedelta(days=definition.originals_days)
    try:
        with transaction.atomic():
            batch = Batch.objects.create(source=source, original_until=until, **facts)
            audit.record(by, "intake.receive", str(batch.pk), source=source.key, size=len(data))
    except IntegrityError:
        # Somebody offered the same file at the same moment.
        return Received(_unfinished(Batch.objects.get(source=source, sha256=sha256, state__in=OPEN)), None)
    return Received(batch, sheet)


def look(data: bytes, source: Definition, on: Ground, *, corrected: bool = False) -> Sheet:
    """Read a file and refuse what must not come in, or lacks a column. Raises Refusal."""
    sheet = reading.read(data, correction_format(source.format) if corrected else source.format)
    refuse_personal(sheet, on.area_names())
    check_columns(sheet, source)
    return reading.without_apostrophes(sheet) if corrected else sheet


def correction_format(style: Format) -> Format:
    """How the file of rejected rows is written: our own download, whatever the source writes."""
    return style.model_copy(update={"delimiter": "auto", "encoding": "auto", "header_row": 1, "sheet": None})


def _unfinished(batch: Batch) -> Batch:
    """The delivery of this very file, when there is still something to do. Raises Refusal when there is not."""
    if batch.state == Batch.State.LOADED and batch.projected:
        loaded = timezone.localtime(batch.loaded).strftime("%d-%m-%Y %H:%M")
        raise Refusal("already_loaded", loaded=loaded, new=batch.new, updated=batch.updated)
    return batch


def _note_refusal(source: Source, refusal: Refusal, facts: dict[str, object]) -> None:
    with transaction.atomic():
        told = {"reason": refusal.reason, "facts": refusal.facts}
        batch = Batch.objects.create(source=source, state=Batch.State.REFUSED, refusal=told, **facts)
        audit.record(
            batch.by, "intake.receive", str(batch.pk), result="refused", source=source.key, reason=refusal.reason
        )
