"""What editors are told to look at again, with a plain sentence and the place; and what they are left alone with."""

from datetime import date

import pytest
from django.urls import reverse

from blog.content_checks import A_FILE_NAME, Kind, findings
from blog.models import ArticlePage, BlogIndexPage
from clinic.models import CrisisHelpPage, StandardPage
from tests import builders
from tests.blog.newsroom import edit, signed_in, staff, write

pytestmark = pytest.mark.django_db  # a page looks up its type when it is made

TODAY = date(2026, 3, 2)
GOOD = {"title": "On rest", "introduction": "A pause.", "search_description": "A pause.", "topic_id": 1, "author_id": 1}


def article(*body, **fields) -> ArticlePage:
    """An article that nothing is wrong with, but for *body* (as it is stored) and *fields*."""
    stored = [{"type": kind, "value": value, "id": str(number)} for number, (kind, value) in enumerate(body)]
    page = ArticlePage(**{**GOOD, **fields})
    page.body = page._meta.get_field("body").to_python(stored)
    return page


def found(page, kind=None) -> list[str]:
    """The sentences, with the place before them."""
    checked = findings(page, today=TODAY)
    return [f"{one.place}: {one.text}".lstrip(": ") for one in checked if kind in (None, one.kind)]


def text(html: str) -> tuple[str, str]:
    return "paragraph", html


# --- Nothing to say ---------------------------------------------------------------------------------------


def test_an_article_with_everything_is_left_alone():
    page = article(
        ("heading", "What helps"),
        text('<p>Read <a linktype="page" id="3">how a first visit goes</a>.</p><h3>At night</h3>'),
        ("heading", "What does not"),
        ("image", {"image": {"image": 1, "alt_text": "A lamp by a window", "decorative": False}, "caption": ""}),
        ("image", {"image": {"image": 1, "alt_text": "", "decorative": True}, "caption": ""}),
        ("booking_call", {"heading": "Talk", "text": "", "button": "Book", "service": None, "practitioner": None}),
        next_review_on=date(2026, 3, 3),
    )
    assert found(page) == []


def test_a_draft_with_nothing_but_a_title_is_told_what_is_missing_and_breaks_nothing():
    assert [one.kind for one in findings(ArticlePage(title="On rest"), today=TODAY)] == [Kind.MISSING] * 4
    assert len(found(ArticlePage())) == 4


def test_checking_asks_the_database_nothing(django_assert_num_queries):
    page = article(text("<p><a>here</a></p>"), ("image", {"image": {"image": 1, "alt_text": ""}}))
    with django_assert_num_queries(0):
        assert len(found(page)) == 2


# --- What is missing --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("introduction", "no introduction"),
        ("search_description", "no description for search engines"),
        ("topic_id", "No topic"),
        ("author_id", "No author"),
    ],
)
def test_what_an_article_should_have(name, sentence):
    [only] = found(article(**{name: None if name.endswith("_id") else ""}))
    assert sentence in only


def test_other_pages_need_a_description_and_no_topic():
    [only] = found(StandardPage(title="Privacy"))
    assert "no description" in only
    assert found(StandardPage(title="Privacy", search_description="How we keep things.")) == []


# --- Pictures ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("picture", "sentence"),
    [
        ({"image": 1, "alt_text": "", "decorative": False}, "has no description"),
        ({"image": 1, "alt_text": " \n"}, "has no description"),
        ({"image": 1, "alt_text": "IMG_2041", "decorative": False}, "name of a file"),
        ({"image": 1, "alt_text": "lamp-final2.JPG", "decorative": False}, "name of a file"),
        ({"image": 1, "alt_text": "kitchen-light", "decorative": False}, "name of a file"),
    ],
)
def test_a_picture_says_what_it_shows(picture, sentence):
    [only] = found(article(text("<p>One.</p>"), ("image", {"image": picture})))
    assert sentence in only
    assert only.startswith("Text, block 2 (Picture): ")


@pytest.mark.parametrize("picture", [{}, None, {"image": None, "alt_text": ""}])
def test_a_picture_that_was_not_chosen_yet_is_no_finding(picture):
    assert found(article(("image", {"image": picture}))) == []


@pytest.mark.parametrize("words", ["Room 2041, seen from the door", "Sunset", "A self-made card"])
def test_a_description_in_words_is_no_file_name(words):
    assert found(article(("image", {"image": {"image": 1, "alt_text": words}}))) == []


# --- Headings ---------------------------------------------------------------------------------------------


def test_headings_do_not_skip_a_level():
    [only] = found(article(text("<h3>At night</h3>"), ("heading", "What helps"), text("<h3>In the morning</h3>")))
    assert only == "Text, block 1 (Text): “At night” is a heading of level 3, with none of level 2 above it."


@pytest.mark.parametrize("block", [("heading", " "), ("heading", None), text("<h3><b> </b></h3>")])
def test_a_heading_has_words(block):
    [only] = found(article(("heading", "What helps"), block))
    assert "has no words" in only


def test_pages_with_one_rich_text_are_checked_too():
    page = CrisisHelpPage(title="Help now", search_description="911.", body="<h3>Lines</h3><p><a>here</a></p>")
    assert [line.partition(":")[0] for line in found(page)] == ["Text", "Text"]


# --- Links ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["here", "Here.", "click here", "Read more …", "→ more", "<b>this link</b>", "“Learn more”", "this  page"]
)
def test_a_link_that_says_nothing_is_found(words):
    [only] = found(article(text(f'<p>Look <a href="/team/">{words}</a></p>')), Kind.LINK)
    assert "says only" in only


@pytest.mark.parametrize("words", ["", " ", "<b></b>", "…"])
def test_a_link_without_words_is_found(words):
    assert found(article(text(f'<p>Look <a linktype="page" id="3">{words}</a></p>'))) == [
        "Text, block 1 (Text): A link has no words."
    ]


@pytest.mark.parametrize("words", ["https://example.org/a", "www.example.org", "example.org/rest/"])
def test_a_bare_address_is_found(words):
    [only] = found(article(text(f'<p><a href="https://example.org/">{words}</a></p>')))
    assert "bare address" in only


@pytest.mark.parametrize(
    "words", ["how a first visit goes", "what is here for parents", "example.org", "office@example.org", "988", "A/B"]
)
def test_a_link_that_names_its_target_is_left_alone(words):
    assert found(article(text(f'<p><a href="/team/">{words}</a></p>'))) == []


@pytest.mark.parametrize(
    "block",
    [
        ("callout", {"heading": "Tonight", "text": '<p><a href="/x/">here</a></p>'}),
        ("accordion", {"parts": [{"type": "item", "value": {"question": "Q", "answer": "<a>here</a>"}, "id": "1"}]}),
        ("accordion", {"parts": [{"question": "Q", "answer": "<a>here</a>"}]}),  # as older versions stored lists
    ],
)
def test_links_inside_other_blocks_are_found(block):
    [only] = found(article(block))
    assert "“here”" in only


# --- Heavy subjects ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    ["suicide", "Suicidal thoughts", "self-harm", "selfharm", "self harming", "hurting yourself", "kill myself",
     "wants to die", "end your life", "took his own life", "better off without me", "abuse", "abusive",
     "sexual assault", "domestic violence", "an overdose", "was raped"],
)  # fmt: skip
def test_a_heavy_subject_without_a_crisis_card_is_found(words):
    [only] = found(article(text(f"<p>When somebody says <b>{words}</b> aloud.</p>")))
    assert "Should the crisis card stand" in only


@pytest.mark.parametrize("name", ["title", "introduction"])
def test_the_title_and_the_introduction_count(name):
    assert len(found(article(**{name: "After a suicide"}), Kind.CRISIS_CARD)) == 1


@pytest.mark.parametrize(
    "block", [("heading", "Suicide"), ("quote", {"text": "I wanted to die.", "attribution": ""}),
              ("checklist", {"heading": "", "items": ["Put the overdose kit away"]})]
)  # fmt: skip
def test_words_in_any_block_count(block):
    assert len(found(article(block), Kind.CRISIS_CARD)) == 1


def test_a_crisis_card_of_either_kind_is_enough():
    heavy = text("<p>Suicide.</p>")
    assert found(article(heavy, crisis_card=True)) == []
    assert found(article(heavy, ("crisis_card", None))) == []


@pytest.mark.parametrize(
    "words", ["take your life back", "cut yourself some slack", "scraped knees", "therapist", "grape", "a heavy heart",
              "cutting yourself off", "I could not live without you", "this beats me"]
)  # fmt: skip
def test_everyday_words_are_no_heavy_subject(words):
    assert found(article(text(f"<p>You could {words}.</p>"))) == []


# --- Review -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("due", "over"), [(date(2026, 3, 1), True), (TODAY, True), (date(2026, 3, 3), False)])
def test_a_review_is_over_on_the_day_that_it_was_due(due, over):
    assert len(found(article(next_review_on=due), Kind.REVIEW)) == over


# --- Where editors see it ---------------------------------------------------------------------------------

BAD = [("paragraph", "<p>Look</p>")]


@pytest.fixture
def editor(prepared):
    return signed_in(staff("Editors"))


def form_of(client, page) -> str:
    return client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()


def test_the_form_shows_what_to_look_at_and_nothing_where_there_is_nothing(editor):
    blog = BlogIndexPage.objects.get()
    bare = blog.add_child(instance=ArticlePage(title="Bare", slug="bare", live=False))
    bare.save_revision()
    assert "No author is chosen" in form_of(editor, bare)
    assert "nothing here keeps you from publishing" in form_of(editor, bare)
    bare.introduction = "“<script>alert(1)</script>” suicide"
    bare.save_revision()
    assert "There is no introduction" not in form_of(editor, bare)
    assert "The text says “suicide”" in form_of(editor, bare)


def test_a_new_article_is_not_met_with_a_list_of_what_is_missing(editor):
    url = reverse("wagtailadmin_pages:add", args=["blog", "articlepage", BlogIndexPage.objects.get().pk])
    assert "Worth another look" not in editor.get(url).content.decode()


@pytest.mark.parametrize("action", ["action-publish", "action-submit"])
def test_publishing_and_submitting_are_followed_by_a_word_and_never_stopped(editor, action):
    page = write(editor, action, title="On suicide")
    assert page.live is (action == "action-publish")
    said = editor.get(reverse("wagtailadmin_explore", args=[page.get_parent().pk])).content.decode()
    assert "The text says “suicide”" in said
    assert "No author is chosen" in said


def test_saving_a_draft_is_followed_by_no_such_word(editor):
    page = write(editor, "action-save")
    edit(editor, page, "action-save")
    assert "Worth another look, when" not in form_of(editor, page)


@pytest.mark.parametrize("chosen", ["", "0", "99999", "x", "-1", "9" * 30])
def test_a_call_to_book_for_no_service_in_particular_is_saved(editor, chosen):
    """Nobody has to choose one; a form that was tampered with breaks nothing."""
    call = {"heading": "Talk", "text": "", "button": "Book", "service": chosen, "practitioner": ""}
    page = write(editor, "action-publish", body=[("booking_call", call)])
    assert page.body[0].value["service"] is None


def test_a_call_to_book_keeps_the_service_that_was_chosen(editor):
    service = builders.make_service()
    call = {"heading": "Talk", "text": "", "button": "Book", "service": str(service.pk), "practitioner": ""}
    page = write(editor, "action-publish", body=[("booking_call", call)])
    assert page.body[0].value["service"] == service
    in_the_browser = page.body[0].block.get_form_state(page.body[0].value)
    assert (in_the_browser["service"], in_the_browser["practitioner"]) == ([str(service.pk)], [""])


@pytest.mark.parametrize("words", ["_" * 60 + " fill in", "a" + "_" * 60 + " (1)", "a-" * 60 + "!"])
def test_a_line_of_underscores_is_read_at_once(words):
    assert A_FILE_NAME.search(words) is None  # a pattern that tries every way to part them would not come back
