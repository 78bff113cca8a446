from django.urls import path

from .views import deliveries, observation, sources

urlpatterns = [
    path("", deliveries.deliveries, name="intake_deliveries"),
    path("bestand/", deliveries.upload, name="intake_upload"),
    path("levering/<uuid:key>/", deliveries.delivery, name="intake_batch"),
    path("levering/<uuid:key>/voortgang/", deliveries.progress, name="intake_progress"),
    path("levering/<uuid:key>/afgekeurd.csv", deliveries.rejected_rows, name="intake_rejected"),
    path("levering/<uuid:key>/verbeterd/", deliveries.correct, name="intake_correct"),
    path("levering/<uuid:key>/nogmaals/", deliveries.again, name="intake_again"),
    path("levering/<uuid:key>/intrekken/", deliveries.withdraw, name="intake_withdraw"),
    path("bronnen/", sources.sources, name="intake_sources"),
    path("bronnen/<slug:key>/", sources.source, name="intake_source"),
    path("onbekend/<uuid:key>/", sources.trial, name="intake_trial"),
    path("onbekend/<uuid:key>/weg/", sources.drop_trial, name="intake_trial_drop"),
    path("waarneming/", observation.observation, name="observation"),
    path("waarneming/gebieden.json", observation.areas, name="observation_areas"),
]
