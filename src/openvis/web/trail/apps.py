from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "openvis.web.trail"
    label = "trail"
