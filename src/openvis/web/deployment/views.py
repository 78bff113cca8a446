"""The pages of focus places: the list, one place, and the acts on it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from openvis.web.guard import rule

from . import evidence, forms, presenting, rules, selectors, services
from .models import FocusAction, FocusPlace
from .states import possible


@dataclass(frozen=True, slots=True)
class Act:
    """An act as a page: its title and button, its form, who may, and the service that does it."""

    key: str
    title: Any
    button: Any
    done: Any
    form: type[forms.ActForm]
    permission: str
    run: Callable[..., Any]
    icon: str = "pencil"


ACTS = {
    "duiden": Act(
        "assess", gettext_lazy("Interpret"), gettext_lazy("Save interpretation"),
        gettext_lazy("The interpretation is saved."), forms.AssessForm, "assess_place", services.assess, "bulb",
    ),
    "aannemen": Act(
        "accept", gettext_lazy("Accept"), gettext_lazy("Accept this place"),
        gettext_lazy("The place is accepted."), forms.AcceptForm, "assess_place", services.accept, "check",
    ),
    "afwijzen": Act(
        "dismiss", gettext_lazy("Dismiss"), gettext_lazy("Dismiss this place"),
        gettext_lazy("The place is dismissed. It stays in the list under “All”."),
        forms.DismissForm, "assess_place", services.dismiss, "x",
    ),
    "afspraak": Act(
        "agree_action", gettext_lazy("Agree an action"), gettext_lazy("Save action"),
        gettext_lazy("The action is agreed."), forms.NewActionForm, "agree_action", services.agree_action, "plus",
    ),
    "overdragen": Act(
        "hand_over", gettext_lazy("Hand over"), gettext_lazy("Hand over"),
        gettext_lazy("The place has a new owner."), forms.OwnerForm, "close_place", services.hand_over, "user",
    ),
    "afsluiten": Act(
        "close", gettext_lazy("Report result and close"), gettext_lazy("Close this place"),
        gettext_lazy("The place is closed."), forms.CloseForm, "close_place", services.close, "flag",
    ),
}
ACTION_ACTS = {
    "wijzigen": Act(
        "change_action", gettext_lazy("Change"), gettext_lazy("Save action"), gettext_lazy("The action is changed."),
        forms.ChangeActionForm, "change_action", services.change_action,
    ),
    "melden": Act(
        "finish_action", gettext_lazy("Report"), gettext_lazy("Save report"), gettext_lazy("The report is saved."),
        forms.FinishForm, "finish_action", services.finish_action, "check",
    ),
}


def open_acts(user: Any, place: FocusPlace) -> list[tuple[str, Act]]:
    """What this person can do with this place now."""
    states = possible(place.state)
    return [
        (slug, act) for slug, act in ACTS.items()
        if act.key in states and user.has_perm(f"deployment.{act.permission}", place)
    ]


def _page(request: HttpRequest, place: FocusPlace, **extra: Any) -> HttpResponse:
    view = presenting.place_view(request.user, place)
    context = {
        "place": place, "acts": open_acts(request.user, place), "view": view, "hours_of_day": range(24),
        "picture_text": presenting.picture_text(place.name, view.where), "now_title": presenting.now_title(view.now),
        "actions_title": presenting.actions_title(view.actions), **extra,
    }
    return render(request, "deployment/place.html", context)


def _chosen(request: HttpRequest) -> tuple[forms.ListForm, dict[str, str]]:
    form = forms.ListForm(selectors.visible_for(request.user), request.GET or None)
    return form, form.cleaned_data if form.is_bound and form.is_valid() else {}


def _rows(request: HttpRequest, chosen: dict[str, str]) -> list[presenting.Row]:
    filtered = selectors.filtered(
        request.user, state=chosen.get("staat", ""), area=chosen.get("gebied", ""), goal=chosen.get("doel", ""),
        owner=chosen.get("eigenaar", ""),
    )
    return presenting.rows(filtered)


@rule("briefing.view")
def places(request: HttpRequest) -> HttpResponse:
    """The kept places, filtered by the address of the page."""
    form, chosen = _chosen(request)
    rows = _rows(request, chosen)
    context = {
        "form": form, "rows": rows, "filtered": any(chosen.values()), "title": presenting.list_title(rows),
        "table_title": ngettext("%d place", "%d places", len(rows)) % len(rows), "map_text": presenting.map_text(rows),
    }
    return render(request, "deployment/places.html", context)


@rule("briefing.view")
def places_map(request: HttpRequest) -> HttpResponse:
    """The same places as a numbered map."""
    return _image(presenting.list_map(_rows(request, _chosen(request)[1])))


@rule("places.keep")
def keep(request: HttpRequest) -> HttpResponse:
    """Keep a selection of the picture; its filter is in the address of this page."""
    query = request.GET.urlencode()
    try:
        frozen = evidence.freeze(request.user, query)
    except ValueError as error:
        return render(request, "deployment/keep.html", {"wrong": str(error)}, status=400)
    if not rules.within(request.user, rules.KEEP, frozen.home):
        raise Http404
    form = forms.KeepForm(request.POST or None, initial={"name": frozen.name, "goal": presenting.likely_goal(frozen)})
    if form.is_bound and form.is_valid():
        try:
            made = services.keep(request.user, frozen, **form.cleaned_data)
        except services.MissingError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("The place is kept, with the picture as it is now."))
            return redirect("focus_place", key=made.pk)
    view = presenting.draft_view(frozen)
    context = {
        "form": form, "view": view, "hours_of_day": range(24),
        "picture_text": presenting.picture_text(frozen.name, view.where),
    }
    return render(request, "deployment/keep.html", context)


def _image(content: bytes, kind: str = "image/svg+xml") -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Cache-Control"] = "private, max-age=60"
    return response


@rule("briefing.view")
def place(request: HttpRequest, key: UUID) -> HttpResponse:
    """One place: the evidence as it was, what it means, what is done."""
    return _page(request, selectors.place(request.user, key))


@rule("briefing.view")
def place_picture(request: HttpRequest, key: UUID) -> HttpResponse:
    """The picture of the evidence, as it was drawn."""
    evidence = selectors.place(request.user, key).evidence
    return _image(bytes(evidence.picture), evidence.picture_type)


@rule("briefing.view")
def act(request: HttpRequest, key: UUID, slug: str) -> HttpResponse:
    """Do something with a place."""
    found = selectors.place(request.user, key)
    spec = ACTS.get(slug)
    if spec is None or not request.user.has_perm(f"deployment.{spec.permission}", found):
        raise Http404
    return _run(request, spec, found, found)


@rule("briefing.view")
def action(request: HttpRequest, key: UUID, slug: str) -> HttpResponse:
    """Change an action or report on it."""
    found = selectors.action(request.user, key)
    spec = ACTION_ACTS.get(slug)
    if spec is None or not request.user.has_perm(f"deployment.{spec.permission}", found):
        raise Http404
    return _run(request, spec, selectors.place(request.user, found.place_id), found)


def _run(request: HttpRequest, spec: Act, on: FocusPlace, subject: FocusPlace | FocusAction) -> HttpResponse:
    if spec.key not in possible(on.state):
        messages.warning(request, _("That is not possible any more: this place is now “%s”.") % on.get_state_display())
        return redirect("focus_place", key=on.pk)
    form = spec.form(subject, request.POST if request.method == "POST" else None)
    status, changed = 200, []
    if form.is_bound and form.is_valid():
        try:
            spec.run(request.user, subject.pk, **form.cleaned_data)
        except services.ChangedError as error:
            # What somebody else wrote is shown beside what this person typed; nothing is lost on either side.
            changed, form, status = form.differences(error.current), form.on_top_of(error.current), 409
            on = selectors.place(request.user, on.pk)
        except services.MissingError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        except services.NotNowError:
            messages.warning(request, _("Somebody else was faster: the state of this place has changed."))
            return redirect("focus_place", key=on.pk)
        except services.NotYoursError as error:
            raise Http404 from error
        else:
            messages.success(request, spec.done)
            return redirect("focus_place", key=on.pk)
    extra = {"act": spec, "form": form, "changed": changed, "overtaken": status == 409, "subject": subject}
    response = _page(request, on, **extra)
    response.status_code = status
    return response
