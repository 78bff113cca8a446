"""What the pages share: running an act with its form, and what is said when it cannot be done."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from openvis.web import guard

from .. import services


def submitted(request: HttpRequest, form: forms.Form, run: Callable[[], Any], done: Any) -> Any:
    """Run an act with a form that was sent in; gives what it made, or None where the page is to be shown again.

    What was typed stays in the form. Outside a permission the page does not exist.
    """
    if not form.is_bound or not form.is_valid():
        return None
    try:
        made = run()
    except services.WrongError as error:
        field = {"fields": "fields_chosen", "begins": "date"}.get(error.field, error.field)
        form.add_error(field if field in form.fields else None, str(error))
    except services.ChangedError as error:
        form.data = form.data.copy()
        form.data["version"] = str(getattr(error.current, "version", 0))
        form.add_error(None, _("Somebody else saved in the meantime. Nothing is lost: look at what stands there now, "
                               "take over what you need, then save again."))  # fmt: skip
    except services.NotNowError as error:
        form.add_error(None, str(error))
    except services.NotYoursError as error:
        raise guard.Refused(str(error)) from error
    else:
        messages.success(request, done)
        return made
    return None


def done(request: HttpRequest, run: Callable[[], Any], text: Any) -> bool:
    """Run an act without a form, and say how it went."""
    try:
        run()
    except (services.NotNowError, services.WrongError) as error:
        messages.error(request, str(error))
        return False
    except services.ChangedError:
        messages.warning(request, _("Somebody else saved in the meantime. Look at what stands there now, and try again."))
        return False
    except services.NotYoursError as error:
        raise guard.Refused(str(error)) from error
    messages.success(request, text)
    return True


def posted(request: HttpRequest) -> Any:
    """What was sent in, or None."""
    return request.POST if request.method == "POST" else None
