"""What people choose from above a list: whose times, and who could suit them. Anything unknown is left out."""

from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.services import Wishes, modes_of, places_of
from booking.zones import zone_choices
from clinic.models import Mode, Practitioner


class TimesFilter(forms.Form):
    """Whose times to show, and how the visit is held."""

    practitioner = forms.ModelChoiceField(
        label=_("With"),
        queryset=Practitioner.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=_("Anyone who is free"),
    )
    mode = forms.ChoiceField(label=_("How"), required=False)

    def __init__(self, *args, service, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["practitioner"].queryset = service.practitioners.active()
        modes = [(mode.value, mode.label) for mode in Mode if mode in service.modes]
        self.fields["mode"].choices = [("", _("Any way")), *modes]
        self.full_clean()

    def chosen(self):
        """Return (practitioner or None, mode or None)."""
        mode = self.cleaned_data.get("mode")
        return self.cleaned_data.get("practitioner"), Mode(mode) if mode else None


class ClockForm(forms.Form):
    """Whose clock a patient reads during a visit by video."""

    zone = forms.ChoiceField(label=_("Your time zone, for video"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["zone"].choices = [("", _("The same as ours")), *zone_choices()]


class VisitorTimesFilter(ClockForm, TimesFilter):
    """The same for those who are to come: where a visit may be by video, also what their own clock shows."""

    field_order = ["practitioner", "mode", "zone"]

    def __init__(self, *args, service, known_zone: str = "", **kwargs):
        """*known_zone*: the time zone that they told us before, which an empty choice takes back."""
        super().__init__(*args, service=service, **kwargs)
        self.known_zone = known_zone
        self.by_video = Mode.VIDEO in service.modes and self.data.get("mode") not in (Mode.IN_PERSON, Mode.PHONE)
        if not self.by_video:  # who comes here reads our clock
            del self.fields["zone"]
        self.full_clean()

    @property
    def visitor_zone(self) -> str:
        """The time zone that the visitor chose; empty where none."""
        return self.cleaned_data.get("zone", "")

    @property
    def kept(self) -> str:
        """What the address of the next step keeps of this: “?mode=…&zone=…”, or nothing."""
        mode = self.cleaned_data.get("mode")
        kept = {"mode": mode} if mode else {}
        if self.visitor_zone or (self.known_zone and "zone" in self.fields):
            kept["zone"] = self.visitor_zone
        query = urlencode(kept, safe="/")
        return f"?{query}" if query else ""


class PractitionerFilter(forms.Form):
    """Whom somebody looks for, with what is true of *people* to choose from."""

    concern = forms.ChoiceField(required=False, label=_("What is on your mind"))
    service = forms.ChoiceField(required=False, label=_("What you would like"))
    language = forms.ChoiceField(required=False, label=_("Language"))
    location = forms.ChoiceField(required=False, label=_("Where"))
    mode = forms.ChoiceField(required=False, label=_("How you would like to meet"))
    sort = forms.ChoiceField(required=False, label=_("In which order"))

    def __init__(self, data, *, people):
        super().__init__()
        self.services = {service.slug: service for person in people for service in person.services.all()}
        self.places = {place.slug: place for person in people for place in places_of(person)}
        modes = {mode for person in people for mode in modes_of(person)}
        self.offer("concern", _("Anything"), words(one for person in people for one in person.specialities))
        self.offer("service", _("Any kind of visit"), named(self.services))
        self.offer("language", _("Any language"), words(one for person in people for one in person.languages))
        self.offer("location", _("Any place"), named(self.places))
        self.offer("mode", _("Any way"), [(mode.value, mode.label) for mode in Mode if mode in modes])
        self.offer("sort", _("Our own"), [("soonest", _("Soonest time first"))])
        known = {name: data.get(name, "") for name in self.fields}
        self.initial = {name: value for name, value in known.items() if self.fields[name].valid_value(value)}

    def offer(self, name, anything, choices):
        """Let people choose among *choices*, or *anything*; leave the field out where there is no choice."""
        self.fields[name].choices = [("", anything), *choices]
        if not choices:
            del self.fields[name]

    def wishes(self) -> Wishes:
        """Return what was chosen."""
        chosen = self.initial
        return Wishes(
            concern=chosen.get("concern", ""),
            service=self.services.get(chosen.get("service")),
            language=chosen.get("language", ""),
            location=self.places.get(chosen.get("location")),
            mode=Mode(chosen["mode"]) if chosen.get("mode") else None,
            soonest=chosen.get("sort") == "soonest",
        )

    def chosen(self) -> dict[str, str]:
        """Return the words for each wish, by its name; the order is no wish."""
        return {
            name: dict(self.fields[name].choices)[value]
            for name, value in self.initial.items()
            if value and name != "sort"
        }

    def query_without(self, name: str) -> str:
        """Return what was chosen but *name*, for an address."""
        return urlencode({key: value for key, value in self.initial.items() if value and key != name})


def words(several) -> list[tuple[str, str]]:
    """Return *several* words as choices, each once however it is capitalised, in alphabetical order."""
    unique = {one.casefold(): one for one in several}
    return [(word, word) for _key, word in sorted(unique.items())]


def named(facts: dict) -> list[tuple[str, str]]:
    """Return services or places, by slug, as choices in the practice's order."""
    ordered = sorted(facts.items(), key=lambda item: (item[1].sort_order, item[1].name))
    return [(slug, fact.name) for slug, fact in ordered]
