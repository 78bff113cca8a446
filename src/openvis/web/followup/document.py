"""The uniform form and the record of a meeting as accessible PDF (PDF/UA-1).

Of what was said in a meeting only our own contribution and the decisions stand in it, each with the law it falls under.
"""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access import audit
from openvis.web.access.models import User
from openvis.web.keeping.document import made
from openvis.web.sharing import covenants
from openvis.web.sharing.flows import organisation_name, purpose_name
from openvis.web.ui import formatting

from . import selectors, words
from .models import Contribution, Meeting, TabledItem


def uniform_form(user: User, item: TabledItem) -> HttpResponse:
    """The form of one item, with the decisions and the actions that this person sees."""
    audit.record(user, "item.print", f"tabled_item:{item.pk}")
    with translation.override(city.profile().municipality.language):
        return _to_save(made(content(user, item)), f"riec-{item.number}")


def record(user: User, meeting: Meeting) -> HttpResponse:
    """A whole meeting: agenda, contributions, decisions, chosen approach, and the actions that this person sees."""
    audit.record(user, "meeting.print", f"meeting:{meeting.pk}")
    with translation.override(city.profile().municipality.language):
        return _to_save(made(record_content(user, meeting)), f"riec-{timezone.localtime(meeting.begins):%Y-%m-%d}")


def _to_save(document: bytes, name: str) -> HttpResponse:
    response = HttpResponse(document, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def content(user: User, item: TabledItem) -> dict[str, Any]:
    """What stands in the uniform form, in the language in force."""
    given: Contribution = item.contribution
    return {
        "title": _("Uniform form: signal %(number)s") % {"number": item.number},
        "facts": [
            [_("Municipality"), city.profile().municipality.name],
            *([[_("Meeting"), _day(item.meeting.begins)]] if item.meeting else []),
            [_("Handed over at"), _day(given.at)],
            [_("Purpose"), purpose_name(given.purpose)],
            [_("Law"), _law(given)],
            [_("Covenant"), covenants.name_of(given.covenant)],
            [_("Why"), given.motivation], [_("Proportionality"), given.proportionality],
            *_chosen(item),
            [_("Printed for"), _printed_for(user)],
        ],
        "paragraphs": [_confidential()],
        "tables": [_handed_over(given, _("What was handed over")), *_decisions(item, ""), *_actions(user, item, "")],
    }  # fmt: skip


def record_content(user: User, meeting: Meeting) -> dict[str, Any]:
    """What stands in the record of a meeting, in the language in force."""
    items = selectors.agenda(user, meeting)
    people = sorted(meeting.participants.all(), key=lambda one: str(one.user))
    told = [f"{one.user} ({organisation_name(one.organisation)})" for one in people]
    begins = timezone.localtime(meeting.begins)
    return {
        "title": _("RIEC meeting of %(day)s") % {"day": formatting.date(begins)},
        "facts": [
            [_("Municipality"), city.profile().municipality.name],
            [_("When"), f"{formatting.date(begins)}, {begins:%H:%M}"], [_("Room or address"), meeting.place],
            [_("Chair"), str(meeting.chair or "–")], [_("Participants"), ", ".join(told)],
            [_("Covenant"), covenants.name_of(meeting.covenant)],
            [_("State"), str(meeting.get_state_display())],
            *([[_("Record closed on"), _day(meeting.closed_at)]] if meeting.closed_at else []),
            [_("Printed for"), _printed_for(user)],
        ],
        "paragraphs": [_confidential()],
        "tables": [_agenda(items), *(table for place, item in enumerate(items, 1) for table in _about(user, place, item))],
    }  # fmt: skip


def _day(moment: Any) -> str:
    return str(formatting.date(timezone.localtime(moment)))


def _law(of: Any) -> str:
    """The label of the law that something falls under."""
    return f"{of.law}, {of.article}"


def _printed_for(user: User) -> str:
    return f"{user} ({formatting.date(timezone.localdate())})"


def _confidential() -> str:
    return _(
        "Confidential. For the participants of this meeting alone, for this purpose. Of partners' information only the"
        " decisions stand here; what they know stays with them."
    )


def _chosen(item: TabledItem) -> list[list[str]]:
    approaches, partners = ", ".join(map(words.approach_name, item.approaches)), words.names(item.partners)
    return [
        [name, text] for name, text in ((_("Chosen approach"), approaches), (_("Partners who take part"), partners)) if text
    ]


def _agenda(items: list[TabledItem]) -> dict[str, Any]:
    rows = [
        [
            str(place), item.number, str(item.get_state_display()),
            ", ".join(map(words.approach_name, item.approaches)) or "–",
        ]
        for place, item in enumerate(items, 1)
    ]
    head = [_("No."), _("Signal"), _("State"), _("Chosen approach")]
    return {"title": _("Agenda"), "head": head, "columns": [1, 3, 3, 4], "rows": rows}


def _about(user: User, place: int, item: TabledItem) -> list[dict[str, Any]]:
    """One item of the record: our contribution, the decisions, the actions."""
    title = f"{place}. " + _("Signal %(number)s") % {"number": item.number} + ": "
    given = getattr(item, "contribution", None)
    ours = {"title": title + _("Our contribution"), "head": [], "columns": [], "rows": [],
            "paragraphs": [_("Nothing is handed over yet.")]}  # fmt: skip
    if given is not None:
        ours = _handed_over(given, title + _("Our contribution"))
        ours["paragraphs"] = [f"{_('Law')}: {_law(given)}", f"{_('Purpose')}: {purpose_name(given.purpose)}"]
    none = {"title": title + _("Decisions"), "head": [], "columns": [], "rows": [],
            "paragraphs": [_("Nothing was decided yet.")]}  # fmt: skip
    decisions = _decisions(item, title) or [none]
    chosen = [f"{name}: {text}" for name, text in _chosen(item)]
    decisions[0]["paragraphs"] = chosen or decisions[0].get("paragraphs", [])
    return [ours, *decisions, *_actions(user, item, title)]


def _handed_over(given: Contribution, title: str) -> dict[str, Any]:
    return {
        "title": title, "head": [_("Field"), _("Text")], "columns": [2, 5],
        "rows": [[name, text] for name, text in given.values],
    }  # fmt: skip


def _decisions(item: TabledItem, before: str) -> list[dict[str, Any]]:
    rows = [[_day(one.at), one.text, _law(one)] for one in item.decisions.all()]
    head = [_("Written down at"), _("Decision"), _("Law")]
    return [{"title": before + _("Decisions"), "head": head, "columns": [2, 5, 2], "rows": rows}] if rows else []


def _intervention(approach: str) -> str:
    return _("intervention, %(approach)s") % {"approach": words.approach_name(approach)}


def _actions(user: User, item: TabledItem, before: str) -> list[dict[str, Any]]:
    """The actions that this person sees: their own, and of their organisation."""
    rows = [
        [
            one.what + (f" ({_intervention(one.approach)})" if one.approach else ""),
            f"{one.owner or '–'} ({organisation_name(one.organisation)})", formatting.date(one.due),
            str(one.get_state_display()) + (f", {formatting.date(one.done_on)}" if one.done_on else ""),
        ]
        for one in selectors.actions_of(user, item)
    ]  # fmt: skip
    head = [_("What will be done"), _("Owner"), _("By when"), _("State")]
    return [{"title": before + _("Actions"), "head": head, "columns": [4, 3, 2, 2], "rows": rows}] if rows else []
