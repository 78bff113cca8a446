from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "openvis.web.places"
    label = "places"

    def ready(self) -> None:
        """Say what is personal here: nothing. Pages only read the register."""
        from openvis.web.access import walls

        from . import models, personal

        personal.register()
        for model in (models.Address, models.FormerAddress, models.Street, models.StreetTrigram, models.TrigramCount):
            walls.limit(model, "SELECT")
