"""Addresses by where they are: what is close by is found from them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0003_streets_of_known_addresses'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='address',
            index=models.Index(fields=['x', 'y'], name='address_point'),
        ),
    ]
