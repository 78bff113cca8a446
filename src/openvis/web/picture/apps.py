from django.apps import AppConfig


class PictureConfig(AppConfig):
    name = "openvis.web.picture"
    label = "picture"
