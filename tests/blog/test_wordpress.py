"""A post of a WordPress export becomes a draft that knows where it comes from."""

from datetime import date
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest

from blog.importers.draft import Batch, DraftArticle, UnreadableFile
from blog.importers.wordpress import read_wordpress
from tests.blog import wxr
from tests.blog.drafts import blocks, body_html, notes

NEW_YORK = ZoneInfo("America/New_York")
TWO = "The kettle is on.\n\nThe rain can wait."


def batch(*parts, zone=NEW_YORK, **options) -> Batch:
    return read_wordpress(BytesIO(wxr.export(*parts, **options)), zone=zone)


def draft(content=TWO, *others, **fields) -> DraftArticle:
    return batch(wxr.item(content, **fields), *others).entries[0].read()


def test_classic_content_has_paragraphs_by_empty_lines_and_breaks_by_line_ends():
    read = draft(
        "Opening.\n\nFirst line\nsecond line.\n\n<strong>Bold</strong> and <em>soft</em>.\n<ul>\n\t<li>one</li>\n</ul>"
    )
    assert body_html(read) == (
        "<p>First line<br/>second line.</p><p><b>Bold</b> and <i>soft</i>.</p><ul><li>one</li></ul>"
    )


def test_block_content_has_the_paragraphs_of_its_markup_only():
    read = draft(
        '<!-- wp:heading {"level":2} -->\n<h2>Morning\ntea</h2>\n<!-- /wp:heading -->\n\n'
        "<!-- wp:paragraph -->\n<p>One\n\nparagraph.</p>\n<!-- /wp:paragraph -->\n"
        '<!-- wp:quote --><blockquote class="wp-block-quote"><p>Slow down.</p>'
        "<cite>Ann</cite></blockquote><!-- /wp:quote -->"
    )
    assert read.body[0] == ("heading", "Morning tea")
    assert body_html(read) == "<p>One paragraph.</p>"
    assert blocks(read, "quote") == [{"text": "Slow down.", "attribution": "Ann"}]


def test_title_slug_date_author_and_number_come_along():
    read = draft(TWO, wxr.author("ann", "Ann Lee", "Ann", "Leeson"), title="Tea &amp; <em>rain</em>", name="tea", id=9)
    assert (read.title, read.slug, read.external_id, read.source) == ("Tea & rain", "tea", "9", "larchhill.example")
    assert read.authors == ["Ann Lee", "Ann Leeson", "ann"]
    assert read.old_paths == ["/2021/03/04/tea/"]


@pytest.mark.parametrize(
    ("fields", "day"),
    [
        ({"date_gmt": "2021-03-05 02:30:00"}, date(2021, 3, 4)),
        ({"date_gmt": "2021-03-05 12:00:00"}, date(2021, 3, 5)),
        ({"date_gmt": "0000-00-00 00:00:00", "date": "2021-03-07 23:59:00"}, date(2021, 3, 7)),
        ({"date_gmt": "0000-00-00 00:00:00", "date": "0000-00-00 00:00:00"}, date(2021, 3, 4)),
        ({"status": "draft"}, None),
    ],
)
def test_the_day_is_that_at_the_clinic(fields, day):
    assert draft(**fields).published_on == day


def test_a_date_that_cannot_be_read_is_listed():
    data = wxr.export(wxr.item(TWO, date="soon", date_gmt="")).replace(b"Fri, 05 Mar 2021", b"Some Day")
    read = read_wordpress(BytesIO(data), zone=NEW_YORK).entries[0].read()
    assert read.published_on is None
    assert "Its date cannot be read: soon" in read.needs_a_look


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"status": "private"}, "private there"),
        ({"status": "pending"}, "waited for a review"),
        ({"status": "future"}, "scheduled there for 2021-03-04"),
        ({"status": "draft"}, "was a draft there"),
        ({"status": "archived"}, "“archived”"),
        ({"password": "hush hush"}, "protected by a password"),
    ],
)
def test_what_was_not_open_to_everybody_stays_a_draft(fields, told):
    read = draft(**fields)
    assert not read.may_publish
    assert told in notes(read)
    assert "hush" not in str(read)


def test_what_was_public_may_be_published():
    assert draft().may_publish


def test_pages_menus_media_the_trash_and_comments_are_counted_and_listed():
    read = batch(
        wxr.item(TWO, comments=2),
        wxr.item("About us", type="page", title="About", link=f"{wxr.SITE}/about/", comments=1),
        wxr.item(type="nav_menu_item"), wxr.item(type="nav_menu_item"), wxr.item(type="attachment", status="inherit"),
        wxr.item(type="revision", status="inherit"), wxr.item(status="trash"), wxr.item(type="event"),
    )  # fmt: skip
    assert len(read.entries) == 1
    told = "\n".join(read.left_behind)
    assert f"Pages are not imported, only posts: 1: About ({wxr.SITE}/about/)" in told
    assert "attachment 1, event 1, nav_menu_item 2, post (trash) 1, revision 1" in told
    assert "Comments are not imported: 3." in told
    assert "Comments there were not imported: 2." in read.entries[0].read().needs_a_look


def test_categories_become_topics_but_uncategorized_and_tags_do_not():
    read = draft(
        categories=[("category", "uncategorized", "Uncategorized"), ("category", "sleep", "Sleep &amp; rest"),
                    ("category", "grief", "Grief"), ("post_tag", "tea", "Tea"), ("post_format", "aside", "Aside")]
    )  # fmt: skip
    assert read.topics == [("sleep", "Sleep & rest"), ("grief", "Grief")]
    assert "Tags were not imported: Tea" in read.needs_a_look
    assert "Aside" not in notes(read)


def test_the_excerpt_is_the_introduction_unless_it_is_too_long():
    assert draft(excerpt="<p>In <b>short</b>.</p>").introduction == "In short."
    read = draft(excerpt="word " * 100)
    assert read.introduction == "The kettle is on."
    assert ("word " * 100).strip() in notes(read)


def test_a_post_without_a_title_is_named_after_its_address():
    assert draft(title="", name="the-long-evening").title == "The long evening"


def test_an_empty_post_stays_a_draft():
    read = draft("", title="Nothing yet")
    assert (read.title, read.body, read.may_publish) == ("Nothing yet", [], False)


def test_captions_embeds_and_galleries_become_blocks():
    photo = wxr.item(type="attachment", id=801, status="inherit", attachment_url=f"{wxr.SITE}/u/hill.jpg",
                     excerpt="The hill", meta={"_wp_attachment_image_alt": "A hill"})  # fmt: skip
    read = draft(
        'Look.\n\n[caption id="a" width="300"]<a href="x.png"><img src="/u/lake.jpg" alt="A lake"></a>'
        " The <b>lake</b>[/caption]"
        '\n\n[gallery ids="801"]\n\n[embed]https://vimeo.com/12[/embed]\n\nhttps://youtu.be/ab1',
        photo,
    )
    lake, hill = blocks(read, "picture")
    assert (lake["alt"], lake["caption"], lake["addresses"][-1]) == ("A lake", "The lake", "/u/lake.jpg")
    assert hill == {"addresses": [f"{wxr.SITE}/u/hill.jpg"], "alt": "A hill", "caption": "The hill"}
    assert [link["url"] for link in blocks(read, "outside_link")] == ["https://vimeo.com/12", "https://youtu.be/ab1"]


def test_shortcodes_are_listed_in_full_and_words_in_brackets_stay():
    read = draft(
        'He said [sic] so.\n\n[contact-form-7 id="5" title="Ask"]\n\n[su_box title="Tip"]Drink tea.[/su_box]\n\n[1]'
    )
    assert "[sic]" in read.introduction
    assert "[1]" in body_html(read)
    assert "Drink tea." in body_html(read)
    assert 'Shortcodes found no place: [contact-form-7 id="5" title="Ask"] [su_box title="Tip"] [/su_box]' in notes(
        read
    )


def test_a_block_that_is_kept_elsewhere_is_put_in_and_one_that_is_filled_later_is_listed():
    kept = wxr.item("<!-- wp:paragraph --><p>Kept words.</p><!-- /wp:paragraph -->", type="wp_block", id=55)
    read = draft('<!-- wp:block {"ref":55} /-->\n<!-- wp:latest-posts {"postsToShow":3} /-->', kept)
    assert "Kept words." in read.introduction
    assert 'found no place: latest-posts {"postsToShow":3}' in notes(read)


def test_the_featured_picture_and_custom_fields_are_not_forgotten():
    photo = wxr.item(type="attachment", id=802, status="inherit", attachment_url=f"{wxr.SITE}/u/door.jpg")
    read = draft(TWO, photo, meta={"_thumbnail_id": "802", "mood": "calm", "_edit_last": "1"})
    assert read.picture["addresses"] == [f"{wxr.SITE}/u/door.jpg"]
    assert "Custom fields found no place: mood: calm" in read.needs_a_look


def test_a_site_in_a_folder_keeps_its_short_addresses():
    data = wxr.export(wxr.item(TWO, id=3, name="tea"), site="https://www.old.example/wp")
    read = read_wordpress(BytesIO(data), zone=NEW_YORK).entries[0].read()
    assert read.source == "old.example/wp"
    assert "/wp/?p=3" in read.old_paths


def test_two_posts_with_one_number_stay_two():
    read = batch(wxr.item(TWO, id=4), wxr.item(TWO, id=4))
    assert [entry.read().external_id for entry in read.entries] == ["4", "4/2"]


def test_a_post_that_is_too_long_does_not_hide_the_others():
    read = batch(wxr.item("word " * 500_000, title="Endless"), wxr.item(TWO))
    with pytest.raises(UnreadableFile, match="longer than"):
        read.entries[0].read()
    assert read.entries[1].read().introduction == "The kettle is on."


def test_a_draft_survives_being_kept_as_json():
    read = draft('<img src="a.jpg" alt="A">\n\n' + TWO, categories=[("category", "sleep", "Sleep")])
    assert DraftArticle.from_json(read.as_json()) == read


@pytest.mark.parametrize(
    "content",
    [
        '<!-- wp:block {"ref":1' * 40_000,
        "[caption]" * 60_000,
        "[gallery ids=" * 40_000,
        "[a " * 100_000,
        "[embed]" * 60_000,
    ],
)
def test_hostile_content_neither_crashes_nor_hangs(content):
    assert "last_word" in str(draft(f"{content} last_word").as_json())
