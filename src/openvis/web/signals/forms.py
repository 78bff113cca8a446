"""The forms of signals: one to report with, made for the phone, and those of who screens and weighs."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openvis.profile.signals import Phenomenon
from openvis.web import city
from openvis.web.places.fields import AddressField, Written
from openvis.web.places.models import Area

from . import files, routes, services
from .states import Channel, Outcome

NEW = "%Y-%m-%d"


def lines(label: Any, most: int, rows: int = 3, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    """A box for some sentences."""
    return forms.CharField(
        label=label, max_length=most, required=required, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows})
    )


def day(label: Any) -> forms.DateField:
    """A day that need not be known."""
    return forms.DateField(
        label=label, required=False, input_formats=[NEW, "%d-%m-%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format=NEW),
    )


def area_choices() -> list[tuple[str, str]]:
    """The finest areas in force, by name."""
    level = city.profile().finest.id
    found = Area.objects.filter(level=level).valid_on(timezone.localdate()).order_by("name")
    return list(found.values_list("code", "name"))


class Files(forms.ClearableFileInput):
    """More files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Photos and PDFs, each looked at."""

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> list[files.Looked]:
        given = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        try:
            return files.look_all(given)
        except files.UnfitError as error:
            raise forms.ValidationError(str(error)) from error


@dataclass(frozen=True, slots=True)
class Group:
    """A phenomenon in the form: its button, and what belongs to it, shown once it is chosen."""

    key: str
    title: str
    chosen: bool
    indicators: BoundField | None
    questions: list[BoundField]


class ReportForm(forms.Form):
    """Report a signal: where first, then what was seen; what it may mean apart from that; persons last."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    address = AddressField(
        label=gettext_lazy("Address"), required=False,
        help_text=gettext_lazy("Street and number, or postcode and number."),
    )
    area = forms.ChoiceField(label=gettext_lazy("Or the neighbourhood"), required=False)
    place_text = forms.CharField(
        label=gettext_lazy("Or the place in words"), max_length=300, required=False,
        help_text=gettext_lazy("Such as: the row of lock-ups behind the school."),
    )
    phenomenon = forms.ChoiceField(label=gettext_lazy("What is it about?"), widget=forms.RadioSelect)
    facts = lines(
        gettext_lazy("What did you see, hear or read?"), 8000, 6,
        help_text=gettext_lazy("Facts only: what, when, how often. Who was there comes last."),
    )
    seen_from = day(gettext_lazy("First seen on"))
    seen_to = day(gettext_lazy("Last seen on"))
    interpretation = lines(
        gettext_lazy("What do you think is going on?"), 4000, 3, required=False,
        help_text=gettext_lazy("Your own interpretation. We keep it apart from the facts."),
    )
    branch = forms.ChoiceField(label=gettext_lazy("Branch"), required=False)
    company = forms.CharField(label=gettext_lazy("Name of the business"), max_length=200, required=False)
    telephone = forms.CharField(
        label=gettext_lazy("Telephone number that has to do with it"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    urgent = forms.BooleanField(
        label=gettext_lazy("It cannot wait until tomorrow"), required=False,
        help_text=gettext_lazy("In danger to life: call 112 first."),
    )
    acted = lines(gettext_lazy("What has been done already?"), 1000, 2, required=False)
    attachments = FilesField(
        label=gettext_lazy("Photos or papers"), required=False,
        help_text=gettext_lazy("At most 5 photos (JPEG, PNG) or PDFs of 10 MB. We take place and camera out of photos."),
    )
    subjects = lines(
        gettext_lazy("Persons"), 2000, 2, required=False,
        help_text=gettext_lazy("Only if it is needed to understand the facts. No citizen service number."),
    )
    identity = forms.ChoiceField(label=gettext_lazy("Who may know that it was you?"), widget=forms.RadioSelect)

    def __init__(self, data: Any = None, posted: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, posted, initial={"token": uuid.uuid4(), "identity": "known", **(initial or {})})
        told, lang = city.profile().signals, get_language()
        self.phenomena = told.phenomena
        self._choices("area", [("", "–"), *area_choices()])
        self._choices("phenomenon", [(item.id, item.name.get(lang)) for item in told.phenomena])
        self._choices("branch", [("", "–"), *((item.id, item.name.get(lang)) for item in told.branches)])
        self._choices("identity", [
            ("known", _("The reporting point only")),
            ("named", _("Also the department or partner that takes it up")),
            *([("unknown", _("Nobody: I report without being known"))] if told.anonymous else []),
        ])  # fmt: skip
        for item in told.phenomena:
            self._of_phenomenon(item, lang)

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _of_phenomenon(self, item: Phenomenon, lang: str | None) -> None:
        if item.indicators:
            self.fields[f"indicators_{item.id}"] = forms.MultipleChoiceField(
                label=_("Tick what applies"), required=False, widget=forms.CheckboxSelectMultiple,
                choices=[(one.id, one.name.get(lang)) for one in item.indicators],
            )
        for one in item.questions:
            self.fields[f"q_{item.id}_{one.id}"] = lines(one.name.get(lang), 1000, 2, required=False)

    def groups(self) -> Iterator[Group]:
        """The phenomena with what belongs to each."""
        chosen = self["phenomenon"].value()
        for item in self.phenomena:
            name = f"indicators_{item.id}"
            yield Group(
                item.id, item.name.get(get_language()), item.id == chosen, self[name] if name in self.fields else None,
                [self[f"q_{item.id}_{one.id}"] for one in item.questions],
            )  # fmt: skip

    @property
    def reported(self) -> services.Reported:
        """What was filled in; of the phenomena only what belongs to the chosen one."""
        data, chosen = self.cleaned_data, self.cleaned_data["phenomenon"]
        start = f"q_{chosen}_"
        answers = {name.removeprefix(start): data[name] for name in self.fields if name.startswith(start) and data[name]}
        return services.Reported(
            phenomenon=chosen, facts=data["facts"], address=data["address"], place_text=data["place_text"],
            area_code=data["area"], area_level=city.profile().finest.id if data["area"] else "", branch=data["branch"],
            indicators=tuple(data.get(f"indicators_{chosen}", ())), answers=answers,
            interpretation=data["interpretation"], seen_from=data["seen_from"], seen_to=data["seen_to"],
            company=data["company"], telephone=data["telephone"], subjects=data["subjects"], acted=data["acted"],
            urgent=data["urgent"], may_name=data.get("identity") == "named",
        )  # fmt: skip

    def refuse(self, error: services.WrongError) -> None:
        """Show at its field what the service did not accept."""
        self.add_error(error.field if error.field in self.fields else None, str(error))

    def as_typed(self) -> dict[str, Any]:
        """Everything as it was typed, for a draft; without files, and without who may know it."""
        several = {name for name, field in self.fields.items() if isinstance(field, forms.MultipleChoiceField)}
        return {
            name: values if name in several else values[0]
            for name, values in ((name, self.data.getlist(name)) for name in self.data)
            if name.split("-")[0] in self.fields and name not in ("token", "attachments", "identity") and any(values)
        }


def typed(kept: dict[str, Any]) -> dict[str, Any]:
    """A draft as the form begins with it."""
    written = Written(kept.get("address", ""), kept.get("address-key", ""), kept.get("address-for", ""))
    return {**kept, "address": written}


class OnBehalfForm(ReportForm):
    """The same for what came by another way, entered by who weighs."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How did it come in?"), widget=forms.RadioSelect,
        choices=[choice for choice in Channel.choices if choice[0] != Channel.FORM],
    )
    source_note = lines(
        gettext_lazy("Where does it come from?"), 1000, 2,
        help_text=gettext_lazy("Organisation, and number of the report. Who called only if they agree to that."),
    )
    field_order = ["token", "channel", "source_note"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["identity"]


class VersionForm(forms.Form):
    """What changes a signal carries which version somebody had in sight."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class NoteForm(VersionForm):
    text = lines(
        gettext_lazy("Note from own sources"), 8000, 6, required=False,
        help_text=gettext_lazy("Which lawful internal sources you looked at, and what they say. Name the source."),
    )


class EnrichForm(VersionForm):
    """The same, where it is needed to go on."""

    text = lines(
        gettext_lazy("Note from own sources"), 8000, 6,
        help_text=gettext_lazy("Which lawful internal sources you looked at, and what they say; or that there are none."),
    )


class CompleteForm(VersionForm):
    """Where it is and what it is about, as it stands now."""

    address = AddressField(
        label=gettext_lazy("Address"), required=False,
        help_text=gettext_lazy("Street and number, or postcode and number. Empty leaves it as it is."),
    )
    phenomenon = forms.ChoiceField(label=gettext_lazy("What is it about?"))
    branch = forms.ChoiceField(label=gettext_lazy("Branch"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        told, lang = city.profile().signals, get_language()
        choices = {
            "phenomenon": [(item.id, item.name.get(lang)) for item in told.phenomena],
            "branch": [("", "–"), *((item.id, item.name.get(lang)) for item in told.branches)],
        }
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]


class AskForm(VersionForm):
    question = lines(
        gettext_lazy("Question to the reporter"), 1000, 3,
        help_text=gettext_lazy("They read this and nothing else. Give nothing away that they did not tell themselves."),
    )


class RefuseForm(VersionForm):
    outcome = forms.ChoiceField(
        label=gettext_lazy("Why"), widget=forms.RadioSelect,
        choices=[(item.value, item.label) for item in (Outcome.OUT_OF_SCOPE, Outcome.INSUFFICIENT)],
    )
    reason = lines(gettext_lazy("Reason"), 2000, 2)


class ForwardForm(VersionForm):
    to = forms.ChoiceField(label=gettext_lazy("To whom"))
    reason = lines(gettext_lazy("Reason"), 2000, 2)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].choices = [(name, name) for name in city.profile().signals.forward_to]  # type: ignore[attr-defined]


class DoneForm(VersionForm):
    done = lines(
        gettext_lazy("What was done at once?"), 2000, 3,
        help_text=gettext_lazy("Who was called, when, and what they will do. Call first, write afterwards."),
    )


class AddForm(forms.Form):
    text = lines(gettext_lazy("Told afterwards"), 4000, 3)


class CloseForm(VersionForm):
    reason = lines(gettext_lazy("What came of it?"), 2000, 3)


class AnswerForm(forms.Form):
    """The reporter's answer to our question."""

    text = lines(gettext_lazy("Your answer"), 4000, 5)


class ResultForm(forms.Form):
    """The department's result."""

    result = lines(
        gettext_lazy("What did you find, and what was done?"), 4000, 5,
        help_text=gettext_lazy("In words that the reporting point can use. No more about persons than is needed."),
    )


class RemarkForm(forms.Form):
    """What the second reader writes; needed to send back."""

    remark = lines(gettext_lazy("Remark"), 2000, 3, required=False)
    round = forms.IntegerField(widget=forms.HiddenInput)


class WeighForm(VersionForm):
    """The checklist, the decision and its reason. What each decision asks for comes with it."""

    def __init__(self, user: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.checklist, lang = city.profile().signals.weighing, get_language()
        for item in self.checklist.criteria:
            self.fields[f"c_{item.id}"] = forms.ChoiceField(
                label=item.name.get(lang), help_text=item.help.get(lang) if item.help else "", widget=forms.RadioSelect,
                choices=[(one.id, one.name.get(lang)) for one in item.answers],
            )
        self.ways = routes.available()
        self.fields["route"] = forms.ChoiceField(
            label=_("Your decision"), widget=forms.RadioSelect, choices=[(way.key, way.title) for way in self.ways]
        )
        self.fields["reason"] = lines(
            _("Reason"), 4000, 4, help_text=_("Why this, weighed against what it means for the people it is about.")
        )
        self.parts: dict[str, forms.Form] = {}
        for way in self.ways:
            self.parts[way.key] = services.route_form(user, way, self.data if self.is_bound else None, prefix=way.key)

    def criteria(self) -> list[BoundField]:
        """The questions of the checklist."""
        return [self[f"c_{item.id}"] for item in self.checklist.criteria]

    def choices(self) -> Iterator[tuple[Any, Any, forms.Form]]:
        """Each way: its button, what it is, and what it asks for."""
        for way, radio in zip(self.ways, self["route"], strict=True):
            yield radio, way, self.parts[way.key]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        part = self.parts.get(data.get("route", ""))
        if part is not None and not part.is_valid():
            self.add_error("route", _("Fill in what belongs to this decision."))
        return data

    @property
    def weighed(self) -> services.Weighed:
        """What was filled in."""
        data, key = self.cleaned_data, self.cleaned_data["route"]
        part = self.parts[key]
        return services.Weighed(
            answers={item.id: data[f"c_{item.id}"] for item in self.checklist.criteria}, route=key, reason=data["reason"],
            with_route=_as_kept(self.data, part),
        )


def _as_kept(data: Any, part: forms.Form) -> dict[str, list[str]]:
    """What a part of the form brought, under the names of its fields; parts of a compound field too (`address-key`)."""
    start = f"{part.prefix}-"
    return {
        name.removeprefix(start): data.getlist(name)
        for name in data if name.startswith(start) and name.removeprefix(start).split("-")[0] in part.fields
    }

