"""The forms to sign in with, to ask for a new password, and to choose one by invitation."""

from typing import Any

from allauth.account.forms import LoginForm, ReauthenticateForm, ResetPasswordForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class SignInForm(LoginForm):
    """Allauth's, without texts inside the fields; the way to a new password stands below."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class PasswordAgainForm(ReauthenticateForm):
    """The password again, without texts inside the field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)


class ForgottenForm(ResetPasswordForm):
    """Asks for a message with a link.

    The same is done for an address with and without an account: a job for the background. Nobody can tell from the answer
    or from the time it takes.
    """

    def save(self, request: HttpRequest, **_rest: Any) -> str:
        from .tasks import mail_reset

        user = str(self.users[0].pk) if self.users else ""
        mail_reset.defer(user=user, site=request.build_absolute_uri("/").rstrip("/"), language=get_language())
        email: str = self.cleaned_data["email"]
        return email


class InvitationForm(forms.Form):
    """A password, twice."""

    password1 = forms.CharField(
        label=_("Password"), strip=False, help_text=_("At least 12 characters. A sentence is easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("The same password again"), strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "password2" in given and given.get("password1") != given["password2"]:
            self.add_error("password2", _("This is not the same password."))
        return given
