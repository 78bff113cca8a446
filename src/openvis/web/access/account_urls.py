"""Signing in and out, and changing one's password: allauth's pages, and only these."""

from allauth.account import views
from django.urls import path, re_path

from openvis.web.guard import OPEN, SIGNED_IN, rule

from . import account_views
from .views import SignIn

everyone, signed_in = rule(OPEN), rule(SIGNED_IN)

urlpatterns = [
    path("inloggen/", SignIn.as_view(), name="account_login"),
    path("uitloggen/", everyone(views.logout), name="account_logout"),
    path("wachtwoord/", signed_in(views.password_change), name="account_change_password"),
    path("wachtwoord/instellen/", signed_in(views.password_set), name="account_set_password"),
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
]
