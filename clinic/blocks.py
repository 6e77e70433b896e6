"""What a page's story is built from. Blocks hold words and choices; none of them asks the database."""

from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.coreutils import resolve_model_string
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock, ImageChooserBlock

TEXT_FEATURES = ["h3", "bold", "italic", "ol", "ul", "link", "document-link"]
SHORT_TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link"]


class FactChooserBlock(blocks.ChooserBlock):
    """Chooses one of the practice's facts (a service, a practitioner, a story) from a plain list."""

    def __init__(self, target_model, **kwargs):
        super().__init__(**kwargs)
        self._target_model = target_model

    @cached_property
    def target_model(self):
        return resolve_model_string(self._target_model)  # late: blocks are made before the models

    @cached_property
    def widget(self):
        return forms.Select()

    def get_form_state(self, value):
        return [str(value.pk) if value else ""]  # as the list in the browser wants it

    def value_from_form(self, value):
        if isinstance(value, str) and not value.isdecimal():  # the first line of the list is empty
            value = None
        return super().value_from_form(value)


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
        preview_template = "blocks/previews/image.html"
        preview_value = {}
        description = _("A picture with a caption.")


class CalloutBlock(blocks.StructBlock):
    """A few lines set apart: what to remember, what to do tonight."""

    heading = blocks.CharBlock(label=_("Heading"))
    text = blocks.RichTextBlock(label=_("Text"), features=SHORT_TEXT_FEATURES)

    class Meta:
        icon = "info-circle"
        label = _("Callout")
        template = "blocks/callout.html"
        description = _("A few lines set apart from the text.")
        preview_value = {
            "heading": "For tonight",
            "text": "<p>Put the phone in another room. Whatever it is, it will keep until morning.</p>",
        }


class ChecklistBlock(blocks.StructBlock):
    """Things to do or to bring, one a line. Nothing is stored; on paper the boxes can be ticked."""

    heading = blocks.CharBlock(label=_("Heading"), required=False)
    items = blocks.ListBlock(blocks.CharBlock(label=_("Line")), label=_("Lines"), min_num=1)

    class Meta:
        icon = "check"
        label = _("Checklist")
        template = "blocks/checklist.html"
        description = _("A list of things to do or to bring.")
        preview_value = {"heading": "Before you come", "items": ["A list of your medicines", "One question"]}


class QuestionBlock(blocks.StructBlock):
    """A question, and its answer folded below it."""

    question = blocks.CharBlock(label=_("Question"))
    answer = blocks.RichTextBlock(label=_("Answer"), features=SHORT_TEXT_FEATURES)

    class Meta:
        icon = "help"
        label = _("Question")
        template = "blocks/question.html"
        description = _("A question whose answer unfolds.")
        preview_value = {"question": "Do I need a referral?", "answer": "<p>No. You can book with us directly.</p>"}


class AccordionBlock(blocks.StructBlock):
    """Several headings whose text unfolds; it works without a script."""

    parts = blocks.ListBlock(QuestionBlock(), label=_("Parts"), min_num=1)

    class Meta:
        icon = "collapse-down"
        label = _("Accordion")
        template = "blocks/accordion.html"
        description = _("Headings or questions whose text unfolds.")
        preview_value = {
            "parts": [
                {"question": "Do I need a referral?", "answer": "<p>No. You can book with us directly.</p>"},
                {"question": "Can I bring somebody?", "answer": "<p>Yes, as far as the door or into the room.</p>"},
            ]
        }


class VideoBlock(blocks.StructBlock):
    """A video that was uploaded here, with a still picture and captions."""

    title = blocks.CharBlock(label=_("Title"))
    video = DocumentChooserBlock(label=_("Video file"), help_text=_("MP4 or WebM."))
    poster = ImageChooserBlock(label=_("Still picture"), help_text=_("Shown until somebody presses play."))
    captions = DocumentChooserBlock(
        label=_("Captions"), help_text=_("A WebVTT file (.vtt) with everything that is said.")
    )
    transcript = blocks.RichTextBlock(label=_("Transcript"), features=SHORT_TEXT_FEATURES, required=False)

    def clean(self, value):
        cleaned = super().clean(value)
        errors = {}
        for name, endings in (("video", ["mp4", "webm"]), ("captions", ["vtt"])):
            try:
                FileExtensionValidator(endings)(cleaned[name].file)
            except ValidationError as error:
                errors[name] = error
        if errors:
            raise blocks.StructBlockValidationError(block_errors=errors)
        return cleaned

    class Meta:
        icon = "media"
        label = _("Video")
        template = "blocks/video.html"
        preview_template = "blocks/previews/video.html"
        preview_value = {}
        description = _("A video of our own, with captions.")


class OutsideLinkValue(blocks.StructValue):
    """Where an outside link leads."""

    @property
    def host(self) -> str:
        """The site's name without “www.”."""
        return (urlsplit(self.get("url") or "").hostname or "").removeprefix("www.")


class OutsideLinkBlock(blocks.StructBlock):
    """A link to another site, such as a video there, that says where it leads. Nothing is loaded from there."""

    title = blocks.CharBlock(label=_("What it is"))
    url = blocks.URLBlock(label=_("Address"))
    text = blocks.TextBlock(label=_("Why it is worth a look"), required=False)
    sponsored = blocks.BooleanBlock(
        label=_("We are paid for it, or it sells something"),
        required=False,
        help_text=_("Readers see “sponsored”, and search engines are told."),
    )

    class Meta:
        icon = "link-external"
        label = _("Link to another site")
        template = "blocks/outside_link.html"
        value_class = OutsideLinkValue
        description = _("A card that leads to a video or page elsewhere and says so.")
        preview_value = {
            "title": "A ten-minute guided rest",
            "url": "https://example.org/rest",
            "text": "Audio, with a transcript.",
            "sponsored": False,
        }


class StoriesBlock(blocks.StructBlock):
    """Testimonials: the chosen ones or the latest. Which may be shown is decided when the page is read."""

    heading = blocks.CharBlock(label=_("Heading"), required=False)
    chosen = blocks.ListBlock(
        FactChooserBlock("testimonials.Testimonial", label=_("Story")),
        label=_("Chosen stories"),
        default=[],
        help_text=_("None chosen: the latest are shown. A story whose consent was withdrawn disappears by itself."),
    )
    count = blocks.IntegerBlock(label=_("How many of the latest"), default=1, min_value=1, max_value=6)

    class Meta:
        icon = "group"
        label = _("Testimonials")
        template = "blocks/stories.html"
        description = _("Chosen testimonials, or the latest.")
        preview_value = {"heading": "What it can be like", "chosen": [], "count": 1}


class SourceBlock(blocks.StructBlock):
    """Something that an article rests on; “[2]” in its text links to the second."""

    text = blocks.CharBlock(label=_("Author, title, year"), max_length=300)
    url = blocks.URLBlock(label=_("Address"), required=False)

    class Meta:
        icon = "link"
        label = _("Source")
        description = _("A book, study or page that the article rests on.")


class HelpLineBlock(blocks.StructBlock):
    """Somebody to call or text in a crisis, beside 911 and 988."""

    name = blocks.CharBlock(label=_("Name"))
    call = blocks.CharBlock(label=_("Number to call"), required=False, max_length=30)
    text_to = blocks.CharBlock(label=_("Number to text"), required=False, max_length=30)
    text_word = blocks.CharBlock(label=_("Word to text"), required=False, max_length=20)
    about = blocks.CharBlock(label=_("For whom, and when"), max_length=160)

    class Meta:
        icon = "mobile-alt"
        label = _("Line")
        template = "blocks/help_line.html"
        description = _("A line to call or text.")
        preview_value = {
            "name": "Maternal mental health line",
            "call": "1-833-852-6262",
            "text_to": "1-833-852-6262",
            "text_word": "",
            "about": "For new and expecting parents, free, day and night.",
        }


class BookingCallBlock(blocks.StructBlock):
    """A quiet invitation to book, where the author thinks that it belongs."""

    heading = blocks.CharBlock(label=_("Heading"), default=_("Would it help to talk this through?"))
    text = blocks.TextBlock(label=_("Text"), required=False)
    button = blocks.CharBlock(label=_("Words on the button"), default=_("Book an appointment"), max_length=40)
    service = FactChooserBlock(
        "clinic.Service",
        label=_("Service"),
        required=False,
        help_text=_("The button leads to its open times. Empty: readers choose."),
    )
    practitioner = FactChooserBlock(
        "clinic.Practitioner",
        label=_("Practitioner"),
        required=False,
        help_text=_("With a service: only the times of this person. Alone: the button leads to the person’s page."),
    )

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
        preview_value = None
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
    callout = CalloutBlock()
    checklist = ChecklistBlock()
    accordion = AccordionBlock()
    video = VideoBlock()
    outside_link = OutsideLinkBlock()
    stories = StoriesBlock()
    booking_call = BookingCallBlock()
    crisis_card = CrisisCardBlock()

    class Meta:
        block_counts = {"crisis_card": {"max_num": 1}}
