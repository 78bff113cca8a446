"""In the background: figures of a quarter are fixed two weeks after its end."""

from django.utils import timezone
from procrastinate.contrib.django import app

from . import services


@app.periodic(cron="35 3 * * *")
@app.task(name="themes.fix", queueing_lock="themes.fix")
def fix_daily(timestamp: int) -> None:
    """Fix the quarters that are over and not fixed yet."""
    services.fix(timezone.localdate())
