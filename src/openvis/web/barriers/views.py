"""The pages of barrier models: the list, a model as steps by partners, and the editor in small pages of its own."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openvis.web import city, guard
from openvis.web.access import audit, people
from openvis.web.guard import rule

from . import content as contents
from . import forms, selectors, services
from .content import Act, Content
from .models import BarrierModel


@rule("plan.view")
@require_GET
def models(request: HttpRequest) -> HttpResponse:
    """The models of this municipality, and those to start from."""
    user: Any = request.user
    lang, editor = get_language(), people.may(user, services.EDIT)
    rows = [(item, item.document, selectors.gaps_in_words(item.document)) for item in selectors.in_use()]
    audit.record(user, "barrier_models.list", number=len(rows))
    context = {
        "rows": rows, "editor": editor, "put_away": selectors.put_away(), "form": forms.TitleForm(),
        "starts": [(item, item.name.get(lang), item.about.get(lang)) for item in city.profile().barriers.models],
    }
    return render(request, "barriers/models.html", context)


@rule("plan.view")
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """A starting model to read, and to copy."""
    user: Any = request.user
    origin = city.profile().barriers.model(slug)
    if origin is None:
        raise guard.Refused("plan.view", f"barrier_start:{slug}")
    lang, editor = get_language(), people.may(user, services.EDIT)
    form = forms.TitleForm(request.POST if request.method == "POST" else None, initial={"title": origin.name.get(lang)})
    if request.method == "POST":
        _editor(request, slug)
        if form.is_valid():
            made = services.copy(user, origin, form.cleaned_data["title"], lang)
            messages.success(request, _("Copied. Nothing is arranged in it yet: say of each barrier how it stands here."))
            return redirect("barrier_model", key=made.pk)
    content = contents.start(origin, lang)
    context = {
        "origin": origin, "title": origin.name.get(lang), "form": form if editor else None,
        "starting": True, **_shown(content),
    }
    return render(request, "barriers/start.html", context, status=422 if form.errors else 200)


@rule("barriers.edit")
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin with an empty model."""
    user: Any = request.user
    form = forms.TitleForm(request.POST)
    if not form.is_valid():
        messages.error(request, next(iter(form.errors.values()))[0])
        return redirect("barrier_models")
    made = services.make(user, form.cleaned_data["title"])
    return redirect("barrier_step_new", key=made.pk)


@rule("plan.view")
@require_GET
def model(request: HttpRequest, key: UUID) -> HttpResponse:
    """A model: steps by partners, the gaps, and every step with its barriers."""
    user: Any = request.user
    item = _found(key)
    audit.record(user, "barrier_model.view", f"barrier_model:{key}")
    context = {"item": item, "editor": people.may(user, services.EDIT) and not item.put_away, **_shown(item.document)}
    context["keeper"] = people.may(user, services.EDIT)
    return render(request, "barriers/model.html", context)


@rule("plan.view")
@require_GET
def versions(request: HttpRequest, key: UUID) -> HttpResponse:
    """Every version: when, by whom, and what was done."""
    item = _found(key)
    return render(request, "barriers/versions.html", {"item": item, "versions": selectors.versions(item)})


@rule("plan.view")
@require_GET
def version(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """A model as it was."""
    item = _found(key)
    found = next((one for one in selectors.versions(item) if one.number == number), None)
    if found is None:
        raise guard.Refused("plan.view", f"barrier_model:{key}")
    return render(request, "barriers/version.html", {"item": item, "version": found, **_shown(found.document)})


@rule("barriers.edit")
@require_http_methods(["GET", "POST"])
def about(request: HttpRequest, key: UUID) -> HttpResponse:
    """Title and description of a model."""
    item = _editable(key)
    initial = {"version": item.version, "title": item.title, "about": item.document.about}
    form = forms.ModelForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        told = form.cleaned_data

        def act() -> BarrierModel:
            return services.rename(request.user, key, told["version"], told["title"], told["about"])  # type: ignore[arg-type]

        answer = _tried(request, form, act)
        if answer is not None:
            return redirect("barrier_model", key=key)
    return _form(request, item, form, _("Title and description"))


@rule("barriers.edit")
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, key: UUID, step: str = "") -> HttpResponse:
    """Add a step, or change one."""
    item = _editable(key)
    current = item.document.step(step) if step else None
    if step and current is None:
        raise guard.Refused(services.EDIT, f"barrier_model:{key}")
    initial = {"version": item.version, **(current.model_dump(exclude={"id", "barriers"}) if current else {})}
    form = forms.StepForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        made = form.step(step or None)
        act = contents.set_step(made) if current else contents.add_step(made)
        if _changed(request, form, key, act) is not None:
            return redirect(_at(key, made.id))
    return _form(request, item, form, _("Change the step") if current else _("Add a step"), part=current)


@rule("barriers.edit")
@require_http_methods(["GET", "POST"])
def barrier(request: HttpRequest, key: UUID, step: str, barrier: str = "") -> HttpResponse:
    """Add a barrier to a step, or change one."""
    item = _editable(key)
    place = item.document.step(step)
    current = place.barrier(barrier) if place and barrier else None
    if place is None or (barrier and current is None):
        raise guard.Refused(services.EDIT, f"barrier_model:{key}")
    initial = {"version": item.version, **(current.model_dump(mode="json", exclude={"id"}) if current else {})}
    form = forms.BarrierForm(item.document, request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        made = form.barrier(barrier or None)
        act = contents.set_barrier(step, made) if current else contents.add_barrier(step, made)
        if _changed(request, form, key, act) is not None:
            return redirect(_at(key, step))
    title = _("Change the barrier") if current else _("Add a barrier")
    return _form(request, item, form, title, place=place, part=current)


@rule("barriers.edit")
@require_POST
def act(request: HttpRequest, key: UUID) -> HttpResponse:
    """Move or remove a step, remove a barrier, put the model away or take it back."""
    user: Any = request.user
    _found(key)
    posted = request.POST
    seen, wanted, place = posted.get("version", ""), posted.get("act", ""), posted.get("step", "")
    acts: dict[str, Callable[[], Act]] = {
        "up": lambda: contents.move_step(place, "up"),
        "down": lambda: contents.move_step(place, "down"),
        "remove_step": lambda: contents.remove_step(place),
        "remove_barrier": lambda: contents.remove_barrier(place, posted.get("barrier", "")),
    }
    number = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
    try:
        if wanted == "put_away":
            services.put_away(user, key, number)
            messages.success(request, _("Put away. It stays readable until its term ends."))
        elif wanted == "take_back":
            services.take_back(user, key, number)
        elif wanted in acts:
            services.change(user, key, number, acts[wanted]())
    except (services.ChangedError, contents.GoneError):
        messages.warning(request, _("Somebody else changed the model meanwhile. This is how it is now; try again."))
    return redirect(_at(key, place) if wanted in ("up", "down", "remove_barrier") else _at(key, ""))


# ---- shared --------------------------------------------------------------------------------------------------------


def _found(key: UUID) -> BarrierModel:
    item = selectors.one(key)
    if item is None:
        raise guard.Refused("plan.view", f"barrier_model:{key}")
    return item


def _editable(key: UUID) -> BarrierModel:
    item = _found(key)
    if item.put_away:
        raise guard.Refused(services.EDIT, f"barrier_model:{key}")
    return item


def _editor(request: HttpRequest, thing: str) -> None:
    if not people.may(request.user, services.EDIT):
        raise guard.Refused(services.EDIT, f"barrier_start:{thing}")


def _shown(content: Content) -> dict[str, Any]:
    lang = get_language()
    return {
        "content": content, "rows": selectors.rows(content), "partners": selectors.partner_names(content, lang),
        "matrix": selectors.matrix(content),
        "said": selectors.gaps_in_words(content),
    }


def _at(key: UUID, step: str) -> str:
    address = reverse("barrier_model", args=[key])
    return f"{address}#stap-{step}" if step.isalnum() else address


def _changed(request: HttpRequest, form: Any, key: UUID, act: Act) -> BarrierModel | None:
    user: Any = request.user
    return _tried(request, form, lambda: services.change(user, key, form.cleaned_data["version"], act))


def _tried(request: HttpRequest, form: Any, act: Callable[[], BarrierModel]) -> BarrierModel | None:
    """Carry out a change; None, with the reason on the form and what was typed kept, where it cannot be."""
    try:
        done = act()
    except services.ChangedError as error:
        form.now(error.current.version)
        form.add_error(None, _(
            "%(who)s changed this model meanwhile. What you typed still stands here and is not saved. Look at the model "
            "in another tab first; saving again puts your text in its place."
        ) % {"who": error.current.changed_by or _("Somebody")})  # fmt: skip
    except contents.GoneError:
        form.add_error(None, _("Somebody else took this out meanwhile. Go back to the model."))
    except contents.FullError:
        form.add_error(None, _("This is full: at most 20 steps, and 20 barriers in a step. Join some first."))
    except services.WrongError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
    else:
        messages.success(request, _("Saved."))
        return done
    return None


def _form(
    request: HttpRequest, item: BarrierModel, form: Any, title: str, *, place: Any = None, part: Any = None
) -> HttpResponse:
    context = {"item": item, "form": form, "title": title, "place": place, "part": part}
    return render(request, "barriers/form.html", context, status=422 if form.errors else 200)
