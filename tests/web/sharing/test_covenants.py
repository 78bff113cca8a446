"""The register of covenants: how each stands, what rests on it, that it stops what it should, and its signed text."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from openvis.profile import PartnerCovenant, Profile
from openvis.web.access import acting
from openvis.web.access.models import AuditEntry, Organisation, User
from openvis.web.intake import receiving
from openvis.web.intake.models import Source
from openvis.web.intake.words import Refusal
from openvis.web.sharing import covenants, flows, services, texts
from openvis.web.sharing.covenants import Standing
from openvis.web.sharing.models import CovenantText, Transfer
from web.sharing.handed import asked, make_user, purpose_of

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
TODAY = date(2026, 6, 15)


@pytest.fixture
def agreed(city: Profile) -> PartnerCovenant:
    """A covenant on nuisance."""
    found = next((item for item in city.covenants if "nuisance" in item.compartments), None)
    return found or pytest.skip("this city has no covenant on nuisance")


def on(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """Make it another day."""
    monkeypatch.setattr(timezone, "localdate", lambda *_: day)


@pytest.mark.parametrize(
    ("starts", "review", "ends", "expected"),
    [
        (1, 2, 300, Standing.AHEAD), (-400, 10, 300, Standing.IN_FORCE), (-400, 0, 300, Standing.REVIEW),
        (-400, -10, 91, Standing.REVIEW), (-400, -10, 90, Standing.ENDS), (-400, -10, 0, Standing.ENDS),
        (-400, -10, -1, Standing.ENDED), (0, 10, 300, Standing.IN_FORCE),
    ],
)  # fmt: skip
def test_how_a_covenant_stands(agreed: PartnerCovenant, starts: int, review: int, ends: int, expected: Standing):
    days = {name: TODAY + timedelta(days=n) for name, n in (("starts", starts), ("review", review), ("ends", ends))}
    assert covenants.standing(agreed.model_copy(update=days), TODAY) == expected


def test_outside_its_term_nothing_may_be_exchanged_and_it_says_so(agreed: PartnerCovenant):
    assert covenants.require(agreed.id, agreed.starts) == agreed
    assert covenants.require(agreed.id, agreed.ends) == agreed
    for day, reason, word in (
        (agreed.ends + timedelta(days=1), "ended", "ran out|verstreken"),
        (agreed.starts - timedelta(days=1), "ahead", "begins|begint"),
    ):
        with pytest.raises(covenants.CovenantError, match=word) as refused:
            covenants.require(agreed.id, day)
        assert refused.value.reason == reason
        assert agreed.name.get("nl") in str(refused.value) or agreed.name.get("en") in str(refused.value)
    with pytest.raises(covenants.CovenantError, match="no-such"):
        covenants.require("no-such")


class TestTransfers:
    def test_a_covenant_that_ran_out_stops_a_proposal(
        self, agreed: PartnerCovenant, city: Profile, proposer: User, thing: flows.Thing, monkeypatch: pytest.MonkeyPatch
    ):
        day = agreed.ends + timedelta(days=1)
        on(monkeypatch, day)
        with pytest.raises(services.WrongError) as refused:
            services.propose(proposer, thing, asked(city, covenant=agreed.id, answer_by=day + timedelta(days=5)))
        assert refused.value.field == "covenant"
        assert not Transfer.objects.exists()

    def test_one_that_ran_out_meanwhile_stops_the_answer(
        self, agreed: PartnerCovenant, city: Profile, proposer: User, receiver: User, thing: flows.Thing,
        monkeypatch: pytest.MonkeyPatch,
    ):
        last = agreed.ends
        on(monkeypatch, last)
        made = services.propose(proposer, thing, asked(city, covenant=agreed.id, answer_by=last + timedelta(days=5)))
        on(monkeypatch, last + timedelta(days=1))
        with acting.begin(acting.Acting(user=receiver, purpose=purpose_of(city))):
            with pytest.raises(covenants.CovenantError):
                services.accept(receiver, made.pk)
            assert Transfer.objects.get().state == "proposed"
            services.refuse(receiver, made.pk, "Het convenant is verlopen.")

    def test_a_partner_needs_one_and_who_decides_on_the_data_does_not(
        self, agreed: PartnerCovenant, city: Profile, proposer: User, thing: flows.Thing
    ):
        controller = city.compartment("nuisance").controller
        partner = next(key for key in agreed.parties if key != controller)
        assert covenants.needed(controller, "nuisance") == []
        assert agreed in covenants.needed(partner, "nuisance")
        proposer.organisation = Organisation.objects.get(key=partner)
        with pytest.raises(services.WrongError) as refused:
            services.propose(proposer, thing, asked(city))
        assert refused.value.field == "covenant"
        services.propose(proposer, thing, asked(city, covenant=agreed.id))

    def test_a_covenant_about_something_else_does_not_do(self, city: Profile, proposer: User, thing: flows.Thing):
        others = [item for item in city.covenants if "nuisance" not in item.compartments]
        for item in others[:1]:
            with pytest.raises(services.WrongError) as refused:
                services.propose(proposer, thing, asked(city, covenant=item.id))
            assert refused.value.field == "covenant"


class TestIntake:
    """Sources that name a covenant of the register; those that tell their own are tested with intake."""

    @pytest.fixture
    def source(self, city: Profile, agreed: PartnerCovenant) -> Source:
        found = Source.objects.filter(definition__kind_of_data="incidents").first()
        assert found is not None
        found.definition = {**found.definition, "covenant": None, "covenant_id": agreed.id}
        found.save()
        return found

    def test_outside_the_term_nothing_is_taken_in(self, source: Source, agreed: PartnerCovenant):
        definition = source.described
        receiving.refuse_without_covenant(definition, agreed.ends)
        for day, reason in ((agreed.ends + timedelta(days=1), "ended"), (agreed.starts - timedelta(days=1), "ahead")):
            with pytest.raises(Refusal) as refused:
                receiving.refuse_without_covenant(definition, day)
            assert refused.value.reason == f"covenant_{reason}"
            assert str(refused.value)

    def test_one_that_is_not_in_the_register_stops_it_too(self, source: Source):
        source.definition["covenant_id"] = "gone"
        with pytest.raises(Refusal) as refused:
            receiving.refuse_without_covenant(source.described, TODAY)
        assert refused.value.reason == "covenant_unknown"
        assert "gone" in str(refused.value)

    def test_a_source_tells_one_or_names_one(self, source: Source):
        source.definition["covenant"] = {"name": "x", "starts": "2020-01-01", "ends": "2030-01-01"}
        with pytest.raises(ValueError, match="expected one of them"):
            _ = source.described

    def test_the_register_shows_that_it_rests_on_it(self, source: Source, agreed: PartnerCovenant):
        assert source.described.name.get("nl") in [item.name for item in covenants.depending(agreed)]

    def test_its_page_shows_the_covenant(
        self, source: Source, agreed: PartnerCovenant, administrator: User, client_for: Any
    ):
        text = client_for(administrator).get(reverse("intake_source", args=[source.key])).content.decode()
        assert agreed.name.get("nl") in text


@pytest.fixture
def keeper(city: Profile) -> User:
    """Sees the register and keeps the signed texts."""
    return make_user(city, next(role.id for role in city.roles if "covenants.view" in role.abilities
                                and "d" in city.rights(role.id, "administration").rights))  # fmt: skip


def pdf(data: bytes = PDF, name: str = "convenant.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "application/pdf")


class TestSignedText:
    def test_it_is_kept_sealed_and_given_as_a_file(
        self, agreed: PartnerCovenant, keeper: User, client_for: Any, settings: Any
    ):
        client = client_for(keeper)
        page = reverse("covenant", args=[agreed.id])
        assert client.post(page, {"file": pdf()}).status_code == 302
        text = CovenantText.objects.get()
        (file,) = [path for path in (settings.OPENVIS_DATA / "covenants").rglob("*") if path.is_file()]
        assert b"%PDF" not in file.read_bytes()
        answer = client.get(reverse("covenant_text", args=[text.pk]))
        assert answer.content == PDF
        assert answer["Content-Disposition"].startswith("attachment;")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert AuditEntry.objects.filter(action="covenant.fetch_text", object=f"covenant:{agreed.id}").count() == 1
        client.post(page, {"file": pdf()})
        assert CovenantText.objects.count() == 1

    @pytest.mark.parametrize(
        "data",
        [b"<script>alert(1)</script>", b"PK\x03\x04 not a pdf", b"%PDF-1.7 cut off", b"x" * 100 + PDF, b"%PD" + PDF[4:]],
    )
    def test_anything_else_is_not_taken_in(self, agreed: PartnerCovenant, keeper: User, data: bytes, settings: Any):
        with pytest.raises(texts.UnfitError):
            texts.add(keeper, agreed.id, pdf(data))
        assert not CovenantText.objects.exists()
        assert not list((settings.OPENVIS_DATA / "covenants").rglob("*"))

    def test_a_file_that_is_too_large_is_not_taken_in(
        self, agreed: PartnerCovenant, keeper: User, client_for: Any, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(texts, "LARGEST", len(PDF) - 1)
        answer = client_for(keeper).post(reverse("covenant", args=[agreed.id]), {"file": pdf()})
        assert answer.status_code == 422
        assert not CovenantText.objects.exists()

    def test_who_does_not_keep_them_adds_and_reads_none(
        self, agreed: PartnerCovenant, keeper: User, proposer: User, administrator: User, client_for: Any
    ):
        text = texts.add(keeper, agreed.id, pdf())
        for person in (proposer, administrator):
            with pytest.raises(Http404):
                texts.add(person, agreed.id, pdf())
            client = client_for(person)
            for address in (
                reverse("covenants"), reverse("covenant", args=[agreed.id]), reverse("covenant_text", args=[text.pk])
            ):
                assert client.get(address).status_code == 404, address

    def test_its_file_does_not_open_as_another(self, agreed: PartnerCovenant, keeper: User, settings: Any):
        from openvis.web.access.sealing import SealError

        text = texts.add(keeper, agreed.id, pdf())
        other = CovenantText(covenant="other", sha256=text.sha256, size=text.size)
        texts.place(other).parent.mkdir(parents=True, exist_ok=True)
        texts.place(other).write_bytes(texts.place(text).read_bytes())
        with pytest.raises(SealError):
            texts.unsealed(other)

    def test_it_moves_to_another_key(self, agreed: PartnerCovenant, keeper: User):
        from openvis.web.sharing.sealed import SignedTexts

        texts.add(keeper, agreed.id, pdf())
        kept = SignedTexts()
        assert sum(kept.under().values()) == 1
        assert [step.moved for step in kept.move(b"\0" * 4)] == [1]
        assert texts.unsealed(CovenantText.objects.get()) == PDF


def test_the_register_and_today_show_what_ends(
    agreed: PartnerCovenant, keeper: User, client_for: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
):
    client = client_for(keeper)
    text = client.get(reverse("covenants")).content.decode()
    assert agreed.name.get("nl") in text
    page = client.get(reverse("covenant", args=[agreed.id])).content.decode()
    assert agreed.contact in page
    assert agreed.data.get("nl") in page
    assert agreed in covenants.ending(agreed.ends - timedelta(days=89))
    assert agreed in covenants.ending(agreed.ends + timedelta(days=89))
    assert agreed not in covenants.ending(agreed.ends + timedelta(days=91))
    on(monkeypatch, agreed.ends - timedelta(days=10))
    assert reverse("covenant", args=[agreed.id]) in client.get(reverse("today")).content.decode()
