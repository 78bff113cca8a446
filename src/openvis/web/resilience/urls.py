"""Addresses."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.threats, name="threats"),
    path("melden/", views.report, name="threat_report"),
    path("bijeenkomsten/", views.sessions, name="awareness_sessions"),
    path("cijfers/", views.figures, name="resilience_figures"),
    path("cijfers/<int:year>/<slug:form>/", views.take, name="resilience_take"),
    path("<uuid:key>/", views.threat, name="threat"),
]
