from django.urls import path

from . import purpose_views
from .pages import explain, giving, matrix, own, people

urlpatterns = [
    path("", people.people, name="people"),
    path("uitnodigen/", people.invite, name="invite"),
    path("matrix/", matrix.matrix, name="matrix"),
    path("uitleg/", explain.explain, name="explain"),
    path("uitleg/<uuid:pk>/<slug:kind>/<str:key>/", explain.explain_object, name="explain_object"),
    path("mijn-rollen/", own.my_roles, name="my_roles"),
    path("mijn-log/", own.my_log, name="my_log"),
    path("doel/", purpose_views.purpose, name="purpose"),
    path("doel/sluiten/", purpose_views.end_purposes, name="end_purposes"),
    path("<uuid:pk>/", people.person, name="person"),
    path("<uuid:pk>/uitnodigen/", people.invite_again, name="invite_again"),
    path("<uuid:pk>/rol/", giving.give, name="give_role"),
    path("<uuid:pk>/rol/<int:grant>/beeindigen/", giving.end, name="end_role"),
    path("<uuid:pk>/laatste-dag/", giving.last_day, name="last_day"),
    path("<uuid:pk>/sluiten/", giving.close, name="close_account"),
    path("<uuid:pk>/openen/", giving.reopen, name="reopen_account"),
]
