"""The pages of projects, and of signals that wait for a case."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openvis.web.access import audit
from openvis.web.guard import Refused, personal, rule
from openvis.web.signals import registry

from .. import forms, project_forms, rules, selectors, services
from ..models import Project
from ..states import ProjectState
from .base import done, posted, submitted


@rule("signals.casus")
@require_GET
def projects(request: HttpRequest) -> HttpResponse:
    """The projects of this person."""
    user: Any = request.user
    found = selectors.projects(user)
    audit.record(user, "projects.list", number=len(found))
    running = sum(one.state == ProjectState.RUNNING for one in found)
    title = ngettext("%d project is running", "%d projects are running", running) % running if running else _("Projects")
    context = {"found": found, "keeps": rules.weighs(user), "title": title, "waiting": selectors.hand_overs(user)}
    return render(request, "followup/projects.html", context)


@rule("signals.weigh")
@require_http_methods(["GET", "POST"])
def new_project(request: HttpRequest) -> HttpResponse:
    """Start a project."""
    user: Any = request.user
    form = project_forms.ProjectForm(posted(request), by=user)

    def run() -> Any:
        return services.projects.start(user, *(form.values[name] for name in ("name", "goal", "leader")))

    made = submitted(request, form, run, _("The project is started. Put a team together and make a plan."))
    if made:
        return redirect("project", key=made.pk)
    return render(request, "followup/new_project.html", {"form": form}, status=422 if form.errors else 200)


TITLES = {
    "stap": (
        gettext_lazy("Add a step"), gettext_lazy("Save step"), gettext_lazy("The step is in the plan."), "plus",
    ),
    "interventie": (
        gettext_lazy("Add an intervention"), gettext_lazy("Save intervention"), gettext_lazy("The intervention is added."),
        "gavel",
    ),
    "team": (
        gettext_lazy("Add to the team"), gettext_lazy("Add"), gettext_lazy("They are in the team and see this project."),
        "user-plus",
    ),
    "wijzigen": (
        gettext_lazy("Change"), gettext_lazy("Save project"), gettext_lazy("The project is changed."), "pencil",
    ),
    "afsluiten": (
        gettext_lazy("Close"), gettext_lazy("Close this project"), gettext_lazy("The project is closed."), "circle-check",
    ),
}


def _form(user: Any, found: Project, slug: str, data: Any) -> Any:
    if slug == "wijzigen":
        return project_forms.ProjectForm(data, project=found)
    if slug == "team":
        return forms.InviteForm(data, without=[one.user_id for one in found.members.all()])
    if slug == "stap":
        return project_forms.PlanForm([one.user for one in found.members.all()], data)
    if slug == "interventie":
        return project_forms.InterventionForm(data)
    return forms.ResultForm(data, weighs=rules.weighs(user))


RUNS = {
    "wijzigen": services.projects.change, "team": services.projects.join, "stap": services.projects.plan,
    "interventie": services.interventions.add, "afsluiten": services.projects.close,
}


def _page(request: HttpRequest, found: Project, **extra: Any) -> HttpResponse:
    user: Any = request.user
    blocked = services.projects.blocks(user)
    if blocked:
        return render(request, "followup/blocked.html", {"why": blocked}, status=409)
    leads = rules.leads(user, found)
    own = user.organisation.key if user.organisation else ""
    interventions = [
        {
            "it": one, "waits": services.interventions.waiting_for(one),
            "told": services.interventions.may_be_told(one),
            "asks_me": own in services.interventions.waiting_for(one),
            "reports": user.has_perm("followup.report_intervention", one),
        }
        for one in found.interventions.prefetch_related("consents").select_related("project")
    ]
    context = {
        "project": found, "leads": leads, "interventions": interventions, "own": user.pk, "keeps": rules.weighs(user),
        "steps": found.steps.select_related("owner"), "members": sorted(found.members.all(), key=lambda one: str(one.user)),
        "acts": list(TITLES.items()) if leads and found.state == ProjectState.RUNNING else [],
        "running": found.state == ProjectState.RUNNING, **extra,
    }
    form = extra.get("form")
    return render(request, "followup/project.html", context, status=422 if form is not None and form.errors else 200)


@rule("signals.casus")
@personal("signals", "project", "key")
@require_GET
def project(request: HttpRequest, key: UUID) -> HttpResponse:
    """One project: goal, signals, team, plan, interventions, results."""
    user: Any = request.user
    found = selectors.project(user, key)
    audit.record(user, "project.view", f"project:{key}")
    return _page(request, found)


@rule("signals.casus")
@personal("signals", "project", "key")
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, key: UUID, slug: str) -> HttpResponse:
    """Do something with a project: its leader and the coordinator."""
    user: Any = request.user
    found = selectors.project(user, key)
    if not rules.leads(user, found):
        raise Refused("followup.lead_project", f"project:{key}")
    if slug not in TITLES:
        raise Http404
    title, button, told, _icon = TITLES[slug]
    form = _form(user, found, slug, posted(request))
    if submitted(request, form, lambda: RUNS[slug](user, key, **form.cleaned_data), told):
        return redirect("project", key=key)
    return _page(request, selectors.project(user, key), act={"title": title, "button": button}, form=form)


@rule("signals.casus")
@require_POST
def leave(request: HttpRequest, key: UUID, member: UUID) -> HttpResponse:
    """Take somebody out of the team."""
    user: Any = request.user
    found = selectors.project(user, key)
    if not rules.leads(user, found) or all(one.pk != member for one in found.members.all()):
        raise Refused("followup.lead_project", f"project_member:{member}")
    done(request, lambda: services.projects.leave(user, key, member), _("They are not in the team any more."))
    return redirect("project", key=key)


@rule("signals.weigh")
@require_POST
def take_out(request: HttpRequest, key: UUID, taken: UUID) -> HttpResponse:
    """Take a signal out of a project."""
    user: Any = request.user
    selectors.project(user, key)
    done(request, lambda: services.projects.take_out(user, key, taken),
         _("It is not in this project any more. The signal is to be weighed anew."))  # fmt: skip
    return redirect("project", key=key)


@rule("signals.casus")
@personal("signals", "own_actions")
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, key: UUID) -> HttpResponse:
    """Report what came of a step."""
    user: Any = request.user
    found = selectors.step(user, key)
    if found.owner_id != user.pk and not rules.leads(user, found.project):
        raise Refused("followup.report", f"project_step:{key}")
    form = forms.ReportForm(posted(request))
    if submitted(
        request, form, lambda: services.projects.report(user, key, **form.cleaned_data), _("The report is saved.")
    ):
        return redirect("own_actions")
    context = {"what": found.what, "due": found.due, "form": form, "back": "own_actions"}
    return render(request, "followup/report.html", context, status=422 if form.errors else 200)


@rule("signals.casus")
@personal("signals", "intervention", "key")
@require_http_methods(["GET", "POST"])
def intervention(request: HttpRequest, key: UUID, slug: str) -> HttpResponse:
    """Report on an intervention, or decide whether it is told."""
    user: Any = request.user
    found = selectors.intervention(user, key)
    may = {
        "melden": user.has_perm("followup.report_intervention", found), "communicatie": rules.leads(user, found.project),
    }
    if not may.get(slug, False):
        raise Refused("followup.report", f"intervention:{key}")
    reports = slug == "melden"
    form: Any = forms.ReportForm(posted(request)) if reports else project_forms.CommunicationForm(found, posted(request))
    run = services.interventions.report if reports else services.interventions.communicate
    if submitted(request, form, lambda: run(user, key, **form.cleaned_data), _("This is saved.")):
        return redirect("project", key=found.project_id)
    title = _("Report") if reports else _("Communication")
    context = {"act": {"title": title, "button": _("Save")}, "form": form, "subject": found.what}
    return _page(request, selectors.project(user, found.project_id), **context)


@rule("signals.casus")
@require_POST
def approve(request: HttpRequest, key: UUID) -> HttpResponse:
    """Agree, for one's own organisation, that an intervention may be told."""
    user: Any = request.user
    found = selectors.intervention(user, key)
    version = request.POST.get("version", "")
    done(request, lambda: services.interventions.approve(user, key, int(version) if version.isdigit() else 0),
         _("Your organisation agrees."))  # fmt: skip
    return redirect("project", key=found.project_id)


@rule("signals.weigh")
@personal("signals", "case_hand_overs")
@require_GET
def hand_overs(request: HttpRequest) -> HttpResponse:
    """What was handed over to become a case, and what of it waits."""
    user: Any = request.user
    found = selectors.hand_overs(user)
    audit.record(user, "case_hand_overs.list", number=len(found))
    waits = sum(one.taken_at is None for one in found)
    title = ngettext("%d signal waits for a case", "%d signals wait for a case", waits) % waits if waits else _("For a case")
    return render(request, "followup/cases.html", {"found": found, "title": title, "hooked": bool(registry.case_hooks)})


@rule("signals.weigh")
@require_POST
def take_up(request: HttpRequest, key: UUID) -> HttpResponse:
    """Offer a hand-over to the part for cases."""
    user: Any = request.user
    if all(one.pk != key for one in selectors.hand_overs(user)):
        raise Refused(rules.WEIGH, f"case_hand_over:{key}")
    done(request, lambda: services.cases.take_up(user, key), _("It was taken up."))
    return redirect("case_hand_overs")
