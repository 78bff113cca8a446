from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "openvis.web.ui"
    label = "ui"
