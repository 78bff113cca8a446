from django.apps import AppConfig


class SignalsConfig(AppConfig):
    name = "openvis.web.signals"
    label = "signals"
