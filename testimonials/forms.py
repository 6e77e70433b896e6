"""The form in which staff keep the ledger of testimonials."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

MEGABYTE = 1024 * 1024
LARGEST_FILE = 5 * MEGABYTE
FILE_ENDINGS = ["pdf", "jpg", "jpeg", "png", "heic", "txt", "eml", "docx", "odt"]


def validate_size(file):
    """Refuse a file that is too large to lie in the database."""
    if file.size > LARGEST_FILE:
        raise ValidationError(gettext("This file is too large. Choose one of at most 5 MB."))


class TestimonialForm(WagtailAdminModelForm):
    """A testimonial and, if there is one, the file that shows consent."""

    file = forms.FileField(
        label=_("File that shows their consent"),
        required=False,
        max_length=150,
        validators=[FileExtensionValidator(FILE_ENDINGS), validate_size],
        help_text=_(
            "A scan of the signed sheet, or their email. At most 5 MB. It is stored encrypted, never shown on the "
            "site, and read only by people who keep testimonials. A new file replaces the old one."
        ),
    )
    remove_file = forms.BooleanField(label=_("Remove the file"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not hasattr(self.instance, "consent_file"):
            self.fields.pop("remove_file", None)
