from django.apps import AppConfig


class PlanConfig(AppConfig):
    name = "openvis.web.plan"
    label = "plan"
