"""The pages of the plan. Read-only: what is agreed is in the profile, what is measured comes from the sources."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from openvis.web.guard import rule

from . import selectors


@rule("plan.view")
def plan(request: HttpRequest) -> HttpResponse:
    """Themes, topics and goals, and how each goal stands."""
    return render(request, "plan/plan.html", {"overview": selectors.overview(request.user)})


@rule("plan.view")
def topic(request: HttpRequest, key: str) -> HttpResponse:
    """One topic: its goals with their figures, its actions, its kept places."""
    view = selectors.topic(request.user, key)
    if view is None:
        raise Http404
    return render(request, "plan/topic.html", {"view": view})
