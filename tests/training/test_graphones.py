"""Alignments own every item once, in order, and find what belongs together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.graphones import Aligner, Pair, bare, units

PAIRS = [
    Pair(tuple(word), units(phones))
    for word, phones in [("box", "bˈɑks"), ("fox", "fˈɑks"), ("ship", "ʃˈɪp"), ("shop", "ʃˈɑp"), ("hip", "hˈɪp"),
                         ("pish", "pˈɪʃ"), ("bib", "bˈɪb"), ("fib", "fˈɪb"), ("hop", "hˈɑp"), ("sip", "sˈɪp")] * 5
]  # fmt: skip


def test_units_keep_stress_with_the_vowel() -> None:
    assert units("kˈæt") == ("k", "ˈæ", "t")
    assert bare(units("ˌabˈi")) == "abi"


@pytest.mark.parametrize(
    ("word", "phones", "chunks"),
    [("box", "bˈɑks", [("b",), ("ˈɑ",), ("k", "s")]), ("ship", "ʃˈɪp", [("ʃ",), (), ("ˈɪ",), ("p",)])],
)
def test_learns_double_and_silent_letters(word: str, phones: str, chunks: list[tuple[str, ...]]) -> None:
    got = Aligner().fit(PAIRS, 4).align(Pair(tuple(word), units(phones)))
    assert got is not None
    assert got[-1] == chunks[-1]
    assert [chunk for chunk in got if chunk] == [chunk for chunk in chunks if chunk]


@given(st.text("abc", min_size=1, max_size=6), st.text("xyz", max_size=14))
def test_every_item_is_owned_once_in_order(left: str, right: str) -> None:
    chunks = Aligner().fit(PAIRS, 1).align(Pair(tuple(left), tuple(right)))
    if len(right) > 2 * len(left):
        assert chunks is None
    else:
        assert chunks is not None
        assert len(chunks) == len(left)
        assert "".join("".join(chunk) for chunk in chunks) == right
