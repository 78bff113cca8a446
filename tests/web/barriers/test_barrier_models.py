"""A model is copied, changed step by step, kept in versions; gaps are told; nobody overwrites another's work."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from openvis.profile import Profile
from openvis.web.access import walls
from openvis.web.access.models import AuditEntry
from openvis.web.barriers import content as contents
from openvis.web.barriers import retention, selectors, services
from openvis.web.barriers.content import Barrier, Content, State, Step
from openvis.web.barriers.models import BarrierModel


def copied(city: Profile, by: Any) -> BarrierModel:
    origin = city.barriers.models[0]
    return services.copy(by, origin, origin.nl, "nl")


def test_a_copy_holds_every_step_and_nothing_is_arranged_in_it(city: Profile, keeper: Any) -> None:
    made = copied(city, keeper).document
    origin = city.barriers.models[0]
    assert [step.title for step in made.steps] == [step.nl for step in origin.steps]
    assert sum(len(step.barriers) for step in made.steps) == sum(len(step.barriers) for step in origin.steps)
    assert {barrier.state for step in made.steps for barrier in step.barriers} == {State.GAP}
    assert made.gaps == made.steps


def test_a_step_lies_open_until_one_of_its_barriers_is_active(city: Profile, keeper: Any) -> None:
    made = copied(city, keeper)
    step = made.document.steps[0]
    for state, gap in ((State.PLANNED, True), (State.INEFFECTIVE, True), (State.ACTIVE, False)):
        barrier = step.barriers[0].model_copy(update={"state": state})
        made = services.change(keeper, made.pk, made.version, contents.set_barrier(step.id, barrier))
        assert made.document.steps[0].open is gap, state
    assert len(made.document.gaps) == len(made.document.steps) - 1
    assert AuditEntry.objects.filter(action="barrier_model.barrier_changed", object=f"barrier_model:{made.pk}").count() == 3


def test_every_version_can_be_read_as_it_was_with_who_and_what(city: Profile, keeper: Any) -> None:
    made = copied(city, keeper)
    first = made.content
    made = services.change(keeper, made.pk, 1, contents.add_step(Step(title="Een laatste stap")))
    made = services.change(keeper, made.pk, 2, contents.remove_step(made.document.steps[0].id))
    found = selectors.versions(BarrierModel.objects.get())
    assert [(one.number, one.act, one.by) for one in found] == [
        (3, "step_removed", keeper), (2, "step_added", keeper), (1, "copied", keeper)
    ]
    assert found[2].content == first
    assert found[1].document.steps[-1].title == "Een laatste stap"


def test_who_looked_at_an_older_version_overwrites_nothing(city: Profile, keeper: Any) -> None:
    made = copied(city, keeper)
    services.rename(keeper, made.pk, 1, "Van de eerste", "")
    with pytest.raises(services.ChangedError) as caught:
        services.rename(keeper, made.pk, 1, "Van de tweede", "")
    assert caught.value.current.version == 2
    assert BarrierModel.objects.get().title == "Van de eerste"


def test_who_only_reads_changes_nothing_in_python_or_in_the_database(city: Profile, keeper: Any, reader: Any) -> None:
    made = copied(city, keeper)
    with pytest.raises(services.NotYoursError):
        services.rename(reader, made.pk, 1, "Anders", "")
    with pytest.raises(services.NotYoursError):
        services.make(reader, "Eigen model")
    with walls.as_user(reader):
        assert BarrierModel.objects.get().title == made.title
        assert BarrierModel.objects.update(title="Anders") == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            BarrierModel(title="Eigen model").save(force_insert=True)
    with walls.as_user(keeper), pytest.raises(DatabaseError), transaction.atomic():
        BarrierModel.objects.all().delete()


def test_who_does_not_see_the_plan_sees_no_model_and_no_version(city: Profile, keeper: Any, outsider: Any) -> None:
    made = copied(city, keeper)
    services.rename(keeper, made.pk, 1, "Anders", "")
    with walls.as_user(outsider):
        assert not BarrierModel.objects.exists()
    with walls.as_user(keeper):
        assert len(selectors.versions(BarrierModel.objects.get())) == 2


@pytest.mark.parametrize("text", [
    "bel 06 12345678", "mail jan@voorbeeld.nl", "op 1315 NT 4", "rekening NL12 0123456789",
])  # fmt: skip
def test_what_looks_like_a_person_or_an_address_is_refused(city: Profile, keeper: Any, text: str) -> None:
    made = copied(city, keeper)
    with pytest.raises(services.WrongError) as caught:
        services.rename(keeper, made.pk, 1, "Titel", text)
    assert caught.value.field == "about"
    with pytest.raises(ValueError, match="personal data"):
        Barrier(what=text, partners=["x"])


@pytest.mark.parametrize("text", ["Opiumwet artikel 13b", "Sr artikel 420bis", "2 jaar na 2026", "Wet van 1 maart 2025"])
def test_what_only_has_numbers_in_it_is_not(text: str) -> None:
    assert contents.discreet(text) == text


def test_a_partner_that_the_profile_does_not_know_is_refused(city: Profile, keeper: Any) -> None:
    made = copied(city, keeper)
    step = made.document.steps[0].id
    with pytest.raises(services.WrongError, match="nobody"):
        services.change(keeper, made.pk, 1, contents.add_barrier(step, Barrier(what="Iets", partners=["nobody"])))


def test_put_away_it_ends_on_its_term_with_its_versions(city: Profile, keeper: Any) -> None:
    made = copied(city, keeper)
    made = services.put_away(keeper, made.pk, 1)
    assert made.ends_on is not None
    with pytest.raises(services.ChangedError):
        services.rename(keeper, made.pk, 2, "Anders", "")
    back = services.take_back(keeper, made.pk, 2)
    assert back.ends_on is None
    made = services.put_away(keeper, made.pk, 3)
    assert made.ends_on is not None
    assert retention.end(made.ends_on) == 0
    assert retention.end(made.ends_on + timedelta(days=1)) == 1
    assert not BarrierModel.objects.exists()
    assert not selectors.apps.get_model("barriers", "BarrierModelEvent").objects.exists()


barriers = st.builds(
    Barrier, what=st.just("Iets doen"), partners=st.lists(st.sampled_from("abcd"), min_size=1, unique=True),
    state=st.sampled_from(State),
)
documents = st.builds(
    Content,
    steps=st.lists(
        st.builds(Step, title=st.sampled_from(["een", "twee"]), barriers=st.lists(barriers, max_size=4)), max_size=6
    ),
)


@settings(max_examples=60, deadline=None)
@given(documents, st.data())
def test_moving_keeps_every_step_and_cells_hold_every_barrier(content: Content, data: st.DataObject) -> None:
    assert {step.id for step in content.gaps} == {
        step.id for step in content.steps if all(item.state != State.ACTIVE for item in step.barriers)
    }
    table = selectors.matrix(content)
    placed = {(cell.row.step.id, key, item.id) for key, cells in table.items() for cell in cells for item in cell.barriers}
    assert placed == {
        (step.id, key, item.id) for step in content.steps for item in step.barriers for key in item.partners
    }
    if content.steps:
        step = data.draw(st.sampled_from(content.steps))
        moved = contents.move_step(step.id, data.draw(st.sampled_from(["up", "down"]))).make(content)
        assert sorted(item.id for item in moved.steps) == sorted(item.id for item in content.steps)
        assert Content.model_validate(moved.dump()) == moved
