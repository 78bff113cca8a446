"""Two indexes from which the late replies of Today are counted."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('refindex', '0002_handling'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='match',
            name='index_match_waiting',
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('silent', False), ('state', 'active')), fields=['id'], include=('department',), name='index_entry_open'),
        ),
        migrations.AddIndex(
            model_name='match',
            index=models.Index(condition=models.Q(('replied_at__isnull', True)), fields=['at'], include=('entry', 'asks_reply'), name='index_match_waiting'),
        ),
    ]
