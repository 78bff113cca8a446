from django.apps import AppConfig


class DeploymentConfig(AppConfig):
    name = "openvis.web.deployment"
    label = "deployment"
