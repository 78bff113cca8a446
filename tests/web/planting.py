"""Objects of every party, each with marked texts: what `test_doors` looks for in the answers to everybody else.

An app adds a function here for what it keeps. `readers` is an answer of its own, from the words of the design and not from
the rules under test: given a person's roles, may this object be known to them?
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import shapely
from django.db import transaction
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access import demo
from openvis.web.access.models import AuditEntry, PurposeUse, User


@dataclass(frozen=True)
class Planted:
    """One object: its keys as addresses name them, the texts that give it away, and who may know of it."""

    kind: str
    keys: tuple[Any, ...]
    marks: tuple[str, ...]
    readers: Callable[[User], bool]
    also: tuple[tuple[Any, ...], ...] = field(default=())
    """Keys of what hangs under it."""


MARK = "geheim-"
"""With which every mark begins."""


def mark(kind: str) -> str:
    """A text that stands nowhere else."""
    return f"{MARK}{kind}-{uuid.uuid4().hex[:10]}"


def roles_with(profile: Profile, *abilities: str) -> set[str]:
    """The roles that hold one of these abilities."""
    return {role.id for role in profile.roles if any(ability in role.abilities for ability in abilities)}


def holds(profile: Profile, *abilities: str) -> Callable[[User], bool]:
    """Who holds one of these abilities anywhere."""
    wanted = roles_with(profile, *abilities)
    return lambda person: not wanted.isdisjoint(person.grants.in_force().values_list("role", flat=True))


def works_in(profile: Profile, area: str, *abilities: str) -> Callable[[User], bool]:
    """Who holds one of these abilities for the whole city or for this area."""
    city_wide = {role.id for role in profile.roles if role.scope == "city"} & roles_with(profile, *abilities)
    wanted = roles_with(profile, *abilities)

    def reads(person: User) -> bool:
        return any(
            grant.role in city_wide or (grant.role in wanted and area in grant.areas)
            for grant in person.grants.in_force()
        )

    return reads


FIGURES: dict[str, Any] = {
    "count": 1, "total": 1, "share": None, "area_share": None, "trend": None, "kinds": [], "windows": [], "chips": [],
    "matrix": [[0.0] * 24] * 7, "weeks": [], "from": "2026-01-01", "to": "2026-06-30", "chosen_kinds": [],
}
"""Evidence with nothing in it."""


def other_area(profile: Profile) -> str:
    """A coarsest area in which no test person works: they all get the first."""
    codes = sorted(area.code for area in profile.areas_of(profile.levels[0].id))
    return next(code for code in codes if code != demo.first_area(profile))


def focus_place(profile: Profile) -> Planted:
    """A focus place in another area, with an interpretation, a decision and an action."""
    from openvis.web.deployment.models import Evidence, FocusAction, FocusPlace

    area, name, inside, act = other_area(profile), mark("plek"), mark("duiding"), mark("afspraak")
    evidence = Evidence.objects.create(
        query=mark("vraag"), store_version="1", figures=FIGURES, shape={}, picture=b"x",
        outline=shapely.to_wkb(profile.areas[0].geometry),
    )
    place = FocusPlace.objects.create(
        name=name, evidence=evidence, home=[area], touches=[area], interpretation=inside, state="accepted", reason=inside,
    )
    action = FocusAction.objects.create(
        place=place, what=act, phase="preventive", organisation=profile.organisations[0].id, due=timezone.localdate(),
    )
    readers = works_in(profile, area, "briefing.view", "places.keep", "places.assess")
    return Planted("focus place", (place.pk,), (name, inside, act, evidence.query), readers, ((action.pk,),))


def delivery(profile: Profile) -> Planted:
    """A refused delivery with a rejected row."""
    import json

    from openvis.web.access import sealing
    from openvis.web.intake.loading import rejected_context
    from openvis.web.intake.models import Batch, Rejected, Source

    name, inside = mark("levering"), mark("rij")
    batch = Batch.objects.create(
        source=Source.objects.first(), state=Batch.State.LOADED, file_name=f"{name}.csv", read=1, rejected=1,
        loaded=timezone.now(),
    )
    told = {"told": [{"value": inside, "facts": {"expected": "x"}}], "values": {"kind": inside}}
    Rejected.objects.create(
        batch=batch, row=2, problems=[{"column": "kind", "reason": "kind_unknown"}],
        sealed=sealing.seal(json.dumps(told).encode(), rejected_context(batch.pk, 2)),
    )
    return Planted("delivery", (batch.pk,), (name, inside), holds(profile, "intake.view", "intake.upload"))


def trial(profile: Profile) -> Planted:
    """An unknown file that somebody is working out."""
    from openvis.web.intake.models import Trial

    name = mark("proef")
    other = User.objects.create_user(f"{uuid.uuid4().hex}@elders.example", name="Iemand Anders")
    kept = Trial.objects.create(
        file_name=f"{name}.csv", sha256="0" * 64, size=1, by=other, ends_on=timezone.localdate(), proposal={},
    )
    return Planted("trial", (kept.pk,), (name,), lambda person: person == other)


def source(profile: Profile) -> Planted:
    """A source that was made in the browser."""
    from openvis.web.intake.models import Source

    first = Source.objects.filter(in_use=True).first()
    key, name = mark("bron"), mark("bronnaam")
    Source.objects.create(key=key, definition=first.definition | {"id": key, "name": name}, from_profile=False)
    return Planted("source", (key,), (key, name), holds(profile, "intake.sources", "intake.upload", "intake.view"))


def account(profile: Profile) -> Planted:
    """Somebody of another organisation, with a role and its reason."""
    from openvis.web.access import services

    name, reason = mark("naam"), mark("reden")
    person = services.add_person(f"{mark('adres')}@elders.example", name, profile.organisations[-1].id)
    role = next(role for role in profile.roles if role.scope == "city")
    services.grant(person, role.id, reason=reason, source="test")
    return Planted("account", (person.pk,), (name, reason, person.email), holds(profile, "people.view", "access.explain"))


def audit_entry(profile: Profile) -> Planted:
    """An entry of the audit log about somebody else's work."""
    thing = mark("regel")
    entry = AuditEntry.objects.create(action="test.look", object=thing, actor=uuid.uuid4())
    return Planted("audit entry", (entry.pk,), (thing,), holds(profile, "audit.view", "audit.sample"))


def purpose_use(profile: Profile) -> Planted:
    """A purpose that somebody else stated for a file."""
    other = User.objects.create_user(f"{uuid.uuid4().hex}@elders.example", name="Iemand Anders")
    file = mark("dossier")
    used = PurposeUse.objects.create(user=other, session="s", compartment="persons", object=file, purpose="p")
    return Planted("purpose", (used.pk,), (file,), holds(profile, "audit.view"))


def transfer(profile: Profile) -> Planted:
    """Fields of a focus place in another area that were accepted, and stay with the receiver."""
    from openvis.web.sharing.models import Received, Transfer

    area, why, value = other_area(profile), mark("reden"), mark("waarde")
    here, there = next((one, to) for one in profile.compartments for to in one.feeds if one.letter == "O")
    role = next(role for role in profile.roles if "transfers.propose" in role.abilities)
    day = timezone.localdate()
    sent = Transfer.objects.create(
        kind="focus_place", key=str(uuid.uuid4()), from_compartment=here.id, to_compartment=there, areas=[area],
        fields=["name"], values={"name": value}, role=role.id, answer_by=day, ends_on=day, purpose="p", law="AVG",
        article=why, motivation=why, proportionality=why, subsidiarity=why,
    )
    Transfer.objects.filter(pk=sent.pk).update(state="accepted", values=None)
    Received.objects.create(transfer=sent, compartment=there, areas=[area], values={"name": value}, ends_on=day)

    def reads(person: User) -> bool:
        for grant in person.grants.in_force():
            held = profile.role(grant.role)
            reached = held.scope == "city" or area in grant.areas
            cell = profile.rights(grant.role, there).rights
            receives = "transfers.accept" in held.abilities and "e" in cell and not cell.isdisjoint("ra")
            if reached and (receives or grant.role == role.id):
                return True
        return False

    return Planted("transfer", (sent.pk,), (why, value), reads)


def sampled_lookup(profile: Profile) -> Planted:
    """What the manager of another organisation wrote about a look-up of their people."""
    from openvis.web.trail.models import LookupSample, SampledLookup

    remark = mark("oordeel")
    sample = LookupSample.objects.create(
        organisation="elders", month=timezone.localdate().replace(day=1), seed=1, population=1, people=1,
    )
    looked = SampledLookup.objects.create(
        sample=sample, entry=1, judgement="ask", remark=remark, judged=timezone.now(),
    )
    return Planted("sample", (sample.pk,), (remark,), holds(profile, "audit.view"), ((looked.pk,),))


def processing_line(profile: Profile) -> Planted:
    """A line of the processing log about somebody."""
    from openvis.web.trail.models import ProcessingEntry

    name, now = mark("betrokkene"), timezone.now()
    line = ProcessingEntry.objects.create(
        trace=uuid.uuid4(), name="test", activity="test", started=now, ended=now, resource="test", version="1",
        subject_type="name", subject=name,
    )
    return Planted("processing line", (line.pk,), (name,), holds(profile, "audit.view", "subjects.handle"))


def session(profile: Profile) -> Planted:
    """A browser in which somebody else is signed in."""
    from openvis.web.access.models import Session

    other = User.objects.create_user(f"{uuid.uuid4().hex}@elders.example", name="Iemand Anders")
    device, key = mark("apparaat"), mark("sessie")
    Session.objects.create(
        session_key=key, session_data="", expire_date=timezone.now() + timedelta(hours=1), user=other, device=device,
    )
    return Planted("session", (key,), (device, key), lambda person: person == other)


def plant_hidden(profile: Profile, person: User) -> list[Planted]:
    """Plant what this person may not know of, and nothing else."""
    found = []
    for plant in PLANTERS:
        with transaction.atomic():
            item = plant(profile)
            transaction.set_rollback(item.readers(person))
        if not item.readers(person):
            found.append(item)
    return found


def hold_on_a_person(profile: Profile) -> Planted:
    """A hold on everything about somebody; why it is there is for who sees retention alone."""
    from openvis.web.keeping.models import Hold

    name, why = mark("naam"), mark("waarom")
    other = User.objects.create_user(f"{uuid.uuid4().hex}@elders.example", name="Iemand Anders")
    hold = Hold.objects.create(
        person={"name": name}, reason="claim", explanation=why, until=timezone.localdate(), set_by=other
    )
    return Planted("hold", (hold.pk,), (name, why), holds(profile, "retention.view"))


def destruction_list(profile: Profile) -> Planted:
    """A list for destruction with the title of a record."""
    from openvis.web.keeping.models import DestructionList

    title = mark("titel")
    other = User.objects.create_user(f"{uuid.uuid4().hex}@elders.example", name="Iemand Anders")
    made = DestructionList.objects.create(
        kind="focus_place", day=timezone.localdate(), state="prepared", items=[["1", title]], keys=["1"], prepared_by=other
    )
    return Planted("destruction list", (made.pk,), (title,), holds(profile, "retention.view"))


def subject_request(profile: Profile) -> Planted:
    """A request of a person, with what was found of them."""
    from openvis.web.keeping.models import SubjectRequest

    name, question = mark("betrokkene"), mark("vraag")
    other = User.objects.create_user(f"{uuid.uuid4().hex}@elders.example", name="Iemand Anders")
    today = timezone.localdate()
    made = SubjectRequest.objects.create(
        number=uuid.uuid4().hex[:12], kind="access", name=name, question=question, received=today, due=today,
        ends_on=today, entered_by=other,
    )
    return Planted("request of a person", (made.pk,), (name, question), holds(profile, "subjects.handle"))


def signal(profile: Profile) -> Planted:
    """A signal of somebody else, weighed by a first reader, with a file and a hand-over to another department."""
    from openvis.web.signals.models import Attachment, HandOver, Report, Signal, Weighing

    facts, why, passed, number = mark("signaal"), mark("weging"), mark("doorgegeven"), mark("nr")[-12:]
    other = User.objects.create_user(f"{uuid.uuid4().hex}@elders.example", name="Iemand Anders")
    made = Signal.objects.create(
        number=number, phenomenon=profile.signals.phenomena[0].id, facts=facts, interpretation=facts, subjects=facts,
        company=facts, due_on=timezone.localdate(),
    )
    report = Report.objects.create(signal=made, reporter=other, number=number, question=facts, told="asked")
    file = Attachment.objects.create(signal=made, name=facts, kind="application/pdf", size=1, sha256="0" * 64)
    Weighing.objects.create(
        signal=made, answers={}, points=1, proposal="close", route="close", reason=why, proposed_by=other,
    )
    handed = HandOver.objects.create(
        signal=made, number=number, organisation="elders", facts=passed, due_on=timezone.localdate(), made_by=other
    )
    return Planted(
        "signal", (made.pk,), (facts, why, passed), holds(profile, "signals.weigh"),
        ((report.pk,), (file.pk,), (made.pk, file.pk), (handed.pk,)),
    )


def signal_draft(profile: Profile) -> Planted:
    """A report that somebody else began."""
    from openvis.web.signals.models import Draft

    text = mark("concept")
    other = User.objects.create_user(f"{uuid.uuid4().hex}@elders.example", name="Iemand Anders")
    draft = Draft.objects.create(reporter=other, values={"facts": text}, ends_on=timezone.localdate())
    return Planted("draft of a signal", (draft.pk,), (text,), lambda person: person == other)


def barrier_model(profile: Profile) -> Planted:
    """A barrier model with an agreement in it, and an earlier version."""
    from openvis.web.barriers import content as contents
    from openvis.web.barriers.models import BarrierModel

    title, step, note = mark("model"), mark("stap"), mark("afspraak")
    partner = profile.barriers.partners[0].id
    barrier = contents.Barrier(id="1ab", what="x", partners=[partner], note=note)
    document = contents.Content(steps=[contents.Step(id="1aa", title=step, barriers=[barrier])])
    made = BarrierModel.objects.create(title=title, content=document.dump())
    made.version = 2
    made.save()
    readers = holds(profile, "plan.view", "barriers.edit")
    return Planted("barrier model", (made.pk, "1aa", "1ab"), (title, step, note), readers)


def index_entry(profile: Profile) -> Planted:
    """An entry of the reference index of another department, with a match, at an address with a street of its own."""
    from openvis.web.places.models import Address
    from openvis.web.refindex.models import Entry, Match

    street, contact = mark("straat"), mark("contact")
    people = [User.objects.create_user(f"{uuid.uuid4().hex}@elders.example", name="Iemand Anders") for _side in range(2)]
    day = timezone.localdate() + timedelta(days=30)
    place = Address.objects.create(number_id=str(uuid.uuid4().int)[:16], street=street, number=1, x=0.0, y=0.0)
    ours, theirs = (
        Entry.objects.create(
            department=f"elders_{side}", address=place, kind="x", contact=contact, handler=person, expires_on=day,
            ends_on=day,
        )
        for side, person in enumerate(people)
    )
    match = Match.objects.create(entry=ours, other=theirs, department=theirs.department)
    kind = ("index_entry", ours.pk)
    return Planted("index entry", (ours.pk,), (contact,), lambda person: False, ((match.pk,), kind))


def place_out_of_sight(profile: Profile) -> Planted:
    """A place on the list in another area."""
    from openvis.web.themes.models import PlaceOutOfSight

    area, title, why = other_area(profile), mark("vrijplaats"), mark("waarom")
    made = PlaceOutOfSight.objects.create(title=title, kind="club", area_code=area, areas=[area], reason=why)
    return Planted("place out of sight", (made.pk,), (title, why), works_in(profile, area, "controls.plan"))


def theme_figures(profile: Profile) -> Planted:
    """Figures of a quarter, with a mark where a key of a phenomenon stands."""
    from openvis.web.themes.models import QuarterFigures

    name = mark("cijfers")
    told = {"rows": [name, "total"], "columns": ["total"], "values": [[20], [20]]}
    made = QuarterFigures.objects.create(
        year=1987, quarter=3, k=10, level="x", phenomena=told, branches=told, ends_on=timezone.localdate()
    )
    return Planted("figures of a quarter", (made.year, made.quarter), (name,), holds(profile, "signals.figures"))


def tabled(profile: Profile) -> set[str]:
    """The roles that see what is tabled, and who keeps the meetings."""
    sees = {role.id for role in profile.roles if profile.rights(role.id, "signals").note == "tabled"}
    return (sees & roles_with(profile, "signals.casus")) | roles_with(profile, "signals.weigh")


def riec_item(profile: Profile) -> Planted:
    """A signal on an agenda that was sent, to a meeting in which nobody of the test takes part."""
    from openvis.web.followup.models import Contribution, Decision, Meeting, TabledItem

    place, facts, text, number = mark("zaal"), mark("inbreng"), mark("besluit"), f"P-{uuid.uuid4().hex[:8]}"
    day = timezone.localdate()
    meeting = Meeting.objects.create(begins=timezone.now(), place=place, covenant="c", state="sent",
                                     sent_at=timezone.now(), ends_on=day)  # fmt: skip
    item = TabledItem.objects.create(
        signal=bare_signal(profile, number), number=number, meeting=meeting, state="decided", ends_on=day,
    )
    Contribution.objects.create(item=item, fields=["facts"], values=[["Feiten", facts]], law="AVG", article="1",
                                covenant="c", purpose="p", motivation=facts, proportionality=facts)  # fmt: skip
    Decision.objects.create(item=item, meeting=meeting, text=text, law="WGS", article="1")
    wanted = tabled(profile)

    def reads(person: User) -> bool:
        return not wanted.isdisjoint(person.grants.in_force().values_list("role", flat=True))

    return Planted("RIEC meeting", (meeting.pk,), (place, facts, text, number), reads, ((item.pk,),))


def riec_action(profile: Profile) -> Planted:
    """An action of somebody else, about a signal on an agenda that is being prepared."""
    from openvis.web.followup.models import Meeting, MeetingAction, TabledItem

    what, number, day = mark("actie"), f"P-{uuid.uuid4().hex[:8]}", timezone.localdate()
    other = User.objects.create_user(f"{uuid.uuid4().hex}@elders.example", name="Iemand Anders")
    meeting = Meeting.objects.create(begins=timezone.now(), place=what, covenant="c", ends_on=day)
    item = TabledItem.objects.create(
        signal=bare_signal(profile, number), number=number, meeting=meeting, state="tabled", ends_on=day,
    )
    action = MeetingAction.objects.create(item=item, what=what, owner=other, organisation="elders", due=day)
    keys = ((item.pk,), (action.pk,))
    return Planted("RIEC action", (meeting.pk,), (what, number), holds(profile, "signals.weigh"), keys)


def project(profile: Profile) -> Planted:
    """A project with a plan and an intervention, of a team in which nobody of the test is."""
    from openvis.web.followup.models import CaseHandOver, Intervention, Project, ProjectSignal, ProjectStep

    name, what, day, number = mark("project"), mark("stap"), timezone.localdate(), f"P-{uuid.uuid4().hex[:8]}"
    signal = bare_signal(profile, number)
    made = Project.objects.create(name=name, goal=what, result=what, ends_on=day)
    ProjectSignal.objects.create(project=made, signal=signal, number=number)
    step = ProjectStep.objects.create(project=made, what=what, due=day)
    act = Intervention.objects.create(project=made, approach="administrative", what=what, organisation="elders")
    case = CaseHandOver.objects.create(signal=signal, number=number, reason=what, ends_on=day)
    keys = ((step.pk,), (act.pk,), (case.pk,))
    return Planted("project", (made.pk,), (name, what, number), holds(profile, "signals.weigh"), keys)


def bare_signal(profile: Profile, number: str) -> Any:
    """A signal without marks of its own, for what hangs on one."""
    from openvis.web.signals.models import Signal

    return Signal.objects.create(number=number, phenomenon=profile.signals.phenomena[0].id, facts="Een bus.")
def _address(profile: Profile, area: str, street: str) -> Any:
    """An address in an area of the coarsest level."""
    from openvis.web.places.models import Address, Area

    fine = next(one for one in Area.objects.filter(level=profile.finest.id) if area in one.within.values())
    return Address.objects.create(number_id=uuid.uuid4().hex[:16], street=street, number=1, x=0.0, y=0.0, area=fine)


def control_day(profile: Profile) -> Planted:
    """A control day in another area, with an address, what was found there and what follows."""
    from openvis.web.controls.models import ControlDay, ControlStop

    area, aim, safe, why, inside = other_area(profile), mark("doel"), mark("veilig"), mark("waarom"), mark("bevinding")
    today = timezone.localdate()
    day = ControlDay.objects.create(aim=aim, safety=safe, conclusion=inside, date=today, ground="x", area=area, areas=[area])
    stop = ControlStop.objects.create(
        day=day, address=_address(profile, area, mark("straat")), kind="x", why=why, safety=safe, result="shortcoming",
        finding=inside, follow_up=inside, follow_by="x", follow_due=today - timedelta(days=1), visited_at=timezone.now(),
    )
    readers = works_in(profile, area, "controls.plan", "controls.visit")
    return Planted("control day", (day.pk, stop.pk), (aim, safe, why, inside, stop.address.street), readers)


def dealer(profile: Profile) -> Planted:
    """A second-hand dealer in another area that is due, with a check that waits for a next step."""
    from openvis.web.controls.models import Dealer, DealerCheck

    area, name, contact, inside = other_area(profile), mark("opkoper"), mark("contact"), mark("bevinding")
    long_ago = timezone.localdate() - timedelta(days=4000)
    made = Dealer.objects.create(
        name=name, contact=contact, address=_address(profile, area, mark("straat")), areas=[area], branch="x",
        listed_on=long_ago,
    )
    check = DealerCheck.objects.create(
        dealer=made, planned_for=long_ago, state="shortcoming", visited_on=long_ago, finding=inside, measure=inside,
    )
    readers = works_in(profile, area, "dor.view", "dor.keep")
    return Planted("dealer", (made.pk, check.pk), (name, contact, inside, made.address.street), readers)


def threat(profile: Profile) -> Planted:
    """A threat that somebody else reported, with what was done about it."""
    from openvis.web.resilience.models import ThreatIncident

    what, who, after = mark("bedreiging"), mark("functie"), mark("vervolg")
    other = User.objects.create_user(f"{uuid.uuid4().hex}@elders.example", name="Iemand Anders")
    made = ThreatIncident.objects.create(
        kind="threat", happened_on=timezone.localdate(), organisation=profile.organisations[0].id, victim=who, what=what,
        reporter=other, follow_up=after,
    )
    return Planted("threat against staff", (made.pk,), (what, who, after), holds(profile, "resilience.keep"))


def awareness_session(profile: Profile) -> Planted:
    """A session that was held."""
    from openvis.web.resilience.models import AwarenessSession

    title, day = mark("bijeenkomst"), timezone.localdate()
    made = AwarenessSession.objects.create(title=title, held_on=day, ends_on=day)
    return Planted("awareness session", (made.pk,), (title,), holds(profile, "resilience.keep"))


PLANTERS: list[Callable[[Profile], Planted]] = [
    focus_place, delivery, trial, source, account, audit_entry, purpose_use, transfer, sampled_lookup, processing_line,
    session, hold_on_a_person, destruction_list, subject_request, signal, signal_draft, index_entry, barrier_model,
    place_out_of_sight, theme_figures, riec_item, riec_action, project, threat, awareness_session, control_day, dealer,
]  # fmt: skip
