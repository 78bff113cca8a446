from django.urls import path

from . import views

urlpatterns = [
    path("", views.plan, name="plan"),
    path("<str:key>/", views.topic, name="plan_topic"),
]
