from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "openvis.web.operations"
    label = "operations"
