"""The demo's accounts, one for each role."""

from django.contrib.auth.models import Group

from clinic.models import Practitioner, User

# account: (first name, last name, role)
ACCOUNTS = {
    "manager@example.org": ("Ines", "Calloway", "Managers"),
    "frontdesk@example.org": ("Jun", "Abernathy", "Front desk"),
    "editor@example.org": ("Wren", "Halloran", "Editors"),
    "clinician@example.org": ("Maya", "Lindqvist", "Clinicians"),
}
CLINICIAN = "maya-lindqvist"  # the practitioner whom clinician@example.org is


def load_accounts(password: str) -> None:
    """Make the accounts, all with *password*, and link the clinician to her practitioner."""
    for email, (first_name, last_name, role) in ACCOUNTS.items():
        user = User.objects.create_user(email, password, first_name=first_name, last_name=last_name)
        user.groups.add(Group.objects.get(name=role))
    clinician = User.objects.get(email="clinician@example.org")
    Practitioner.objects.filter(slug=CLINICIAN).update(user=clinician)
