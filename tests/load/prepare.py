"""Makes people of every role in an installation with a session each, and tells who they are: for locustfile.py.

python prepare.py PEOPLE FILE, in an installation that was filled with `openvis demo`.
"""

import json
import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openvis.web.settings.development")
django.setup()

from django.conf import settings  # noqa: E402 -- after setup
from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402

from openvis.web import city  # noqa: E402
from openvis.web.access import demo, people, services  # noqa: E402
from openvis.web.access.models import User  # noqa: E402
from openvis.web.picture import selectors  # noqa: E402

MIX = {"analyst": 15, "manager": 40, "wijkagent": 25, "handhaver": 15, "burgemeester": 5}
"""Of a hundred: who is at work at the same moment, by the name of a demonstration account."""


@transaction.atomic
def person(profile, roles, number):
    """The person with this number; made when there is none yet."""
    turn, alias = number % 100, ""
    for name, share in MIX.items():
        alias, turn = name, turn - share
        if turn < 0:
            break
    role = roles[alias]
    email = f"load-{number}@load.example"
    found = User.objects.filter(email=email).first() or services.add_person(email, f"{alias} {number}", role.organisation)
    if not found.grants.in_force().exists():
        coarse = [area.code for area in profile.areas if area.level == profile.levels[0].id]
        areas = [coarse[number % len(coarse)]] if role.scope == "area" else []
        services.grant(found, role.id, areas=areas, reason="load test", source="load test")
    return found


def main(number, target):
    """Write the file."""
    profile = city.profile()
    roles = demo.roles_by_alias(profile)
    sessions = []
    for index in range(number):
        user = person(profile, roles, index)
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        sessions.append({
            "cookie": client.cookies[settings.SESSION_COOKIE_NAME].value,
            "may": [name for name in (
                "picture.view", "picture.rows", "places.keep", "places.assess", "briefing.view", "observation.enter",
                "export.aggregate", "plan.view",
            ) if people.may(user, name)],
        })  # fmt: skip
    target.write_text(json.dumps({
        "cookie": settings.SESSION_COOKIE_NAME, "sessions": sessions,
        "kinds": list(selectors.frame().kinds), "levels": [level.id for level in profile.levels],
        "areas": [area.code for area in profile.areas if area.level == profile.levels[-1].id],
        "words": [area.name[:6] for area in profile.areas][:40],
    }))  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
