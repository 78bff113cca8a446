from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "openvis.web.register"
    label = "register"
