"""What can happen to an item: handed over by the uniform form, decided, approached, acted on, closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access.models import User
from openvis.web.sharing.covenants import CovenantError

from .. import agreements, source, words
from ..agreements import NoPartyError
from ..models import Contribution, Decision, Meeting, MeetingAction, Project, TabledItem
from ..states import SEEN, ItemState, Progress
from . import base, following, projects
from .meetings import open_item


@dataclass(frozen=True, slots=True)
class Form:
    """The uniform form (uniform formulier), as it was filled in."""

    fields: Sequence[str]
    purpose: str
    law: str
    article: str
    covenant: str
    motivation: str
    proportionality: str


def hand_over(by: User, item: UUID, form: Form) -> Contribution:
    """Hand a signal over in one act: chosen fields, copied once as they are now, on this ground, under this covenant."""
    with base.act(by, "item.hand_over", f"tabled_item:{item}", law=form.law, fields=len(form.fields)):
        found = open_item(by, item)
        if Contribution.objects.filter(item=found).exists():
            raise base.NotNowError(_("This signal was handed over already. What was handed over does not change."))
        # In the language of the municipality, whoever fills it in: partners read it as it was handed over.
        with translation.override(city.profile().municipality.language):
            known = {name: (str(title), text) for name, title, text in source.lines(by, found.signal_id)}
        _check(form, set(known))
        made = Contribution(
            item=found, fields=list(form.fields), values=[list(known[name]) for name in form.fields], by=by,
            law=base.known_law(form.law), article=base.filled("article", form.article), covenant=form.covenant,
            purpose=form.purpose, motivation=base.filled("motivation", form.motivation),
            proportionality=base.filled("proportionality", form.proportionality),
        )
        made.save(force_insert=True)
        return made


def _check(form: Form, known: set[str]) -> None:
    if not form.fields:
        raise base.WrongError("fields", _("Nothing is chosen. Tick the fields that are needed, and no more."))
    if not set(form.fields) <= known:
        raise base.WrongError("fields", _("A field was chosen that is not there any more. Choose again."))
    if form.purpose not in {item.id for item in city.profile().purposes if words.COMPARTMENT in item.compartments}:
        raise base.WrongError("purpose", _("Choose a purpose from the list."))
    try:
        agreements.check(form.covenant, ())
    except CovenantError as error:
        raise base.WrongError("covenant", str(error)) from error


@dataclass(frozen=True, slots=True)
class Said:
    """What the meeting decided, as it was written down."""

    text: str
    law: str
    article: str
    approaches: Sequence[str]
    partners: Sequence[str]
    version: int


def _discussed(found: TabledItem) -> Meeting:
    """The meeting whose agenda was sent with this item on it: only then there is something to decide."""
    if found.meeting is None or found.meeting.state not in SEEN:
        raise base.NotNowError(
            _("First send the agenda of the meeting that this is on. Then decisions can be written down.")
        )
    return found.meeting


def decide(
    by: User, item: UUID, text: str, law: str, article: str, approaches: Sequence[str], partners: Sequence[str],
    version: int,
) -> Decision:
    """Write down what the meeting decided, which approach it chose, and which partners take part under the covenant.

    Only the decision, labelled with its law: what partners told stays with them.
    """
    with base.act(by, "item.decide", f"tabled_item:{item}", law=law, approaches=list(approaches)):
        return _decided(by, open_item(by, item), Said(text, law, article, approaches, partners, version))


def _decided(by: User, found: TabledItem, said: Said, project: Project | None = None) -> Decision:
    meeting = _discussed(found)
    if found.version != said.version:
        raise base.ChangedError(found)
    _choices(meeting, said.approaches, said.partners)
    made = Decision(
        item=found, meeting=meeting, text=base.filled("text", said.text), law=base.known_law(said.law), by=by,
        article=base.filled("article", said.article), project=project,
    )
    made.save(force_insert=True)
    found.approaches, found.partners = list(said.approaches), list(said.partners)
    found.state, found.version = ItemState.DECIDED, found.version + 1
    found.save()
    following.taken_up(by, found.signal_id)
    return made


def send_on(by: User, item: UUID, said: Said, to: projects.Wanted, *, ends: bool = True) -> Project:
    """Decide that a signal goes on in a project, a new one or one that runs, and take it up there: in one act.

    Its project has an entry in the log of its own. `ends`: the meeting is done with it, and its item is closed.
    """
    with transaction.atomic():
        found = open_item(by, item)
        if following.state(found.signal_id) not in following.OURS:
            raise base.NotNowError(
                _("The signal went another way meanwhile. Take this item back, or weigh the signal again.")
            )
        project = projects.wanted(by, to)
        with base.act(by, "item.send_on", f"tabled_item:{item}", law=said.law, project=str(project.pk)):
            _decided(by, found, said, project)
            projects.take(by, project, found.signal_id, item=str(item))
            following.in_project(by, found.signal_id)
            if ends:
                with translation.override(city.profile().municipality.language):
                    _ended(found, _("It goes on in a project."))
        return project


def _choices(meeting: Meeting, approaches: Sequence[str], partners: Sequence[str]) -> None:
    if not approaches or not set(approaches) <= {item.id for item in words.approaches()}:
        raise base.WrongError("approaches", _("Choose at least one approach from the list."))
    if not partners:
        return
    try:
        covenant = agreements.check(meeting.covenant, partners)
    except (CovenantError, NoPartyError) as error:
        raise base.WrongError("partners", str(error)) from error
    if not set(partners) <= set(covenant.parties):
        raise base.WrongError("partners", _("Choose partners from the list."))


def agree(by: User, item: UUID, what: str, owner: User | None, due: date, approach: str = "") -> MeetingAction:
    """Agree an action: what, who, by when. The owner's organisation goes with it; a partner's must be covered.

    With an approach it is an intervention, with the powers of that organisation.
    """
    with base.act(by, "action.agree", f"tabled_item:{item}"):
        found = open_item(by, item)
        meeting = _discussed(found)
        person = base.fits(owner)
        if not meeting.participants.filter(user=person).exists():
            raise base.WrongError("owner", _("This person takes no part in the meeting. Invite them first."))
        organisation = base.organisation_of(person)
        try:
            agreements.check(meeting.covenant, [organisation])
        except (CovenantError, NoPartyError) as error:
            raise base.WrongError("owner", str(error)) from error
        if approach and approach not in {one.id for one in words.approaches()}:
            raise base.WrongError("approach", _("Choose an approach from the list."))
        made = MeetingAction(
            item=found, what=base.filled("what", what), owner=person, organisation=organisation, approach=approach,
            due=base.ahead("due", due),
        )  # fmt: skip
        made.save(force_insert=True)
        return made


def report(by: User, action: UUID, state: str, result: str, done_on: date | None = None) -> MeetingAction:
    """Report what came of an action. By its owner or the coordinator; how it was done at the partner stays there."""
    with base.act(by, "action.report", f"meeting_action:{action}", state=state):
        found = MeetingAction.objects.select_for_update().filter(pk=action).first()
        if found is None or not by.has_perm("followup.report", found):
            raise base.NotYoursError("action")
        if found.state != Progress.OPEN:
            raise base.NotNowError(_("What came of this was reported already."))
        told = base.reported(by, state, result, done_on) | {"reported_at": timezone.now()}
        for name, value in told.items():
            setattr(found, name, value)
        found.save(update_fields=list(told))
        return found


def close(by: User, item: UUID, result: str, handled: bool = True) -> TabledItem:
    """Close an item (afsluiten) with its result; open actions are reported or dropped first. The term counts from here.

    Its signal goes with it: `handled`, or to be looked at again by the reporting point.
    """
    with base.act(by, "item.close", f"tabled_item:{item}", handled=handled):
        found = open_item(by, item)
        if found.state != ItemState.DECIDED:
            raise base.NotNowError(_("Nothing was decided about this. Write the decision down first, or take it back."))
        _ended(found, result)
        following.of_item(by, found, ends=handled)
        return found


def take_back(by: User, item: UUID, reason: str) -> TabledItem:
    """Take an item back (terugnemen) about which nothing was decided: its signal is weighed anew."""
    with base.act(by, "item.take_back", f"tabled_item:{item}"):
        found = open_item(by, item)
        if found.state == ItemState.DECIDED:
            raise base.NotNowError(_("About this something was decided. Close it with its result."))
        if found.meeting is not None and found.meeting.state not in SEEN:
            # Nobody has seen it there: it leaves that agenda without a trace.
            found.meeting = None
        _ended(found, reason, "reason")
        following.back(by, found.signal_id)
        return found


def _ended(found: TabledItem, result: str, field: str = "result") -> None:
    if found.actions.filter(state=Progress.OPEN).exists():
        raise base.NotNowError(
            _("There are actions of which nothing was reported yet. Report on them or drop them first.")
        )
    found.state, found.closed_at = ItemState.CLOSED, timezone.now()
    found.result, found.ends_on = base.filled(field, result), words.kept_until(timezone.localdate())
    found.version += 1
    found.save()
