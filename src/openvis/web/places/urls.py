from django.urls import path

from . import views

urlpatterns = [path("adressen/", views.suggestions, name="address_suggestions")]
