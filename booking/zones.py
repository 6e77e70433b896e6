"""Time zones that a visitor may choose, by the cities that people know."""

from django.utils.translation import gettext_lazy as _

from clinic.clock import zone_city

# One zone for each time that clocks show somewhere, in summer and in winter.
GROUPS = [
    (_("United States and Canada"), [
        "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
        "America/Anchorage", "Pacific/Honolulu", "America/Toronto", "America/Halifax", "America/St_Johns",
        "America/Vancouver",
    ]),
    (_("Central and South America"), [
        "America/Mexico_City", "America/Panama", "America/Bogota", "America/Puerto_Rico", "America/Santiago",
        "America/Sao_Paulo", "America/Argentina/Buenos_Aires",
    ]),
    (_("Europe"), [
        "Atlantic/Reykjavik", "Europe/Lisbon", "Europe/Dublin", "Europe/London", "Europe/Berlin", "Europe/Madrid",
        "Europe/Paris", "Europe/Rome", "Europe/Athens", "Europe/Kyiv", "Europe/Istanbul",
    ]),
    (_("Africa and the Middle East"), [
        "Africa/Lagos", "Africa/Cairo", "Africa/Johannesburg", "Africa/Nairobi", "Asia/Jerusalem", "Asia/Dubai",
    ]),
    (_("Asia and the Pacific"), [
        "Asia/Karachi", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Dhaka", "Asia/Bangkok", "Asia/Manila", "Asia/Singapore",
        "Asia/Hong_Kong", "Asia/Shanghai", "Asia/Seoul", "Asia/Tokyo", "Australia/Perth", "Australia/Adelaide",
        "Australia/Brisbane", "Australia/Sydney", "Pacific/Guam", "Pacific/Auckland",
    ]),
]  # fmt: skip

OFFERED = frozenset(name for _group, names in GROUPS for name in names)


def zone_choices() -> list[tuple]:
    """Return the zones as choices, in groups, by their cities."""
    return [(group, [(name, zone_city(name)) for name in names]) for group, names in GROUPS]


def known_zone(name: str | None) -> str:
    """Return *name* where it is one of these zones, else an empty string."""
    return name if name in OFFERED else ""
