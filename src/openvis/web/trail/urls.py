from django.urls import path

from . import sample_views, views

urlpatterns = [
    path("", views.search, name="trail_search"),
    path("<int:pk>/", views.entry, name="trail_entry"),
    path("meenemen/", views.export, name="trail_export"),
    path("verwerkingen/", views.lines, name="trail_lines"),
    path("steekproef/", sample_views.samples, name="trail_samples"),
    path("steekproef/<uuid:pk>/", sample_views.sample, name="trail_sample"),
    path("steekproef/<uuid:pk>/tekenen/", sample_views.sign, name="trail_sign"),
    path("steekproeven/", sample_views.all_samples, name="trail_all_samples"),
    path("steekproeven/<uuid:pk>/", sample_views.sample_officer, name="trail_sample_officer"),
    path("eigen/", sample_views.own_details, name="trail_own_details"),
    path("eigen/<uuid:pk>/", sample_views.own_details_of, name="trail_own_details_of"),
]
