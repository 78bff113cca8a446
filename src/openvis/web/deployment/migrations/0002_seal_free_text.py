"""Free text of focus places is sealed; what stands there already is sealed in place, history included."""

import psycopg.sql
from django.db import migrations, models

from openvis.web.access import sealing
from openvis.web.access.fields import SealedTextField, context_of

FIELDS = {
    "focusplace": {
        "interpretation": {"blank": True, "verbose_name": "interpretation"},
        "reason": {"blank": True, "verbose_name": "reason of the decision"},
        "result": {"blank": True, "verbose_name": "result"},
    },
    "focusaction": {
        "what": {"max_length": 300, "verbose_name": "what will be done"},
        "result": {"blank": True, "verbose_name": "result"},
    },
}
TABLES = [(model, f"deployment_{model}{end}", key) for model in FIELDS for end, key in (("", "id"), ("event", "pgh_obj_id"))]
CONSTRAINTS = {
    "focus_place_decided_with_reason": (
        "focusplace", models.Q(state__in=["proposed", "assessed"]) | ~models.Q(reason=""),
    ),
    "focus_place_closed_with_result": ("focusplace", ~models.Q(state="closed") | ~models.Q(result="")),
    "focus_action_done_with_result": ("focusaction", models.Q(done__isnull=True) | ~models.Q(result="")),
}


def label(model, field):
    return f"deployment.{model}.{field}"


def seal(_apps, schema_editor):
    _turn(schema_editor, "bytea", lambda text, context: sealing.seal(text.encode(), context) if text else b"", b"")


def unseal(_apps, schema_editor):
    _turn(schema_editor, "text", lambda data, context: sealing.unseal(data, context).decode() if data else "", "")


def _turn(schema_editor, kind, turned, nothing):
    """Every column gets a new one of another type beside it, is written over row by row, and goes.

    Changing the type in place would not do: the triggers of history depend on the columns.
    """
    with schema_editor.connection.cursor() as cursor:
        # A table with rows whose foreign keys are still to be checked at commit cannot be altered again.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model, table, key in TABLES:
            for field in FIELDS[model]:
                names = {
                    "table": psycopg.sql.Identifier(table), "key": psycopg.sql.Identifier(key),
                    "field": psycopg.sql.Identifier(field), "old": psycopg.sql.Identifier(f"{field}_old"),
                    "kind": psycopg.sql.SQL(kind), "nothing": psycopg.sql.Literal(nothing),
                }

                def run(text, values=(), names=names):
                    cursor.execute(psycopg.sql.SQL(text).format(**names), values)

                run("ALTER TABLE {table} RENAME COLUMN {field} TO {old}")
                run("ALTER TABLE {table} ADD COLUMN {field} {kind} NOT NULL DEFAULT {nothing}")
                run("ALTER TABLE {table} DISABLE TRIGGER USER")
                run("SELECT DISTINCT {key}, {old} FROM {table}")
                for owner, value in cursor.fetchall():
                    new = turned(value, context_of(label(model, field), owner))
                    run("UPDATE {table} SET {field} = %s WHERE {key} = %s AND {old} = %s", [new, owner, value])
                run("ALTER TABLE {table} ENABLE TRIGGER USER")
                run("ALTER TABLE {table} DROP COLUMN {old}, ALTER COLUMN {field} DROP DEFAULT")


class Migration(migrations.Migration):
    dependencies = [("deployment", "0001_focus_places")]

    operations = [
        *(migrations.RemoveConstraint(model, name) for name, (model, _condition) in CONSTRAINTS.items()),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(seal, unseal)],
            state_operations=[
                migrations.AlterField(f"{model}{end}", name, SealedTextField(label=label(model, name), **options))
                for model, fields in FIELDS.items()
                for name, options in fields.items()
                for end in ("", "event")
            ],
        ),
        *(
            migrations.AddConstraint(model, models.CheckConstraint(condition=condition, name=name))
            for name, (model, condition) in CONSTRAINTS.items()
        ),
    ]
