from django.apps import AppConfig


class BarriersConfig(AppConfig):
    name = "openvis.web.barriers"
    label = "barriers"
