"""Numbers in words can be read back: what was spoken is the number that was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.text.normalize import numbers
from tts.text.types import Lang

EN = {word: value for value, word in enumerate(numbers._EN_SMALL)} | {
    word: 10 * tens for tens, word in enumerate(numbers._EN_TENS) if word
}
MS = {word: value for value, word in enumerate(numbers._MS_SMALL)}
EN_SCALES = {word: 1000**power for power, word in enumerate(numbers._EN_SCALES) if word}
MS_SCALES = {word: 1000**power for power, word in enumerate(numbers._MS_SCALES) if word}


def read_english(spoken: str) -> int:
    total = group = 0
    for word in spoken.split():
        if word == "hundred":
            group *= 100
        elif word in EN_SCALES:
            total, group = total + group * EN_SCALES[word], 0
        else:
            group += EN[word]
    return total + group


def read_malay(spoken: str) -> int:
    total = group = unit = 0
    for word in spoken.split():
        if word == "seribu":
            total, group, unit = total + 1000, 0, 0
        elif word == "seratus":
            group, unit = group + 100, 0
        elif word in ("ratus", "puluh"):
            group, unit = group + unit * (100 if word == "ratus" else 10), 0
        elif word == "belas":
            group, unit = group + unit + 10, 0
        elif word in MS_SCALES:
            total, group, unit = total + (group + unit) * MS_SCALES[word], 0, 0
        else:
            unit = MS[word]
    return total + group + unit


WHOLE = st.one_of(st.integers(0, 2_100), st.integers(0, 10**18 - 1), st.integers(0, 20).map(lambda power: 10**power))


@given(WHOLE)
def test_english_reads_back(value: int) -> None:
    assert read_english(numbers.cardinal(str(value), "en")) == value


@given(WHOLE)
def test_malay_reads_back(value: int) -> None:
    assert read_malay(numbers.cardinal(str(value), "ms")) == value


@given(st.text("0123456789", min_size=22, max_size=60))
def test_more_digits_than_have_a_name(digits: str) -> None:
    spoken = numbers.cardinal(digits, "en").split()
    assert "".join(str(EN[word]) for word in spoken) == digits


@given(st.integers(1000, 9999))
def test_years_have_their_digits(value: int) -> None:
    spoken = numbers.year(str(value), "en").replace("oh ", "")
    if "thousand" in spoken:
        assert read_english(spoken) == value
    else:
        words = spoken.split()
        halves = [words[:split] for split in range(1, len(words))]
        assert any(
            read_english(" ".join(half)) * 100 + read_english(" ".join(words[len(half) :]).replace("hundred", ""))
            == value
            for half in halves
        )


@given(st.integers(1, 399))
def test_roman_numerals(value: int) -> None:
    assert numbers.roman(numbers._to_roman(value)) == value


@pytest.mark.parametrize("text", ["", "IIX", "VV", "IC", "ABC", "XM", "IIII", "vi", "LL"])
def test_no_roman_numerals(text: str) -> None:
    assert numbers.roman(text) is None


@pytest.mark.parametrize(
    ("value", "lang", "spoken"),
    [
        ("1", "en", "first"),
        ("12", "en", "twelfth"),
        ("20", "en", "twentieth"),
        ("101", "en", "one hundred first"),
        ("1000000", "en", "one millionth"),
        ("1", "ms", "pertama"),
        ("2", "ms", "kedua"),
        ("1000", "ms", "keseribu"),
    ],
)
def test_ordinals(value: str, lang: Lang, spoken: str) -> None:
    assert numbers.ordinal(value, lang) == spoken
