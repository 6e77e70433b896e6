from django.contrib.postgres.indexes import GistIndex
from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations, models

# What the search index uses (WAGTAILSEARCH_BACKENDS): accents go first, then English endings.
MAKE_CONFIGURATION = """
CREATE TEXT SEARCH CONFIGURATION clinic_english (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION clinic_english
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0007_contact_unanswered'),
    ]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(MAKE_CONFIGURATION, "DROP TEXT SEARCH CONFIGURATION clinic_english"),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=30)),
            ],
            options={
                'indexes': [
                    models.Index(fields=['word'], name='search_word'),
                    GistIndex(fields=['word'], name='search_word_alike', opclasses=['gist_trgm_ops']),
                ],
            },
        ),
    ]
