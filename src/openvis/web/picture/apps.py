from django.apps import AppConfig


class PictureConfig(AppConfig):
    name = "openvis.web.picture"
    label = "picture"

    def ready(self) -> None:
        from openvis.web.intake.signals import batch_committed

        from . import pages, personal, retention
        from .tasks import after_batch

        personal.register()
        retention.register()
        pages.register()
        batch_committed.connect(after_batch, dispatch_uid="picture.alerts")
