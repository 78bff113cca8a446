from django.urls import path

from . import views

urlpatterns = [
    path("", views.today, name="today"),
    path("zoeken/", views.search, name="search"),
    path("over/", views.about, name="about"),
    path("taal/", views.set_language, name="set_language"),
    path("weergave/", views.set_scheme, name="set_scheme"),
]
