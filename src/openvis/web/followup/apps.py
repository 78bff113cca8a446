from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "openvis.web.followup"
    label = "followup"
