"""Signing in and out, one's password and second factors: allauth's pages, each by name and with its rule; and only these."""

from allauth.account import views
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from django.urls import path, re_path

from openvis.web.guard import OPEN, SIGNED_IN, rule

from . import account_views, oidc
from .views import SignIn

everyone, signed_in = rule(OPEN), rule(SIGNED_IN)

urlpatterns = [
    path("inloggen/", SignIn.as_view(), name="account_login"),
    path("uitloggen/", everyone(views.logout), name="account_logout"),
    path("wachtwoord/", signed_in(views.password_change), name="account_change_password"),
    path("wachtwoord/elders/", account_views.no_password, name="account_set_password"),
    path("wachtwoord/vergeten/", everyone(views.password_reset), name="account_reset_password"),
    path("wachtwoord/vergeten/klaar/", everyone(views.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^wachtwoord/nieuw/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", everyone(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "wachtwoord/nieuw/klaar/", everyone(views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("uitnodiging/<str:token>/", account_views.invitation, name="invitation"),
    path("sessies/", account_views.my_sessions, name="my_sessions"),
    path("sessies/beeindigen/", account_views.end_session, name="end_session"),
    path("geblokkeerd/", everyone(views.account_inactive), name="account_inactive"),
    path("oidc/", oidc.login, name="oidc_login"),
    path("oidc/terug/", oidc.callback, name="oidc_callback"),
    path("bevestigen/", signed_in(views.reauthenticate), name="account_reauthenticate"),
    path("code/", account_views.SignInCode.as_view(), name="mfa_authenticate"),
    path("tweede-factor/", account_views.Factors.as_view(), name="mfa_index"),
    path("tweede-factor/bevestigen/", signed_in(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("tweede-factor/app/", signed_in(totp.activate_totp), name="mfa_activate_totp"),
    path("tweede-factor/app/weg/", signed_in(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("tweede-factor/herstelcodes/", signed_in(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("tweede-factor/herstelcodes/nieuw/", signed_in(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path(
        "tweede-factor/herstelcodes/bestand/", signed_in(codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("tweede-factor/sleutels/", signed_in(keys.list_webauthn), name="mfa_list_webauthn"),
    path("tweede-factor/sleutels/nieuw/", signed_in(keys.add_webauthn), name="mfa_add_webauthn"),
    path("tweede-factor/sleutels/bevestigen/", signed_in(keys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("tweede-factor/sleutels/<int:pk>/naam/", signed_in(keys.edit_webauthn), name="mfa_edit_webauthn"),
    path("tweede-factor/sleutels/<int:pk>/weg/", signed_in(keys.remove_webauthn), name="mfa_remove_webauthn"),
]
