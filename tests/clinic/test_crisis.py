"""Which words bring the crisis card, and which do not."""

import tomllib
from pathlib import Path

import pytest

from clinic.search.crisis import suggests_crisis, words_of
from clinic.search.words import slips

ALARMING = [
    "suicide", "Suicidal thoughts", "sucide", "suiside", "suicied", "siucide prevention", "suicideee", "kill myself",
    "killing my self", "kil myslef", "i want to kill myself", "I want to just die", "wanna die",
    "don't want to live anymore", "don’t want to wake up", "no reason to live", "better off dead", "end it all",
    "end my life", "self harm", "self-harm", "selfharm", "self harming teen", "cutting", "cutting myself",
    "I cut my arms", "overdose", "overdosed on pills", "overdoze", "abuse", "child abuse", "my husband abuses me",
    "absue", "rape", "raped", "date rape", "hurt me", "he hits me", "my dad hits me", "my boyfriend choked me",
    "sexual assault", "sexualy asaulted", "domestic violence", "domestik violance", "afraid of my husband",
    "i want to hurt someone", "crisis", "crisis line", "988", "emergency", "KILL MYSELF", "quiero morir", "suicidio",
    "violación", "how many pills", "jump off a bridge", "I do not want to be here anymore", "i can't go on",
    "i cannot take it anymore", "my mom hits me", "voices are telling me", "how to stop cutting", "teen cutting",
    "I wish I was dead", "thinking about dying", "want to hurt myself", "hurting myself",
]  # fmt: skip
HARMLESS = [
    "dying of laughter", "want to die of laughter", "want to die laughing", "cutting down on coffee",
    "cut down on sugar", "cutting back on alcohol", "cutting carbs", "cutting ties with family", "grape", "drapes",
    "therapy", "therapist", "racing thoughts", "amusing", "decide", "side effects", "sleep", "anxiety", "assertive",
    "living with grief", "fear of flying", "killing time", "this job is killing me", "midlife crisis",
    "emergency contact", "drug abuse", "overdue bill", "overdone", "cut", "hit rock bottom", "my phone is dead",
    "dead end job", "deadline stress", "living alone", "death of my mother", "coping with death", "grief after death",
    "how did you feel", "suit", "cuisine", "suite", "insurance", "default", "result", "the end of the day",
    "new life", "take my life back", "hurt feelings", "my back hurts", "burned out", "burnout",
    "how to wake up early", "I don't want to wake up early", "trauma", "salt", "harmony", "farm", "end of therapy",
    "live with less worry", "consult", "couples counseling", "fight with my wife", "argue with my partner",
    "afraid of my exam", "self esteem", "self care", "self-compassion", "want to be happy", "reason", "robin",
    "first visit", "dying to meet you", "a meal to die for", "overcome anxiety", "overcoming fear", "overdoing it",
    "overused",
]  # fmt: skip
ARTICLES = Path(__file__).resolve().parents[2] / "clinic" / "demo" / "articles"
HEAVY = {
    "abuse",
    "abused",
    "abuser",
    "crisis",
    "emergency",
    "suicide",
    "suicidal",
    "cutting",
    "overdose",
    "988",
    "911",
    "hotline",
}


@pytest.mark.parametrize("words", ALARMING)
def test_words_of_somebody_in_need_are_noticed(words):
    assert suggests_crisis(words)
    assert suggests_crisis(f"  please help: {words.upper()}!! ")


@pytest.mark.parametrize("words", HARMLESS)
def test_other_words_are_left_in_peace(words):
    assert not suggests_crisis(words)


@pytest.mark.parametrize("words", ["cutting down on coffee, i want to die", "drug abuse and my dad hits me"])
def test_harmless_words_do_not_hide_others(words):
    assert suggests_crisis(words)


def test_no_other_word_of_the_articles_is_taken_for_a_mistyped_one():
    text = " ".join(str(tomllib.loads(path.read_text())) for path in ARTICLES.glob("*.toml"))
    words = set(words_of(text))
    assert len(words) > 1000
    assert {word for word in words if suggests_crisis(word)} <= HEAVY


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("", "", 0), ("grief", "grief", 0), ("greif", "grief", 1), ("grif", "grief", 1), ("griief", "grief", 1),
     ("gruef", "grief", 1), ("anxeity", "anxiety", 1), ("sleep", "", 5), ("kitten", "sitting", 3)],
)  # fmt: skip
def test_slips_are_counted(one, other, expected):
    assert slips(one, other) == slips(other, one) == expected
