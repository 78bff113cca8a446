"""Barrier models of a demonstration: one that was worked on for months and shows its gaps, one that was just begun."""

from collections.abc import Iterator
from uuid import UUID

from openvis.profile.barriers import StartingModel
from openvis.web.access.models import User
from openvis.web.access.stage import Script, Stage

from . import content as contents
from . import services
from .content import State
from .models import BarrierModel

STANDS = (State.ACTIVE, State.GAP, State.PLANNED, State.ACTIVE, State.INEFFECTIVE)
"""How the barriers of a model stand, over and over; every third step has none that is active."""
NOTES = {
    State.ACTIVE: "Loopt; elk kwartaal besproken.",
    State.PLANNED: "Afgesproken voor het volgende kwartaal.",
    State.INEFFECTIVE: "Afspraak bestaat, maar wordt niet gebruikt.",
}
CHANGES = 18


def scripts(stage: Stage) -> Iterator[Script]:
    """What the editor does with the starting models of the profile."""
    editor = stage.who(services.EDIT)
    models = stage.profile.barriers.models
    if editor is None:
        return
    for origin, ago, changes in zip(models, (140, 12), (CHANGES, 2), strict=False):
        yield _worked_on(stage, editor, origin, ago, changes)
    if not models:
        yield _empty(stage, editor)


def _worked_on(stage: Stage, editor: User, origin: StartingModel, ago: int, changes: int) -> Script:
    yield stage.moment(ago, 10)
    language = stage.profile.municipality.language
    with stage.acts(editor):
        model = services.copy(editor, origin, origin.name.get(language), language)
    every = [(at, step.id, barrier) for at, step in enumerate(model.document.steps) for barrier in step.barriers]
    for number, (at, step, barrier) in enumerate(every[:changes]):
        state = STANDS[number % len(STANDS)]
        if at % 3 == 1 and state == State.ACTIVE:
            state = State.PLANNED
        if state == State.GAP:
            continue
        yield stage.moment(max(ago - 6 * number, 2), 14)
        changed = barrier.model_copy(update={"state": state, "note": NOTES[state]})
        _change(stage, editor, model.pk, contents.set_barrier(step, changed))


def _empty(stage: Stage, editor: User) -> Script:
    """Without starting models: one that somebody began."""
    yield stage.moment(30, 10)
    with stage.acts(editor):
        model = services.make(editor, "Verzonnen model", "Een begin, om te laten zien hoe het werkt.")
    _change(stage, editor, model.pk, contents.add_step(contents.Step(title="Een plek zoeken")))


def _change(stage: Stage, editor: User, key: UUID, act: contents.Act) -> None:
    with stage.acts(editor):
        services.change(editor, key, BarrierModel.objects.get(pk=key).version, act)
