"""Accepting an invitation, the second factor, and seeing and ending one's own sessions."""

from typing import Any

from allauth.core import ratelimit
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openvis.web.guard import OPEN, SIGNED_IN, rule

from . import audit, invitations, lifecycle, second_factor, sessions
from .forms import InvitationForm
from .models import Session


@rule(OPEN)
@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password for the account one was invited to."""
    too_often = ratelimit.consume_or_429(request, action="invitation")
    if too_often is not None:
        return too_often
    found = invitations.find(token)
    if found is None:
        audit.refuse(request, "people.accept", "invitation")
        return render(request, "access/invitation.html", {"found": None}, status=410)
    form = InvitationForm(request.POST or None)
    if form.is_valid():
        try:
            user = invitations.accept(token, form.cleaned_data["password1"])
        except ValidationError as weak:
            form.add_error("password1", weak)
        else:
            if user is not None:
                messages.success(request, _("Your password is set. Sign in with it."))
                return redirect("account_login")
            return redirect("invitation", token)
    return render(request, "access/invitation.html", {"found": found, "form": form})


@rule(SIGNED_IN)
@require_GET
def no_password(request: HttpRequest) -> HttpResponse:
    """Where allauth sends somebody without a password who would change it: it is kept elsewhere."""
    return render(request, "account/password_set.html")


@rule(OPEN)
class SignInCode(AuthenticateView):
    """The second step of signing in; says which of the ways this person has."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kinds = set(Authenticator.objects.filter(user=self.stage.login.user).values_list("type", flat=True))
        has_key = Authenticator.Type.WEBAUTHN in kinds
        return super().get_context_data(**kwargs) | {"has_key": has_key, "has_app": Authenticator.Type.TOTP in kinds}


@rule(SIGNED_IN)
class Factors(IndexView):
    """My second factors; where one must be set up first, that is said."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"missing": second_factor.missing(self.request)}


@rule(SIGNED_IN)
@never_cache
@require_GET
def my_sessions(request: HttpRequest) -> HttpResponse:
    """Where I am signed in."""
    rows = [
        {"session": row, "device": sessions.device(row.device), "this": row.session_key == request.session.session_key,
         "handle": sessions.handle(row.session_key)}
        for row in Session.objects.filter(user=request.user, expire_date__gt=timezone.now())  # type: ignore[misc]
    ]
    return render(request, "access/my_sessions.html", {"rows": sorted(rows, key=lambda row: not row["this"])})


@rule(SIGNED_IN)
@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """End one of my sessions, or all others."""
    ended = lifecycle.end_own(request.user, request.session.session_key, request.POST.get("session", ""))  # type: ignore[arg-type]
    if ended:
        messages.success(request, _("Signed out there."))
    return redirect("my_sessions")
