"""The second wall: row-level security in PostgreSQL, under a role that owns nothing.

Pages and operations run as the web role (`OPENVIS_WEB_ROLE`), with the person set on the transaction. The role reads and
writes ordinary tables, cannot write history or seals, and sees of a protected table only the rows its policies let
through. Who may what is asked of the grants and of the profile's matrix *as the database holds them*: a mistake in Python
opens nothing. The owner (migrations, the worker, commands, backup) passes every policy.

Source: PostgreSQL's manual, "Row Security Policies"; functions that define their own rights fix their search path.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pghistory.models
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

from openvis.profile import Profile

from . import acting
from .acting import Acting
from .models import RoleRight, User
from .walls_sql import FUNCTIONS, SHOULD_IGNORE

NOBODY = "false"
EVERYBODY = "true"
SOMEBODY = "openvis_user() IS NOT NULL"


@dataclass(frozen=True)
class Wall:
    """The policies of a table, as SQL conditions on its columns; None: nobody may."""

    model: type[models.Model]
    select: str | None = None
    insert: str | None = None
    update: str | None = None
    delete: str | None = None


_walls: dict[str, Wall] = {}
_limited: dict[str, str] = {}
_functions: list[str] = []


def protect(
    model: type[models.Model], *, select: str | None = None, insert: str | None = None, update: str | None = None,
    delete: str | None = None,
) -> None:
    """Put a table, and its history with it, under row-level security. Call it from the app's `ready()`.

    Conditions may use `openvis_user()`, `openvis_holds('…')`, `openvis_purpose()`, `reaches(…)` and the table's columns. A
    row of history can be read by whoever can read its record.
    """
    _walls[model._meta.db_table] = Wall(model, select, insert, update, delete)


def limit(model: type[models.Model], privileges: str) -> None:
    """Give the web role no more than these privileges on a table: `SELECT`, `SELECT, INSERT`, or nothing."""
    _limited[model._meta.db_table] = privileges


def function(sql: str) -> None:
    """Have a function of an app made at set-up: for the one thing that pages need the owner's rights for.

    It says `SECURITY DEFINER SET search_path = public, pg_temp`, takes keys and not SQL, and checks what it is given.
    """
    _functions.append(sql)


def under(parent: type[models.Model], column: str, which: str = "true") -> str:
    """A condition: the row belongs to a parent that can be read, and of which `which` (on `parent.…`) holds."""
    table, key = parent._meta.db_table, parent._meta.pk.column
    return f"EXISTS (SELECT 1 FROM {table} parent WHERE parent.{key} = {column} AND {which})"  # noqa: S608 -- our own names


def reaches(needed: str, areas: str = "areas") -> str:
    """A condition: who is at work holds a right in one of these areas (a column of codes), or in the whole city.

    What it asks of the grants has no row in it, so that a statement asks it once and not for each row.
    """
    return f"((SELECT openvis_everywhere('{needed}')) OR {areas} && (SELECT openvis_areas('{needed}')))"


def protected() -> dict[str, Wall]:
    """The tables under row-level security, by name."""
    return dict(_walls)


# ---- at work -------------------------------------------------------------------------------------------------------


@contextmanager
def as_user(user: User | None, purpose: str = "") -> Iterator[Acting]:
    """One transaction under the web role for a person: for tasks that act for somebody, for streams, and for tests."""
    with acting.begin(Acting(user=user, purpose=purpose)) as work, transaction.atomic(), role(work):
        yield work


@contextmanager
def role(work: Acting) -> Iterator[None]:
    """Be the web role, for the person of this work, until the transaction ends. Needs an open transaction."""
    before = _settings() if connection.savepoint_ids else None
    _set(settings.OPENVIS_WEB_ROLE, str(work.user.pk) if work.user is not None else "", work.purpose)
    yield
    # A rolled back transaction or savepoint takes the settings back by itself.
    if before is not None and not connection.needs_rollback:
        _set(*before)


def purpose_stated(purpose: str) -> None:
    """Tell the database the purpose that is in force for what follows in this transaction."""
    acting.current().purpose = purpose
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('openvis.purpose', %s, true)", [purpose])


def _settings() -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('role'), coalesce(current_setting('openvis.user', true), ''),"
            " coalesce(current_setting('openvis.purpose', true), '')"
        )
        found: tuple[str, str, str] = cursor.fetchone()
    return found


def _set(name: str, user: str, purpose: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('openvis.user', %s, true), set_config('openvis.purpose', %s, true),"
            " set_config('role', %s, true)",
            [user, purpose, name],
        )


# ---- at set-up -----------------------------------------------------------------------------------------------------


def load_rights(profile: Profile) -> int:
    """Bring what the roles of the profile may do into the database, where the policies read it."""
    rows = [RoleRight(role=role.id, right=right) for role in profile.roles for right in sorted(_rights(profile, role.id))]
    with transaction.atomic():
        RoleRight.objects.all().delete()
        RoleRight.objects.bulk_create(rows)
    return len(rows)


def _rights(profile: Profile, key: str) -> set[str]:
    """The abilities of a role, and its rights on compartments, written as policies ask for them."""
    found = {str(ability) for ability in profile.role(key).abilities}
    for compartment in profile.compartments:
        found |= {f"{compartment.id}:{letter}" for letter in profile.rights(key, compartment.id).held}
    return found


def install(**_signal: object) -> None:
    """Make the web role, its privileges, functions and policies as the program wants them. Safe to repeat.

    Runs after every migrate. Needs the owner; where the owner may not make roles, the web role must be there already.
    """
    statements = _statements()
    mark = hashlib.sha256("\n".join(statements).encode()).hexdigest()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [0x0A15_0002])
        _make_role(cursor)
        cursor.execute("SELECT obj_description(to_regprocedure('openvis_user()'), 'pg_proc')")
        if cursor.fetchone()[0] != mark:
            for statement in statements:
                cursor.execute(statement)
            cursor.execute(f"COMMENT ON FUNCTION openvis_user() IS '{mark}'")
        # pghistory makes its function anew after every migrate, without the rights it needs here.
        cursor.execute("SELECT to_regprocedure('_pgh_attach_context()') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute(_definer("_pgh_attach_context"))


def _make_role(cursor: CursorWrapper) -> None:
    name = settings.OPENVIS_WEB_ROLE
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
    if cursor.fetchone() is None:
        # Two set-ups on one server may come here at the same time.
        cursor.execute(
            f"DO $$ BEGIN CREATE ROLE {connection.ops.quote_name(name)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE"
            " NOBYPASSRLS; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )


def _statements() -> list[str]:
    """Everything the second wall consists of, in SQL."""
    web = connection.ops.quote_name(settings.OPENVIS_WEB_ROLE)
    found = [
        f"GRANT USAGE ON SCHEMA public TO {web}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {web}",
        f"GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {web}",
        *FUNCTIONS,
        *_functions,
        SHOULD_IGNORE.replace("%(web)s", settings.OPENVIS_WEB_ROLE),
    ]
    for table, privileges in sorted({**_closed(), **_limited}.items()):
        found.append(f"REVOKE ALL ON {table} FROM {web}")
        if privileges:
            found.append(f"GRANT {privileges} ON {table} TO {web}")
    for table, wall in sorted(_walls.items()):
        found += _policies(table, wall, web)
    return found + [_definer(name) for name in _trigger_functions()]


def _closed() -> dict[str, str]:
    """Tables that the web role reads and never writes: history, and what the installation says of itself."""
    closed = {model._meta.db_table: "SELECT" for model in apps.get_models() if issubclass(model, pghistory.models.Event)}
    return closed | {"pghistory_context": "SELECT", "django_migrations": "SELECT"}


def _policies(table: str, wall: Wall, web: str) -> list[str]:
    found = [f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"]
    parts = {
        "select": (wall.select, "USING ({0})"),
        "insert": (wall.insert, "WITH CHECK ({0})"),
        "update": (wall.update, "USING ({0}) WITH CHECK ({0})"),
        "delete": (wall.delete, "USING ({0})"),
    }
    for act, (condition, shape) in parts.items():
        found.append(f"DROP POLICY IF EXISTS openvis_{act} ON {table}")
        if condition is not None:
            found.append(
                f"CREATE POLICY openvis_{act} ON {table} FOR {act.upper()} TO {web} {shape.format(condition)}"
            )
    for history in history_of(wall.model):
        found += [
            f"ALTER TABLE {history} ENABLE ROW LEVEL SECURITY",
            f"DROP POLICY IF EXISTS openvis_select ON {history}",
            f"CREATE POLICY openvis_select ON {history} FOR SELECT TO {web}"
            f" USING ({under(wall.model, 'pgh_obj_id')})",
        ]
    return found


def history_of(model: type[models.Model]) -> list[str]:
    """The tables that keep the history of a model."""
    return [
        other._meta.db_table
        for other in apps.get_models()
        if issubclass(other, pghistory.models.Event) and getattr(other, "pgh_tracked_model", None) is model
    ]


def _trigger_functions() -> list[str]:
    """The functions of our triggers: they write history and what is to be sealed with the owner's rights."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname ~ '^pgtrigger_'"
            " ORDER BY proname"
        )
        return [name for (name,) in cursor.fetchall()]


def _definer(name: str) -> str:
    return f'ALTER FUNCTION "{name}"() SECURITY DEFINER SET search_path = public, pg_temp'
