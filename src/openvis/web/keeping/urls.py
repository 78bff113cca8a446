from django.urls import path

from . import request_views, views

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
    path("verzoeken/", request_views.index, name="subject_requests"),
    path("verzoeken/toezicht/", request_views.oversight, name="subject_requests_oversight"),
    path("verzoeken/nieuw/", request_views.receive, name="subject_request_new"),
    path("verzoeken/<uuid:key>/", request_views.one, name="subject_request"),
    path("verzoeken/<uuid:key>/overzicht/", request_views.report, name="subject_request_report"),
    path("verzoeken/<uuid:key>/corrigeren/", request_views.correct, name="subject_request_correct"),
    path("verzoeken/<uuid:key>/antwoord/", request_views.close, name="subject_request_close"),
    path("verzoeken/<uuid:key>/<slug:name>/", request_views.act, name="subject_request_act"),
]
