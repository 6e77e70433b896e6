"""The checks beside the form of a page: axe looks at the preview, in the browser."""

from wagtail.admin.userbar import ContentCheckerItem


class EditorsChecks(ContentCheckerItem):
    """Looks at what editors wrote, and not at the menus around it, which they cannot mend."""

    axe_include = ["main"]
    axe_run_only = [*ContentCheckerItem.axe_run_only, "image-alt", "identical-links-same-purpose"]


def check_what_editors_wrote(request, items, page) -> None:
    """Put our checks in the place of Wagtail's."""
    items[:] = [EditorsChecks(item.in_editor) if isinstance(item, ContentCheckerItem) else item for item in items]
