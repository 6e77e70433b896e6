"""The style guide in the admin: everything that `tokens.css` decides, seen at once, in light and in dark."""

import re
from dataclasses import dataclass
from pathlib import Path

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from clinic.blocks import StoryBlock

TOKENS = Path(__file__).parent / "static/clinic/css/tokens.css"
COLOUR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
OTHER = re.compile(r"^    --([\w-]+): (?!light-dark)(.+);$", re.MULTILINE)
SCHEMES = ("light", "dark")

TEXT, EDGE = 4.5, 3.0  # contrast that WCAG 2.2 AA asks of text, and of what tells one thing from another
PAIRS = [
    ("ink", "paper", TEXT), ("ink", "raised", TEXT), ("ink", "accent-soft", TEXT), ("ink", "warm-soft", TEXT),
    ("ink-soft", "paper", TEXT), ("ink-soft", "raised", TEXT), ("ink-soft", "warm-soft", TEXT),
    ("accent", "paper", TEXT), ("accent", "raised", TEXT), ("accent", "accent-soft", TEXT),
    ("accent", "warm-soft", TEXT), ("accent-ink", "accent", TEXT),
    ("alert", "paper", TEXT), ("alert", "alert-soft", TEXT), ("alert-ink", "alert", TEXT),
    ("good", "paper", TEXT), ("edge", "paper", EDGE), ("edge", "raised", EDGE), ("focus", "paper", EDGE),
]  # fmt: skip

# Blocks of a story that need neither a picture nor a file to be shown.
BLOCKS = (
    "heading", "paragraph", "quote", "callout", "checklist", "accordion", "outside_link", "booking_call", "crisis_card",
)  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """Two colours that stand on one another, and how well one is seen on the other."""

    front: str
    back: str
    ratio: float
    needed: float

    @property
    def suffices(self) -> bool:
        """Whether the contrast is as strong as it must be."""
        return self.ratio >= self.needed


def colours(scheme: str) -> dict[str, str]:
    """Return the colours of `tokens.css` in *scheme* ("light" or "dark"): name to "#rrggbb"."""
    found = COLOUR.findall(TOKENS.read_text())
    return {name: (light, dark)[SCHEMES.index(scheme)] for name, light, dark in found}


def other_tokens() -> dict[str, str]:
    """Return what `tokens.css` decides beside colours: name to value."""
    return dict(OTHER.findall(TOKENS.read_text()))


def pairs(scheme: str) -> list[Pair]:
    """Return the pairs of colours that the site uses, with their contrast in *scheme*."""
    palette = colours(scheme)
    return [Pair(front, back, contrast(palette[front], palette[back]), needed) for front, back, needed in PAIRS]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours "#rrggbb" as WCAG defines it, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of "#rrggbb" as WCAG defines it, from 0 to 1."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


class SampleForm(forms.Form):
    """One field of each kind, as the site draws them. It is never sent."""

    name = forms.CharField(label=_("Your name"))
    email = forms.EmailField(label=_("Email"), required=False, help_text=_("We answer to this address."))
    about = forms.CharField(
        label=_("Anything you want us to know"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    language = forms.ChoiceField(label=_("Language"), choices=[("en", _("English")), ("es", _("Spanish"))])
    reach = forms.ChoiceField(
        label=_("How should we reach you?"),
        choices=[("email", _("Email")), ("call", _("Telephone call"))],
        widget=forms.RadioSelect,
    )
    agree = forms.BooleanField(label=_("You may leave a voicemail"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.layout = Layout(Fieldset(_("About you"), *self.fields))
        self.helper.form_tag = False
        self.helper.form_show_errors = False  # the page shows them above
        self.helper.disable_csrf = True


class StyleGuideView(WagtailAdminTemplateMixin, TemplateView):
    """The screen in the admin: the sample twice, side by side."""

    page_title = _("Style guide")
    header_icon = "view"
    template_name = "clinic/admin/style_guide.html"
    extra_context = {"schemes": {"light": _("Light"), "dark": _("Dark")}}

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]


@require_safe
def sample(request):
    """Every piece of the site once, in the scheme that the address names."""
    scheme = "dark" if request.GET.get("scheme") == "dark" else "light"
    blocks = StoryBlock().child_blocks
    context = {
        "scheme": scheme,
        "notices": [{"text": _("We are closed on Thursday. Texts are answered again on Friday."), "page": None}],
        "colours": colours(scheme),
        "pairs": pairs(scheme),
        "tokens": other_tokens(),
        "blocks": [blocks[name].bind(blocks[name].get_preview_value()) for name in BLOCKS],
        "form": SampleForm({"name": "Ada Birch", "email": "nobody", "language": "en", "reach": "email"}),
    }
    return render(request, "clinic/admin/style_sample.html", context)
