"""The forms: reporting a threat, what was done about it, an awareness session."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access.models import User

from . import selectors, services
from .models import Aftercare, Kind, Police

DAYS = ["%Y-%m-%d", "%d-%m-%Y"]


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, input_formats=DAYS, initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class ReportForm(forms.Form):
    """Report a threat: what, when, where, to whom by function, and what happened."""

    kind = forms.ChoiceField(label=gettext_lazy("What happened?"), choices=Kind.choices, widget=forms.RadioSelect)
    happened_on = _day(gettext_lazy("On which day?"))
    area = forms.ChoiceField(
        label=gettext_lazy("In which area?"), required=False,
        help_text=gettext_lazy("Leave it empty when it was by telephone, mail or online."),
    )
    organisation = forms.ChoiceField(label=gettext_lazy("Of which department is the person it happened to?"))
    victim = forms.CharField(
        label=gettext_lazy("What is their function?"), max_length=80,
        help_text=gettext_lazy(
            "Such as: desk clerk, inspector. Not the name: who handles it will ask you when it is needed."
        ),
    )
    what = forms.CharField(
        label=gettext_lazy("What was said or done?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("What you saw and heard yourself, as literally as you can."),
    )

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        profile, lang = city.profile(), get_language()
        coarsest = profile.areas_of(profile.levels[0].id)
        self.fields["area"].choices = [("", "–"), *((area.code, area.name) for area in coarsest)]  # type: ignore[attr-defined]
        names = selectors.departments(profile, lang)
        own = user.organisation.key if user.organisation else ""
        if own and own not in names:
            names |= {item.id: item.name.get(lang) for item in profile.organisations if item.id == own}
        self.fields["organisation"].choices = list(names.items())  # type: ignore[attr-defined]
        self.fields["organisation"].initial = own

    @property
    def told(self) -> services.Told:
        """What was filled in."""
        return services.Told(**self.cleaned_data)


class HandleForm(forms.Form):
    """What was done about it."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    police = forms.ChoiceField(label=gettext_lazy("Report to the police"), choices=Police.choices)
    aftercare = forms.ChoiceField(label=gettext_lazy("Aftercare"), choices=Aftercare.choices)
    follow_up = forms.CharField(
        label=gettext_lazy("Follow-up"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What was agreed, with which department: a letter, a talk, a ban, safety at work."),
    )

    @property
    def done(self) -> services.Handling:
        """What was filled in."""
        return services.Handling(**{name: value for name, value in self.cleaned_data.items() if name != "version"})

    def now(self, version: int) -> None:
        """Have the next try be about what stands there now, with what was typed kept."""
        self.data = self.data.copy()
        self.data["version"] = str(version)


class SessionForm(forms.Form):
    """A session, and per department how many were invited and came."""

    title = forms.CharField(label=gettext_lazy("Subject"), max_length=100)
    held_on = _day(gettext_lazy("Day"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.departments = selectors.departments(city.profile(), get_language())
        for key, name in self.departments.items():
            for part, label in (("invited", _("invited")), ("came", _("came"))):
                self.fields[f"{part}-{key}"] = forms.IntegerField(
                    label=f"{name}, {label}", required=False, min_value=0, max_value=100_000
                )

    @property
    def rows(self) -> list[tuple[str, Any, Any]]:
        """Department, field for the invited, field for who came."""
        return [(name, self[f"invited-{key}"], self[f"came-{key}"]) for key, name in self.departments.items()]

    @property
    def came(self) -> dict[str, tuple[int, int]]:
        """Of each department that was filled in: invited, came."""
        found = {
            key: (self.cleaned_data[f"invited-{key}"], self.cleaned_data[f"came-{key}"] or 0) for key in self.departments
        }
        return {key: (invited, came) for key, (invited, came) in found.items() if invited is not None}

    @property
    def day(self) -> date:
        """When it was held."""
        held: date = self.cleaned_data["held_on"]
        return held
