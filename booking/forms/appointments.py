"""The form that asks for a time."""

from crispy_forms.layout import Fieldset
from django.utils.translation import gettext_lazy as _

from booking.models import Appointment
from clinic.models import Mode

from .patients import PatientForm, PatientMeta


class AppointmentForm(PatientForm):
    """What a patient tells us to ask for the time that stands above the form."""

    mode: Mode | None = None  # what the page shows above the form

    class Meta(PatientMeta):
        model = Appointment

    def parts(self):
        return [
            self.about_you(),
            self.reaching_you(),
            Fieldset(_("Your visit"), "first_visit", "access_needs", "note"),
            *self.ending("booking/includes/send.html"),
        ]

    @property
    def action(self):
        """Where the form is sent: this address, with the mode that is shown above it."""
        return f"?mode={self.mode}" if self.mode else ""

    def ask_for_number(self):
        """Say that a visit by phone needs a telephone number."""
        self.add_error("phone", _("We call you for this visit: enter the number at which we reach you."))
