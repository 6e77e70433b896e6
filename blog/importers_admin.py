"""The screen that imports articles: choose a file, look over what was read, import it as drafts."""

import logging

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.menu import MenuItem

from blog.importers.draft import Batch, DraftArticle, Entry, UnreadableFile
from blog.importers.formats import read_file
from blog.importers.report import contents, reason
from blog.importers.store import Target, find_imported, list_pictures, store_article
from blog.models import ArticleUpload, BlogIndexPage
from clinic.models import ClinicDetails

logger = logging.getLogger(__name__)

MAX_UPLOAD = 16 * 1024 * 1024
MAX_ARTICLES = 1000
AT_ONCE = 100
"""So many articles are imported in one request: more would keep the browser waiting too long."""
PER_PAGE = 25


class UploadForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,  # the reader says so in its own words
        error_messages={"required": gettext_lazy("Choose a file first.")},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_UPLOAD:
            raise forms.ValidationError(
                _("The file is larger than %(size)d MB. Export fewer posts at a time, or ask whoever runs the site.")
                % {"size": MAX_UPLOAD // 1024**2}
            )
        return file


def blog_to_import_into(request) -> BlogIndexPage:
    """Return the blog; raises PermissionDenied for those who may not add articles to it."""
    blog = BlogIndexPage.objects.first()
    if blog is None or not blog.permissions_for_user(request.user).can_add_subpage():
        raise PermissionDenied
    return blog


def choose_file(request) -> HttpResponse:
    """Take a file, read it and keep what was read; then show it."""
    blog_to_import_into(request)
    ArticleUpload.objects.too_old(timezone.now()).delete()
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = read_file(file, filename=file.name, zone=ClinicDetails.load().zone)
            upload = keep(batch, filename=file.name, user=request.user)
        except UnreadableFile as why:
            form.add_error("file", str(why))
        else:
            return redirect("look_over_articles", upload.pk)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "blog/admin/import_choose.html", {"form": form}, status=status)


def keep(batch: Batch, *, filename: str, user) -> ArticleUpload:
    """Read the articles of `batch` and keep them for `user`; raises UnreadableFile if there is nothing to import."""
    if len(batch.entries) > MAX_ARTICLES:
        raise UnreadableFile(
            _("The file holds %(count)d articles, more than %(most)d. Export fewer, or ask whoever runs the site.")
            % {"count": len(batch.entries), "most": MAX_ARTICLES}
        )
    if not batch.is_export:
        articles = [{"draft": entry.read().as_json()} for entry in batch.entries]
    else:
        articles = [read_entry(entry) for entry in batch.entries]
    if not articles:
        raise UnreadableFile(_("The file holds no posts."))
    return ArticleUpload.objects.create(
        user=user, filename=filename[:255], articles=articles, left_behind=batch.left_behind
    )


def read_entry(entry: Entry) -> dict:
    """Return the draft of one article among others, or why it cannot be read."""
    try:
        return {"draft": entry.read().as_json()}
    except Exception as error:  # one bad article must not hide the others
        logger.info("An article of an upload cannot be read: %s", type(error).__name__)
        return {"name": entry.name, "why": reason(error)}


def look_over(request, pk) -> HttpResponse:
    """Show what was read and, on POST, import the next articles or throw them away."""
    blog = blog_to_import_into(request)
    upload = get_object_or_404(ArticleUpload, pk=pk, user=request.user)
    if request.method == "POST":
        if "discard" in request.POST:
            upload.delete()
            messages.success(request, _("Nothing was imported."))
            return redirect("import_articles")
        import_next(upload, target_for(request.user, blog))
        return HttpResponseRedirect(reverse("look_over_articles", args=[pk]))
    done = len(upload.results)
    waiting = Paginator(upload.articles[done:], PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "upload": upload,
        "done": done,
        "left": len(upload.articles) - done,
        "next": min(AT_ONCE, len(upload.articles) - done),
        "waiting": waiting,
        "elided_page_range": waiting.paginator.get_elided_page_range(waiting.number),
        "previews": [preview(article) for article in waiting],
        "new": sum(bool(result.get("is_new")) for result in upload.results),
    }
    return render(request, "blog/admin/import_look_over.html", context)


def preview(article: dict) -> dict:
    """Return what the template shows of an article that waits."""
    if "draft" not in article:
        return article
    draft = DraftArticle.from_json(article["draft"])
    shown = {"draft": draft, "contents": contents(draft), "known": find_imported(draft)}
    list_pictures(draft)
    return shown


def target_for(user, blog: BlogIndexPage) -> Target:
    """Return where `user` imports to, and what an import of theirs may make beside articles."""
    return Target(
        blog=blog,
        user=user,
        may_add_topics=user.has_perm("blog.add_topic"),
        may_redirect=blog.permissions_for_user(user).can_publish_subpage(),
    )


def import_next(upload: ArticleUpload, target: Target) -> None:
    """Import the next articles as drafts and note what became of each."""
    done = len(upload.results)
    upload.results = upload.results + [
        import_one(article, target) for article in upload.articles[done : done + AT_ONCE]
    ]
    upload.save(update_fields=["results"])


def import_one(article: dict, target: Target) -> dict:
    """Import one article; return what became of it."""
    if "draft" not in article:
        return article
    draft = DraftArticle.from_json(article["draft"])
    try:
        stored = store_article(draft, target)
    except Exception as error:  # one bad article must not stop the others
        logger.exception("An article could not be imported.")
        return {"name": draft.title, "why": reason(error)}
    return {
        "name": stored.page.title,
        "page": stored.page.pk,
        "is_new": stored.is_new,
        "needs_a_look": draft.needs_a_look if stored.is_new else [],
    }


class ImportMenuItem(MenuItem):
    """Shown to those who may add articles."""

    def is_shown(self, request):
        blog = BlogIndexPage.objects.first()
        return blog is not None and blog.permissions_for_user(request.user).can_add_subpage()


def menu_item() -> ImportMenuItem:
    """Return the way to the screen."""
    url = reverse("import_articles")
    return ImportMenuItem(_("Import articles"), url, name="import-articles", icon_name="upload", order=900)


urlpatterns = [
    path("articles/import/", choose_file, name="import_articles"),
    path("articles/import/<uuid:pk>/", look_over, name="look_over_articles"),
]
