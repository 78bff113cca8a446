from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "openvis.web.access"
    label = "access"
