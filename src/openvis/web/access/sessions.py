"""Sessions (sessies): one row a browser, so that all of a person's can be seen and ended at once.

A session ends after `SESSION_COOKIE_AGE` seconds without a page, and `OPENVIS_SESSION_LONGEST` after signing in, whatever
happens in between. Both are kept in the row's own end, so that no other place can forget to look.
"""

import datetime as dt
import re
import time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from .models import Session

BEGAN = "openvis.began"
"""Key of the session: when the person signed in, from which address and with what."""

BROWSERS = {
    r"Edg(e|A|iOS)?/": "Edge", r"OPR/|Opera": "Opera", r"Firefox/|FxiOS/": "Firefox", r"Chrome/|CriOS/": "Chrome",
    r"Safari/": "Safari",
}  # fmt: skip
SYSTEMS = {
    r"iPhone": "iPhone", r"iPad": "iPad", r"Android": "Android", r"Windows": "Windows", r"Mac OS X|Macintosh": "macOS",
    r"CrOS": "ChromeOS", r"Linux|X11": "Linux",
}  # fmt: skip
"""Names by what the browser says of itself; the first that fits."""


class SessionStore(DatabaseSessions):
    """Django's sessions in the database, in a table that knows whose they are."""

    @classmethod
    def get_model_class(cls) -> "type[Session]":
        from .models import Session

        return Session

    def _get_session_from_db(self) -> "Session | None":
        """The row; its last page is written again when that is a while ago, so that not every page writes a row."""
        row: Session | None = super()._get_session_from_db()
        if row is not None and timezone.now() - row.seen > dt.timedelta(seconds=settings.OPENVIS_SESSION_SEEN):
            self.modified = True
        return row

    def create_model_instance(self, data: dict[str, Any]) -> "Session":
        row: Session = super().create_model_instance(data)
        began = data.get(BEGAN, {})
        row.user_id = data.get(SESSION_KEY)
        row.since = dt.datetime.fromtimestamp(began["at"], dt.UTC) if began else None
        row.address, row.device = began.get("address"), began.get("device", "")
        row.seen = timezone.now()
        return row

    def save(self, must_create: bool = False) -> None:
        """A session that was ended while a page was under way stays ended; the page is answered, the next one is not."""
        try:
            super().save(must_create)
        except UpdateError:
            return

    def get_expiry_age(self, **options: Any) -> int:
        age = int(super().get_expiry_age(**options))
        began = self.get(BEGAN)
        if not began:
            return age
        return max(0, min(age, int(began["at"] + settings.OPENVIS_SESSION_LONGEST - time.time())))

    def get_expiry_date(self, **options: Any) -> dt.datetime:
        return timezone.now() + dt.timedelta(seconds=self.get_expiry_age(**options))


def begin(request: HttpRequest) -> None:
    """Write in a fresh session when, from where and with what somebody signed in."""
    request.session[BEGAN] = {
        "at": time.time(), "address": request.META.get("REMOTE_ADDR") or None,
        "device": request.META.get("HTTP_USER_AGENT", "")[:300],
    }


def device(agent: str) -> str:
    """What a browser says of itself, in words: `Firefox on Windows`."""
    browser, system = _named(BROWSERS, agent), _named(SYSTEMS, agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("unknown device")


def _named(names: dict[str, str], agent: str) -> str:
    return next((name for pattern, name in names.items() if re.search(pattern, agent)), "")


def handle(key: str) -> str:
    """What stands for a session on a page: its key itself would sign whoever reads it in."""
    return salted_hmac("openvis.session", key, algorithm="sha256").hexdigest()[:32]
