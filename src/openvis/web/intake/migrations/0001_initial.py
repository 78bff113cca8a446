import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("places", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "received"),
                            ("loading", "being loaded"),
                            ("loaded", "loaded"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="received",
                        max_length=12,
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("file", "file"), ("posted", "posted by a system"), ("form", "form")],
                        default="file",
                        max_length=8,
                    ),
                ),
                ("file_name", models.CharField(blank=True, max_length=255)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("size", models.BigIntegerField(default=0)),
                (
                    "original_until",
                    models.DateField(help_text="the day the original and the rejected rows are destroyed", null=True),
                ),
                ("received", models.DateTimeField(default=django.utils.timezone.now)),
                ("loaded", models.DateTimeField(blank=True, null=True)),
                ("withdrawn", models.DateTimeField(blank=True, null=True)),
                ("refusal", models.JSONField(help_text="{reason, facts} of a refused delivery", null=True)),
                ("step", models.CharField(blank=True, max_length=60)),
                ("progress", models.FloatField(default=0, help_text="0 to 1")),
                ("read", models.IntegerField(default=0)),
                ("new", models.IntegerField(default=0)),
                ("updated", models.IntegerField(default=0)),
                ("skipped", models.IntegerField(default=0)),
                ("rejected", models.IntegerField(default=0)),
                ("unplaced", models.IntegerField(default=0)),
                ("projected", models.BooleanField(default=True, help_text="whether the event store holds it")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="corrections",
                        to="intake.batch",
                    ),
                ),
            ],
            options={
                "ordering": ("-received",),
            },
        ),
        migrations.CreateModel(
            name="Repeated",
            fields=[
                (
                    "batch",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="repeated",
                        serialize=False,
                        to="intake.batch",
                    ),
                ),
                ("rows", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ],
        ),
        migrations.CreateModel(
            name="Behind",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.CharField(max_length=7)),
                ("whole", models.BooleanField(default=True)),
                (
                    "batch",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="behind", to="intake.batch"
                    ),
                ),
            ],
            options={
                "ordering": ("month",),
            },
        ),
        migrations.CreateModel(
            name="Count",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.SmallIntegerField()),
                ("period", models.DateField(help_text="first day")),
                (
                    "unit",
                    models.CharField(
                        choices=[("month", "month"), ("quarter", "quarter"), ("year", "year")], max_length=8
                    ),
                ),
                (
                    "value",
                    models.IntegerField(help_text="empty: withheld by the publisher, which is not zero", null=True),
                ),
                ("ends_on", models.DateField(help_text="end of the retention term")),
                (
                    "area",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.area",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="counts",
                        to="intake.batch",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("reference", models.CharField(max_length=100)),
                ("kind", models.SmallIntegerField()),
                ("attempt", models.BooleanField(null=True)),
                ("begin", models.DateTimeField()),
                ("end", models.DateTimeField(db_column="until")),
                ("reported", models.DateTimeField(null=True)),
                ("x", models.FloatField(null=True)),
                ("y", models.FloatField(null=True)),
                ("precision", models.FloatField(help_text="metres", null=True)),
                (
                    "text",
                    models.BinaryField(help_text="encrypted; only where the source justifies free text", null=True),
                ),
                ("ends_on", models.DateField(help_text="end of the retention term")),
                (
                    "address",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="places.address",
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.area",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="intake.batch",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Rejected",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("row", models.IntegerField(help_text="row in the file, counted as a spreadsheet does")),
                ("problems", models.JSONField(help_text="a list of {column, reason}")),
                ("sealed", models.BinaryField(help_text="the values at fault and the row, encrypted")),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rejected_rows", to="intake.batch"
                    ),
                ),
            ],
            options={
                "ordering": ("batch", "row"),
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("number", models.SmallAutoField(primary_key=True, serialize=False)),
                ("key", models.SlugField(max_length=60, unique=True, verbose_name="key")),
                ("definition", models.JSONField(verbose_name="definition")),
                ("from_profile", models.BooleanField(default=True)),
                ("in_use", models.BooleanField(default=True, help_text="false when the profile no longer names it")),
                ("created", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("key",),
            },
        ),
        migrations.CreateModel(
            name="IncidentHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("reference", models.CharField(max_length=100)),
                ("kind", models.SmallIntegerField()),
                ("attempt", models.BooleanField(null=True)),
                ("begin", models.DateTimeField()),
                ("end", models.DateTimeField(db_column="until")),
                ("reported", models.DateTimeField(null=True)),
                ("x", models.FloatField(null=True)),
                ("y", models.FloatField(null=True)),
                ("precision", models.FloatField(help_text="metres", null=True)),
                (
                    "text",
                    models.BinaryField(help_text="encrypted; only where the source justifies free text", null=True),
                ),
                ("ends_on", models.DateField(help_text="end of the retention term")),
                (
                    "address",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="places.address",
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="places.area",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="intake.batch",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="history",
                        to="intake.incident",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="intake.source",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="incident",
            name="source",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="intake.source",
            ),
        ),
        migrations.CreateModel(
            name="CountHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("kind", models.SmallIntegerField()),
                ("period", models.DateField(help_text="first day")),
                (
                    "unit",
                    models.CharField(
                        choices=[("month", "month"), ("quarter", "quarter"), ("year", "year")], max_length=8
                    ),
                ),
                (
                    "value",
                    models.IntegerField(help_text="empty: withheld by the publisher, which is not zero", null=True),
                ),
                ("ends_on", models.DateField(help_text="end of the retention term")),
                (
                    "area",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="places.area",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="intake.batch",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="history",
                        to="intake.count",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="intake.source",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="count",
            name="source",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="intake.source",
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="batches", to="intake.source"
            ),
        ),
        migrations.CreateModel(
            name="Trial",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("file_name", models.CharField(max_length=255)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                ("received", models.DateTimeField(default=django.utils.timezone.now)),
                ("ends_on", models.DateField()),
                ("proposal", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-received",),
            },
        ),
        migrations.AddIndex(
            model_name="incident",
            index=django.contrib.postgres.indexes.BrinIndex(fields=["begin"], name="incident_begin"),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.UniqueConstraint(fields=("source", "reference"), name="one_incident_a_reference"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incident",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "intake_incidenthistory" ("address_id", "area_id", "attempt", "batch_id", "begin", "ends_on", "id", "kind", "pgh_created_at", "pgh_label", "pgh_obj_id", "precision", "reference", "reported", "source_id", "text", "until", "x", "y") SELECT old_values."address_id", old_values."area_id", old_values."attempt", old_values."batch_id", old_values."begin", old_values."ends_on", old_values."id", old_values."kind", NOW(), \'update\', old_values."id", old_values."precision", old_values."reference", old_values."reported", old_values."source_id", old_values."text", old_values."until", old_values."x", old_values."y" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="28ace0da3275f9c5eb82e30528da839be4ae43e2",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_27fe6",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="intake_incident",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incident",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "intake_incidenthistory" ("address_id", "area_id", "attempt", "batch_id", "begin", "ends_on", "id", "kind", "pgh_created_at", "pgh_label", "pgh_obj_id", "precision", "reference", "reported", "source_id", "text", "until", "x", "y") SELECT old_values."address_id", old_values."area_id", old_values."attempt", old_values."batch_id", old_values."begin", old_values."ends_on", old_values."id", old_values."kind", NOW(), \'delete\', old_values."id", old_values."precision", old_values."reference", old_values."reported", old_values."source_id", old_values."text", old_values."until", old_values."x", old_values."y" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="37bc5773819678bc683fe7451b5936fc050ef72c",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_8422f",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="intake_incident",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="count",
            constraint=models.UniqueConstraint(
                fields=("source", "area", "kind", "period", "unit"), name="one_count_a_period"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="count",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "intake_counthistory" ("area_id", "batch_id", "ends_on", "id", "kind", "period", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id", "unit", "value") SELECT old_values."area_id", old_values."batch_id", old_values."ends_on", old_values."id", old_values."kind", old_values."period", NOW(), \'update\', old_values."id", old_values."source_id", old_values."unit", old_values."value" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="11610407b8ac3a86f0210015a60bf297c708ad91",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_42cbb",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="intake_count",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="count",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "intake_counthistory" ("area_id", "batch_id", "ends_on", "id", "kind", "period", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id", "unit", "value") SELECT old_values."area_id", old_values."batch_id", old_values."ends_on", old_values."id", old_values."kind", old_values."period", NOW(), \'delete\', old_values."id", old_values."source_id", old_values."unit", old_values."value" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="01650b253fbce9c2483530cb0f7d30812b01ade6",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_222ac",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="intake_count",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "read",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("new"), "+", models.F("updated")
                                ),
                                "+",
                                models.F("skipped"),
                            ),
                            "+",
                            models.F("rejected"),
                        ),
                    )
                ),
                name="every_row_read_is_counted",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ["received", "loading", "loaded"]), models.Q(("sha256", ""), _negated=True)
                ),
                fields=("source", "sha256"),
                name="one_delivery_a_file",
            ),
        ),
    ]
