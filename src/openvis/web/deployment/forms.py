"""The forms of a focus place. Each act has its own, short; what was typed is kept when something is wrong."""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access.models import User

from . import selectors
from .models import FocusAction, FocusPlace, Phase
from .states import State

_NINE = re.compile(r"(?<!\d)\d{9}(?!\d)")
NO_NAMES = gettext_lazy("Write about the place, not about persons: no names.")


def no_citizen_number(text: str) -> None:
    """Refuse a text with a number that passes the test of citizen service numbers (elfproef)."""
    for number in _NINE.findall(text):
        digits = [int(digit) for digit in number]
        if sum(w * d for w, d in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), digits, strict=True)) % 11 == 0:
            raise ValidationError(_("This text holds a number that looks like a citizen service number. Leave it out."))


def goal_choices() -> list[tuple[str, Any]]:
    """The goals of the plan, grouped by topic, with an empty first choice."""
    plan, language = city.profile().plan, get_language()
    groups: list[tuple[str, Any]] = [("", _("No goal"))]
    for topic in plan.topics:
        names = [(goal.id, f"{goal.id} {goal.name.get(language)}") for goal in topic.goals]
        if names:
            groups.append((topic.name.get(language), names))
    if plan.plan.overall:
        whole = [(goal.id, f"{goal.id} {goal.name.get(language)}") for goal in plan.plan.overall]
        groups.append((_("The whole plan"), whole))
    return groups


def organisation_choices() -> list[tuple[str, str]]:
    """The partners of the profile, with an empty first choice."""
    language = get_language()
    names = [(item.id, item.name.get(language)) for item in city.profile().organisations]
    return [("", _("No organisation")), *sorted(names, key=lambda pair: pair[1])]


def _long(label: Any, help_text: Any = "", required: bool = True, rows: int = 5) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=4000, validators=[no_citizen_number],
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label, help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d", "%d-%m-%Y"],
    )


class KeepForm(forms.Form):
    """Keep a place: what to call it, which goal it belongs to, what you think is going on."""

    name = forms.CharField(
        label=gettext_lazy("Name of the place"), max_length=120, validators=[no_citizen_number],
        help_text=gettext_lazy("As people call it: a street, a square, a neighbourhood."),
    )
    goal = forms.ChoiceField(label=gettext_lazy("Goal of the plan"), required=False)
    interpretation = _long(gettext_lazy("What do you think is going on here?"), NO_NAMES, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goal"].choices = goal_choices()  # type: ignore[attr-defined]


class ActForm(forms.Form):
    """An act on something that somebody else may be changing too: it carries the version that was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    shared: tuple[str, ...] = ()
    """Fields that stand in the record as well, to be compared when two people changed them."""

    def __init__(self, subject: FocusPlace | FocusAction, *args: Any, **kwargs: Any) -> None:
        initial = {"version": subject.version, **{name: getattr(subject, name) for name in self.shared}}
        super().__init__(*args, initial={**initial, **kwargs.pop("initial", {})}, **kwargs)
        self.subject = subject
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices that depend on the place."""

    def on_top_of(self, current: FocusPlace | FocusAction) -> "ActForm":
        """The same form with what was typed, ready to be saved over what somebody else saved in the meantime."""
        data = self.data.copy()
        data["version"] = str(current.version)
        return type(self)(current, data)

    def differences(self, current: FocusPlace | FocusAction) -> list[tuple[str, Any]]:
        """What stands in the record now where it is not what was typed: (label, text)."""
        found = []
        for name in self.shared:
            now = getattr(current, name)
            if str(now or "") != str(self.cleaned_data.get(name) or ""):
                found.append((str(self.fields[name].label), now))
        return found


class AssessForm(ActForm):
    """Say what it means (duiding)."""

    shared = ("interpretation", "name", "goal")
    interpretation = _long(
        gettext_lazy("Interpretation"), gettext_lazy("Why here and why then? What do the partners say? No names."),
        rows=8,
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the place"), max_length=120, validators=[no_citizen_number],
        help_text=gettext_lazy("As people call it: a street, a square, a neighbourhood."),
    )
    goal = forms.ChoiceField(label=gettext_lazy("Goal of the plan"), required=False)

    def prepare(self) -> None:
        self.fields["goal"].choices = goal_choices()  # type: ignore[attr-defined]


class OwnerForm(ActForm):
    """Choose who sees to the place."""

    owner = forms.ModelChoiceField(
        queryset=User.objects.none(), label=gettext_lazy("Owner"), empty_label=gettext_lazy("Choose a person"),
        help_text=gettext_lazy("Sees to it that what is agreed gets done."),
    )

    def prepare(self) -> None:
        self.fields["owner"].queryset = selectors.people_for(self.subject)  # type: ignore[attr-defined, arg-type]


class AcceptForm(OwnerForm):
    """The meeting accepts the place."""

    reason = _long(gettext_lazy("Why do we take this up?"), NO_NAMES, rows=4)
    field_order = ["reason", "owner"]


class DismissForm(ActForm):
    """The meeting dismisses the place."""

    reason = _long(gettext_lazy("Why do we leave this?"), NO_NAMES, rows=4)


class ActionForm(ActForm):
    """What will be done, by whom, by when."""

    what = forms.CharField(
        label=gettext_lazy("What will be done"), max_length=300, validators=[no_citizen_number],
        help_text=gettext_lazy("One thing that somebody can do, for example: check the lighting behind the station."),
    )
    phase = forms.ChoiceField(
        label=gettext_lazy("Kind of action"), choices=Phase.choices,
        help_text=gettext_lazy(
            "Preventive: before it happens. Repressive: against who does it. Aftercare: for who suffered. "
            "Enabling: makes the rest possible."
        ),
    )
    organisation = forms.ChoiceField(label=gettext_lazy("Organisation"), required=False)
    person = forms.ModelChoiceField(
        queryset=User.objects.none(), label=gettext_lazy("Person"), required=False,
        empty_label=gettext_lazy("No person"),
    )
    due = _day(gettext_lazy("By when"))

    def prepare(self) -> None:
        place = self.subject.place if isinstance(self.subject, FocusAction) else self.subject
        self.fields["organisation"].choices = organisation_choices()  # type: ignore[attr-defined]
        self.fields["person"].queryset = selectors.people_for(place)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not values.get("person") and not values.get("organisation"):
            self.add_error("organisation", _("Nobody is named. Choose a person or an organisation."))
        return values


class NewActionForm(ActionForm):
    """A new action: normally within two weeks."""

    def prepare(self) -> None:
        super().prepare()
        self.initial.setdefault("due", timezone.localdate() + timedelta(days=14))


class ChangeActionForm(ActionForm):
    """Agree something else."""

    shared = ("what", "phase", "organisation", "person", "due")


class FinishForm(ActForm):
    """Report what came of an action."""

    shared = ("done", "result")
    done = _day(gettext_lazy("Done on"), gettext_lazy("Not done? Give the day on which that was decided."))
    result = _long(gettext_lazy("What came of it"), NO_NAMES, rows=4)

    def prepare(self) -> None:
        self.initial["done"] = self.initial["done"] or timezone.localdate()


class CloseForm(ActForm):
    """Report the result and close."""

    shared = ("result",)
    result = _long(gettext_lazy("Result"), gettext_lazy("What changed at this place, and what did we learn? No names."))


class ListForm(forms.Form):
    """Which places the list shows. Its state is the address of the page."""

    staat = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    gebied = forms.ChoiceField(label=gettext_lazy("Area"), required=False)
    doel = forms.ChoiceField(label=gettext_lazy("Goal"), required=False)
    eigenaar = forms.ChoiceField(label=gettext_lazy("Owner"), required=False)

    def __init__(self, places: Iterable[FocusPlace], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = list(places)
        self._fill("staat", [("", _("To do")), ("all", _("All")), *State.choices])
        touched = {code for place in known for code in place.touches}
        areas = [(area.code, area.name) for area in city.profile().areas if area.code in touched and not area.valid_to]
        self._fill("gebied", [("", _("All areas")), *areas])
        used = {place.goal for place in known if place.goal}
        language = get_language()
        goals = [(g.id, f"{g.id} {g.name.get(language)}") for g in city.profile().plan.goals if g.id in used]
        self._fill("doel", [("", _("All goals")), *goals])
        owners = {str(place.owner_id): str(place.owner) for place in known if place.owner_id}
        self._fill("eigenaar", [("", _("Everybody")), *sorted(owners.items(), key=lambda pair: pair[1])])

    def _fill(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]
