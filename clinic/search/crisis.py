"""Tells when words suggest that somebody needs help right now. The words themselves stand in `crisis.toml`."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from clinic.search.words import plain, slips

GAP = 2  # other words that may stand where a line has “…”
LONG = 7  # letters of a word that may be mistyped twice
TAKEN_OUT = "—"  # stands for harmless words, so that those beside them do not become neighbours


@dataclass(frozen=True)
class Part:
    """One place in a line: the words that fit, those that fit also when mistyped, and whether others may precede."""

    exact: frozenset[str]
    mistyped: frozenset[str]
    after_others: bool

    def fits(self, word: str) -> bool:
        """Return whether *word* is one of these."""
        if word in self.exact:
            return True
        for one in self.mistyped:
            most = 2 if len(one) >= LONG else 1
            if word[0] == one[0] and abs(len(word) - len(one)) <= most and slips(word, one) <= most:
                return True
        return len(word) > 4 and any(sorted(word) == sorted(one) and slips(word, one) == 1 for one in self.exact)


def read_line(line: str) -> list[Part]:
    """Return the parts of a line of `crisis.toml`, which explains how they are written."""
    parts, after_others = [], False
    for token in line.split():
        if token == "…":  # noqa: S105 - not a password
            after_others = True
            continue
        words = token.split("|")
        mistyped = frozenset(word[:-1] for word in words if word.endswith("~"))
        parts.append(Part(frozenset(word.rstrip("~") for word in words), mistyped, after_others))
        after_others = False
    return parts


def read_list() -> tuple[list[list[Part]], list[list[Part]]]:
    """Return the alarms, and what is harmless."""
    lists = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return [read_line(line) for line in lists["alarms"]], [read_line(line) for line in lists["harmless"]]


ALARMS, HARMLESS = read_list()


def suggests_crisis(text: str) -> bool:
    """Return whether *text*, as somebody typed it, has one of the alarms."""
    words = words_of(text)
    for line in HARMLESS:
        for start in range(len(words)):
            if end := end_of(line, words, start):
                words[start:end] = [TAKEN_OUT] * (end - start)
    return any(end_of(line, words, start) for line in ALARMS for start in range(len(words)))


def words_of(text: str) -> list[str]:
    """Return the words and numbers of *text* as `crisis.toml` writes them: “Don’t” is “dont”, “diiiie” is “die”."""
    text = plain(re.sub("['’ʼ`´]", "", text))
    text = re.sub(r"([^\W\d_])\1{2,}", r"\1", text)
    text = re.sub(r"\b(my|him|her|your) self\b", r"\1self", text)
    return re.findall(r"[^\W_]+", text)


def end_of(line: list[Part], words: list[str], start: int) -> int:
    """Return where *line* ends in *words* when it begins at *start*; 0 when it does not."""
    place = start
    for part in line:
        last = place + GAP if part.after_others else place
        place = next((i + 1 for i in range(place, min(last + 1, len(words))) if part.fits(words[i])), 0)
        if not place:
            return 0
    return place
