from django.apps import AppConfig


class ControlsConfig(AppConfig):
    name = "openvis.web.controls"
    label = "controls"
