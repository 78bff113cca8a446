from django.urls import path

from . import views

urlpatterns = [
    path("", views.overview, name="operations"),
    path("wachtrij/", views.queue, name="operations_queue"),
    path("wachtrij/<int:number>/opnieuw/", views.retry, name="operations_retry"),
]
