"""What the operations share: the router, who may be told what, and refusals as the statuses that say so."""

from collections.abc import Callable
from datetime import time
from typing import Annotated, Any

from django.http import Http404
from django.utils import translation
from ninja import Field, Router
from pydantic import WithJsonSchema

from openvis.web.access.api_base import Problem, problem
from openvis.web.guard import Personal, Refused
from openvis.web.places.models import Address

from ..services.acts import ChangedError, NotNowError, NotYoursError, WrongError

router = Router(tags=["controls"])
OF_DAY = Personal("operations", "control_day", "key")
OF_DEALER = Personal("operations", "dealer", "key")
OF_DEALERS = Personal("operations", "dealers")
Clock = Annotated[
    time, WithJsonSchema({"type": "string", "pattern": r"^\d{2}:\d{2}(:\d{2}(\.\d+)?)?$", "examples": ["09:30"]})
]
"""A time of the clock in the municipality, so without the offset that the format `time` asks for."""
WRONG = {400: Problem, 401: Problem, 404: Problem, 409: Problem, 422: Problem, 428: Problem}


def version() -> Any:
    """The version that was read."""
    return Field(ge=1, le=2_000_000_000, description="The one that was read: another one meanwhile gives 409.")


def acted(work: Callable[[], Any], ability: str, thing: str) -> Any:
    """Carry something out; what is refused becomes the status that says so."""
    with translation.override("en"):
        try:
            return work()
        except WrongError as error:
            return problem(422, "Not taken in", str(error), error.field)
        except (NotNowError, ChangedError) as error:
            return problem(409, "Not possible now", f"{type(error).__name__}: {error}")
        except NotYoursError as error:
            raise Refused(ability, thing) from error


def address(key: str, field: str) -> Address:
    """The address with a number designation. Raises WrongError for one that the register does not have."""
    known = Address.objects.select_related("area").filter(number_id=key).first()
    if known is None:
        raise WrongError(field, "This number designation is not in the register of addresses.")
    return known


def found(read: Callable[[], Any], ability: str, thing: str) -> Any:
    """What a selector gives; what is not there for this person is refused, and that is written down."""
    try:
        return read()
    except Http404 as error:
        raise Refused(ability, thing) from error
