"""The staff's forms for hours: what is wrong is said at the field where it is put right."""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from booking.models import BookingRules, ScheduleException
from clinic.models import Practitioner

NO_WAY = _("Choose at least one way in which people are seen.")


class HoursForm(WagtailAdminModelForm):
    """A form about one practitioner, whose constraints speak at a field."""

    field_of_constraint: dict[str, str] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kept = Q(active=True) | Q(pk=self.instance.practitioner_id)
        self.fields["practitioner"].queryset = Practitioner.objects.filter(kept)

    def is_missing(self, name: str) -> bool:
        """Whether nothing was entered there. What was entered and is wrong has an error of its own."""
        return not self.cleaned_data.get(name) and name not in self.errors

    def add_error(self, field, error):
        for refusal in getattr(error, "error_dict", {}).pop(NON_FIELD_ERRORS, []):
            super().add_error(self.field_for(refusal), refusal)
        super().add_error(field, error)

    def field_for(self, refusal: ValidationError) -> str | None:
        """Return the field at which the constraint that raised *refusal* speaks, None for what is about the whole."""
        constraints = self._meta.model._meta.constraints
        names = [one.name for one in constraints if one.get_violation_error_message() == refusal.message]
        return next((self.field_of_constraint.get(name) for name in names), None)


class ScheduleForm(HoursForm):
    """Weekly hours."""

    field_of_constraint = {
        "schedule_ends_after_start": "ends",
        "schedule_break_inside": "break_ends",
        "schedule_last_day_after_first": "valid_until",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["modes"].error_messages["required"] = NO_WAY

    def clean(self):
        """A break that begins must end."""
        data = super().clean()
        if data.get("break_starts") and self.is_missing("break_ends"):
            self.add_error("break_ends", _("Enter when the break ends, or leave both empty."))
        return data


class ScheduleExceptionForm(HoursForm):
    """Time off or extra hours."""

    field_of_constraint = {
        "exception_last_day_after_first": "ends_on",
        "exception_hours_in_order": "ends",
    }
    needed_for_extra_hours = {
        "starts": _("Extra hours need a start."),
        "ends": _("Extra hours need an end."),
        "location": _("Choose where the practitioner is during these hours."),
        "modes": NO_WAY,
    }

    def clean(self):
        """Extra hours must be whole; time off happens nowhere."""
        data = super().clean()
        if data.get("kind") == ScheduleException.Kind.EXTRA:
            for name in filter(self.is_missing, self.needed_for_extra_hours):
                self.add_error(name, self.needed_for_extra_hours[name])
        else:
            data |= {"location": None, "modes": []}
            if data.get("starts") and self.is_missing("ends"):
                self.add_error("ends", _("Enter when it ends each day, or leave both empty for whole days."))
        return data


class PractitionerRulesForm(HoursForm):
    """Rules of one practitioner."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["practitioner"].error_messages["unique"] = _("This person has rules already. Change those instead.")
        self.fields["start_every_minutes"].choices = [("", _("as the practice")), *BookingRules.Grid.choices]
