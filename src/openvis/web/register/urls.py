from django.urls import path

from . import views

urlpatterns = [
    path("", views.algorithms, name="algorithms"),
    path("register.<slug:kind>", views.download, name="algorithms_download"),
    path("<slug:key>/", views.algorithm, name="algorithm"),
]
