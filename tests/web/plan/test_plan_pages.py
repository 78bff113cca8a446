"""The page of the plan: every goal of the profile, real figures where there are any, made-up ones never as a figure."""

import html

import pytest
from django.urls import reverse
from django.utils.translation import override

from openvis.web.deployment import evidence, services
from openvis.web.intake.services import load_counts
from openvis.web.plan import selectors
from web.deployment import planted
from web.deployment.towns import browser


def test_every_goal_stands_there_with_its_state_and_reason(town: planted.City) -> None:
    reader = town.person("plan.view")
    page = browser(reader).get(reverse("plan")).content.decode()
    for goal in town.profile.plan.goals:
        assert goal.id in page
    view = selectors.overview(reader)
    goals = [*view.overall, *(goal for _theme, topics in view.themes for topic in topics for goal in topic.goals)]
    assert len(goals) == len(town.profile.plan.goals)
    assert all(goal.judged.reason for goal in goals)
    assert sum(number for _state, number in view.states) == len(goals)


def test_every_topic_has_its_page_with_its_actions(town: planted.City) -> None:
    client = browser(town.person("plan.view"))
    for topic in town.profile.plan.topics:
        page = client.get(reverse("plan_topic", args=[topic.id]))
        assert page.status_code == 200
        text = page.content.decode().casefold()
        assert all(goal.id.casefold() in text for goal in topic.goals)
        assert all(action.nl.casefold() in html.unescape(text) for action in topic.actions)
    assert client.get(reverse("plan_topic", args=["T99"])).status_code == 404


def test_the_real_figures_of_almere_are_there(almere: planted.City) -> None:
    load_counts(almere.profile)
    view = selectors.overview(almere.person("plan.view"))
    crime = next(goal for goal in view.overall if goal.goal.id == "G0.1").judged
    measured = crime.measured[0]
    assert [year.year for year in measured.years] == [2021, 2022, 2023, 2024, 2025]
    # Summed by hand from the shipped table.
    import csv

    with (almere.profile.directory / almere.profile.counts[0].file).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for year in measured.years:
        assert year.count == sum(int(row[str(year.year)]) for row in rows if row[str(year.year)])
    assert crime.state == "undecided"
    assert measured.comparisons[0].ratio.high < 1
    page = browser(almere.person("plan.view")).get(reverse("plan")).content.decode()
    assert "2025" in page


def test_made_up_incidents_are_never_a_goals_figure(almere: planted.City, settings: object) -> None:
    (settings.OPENVIS_DATA / "demo.json").write_text("{}", encoding="utf-8")  # type: ignore[attr-defined]
    with override("nl"):
        view = selectors.topic(almere.person("plan.view", "picture.view"), "T1.1")
    assert view is not None
    shown = [goal for goal in view.goals if goal.lately is not None]
    assert shown, "the planted incidents are of a kind of this topic"
    for goal in view.goals:
        assert goal.judged.state == "no_data"
        assert all(not item.years for item in goal.judged.measured)
    for goal in shown:
        assert goal.lately.made_up
        assert "nooit gebeurd" in goal.lately.words or "never happened" in goal.lately.words


def test_a_goal_shows_its_places_to_those_who_may_see_them(town: planted.City) -> None:
    lead = town.person("places.keep", "places.assess", "picture.view", "plan.view", areas=(town.coarse,))
    topic = next(topic for topic in town.profile.plan.topics if topic.goals)
    goal = topic.goals[0].id
    services.keep(lead, evidence.freeze(lead, f"gebied={town.coarse}"), "Plek bij een doel", goal)
    address = reverse("plan_topic", args=[topic.id])
    assert "Plek bij een doel" in browser(lead).get(address).content.decode()
    other = town.person("places.keep", "plan.view", areas=(town.elsewhere,))
    assert "Plek bij een doel" not in browser(other).get(address).content.decode()


def test_goals_are_found_by_their_words_and_key(town: planted.City) -> None:
    goal = town.profile.plan.topics[0].goals[0]
    reader = town.person("plan.view")
    titles = [title for title, _line, _address in selectors.search(reader, goal.nl[:12])]
    assert goal.nl in titles or goal.en in titles
    assert selectors.search(reader, goal.id)
    assert selectors.search(reader, "dit staat nergens") == []


@pytest.mark.parametrize("ability", ["people.view"])
def test_an_administrator_does_not_find_the_plan(town: planted.City, ability: str) -> None:
    client = browser(town.person(ability))
    assert client.get(reverse("plan")).status_code == 404
    assert client.get(reverse("plan_topic", args=[town.profile.plan.topics[0].id])).status_code == 404
