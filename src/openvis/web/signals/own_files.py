"""A signal in hand is a reason to look its address up in the index: one that was passed on with its address and taken up."""

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openvis.web.access.models import User
from openvis.web.refindex import registry

KIND = "hand_over"


def mine(user: User) -> list[tuple[str, str, int]]:
    """What the person at work has in hand: key, title, address. The database answers for nobody else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, number, address FROM signals_in_hand()")
        rows = cursor.fetchall()
    return [(str(key), _("signal %(number)s, passed to your department") % {"number": number}, place)
            for key, number, place in rows]  # fmt: skip


FILE = registry.OwnFile(
    KIND, gettext_lazy("signal passed to my department"), mine,
    "EXISTS (SELECT 1 FROM signals_in_hand() hand WHERE hand.address = place)",
)


def register() -> None:
    """Tell the index, once."""
    if FILE not in registry.files:
        registry.own_file(FILE)
