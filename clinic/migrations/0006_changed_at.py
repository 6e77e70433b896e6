"""When people, services and places last changed, for the sitemap."""

import django.utils.timezone
from django.db import migrations, models


def changed_at():
    return models.DateTimeField(auto_now=True, default=django.utils.timezone.now, verbose_name="last changed")


class Migration(migrations.Migration):
    dependencies = [("clinic", "0005_site")]

    operations = [
        migrations.AddField(model_name=name, name="changed_at", field=changed_at(), preserve_default=False)
        for name in ("location", "practitioner", "service")
    ]
