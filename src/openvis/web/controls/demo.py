"""Control days and second-hand dealers of a demonstration: a day that was held, one to come, dealers checked or not."""

from collections.abc import Iterator
from datetime import time
from uuid import UUID

from openvis.profile.controls import Controls
from openvis.web.access import demo
from openvis.web.access.models import User
from openvis.web.access.stage import Script, Stage
from openvis.web.places.demo import Streets
from openvis.web.places.models import Address

from . import choosing, rules
from .models import ControlDay, ControlStop, Dealer, DealerCheck
from .services import days, dealers, visits
from .services.days import Plan, Visit
from .services.dealers import Finding, Particulars
from .services.visits import Report
from .states import CheckState, Listed, Result

NAMES = (
    "Fictief Goud", "Verzonnen Fietsen", "Denkbeeld Telefoons", "Kringloop De Fabel", "Toverhoek Metaal",
    "Nergens Tweedehands",
    "Luchtkasteel Juwelen", "Sprookjes Scooters", "Mirage Elektronica", "Kringloop Legende", "Schroot & Verzinsel",
    "Fantasie Onderdelen",
)  # fmt: skip
CHECKED = (
    (70, CheckState.IN_ORDER), (150, CheckState.IN_ORDER), (110, CheckState.SHORTCOMING), (240, CheckState.IN_ORDER),
    (35, CheckState.OFFENCE), None, (400, CheckState.IN_ORDER), (90, CheckState.IN_ORDER), None, (200, CheckState.IN_ORDER),
    (8, CheckState.SHORTCOMING), (60, CheckState.IN_ORDER),
)  # fmt: skip
"""Days ago and outcome of a dealer's last check; None: never checked."""
FINDING = "Bij drie van de tien inkopen ontbreekt de verkoper in het register."
OFFENCE = "Geen register aanwezig, en de inkopen van deze maand konden niet worden getoond."
MEASURE = "Waarschuwing: register binnen de termijn op orde."
POLICE = "Overgedragen aan de politie, met het verslag van de controle."
AIM = "Gebruik van bedrijfspanden en het inkoopregister bij opkopers controleren (verzonnen)."
NEXT_AIM = "Opnieuw langs de adressen van de vorige keer, en de vrijplaats die nog niet is bezocht (verzonnen)."
SAFETY = "Altijd met twee. Auto op straat laten staan. Bij twijfel naar buiten en de coördinator bellen."
FOUND = (
    (Result.IN_ORDER, "", ""), (Result.SHORTCOMING, "Nooduitgang versperd met dozen.", "Nooduitgang vrijmaken"),
    (Result.NOBODY, "", ""), (Result.OFFENCE, "Opslag van gasflessen in een kelder zonder melding.", ""),
    (Result.IN_ORDER, "", ""), (Result.SHORTCOMING, "Gebruik als woning zonder melding.", "Gebruik staken of melden"),
)  # fmt: skip
CONCLUSION = "Zes adressen bezocht, twee tekortkomingen met een termijn, één overtreding overgedragen. Eén adres opnieuw."


def scripts(stage: Stage, streets: Streets) -> Iterator[Script]:
    """Who keeps dealers checks some of them; who plans controls holds a day and prepares another."""
    controls = stage.profile.controls
    keeper = stage.who(rules.KEEP_DEALERS)
    if keeper is not None and controls.dealers.branches:
        for number, (name, checked) in enumerate(zip(NAMES, CHECKED, strict=True)):
            branch = controls.dealers.branches[number % len(controls.dealers.branches)].id
            yield _dealer(stage, keeper, streets.house(near=True), name, branch, checked)
    planner, visitor = stage.who(rules.PLAN), stage.who(rules.VISIT, without=rules.PLAN) or stage.who(rules.VISIT)
    if planner is not None and visitor is not None and controls.grounds and controls.places:
        team = Team(stage, streets, planner, visitor, controls)
        yield team.held()
        yield team.to_come()


def _dealer(
    stage: Stage, keeper: User, address: Address, name: str, branch: str, checked: tuple[int, CheckState] | None
) -> Script:
    """A dealer from the day in the register to where it stands now."""
    yield stage.moment(430, 11)
    with stage.acts(keeper):
        dealer = dealers.add(keeper, Particulars(
            f"{name} (verzonnen)", address, branch, "000-0000000", Listed.NOTIFICATION, stage.day(700)
        ))  # fmt: skip
    if checked is None:
        return
    ago, outcome = checked
    yield stage.moment(ago + 14, 9)
    with stage.acts(keeper):
        check = dealers.plan(keeper, dealer.pk, stage.day(ago))
    yield stage.moment(ago, 14)
    points = [question.id for question in stage.profile.controls.dealers.checklist]
    wrong = points[1:2] if outcome != CheckState.IN_ORDER else []
    answers = {point: "no" if point in wrong else "yes" for point in points}
    text = {CheckState.IN_ORDER: "", CheckState.SHORTCOMING: FINDING, CheckState.OFFENCE: OFFENCE}[outcome]
    check.refresh_from_db()
    if check.state != CheckState.PLANNED:
        return  # A control day came by before.
    with stage.acts(keeper):
        dealers.visit(keeper, dealer.pk, check.pk, None, Finding(outcome, stage.day(ago), answers, text))
    if outcome == CheckState.SHORTCOMING and ago > 30:
        yield from _warned(stage, keeper, dealer, check, ago, answers | dict.fromkeys(wrong, "yes"))
    if outcome == CheckState.OFFENCE:
        yield stage.moment(ago - 1, 10)
        with stage.acts(keeper):
            dealers.to_police(keeper, dealer.pk, check.pk, None, POLICE)


def _warned(stage: Stage, keeper: User, dealer: Dealer, check: DealerCheck, ago: int, answers: dict[str, str]) -> Script:
    """Warned with a term, and checked again after it."""
    yield stage.moment(ago - 1, 10)
    term = stage.day(ago - 1 - stage.profile.controls.dealers.recheck_days)
    with stage.acts(keeper):
        again = dealers.warn(keeper, dealer.pk, check.pk, None, MEASURE, term)
    yield stage.moment(ago - 7 - stage.profile.controls.dealers.recheck_days, 11)
    with stage.acts(keeper):
        on = stage.day(ago - 7 - stage.profile.controls.dealers.recheck_days)
        dealers.visit(keeper, dealer.pk, again.pk, None, Finding(CheckState.IN_ORDER, on, answers))


class Team:
    """Who plans control days and who goes out, and where."""

    def __init__(self, stage: Stage, streets: Streets, planner: User, visitor: User, controls: Controls) -> None:
        self.stage, self.streets, self.planner, self.visitor, self.controls = stage, streets, planner, visitor, controls
        self.area = demo.first_area(stage.profile)
        self.partners = list(dict.fromkeys(item.organisation for item in controls.competences))

    def plan(self, aim: str, ago: int, addresses: list[Address], due: int) -> ControlDay:
        """A day with its addresses, some places and a dealer of what is due, and its route."""
        start = self.streets.neighbours(-1, 0)[0]
        with self.stage.acts(self.planner):
            day = days.make(self.planner, Plan(
                aim, self.stage.day(ago), self.controls.grounds[0].id, time(9, 30), self.area, self.partners[:3],
                [self.visitor], start, None, SAFETY,
            ))  # fmt: skip
            for number, address in enumerate(addresses):
                kind = self.controls.places[number % len(self.controls.places)].id
                days.add(self.planner, day.pk, Visit(address, kind, "Signaal van een toezichthouder." if number % 2 else ""))
            # By name: of two that are due on one day the key decides the order, and keys are chance.
            every = sorted(choosing.due(self.planner, day), key=lambda one: one.title)
            places, traders = ([one for one in every if bool(one.dealer) == wanted] for wanted in (False, True))
            choosing.put(self.planner, day, [*places[:due], *traders[:1]])
            return days.make_route(self.planner, day.pk)

    def held(self) -> Script:
        """A day from plan to conclusion; a place out of sight was on the list."""
        yield self.stage.moment(30, 10)
        day = self.plan(AIM, 16, [self.streets.house(near=True) for _number in range(len(FOUND) - 2)], due=1)
        for number, stop in enumerate(ControlStop.objects.filter(day=day).order_by("order")):
            yield self.stage.moment(16, 10 + number // 2, 30 * (number % 2))
            self._visit(day.pk, stop, *FOUND[number % len(FOUND)])
        yield self.stage.moment(15, 11)
        with self.stage.acts(self.planner):
            days.close(self.planner, day.pk, None, CONCLUSION)
        followed = ControlStop.objects.filter(day=day, follow_due__isnull=False).order_by("order").first()
        if followed is not None:
            yield self.stage.moment(3, 15)
            with self.stage.acts(self.visitor):
                visits.follow_up_done(self.visitor, day.pk, followed.pk, self.stage.day(3))

    def _visit(self, day: UUID, stop: ControlStop, result: Result, finding: str, follow: str) -> None:
        known = [item.id for item in self.stage.profile.organisations]
        told = Report(
            result, finding, handed_to=(self.partners or known)[-1] if result == Result.OFFENCE else "", follow_up=follow,
            follow_by=(self.partners or known)[0] if follow else "",
            follow_due=self.stage.day(16 - self.controls.follow_up_days) if follow else None,
        )  # fmt: skip
        with self.stage.acts(self.visitor):
            visits.report(self.visitor, day, stop.pk, None, told)

    def to_come(self) -> Script:
        """The next day, in the week after the last one."""
        yield self.stage.moment(5, 13)
        self.plan(NEXT_AIM, -9, [self.streets.house(near=True) for _number in range(5)], due=2)
