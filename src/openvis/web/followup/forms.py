"""The forms of meetings and items. What was typed is kept when something is wrong."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from openvis.web import city
from openvis.web.access.models import User
from openvis.web.deployment.forms import no_citizen_number
from openvis.web.sharing.flows import organisation_name

from . import selectors, words
from .models import Meeting
from .states import Law, Progress

CHOICE = '<span class="fol-name">{}</span><span class="fol-value">{}</span>'
ONLY_OURS = _("Write what was decided, not what a partner told. Their information stays with them.")


def sentences(label: Any, help_text: Any = "", *, most: int = 2000, rows: int = 3, required: bool = True) -> forms.CharField:
    """A few sentences."""
    return forms.CharField(
        label=label, help_text=help_text, max_length=most, required=required, validators=[no_citizen_number],
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def line(label: Any, help_text: Any = "", *, most: int = 200, required: bool = True) -> forms.CharField:
    """One line."""
    return forms.CharField(
        label=label, help_text=help_text, max_length=most, required=required, validators=[no_citizen_number]
    )


def day(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    """A day."""
    return forms.DateField(
        label=label, help_text=help_text, required=required, input_formats=["%Y-%m-%d", "%d-%m-%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class PersonField(forms.ModelChoiceField):
    """Somebody who can take part, with their organisation."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=User.objects.none(), empty_label=_("Choose a person"), **options)

    def offer(self, people: Iterable[User]) -> None:
        """Offer these people and nobody else."""
        found = User.objects.filter(pk__in=[one.pk for one in people])
        self.queryset = found.select_related("organisation").order_by("name")

    def label_from_instance(self, obj: Any) -> str:
        """The name, and for whom they are there."""
        return f"{obj.name} ({organisation_name(obj.organisation.key)})" if obj.organisation else str(obj.name)


def law_fields() -> dict[str, forms.Field]:
    """The label of the law, on everything that comes out of a meeting."""
    return {
        "law": forms.ChoiceField(
            label=_("Law"), choices=Law.choices, help_text=_("The law that this falls under. It stays on it as its label."),
        ),
        "article": line(
            _("Article"), _("The article that allows this, such as: art. 6(1)(e), or art. 20."), most=120
        ),
    }


class MeetingForm(forms.Form):
    """When, where, who is in the chair."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    date = day(_("Day"))
    time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    place = line(_("Room or address"), _("A room or an address where others cannot listen in."))
    chair = PersonField(label=_("Chair"), help_text=_("The municipality chairs this meeting."))
    covenant = forms.ChoiceField(
        label=_("Covenant"),
        help_text=_("Partners take part under this covenant. Without one in force nothing is exchanged."),
    )

    def __init__(self, data: Any = None, *, meeting: Meeting | None = None, by: User | None = None) -> None:
        initial: dict[str, Any] = {"time": "10:00", "chair": by, "date": timezone.localdate() + timedelta(days=14)}
        if meeting is not None:
            local = timezone.localtime(meeting.begins)
            initial = {
                "version": meeting.version, "date": local.date(), "time": local.time(), "place": meeting.place,
                "chair": meeting.chair,
            }
        super().__init__(data, initial=initial)
        self.fields["chair"].offer(selectors.people())  # type: ignore[attr-defined]
        self.fields["covenant"].choices = words.covenant_choices()  # type: ignore[attr-defined]
        if meeting is not None:
            del self.fields["covenant"]

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        found = dict(self.cleaned_data)
        begins = datetime.combine(found.pop("date"), found.pop("time"), timezone.get_current_timezone())
        if "covenant" in found:
            found.pop("version")
        return {**found, "begins": begins}


class InviteForm(forms.Form):
    """Choose somebody who takes part."""

    person = PersonField(label=_("Person"))

    def __init__(self, data: Any = None, *, without: Iterable[Any] = ()) -> None:
        super().__init__(data)
        gone = set(without)
        self.fields["person"].offer([one for one in selectors.people() if one.pk not in gone])  # type: ignore[attr-defined]


class TableForm(forms.Form):
    """Choose the meeting that an item goes to."""

    meeting = forms.ChoiceField(label=_("Meeting"))

    def __init__(self, by: User, data: Any = None) -> None:
        super().__init__(data)
        self.fields["meeting"].choices = meeting_choices(by)  # type: ignore[attr-defined]


def meeting_choices(by: User) -> list[tuple[str, str]]:
    """The meetings that are still to come."""
    return [
        (str(one.pk), f"{timezone.localtime(one.begins):%d-%m-%Y %H:%M}, {one.get_state_display()}")
        for one in selectors.coming(by)
    ]


def mark(lines: list[tuple[str, Any, str]]) -> str:
    """Stands for the texts that somebody had in sight: what they tick must still be that."""
    told = [(name, str(text)) for name, _title, text in lines]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


class HandOverForm(forms.Form):
    """The uniform form: which fields of the signal go to the meeting, and on which ground."""

    seen = forms.CharField(widget=forms.HiddenInput)
    fields_chosen = forms.MultipleChoiceField(
        label=_("What is handed over"), widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick only what the partners need. What is not ticked they do not see."),
    )
    purpose = forms.ChoiceField(label=_("Purpose"))
    covenant = forms.ChoiceField(label=_("Covenant"))
    motivation = sentences(_("Why do the partners need this?"), _("One or two sentences. No names."))
    proportionality = sentences(
        _("Why not more than is needed? (proportionality)"),
        _("Why these fields, weighed against what it means for the people it is about."), most=1000,
    )

    def __init__(self, lines: list[tuple[str, Any, str]], covenant: str, data: Any = None) -> None:
        super().__init__(data, initial={"seen": mark(lines), "covenant": covenant})
        self.lines = lines
        self.fields.update(law_fields())
        language = get_language()
        self.fields["fields_chosen"].choices = [  # type: ignore[attr-defined]
            (name, format_html(CHOICE, title, text)) for name, title, text in lines
        ]
        self.fields["purpose"].choices = [  # type: ignore[attr-defined]
            (one.id, one.name.get(language)) for one in city.profile().purposes if words.COMPARTMENT in one.compartments
        ]
        self.fields["covenant"].choices = words.covenant_choices()  # type: ignore[attr-defined]
        self.order_fields(["seen", "fields_chosen", "purpose", "covenant", "law", "article"])

    def clean_seen(self) -> str:
        """Refuse what somebody chose while the signal was changed by somebody else."""
        now = mark(self.lines)
        if str(self.cleaned_data["seen"]) != now:
            self.data = self.data.copy()
            self.data["seen"] = now
            self.data.setlist("fields_chosen", [])
            raise forms.ValidationError(_("The signal has changed meanwhile. Look again, and tick anew."))
        return now


class DecideForm(forms.Form):
    """What the meeting decided about an item."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = sentences(_("Decision"), ONLY_OURS, most=4000, rows=5)
    approaches = forms.MultipleChoiceField(label=_("Chosen approach"), widget=forms.CheckboxSelectMultiple)
    partners = forms.MultipleChoiceField(
        label=_("Partners who take part"), widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("Only parties to the covenant of this meeting can be chosen."),
    )

    def __init__(self, item: Any, data: Any = None) -> None:
        super().__init__(data, initial={
            "version": item.version, "approaches": item.approaches, "partners": item.partners, "law": Law.WGS,
        })  # fmt: skip
        self.fields.update(law_fields())
        self.fields["approaches"].choices = words.approach_choices()  # type: ignore[attr-defined]
        choices = words.partners_of(item.meeting.covenant) if item.meeting else []
        self.fields["partners"].choices = choices  # type: ignore[attr-defined]


class AgreeForm(forms.Form):
    """Who does what by when."""

    what = sentences(_("What will be done"), _("One thing that somebody can do. No names of persons."), most=1000)
    owner = PersonField(label=_("Owner"), help_text=_("Their organisation goes with it."))
    approach = forms.ChoiceField(
        label=_("Intervention"), required=False,
        help_text=_("If their organisation uses its own powers for this: which approach it belongs to."),
    )
    due = day(_("By when"))

    def __init__(self, item: Any, data: Any = None) -> None:
        super().__init__(data, initial={"due": timezone.localdate() + timedelta(days=28)})
        choices = [("", _("No intervention")), *words.approach_choices()]
        self.fields["approach"].choices = choices  # type: ignore[attr-defined]
        people = [one.user for one in item.meeting.participants.select_related("user")] if item.meeting else []
        self.fields["owner"].offer(people)  # type: ignore[attr-defined]


class ReportForm(forms.Form):
    """What came of an action or step."""

    state = forms.ChoiceField(
        label=_("How did it go?"), choices=[(Progress.DONE, _("Done")), (Progress.DROPPED, _("Dropped"))],
        widget=forms.RadioSelect,
    )
    done_on = day(
        _("On which day?"), _("The day on which it was done. Leave it as it is when it was dropped."), required=False
    )
    result = sentences(_("What came of it"), _("What others need to know to go on. No content of your own files."))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"done_on": timezone.localdate()})


class ResultForm(forms.Form):
    """The result, with which something is closed, and what that means for the signals in it."""

    result = sentences(_("Result"), _("What changed, and what did we learn? No names."), most=4000, rows=5)
    handled = forms.TypedChoiceField(
        label=_("Is what was reported handled?"), widget=forms.RadioSelect, initial="yes",
        coerce=lambda value: value == "yes",
        choices=[("yes", _("Yes: the signal is closed")), ("no", _("No: the reporting point looks at it again"))],
        help_text=_("Who reported it reads where it stands, and nothing of the result."),
    )

    def __init__(self, data: Any = None, *, weighs: bool = True) -> None:
        super().__init__(data)
        if not weighs:
            del self.fields["handled"]


class TakeBackForm(forms.Form):
    """Why an item is taken back."""

    reason = sentences(
        _("Why is it taken back?"), _("Who saw it on an agenda that was sent reads this too. No names."), most=1000
    )
