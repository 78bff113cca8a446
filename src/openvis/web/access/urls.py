from django.urls import path

from . import views

urlpatterns = [
    path("", views.people, name="people"),
    path("mijn-rollen/", views.my_roles, name="my_roles"),
    path("<uuid:pk>/", views.person, name="person"),
]
