from django.urls import path

from . import dealer_views, street_views, views

urlpatterns = [
    path("", views.control_days, name="control_days"),
    path("nieuw/", views.new_day, name="new_control_day"),
    path("opkopers/", dealer_views.dealers_list, name="dealers"),
    path("opkopers/nieuw/", dealer_views.new_dealer, name="new_dealer"),
    path("opkopers/cijfers/", dealer_views.figures, name="dealer_figures"),
    path("opkopers/<uuid:key>/", dealer_views.dealer, name="dealer"),
    path("opkopers/<uuid:key>/wijzigen/", dealer_views.change_dealer, name="change_dealer"),
    path("opkopers/<uuid:key>/gestopt/", dealer_views.stop_dealer, name="stop_dealer"),
    path("opkopers/<uuid:key>/controle/", dealer_views.plan_check, name="plan_dealer_check"),
    path("opkopers/<uuid:key>/controle/<uuid:check>/<slug:step>/", dealer_views.check_step, name="dealer_check_step"),
    path("<uuid:key>/", views.control_day, name="control_day"),
    path("<uuid:key>/wijzigen/", views.change_day, name="change_control_day"),
    path("<uuid:key>/adres/", views.add_stop, name="add_control_stop"),
    path("<uuid:key>/kiezen/", views.choose, name="choose_control_stops"),
    path("<uuid:key>/route/", views.make_route, name="control_day_route"),
    path("<uuid:key>/kaart.svg", views.day_map, name="control_day_map"),
    path("<uuid:key>/afgelasten/", views.cancel_day, name="cancel_control_day"),
    path("<uuid:key>/resultaten/", views.results, name="control_day_results"),
    path("<uuid:key>/onderweg/", street_views.on_the_way, name="control_day_on_the_way"),
    path("<uuid:key>/bezoek/<uuid:stop>/", street_views.visit, name="control_visit"),
    path("<uuid:key>/bezoek/<uuid:stop>/gedaan/", street_views.follow_up_done, name="control_follow_up_done"),
    path("<uuid:key>/bezoek/<uuid:stop>/weg/", views.drop_stop, name="drop_control_stop"),
    path("<uuid:key>/bezoek/<uuid:stop>/<slug:way>/", views.move_stop, name="move_control_stop"),
]
