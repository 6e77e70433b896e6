"""The form for people who have lost their link."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Layout
from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from .patients import PatientMeta, validate_one_line


class FindLinkForm(forms.Form):
    """Email or telephone: what they gave us."""

    email = forms.EmailField(
        label=_("Email"),
        max_length=254,
        required=False,
        validators=[validate_one_line],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": PatientMeta.error_messages["email"]["invalid"]},
    )
    phone = PhoneNumberField(
        label=_("Telephone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
        error_messages={"invalid": PatientMeta.error_messages["phone"]["invalid"]},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.one_of_several = True  # neither is required, but neither is really optional
        self.helper = FormHelper(self)
        self.helper.form_class = "stack roomy"
        self.helper.form_show_errors = False
        self.helper.attrs = {"novalidate": ""}
        self.helper.layout = Layout("email", "phone", HTML('{% include "booking/includes/send_link.html" %}'))

    def clean_phone(self):
        """Compare numbers in one form, E.164."""
        number = self.cleaned_data["phone"]
        return str(number.as_e164) if number else ""

    def clean(self):
        """One of them must be there."""
        data = super().clean()
        if not data.get("email") and not data.get("phone") and not self.errors:
            self.add_error("email", _("Enter the email address or the telephone number that you gave us."))
        return data
