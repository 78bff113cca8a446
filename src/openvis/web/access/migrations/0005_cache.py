"""The table of the cache in which attempts are counted, for all processes together (`manage createcachetable`)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("access", "0004_history")]

    operations = [
        migrations.RunSQL(
            "CREATE TABLE access_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL,"
            " expires timestamptz NOT NULL); CREATE INDEX access_cache_expires ON access_cache (expires);",
            "DROP TABLE access_cache;",
        )
    ]
