from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "openvis.web.places"
    label = "places"
