from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "openvis.web.sharing"
    label = "sharing"
