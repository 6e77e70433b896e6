"""What happens when every step of a workflow is approved. Imports nothing: Wagtail loads it before any model."""


def publish(workflow_state, user=None):
    """Publish what was approved.

    Wagtail's own function asks whether whoever approved last may publish. Here the workflow itself says who decides:
    clinicians approve articles, and publish nothing else.
    """
    workflow_state.content_object.get_latest_revision().publish(user=user, skip_permission_checks=True)
