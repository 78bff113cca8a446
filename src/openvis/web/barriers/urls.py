"""Addresses."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.models, name="barrier_models"),
    path("nieuw/", views.begin, name="barrier_model_new"),
    path("start/<slug:slug>/", views.start, name="barrier_start"),
    path("<uuid:key>/", views.model, name="barrier_model"),
    path("<uuid:key>/wat/", views.about, name="barrier_model_about"),
    path("<uuid:key>/doen/", views.act, name="barrier_model_act"),
    path("<uuid:key>/versies/", views.versions, name="barrier_versions"),
    path("<uuid:key>/versies/<int:number>/", views.version, name="barrier_version"),
    path("<uuid:key>/stap/", views.step, name="barrier_step_new"),
    path("<uuid:key>/stap/<slug:step>/", views.step, name="barrier_step"),
    path("<uuid:key>/stap/<slug:step>/barriere/", views.barrier, name="barrier_new"),
    path("<uuid:key>/stap/<slug:step>/barriere/<slug:barrier>/", views.barrier, name="barrier"),
]
