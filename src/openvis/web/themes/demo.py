"""Themes of a demonstration: places out of sight with their last control, and quarters whose figures were fixed."""

from collections.abc import Iterator

from openvis.web.access import people
from openvis.web.access.models import User
from openvis.web.access.stage import Script, Stage
from openvis.web.places.demo import Streets

from . import rules, selectors, services
from .models import PlaceKind, QuarterFigures
from .services import Listed

PLACES = (
    ("Verzonnen garageboxen", PlaceKind.STORAGE, 200, 20, "Veertig boxen, waarvan de helft zonder bekende huurder."),
    ("Verzonnen jachtwerf", PlaceKind.HARBOUR, 420, None, "Ligplaatsen die niet in de administratie staan."),
    ("Verzonnen bedrijfspark", PlaceKind.BUSINESS_PARK, 95, -60, "Units worden zonder contract doorverhuurd."),
    ("Verzonnen volkstuinen", PlaceKind.ALLOTMENTS, None, 10, "Er wordt gewoond waar dat niet mag, zegt het toezicht."),
    ("Verzonnen clubgebouw", PlaceKind.CLUB, 310, -12, "Besloten avonden zonder melding; de deur blijft dicht."),
)
"""Title, kind, days since the last control and until the next one (negative: to come), and why it is on the list."""


def scripts(stage: Stage, streets: Streets) -> Iterator[Script]:
    """Who plans controls keeps the list; figures of quarters fix themselves, and somebody who weighs releases the first."""
    planner = stage.who(rules.PLAN)
    if planner is not None:
        for at, place in enumerate(PLACES):
            yield _listed(stage, streets, planner, 170 - 20 * at, *place)
    yield _fixed(stage)


def _listed(
    stage: Stage, streets: Streets, planner: User, ago: int, title: str, kind: PlaceKind, last: int | None,
    later: int | None, why: str,
) -> Script:  # fmt: skip
    yield stage.moment(ago, 11)
    held = people.areas_for(planner, rules.PLAN)
    address = streets.house(near=held is not None)
    if address.area is None:
        return
    with stage.acts(planner):
        made = services.enlist(planner, Listed(
            title, kind, address.area.code, why, address,
            None if last is None or last < ago else stage.day(last),
            None if later is None else stage.day(later),
        ))  # fmt: skip
    if last is not None and last < ago:
        yield stage.moment(last, 16)
        with stage.acts(planner):
            seen = selectors.place(planner, made.pk)
            if seen is not None:
                services.change(planner, made.pk, seen.version, Listed(
                    title, kind, seen.area_code, why, address, stage.day(last), seen.next_control
                ))  # fmt: skip


def _fixed(stage: Stage) -> Script:
    """What runs at night, and what a person does with the first of it."""
    yield stage.moment(1, 3)
    services.fix(stage.until)
    person = stage.who(services.RELEASE)
    first = QuarterFigures.objects.order_by("year", "quarter").first()
    if person is not None and first is not None:
        yield stage.moment(0, 10)
        with stage.acts(person):
            services.release(person, first.year, first.quarter)
