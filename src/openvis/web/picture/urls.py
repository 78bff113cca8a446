from django.urls import path

from . import downloads, tables, views

urlpatterns = [
    path("", views.picture, name="picture"),
    path("antwoord", views.answer, name="picture_answer"),
    path("rooster/<int:cell>.json", views.grid, name="picture_grid"),
    path("gebieden/<slug:level>.json", views.areas, name="picture_areas"),
    path("lijnen.json", views.lines, name="picture_lines"),
    path("deel/<slug:key>", views.extra, name="picture_extra"),
    path("incidenten.json", views.incidents, name="picture_incidents"),
    path("<slug:table>.<slug:kind>", downloads.download, name="picture_download"),
    path("tellingen/", tables.counts, name="picture_counts"),
    path("tellingen/<slug:table>.<slug:kind>", downloads.counts, name="picture_counts_download"),
    path("per-gebied/", tables.multiples_page, name="picture_multiples"),
    path("uitleg/", views.explained, name="picture_explained"),
]
