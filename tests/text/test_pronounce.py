"""Laws of the pronouncer: forced and user phones win, every output is speakable, any input ends."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tts.errors import TextError
from tts.symbols import CONSONANTS, STRESS, VOWELS
from tts.text.pronounce import Pronouncer, plain_letters
from tts.text.types import LANGS, Lang, Token

ALLOWED = set(VOWELS + CONSONANTS + STRESS + " ")
SPEAKER = Pronouncer()


def say(text: str, lang: Lang = "en", speaker: Pronouncer = SPEAKER) -> str:
    """Words spoken one after another, as the front end will."""
    tokens = [Token(w, 0, len(w), lang=lang) if w[0].isalpha() else Token(w, 0, 1, kind="mark") for w in text.split()]
    around = [None, *tokens, None]
    spoken = [speaker.phones(token, around[i], around[i + 2]) for i, token in enumerate(tokens)]
    return " ".join(phones for phones in spoken if phones)


def test_forced_phones_win_and_are_checked() -> None:
    assert SPEAKER.phones(Token("data", 0, 4, phones="dˈATə")) == "dˈATə"
    with pytest.raises(TextError, match=r"unknown phones @ in /d@ta/; allowed: .*ə"):
        SPEAKER.phones(Token("data", 0, 4, phones="d@ta"))
    with pytest.raises(TextError, match="no phones"):
        SPEAKER.phones(Token("data", 0, 4, phones="ˈ"))


@pytest.mark.parametrize(
    ("text", "lang", "spoken"),
    [
        ("BBC", "en", "bˌi bˌi sˈi"), ("W", "en", "dˈʌbᵊljˌu"), ("RM", "ms", "ˌar ˈɛm"),
        ("KLCC", "ms", "kˌe ˌɛl sˌi sˈi"),
    ],  # fmt: skip
)
def test_spelt_words_are_letter_names(text: str, lang: Lang, spoken: str) -> None:
    assert SPEAKER.phones(Token(text, 0, len(text), lang=lang, spell=True)) == spoken


def test_marks_breaks_and_words_without_letters_are_silent() -> None:
    assert SPEAKER.phones(Token(",", 0, 1, kind="mark")) == ""
    assert SPEAKER.phones(Token("", 0, 0, kind="break", pause_s=0.5)) == ""
    for text in ("", "123", "漢字", "́", "-'-", "🙂"):
        assert SPEAKER.phones(Token(text, 0, len(text))) == "", text


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Café", "cafe"), ("O’Brien", "o'brien"), ("naïve", "naive"), ("ﬁt", "fit"), ("Łódź", "lodz"),
        ("straße", "strasse"),
    ],  # fmt: skip
)
def test_accents_come_off(text: str, letters: str) -> None:
    assert plain_letters(text) == letters


def test_user_lexicon_wins_over_ours(tmp_path: Path) -> None:
    path = tmp_path / "mine.tsv"
    path.write_text("# mine\ntomato\ttəmˈɑTO\nbaru\tms\tbˈaru\n", "utf-8")
    mine = Pronouncer(path)
    assert say("Tomato", speaker=mine) == "təmˈɑTO" != say("Tomato")
    assert mine.phones(Token("baru", 0, 4, lang="ms")) == "bˈaru"
    assert mine.phones(Token("baru", 0, 4, lang="en")) == SPEAKER.phones(Token("baru", 0, 4, lang="en"))


@settings(max_examples=300, deadline=None)
@given(
    text=st.text(max_size=40) | st.from_regex(r"[a-zA-Z'\-é]{0,30}", fullmatch=True),
    lang=st.sampled_from(LANGS),
    spell=st.booleans(),
    tag=st.sampled_from([None, "noun", "verb", "past", "no such tag"]),
    neighbour=st.sampled_from([None, "the", "apple", "to", "漢"]),
)
def test_every_output_is_speakable(text: str, lang: Lang, spell: bool, tag: str | None, neighbour: str | None) -> None:
    beside = Token(neighbour, 0, 1, lang=lang) if neighbour else None
    phones = SPEAKER.phones(Token(text, 0, len(text), lang=lang, spell=spell, tag=tag), beside, beside)
    assert set(phones) <= ALLOWED
    assert phones == phones.strip()
    assert "  " not in phones
    assert bool(phones) == any(letter.isalpha() for letter in plain_letters(text))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("word", ["a" * 1000, "b" * 1000, "meng" * 250, "unre" * 250, "-" * 1000, "s'" * 500])
def test_a_thousand_letters_end(word: str, lang: Lang) -> None:
    phones = SPEAKER.phones(Token(word, 0, len(word), lang=lang))
    assert set(phones) <= ALLOWED
    assert len(phones) < 12 * len(word)


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("of the dog", [True, False]), ("out of the house", [True, False, False]),
        ("he does not have", [False, True, False]), ("dog of", [False]), ("The of", [False]),
    ],
)  # fmt: skip
def test_function_words_said_as_one(text: str, joined: list[bool]) -> None:
    tokens = [Token(word, 0, len(word)) for word in text.split()]
    before = [None, *tokens]
    got = [SPEAKER.joined(token, tokens[i + 1], before[i]) for i, token in enumerate(tokens[:-1])]
    assert got == joined


def test_joined_needs_english_words_of_ours(tmp_path: Path) -> None:
    of, the = Token("of", 0, 2), Token("the", 3, 6)
    assert SPEAKER.joined(of, the)
    assert not SPEAKER.joined(of, None)
    assert not SPEAKER.joined(Token("of", 0, 2, lang="ms"), the)
    assert not SPEAKER.joined(of, Token("the", 3, 6, phones="ðˈi"))
    assert not SPEAKER.joined(of, Token(",", 3, 4, kind="mark"))
    path = tmp_path / "mine.tsv"
    path.write_text("of\tˈɔf\n", "utf-8")
    assert not Pronouncer(path).joined(of, the)


def test_same_word_same_phones_whatever_came_before() -> None:
    words = [f"{a}{b}zen" for a in "abcdefghij" for b in "klmnopqrst"]
    first = [say(word) for word in words]
    for _ in range(50):
        say("some other words pass through")
    assert [say(word) for word in words] == first
