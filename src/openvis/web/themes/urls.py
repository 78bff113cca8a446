"""Addresses."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.figures, name="themes"),
    path("kwartaal/<int:year>/<int:quarter>/<slug:form>/", views.take, name="theme_take"),
    path("kwartaal/<int:year>/<int:quarter>/", views.release, name="theme_release"),
    path("thema/<slug:kind>/<str:key>/", views.theme, name="theme"),
    path("risicoprofiel/", views.risk, name="theme_risk"),
    path("vrijplaatsen/", views.places, name="places_out_of_sight"),
    path("vrijplaatsen/nieuw/", views.place_new, name="place_out_of_sight_new"),
    path("vrijplaatsen/<uuid:key>/", views.place, name="place_out_of_sight"),
    path("vrijplaatsen/<uuid:key>/eraf/", views.place_off, name="place_out_of_sight_off"),
]
