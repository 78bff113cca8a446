"""Giving a role and ending it, closing an account: acts of an administrator on somebody else's account."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from openvis.profile import Role
from openvis.web import city
from openvis.web.guard import Refused, rule

from .. import opening, selectors, services
from ..models import Grant, User
from ..people_forms import GrantForm, LastDayForm, RoleForm, VersionForm

MANAGE = "people.manage"


def _somebody_else(request: HttpRequest, pk: UUID) -> User:
    """The account to change. One's own does not exist here."""
    found = get_object_or_404(User.objects.select_related("organisation"), pk=pk)
    if found.pk == request.user.pk:
        raise Refused(MANAGE, str(pk))
    return found


def _do(request: HttpRequest, user: User, act: Callable[[], object], done: str) -> HttpResponse | None:
    """Do it, and go back to the person; None where somebody else was faster, which the page then says."""
    try:
        act()
    except services.ChangedError:
        return None
    messages.success(request, done)
    return redirect("person", pk=user.pk)


@rule(MANAGE)
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Choose a role, see what it opens, and give it."""
    user = _somebody_else(request, pk)
    role = _role(request.GET.get("rol", ""))
    if role is None:
        wrong = bool(request.GET.get("rol"))
        form = RoleForm(request.GET if wrong else None)
        return render(request, "access/give.html", {"shown": user, "choose": form}, status=404 if wrong else 200)
    form = GrantForm(role, request.POST or None, initial={"version": user.version})
    overtaken = False
    if form.is_bound and form.is_valid():
        try:
            answer = _do(
                request, user, lambda: services.grant(user, role.id, by=request.user, **form.given()),  # type: ignore[arg-type]
                _("%(name)s has the role %(role)s from now on.") % {"name": user, "role": _name(role)},
            )
        except services.UnfitError as wrong_now:
            form.add_error(None, str(wrong_now))
        else:
            if answer is not None:
                return answer
            overtaken, form = True, _again(form, user)
    context = {
        "shown": user, "form": form, "opening": opening.opening(role), "overtaken": overtaken,
        "elsewhere": user.organisation is not None and role.organisation != user.organisation.key,
        "again": user.grants.in_force().filter(role=role.id).exists(),
    }
    return render(request, "access/give.html", context, status=409 if overtaken else 200)


def _again(form: GrantForm, user: User) -> GrantForm:
    """The same form with what was typed, on top of what somebody else did."""
    data = form.data.copy()
    data["version"] = str(User.objects.get(pk=user.pk).version)
    return GrantForm(form.role, data)


def _role(key: str) -> Role | None:
    return next((role for role in city.profile().roles if role.id == key), None)


def _name(role: Role) -> str:
    return selectors.role_name(role.id)


def _confirm(
    request: HttpRequest, user: User, words: dict[str, str], act: Callable[[int], object], form: VersionForm | None = None,
) -> HttpResponse:
    """Ask once more, with what will happen; `words` holds title, text, button and done."""
    shown = form or VersionForm(request.POST or None, initial={"version": user.version})
    overtaken = False
    if shown.is_bound and shown.is_valid():
        seen = shown.cleaned_data["version"]
        answer = _do(request, user, lambda: act(seen), words["done"])
        if answer is not None:
            return answer
        overtaken, user = True, User.objects.get(pk=user.pk)
        data = shown.data.copy()
        data["version"] = str(user.version)
        shown = type(shown)(data)
    context = {"shown": user, "words": words, "form": shown, "overtaken": overtaken}
    return render(request, "access/confirm.html", context, status=409 if overtaken else 200)


@rule(MANAGE)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, pk: UUID, grant: int) -> HttpResponse:
    """End one role now."""
    user = _somebody_else(request, pk)
    given = get_object_or_404(Grant.objects.not_ended(), pk=grant, user=user)
    names = {"name": str(user), "role": selectors.role_name(given.role)}
    words = {
        "title": _("End the role %(role)s of %(name)s") % names,
        "text": _("From now on %(name)s may do nothing with this role, and is signed out everywhere.") % names,
        "button": _("End this role now"),
        "done": _("The role %(role)s of %(name)s has ended.") % names,
    }
    return _confirm(request, user, words, lambda seen: services.revoke(given, by=request.user, seen=seen))  # type: ignore[arg-type]


@rule(MANAGE)
@require_http_methods(["GET", "POST"])
def last_day(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Set the last day of an account."""
    user = _somebody_else(request, pk)
    form = LastDayForm(request.POST or None, initial={"version": user.version, "day": user.expires})
    words = {
        "title": _("Last day of the account of %(name)s") % {"name": user},
        "text": _("After it nobody signs in on this account; the roles end that night."),
        "button": _("Set the last day"), "done": _("The last day is set."),
    }
    return _confirm(
        request, user, words,
        lambda seen: services.set_last_day(user, form.cleaned_data["day"], by=request.user, seen=seen), form,  # type: ignore[arg-type]
    )


@rule(MANAGE)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Close an account now."""
    user = _somebody_else(request, pk)
    if not user.is_active:
        raise Http404
    names = {"name": str(user)}
    words = {
        "title": _("Close the account of %(name)s") % names,
        "text": _(
            "All roles end and %(name)s is signed out everywhere, at once. What was done and seen stays known."
        ) % names,
        "button": _("Close this account now"), "done": _("The account of %(name)s is closed.") % names,
    }
    return _confirm(request, user, words, lambda seen: services.disable(user, by=request.user, seen=seen))  # type: ignore[arg-type]


@rule(MANAGE)
@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Open a closed account, or one whose last day is past."""
    user = _somebody_else(request, pk)
    if user.is_active and not user.lapsed:
        raise Http404
    names: dict[str, Any] = {"name": str(user)}
    words = {
        "title": _("Open the account of %(name)s again") % names,
        "text": _(
            "%(name)s can sign in again, with the password of before. Roles that ended stay ended: give them anew."
        ) % names,
        "button": _("Open this account"), "done": _("The account of %(name)s is open again.") % names,
    }
    return _confirm(request, user, words, lambda seen: services.reopen(user, by=request.user, seen=seen))  # type: ignore[arg-type]
