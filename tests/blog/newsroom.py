"""A prepared site with people who write and review, and the form of an article as they fill it in."""

from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from blog.models import ArticlePage, BlogIndexPage
from clinic.models import User
from tests import builders


def staff(role: str, name: str = "") -> User:
    """Somebody with this role."""
    name = name or role.lower().replace(" ", "-")
    return builders.make_user(f"{name}@example.org", groups=[role])


def signed_in(user: User) -> Client:
    """A browser in which *user* has signed in."""
    client = Client()
    client.force_login(user)
    return client


def filled_in(action: str, *, body=(), **fields) -> dict:
    """The article's form as a browser sends it; *body* is (block, value) pairs; *action* is the button's name."""
    values = {
        "title": "On rest", "slug": "on-rest", "introduction": "A pause.", "topic": "", "author": "", "picture": "",
        "published_on": "", "updated_on": "", "reviewed_by": "", "reviewed_on": "", "next_review_on": "",
        "search_description": "A pause.", "seo_title": "", "body": streamfield(list(body)), "sources": streamfield([]),
        "comments": inline_formset([]), action: "1", **fields,
    }  # fmt: skip
    return nested_form_data(values)


def write(client: Client, action: str, **fields) -> ArticlePage:
    """Fill in the form for a new article and press the button *action*."""
    url = reverse("wagtailadmin_pages:add", args=["blog", "articlepage", BlogIndexPage.objects.get().pk])
    response = client.post(url, filled_in(action, **fields))
    assert response.status_code == 302, response.context["form"].errors
    return ArticlePage.objects.latest("pk")


def edit(client: Client, article: ArticlePage, action: str, **fields):
    """Change the article's form and press the button *action*; return the answer."""
    return client.post(reverse("wagtailadmin_pages:edit", args=[article.pk]), filled_in(action, **fields))
