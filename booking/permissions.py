"""Who may see and answer which appointments, and which wishes on the waiting list."""

from django.db.models import QuerySet
from wagtail.permission_policies import ModelPermissionPolicy

from booking.models import Appointment, WaitingListEntry
from clinic.models import Practitioner


class AppointmentPolicy(ModelPermissionPolicy):
    """Those with the permission act on all appointments, a practitioner on their own; nobody edits a row."""

    def user_has_permission(self, user, action):
        if action in ("add", "delete"):
            return False
        return super().user_has_permission(user, action) or self.is_practitioner(user)

    def user_has_permission_for_instance(self, user, action, instance):
        if super().user_has_permission(user, action):
            return action not in ("add", "delete")
        return self.user_has_permission(user, action) and instance.practitioner.user_id == user.pk

    def instances_user_has_any_permission_for(self, user, actions):
        allowed = any(self.user_has_permission(user, action) for action in actions)
        return Appointment.objects.visible_to(user) if allowed else Appointment.objects.none()

    def is_practitioner(self, user):
        """Whether somebody who sees patients signs in as *user*."""
        return user.is_authenticated and Practitioner.objects.active().filter(user=user).exists()


appointment_policy = AppointmentPolicy(Appointment)


class WaitingListPolicy(ModelPermissionPolicy):
    """As for appointments: those with the permission act on the whole list, a practitioner on wishes for themself."""

    def user_has_permission(self, user, action):
        return appointment_policy.user_has_permission(user, action)

    def user_has_permission_for_instance(self, user, action, instance):
        if action in ("add", "delete"):
            return False
        if user.has_perm(f"booking.{action}_appointment"):
            return True
        mine = instance.practitioner is not None and instance.practitioner.user_id == user.pk
        return mine and self.user_has_permission(user, action)

    def instances_user_has_any_permission_for(self, user, actions):
        allowed = any(self.user_has_permission(user, action) for action in actions)
        return WaitingListEntry.objects.visible_to(user) if allowed else WaitingListEntry.objects.none()


waiting_list_policy = WaitingListPolicy(WaitingListEntry)


def practitioners_for(user) -> QuerySet[Practitioner]:
    """Return whose calendars *user* may subscribe to: all for those who may change appointments, else their own.

    Only of people who work here now: nobody else has a calendar.
    """
    people = Practitioner.objects.active()
    return people if user.has_perm("booking.change_appointment") else people.filter(user=user)
