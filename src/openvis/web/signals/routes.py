"""The ways that the reporting point itself can take with a weighed signal: close, a department, the address index."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access.models import User

from . import registry, services
from .models import Signal


def departments() -> list[tuple[str, str]]:
    """The departments to which a signal may be passed."""
    profile = city.profile()
    return [(key, profile.organisation(key).name.get(get_language())) for key in profile.signals.departments]


def _department() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Department"), choices=[("", "–"), *departments()])


def nothing(by: User, key: UUID, answers: Mapping[str, Any]) -> str:
    """The signal is closed: nothing else happens."""
    return _("closed")


def for_department(user: User) -> dict[str, forms.Field]:
    """What is asked to pass a signal to a department."""
    return {
        "organisation": _department(),
        "facts": forms.CharField(
            label=_("Facts for the department"), max_length=8000, widget=forms.Textarea(attrs={"rows": 6}),
            help_text=_("Write only what they need for their own task. They see this and the number, nothing else."),
        ),
        "with_address": forms.BooleanField(
            label=_("Pass the address of the signal on too"), required=False,
            help_text=_("Who takes it up may then look this address up in the address index."),
        ),
        "request": forms.CharField(
            label=_("What is asked of them"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
        ),
    }  # fmt: skip


def to_department(by: User, key: UUID, answers: Mapping[str, Any]) -> str:
    """Pass it on."""
    try:
        return services.hand_over(by, key, answers)
    except services.WrongError as error:
        raise ValidationError(str(error)) from error


def for_index(user: User) -> dict[str, forms.Field]:
    """What is asked to have the address registered in the index: which department does so."""
    return {"organisation": _department()}


def to_index(by: User, key: UUID, answers: Mapping[str, Any]) -> str:
    """Ask a department to register the address in the index: they do so in their own name, and hold the entry.

    The reporting point keeps the index's settings and enters nothing itself (the matrix gives it no right to).
    """
    signal = Signal.objects.select_related("address").get(pk=key)
    if signal.address is None:
        raise ValidationError(_("The index holds addresses of the register only. Give this signal its address first."))
    asked = _("Register this address in the address index, in the name of your department.")
    facts = _("There is a signal at this address.")
    return to_department(by, key, {**answers, "facts": facts, "request": asked, "with_address": True})


ROUTES = (
    registry.Route(
        "close", gettext_lazy("Close"), nothing, order=10,
        text=gettext_lazy("Nothing follows. The signal is kept for its term; a new signal may change the picture."),
    ),
    registry.Route(
        "department", gettext_lazy("Pass to one department"), to_department, fields=for_department, order=20,
        text=gettext_lazy("One department can handle it by itself. They tell you their result."),
    ),
    registry.Route(
        "index", gettext_lazy("Address index"), to_index, fields=for_index, order=30,
        text=gettext_lazy("A department registers the address in the index, to see whether another has a signal too."),
    ),
)


def register() -> None:
    """Put them among the ways there are; apps further down add theirs."""
    known = {route.key for route in registry.routes}
    registry.routes += [route for route in ROUTES if route.key not in known]


def available() -> list[registry.Route]:
    """Every way there is now, in order."""
    return sorted(registry.routes, key=lambda route: route.order)


def title_of(key: str) -> str:
    """A way in words; the key where no part of the system takes it (yet)."""
    return next((str(route.title) for route in registry.routes if route.key == key), key)

