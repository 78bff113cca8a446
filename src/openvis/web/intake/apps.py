from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "openvis.web.intake"
    label = "intake"
