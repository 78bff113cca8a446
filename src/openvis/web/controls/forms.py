"""The forms of a control day: the plan, an address, the result of a visit, the conclusion."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access.models import User
from openvis.web.deployment import areas
from openvis.web.deployment.forms import no_citizen_number
from openvis.web.places.fields import AddressField

from . import rules, selectors
from .models import ControlDay, ControlStop
from .services.acts import WrongError
from .services.days import Plan, Visit
from .services.visits import Report
from .states import Result

NO_NAMES = gettext_lazy("No names of people: write about the place and what was seen.")


def named(items: Any, empty: Any = None) -> list[tuple[str, Any]]:
    """Choices from parts of the profile, by name."""
    found = sorted(((item.id, item.name.get(get_language())) for item in items), key=lambda pair: pair[1].casefold())
    return found if empty is None else [("", empty), *found]


def text(label: Any, length: int, rows: int = 0, required: bool = True, help_text: Any = "") -> forms.CharField:
    """A short text, or a box of so many rows."""
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(
        label=label, max_length=length, required=required, help_text=help_text, widget=widget, validators=[no_citizen_number]
    )


def day_field(label: Any, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A day."""
    return forms.DateField(
        label=label, required=required, help_text=help_text, input_formats=["%Y-%m-%d", "%d-%m-%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def time_field(label: Any, required: bool = True, help_text: Any = "") -> forms.TimeField:
    """A time of the day."""
    return forms.TimeField(
        label=label, required=required, help_text=help_text, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


class ActForm(forms.Form):
    """A form whose service may say which field is wrong."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def refuse(self, error: WrongError) -> None:
        """Show what the service says where it belongs."""
        self.add_error(error.field if error.field in self.fields else None, ValidationError(str(error)))


class DayForm(ActForm):
    """What a control day is for, when, where, with whom, on which ground."""

    aim = text(gettext_lazy("Aim of the day"), 500, rows=3, help_text=NO_NAMES)
    date = day_field(gettext_lazy("Date"))
    begins = time_field(gettext_lazy("Begins at"))
    area = forms.ChoiceField(label=gettext_lazy("Area"), required=False)
    ground = forms.ChoiceField(label=gettext_lazy("Legal ground"))
    members = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(), required=False, label=gettext_lazy("Team"), widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("They see the day on their phone, and write down what they find."),
    )
    partners = forms.MultipleChoiceField(
        label=gettext_lazy("Partners that come along"), required=False, widget=forms.CheckboxSelectMultiple
    )
    start = AddressField(label=gettext_lazy("Start"), required=False, help_text=gettext_lazy("Where the team leaves from."))
    end = AddressField(label=gettext_lazy("End point"), required=False, help_text=gettext_lazy("Empty: back at the start."))
    safety = text(
        gettext_lazy("Safety note"), 1000, rows=3, required=False,
        help_text=gettext_lazy("What the team has to reckon with all day. Only this day's team and planners read it."),
    )

    def __init__(self, user: Any, day: ControlDay | None, data: Any = None) -> None:
        super().__init__(data, initial=_day_values(day) if day is not None else {"begins": "09:00"})
        held = rules.areas_of(user, rules.PLAN)
        self._choose("area", _area_choices(held))
        self._choose("ground", named(city.profile().controls.grounds))
        self._choose("partners", named(city.profile().organisations))
        self.fields["members"].queryset = selectors.team_for(sorted(held or ()))  # type: ignore[attr-defined]

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def plan(self) -> Plan:
        """What was filled in."""
        told = self.cleaned_data
        return Plan(
            told["aim"], told["date"], told["ground"], told["begins"], told["area"], told["partners"],
            list(told["members"]), told["start"], told["end"], told["safety"],
        )  # fmt: skip


def _area_choices(held: frozenset[str] | None) -> list[tuple[str, Any]]:
    """The areas somebody may plan in; who may everywhere, the whole city first."""
    level = city.profile().levels[0].id
    if held is None:
        return [("", _("The whole city")), *((item.code, item.name) for item in areas.of_level(level))]
    names = areas.names(held)
    return sorted(((code, names.get(code, code)) for code in held), key=lambda pair: pair[1])


def _day_values(day: ControlDay) -> dict[str, Any]:
    names = ("version", "aim", "date", "begins", "area", "ground", "partners", "start", "end", "safety")
    values = {name: getattr(day, name) for name in names}
    return values | {"members": list(day.members.values_list("person", flat=True))}


class StopForm(ActForm):
    """An address to be visited."""

    address = AddressField(label=gettext_lazy("Address"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind of place"))
    why = text(gettext_lazy("Why this address"), 500, rows=2, required=False, help_text=NO_NAMES)
    safety = text(gettext_lazy("Safety note"), 500, rows=2, required=False)
    opens = time_field(gettext_lazy("Opens at"), required=False)
    closes = time_field(gettext_lazy("Closes at"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["kind"].choices = named(city.profile().controls.places)  # type: ignore[attr-defined]

    @property
    def visit(self) -> Visit:
        """What was filled in."""
        told = self.cleaned_data
        return Visit(told["address"], told["kind"], told["why"], told["safety"], told["opens"], told["closes"])


class ReportForm(ActForm):
    """The result of a visit, for a thumb: four large choices first, the rest only where it is needed."""

    result = forms.ChoiceField(label=gettext_lazy("What came of it?"), widget=forms.RadioSelect)
    finding = text(gettext_lazy("What did you find?"), 2000, rows=4, required=False, help_text=NO_NAMES)
    handed_to = forms.ChoiceField(label=gettext_lazy("Offence: handed to"), required=False)
    follow_up = text(gettext_lazy("What follows"), 500, rows=2, required=False)
    follow_by = forms.ChoiceField(label=gettext_lazy("By whom"), required=False)
    follow_due = day_field(gettext_lazy("Before the end of"), required=False)

    def __init__(self, stop: ControlStop, data: Any = None) -> None:
        super().__init__(data, initial=_report_values(stop))
        choices = [(str(item.value), item.label) for item in Result if item != Result.WAITING]
        self.fields["result"].choices = choices  # type: ignore[attr-defined]
        for name in ("handed_to", "follow_by"):
            self.fields[name].choices = named(city.profile().organisations, _("Nobody"))  # type: ignore[attr-defined]

    @property
    def report(self) -> Report:
        """What was filled in. A term that was proposed counts only where something follows."""
        told = self.cleaned_data
        due = told["follow_due"] if told["follow_up"] or told["result"] == Result.SHORTCOMING else None
        return Report(
            told["result"], told["finding"], told["handed_to"], told["follow_up"],
            told["follow_by"] if due else "", due,
        )  # fmt: skip


def _report_values(stop: ControlStop) -> dict[str, Any]:
    days = city.profile().controls.follow_up_days
    names = ("version", "finding", "handed_to", "follow_up", "follow_by")
    values = {name: getattr(stop, name) for name in names}
    due = stop.follow_due or timezone.localdate() + timedelta(days=days)
    return values | {"follow_due": due, "result": "" if stop.result == Result.WAITING else stop.result}


class CloseForm(ActForm):
    """What the day brought."""

    conclusion = text(
        gettext_lazy("Conclusion"), 2000, rows=5,
        help_text=gettext_lazy("What did the day show, and what do we do differently next time? No names of people."),
    )
