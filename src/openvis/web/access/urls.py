from django.urls import path

from . import purpose_views
from .pages import break_glass, explain, giving, matrix, own, people, review

urlpatterns = [
    path("", people.people, name="people"),
    path("uitnodigen/", people.invite, name="invite"),
    path("matrix/", matrix.matrix, name="matrix"),
    path("uitleg/", explain.explain, name="explain"),
    path("uitleg/<uuid:pk>/<slug:kind>/<str:key>/", explain.explain_object, name="explain_object"),
    path("noodtoegang/", break_glass.ask, name="break_glass"),
    path("noodtoegang/verzoeken/", break_glass.answers, name="break_glass_answers"),
    path("noodtoegang/<uuid:pk>/besluit/", break_glass.answer, name="break_glass_answer"),
    path("noodtoegang/<uuid:pk>/beeindigen/", break_glass.end, name="break_glass_end"),
    path("noodtoegang/<uuid:pk>/nakijken/", break_glass.review, name="break_glass_review"),
    path("herbeoordeling/", review.reviews, name="reviews"),
    path("herbeoordeling/beginnen/", review.begin, name="begin_review"),
    path("herbeoordeling/<uuid:pk>/", review.review, name="review"),
    path("herbeoordeling/<uuid:pk>/oordelen/", review.judge, name="judge_review"),
    path("herbeoordeling/<uuid:pk>/tekenen/", review.sign, name="sign_review"),
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
