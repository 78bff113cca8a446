"""Objects of every party, each with marked texts: what `test_doors` looks for in the answers to everybody else.

An app has a module here, with a function for each thing that it keeps; the functions stand in `PLANTERS`. `readers` is
an answer of its own, from the words of the design and not from the rules under test: given a person's roles, may this
object be known to them?
"""

from collections.abc import Callable

from django.db import transaction

from openvis.profile import Profile
from openvis.web.access.models import User
from web.planting.access import account, purpose_use, session
from web.planting.barriers import barrier_model
from web.planting.common import MARK, Planted
from web.planting.controls import control_day, dealer
from web.planting.deployment import focus_place
from web.planting.followup import project, riec_action, riec_item
from web.planting.intake import delivery, source, trial
from web.planting.keeping import destruction_list, hold_on_a_person, subject_request
from web.planting.refindex import index_entry
from web.planting.resilience import awareness_session, threat
from web.planting.sharing import transfer
from web.planting.signals import signal, signal_draft
from web.planting.themes import place_out_of_sight, theme_figures
from web.planting.trail import audit_entry, processing_line, sampled_lookup

__all__ = ["MARK", "PLANTERS", "Planted", "plant_hidden"]

PLANTERS: list[Callable[[Profile], Planted]] = [
    focus_place, delivery, trial, source, account, audit_entry, purpose_use, transfer, sampled_lookup, processing_line,
    session, hold_on_a_person, destruction_list, subject_request, signal, signal_draft, index_entry, barrier_model,
    place_out_of_sight, theme_figures, riec_item, riec_action, project, threat, awareness_session, control_day, dealer,
]  # fmt: skip


def plant_hidden(profile: Profile, person: User) -> list[Planted]:
    """Plant what this person may not know of, and nothing else."""
    found = []
    for plant in PLANTERS:
        with transaction.atomic():
            item = plant(profile)
            transaction.set_rollback(item.readers(person))
        if not item.readers(person):
            found.append(item)
    return found
