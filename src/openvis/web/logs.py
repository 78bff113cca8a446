"""What goes to the log: what happened, where in the program, and nothing of what it was about.

A log is read by more people, kept longer and guarded less than the record. So no names, addresses, search words, bodies,
parameters of SQL or arguments of jobs: of a request the route, of an exception its kind and the places in the code, of other
people's messages the sentence without what was filled in.
"""

import logging
import re
import sys
import threading
import traceback
from types import TracebackType
from typing import Any

OURS = "openvis"
_SECRETIVE = (
    # e-mail addresses, what follows a question mark, arguments of a job, values between quotes, long numbers
    (re.compile(r"[^\s@'\"<>(]+@[^\s@'\"<>)]+"), "…"),
    (re.compile(r"\?[^\s'\"]+"), "?…"),
    (re.compile(r"(\[\d+\])\(.*\)", re.DOTALL), r"\1(…)"),
    (re.compile(r"'[^']*'|\"[^\"]*\""), "…"),
    (re.compile(r"\d[\d .-]{5,}\d"), "…"),
)


class Discreet(logging.Formatter):
    """One line a record, without content; an exception below it as places in the code."""

    def format(self, record: logging.LogRecord) -> str:
        # One line a record: what is filled in cannot begin another one.
        told = " ".join(_told(record).splitlines())
        text = f"{self.formatTime(record)} {record.levelname} {record.name}: {told}"
        if record.exc_info and record.exc_info[1] is not None:
            text += "\n" + kind_and_places(record.exc_info[1])
        return text


def _told(record: logging.LogRecord) -> str:
    request = getattr(record, "request", None)
    if request is not None:
        return f"{getattr(record, 'status_code', '')} {request.method} {_route(request)}".strip()
    if record.name.startswith("django.db"):
        return f"a statement ({getattr(record, 'duration', None) or 0:.3f} s)"
    if record.name == OURS or record.name.startswith(f"{OURS}."):
        return _without_secrets(record.getMessage())
    return _without_secrets(_filled(str(record.msg), record.args))


def _route(request: Any) -> str:
    """The pattern of the address, without what stands in it."""
    found = getattr(request, "resolver_match", None)
    return f"/{found.route}" if found is not None else "(no page of ours)"


def _filled(text: str, values: Any) -> str:
    """A message of a package, with its numbers and without its texts."""
    if not values:
        return text
    try:
        return text % ({key: _harmless(value) for key, value in values.items()} if isinstance(values, dict)
                       else tuple(map(_harmless, values)))
    except (TypeError, ValueError, KeyError):
        return re.sub(r"%(\(\w+\))?[-#0 +.\d]*[a-zA-Z]", "…", text)


def _harmless(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    return type(value).__name__ if isinstance(value, BaseException) else "…"


def _without_secrets(text: str) -> str:
    for pattern, instead in _SECRETIVE:
        text = pattern.sub(instead, text)
    return text


def kind_and_places(error: BaseException) -> str:
    """An exception as its kind and where it came by, and those that caused it; never its message, which quotes values."""
    told: list[str] = []
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        kind, code = type(cause), getattr(cause, "sqlstate", None)
        told.append(f"{'after ' if told else ''}{kind.__module__}.{kind.__qualname__}{f' ({code})' if code else ''}")
        told += [
            f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(cause.__traceback__)
        ]
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "\n".join(told)


def guard_the_rest() -> None:
    """What a process would print by itself when it, or a thread of it, ends in an exception; and warnings of Python."""

    def ended(kind: type[BaseException], error: BaseException, places: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, places)
            return
        logging.getLogger(OURS).critical("the process ends", exc_info=(kind, error, places))

    def thread_ended(told: threading.ExceptHookArgs) -> None:
        if told.exc_value is not None:
            logging.getLogger(OURS).error("a thread ends", exc_info=told.exc_value)

    sys.excepthook = ended
    threading.excepthook = thread_ended
    logging.captureWarnings(capture=True)
