from django.urls import path

from . import covenant_views, views

urlpatterns = [
    path("", views.inbox, name="transfers"),
    path("voorgesteld/", views.proposed, name="transfers_proposed"),
    path("voorgesteld/nieuw/<slug:kind>/<str:key>/", views.propose, name="transfer_propose"),
    path("convenanten/", covenant_views.register, name="covenants"),
    path("convenanten/tekst/<uuid:key>/", covenant_views.signed_text, name="covenant_text"),
    path("convenanten/<slug:slug>/", covenant_views.covenant, name="covenant"),
    path("<uuid:key>/", views.transfer, name="transfer"),
    path("<uuid:key>/aannemen/", views.accept, name="transfer_accept"),
    path("<uuid:key>/afwijzen/", views.refuse, name="transfer_refuse"),
    path("<uuid:key>/intrekken/", views.withdraw, name="transfer_withdraw"),
]
