"""An export is read piece by piece; what is damaged, hostile or something else is refused in one line."""

import gzip
from io import BytesIO

import pytest

from blog.importers.draft import UnreadableFile
from blog.importers.wordpress_file import MAX_EXPORT, read_parts
from tests.blog import wxr

BOMB = """<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><rss><channel><title>&c;</title></channel></rss>"""
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel>&x;</channel></rss>'
)
FAR_DTD = '<?xml version="1.0"?><!DOCTYPE rss SYSTEM "http://far.example/a.dtd"><rss><channel/></rss>'


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableFile) as refused:
        read_parts(BytesIO(data))
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_channel_and_items_are_read_with_their_fields():
    data = wxr.export(wxr.author("ann", "Ann Lee"), wxr.item("Words & <b>more</b>", id=7, title="One", comments=3))
    channel, (author, item) = read_parts(BytesIO(data))
    assert channel["wp:base_blog_url"] == wxr.SITE
    assert author.get("wp:author_display_name") == "Ann Lee"
    assert item.get("title") == "One"
    assert item.get("content:encoded") == "Words & <b>more</b>"
    assert item.comments == 3


def test_what_a_comment_holds_is_not_taken_for_the_posts_own():
    _channel, (item,) = read_parts(BytesIO(wxr.export(wxr.item("Words", comments=2))))
    assert "reader0@mail.example" not in str(item)


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_every_version_of_the_format_is_read(version):
    data = wxr.export(wxr.item("Words", id=7)).replace(b"export/1.2/", f"export/{version}/".encode())
    assert read_parts(BytesIO(data))[1][0].get("wp:post_id") == "7"


def test_a_cdata_end_inside_the_text_and_control_characters_are_survived():
    data = wxr.export(wxr.item("a ]]> b")).replace(b"a ]]", b"a\x08\x00 ]]")
    assert read_parts(BytesIO(data))[1][0].get("content:encoded") == "a ]]> b"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (BOMB.encode(), "document type or entities"),
        (OUTSIDE.encode(), "document type or entities"),
        (FAR_DTD.encode(), "document type or entities"),
        (BOMB.encode("utf-16"), "document type or entities"),
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"not xml", "damaged at line 1"),
        (wxr.export(wxr.item("Words"))[:-40], "damaged at line"),
        (wxr.export(wxr.item("\xff")).replace(b"\xc3\xbf", b"\xff"), "damaged at line"),
        (b'<?xml version="1.0" encoding="klingon"?><rss/>', "encoding"),
        (b"<rss version='2.0'><channel><title>News</title></channel></rss>", "not a WordPress export"),
        (b"<html><body>A page</body></html>", "not a WordPress export"),
        (b"<rss>" + b"<a>" * 200_000, "nested too deeply"),
        (gzip.compress(wxr.export()), "damaged"),
    ],
)
def test_what_is_no_sound_export_is_refused_in_one_line(data, reason):
    assert reason in refusal(data)


class Counted(BytesIO):
    """A file that says how large it is and counts what is read of it."""

    taken = 0

    def seek(self, offset, whence=0):
        return 200 * 1024**2 if whence == 2 else super().seek(offset, whence)

    def read(self, size=-1):
        self.taken += size
        return super().read(size)


def test_a_file_of_200_mb_is_refused_before_any_of_it_is_read():
    file = Counted(wxr.export())
    with pytest.raises(UnreadableFile, match="larger than 64 MB"):
        read_parts(file)
    assert file.taken == 0


class Pipe(BytesIO):
    """Never ends and does not tell its size."""

    taken = 0

    def seekable(self):
        return False

    def read(self, size=-1):
        self.taken += size
        return super().read(size) or b" " * size


def test_a_stream_that_does_not_tell_its_size_is_refused_at_the_limit():
    pipe = Pipe(wxr.export().removesuffix(wxr.TAIL.encode()))
    with pytest.raises(UnreadableFile, match="larger than 64 MB"):
        read_parts(pipe)
    assert pipe.taken < MAX_EXPORT + 1024**2
