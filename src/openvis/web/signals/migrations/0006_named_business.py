"""The latest signals that name a business, found from an index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('signals', '0005_awaited_results'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='signal',
            index=models.Index(condition=models.Q(('company', ''), _negated=True), fields=['received_at'], include=('id', 'phenomenon', 'area_code'), name='signal_named'),
        ),
    ]
