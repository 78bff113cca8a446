"""The form of a place out of sight."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from openvis.web.access.models import User
from openvis.web.places.fields import AddressField

from . import selectors, services
from .models import PlaceKind

DAYS = ["%Y-%m-%d", "%d-%m-%Y"]


def _day(label: Any, help_text: Any) -> forms.DateField:
    return forms.DateField(
        label=label, help_text=help_text, required=False, input_formats=DAYS,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class PlaceForm(forms.Form):
    """A place, why it is on the list, and when it was and will be controlled."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput, required=False)
    title = forms.CharField(
        label=gettext_lazy("Place"), max_length=100,
        help_text=gettext_lazy("As people know it, such as: the moorings behind the mill. No names of persons."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind of place"), choices=PlaceKind.choices)
    area = forms.ChoiceField(label=gettext_lazy("Area"))
    address = AddressField(
        label=gettext_lazy("Address"), required=False, help_text=gettext_lazy("Only when the place is one address."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why is it on the list?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What is not seen there now, and by whom it should be. About the place, not about persons."),
    )
    last_control = _day(gettext_lazy("Last control"), gettext_lazy("Leave it empty when nobody knows."))
    next_control = _day(gettext_lazy("Next control"), gettext_lazy("On this day it stands in the list of what is due."))

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["area"].choices = selectors.area_choices(user)  # type: ignore[attr-defined]

    @property
    def listed(self) -> services.Listed:
        """What was filled in."""
        return services.Listed(**{name: value for name, value in self.cleaned_data.items() if name != "version"})

    def now(self, version: int) -> None:
        """Have the next try be about what stands there now, with what was typed kept."""
        self.data = self.data.copy()
        self.data["version"] = str(version)
