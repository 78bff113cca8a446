"""Addresses."""

from django.urls import path

from . import oversight_views, views

urlpatterns = [
    path("", views.entries, name="index_entries"),
    path("nieuw/", views.new, name="index_new"),
    path("opzoeken/", views.look_ups, name="index_look_ups"),
    path("opzoeken/<slug:kind>/<str:key>/", views.look_up, name="index_look_up"),
    path("aantallen/", oversight_views.counts, name="index_counts"),
    path("gebruik/", oversight_views.use, name="index_use"),
    path("treffer/<uuid:key>/", views.match, name="index_match"),
    path("<uuid:key>/", views.entry, name="index_entry"),
    path("<uuid:key>/intrekken/", views.withdraw, name="index_withdraw"),
    path("<uuid:key>/aanbieden/", views.offer, name="index_offer"),
    path("<uuid:key>/aanbieden/op-naam/", views.offer_silent, name="index_offer_silent"),
    path("<uuid:key>/afslaan/", views.decline, name="index_decline"),
    path("<uuid:key>/overnemen/", views.take_over, name="index_take_over"),
    path("<uuid:key>/verlengen/", views.renew, name="index_renew"),
]
