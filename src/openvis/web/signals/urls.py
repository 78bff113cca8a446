"""Addresses."""

from typing import Any

from django.urls import path

from .views import handing, inbox, reporting, weighing

urlpatterns: list[Any] = [
    path("", inbox.inbox, name="signals_inbox"),
    path("melden/", reporting.report, name="signal_report"),
    path("melden/namens/", reporting.on_behalf, name="signal_on_behalf"),
    path("mijn/", reporting.mine, name="signal_reports"),
    path("mijn/<uuid:key>/", reporting.answer, name="signal_own_report"),
    path("mijn/concept/<uuid:key>/weg/", reporting.drop, name="signal_draft_drop"),
    path("afdeling/", handing.passed, name="signals_passed"),
    path("afdeling/<uuid:key>/", handing.hand_over, name="signal_hand_over"),
    path("afdeling/<uuid:key>/oppakken/", handing.take_up, name="signal_take_up"),
    path("<uuid:key>/", inbox.signal, name="signal"),
    path("<uuid:key>/doen/<slug:act>/", inbox.do, name="signal_do"),
    path("<uuid:key>/lijkt-op/<uuid:other>/", inbox.likeness, name="signal_likeness"),
    path("<uuid:key>/bijlage/<uuid:file>/", inbox.attachment, name="signal_attachment"),
    path("<uuid:key>/wegen/", weighing.weigh, name="signal_weigh"),
    path("<uuid:key>/tweede-lezer/", weighing.second, name="signal_second"),
]
