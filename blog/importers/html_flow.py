"""Text on its way from the elements of a page into passages: what it looks like, and where a paragraph ends."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from . import rich_text
from .decoding import repair_characters
from .passages import Passage
from .rich_text import Run


class Flow:
    """Takes text, looks and breaks in reading order; `passages` are what came of it."""

    def __init__(self, *, line_breaks: bool = False):
        """`line_breaks`: a line break in the source is one for readers too, and an empty line parts paragraphs."""
        self.keeps_lines = line_breaks
        self.passages: list[Passage] = []
        self.counts: Counter[str] = Counter()
        self.look = Run("")
        self.shape = Passage("", kind="prose", gap_before=True, gap_after=True)
        self.lists: list[list] = []
        """The lists that are open: “ul” or “ol”, and how many items each has had."""
        self._runs: list[Run] = []
        self._deferred: list[Passage] = []

    @property
    def takes_blocks(self) -> bool:
        """Whether blocks of their own may begin here, and not inside a list, heading or quotation."""
        return self.shape.kind == "prose"

    def text(self, text: str) -> None:
        """Add text in the present look."""
        text = repair_characters(text.replace("\r\n", "\n").replace("\r", "\n"), self.counts)
        self._runs.append(replace(self.look, text=text if self.keeps_lines else text.replace("\n", " ")))

    def line_end(self) -> None:
        """Begin a new line inside the paragraph."""
        self._runs.append(Run("\n"))

    def paragraph_end(self) -> None:
        """End the line: in prose with the paragraph, elsewhere inside the same passage."""
        if self.takes_blocks:
            self.flush()
        elif self._runs:
            self.line_end()

    def flush(self) -> None:
        """Make passages of the text so far."""
        runs, self._runs = self._runs, []
        paragraphs = rich_text.settle(runs)
        if not self.takes_blocks and len(paragraphs) > 1:
            paragraphs = [tuple(run for part in paragraphs for run in (*part, Run("\n")))[:-1]]
        for part in paragraphs:
            if self.shape.kind in ("heading", "subheading"):
                part = tuple(replace(run, text=run.text.replace("\n", " ")) for run in part)
            text = "".join(run.text for run in part)
            self.passages.append(replace(self.shape, text=text, runs=part))
        self._place_deferred()

    def add(self, kind: str, value) -> None:
        """Add a block without text: before the paragraph if it has no words yet, else behind it or its list."""
        passage = Passage("", kind=kind, value=value, gap_before=True, gap_after=True)
        self._deferred.append(passage)
        if not any(run.text.strip() for run in self._runs):
            self._place_deferred()

    @contextmanager
    def looking(self, **changes) -> Iterator[None]:
        """Text inside looks different."""
        before, self.look = self.look, replace(self.look, **changes)
        yield
        self.look = before

    @contextmanager
    def shaped(self, **changes) -> Iterator[None]:
        """Text inside becomes passages of another shape."""
        self.flush()
        before, self.shape = self.shape, replace(self.shape, **changes)
        yield
        self.flush()
        self.shape = before
        self._place_deferred()

    @contextmanager
    def listing(self, kind: str) -> Iterator[None]:
        """Items inside belong to a list of its own."""
        self.flush()
        self.lists.append([kind, 0])
        yield
        self.flush()
        self.lists.pop()
        self._place_deferred()

    def _place_deferred(self) -> None:
        if self.takes_blocks and not self.lists:
            self.passages += self._deferred
            self._deferred = []
