"""What the pages of controls share: a form that a service carries out, and refusals as the house answers them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from openvis.web import guard

from .forms import ActForm
from .services.acts import ChangedError, NotNowError, NotYoursError, WrongError


def found(reader: Callable[..., Any], ability: str, thing: str, *arguments: Any) -> Any:
    """What a selector gives; what is not there for this person is refused, and that is written down."""
    try:
        return reader(*arguments)
    except Http404 as error:
        raise guard.Refused(ability, thing) from error


def done(form: ActForm, act: Callable[[], object], ability: str, thing: str) -> bool:
    """Carry an act out with a form that is in order; False, with the reason in the form, where that did not do."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        act()
    except WrongError as error:
        form.refuse(error)
    except ChangedError:
        form.add_error(None, _("Somebody else saved in the meantime. Open the page again, and then make your change."))
    except NotNowError:
        form.add_error(None, _("This is not possible any more: somebody else was faster."))
    except NotYoursError as error:
        raise guard.Refused(ability, thing) from error
    else:
        return True
    return False


def pressed(
    request: HttpRequest, act: Callable[[], object], said: str, back: str, key: UUID, ability: str
) -> HttpResponse:
    """A button without a form: do it, say so, and go back to the page."""
    try:
        act()
    except WrongError as error:
        messages.error(request, str(error))
    except (NotNowError, ChangedError):
        messages.warning(request, _("This is not possible any more: somebody else was faster."))
    except NotYoursError as error:
        raise guard.Refused(ability, str(key)) from error
    else:
        if said:
            messages.success(request, said)
    return redirect(back, key=key)
