"""A whole blog of posts comes in quickly, and once."""

import time

import pytest

from blog.models import ArticlePage
from tests.blog import wxr
from tests.blog.test_import_articles import blog, import_articles  # noqa: F401

PARAGRAPH = (
    "<p>Some evenings ask for less than we think. Put the kettle on, sit where the light is kind, and let "
    '<strong>one thing</strong> be enough for an hour. <a href="https://rest.example/">Rest</a> is allowed.</p>'
)
TOPICS = [("category", f"topic-{number}", f"Topic {number}") for number in range(8)]


@pytest.fixture
def posts(full_size):
    return 500 if full_size else 12


def post(number: int) -> str:
    """One of about six kilobytes, as block and as classic content by turns."""
    parts = []
    for part in range(6):
        parts.append(f"<h2>Part {part} of {number}</h2>")
        parts += [PARAGRAPH if number % 2 else PARAGRAPH[3:-4]] * 3
        parts.append("<ul><li>one</li><li>two</li></ul>")
    parts.append(f'<img src="{wxr.SITE}/wp-content/uploads/2021/03/p{number}.jpg" alt="A hill">')
    if number % 2:
        parts = [f"<!-- wp:html -->\n{part}\n<!-- /wp:html -->" for part in parts]
    return wxr.item(
        "\n\n".join(parts), id=number, name=f"evening-{number}", title=f"Evening {number}", comments=2,
        categories=[TOPICS[number % 8], TOPICS[(number + 3) % 8]],
    )  # fmt: skip


@pytest.mark.promise("A WordPress export of 500 posts comes in within a minute; twice gives no duplicates")
@pytest.mark.usefixtures("blog")
def test_a_whole_blog_comes_in_and_twice_gives_no_duplicates(posts, full_size, tmp_path):
    file = tmp_path / "export.xml"
    file.write_bytes(wxr.export(wxr.author("ann", "Ann Lee"), *map(post, range(1, posts + 1))))
    started = time.monotonic()
    said = import_articles(file, "--publish")
    took = time.monotonic() - started
    assert f"{posts} posts: {posts} imported ({posts} published), 0 already there, 0 not imported" in said
    assert ArticlePage.objects.live().count() == posts
    again = import_articles(file, "--publish")
    assert f"{posts} posts: 0 imported (0 published), {posts} already there, 0 not imported" in again
    assert ArticlePage.objects.count() == posts
    if full_size:
        assert took < 60
