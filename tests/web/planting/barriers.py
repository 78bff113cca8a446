"""Barrier models."""

from openvis.profile import Profile
from web.planting.common import Planted, holds, mark


def barrier_model(profile: Profile) -> Planted:
    """A barrier model with an agreement in it, and an earlier version."""
    from openvis.web.barriers import content as contents
    from openvis.web.barriers.models import BarrierModel

    title, step, note = mark("model"), mark("stap"), mark("afspraak")
    partner = profile.barriers.partners[0].id
    barrier = contents.Barrier(id="1ab", what="x", partners=[partner], note=note)
    document = contents.Content(steps=[contents.Step(id="1aa", title=step, barriers=[barrier])])
    made = BarrierModel.objects.create(title=title, content=document.dump())
    made.version = 2
    made.save()
    readers = holds(profile, "plan.view", "barriers.edit")
    return Planted("barrier model", (made.pk, "1aa", "1ab"), (title, step, note), readers)
