"""The access matrix: which role may do what in which compartment, as the profile has it."""

from dataclasses import dataclass

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from openvis.profile import Cell
from openvis.web import city
from openvis.web.guard import rule

from .. import audit, opening
from ..models import Grant


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as the page shows it: the letters, what they say in words, and the mark of its note."""

    cell: Cell
    compartment: str
    words: str
    note: str


@rule("people.view")
@require_GET
def matrix(request: HttpRequest) -> HttpResponse:
    """Role by compartment, with how many hold each role."""
    audit.record(request.user, "people.matrix", request=request)  # type: ignore[arg-type]
    profile, lang = city.profile(), get_language()
    holders = dict(Grant.objects.in_force().values_list("role").annotate(Count("user", distinct=True)))
    names = [(item.id, item.letter, item.name.get(lang)) for item in profile.compartments]
    rows = [
        {
            "role": role, "name": role.name.get(lang), "holders": holders.get(role.id, 0),
            "cells": [_shown(profile.rights(role.id, key), name) for key, _letter, name in names],
        }
        for role in profile.roles
    ]
    public = [_shown(profile.public_row.get(key, Cell()), name) for key, _letter, name in names]
    context = {
        "rows": rows, "public": public, "columns": [(letter, name) for _key, letter, name in names],
        "rights": opening.RIGHTS.items(),
        "compartments": [
            (item.letter, item.name.get(lang), item.holds.get(lang), opening.CIRCLES[item.circle])
            for item in profile.compartments
        ],
    }
    return render(request, "access/matrix.html", context)


def _shown(cell: Cell, name: str) -> Shown:
    return Shown(cell, name, opening.words(cell), opening.note(cell))
