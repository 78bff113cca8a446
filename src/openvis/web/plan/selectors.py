"""What the pages of the plan read: goals as they stand, with their kept places, for a given person."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from openvis.profile import Action, Goal, Plan, Profile, Theme, Topic
from openvis.web import city
from openvis.web.access.models import User
from openvis.web.deployment import selectors as deployment
from openvis.web.deployment.models import FocusPlace

from . import figures
from .goals import Judged, State, judge
from .lately import Lately, lately


@dataclass(frozen=True, slots=True)
class GoalView:
    """A goal as the page shows it."""

    judged: Judged
    places: list[FocusPlace]
    actions: list["ActionView"]
    lately: Lately | None = None
    """Incidents of its kinds; on the page of its topic alone."""

    @property
    def goal(self) -> Goal:
        """The goal of the profile."""
        return self.judged.goal

    @property
    def name(self) -> str:
        """The goal in the active language."""
        return self.goal.name.get(get_language())


@dataclass(frozen=True, slots=True)
class ActionView:
    """An action with its parts and the names of its phases and its owner."""

    action: Action
    parts: list["ActionView"]
    owner: str

    @property
    def name(self) -> str:
        """The action in the active language."""
        return self.action.name.get(get_language())


@dataclass(frozen=True, slots=True)
class TopicView:
    """A topic with its goals as they stand."""

    theme: Theme
    topic: Topic
    goals: list[GoalView]
    actions: list[ActionView]
    """All actions of the topic, with their parts."""

    @property
    def name(self) -> str:
        """The topic in the active language."""
        return self.topic.name.get(get_language())

    @property
    def subtitle(self) -> str:
        """How many goals, actions and kept places there are."""
        places = len({place.pk for goal in self.goals for place in goal.places})
        return " · ".join(
            [
                ngettext("%d goal", "%d goals", len(self.goals)) % len(self.goals),
                ngettext("%d action", "%d actions", len(self.actions)) % len(self.actions),
                ngettext("%d kept place", "%d kept places", places) % places,
            ]
        )


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole plan as it stands."""

    plan: Plan
    overall: list[GoalView]
    themes: list[tuple[Theme, list[TopicView]]]
    method_actions: list[tuple[str, list[ActionView]]]

    @property
    def title(self) -> str:
        """The finding: how many goals are met, and how many have no figure."""
        found = dict(self.states)
        total, silent = sum(found.values()), found[State.NO_DATA]
        if silent == total:
            return _("None of the %d goals has a figure yet") % total
        return _("%(met)d of %(total)d goals are certainly met; %(silent)d have no figure yet") % {
            "met": found[State.MET], "total": total, "silent": silent,
        }

    @property
    def subtitle(self) -> str:
        """Which plan, for which years."""
        head = self.plan.plan
        return _("%(plan)s. Goals are weighed against %(year)d.") % {
            "plan": head.title.get(get_language()), "year": head.baseline_year,
        }

    @property
    def states(self) -> list[tuple[State, int]]:
        """How many goals are in each state."""
        goals = [*self.overall, *(goal for _theme, topics in self.themes for topic in topics for goal in topic.goals)]
        found = Counter(goal.judged.state for goal in goals)
        return [(state, found[state]) for state in State]


def _judgements(profile: Profile, goals: list[Goal]) -> dict[str, Judged]:
    known = figures.registered()
    years = {item.id: figures.years_of(item, profile, known) for item in profile.plan.indicators}
    return {goal.id: judge(goal, profile, years) for goal in goals}


def _actions(profile: Profile, actions: list[Action]) -> list[ActionView]:
    names = {organisation.id: organisation.name.get(get_language()) for organisation in profile.organisations}

    def view(action: Action) -> ActionView:
        parts = [view(part) for part in actions if part.parent == action.id]
        return ActionView(action, parts, names.get(action.owner or "", ""))

    known = {action.id for action in actions}
    return [view(action) for action in actions if action.parent not in known]


def _goal_view(
    goal: Goal, judgements: dict[str, Judged], places: dict[str, list[FocusPlace]], actions: list[ActionView]
) -> GoalView:
    served = [action for action in actions if goal.id in action.action.goals]
    return GoalView(judgements[goal.id], places.get(goal.id, []), served)


def _topic_view(
    theme: Theme, topic: Topic, profile: Profile, judgements: dict[str, Judged], places: dict[str, list[FocusPlace]]
) -> TopicView:
    actions = _actions(profile, topic.actions)
    return TopicView(theme, topic, [_goal_view(goal, judgements, places, actions) for goal in topic.goals], actions)


def overview(user: User) -> Overview:
    """The plan with every goal judged and its kept places that the person may see."""
    profile = city.profile()
    plan = profile.plan
    judgements = _judgements(profile, plan.goals)
    places = deployment.by_goal(user)
    loose = _actions(profile, plan.plan.method_actions)
    methods = [
        (method.name.get(get_language()), [action for action in loose if action.action.method == method.id])
        for method in plan.plan.methods
    ]
    general = [action for action in loose if action.action.method is None]
    return Overview(
        plan,
        [_goal_view(goal, judgements, places, []) for goal in plan.plan.overall],
        [
            (theme, [_topic_view(theme, topic, profile, judgements, places) for topic in theme.topics])
            for theme in plan.themes
        ],
        [*methods, *([(_("For all ways of working"), general)] if general else [])],
    )


def topic(user: User, key: str) -> TopicView | None:
    """One topic as it stands; None when the plan has no such topic."""
    profile = city.profile()
    for theme in profile.plan.themes:
        for item in theme.topics:
            if item.id == key:
                judgements = _judgements(profile, item.goals)
                view = _topic_view(theme, item, profile, judgements, deployment.by_goal(user))
                return replace(view, goals=[replace(goal, lately=lately(goal.goal)) for goal in view.goals])
    return None


def search(user: Any, words: str) -> list[tuple[str, str, str]]:
    """Goals whose name or key holds the words: (title, line, address)."""
    wanted = words.casefold()
    plan = city.profile().plan
    whole = _("Goal of the whole plan")
    rows: list[tuple[Goal, str, str]] = [(goal, whole, reverse("plan")) for goal in plan.plan.overall]
    rows += [
        (goal, item.name.get(get_language()), reverse("plan_topic", args=[item.id]) + f"#{goal.id}")
        for item in plan.topics
        for goal in item.goals
    ]
    return [
        (goal.name.get(get_language()), line, address)
        for goal, line, address in rows
        if wanted in goal.nl.casefold() or wanted in goal.en.casefold() or wanted == goal.id.casefold()
    ]
