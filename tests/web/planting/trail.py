"""The log, and what others wrote about look-ups."""

import uuid

from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access.models import AuditEntry
from web.planting.common import Planted, holds, mark


def audit_entry(profile: Profile) -> Planted:
    """An entry of the audit log about somebody else's work."""
    thing = mark("regel")
    entry = AuditEntry.objects.create(action="test.look", object=thing, actor=uuid.uuid4())
    return Planted("audit entry", (entry.pk,), (thing,), holds(profile, "audit.view", "audit.sample"))


def sampled_lookup(profile: Profile) -> Planted:
    """What the manager of another organisation wrote about a look-up of their people."""
    from openvis.web.trail.models import LookupSample, SampledLookup

    remark = mark("oordeel")
    sample = LookupSample.objects.create(
        organisation="elders", month=timezone.localdate().replace(day=1), seed=1, population=1, people=1,
    )
    looked = SampledLookup.objects.create(
        sample=sample, entry=1, judgement="ask", remark=remark, judged=timezone.now(),
    )
    return Planted("sample", (sample.pk,), (remark,), holds(profile, "audit.view"), ((looked.pk,),))


def processing_line(profile: Profile) -> Planted:
    """A line of the processing log about somebody."""
    from openvis.web.trail.models import ProcessingEntry

    name, now = mark("betrokkene"), timezone.now()
    line = ProcessingEntry.objects.create(
        trace=uuid.uuid4(), name="test", activity="test", started=now, ended=now, resource="test", version="1",
        subject_type="name", subject=name,
    )
    return Planted("processing line", (line.pk,), (name,), holds(profile, "audit.view", "subjects.handle"))
