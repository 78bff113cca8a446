from django.apps import AppConfig


class KeepingConfig(AppConfig):
    name = "openvis.web.keeping"
    label = "keeping"
