"""Working out an unknown file: kept for its finder alone, tried under a mapping, saved as a source."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from openvis.profile import Source as Definition
from openvis.profile.sources import Format
from openvis.web.access import audit
from openvis.web.access.models import User

from . import originals, reading, services
from .columns import check_columns
from .expiring import destroy_original
from .guards import refuse_personal
from .mapping import Mapped
from .models import Batch, Source, Trial
from .placing import ground
from .reading import Sheet

TERM_DAYS = 7
"""How long a file that belongs to no source is kept."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What would become of a file under a mapping."""

    definition: Definition
    mapped: Mapped

    @property
    def accepted(self) -> int:
        """Rows that would be taken in."""
        return self.mapped.read - len(self.mapped.rejected)


def begin(data: bytes, *, file_name: str, by: User) -> Trial:
    """Keep an unknown file to work it out; refused when it holds service numbers or names. Raises Refusal."""
    sheet = reading.read(data)
    refuse_personal(sheet, ground().area_names())
    sha256 = originals.digest(data)
    originals.keep(data, sha256)
    with transaction.atomic():
        trial = Trial.objects.create(
            file_name=file_name[:255],
            sha256=sha256,
            size=len(data),
            by=by,
            ends_on=timezone.localdate() + timedelta(days=TERM_DAYS),
        )
        audit.record(by, "intake.trial", str(trial.pk), size=len(data))
    return trial


def sheet_of(trial: Trial, style: Format | None = None) -> Sheet:
    """The table of an unknown file. Raises Refusal."""
    return reading.read(originals.fetch(trial.sha256), style)


def attempt(trial: Trial, definition: Definition) -> Tried:
    """Try a mapping on the whole file; nothing is written. Raises Refusal."""
    sheet = sheet_of(trial, definition.format)
    check_columns(sheet, definition)
    return Tried(definition, services.map_sheet(sheet, definition, "trial"))


def keep(trial: Trial, proposal: dict[str, object]) -> None:
    """Remember how far somebody came."""
    trial.proposal = proposal
    trial.save(update_fields=["proposal"])


@transaction.atomic
def save(trial: Trial, definition: Definition, by: User) -> tuple[Source, Batch]:
    """Save the mapping as a source, and the file as its first delivery. Raises ValueError when the key is taken."""
    source = services.save_source(definition, by)
    batch = Batch.objects.create(
        source=source,
        file_name=trial.file_name,
        sha256=trial.sha256,
        size=trial.size,
        by=by,
        original_until=timezone.localdate() + timedelta(days=definition.originals_days),
    )
    trial.delete()
    return source, batch


@transaction.atomic
def drop(trial: Trial, by: User) -> None:
    """Throw an unknown file away."""
    sha256 = trial.sha256
    audit.record(by, "intake.trial", str(trial.pk), result="dropped")
    trial.delete()

    def destroy() -> None:
        destroy_original(sha256, timezone.localdate())

    transaction.on_commit(destroy)
