"""What the staff's form shows around its fields."""

from wagtail.admin.panels import Panel

from clinic.models import ClinicDetails, ConsentText


class ConsentStatePanel(Panel):
    """On top of a stored testimonial: where it stands, who recorded it, its file, and the way to withdraw consent."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "testimonials/admin/consent_state.html"

        def is_shown(self):
            return self.instance.pk is not None

        def get_context_data(self, parent_context=None):
            context = super().get_context_data(parent_context)
            has_file = hasattr(self.instance, "consent_file")
            return {**context, "testimonial": self.instance, "has_file": has_file, "zone": ClinicDetails.load().zone}


class ConsentWordsPanel(Panel):
    """The words in force, so that staff can read or send them to the person who is asked."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "testimonials/admin/consent_words.html"

        def get_context_data(self, parent_context=None):
            context = super().get_context_data(parent_context)
            return {**context, "current": ConsentText.objects.current(ConsentText.Purpose.TESTIMONIAL)}
