"""Signing in and out, and changing one's password: allauth's pages, and only these."""

from allauth.account import views
from django.urls import path

urlpatterns = [
    path("inloggen/", views.login, name="account_login"),
    path("uitloggen/", views.logout, name="account_logout"),
    path("wachtwoord/", views.password_change, name="account_change_password"),
    path("wachtwoord/vergeten/", views.password_reset, name="account_reset_password"),
    path("wachtwoord/vergeten/klaar/", views.password_reset_done, name="account_reset_password_done"),
    path("geblokkeerd/", views.account_inactive, name="account_inactive"),
]
