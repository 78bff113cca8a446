"""The ways on for a weighed signal that this part of the work offers: RIEC meeting, project, case."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openvis.web.signals.registry import Route, routes

from . import services
from .forms import meeting_choices, sentences
from .project_forms import project_fields


def _meeting(user: Any) -> Mapping[str, Any]:
    return {
        "meeting": forms.ChoiceField(
            label=_("Meeting"), required=False, choices=[("", _("Not on an agenda yet")), *meeting_choices(user)],
            help_text=_("It can be put on an agenda later too."),
        )
    }


def _case(user: Any) -> Mapping[str, Any]:
    return {"reason": sentences(_("Why is a case needed?"), _("One or two sentences. No names."))}


def register() -> None:
    """Tell `signals`."""
    routes.extend([
        Route("riec", _("Local RIEC meeting"), services.meetings.route,
              _("Partners discuss it and choose an approach together."), _meeting, order=30),
        Route("project", _("Project approach"), services.projects.route,
              _("It is handled together with other signals that have something in common."), project_fields, order=40),
        Route("case", _("Case"), services.cases.route, _("It needs a file of its own, with a plan."), _case, order=50),
    ])  # fmt: skip
