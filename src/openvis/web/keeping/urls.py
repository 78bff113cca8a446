from django.urls import path

from . import views

urlpatterns = [
    path("", views.retention, name="retention"),
    path("uitvoeren/", views.run, name="retention_run"),
    path("doorrekenen/", views.preview, name="retention_preview"),
    path("lijsten/nieuw/<slug:kind>/", views.ask_list, name="destruction_list_ask"),
    path("lijsten/<uuid:key>/", views.destruction_list, name="destruction_list"),
    path("lijsten/<uuid:key>/besluit/", views.decide_list, name="destruction_list_decide"),
    path("verklaringen/<uuid:key>/", views.certificate, name="certificate"),
    path("verklaringen/<uuid:key>/pdf/", views.certificate_pdf, name="certificate_pdf"),
    path("opschorten/<slug:about>/", views.new_hold, name="hold_new"),
    path("opschortingen/<uuid:key>/", views.hold, name="hold"),
    path("opschortingen/<uuid:key>/einde/", views.end_hold, name="hold_end"),
]
