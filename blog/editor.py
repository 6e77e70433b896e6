"""What editors see of the content checks: a panel above the form, and a line after they publish or submit."""

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.panels import Panel

from blog.content_checks import findings
from blog.review import clinic_today

MOST_SHOWN = 5


class ContentChecksPanel(Panel):
    """Lists what is worth another look, as the page was saved last; not there where nothing is."""

    def __init__(self, **kwargs):
        super().__init__(**{"heading": gettext_lazy("Worth another look"), "icon": "glasses", **kwargs})

    class BoundPanel(Panel.BoundPanel):
        template_name = "blog/admin/content_checks.html"

        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            saved = self.instance is not None and self.instance.pk
            self.findings = findings(self.instance, today=clinic_today()) if saved else []

        def is_shown(self):
            return bool(self.findings)


def tell_findings(request, page) -> None:
    """Say after publishing or submitting what is worth another look; no word where nothing is."""
    if not {"action-publish", "action-submit"} & request.POST.keys():
        return
    found = findings(page, today=clinic_today())
    if not found:
        return
    lines = format_html_join(
        "", "<li>{}{}</li>", ((f"{one.place}: " if one.place else "", one.text) for one in found[:MOST_SHOWN])
    )
    more = (
        format_html("<p>{}</p>", _("There is more: the report “Content checks” lists all of it."))
        if len(found) > MOST_SHOWN
        else ""
    )
    messages.warning(
        request,
        format_html("{}<ul>{}</ul>{}", _("Worth another look, when you have a minute:"), lines, more),
    )
