"""What every form of a patient asks: who they are, how to reach them safely, and their consent."""

import re
import uuid

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from booking.models import PATIENT_FIELDS, ContactBy
from clinic.models import ConsentText

UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd]")
# Line breaks, marks that turn the direction of writing, and addresses of sites: nothing that belongs into a name,
# all of it something that a stranger could make our mails say.
NOT_IN_ONE_LINE = re.compile(
    "[\r\n\t\x80-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\u3164\ufeff]|://|www\\.", re.IGNORECASE
)
ADDRESS_OF_A_SITE = re.compile(r"\w\.[a-z]{2,}\b")  # "St.John" and "J.R." are names


def validate_readable(value):
    """Refuse what no keyboard types: control characters, and U+FFFD, which Django makes of bad UTF-8."""
    if UNREADABLE.search(str(value)):
        raise ValidationError(_("Some letters did not arrive as you typed them. Please type this again."))


def validate_one_line(value):
    """Refuse besides what would make more of one line than a line: a name must not write paragraphs into mails."""
    validate_readable(value)
    if NOT_IN_ONE_LINE.search(str(value)):
        raise ValidationError(_("Please write this in plain words on one line, without links."))


def validate_name(value):
    """Refuse besides what mail programs would make a link of: our mails begin with the name."""
    validate_one_line(value)
    if ADDRESS_OF_A_SITE.search(str(value)):
        raise ValidationError(_("Please write a name, without links."))


class PatientMeta:
    """Fields, widgets and words that the forms of patients share."""

    fields = PATIENT_FIELDS
    widgets = {
        "full_name": forms.TextInput(attrs={"autocomplete": "name"}),
        "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        "phone": forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
        "contact_by": forms.RadioSelect,
        "access_needs": forms.TextInput,
        "note": forms.Textarea(attrs={"rows": 4}),
    }
    help_texts = {
        "email": _("Email or telephone: one of them is enough."),
        "ask_for": _("If somebody else might pick up, which name should we ask for?"),
        "discreet": _("Our messages then carry no name. The sender’s address can still be seen."),
        "access_needs": _("An interpreter, a step-free way in, more light: whatever helps."),
        "note": _("Only if you want to. Say as little as you like. We read it when we answer, not at once."),
    }
    error_messages = {
        "full_name": {
            "required": _("Tell us what to call you. It does not have to be your full name."),
            "max_length": _("This is longer than we can store. Please use at most 120 letters."),
        },
        "email": {
            "invalid": _("This does not look like an email address. It needs an @, like name@example.org."),
            "max_length": _("This is longer than an email address can be."),
        },
        "phone": {
            "invalid": _("This does not look like a telephone number. Write it like 202 555 0100."),
            "max_length": _("This is longer than a telephone number can be."),
        },
        "contact_by": {
            "required": _("Choose how we should reach you."),
            "invalid_choice": _("Choose one of these ways to reach you."),
        },
        "note": {"max_length": _("This is longer than we can store. Please use at most 1,000 letters.")},
    }


class PatientForm(forms.ModelForm):
    """What a patient tells us of themselves: as little as possible. Forms that inherit it name a model and a layout."""

    consent = forms.BooleanField(
        label=_("You may store what I wrote here to arrange an appointment."),
        error_messages={"required": _("We need your yes to this before we can hold a time for you.")},
    )
    consent_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, *args, consent_text: ConsentText | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.show_consent_text(consent_text)
        self.fields["contact_by"].choices = ContactBy.choices
        self.fields["consent_version"].error_messages["invalid"] = _("Please send this once more.")
        self.fields["submission_key"].error_messages = dict.fromkeys(
            ("required", "invalid"), _("This page was open for a while. Please send it once more.")
        )
        for name in ("email", "phone"):
            self.fields[name].one_of_several = True  # neither is required, but neither is really optional
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                kept = [one for one in field.validators if not isinstance(one, ProhibitNullCharactersValidator)]
                several_lines = isinstance(field.widget, forms.Textarea)
                field.validators = [*kept, validate_readable if several_lines else validate_one_line]
        for name in ("full_name", "ask_for"):
            self.fields[name].validators.append(validate_name)

    @cached_property
    def helper(self) -> FormHelper:
        """What crispy-forms shows."""
        helper = FormHelper(self)
        helper.form_class = "stack roomy"
        helper.form_show_errors = False  # the page shows them above what was chosen
        helper.attrs = {"novalidate": ""}  # our own messages are kinder, and the same in every browser
        helper.layout = Layout("submission_key", "consent_version", *self.parts())
        return helper

    def parts(self) -> list:
        """Return what the form shows, from top to bottom."""
        raise NotImplementedError

    @staticmethod
    def about_you():
        """Who asks, and how to answer."""
        return Fieldset(_("About you"), "full_name", "email", "phone", "contact_by")

    @staticmethod
    def reaching_you():
        """What is safe."""
        return Fieldset(
            _("Reaching you safely"),
            Div("voicemail_ok", "text_ok", "discreet", css_class="choices"),
            "ask_for",
        )

    @staticmethod
    def ending(send: str) -> list:
        """The field that only programs fill, the consent, and the button in the template *send*."""
        return [Div("website", css_class="left-empty"), "consent", HTML(f'{{% include "{send}" %}}')]

    def show_consent_text(self, text: ConsentText | None):
        """Put *text* beside the box to tick; without one, the words of this form stay there."""
        self.consent_text = text
        if text:
            self["consent"].label = text.text
            self.initial["consent_version"] = text.version

    def full_clean(self):
        """Make the form fit to come back: with a key that can be used, and a question where the words are new."""
        super().full_clean()
        if not self.is_bound:
            return
        if "submission_key" in self.errors:
            self.put_back("submission_key", str(uuid.uuid4()))
        if self.errors and self.words_changed():
            self.ask_for_consent(self.consent_text)

    def words_changed(self) -> bool:
        """Whether the words beside the box are others than the person saw."""
        seen = self.cleaned_data.get("consent_version")
        unknown = "consent_version" in self.errors
        return self.consent_text is not None and (unknown or seen not in (None, self.consent_text.version))

    def ask_for_consent(self, text: ConsentText):
        """Ask for a yes to *text*, which was put in force after the person opened the form."""
        self.show_consent_text(text)
        self.put_back("consent", "")
        self.put_back("consent_version", str(text.version))
        if "consent" not in self.errors:
            changed = _(
                "We have changed these words since you opened this page. "
                "Please read them again, and tick the box if you agree."
            )
            self.add_error("consent", changed)

    def put_back(self, name: str, value: str):
        """Let the form show *value* when it comes back."""
        self.data = self.data.copy()
        self.data[name] = value

    def clean_phone(self):
        """Store numbers in one form, E.164, which knows no extension."""
        number = self.cleaned_data["phone"]
        if number and number.extension:
            raise ValidationError(_("Please enter a number that reaches you directly, without an extension."))
        return number.as_e164 if number else ""

    def clean_email(self):
        """Refuse a domain that no mail server could be found for, however it is spelled."""
        email = self.cleaned_data["email"]
        try:
            email.rpartition("@")[2].encode("idna")
        except UnicodeError as error:
            raise ValidationError(self.fields["email"].error_messages["invalid"]) from error
        return email

    def clean_website(self):
        """Only programs see this field and fill it."""
        if self.cleaned_data["website"]:
            raise ValidationError(_("Please leave this field empty, then send the form again."))
        return ""

    def clean(self):
        """One way to reach the patient must be there, and it must be the chosen one."""
        data = super().clean()
        if data.get("contact_by") == ContactBy.TEXT:
            data["text_ok"] = True
        chosen, email, phone = data.get("contact_by"), data.get("email"), data.get("phone")
        if not email and not phone and not {"email", "phone"} & self.errors.keys():
            self.add_error("email", _("Enter an email address or a telephone number, so that we can answer."))
        elif chosen == ContactBy.EMAIL and not email and "email" not in self.errors:
            self.add_error("email", _("You would like an email: enter your address here."))
        elif chosen and chosen != ContactBy.EMAIL and not phone and "phone" not in self.errors:
            self.add_error("phone", _("You would like us to call or text: enter your number here."))
        return data
