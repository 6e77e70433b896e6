from django.contrib.postgres.indexes import GistIndex
from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations, models

# What the search index uses (WAGTAILSEARCH_BACKENDS): accents go first, then English endings.
MAKE_CONFIGURATION = """
CREATE TEXT SEARCH CONFIGURATION clinic_english (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION clinic_english
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
"""

# What is looked for may stand in the title, in the text or partly in each; Wagtail has an index for either.
MAKE_INDEX = "CREATE INDEX search_title_and_text ON wagtailsearch_indexentry USING gin ((title || body))"


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0007_contact_unanswered'),
        ('wagtailsearch', '0010_add_text_fields'),
    ]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(MAKE_CONFIGURATION, "DROP TEXT SEARCH CONFIGURATION clinic_english"),
        migrations.RunSQL(MAKE_INDEX, "DROP INDEX search_title_and_text"),
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
