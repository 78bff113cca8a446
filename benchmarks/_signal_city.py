"""A city with years of signals, index entries, meetings and controls behind it, for benchmarks. Itself no benchmark.

The shape is made, the sizes are given: of the signals half are open, six of ten lie at one of 60,000 addresses, three of
ten name one of 20,000 businesses; every second address has index entries of two departments, which have met, but for one
of ten where the first is silent; of twenty matches one waits for a reply. Texts that a page opens are really sealed, others
are as long and never opened.
"""

import os
from datetime import timedelta
from typing import Any

import numpy as np

import index_match
import signal_inbox

HANDLERS, DEPARTMENTS = 2_000, 20
MATCHES = """
    INSERT INTO refindex_match (id, entry_id, other_id, department, asks_reply, at, replied_at, result, contact_on, grounds)
    SELECT gen_random_uuid(), mine.id, theirs.id, theirs.department, NOT mine.silent, m.at,
        CASE WHEN m.nth %% 20 > 0 THEN m.at + interval '2 days' END, CASE WHEN m.nth %% 20 > 0 THEN 'same' ELSE '' END,
        CASE WHEN m.nth %% 20 > 0 THEN m.at::date + 2 END, '{}'
    FROM refindex_entry mine
    JOIN refindex_entry theirs ON theirs.address_id = mine.address_id AND theirs.department <> mine.department
    CROSS JOIN LATERAL (SELECT greatest(mine.registered_at, theirs.registered_at) AS at,
        abs(hashtext(mine.id::text))::bigint AS nth) m
    WHERE NOT theirs.silent
"""
PLACED = """
    UPDATE signals_signal s SET address_id = m.address, company = m.company, company_index = m.company_index,
        telephone = m.telephone, telephone_index = m.telephone_index
    FROM made m WHERE m.id = s.id
"""
WEIGHED = """
    INSERT INTO signals_weighing (id, signal_id, round, answers, points, proposal, route, reason, proposed_by_id,
        proposed_at, outcome, remark, decided_by_id, decided_at, became)
    SELECT gen_random_uuid(), s.id, 1, %(sealed)s, 5, 'close', 'close', %(sealed)s, %(first)s, s.received_at,
        CASE s.state WHEN 'weighed' THEN '' ELSE 'confirmed' END, '', CASE s.state WHEN 'weighed' THEN NULL
        ELSE %(second)s::uuid END, CASE s.state WHEN 'weighed' THEN NULL ELSE now() END, ''
    FROM signals_signal s WHERE s.state IN ('weighed', 'closed', 'riec_meeting')
"""
REPORTS = """
    INSERT INTO signals_report (id, signal_id, reporter_id, number, received_at, told, may_name, question)
    SELECT gen_random_uuid(), s.id, (%(people)s::uuid[])[1 + abs(hashtext(s.number)) %% cardinality(%(people)s::uuid[])],
        s.number, s.received_at, CASE s.state WHEN 'more_info' THEN 'asked' WHEN 'closed' THEN 'closed' ELSE 'weighing' END,
        false, ''
    FROM signals_signal s WHERE abs(hashtext(s.number)) %% 10 < 7
"""
PASSED = """
    INSERT INTO signals_handover (id, signal_id, number, organisation, facts, request, made_by_id, made_at, due_on, result,
        result_at, address_id)
    SELECT gen_random_uuid(), s.id, s.number,
        (%(departments)s::text[])[1 + abs(hashtext(s.number)) %% cardinality(%(departments)s::text[])], %(sealed)s, '',
        %(first)s, s.received_at, s.received_at::date + 30, '', CASE WHEN abs(hashtext(s.number)) %% 50 > 0 THEN now() END,
        s.address_id
    FROM signals_signal s WHERE s.state = 'closed' AND abs(hashtext(s.number)) %% 10 = 3
"""


def build(signals: int, entries: int) -> dict[str, Any]:
    """The city; gives who works there: `weigher`, `inspector` (index, controls, dealers), `partner`, `handlers`."""
    if known := _built():
        return known
    weigher = signal_inbox.build(signals)
    found = {"weigher": weigher} | _people()
    index_match.addresses(entries)
    _index(entries, found)
    _signals(found)
    _followed(found)
    _controls(found)
    _threats()
    _sql("VACUUM ANALYZE")
    return found


def _built() -> dict[str, Any] | None:
    """Who works in a city that was made before, in a folder that stayed."""
    from openvis.web.access.models import User

    names = {"weigher": "weger", "inspector": "inspector", "partner": "partner", "second": "second"}
    if not User.objects.filter(email="handler-0@meting.example").exists():
        return None
    found: dict[str, Any] = {
        name: User.objects.select_related("organisation").get(email=f"{mail}@meting.example") for name, mail in names.items()
    }
    handlers = User.objects.filter(email__startswith="handler-").select_related("organisation")
    return found | {"handlers": [*handlers, found["inspector"]]}


def _sql(sql: str, told: dict[str, Any] | None = None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, told or {})
        cursor.execute("RESET session_replication_role")


def _people() -> dict[str, Any]:
    """Who signs in, and those whose entries are there: contributors of twenty departments."""
    from openvis.web import city
    from openvis.web.access import services
    from openvis.web.access.models import Grant, Organisation, User

    profile = city.profile()
    enters = next(role for role in profile.roles if "index.contribute" in role.abilities)
    asks = {
        "inspector": {"index.contribute", "controls.plan", "dor.keep", "signals.report"},
        "partner": {"signals.casus"}, "second": {"signals.weigh"},
    }  # fmt: skip
    found: dict[str, Any] = {}
    for name, needed in asks.items():
        fits = [item for item in profile.roles if needed <= {str(one) for one in item.abilities}]
        # A partner is no colleague who weighs.
        role = next(item for item in fits if name != "partner" or "signals.weigh" not in item.abilities)
        person = services.add_person(f"{name}@meting.example", name, role.organisation, "a password of a measurement")
        areas = [area.code for area in profile.areas_of(profile.finest.id)] if role.scope == "area" else []
        services.grant(person, role.id, reason="measurement", source="measurement", areas=areas)
        found[name] = person
    departments = list(Organisation.objects.order_by("key"))[:DEPARTMENTS]
    people = [
        User(email=f"handler-{number}@meting.example", name=str(number), organisation=departments[number % len(departments)])
        for number in range(HANDLERS - 1)
    ]
    User.objects.bulk_create(people)
    Grant.objects.bulk_create(
        Grant(user=person, role=enters.id, reason="measurement", source="measurement") for person in people
    )
    return found | {"handlers": [*people, found["inspector"]]}


def _index(entries: int, found: dict[str, Any]) -> None:
    """Entries of all handlers, two on every second address; contacts are sealed, for pages open them."""
    from uuid import uuid4

    from django.db import connection
    from django.utils import timezone

    from openvis.web.places.models import Address
    from openvis.web.refindex.models import Entry

    contact: Any = Entry._meta.get_field("contact")
    whose = [(item.organisation.key, item.pk) for item in found["handlers"]]
    places = list(Address.objects.order_by("pk").values_list("pk", flat=True)[1::2][: entries // 2])
    now, today, apart = timezone.now(), timezone.localdate(), len(whose) // 2 + 1
    columns = ("id, department, address_id, kind, contact, handler_id, offered, silent, state, registered_at, expires_on,"
               " reason, ends_on")  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        with cursor.copy(f"COPY refindex_entry ({columns}) FROM STDIN") as copy:
            for number in range(entries):
                key, nth = uuid4(), number // 2
                # The two of an address lie half a list and one apart: of departments that differ.
                department, handler = whose[(nth + number % 2 * apart) % len(whose)]
                day = today + timedelta(days=60 + number % 300)
                copy.write_row((
                    key, department, places[nth], b"", contact.sealed("036 539 1111", key), handler, False,
                    number % 2 == 0 and nth // len(whose) % 10 == 0, "active",
                    now - timedelta(days=nth % 300, hours=number % 2), day, "", day + timedelta(days=30),
                ))  # fmt: skip
        cursor.execute("RESET session_replication_role")
    _sql("ANALYZE refindex_entry")
    _sql(MATCHES)


def _signals(found: dict[str, Any]) -> None:
    """Addresses, businesses and telephone numbers of signals, their weighings, reports and hand-overs."""
    from django.db import connection

    from openvis.web.access.fields import blind_index
    from openvis.web.places.models import Address
    from openvis.web.signals.models import Signal

    chance = np.random.default_rng(5)
    places = chance.choice(np.array(Address.objects.values_list("pk", flat=True)), 60_000)
    field: dict[str, Any] = {name: Signal._meta.get_field(name) for name in ("company", "telephone", "company_index",
                                                                           "telephone_index")}  # fmt: skip
    words = ["Bakker", "Visser", "Handelsonderneming", "Automaterialen", "Schoonmaak", "Horeca", "Telecom", "Nagelstudio"]
    rows = []
    for key in Signal.objects.order_by("number").values_list("pk", flat=True):
        which = int(chance.integers(20_000))
        name = f"{words[which % 8]} {words[which // 8 % 8]} {which // 64} B.V." if chance.random() < 0.3 else ""
        call = f"036 5{chance.integers(100_000):06d}" if chance.random() < 0.2 else ""
        rows.append((
            key, int(chance.choice(places)) if chance.random() < 0.6 else None,
            field["company"].sealed(name, key), blind_index(name, field["company_index"].label),
            field["telephone"].sealed(call, key), blind_index(call, field["telephone_index"].label),
        ))  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE made (id uuid, address bigint, company bytea, company_index bytea,"
                       " telephone bytea, telephone_index bytea)")  # fmt: skip
        with cursor.copy("COPY made FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute("ANALYZE made")
    _sql(PLACED)
    told = {
        "sealed": os.urandom(300), "first": found["second"].pk, "second": found["weigher"].pk,
        "people": [item.pk for item in found["handlers"][-50:]],
        "departments": sorted({item.organisation.key for item in found["handlers"]}),
    }
    for statement in (WEIGHED, REPORTS, PASSED):
        _sql(statement, told)


def _followed(found: dict[str, Any]) -> None:
    """Meetings of eight years, two actions for each tabled signal, of which one in forty is still to be done."""
    from django.utils import timezone

    from openvis.web import city
    from openvis.web.followup.models import Meeting, MeetingAction, Participant, TabledItem
    from openvis.web.signals.models import Signal

    now, today = timezone.now(), timezone.localdate()
    kept = {"ends_on": today + timedelta(days=900)}
    covenant = city.profile().covenants[0].id if getattr(city.profile(), "covenants", None) else "riec"
    meetings = [
        Meeting(begins=now + timedelta(days=7 * (4 - number)), place="Stadhuis", covenant=covenant, chair=found["weigher"],
                state="draft" if number < 2 else "sent" if number < 4 else "closed", **kept)
        for number in range(400)
    ]  # fmt: skip
    Meeting.objects.bulk_create(meetings)
    Participant.objects.bulk_create(
        Participant(meeting=meeting, user=person) for meeting in meetings for person in (
            found["partner"], found["weigher"], *found["handlers"][:8]
        )
    )  # fmt: skip
    tabled = Signal.objects.filter(state="riec_meeting").order_by("number").values_list("pk", "number")
    items = [
        TabledItem(signal_id=key, number=number, meeting=None if place < 200 else meetings[place % 400],
                   state="waiting" if place < 200 else "decided" if place % 20 == 0 else "tabled", **kept)
        for place, (key, number) in enumerate(tabled)
    ]  # fmt: skip
    TabledItem.objects.bulk_create(items, batch_size=5_000)
    owners = [found["partner"], found["weigher"], *found["handlers"][:38]]
    MeetingAction.objects.bulk_create(
        (MeetingAction(item=item, what="Controle van de vergunning, met de omgevingsdienst.", owner=owners[number % 40],
                       due=today + timedelta(days=number % 90 - 20), state="open" if number % 40 == number // 40 % 40 else
                       "done", reported_at=now - timedelta(days=number % 700))
         for number, item in enumerate([*items, *items])), batch_size=5_000,
    )  # fmt: skip


def _controls(found: dict[str, Any]) -> None:
    """Six hundred control days of twenty visits, and 1,500 dealers with five checks each."""
    from django.utils import timezone

    from openvis.web import city
    from openvis.web.controls.models import ControlDay, ControlMember, ControlStop, Dealer, DealerCheck
    from openvis.web.places.models import Address

    now, today = timezone.now(), timezone.localdate()
    codes = [area.code for area in city.profile().areas_of(city.profile().finest.id)]
    addresses = list(Address.objects.all()[:20_000])
    days = [
        ControlDay(aim="Controle van garageboxen", date=today + timedelta(days=10 - number * 3), area=codes[number % 40],
                   areas=[codes[number % 40]], ground="apv", state="planned" if number < 4 else "closed",
                   made_by=found["inspector"])
        for number in range(600)
    ]  # fmt: skip
    ControlDay.objects.bulk_create(days)
    ControlMember.objects.bulk_create(
        ControlMember(day=day, person=person) for day in days for person in (found["inspector"], *found["handlers"][:4])
    )
    ControlStop.objects.bulk_create(
        (ControlStop(day=day, address=addresses[(place * 20 + number) % len(addresses)], kind="garage",
                     result="shortcoming" if number < 4 else "in_order", visited_at=now,
                     follow_by="stadstoezicht" if number < 4 else "",
                     follow_due=today - timedelta(days=5) if number < 4 else None,
                     follow_done=today if number < 4 and place > 3 else None)
         for place, day in enumerate(days) for number in range(20)), batch_size=5_000,
    )  # fmt: skip
    dealers = [
        Dealer(name=f"Opkoper {number}", address=addresses[number], areas=[codes[number % len(codes)]],
               branch=city.profile().controls.dealers.branches[number % 3].id, listed_by=found["inspector"])
        for number in range(1_500)
    ]  # fmt: skip
    Dealer.objects.bulk_create(dealers)
    DealerCheck.objects.bulk_create(
        (DealerCheck(dealer=dealer, planned_for=day, visited_on=day, state="shortcoming" if (place + turn) % 30 == 0 else
                     "in_order", ends_on=today + timedelta(days=900))
         for place, dealer in enumerate(dealers) for turn in range(5)
         for day in [today - timedelta(days=turn * 300 + place % 400)]), batch_size=5_000,
    )  # fmt: skip


def _threats() -> None:
    from django.utils import timezone

    from openvis.web.resilience.models import ThreatIncident

    today = timezone.localdate()
    ThreatIncident.objects.bulk_create(
        ThreatIncident(kind="verbal", happened_on=today - timedelta(days=number), organisation="vth", victim="balie",
                       what="Dreigde aan de balie.", state="received" if number < 20 else "closed", police="no" if
                       number >= 20 else "open", aftercare="no" if number >= 20 else "open",
                       closed_on=today if number >= 20 else None, ends_on=today + timedelta(days=900))
        for number in range(400)
    )  # fmt: skip
