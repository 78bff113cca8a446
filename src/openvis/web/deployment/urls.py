from django.urls import path

from . import views
from .briefing import views as briefing

urlpatterns = [
    path("", views.places, name="focus_places"),
    path("kaart.svg", views.places_map, name="focus_places_map"),
    path("bewaren/", views.keep, name="keep_place"),
    path("plek/<uuid:key>/", views.place, name="focus_place"),
    path("plek/<uuid:key>/beeld", views.place_picture, name="focus_place_picture"),
    path("plek/<uuid:key>/<slug:slug>/", views.act, name="focus_place_act"),
    path("afspraak/<uuid:key>/<slug:slug>/", views.action, name="focus_action_act"),
    path("briefing/", briefing.index, name="briefings"),
    path("briefing/<str:code>/", briefing.sheet, name="briefing"),
    path("briefing/<str:code>/blad.pdf", briefing.document, name="briefing_pdf"),
    path("briefing/<str:code>/kaart.svg", briefing.picture, name="briefing_map"),
]
