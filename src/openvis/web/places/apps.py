from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "openvis.web.places"
    label = "places"

    def ready(self) -> None:
        """Say what is personal here: nothing."""
        from . import personal

        personal.register()
