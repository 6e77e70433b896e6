"""The form that asks for a time."""

from urllib.parse import urlencode

from crispy_forms.layout import Fieldset
from django.utils.translation import gettext_lazy as _

from booking.models import Appointment
from clinic.models import Mode

from .patients import PatientForm, PatientMeta


class AppointmentForm(PatientForm):
    """What a patient tells us to ask for the time that stands above the form."""

    mode: Mode | None = None  # what the page shows above the form: `show_mode`

    class Meta(PatientMeta):
        model = Appointment

    def __init__(self, *args, patient_time_zone: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.patient_time_zone = patient_time_zone

    def parts(self):
        return [
            self.about_you(),
            self.reaching_you(),
            Fieldset(_("Your visit"), "first_visit", "access_needs", "note"),
            *self.ending("booking/includes/send.html"),
        ]

    @property
    def action(self):
        """Where the form is sent: this address, with the mode and the time zone that are shown above it."""
        shown = {"mode": self.mode, "zone": self.patient_time_zone}
        query = urlencode({name: value for name, value in shown.items() if value}, safe="/")
        return f"?{query}" if query else ""

    def show_mode(self, mode: Mode):
        """Fit the form to *mode*, which the page shows above it."""
        self.mode = mode
        if mode == Mode.PHONE:
            self.fields["email"].help_text = ""
            self.fields["phone"].help_text = _("We call you at this number for the visit.")

    def ask_for_number(self):
        """Say that a visit by phone needs a telephone number."""
        self.add_error("phone", _("We call you for this visit: enter the number at which we reach you."))
