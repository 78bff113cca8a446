from django.apps import AppConfig


class ResilienceConfig(AppConfig):
    name = "openvis.web.resilience"
    label = "resilience"
