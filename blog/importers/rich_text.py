"""Text with its marks to the little HTML that a rich text block takes. Whatever came from outside is escaped."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby

ADDRESS = re.compile(r"https?://[^\s<>\"“”«»]{3,2000}", re.IGNORECASE)
TRAILING = ".,;:!?)]}'’…*"

DEEPEST_LIST = 3
"""Lists may lie in one another so often; the editor shows no more."""


@dataclass(frozen=True)
class Run:
    """A stretch of text that looks the same from end to end."""

    text: str
    href: str = ""
    bold: bool = False
    italic: bool = False

    def looks_like(self, other: "Run") -> bool:
        return (self.href, self.bold, self.italic) == (other.href, other.bold, other.italic)


def cut(runs: Sequence[Run], start: int, end: int) -> tuple[Run, ...]:
    """Return the runs of the text from `start` up to `end`."""
    found, position = [], 0
    for run in runs:
        text = run.text[max(0, start - position) : max(0, end - position)]
        position += len(run.text)
        if text:
            found.append(replace(run, text=text))
    return tuple(found)


def paragraph(runs: Sequence[Run]) -> str:
    return f"<p>{linked(runs)}</p>"


def subheading(text: str) -> str:
    return f"<h3>{escape(text)}</h3>"


def nested_list(items: Sequence[tuple[str, int, Sequence[Run]]]) -> str:
    """Return the items, each of (“ul” or “ol”, depth from 0, its runs), as lists within lists."""
    html: list[str] = []
    open_lists: list[str] = []
    for kind, wanted, runs in items:
        depth = min(wanted, len(open_lists), DEEPEST_LIST)
        while len(open_lists) > depth + 1:
            html.append(f"</li></{open_lists.pop()}>")
        if len(open_lists) == depth + 1:
            html.append("</li>")
            if open_lists[-1] != kind:
                html.append(f"</{open_lists.pop()}>")
        if len(open_lists) == depth:
            html.append(f"<{kind}>")
            open_lists.append(kind)
        html.append(f"<li>{linked(runs)}")
    html += [f"</li></{kind}>" for kind in reversed(open_lists)]
    return "".join(html)


def addresses(text: str) -> list[str]:
    """Return the web addresses in `text`, without the punctuation that follows them."""
    return [match[0].rstrip(TRAILING) for match in ADDRESS.finditer(text)]


def linked(runs: Sequence[Run]) -> str:
    """Return the runs as HTML, with links, and with the http and https addresses in their text as links too."""
    parts = []
    for href, group in groupby(_with_addresses(runs), key=lambda run: run.href):
        inside = _marked(group)
        parts.append(f'<a href="{escape(href)}">{inside}</a>' if href else inside)
    return "".join(parts)


def _with_addresses(runs: Iterable[Run]) -> Iterable[Run]:
    for run in runs:
        position = 0
        for match in () if run.href else ADDRESS.finditer(run.text):
            address = match[0].rstrip(TRAILING)
            yield replace(run, text=run.text[position : match.start()])
            yield replace(run, text=address, href=address)
            position = match.start() + len(address)
        yield replace(run, text=run.text[position:])


def _marked(runs: Iterable[Run]) -> str:
    parts = []
    for bold, group in groupby(runs, key=lambda run: run.bold):
        inside = ""
        for italic, same in groupby(group, key=lambda run: run.italic):
            text = escape("".join(run.text for run in same)).replace("\n", "<br/>")
            inside += f"<i>{text}</i>" if italic and text else text
        parts.append(f"<b>{inside}</b>" if bold and inside else inside)
    return "".join(parts)


def settle(runs: Iterable[Run]) -> list[tuple[Run, ...]]:
    """Return the paragraphs in `runs`: one space between words, “\\n” for a line break; an empty line parts two."""
    paragraphs: list[list[tuple[Run, list[str]]]] = [[]]
    space = ""
    for run in runs:
        for part in re.findall(r"[ \t\n]+|[^ \t\n]+", run.text):
            if part.isspace():
                space += part
                continue
            if space.count("\n") > 1 and paragraphs[-1]:
                paragraphs.append([])
            _add_word(paragraphs[-1], run, space, part)
            space = ""
    return [tuple(replace(run, text="".join(parts)) for run, parts in found) for found in paragraphs if found]


def _add_word(found: list[tuple[Run, list[str]]], run: Run, space: str, word: str) -> None:
    gap = ("\n" if "\n" in space else " ") if space and found else ""
    if found and run.looks_like(found[-1][0]):
        found[-1][1].append(gap + word)
    elif gap and (run.href or run.bold or run.italic):
        found[-1][1].append(gap)
        found.append((run, [word]))
    else:
        found.append((run, [gap + word]))
