"""Builds exports as WordPress writes them."""

from html import escape
from itertools import count

SITE = "https://larchhill.example"
HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- This is a WordPress eXtended RSS file -->
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wfw="http://wellformedweb.org/CommentAPI/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Larch Hill</title><link>{site}</link><wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>{site}</wp:base_site_url><wp:base_blog_url>{site}</wp:base_blog_url>
"""
TAIL = "</channel></rss>\n"
numbers = count(1)


def export(*parts: str, site: str = SITE) -> bytes:
    """A whole export of `parts`, each made by a function below."""
    return (HEAD.format(site=site) + "\n".join(parts) + TAIL).encode()


def cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def author(login: str, name: str, first: str = "", last: str = "") -> str:
    return (
        f"<wp:author><wp:author_id>1</wp:author_id><wp:author_login>{cdata(login)}</wp:author_login>"
        f"<wp:author_email>{cdata(login + '@mail.example')}</wp:author_email>"
        f"<wp:author_display_name>{cdata(name)}</wp:author_display_name>"
        f"<wp:author_first_name>{cdata(first)}</wp:author_first_name>"
        f"<wp:author_last_name>{cdata(last)}</wp:author_last_name></wp:author>"
    )


def item(content: str = "", **fields) -> str:
    """A post, or whatever `type` says. `categories`: (domain, nicename, name); `meta`: custom fields."""
    number = fields.pop("id", None) or next(numbers)
    name = fields.pop("name", f"post-{number}")
    values = {
        "title": f"Post {number}", "link": f"{SITE}/2021/03/04/{name}/", "creator": "ann", "excerpt": "",
        "date": "2021-03-04 21:30:00", "date_gmt": "2021-03-05 02:30:00", "status": "publish", "type": "post",
        "password": "", "sticky": "0", "parent": "0", "categories": [], "meta": {}, "comments": 0, "attachment_url": "",
        **fields,
    }  # fmt: skip
    parts = [
        f"<item><title>{cdata(values['title'])}</title><link>{escape(values['link'])}</link>",
        f"<pubDate>Fri, 05 Mar 2021 02:30:00 +0000</pubDate><dc:creator>{cdata(values['creator'])}</dc:creator>",
        f'<guid isPermaLink="false">{SITE}/?p={number}</guid><description></description>',
        f"<content:encoded>{cdata(content)}</content:encoded>",
        f"<excerpt:encoded>{cdata(values['excerpt'])}</excerpt:encoded><wp:post_id>{number}</wp:post_id>",
        f"<wp:post_date>{values['date']}</wp:post_date><wp:post_date_gmt>{values['date_gmt']}</wp:post_date_gmt>",
        f"<wp:post_name>{name}</wp:post_name><wp:status>{values['status']}</wp:status>",
        f"<wp:post_parent>{values['parent']}</wp:post_parent><wp:post_type>{values['type']}</wp:post_type>",
        f"<wp:post_password>{cdata(values['password'])}</wp:post_password>",
        f"<wp:is_sticky>{values['sticky']}</wp:is_sticky>",
    ]
    if values["attachment_url"]:
        parts.append(f"<wp:attachment_url>{values['attachment_url']}</wp:attachment_url>")
    parts += [f'<category domain="{d}" nicename="{n}">{cdata(name)}</category>' for d, n, name in values["categories"]]
    parts += [
        f"<wp:postmeta><wp:meta_key>{cdata(key)}</wp:meta_key><wp:meta_value>{cdata(value)}</wp:meta_value></wp:postmeta>"
        for key, value in values["meta"].items()
    ]
    parts += [
        f"<wp:comment><wp:comment_id>{n}</wp:comment_id><wp:comment_author_email>reader{n}@mail.example"
        f"</wp:comment_author_email><wp:comment_content>{cdata('Thank you.')}</wp:comment_content></wp:comment>"
        for n in range(values["comments"])
    ]
    return "".join(parts) + "</item>"
