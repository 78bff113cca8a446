"""The pages of the register of second-hand dealers: the list, one dealer, its checks, figures."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from openvis.web import city, guard
from openvis.web.access import audit, people
from openvis.web.guard import personal, rule
from openvis.web.trail import processing

from . import dealer_forms, dealer_selectors, presenting, rules
from .doing import done, found
from .models import Dealer, DealerCheck
from .services import dealers
from .services.acts import NotYoursError, WrongError
from .states import CheckState

FILE = ("operations", "dealer", "key")
LIST = ("operations", "dealers")


def _dealer(request: HttpRequest, key: UUID, ability: str = rules.SEE_DEALERS) -> Dealer:
    user: Any = request.user
    dealer: Dealer = found(dealer_selectors.dealer, ability, f"dealer:{key}", user, key)
    if ability == rules.KEEP_DEALERS and not user.has_perm("controls.keep_dealer", dealer):
        raise guard.Refused(ability, f"dealer:{key}")
    return dealer


def _shown(dealers_shown: list[Dealer], name: str) -> None:
    processing.shown(dealers_shown, activity="operations", name=name)


@rule("dor.view")
@personal(*LIST)
@require_GET
def dealers_list(request: HttpRequest) -> HttpResponse:
    """The dealers, those that are due longest first."""
    user: Any = request.user
    form = dealer_forms.ListForm(request.GET or None)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    show, today = chosen.get("toon", ""), timezone.localdate()
    every = dealer_selectors.rows(user, stopped=show == "gestopt")
    rows = [row for row in every if _fits(row, show, today) and chosen.get("branche", "") in ("", row.dealer.branch)]
    audit.record(user, "dealers.list", number=len(rows))
    _shown([row.dealer for row in rows], "dealers.list")
    overdue = sum(row.overdue(today) for row in every) if show != "gestopt" else 0
    title = (
        ngettext("%d dealer was not checked in time", "%d dealers were not checked in time", overdue) % overdue
        if overdue else _("Second-hand dealers")
    )  # fmt: skip
    context = {
        "rows": [(row, row.overdue(today) and not row.dealer.stopped_on) for row in rows], "form": form, "title": title,
        "keeps": people.may(user, rules.KEEP_DEALERS), "filtered": bool(request.GET),
        "branches": {item.id: item.name.get(get_language()) for item in dealer_selectors.settings().branches},
    }  # fmt: skip
    return render(request, "controls/dealers.html", context)


def _fits(row: dealer_selectors.Row, show: str, today: Any) -> bool:
    if show == "te-laat":
        return row.overdue(today)
    return row.waits > 0 if show == "vervolg" else True


@rule("dor.keep")
@require_http_methods(["GET", "POST"])
def new_dealer(request: HttpRequest) -> HttpResponse:
    """Put a dealer in the register."""
    user: Any = request.user
    form = dealer_forms.DealerForm(None, request.POST or None)
    made: list[Dealer] = []

    def add() -> None:
        try:
            made.append(dealers.add(user, form.particulars))
        except NotYoursError as error:
            # An address of another area is a mistake in the form, and no attempt on somebody else's file.
            raise WrongError("address", _("This address does not lie in your area.")) from error

    if done(form, add, rules.KEEP_DEALERS, "dealer"):
        messages.success(request, _("The dealer is in the register."))
        return redirect("dealer", key=made[0].pk)
    context = {"form": form, "title": _("Add a dealer"), "button": _("Put in the register")}
    return render(request, "controls/dealer_form.html", context, status=422 if form.errors else 200)


@rule("dor.view")
@personal(*FILE)
@require_GET
def dealer(request: HttpRequest, key: UUID) -> HttpResponse:
    """One dealer: who, where, when checked, what came of it, and what is next."""
    user: Any = request.user
    item = _dealer(request, key)
    checks = dealer_selectors.checks_of(item)
    audit.record(user, "dealer.view", f"dealer:{key}", checks=len(checks))
    _shown([item], "dealer.view")
    keeps = user.has_perm("controls.keep_dealer", item)
    last = max((check.visited_on for check in checks if check.visited_on), default=None)
    due = dealer_selectors.due_on(last, item.listed_on, item.branch)
    questions = {one.id: one.name.get(get_language()) for one in dealer_selectors.settings().checklist}
    area = item.address.area
    context = {
        "dealer": item, "keeps": keeps and item.stopped_on is None, "due": due, "last": last,
        "overdue": due < timezone.localdate() and item.stopped_on is None,
        "branch": dealer_selectors.branch_name(item.branch, get_language()),
        "checks": [(check, _steps(check) if keeps else [], _points(check, questions)) for check in checks],
        "planned": any(check.state == CheckState.PLANNED for check in checks),
        "picture": dealer_selectors.picture_of(area.code) if area is not None else "",
        "area": area, "sees_picture": people.may(user, "picture.view"),
    }  # fmt: skip
    return render(request, "controls/dealer.html", context)


def _points(check: DealerCheck, questions: dict[str, str]) -> list[tuple[str, str, str]]:
    answers = {key: str(label) for key, label in dealer_forms.answer_choices()}
    told = check.checklist or {}
    return [(questions.get(key, key), value, answers.get(value, value)) for key, value in told.items()]


STEPS: dict[str, list[tuple[str, Any]]] = {
    CheckState.PLANNED: [("bezoek", gettext_lazy("Write down the check")), ("intrekken", gettext_lazy("Call off"))],
    CheckState.SHORTCOMING: [("waarschuwen", gettext_lazy("Warn"))],
    CheckState.OFFENCE: [("politie", gettext_lazy("Handed to the police"))],
}


def _steps(check: DealerCheck) -> list[tuple[str, Any]]:
    return STEPS.get(check.state, [])


@rule("dor.keep")
@personal(*FILE)
@require_http_methods(["GET", "POST"])
def change_dealer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Set the particulars right."""
    user: Any = request.user
    item = _dealer(request, key, rules.KEEP_DEALERS)
    form = dealer_forms.DealerForm(item, request.POST or None)
    return _form(
        request, item, form, lambda: dealers.change(user, key, form.cleaned_data["version"], form.particulars),
        _("Change the dealer"), _("Save changes"), _("The dealer is changed."),
    )  # fmt: skip


@rule("dor.keep")
@personal(*FILE)
@require_http_methods(["GET", "POST"])
def stop_dealer(request: HttpRequest, key: UUID) -> HttpResponse:
    """The dealer stopped."""
    user: Any = request.user
    item = _dealer(request, key, rules.KEEP_DEALERS)
    form = dealer_forms.StopForm(item, request.POST or None)
    return _form(
        request, item, form, lambda: dealers.stop(user, key, form.cleaned_data["stopped_on"]),
        _("This dealer stopped"), _("Write down"), _("The dealer is marked as stopped."),
    )  # fmt: skip


@rule("dor.keep")
@personal(*FILE)
@require_http_methods(["GET", "POST"])
def plan_check(request: HttpRequest, key: UUID) -> HttpResponse:
    """Plan a check."""
    user: Any = request.user
    item = _dealer(request, key, rules.KEEP_DEALERS)
    form = dealer_forms.PlanForm(request.POST or None)
    return _form(
        request, item, form, lambda: dealers.plan(user, key, form.cleaned_data["planned_for"]),
        _("Plan a check"), _("Plan this check"), _("The check is planned."),
    )  # fmt: skip


@rule("dor.keep")
@personal(*FILE)
@require_http_methods(["GET", "POST"])
def check_step(request: HttpRequest, key: UUID, check: UUID, step: str) -> HttpResponse:
    """The next step of a check: what it found (bezoek), a warning, the police, or calling it off."""
    user: Any = request.user
    item = _dealer(request, key, rules.KEEP_DEALERS)
    at: DealerCheck = found(dealer_selectors.check, rules.KEEP_DEALERS, f"dealer_check:{check}", item, check)
    if step not in {slug for slug, _title in _steps(at)}:
        if request.method == "POST" or step not in ACTS:
            raise guard.Refused(rules.KEEP_DEALERS, f"dealer_check:{check}")
        messages.warning(request, _("This is not possible any more: somebody else was faster."))
        return redirect("dealer", key=key)
    made, run, title, button, said = ACTS[step]
    form = made(at, request.POST or None)
    return _form(request, item, form, lambda: run(user, at, form), str(title), str(button), str(said))


def _visit(user: Any, at: DealerCheck, form: Any) -> object:
    return dealers.visit(user, at.dealer_id, at.pk, form.cleaned_data["version"], form.told)


def _warn(user: Any, at: DealerCheck, form: Any) -> object:
    told = form.cleaned_data
    return dealers.warn(user, at.dealer_id, at.pk, told["version"], told["measure"], told["term"])


def _police(user: Any, at: DealerCheck, form: Any) -> object:
    return dealers.to_police(user, at.dealer_id, at.pk, form.cleaned_data["version"], form.cleaned_data["measure"])


def _withdraw(user: Any, at: DealerCheck, form: Any) -> object:
    return dealers.withdraw(user, at.dealer_id, at.pk, form.cleaned_data["version"], form.cleaned_data["measure"])


ACTS: dict[str, tuple[Any, Callable[[Any, DealerCheck, Any], object], Any, Any, Any]] = {
    "bezoek": (dealer_forms.FindingForm, _visit, gettext_lazy("Write down the check"), gettext_lazy("Save the result"),
               gettext_lazy("Written down.")),
    "waarschuwen": (dealer_forms.WarnForm, _warn, gettext_lazy("Warn"), gettext_lazy("Save the warning"),
                    gettext_lazy("The warning is written down, and the next check is planned.")),
    "politie": (dealer_forms.MeasureForm, _police, gettext_lazy("Handed to the police"), gettext_lazy("Write down"),
                gettext_lazy("Written down.")),
    "intrekken": (dealer_forms.MeasureForm, _withdraw, gettext_lazy("Call off"), gettext_lazy("Call off"),
                  gettext_lazy("The check is called off.")),
}  # fmt: skip


def _form(
    request: HttpRequest, item: Dealer, form: Any, act: Callable[[], object], title: str, button: str, said: str
) -> HttpResponse:
    if done(form, act, rules.KEEP_DEALERS, f"dealer:{item.pk}"):
        messages.success(request, said)
        return redirect("dealer", key=item.pk)
    _shown([item], "dealer.form")
    context = {"form": form, "title": title, "button": button, "dealer": item}
    return render(request, "controls/dealer_form.html", context, status=422 if form.errors else 200)


@rule("dor.view")
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """Coverage and compliance, of no fewer than k dealers."""
    user: Any = request.user
    total, parts = dealer_selectors.figures(user, timezone.localdate(), get_language())
    audit.record(user, "dealers.figures")
    k = city.profile().controls.k
    context = {"total": total, "parts": parts, "k": k, "where": presenting.reach(user)}
    return render(request, "controls/figures.html", context)
