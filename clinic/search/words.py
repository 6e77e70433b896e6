"""Words without accents and capitals, and how far apart two of them are. Pure: no database."""

import re
import unicodedata

SHORTEST = 4  # letters of a word whose spelling is looked at; shorter ones resemble too many others
LONGEST = 30
WORD = re.compile(r"[^\W\d_]+")  # letters of any script


def plain(text: str) -> str:
    """Return *text* in small letters, without accents: “Café” is “cafe”."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def long_words(text: str) -> set[str]:
    """Return the words of *text* whose spelling is looked at, in small letters and without accents."""
    return {word for word in WORD.findall(plain(text)) if SHORTEST <= len(word) <= LONGEST}


def slips(one: str, other: str) -> int:
    """Return how many letters were missed, added, changed or swapped with the next one between two words."""
    before, row = [], list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, above, row = row, before, [i]
        for j, their in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != their))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == their:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
    return row[-1]
