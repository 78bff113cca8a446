"""The forms of projects."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from openvis.web import city
from openvis.web.access.models import User

from . import selectors, words
from .forms import DecideForm, PersonField, day, line, sentences
from .models import Intervention, Project
from .states import Communication, Progress, ProjectState


class ProjectForm(forms.Form):
    """Name, goal and leader."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = line(_("Name"), _("A neutral name: no street, business or person in it."), most=120)
    goal = sentences(_("Goal"), _("What will be different when the project ends?"), rows=4)
    leader = PersonField(label=_("Leader"), help_text=_("Sees to the plan and may change the project."))

    def __init__(self, data: Any = None, *, project: Project | None = None, by: User | None = None) -> None:
        initial: dict[str, Any] = {"leader": by}
        if project is not None:
            initial = {name: getattr(project, name) for name in ("version", "name", "goal", "leader")}
        super().__init__(data, initial=initial)
        self.fields["leader"].offer(selectors.people())  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return dict(self.cleaned_data)


class PlanForm(forms.Form):
    """A step of the plan."""

    what = sentences(_("Step"), _("One thing that somebody of the team can do."), most=1000)
    owner = PersonField(label=_("Owner"))
    due = day(_("By when"))

    def __init__(self, team: Iterable[User], data: Any = None) -> None:
        super().__init__(data, initial={"due": timezone.localdate() + timedelta(days=28)})
        self.fields["owner"].offer(team)  # type: ignore[attr-defined]


class InterventionForm(forms.Form):
    """What one organisation does with its own powers."""

    what = sentences(_("Intervention"), _("For example: check the permit of a business, or close a building."), most=1000)
    approach = forms.ChoiceField(label=_("Approach"))
    organisation = forms.ChoiceField(label=_("Organisation"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        language = get_language()
        self.fields["approach"].choices = words.approach_choices()  # type: ignore[attr-defined]
        self.fields["organisation"].choices = sorted(  # type: ignore[attr-defined]
            ((one.id, one.name.get(language)) for one in city.profile().organisations), key=lambda pair: pair[1]
        )


class CommunicationForm(forms.Form):
    """Whether an intervention is told to the public."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    communication = forms.ChoiceField(
        label=_("Is it told to the public?"), choices=Communication.choices, widget=forms.RadioSelect,
        help_text=_(
            "It may be told once every partner in the team agrees. It may harm an investigation or point at somebody."
        ),
    )

    def __init__(self, intervention: Intervention, data: Any = None) -> None:
        super().__init__(data, initial={"version": intervention.version, "communication": intervention.communication})


def project_fields(user: Any) -> Mapping[str, Any]:
    """What is asked to take a signal up: a project that runs, or the name and goal of a new one."""
    running = [(str(one.pk), one.name) for one in selectors.projects(user) if one.state == ProjectState.RUNNING]
    return {
        "project": forms.ChoiceField(label=_("Project"), required=False, choices=[("", _("A new project")), *running]),
        "name": line(_("Name of a new project"), _("A neutral name: no street, business or person in it."), most=120,
                     required=False),
        "goal": sentences(_("Goal of a new project"), required=False),
    }  # fmt: skip


class SendOnForm(DecideForm):
    """The decision of a meeting that a signal goes on in a project."""

    field_order = ["version", "project", "name", "goal", "text", "approaches", "partners", "law", "article", "ends"]

    def __init__(self, user: Any, item: Any, data: Any = None) -> None:
        super().__init__(item, data)
        self.fields.update(project_fields(user))
        waits = item.actions.filter(state=Progress.OPEN).exists()
        self.fields["ends"] = forms.BooleanField(
            label=_("The meeting is done with it: close this item"), required=False, initial=not waits,
            help_text=_("Actions of the meeting must be reported on or dropped first."),
        )
        self.order_fields(self.field_order)
