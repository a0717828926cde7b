"""English: dictionary words as the corpus writes them, company, homographs, built words, letters."""

import pytest

from tts.symbols import VOWELS
from tts.text.english import PAIRS, WEAK_FORMS, English
from tts.text.english_words import join, plural
from tts.text.homographs import HOMOGRAPHS, senses
from tts.text.letters import stress_once
from tts.text.lexicon import check_phones
from tts.text.pronounce import Pronouncer
from tts.text.types import Token

SPEAKER = Pronouncer()


def say(text: str) -> str:
    """Words and marks spoken one after another, as the front end will."""
    tokens = [Token(w, 0, len(w), kind="word" if w[0].isalpha() else "mark") for w in text.split()]
    around = [None, *tokens, None]
    spoken = [SPEAKER.phones(token, around[i], around[i + 2]) for i, token in enumerate(tokens)]
    return " ".join(phones for phones in spoken if phones)


# What the corpus's dev and test sentences say.
@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("the people think they govern", "ðə pˈipᵊl θˈɪŋk ðA ɡˈʌvəɹn"),
        ("It is this that explains the importance", "ɪT ɪz ðɪs ðæt ɛksplˈAnz ðɪ ɪmpˈɔɹtəns"),
        ("We have emotional moving vans .", "wi hæv ɪmˈOʃənᵊl mˈuvɪŋ vˈænz"),
        ("it would be the last thing a capitalist would desire .",
         "ɪt wʊd bi ðə lˈæst θˈɪŋ ə kˈæpɪTəlˌɪst wʊd dɪzˈIəɹ"),
        ("better power and water .", "bˈɛTəɹ pˈWəɹɹ ænd wˈɔTəɹ"),
    ],
)  # fmt: skip
def test_sentences_as_the_corpus_says_them(text: str, spoken: str) -> None:
    assert say(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [("the", "ðˈə"), ("the dog", "ðə dˈɑɡ"), ("the apple", "ðɪ ˈæpᵊl"), ("to go", "tə ɡˈO"), ("to eat", "tʊ ˈit"),
     ("of", "ˈʌv"), ("and", "ˈænd"), ("that is him .", "ðæt ɪz hˌɪm")],
)  # fmt: skip
def test_weak_forms_follow_company(text: str, spoken: str) -> None:
    assert say(text) == spoken


@pytest.mark.parametrize(
    ("text", "index", "phones"),
    [
        ("I want to record it", 3, "ɹᵻkˈɔɹd"), ("the record is broken", 1, "ɹˈɛkəɹd"),
        ("I will read it", 2, "ɹˈid"), ("she has read it", 2, "ɹˈɛd"), ("they live here", 1, "lˈɪv"),
        ("a live concert", 1, "lˈIv"), ("lead pipes", 0, "lˈɛd"), ("they lead us", 1, "lˈid"),
        ("the wind blows", 1, "wˈɪnd"), ("to wind it", 1, "wˈInd"), ("close the door", 0, "klˈOz"),
        ("too close to call", 1, "klˈOs"), ("the Polish government", 1, "pˈOlɪʃ"), ("polish it", 0, "pˈɑlɪʃ"),
        ("no use", 1, "jˈus"), ("I use it", 1, "jˈuz"), ("the present day", 1, "pɹˈɛzənt"),
        ("to present it", 1, "pɹɪzˈɛnt"), ("the records", 1, "ɹˈɛkəɹdz"), ("she records it", 1, "ɹᵻkˈɔɹdz"),
        ("two houses", 1, "hˈWzᵻz"), ("it uses", 1, "jˈuzᵻz"), ("many uses", 1, "jˈusᵻz"),
    ],
)  # fmt: skip
def test_homographs_by_neighbours(text: str, index: int, phones: str) -> None:
    assert say(text).split()[index] == phones


@pytest.mark.parametrize(
    ("text", "spoken"),
    [("of the dog", "ʌv ðə dˈɑɡ"), ("of the apple", "ʌv ðɪ ˈæpᵊl"), ("for a dog", "fəɹɹ ə dˈɑɡ"), ("to be", "tə bi")],
)
def test_pairs_said_as_one(text: str, spoken: str) -> None:
    assert say(text) == spoken


def test_homographs_by_tag_whatever_the_neighbours() -> None:
    to = Token("to", 0, 2)
    assert SPEAKER.phones(Token("record", 3, 9, tag="noun"), to) == "ɹˈɛkəɹd"
    assert SPEAKER.phones(Token("record", 3, 9, tag="verb"), to) == "ɹᵻkˈɔɹd"
    assert SPEAKER.phones(Token("record", 3, 9, tag="adverb"), to) == "ɹᵻkˈɔɹd"
    assert senses("read") == ("verb", "past", "noun")


def test_tables_are_speakable() -> None:
    for form in WEAK_FORMS.values():
        for phones in (form.inside, form.before_vowel, form.before_pause, form.after_pause, form.alone):
            check_phones(phones)
    for pair in PAIRS.values():
        check_phones(pair.first + pair.second)
    for word, by_tag in HOMOGRAPHS.items():
        assert len(by_tag) > 1, word


@pytest.mark.parametrize(
    ("phones", "expected"),
    [("kˈæt", "kˈæts"), ("dˈɔɡ", "dˈɔɡz"), ("bˈʊʃ", "bˈʊʃᵻz"), ("ʤˈʌʤ", "ʤˈʌʤᵻz"), ("bˈi", "bˈiz"), ("bˈæθ", "bˈæθs")],
)
def test_plural_allomorphs(phones: str, expected: str) -> None:
    assert plural(phones) == expected


@pytest.mark.parametrize(
    ("phones", "ending", "expected"),
    [("hˈɪt", "ɪŋ", "hˈɪTɪŋ"), ("stˈɑɹt", "ᵻd", "stˈɑɹTᵻd"), ("ˈækt", "ɪŋ", "ˈæktɪŋ"), ("ˈɑpəɹ", "ɪŋ", "ˈɑpəɹɹɪŋ"),
     ("hˈOl", "li", "hˈOli")],
)  # fmt: skip
def test_endings_join_as_the_corpus_joins_them(phones: str, ending: str, expected: str) -> None:
    assert join(phones, ending) == expected


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("zebra's", "zˈibɹəz"), ("googled", "ɡˈuɡᵊld"), ("blogging", "blˈɑɡɪŋ"), ("texted", "tˈɛkstᵻd"),
        ("unfriend", "ʌnfɹˈɛnd"), ("organisation", "ˌɔɹɡənəzˈAʃən"), ("snowdragon", "snˈOdɹˌæɡən"),
    ],
)  # fmt: skip
def test_words_built_from_known_words(word: str, phones: str) -> None:
    assert say(word) == phones


@pytest.mark.parametrize("word", ["zorbulating", "plimsquat", "frandible", "quixby", "chthonik"])
def test_unknown_words_have_vowels_and_one_primary_stress(word: str) -> None:
    phones = say(word)
    assert phones.count("ˈ") == 1
    assert phones[phones.index("ˈ") + 1] in VOWELS


def test_words_without_vowels_are_spelt() -> None:
    assert say("xkcd") == "ˈɛkskˈAsˈidˈi"


def test_hyphens_part_words() -> None:
    assert say("zebra-proof") == f"{say('zebra')} {say('proof')}"


@pytest.mark.parametrize(
    ("phones", "expected"),
    [("bəbə", "bˈəbə"), ("bəbɪ", "bəbˈɪ"), ("ˌabˌi", "ˈabˌi"), ("ˈabˈi", "ˈabˌi"), ("pst", "pst")],
)
def test_stress_once(phones: str, expected: str) -> None:
    assert stress_once(phones) == expected


def test_known() -> None:
    english = English()
    assert english.known("confusion")
    assert not english.known("zorbulating")
