"""What every operation on signals shares: the router, the files that ask a purpose, the answer to what was refused."""

from collections.abc import Callable, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import translation
from ninja import Router

from openvis.web.access.api_base import Problem, Signed, problem
from openvis.web.guard import Personal, Refused
from openvis.web.places.models import Address

from .. import files, rules, services

router = Router(tags=["signals"])
WRONG: dict[Any, Any] = {400: Problem, 401: Problem, 404: Problem, 409: Problem, 422: Problem}
PURPOSE = WRONG | {428: Problem}
READ = dict.fromkeys((400, 401, 404, 428), Problem)


def weighing() -> Signed:
    """Who weighs, for a stated purpose."""
    return Signed(rules.WEIGH, Personal("signals", "signal", "key"))


def handling() -> Signed:
    """Who handles what was passed to the department, for a stated purpose."""
    return Signed(rules.REPORT, Personal("signals", "hand_over", "key"))


def done(act: Callable[[], Any], ability: str, thing: str) -> Any:
    """What an act gives; a problem where it was not done. Raises Refused where the thing is not there for this person."""
    with translation.override("en"):
        try:
            return act()
        except services.ConflictError as error:
            text = f"It is now version {error.signal.version}."
            return problem(409, "Somebody changed it meanwhile", text, "version")
        except services.NotNowError as error:
            return problem(409, "Not in this state", str(error))
        except services.WrongError as error:
            return problem(422, "This does not fit", str(error), error.field)
        except services.NotYoursError as error:
            raise Refused(ability, thing) from error


def address_of(number: str) -> Address | None:
    """An address by its number designation. Raises WrongError."""
    found = Address.objects.filter(number_id=number).first() if number else None
    if number and found is None:
        raise services.WrongError("address", "No such address in the register.")
    return found


def looked_at(given: Sequence[UploadedFile]) -> list[files.Looked]:
    """Files that came with a report, as the form takes them in. Raises WrongError."""
    try:
        return files.look_all(given)
    except files.UnfitError as error:
        raise services.WrongError("files", str(error)) from error
