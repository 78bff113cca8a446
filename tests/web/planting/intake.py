"""What came in, or could not."""

import uuid

from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access.models import User
from web.planting.common import Planted, holds, mark


def delivery(profile: Profile) -> Planted:
    """A refused delivery with a rejected row."""
    import json

    from openvis.web.access import sealing
    from openvis.web.intake.loading import rejected_context
    from openvis.web.intake.models import Batch, Rejected, Source

    name, inside = mark("levering"), mark("rij")
    batch = Batch.objects.create(
        source=Source.objects.first(), state=Batch.State.LOADED, file_name=f"{name}.csv", read=1, rejected=1,
        loaded=timezone.now(),
    )
    told = {"told": [{"value": inside, "facts": {"expected": "x"}}], "values": {"kind": inside}}
    Rejected.objects.create(
        batch=batch, row=2, problems=[{"column": "kind", "reason": "kind_unknown"}],
        sealed=sealing.seal(json.dumps(told).encode(), rejected_context(batch.pk, 2)),
    )
    return Planted("delivery", (batch.pk,), (name, inside), holds(profile, "intake.view", "intake.upload"))


def trial(profile: Profile) -> Planted:
    """An unknown file that somebody is working out."""
    from openvis.web.intake.models import Trial

    name = mark("proef")
    other = User.objects.create_user(f"{uuid.uuid4().hex}@elders.example", name="Iemand Anders")
    kept = Trial.objects.create(
        file_name=f"{name}.csv", sha256="0" * 64, size=1, by=other, ends_on=timezone.localdate(), proposal={},
    )
    return Planted("trial", (kept.pk,), (name,), lambda person: person == other)


def source(profile: Profile) -> Planted:
    """A source that was made in the browser."""
    from openvis.web.intake.models import Source

    first = Source.objects.filter(in_use=True).first()
    key, name = mark("bron"), mark("bronnaam")
    Source.objects.create(key=key, definition=first.definition | {"id": key, "name": name}, from_profile=False)
    return Planted("source", (key,), (key, name), holds(profile, "intake.sources", "intake.upload", "intake.view"))
