"""Addresses that are there already get their street in the list that the search goes by."""

from typing import Any

from django.db import migrations


def fill(apps: Any, schema_editor: Any) -> None:
    from openvis.web.places import streets

    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT street, town FROM places_address ORDER BY street, town")
        streets.add_streets(cursor, cursor.fetchall())
        cursor.execute(
            "UPDATE places_address address SET road_id = street.id FROM places_street street"
            " WHERE street.name = address.street AND street.town = address.town"
        )
        streets.count_addresses(cursor)


class Migration(migrations.Migration):

    dependencies = [("places", "0002_address_register")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
