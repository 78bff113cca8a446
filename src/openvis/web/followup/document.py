"""The uniform form as an accessible PDF (PDF/UA-1): what was handed over, on which ground, and what was decided."""

from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access.models import User
from openvis.web.keeping.document import made
from openvis.web.sharing import covenants
from openvis.web.sharing.flows import organisation_name, purpose_name
from openvis.web.ui import formatting

from . import selectors, words
from .models import Contribution, TabledItem


def uniform_form(user: User, item: TabledItem) -> bytes:
    """The form of one item, with the decisions and the actions that this person sees."""
    with translation.override(city.profile().municipality.language):
        return made(content(user, item))


def content(user: User, item: TabledItem) -> dict[str, Any]:
    """What stands in it, in the language in force."""
    given: Contribution = item.contribution
    tables = [{
        "title": _("What was handed over"), "head": [_("Field"), _("Text")], "columns": [2, 5],
        "rows": [[title, text] for title, text in given.values],
    }]  # fmt: skip
    decisions = [
        [formatting.date(timezone.localtime(one.at)), one.text, f"{one.law}, {one.article}"] for one in item.decisions.all()
    ]
    if decisions:
        tables.append({
            "title": _("Decisions"), "head": [_("Written down at"), _("Decision"), _("Law")], "columns": [2, 5, 2],
            "rows": decisions,
        })  # fmt: skip
    actions = selectors.actions_of(user, item)
    if actions:
        tables.append({
            "title": _("Actions"), "head": [_("What will be done"), _("Owner"), _("By when"), _("State")],
            "columns": [4, 3, 2, 2],
            "rows": [
                [one.what, f"{one.owner or '–'} ({organisation_name(one.organisation)})", formatting.date(one.due),
                 str(one.get_state_display())] for one in actions
            ],
        })  # fmt: skip
    return {
        "title": _("Uniform form: signal %(number)s") % {"number": item.number},
        "facts": [
            [_("Municipality"), city.profile().municipality.name],
            *([[_("Meeting"), formatting.date(timezone.localtime(item.meeting.begins))]] if item.meeting else []),
            [_("Handed over at"), formatting.date(timezone.localtime(given.at))],
            [_("Purpose"), purpose_name(given.purpose)],
            [_("Law"), f"{given.law}, {given.article}"],
            [_("Covenant"), covenants.name_of(given.covenant)],
            [_("Why"), given.motivation], [_("Proportionality"), given.proportionality],
            *([[_("Chosen approach"), ", ".join(map(words.approach_name, item.approaches))]] if item.approaches else []),
            *([[_("Partners who take part"), words.names(item.partners)]] if item.partners else []),
            [_("Printed for"), f"{user} ({formatting.date(timezone.localdate())})"],
        ],
        "paragraphs": [
            _("Confidential. For the participants of this meeting alone, for this purpose. Of partners' information only the"
              " decisions stand here; what they know stays with them."),
        ],
        "tables": tables,
    }  # fmt: skip
