"""What a page's story is built from. Blocks hold words and choices; none of them asks the database."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

TEXT_FEATURES = ["h3", "bold", "italic", "ol", "ul", "link", "document-link"]


class QuoteBlock(blocks.StructBlock):
    """A sentence to rest on."""

    text = blocks.TextBlock(label=_("Quote"))
    attribution = blocks.CharBlock(label=_("Who said it"), required=False)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "blocks/quote.html"
        description = _("One sentence set apart from the text.")
        preview_value = {"text": "You can be honest with yourself and still be on your own side."}


class CaptionedImageBlock(blocks.StructBlock):
    """A picture with its description and, if wanted, a caption."""

    image = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "blocks/image.html"
        description = _("A picture with a caption.")


class BookingCallBlock(blocks.StructBlock):
    """A quiet invitation to book, where the author thinks that it belongs."""

    heading = blocks.CharBlock(label=_("Heading"), default=_("Would it help to talk this through?"))
    text = blocks.TextBlock(label=_("Text"), required=False)
    button = blocks.CharBlock(label=_("Words on the button"), default=_("Book an appointment"), max_length=40)

    class Meta:
        icon = "calendar-alt"
        label = _("Call to book")
        template = "blocks/booking_call.html"
        description = _("A card that leads to the booking page.")
        preview_value = {
            "heading": "Would it help to talk this through?",
            "text": "A first visit is 50 minutes, in person or by video.",
            "button": "Book an appointment",
        }


class CrisisCardBlock(blocks.StaticBlock):
    """Where to turn right now. The words are the same everywhere, so nobody has to write them."""

    class Meta:
        icon = "warning"
        label = _("Crisis card")
        template = "blocks/crisis_card.html"
        admin_text = _("Shows 911 and 988, the same words on every page.")
        description = _("911 and 988, for pages on subjects that weigh heavily.")


class StepBlock(blocks.StructBlock):
    """One step of how it works here."""

    title = blocks.CharBlock(label=_("Title"))
    text = blocks.TextBlock(label=_("Text"))

    class Meta:
        icon = "list-ol"
        label = _("Step")
        description = _("One numbered step.")
        preview_value = {"title": "Choose a time", "text": "Pick a person and a time that suits you."}


class StoryBlock(blocks.StreamBlock):
    """The body of an article or a page."""

    heading = blocks.CharBlock(
        label=_("Heading"),
        icon="title",
        template="blocks/heading.html",
        description=_("A heading of the second level."),
        preview_value="What it is, and what it isn’t",
    )
    paragraph = blocks.RichTextBlock(
        label=_("Text"),
        icon="pilcrow",
        features=TEXT_FEATURES,
        template="blocks/paragraph.html",
        description=_("Paragraphs, lists, links."),
        preview_value="<p>Choose the one that sounds least annoying today.</p>",
    )
    quote = QuoteBlock()
    image = CaptionedImageBlock()
    booking_call = BookingCallBlock()
    crisis_card = CrisisCardBlock()

    class Meta:
        block_counts = {"crisis_card": {"max_num": 1}}
