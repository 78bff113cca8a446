from django.urls import path

from . import purpose_views, views

urlpatterns = [
    path("", views.people, name="people"),
    path("mijn-rollen/", views.my_roles, name="my_roles"),
    path("doel/", purpose_views.purpose, name="purpose"),
    path("doel/sluiten/", purpose_views.end_purposes, name="end_purposes"),
    path("<uuid:pk>/", views.person, name="person"),
]
