"""Purpose limitation (doelbinding): who opens personal data says what for, from what the legal bases of their role allow.

A purpose stays in force for that file in that session. It is on every page meanwhile, and in every audit entry.
"""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from openvis.web import guard

from . import acting, audit, walls
from .compartments import purposes_for as allowed
from .models import PurposeUse, User

ABILITY = "purpose.state"
"""What the audit log calls stating a purpose."""


class NotAllowedError(ValueError):
    """The purpose is not one that this person may state for this compartment."""


def in_force(user: Any, session: str, compartment: str, file: str) -> PurposeUse | None:
    """The purpose stated for a file in a session, while it still is one that the person may state."""
    stated = PurposeUse.objects.filter(
        user=user, session=session, compartment=compartment, object=file, ended__isnull=True
    ).first()
    if stated is None or stated.purpose not in {purpose.id for purpose in allowed(user, compartment)}:
        return None
    return stated


@transaction.atomic
def state(user: User, compartment: str, file: str, purpose: str, *, session: str) -> PurposeUse:
    """State a purpose for a file. Raises NotAllowedError for one outside the list of this person."""
    if purpose not in {item.id for item in allowed(user, compartment)}:
        raise NotAllowedError(purpose)
    PurposeUse.objects.filter(
        user=user, session=session, compartment=compartment, object=file, ended__isnull=True
    ).update(ended=timezone.now())
    stated = PurposeUse(user=user, session=session, compartment=compartment, object=file, purpose=purpose)
    stated.save(force_insert=True)
    audit.record(user, ABILITY, file or compartment, purpose=purpose, compartment=compartment)
    return stated


@transaction.atomic
def end(user: User, session: str) -> int:
    """Close every file of this session: the next look asks for a purpose again."""
    ended = PurposeUse.objects.filter(user=user, session=session, ended__isnull=True).update(ended=timezone.now())
    if ended:
        audit.record(user, "purpose.end", files=ended)
    return ended


def ask(request: HttpRequest, personal: guard.Personal, arguments: dict[str, Any]) -> HttpResponse | None:
    """Take over the purpose in force for what a view opens; lead to the question where there is none.

    Raises Http404 where no purpose is allowed: then the object does not exist for this person.
    """
    file = personal.file(arguments)
    work = acting.current()
    stated = in_force(request.user, work.session, personal.compartment, file)
    if stated is not None:
        work.purpose_object = file
        walls.purpose_stated(stated.purpose)
        return None
    if not allowed(request.user, personal.compartment):
        audit.refuse(request, ABILITY, file)
        raise Http404
    query = urlencode({"compartiment": personal.compartment, "dossier": file, "next": request.get_full_path()})
    target = f"{reverse('purpose')}?{query}"
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = target
        return answer
    return HttpResponseRedirect(target)
