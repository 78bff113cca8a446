"""The forms with which an administrator invites people and gives roles. What does not fit is said at its field."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openvis.profile import Role
from openvis.web import city

from .listing import STATES
from .models import User

LONGEST = dt.timedelta(days=366)
"""How far ahead a role may end without saying why."""
USUAL = dt.timedelta(days=182)
"""The end that the form proposes."""


def day_field(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    """A day, picked or typed."""
    return forms.DateField(
        label=label, help_text=help_text, required=required, input_formats=["%Y-%m-%d", "%d-%m-%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def organisation_choices(empty: Any) -> list[tuple[str, Any]]:
    """The organisations of the profile by name, after an empty first choice."""
    names = [(item.id, item.name.get(get_language())) for item in city.profile().organisations]
    return [("", empty), *sorted(names, key=lambda pair: pair[1].casefold())]


def role_choices(empty: Any) -> list[tuple[str, Any]]:
    """The roles of the profile by name, after an empty first choice."""
    names = [(role.id, role.name.get(get_language())) for role in city.profile().roles]
    return [("", empty), *sorted(names, key=lambda pair: pair[1].casefold())]


def area_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The areas of now by level, coarse ones first."""
    profile = city.profile()
    return [
        (
            level.plural.get(get_language()).capitalize(),
            sorted((area.code, area.name) for area in profile.areas_of(level.id) if area.valid_to is None),
        )
        for level in profile.levels
    ]


def end_of(day: dt.date) -> dt.datetime:
    """The moment at which a day has passed."""
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))


class PeopleForm(forms.Form):
    """Whom the list shows. Its state is the address of the page."""

    zoek = forms.CharField(label=gettext_lazy("Name or e-mail address"), required=False, max_length=100)
    rol = forms.ChoiceField(label=gettext_lazy("Role"), required=False)
    organisatie = forms.ChoiceField(label=gettext_lazy("Organisation"), required=False)
    staat = forms.ChoiceField(label=gettext_lazy("Show"), required=False, choices=list(STATES.items()))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rol"].choices = role_choices(_("every role"))  # type: ignore[attr-defined]
        self.fields["organisatie"].choices = organisation_choices(_("every organisation"))  # type: ignore[attr-defined]


class InviteForm(forms.Form):
    """Invite somebody: who, and for which organisation they work."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), max_length=254, help_text=gettext_lazy("Of work, not shared with others.")
    )
    organisation = forms.ChoiceField(label=gettext_lazy("Organisation"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = organisation_choices(_("Choose an organisation"))  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        email = User.objects.normalize_email(self.cleaned_data["email"].strip())
        if User.objects.filter(email__iexact=email).exists():
            raise ValidationError(_("There is an account with this address already. Look it up in the list."))
        return email


class VersionForm(forms.Form):
    """An act on an account: it carries the version that was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class RoleForm(forms.Form):
    """Which role, before it shows what that role opens."""

    rol = forms.ChoiceField(label=gettext_lazy("Role"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rol"].choices = role_choices(_("Choose a role"))  # type: ignore[attr-defined]


class GrantForm(VersionForm):
    """Give a role: where, why, who decided it, until when."""

    areas = forms.MultipleChoiceField(
        label=gettext_lazy("Areas"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The role counts in these areas only. A coarse area holds the finer ones within it."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why does this person need it?"), max_length=200,
        help_text=gettext_lazy("The work it is needed for. No names of others."),
    )
    source = forms.CharField(
        label=gettext_lazy("Who decided it?"), max_length=100,
        help_text=gettext_lazy("A function or a decision, such as: team manager, letter of 3 March."),
    )
    until = day_field(gettext_lazy("Last day"), gettext_lazy("At most a year ahead. It can be given anew then."))
    longer = forms.CharField(
        label=gettext_lazy("Why longer than a year?"), max_length=90, required=False,
        help_text=gettext_lazy("Only when the last day is more than a year away."),
    )

    def __init__(self, role: Role, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role = role
        self.initial.setdefault("until", timezone.localdate() + USUAL)
        if role.scope == "area":
            self.fields["areas"].choices = area_choices()  # type: ignore[attr-defined]
        else:
            del self.fields["areas"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if self.role.scope == "area" and not values.get("areas") and "areas" not in self.errors:
            self.add_error("areas", _("Choose at least one area: this role counts in areas only."))
        until, today = values.get("until"), timezone.localdate()
        if until is not None and until < today:
            self.add_error("until", _("This day is past. Choose today or later."))
        elif until is not None and until - today > LONGEST and not values.get("longer"):
            self.add_error("longer", _("The last day is more than a year away. Say why, or choose an earlier day."))
        return values

    def given(self) -> dict[str, Any]:
        """What the service takes."""
        values = self.cleaned_data
        reason = values["reason"]
        if values["until"] - timezone.localdate() > LONGEST:
            reason = _("%(reason)s; longer than a year: %(longer)s") % {"reason": reason, "longer": values["longer"]}
        return {
            "areas": values.get("areas", []), "reason": reason, "source": values["source"],
            "ends": end_of(values["until"]), "seen": values["version"],
        }


class LastDayForm(VersionForm):
    """The last day of an account."""

    day = day_field(
        gettext_lazy("Last day"), required=False,
        help_text=gettext_lazy("After this day nobody signs in on the account. Empty: it has no last day."),
    )
