"""`openvis people`: accounts and roles, from the machine itself."""

import datetime as dt
import os
from typing import TYPE_CHECKING, TextIO

import click

from .main import django

if TYPE_CHECKING:
    from openvis.web.access.models import User


@click.group()
def people() -> None:
    """Give people an account and roles, and see who has which."""
    django()


@people.command()
@click.argument("email")
@click.argument("name")
@click.option("--organisation", default="", help="Key of an organisation of the profile.")
@click.option("--password-file", type=click.File(), help="First line is the password; `-` reads it from the input.")
def add(email: str, name: str, organisation: str, password_file: TextIO | None) -> None:
    """Make an account for EMAIL, the e-mail address of NAME.

    Without a password the person sets one with "Forgotten your password?" on the sign-in page.
    """
    from openvis.web.access import services

    password = password_file.readline().rstrip("\r\n") if password_file is not None else None
    try:
        person = services.add_person(email, name, organisation, password)
    except services.UnfitError as wrong:
        raise click.ClickException(str(wrong)) from None
    click.echo(f"{person.email}: account made, no role yet. Give one: openvis people grant {person.email} ROLE …")


@people.command()
@click.argument("email")
@click.argument("name", default="")
@click.option("--organisation", default="", help="Key of an organisation of the profile.")
@click.option("--again", is_flag=True, help="The account is there already: a new link, and the earlier one stops working.")
def invite(email: str, name: str, organisation: str, again: bool) -> None:
    """Make an account for EMAIL, the e-mail address of NAME, and a link with which that person sets a password once.

    The link goes by mail; where no mail is set up (OPENVIS_MAIL), it is printed, this once.
    """
    from openvis.web.access import invitations, services

    try:
        link = invitations.renew(_person(email)) if again else invitations.invite(email, name, organisation)
    except services.UnfitError as wrong:
        raise click.ClickException(str(wrong)) from None
    click.echo(f"{email}: invited; hand this over, it works once: {link}" if link else f"{email}: invited by mail")


@people.command()
@click.argument("email")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]), required=False)
@click.option("--never", is_flag=True, help="The account has no last day (any more).")
def expire(email: str, day: dt.datetime | None, never: bool) -> None:
    """Set DAY (2027-06-30) as the last day on which the person with EMAIL signs in."""
    from openvis.web.access import lifecycle

    if (day is None) != never:
        raise click.UsageError("expected a day such as 2027-06-30, or --never")
    lifecycle.set_expiry(_person(email), day.date() if day else None)
    click.echo(f"{email}: last day {day:%Y-%m-%d}" if day else f"{email}: no last day")


@people.command()
@click.argument("email")
@click.argument("role")
@click.option("--area", "areas", multiple=True, help="Code of an area, for the roles of an area; repeatable.")
@click.option("--reason", required=True, help="Why this person has the role.")
@click.option("--source", default="", help="Who decided it; default: the user of this machine.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day of the role.")
def grant(email: str, role: str, areas: tuple[str, ...], reason: str, source: str, until: dt.datetime | None) -> None:
    """Give ROLE (an id of the profile) to the person with EMAIL."""
    from django.utils import timezone

    from openvis.web.access import services

    ends = timezone.make_aware(until + dt.timedelta(days=1)) if until else None
    decided = source or f"openvis people ({os.environ.get('SUDO_USER') or os.environ.get('USER') or 'command line'})"
    try:
        services.grant(_person(email), role, areas=areas, reason=reason, source=decided, ends=ends)
    except services.UnfitError as wrong:
        raise click.ClickException(str(wrong)) from None
    where = f" in {', '.join(areas)}" if areas else ""
    click.echo(f"{email}: {role}{where}{f' until {until:%Y-%m-%d}' if until else ''}")


@people.command()
@click.argument("email")
@click.argument("role")
def revoke(email: str, role: str) -> None:
    """End ROLE of the person with EMAIL now."""
    from openvis.web.access import services

    given = list(_person(email).grants.in_force().filter(role=role))
    if not given:
        raise click.ClickException(f"role: {email} has no role {role!r} now; see `openvis people list`")
    for item in given:
        services.revoke(item)
    click.echo(f"{email}: {role} ended")


@people.command()
@click.argument("email")
def close(email: str) -> None:
    """Close the account of EMAIL: all its roles end, and nobody signs in on it."""
    from openvis.web.access import services

    services.disable(_person(email))
    click.echo(f"{email}: account closed")


@people.command("reset-factors")
@click.argument("email")
def reset_factors(email: str) -> None:
    """Take the second factors of EMAIL away: the person lost them, and sets one up anew at the next sign-in."""
    from openvis.web.access import second_factor

    taken = second_factor.reset(_person(email))
    click.echo(f"{email}: {taken} taken away; signed out everywhere")


@people.command("list")
def list_people() -> None:
    """Who has an account, and which role, where and until when."""
    from openvis.web.access import selectors

    for person, held in selectors.people_with_roles():
        roles = [
            f"{item.grant.role} ({item.where}{f', until {item.grant.ends:%Y-%m-%d}' if item.grant.ends else ''})"
            for item in held
            if item.state != "ended"
        ]
        state = "" if person.is_active else " [closed]"
        click.echo(f"{person.email}{state}  {person.name}  {'; '.join(roles) or 'no role'}")


def _person(email: str) -> "User":
    from openvis.web.access.models import User

    found = User.objects.filter(email__iexact=email).first()
    if found is None:
        raise click.ClickException(f"e-mail address: {email!r} has no account; make one with `openvis people add`")
    return found
