"""The form for people who found no time that suits them."""

from datetime import timedelta

from crispy_forms.layout import Div, Fieldset
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.models import WaitingListEntry
from clinic.models import ClinicDetails, Mode, Service
from clinic.models.practice import Weekday

from .patients import PatientForm, PatientMeta

USUAL_WAIT, LONGEST_WAIT = timedelta(weeks=8), timedelta(days=365)


class AskForm(PatientForm):
    """Which days and hours would suit, with whom and how, and until when somebody is looking."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Which days suit you?"),
        help_text=_("None ticked: any day."),
        coerce=int,
        choices=Weekday.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta(PatientMeta):
        model = WaitingListEntry
        fields = (*PatientMeta.fields, "practitioner", "mode", "weekdays", "starts_from", "starts_until", "until")
        widgets = {
            **PatientMeta.widgets,
            "starts_from": forms.TimeInput(attrs={"type": "time"}),
            "starts_until": forms.TimeInput(attrs={"type": "time"}),
            "until": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        }
        labels = {"starts_from": _("Not before"), "starts_until": _("Starting no later than")}
        help_texts = {
            **PatientMeta.help_texts,
            "starts_from": _("Like 16:00 for 4 pm. Empty: any hour."),
            "until": _("After this day we stop looking."),
        }
        error_messages = {
            **PatientMeta.error_messages,
            "until": {
                "required": _("Tell us until which day you are looking."),
                "invalid": _("Write the day like 2026-12-31."),
            },
            "starts_from": {"invalid": _("Write the time like 16:00.")},
            "starts_until": {"invalid": _("Write the time like 18:30.")},
        }

    def __init__(self, *args, service: Service, **kwargs):
        super().__init__(*args, **kwargs)
        refusal = _("We need your yes to this before we can look for a time for you.")
        self.fields["consent"].error_messages["required"] = refusal
        people = self.fields["practitioner"]
        people.queryset = service.practitioners.active()
        people.empty_label = _("Anyone who is free")
        modes = [(mode.value, mode.label) for mode in Mode if mode in service.modes]
        self.fields["mode"].choices = [("", _("Any way")), *modes]
        self.today = timezone.now().astimezone(ClinicDetails.load().zone).date()
        self.initial["until"] = self.initial.get("until") or self.today + USUAL_WAIT

    def parts(self):
        return [
            Fieldset(
                _("What would suit you"),
                "practitioner",
                "mode",
                "weekdays",
                Div("starts_from", "starts_until", css_class="stack"),
                "until",
            ),
            self.about_you(),
            self.reaching_you(),
            Fieldset(_("Your visit"), "first_visit", "access_needs", "note"),
            *self.ending("booking/includes/send_wishes.html"),
        ]

    def clean_until(self):
        """A day that is to come, and near enough to mean it."""
        until = self.cleaned_data["until"]
        if until < self.today:
            raise ValidationError(_("This day has passed. Choose one that is to come."))
        if until > self.today + LONGEST_WAIT:
            raise ValidationError(_("Please choose a day within a year."))
        return until

    def clean(self):
        """The latest start is not before the earliest, and a visit by phone has a number."""
        data = super().clean()
        earliest, latest = data.get("starts_from"), data.get("starts_until")
        if earliest and latest and latest < earliest:
            self.add_error("starts_until", _("This is before the earliest time. Please choose a later one."))
        if data.get("mode") == Mode.PHONE and not data.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("We call you for this visit: enter the number at which we reach you."))
        return data
