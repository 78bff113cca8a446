"""What can happen to a signal, one function an event: reported, screened, weighed, confirmed, passed on, closed.

Each is a transaction with its rule, its audit entry and its history. Nothing happens to a signal but by these.
"""

from openvis.web.access.acts import NotNowError, NotYoursError, WrongError

from .common import ConflictError, TwiceError
from .following import close, follow, give_result, hand_over, take_up, weigh_again
from .reporting import Reported, add_answer, drop_draft, keep_draft, report
from .screening import (
    act_at_once,
    ask,
    can_ask,
    complete,
    decide_likeness,
    enrich,
    forward,
    note,
    refuse,
    told_by_caller,
)
from .weighing import Weighed, as_posted, confirm, route_form, route_of, send_back, weigh

__all__ = [
    "ConflictError",
    "NotNowError",
    "NotYoursError",
    "Reported",
    "TwiceError",
    "Weighed",
    "WrongError",
    "act_at_once",
    "add_answer",
    "as_posted",
    "ask",
    "can_ask",
    "close",
    "complete",
    "confirm",
    "decide_likeness",
    "drop_draft",
    "enrich",
    "follow",
    "forward",
    "give_result",
    "hand_over",
    "keep_draft",
    "note",
    "refuse",
    "report",
    "route_form",
    "route_of",
    "send_back",
    "take_up",
    "told_by_caller",
    "weigh",
    "weigh_again",
]
