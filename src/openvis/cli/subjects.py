"""The commands of requests of persons. Entering, choosing and approving are done on the pages, by who is signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .main import django

if TYPE_CHECKING:
    from openvis.web.access.models import User
    from openvis.web.keeping.models import SubjectRequest

BY = click.option("--by", required=True, help="E-mail address of who does this; needs the right to handle requests.")


@click.group()
def subjects() -> None:
    """Requests of persons about their own data: find, report, correct, erase."""


@subjects.command()
@click.argument("number")
@BY
@click.option("--full", is_flag=True, help="Show what the records say, too.")
def find(number: str, by: str, full: bool) -> None:
    """Gather everything about the person of request NUMBER, and list it: table, kind, what it is, whether it may go."""
    django()
    from openvis.web.keeping import gathering, requests

    with _handled(number, by) as (request, handler):
        requests.ask_gathering(handler, request.pk)
        requests.gather(request.pk)
        request.refresh_from_db()
        found = gathering.unpacked(request.findings)
        for item in found:
            sure = "" if item.sure else "  (perhaps somebody else)"
            stays = f"  stays: {item.kept}" if item.kept else ""
            click.echo(f"{item.table:28}  {item.kind:18}  {item.title if full else item.key}{sure}{stays}")
            for name, value in item.values if full else ():
                click.echo(f"    {name}: {value}")
        click.echo(f"{len(found)} records found.")


@subjects.command()
@click.argument("number")
@BY
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The PDF to write.")
def report(number: str, by: str, out: Path) -> None:
    """Write the overview for the person of request NUMBER as PDF: what was chosen to be told."""
    django()
    from openvis.web.keeping import document, requests

    with _handled(number, by) as (request, handler):
        if request.findings is None:
            raise click.UsageError(f"Nothing is gathered for {number}: see openvis subjects find.")
        requests.seen(handler, request, "report")
        out.write_bytes(document.answer(request))
        out.chmod(0o600)
    click.echo(f"Written: {out}")


@subjects.command()
@click.argument("number")
@BY
@click.option("--finding", required=True, help="Table, kind and key with | between them, as `find` lists them.")
@click.option("--column", required=True)
def correct(number: str, by: str, finding: str, column: str) -> None:
    """Set one column of a finding right. What it should be is asked for, so that it stands in no history of commands."""
    django()
    from openvis.web.keeping import requests

    with _handled(number, by) as (request, handler):
        value = click.prompt("What it should be", type=str)
        rows = requests.correct(requests.ask_correction(handler, request.pk, finding, column, value).pk)
    click.echo(f"Corrected: {rows} row(s).")


@subjects.command()
@click.argument("number")
@BY
@click.option("--preview", is_flag=True, help="Show what goes and what stays, and why. Nothing changes.")
def erase(number: str, by: str, preview: bool) -> None:
    """Erase what two people chose and approved on the page of request NUMBER. Broken off, the same again does the rest."""
    django()
    from openvis.web.keeping import gathering, requests

    with _handled(number, by) as (request, _handler):
        wanted = set((request.chosen or {}).get("erase", []))
        if preview:
            for item in gathering.unpacked(request.findings):
                goes = "goes" if item.mark in wanted else f"stays: {item.kept or 'not chosen'}"
                click.echo(f"{item.table:28}  {item.kind:18}  {item.key}  {goes}")
            return
        if request.state != request.State.ERASING:
            raise click.UsageError(f"{number} is not approved by a second person: do that on its page.")
        click.echo(f"Erased: {requests.erase(request.pk)} rows. Proofs are on the page of the request.")


@subjects.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def replay(file: Path) -> None:
    """After a restore: erase again what FILE (erasures/log.jsonl, or a copy of it) says was erased."""
    django()
    from openvis.web.access import audit
    from openvis.web.keeping import replay as replaying

    try:
        erasures = list(replaying.written(file))
    except ValueError as wrong:
        raise click.ClickException(str(wrong)) from None
    rows = replaying.replay(erasures)
    audit.record(None, "subjects.replay", "", erasures=len(erasures), rows=rows)
    click.echo(f"{len(erasures)} erasures read; {rows} rows erased again.")


@contextmanager
def _handled(number: str, by: str) -> "Iterator[tuple[SubjectRequest, User]]":
    """The request and who handles it, in English; what does not fit becomes a message."""
    from django.utils import translation

    from openvis.web.access import people
    from openvis.web.access.models import User
    from openvis.web.keeping.models import SubjectRequest
    from openvis.web.keeping.services import UnfitError

    with translation.override("en"):
        handler = User.objects.filter(email__iexact=by).first()
        if handler is None or not people.may(handler, "subjects.handle"):
            raise click.UsageError(f"{by} has no account that may handle requests.")
        request = SubjectRequest.objects.filter(number=number).first()
        if request is None:
            raise click.UsageError(f"There is no request {number}.")
        try:
            yield request, handler
        except UnfitError as wrong:
            raise click.ClickException(str(wrong)) from None
