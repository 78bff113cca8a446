from django.apps import AppConfig


class ThemesConfig(AppConfig):
    name = "openvis.web.themes"
    label = "themes"
