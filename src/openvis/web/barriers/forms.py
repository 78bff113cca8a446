"""The forms of the editor: one thing at a time, so that it works with a keyboard and on a phone."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openvis.profile.barriers import SHORT
from openvis.web import city

from . import content as contents
from . import words
from .content import ABOUT, LINES, Barrier, Content, State, Step

NO_NAMES = gettext_lazy("No names of persons, businesses or addresses.")


class LinesField(forms.CharField):
    """A short list: one a line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > LINES:
            raise forms.ValidationError(_("At most %d lines.") % LINES)
        if any(len(line) > SHORT for line in lines):
            raise forms.ValidationError(_("A line has at most %d characters.") % SHORT)
        return lines


class _Discreet(forms.Form):
    """Refuses, at its field, what looks like a person or an address."""

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for name, value in list(found.items()):
            texts = [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]
            if not all(contents.shows(text) for text in texts):
                self.add_error(name, _("This holds characters that cannot be shown. Type it again."))
            elif any(contents.PERSONAL.search(text) for text in texts):
                self.add_error(name, _(
                    "This looks like an e-mail address, a postcode or a telephone number. A model holds no personal data."
                ))  # fmt: skip
        return found


class _Versioned(_Discreet):
    """Knows which version somebody was looking at."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def now(self, version: int) -> None:
        """Have the next try be about what stands there now, with what was typed kept."""
        self.data = self.data.copy()
        self.data["version"] = str(version)


class TitleForm(_Discreet):
    """Begin a model."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=80, help_text=NO_NAMES)


class ModelForm(_Versioned):
    """Title and description."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=80)
    about = forms.CharField(
        label=gettext_lazy("What is it about?"), max_length=ABOUT, required=False, help_text=NO_NAMES,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class StepForm(_Versioned):
    """A step of the process."""

    title = forms.CharField(
        label=gettext_lazy("Step"), max_length=80, help_text=gettext_lazy("What happens, such as: finding a space.")
    )
    about = forms.CharField(
        label=gettext_lazy("Explanation"), max_length=SHORT, required=False, help_text=NO_NAMES,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    facilitators = LinesField(
        label=gettext_lazy("Who or what makes it possible?"),
        help_text=gettext_lazy("One a line, by kind: landlord, bookkeeper. No names."),
    )
    signals = LinesField(
        label=gettext_lazy("What can somebody see of it?"), help_text=gettext_lazy("One signal a line."),
    )

    def step(self, key: str | None) -> Step:
        """What was filled in."""
        filled = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return Step(**filled, **({"id": key} if key else {}))


class BarrierForm(_Versioned):
    """A barrier in a step."""

    what = forms.CharField(
        label=gettext_lazy("What can be done?"), max_length=SHORT, help_text=NO_NAMES,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    instrument = forms.ChoiceField(label=gettext_lazy("By which way?"), choices=list(words.INSTRUMENTS.items()))
    partners = forms.MultipleChoiceField(
        label=gettext_lazy("Who can intervene?"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one partner.")},
    )
    state = forms.ChoiceField(
        label=gettext_lazy("How does it stand?"), choices=list(words.STATES.items()), widget=forms.RadioSelect,
        initial=State.GAP,
        help_text=gettext_lazy(
            "Active: it is carried out now. Does not work: it is there, and the step goes on all the same."
        ),
    )
    note = forms.CharField(
        label=gettext_lazy("What was agreed?"), max_length=SHORT, required=False,
        help_text=gettext_lazy("Which department does what before when. No names of persons."),
    )

    def __init__(self, content: Content, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        lang = get_language()
        known = [(item.id, item.name.get(lang)) for item in city.profile().barriers.partners]
        gone = [(key, key) for key in content.partners if key not in {key for key, _name in known}]
        self.fields["partners"].choices = known + gone  # type: ignore[attr-defined]

    def barrier(self, key: str | None) -> Barrier:
        """What was filled in."""
        filled = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return Barrier(**filled, **({"id": key} if key else {}))
