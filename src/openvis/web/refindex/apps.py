from django.apps import AppConfig


class RefindexConfig(AppConfig):
    name = "openvis.web.refindex"
    label = "refindex"
