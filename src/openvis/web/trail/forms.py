"""What is asked of the logs."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access.models import Organisation

from . import selectors, words
from .models import OwnDetail, SampledLookup
from .selectors import Filter


class SearchForm(forms.Form):
    """The question to the audit log; everything may stay empty."""

    wie = forms.CharField(label=gettext_lazy("Who"), required=False, max_length=100)
    actie = forms.ChoiceField(label=gettext_lazy("Action"), required=False)
    object = forms.CharField(label=gettext_lazy("Object"), required=False, max_length=200)
    van = forms.DateField(label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    tot = forms.DateField(
        label=gettext_lazy("Up to and including"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
    )
    resultaat = forms.ChoiceField(label=gettext_lazy("Result"), required=False)
    doel = forms.ChoiceField(label=gettext_lazy("Purpose"), required=False)
    organisatie = forms.ChoiceField(label=gettext_lazy("Organisation"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lang, every = get_language(), [("", _("all"))]
        named = [(code, _named(code)) for code in selectors.actions()]
        self._choose("actie", every + sorted(named, key=lambda pair: pair[1].casefold()))
        self._choose("resultaat", every + [(code, str(text)) for code, text in words.RESULTS.items()])
        self._choose("doel", every + [(item.id, item.name.get(lang)) for item in city.profile().purposes])
        self._choose("organisatie", every + list(Organisation.objects.values_list("key", "name")))

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("van") and given.get("tot") and given["van"] > given["tot"]:
            self.add_error("tot", _("The last day lies before the first."))
        return given

    def asked(self) -> Filter:
        """The question, with people for their names; where no account has that name nobody is found."""
        given = self.cleaned_data
        return Filter(
            actors=selectors.find_people(given["wie"]) if given["wie"] else None, action=given["actie"],
            object=given["object"].strip(), since=given["van"], until=given["tot"], result=given["resultaat"],
            purpose=given["doel"], organisation=given["organisatie"],
        )  # fmt: skip


def _named(code: str) -> str:
    text = str(words.action(code))
    return text if text == code else f"{text} ({code})"


class ExportForm(forms.Form):
    """Why entries are taken along, and in which form."""

    reden = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, help_text=gettext_lazy("It is written in the audit log. No names."),
    )
    soort = forms.ChoiceField(label=gettext_lazy("Form"), choices=[("xlsx", "XLSX"), ("csv", "CSV")])


class SubjectForm(forms.Form):
    """Whose lines are looked up."""

    soort = forms.ChoiceField(label=gettext_lazy("Kind of person"))
    wie = forms.CharField(
        label=gettext_lazy("Identifier"), max_length=200,
        help_text=gettext_lazy("Of a user of the system the name or e-mail address too."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(kind, str(words.subject(kind))) for kind in selectors.subject_types()]
        self.fields["soort"].choices = names  # type: ignore[attr-defined]


class JudgementForm(forms.Form):
    """What a manager finds of one look-up."""

    oordeel = forms.ChoiceField(
        label=gettext_lazy("Judgement"), choices=SampledLookup.Judgement.choices, widget=forms.RadioSelect,
    )
    opmerking = forms.CharField(
        label=gettext_lazy("Remark"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
    )


class OwnDetailForm(forms.Form):
    """An own name or address."""

    soort = forms.ChoiceField(label=gettext_lazy("Kind"), choices=OwnDetail.Kind.choices)
    tekst = forms.CharField(
        label=gettext_lazy("Name or address"), max_length=200,
        help_text=gettext_lazy("A name you also have, or street and number with the postcode. Only a keyed hash is kept."),
    )
