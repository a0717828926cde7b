"""Words of a sentence are matched with what was spoken for them, and merged words are left out."""

import pytest

from training.corpus_words import Sentence, distance, match, spoken_words, tokenize


@pytest.mark.parametrize(
    ("left", "right", "edits"), [("", "", 0), ("abc", "", 3), ("", "ab", 2), ("kitten", "sitting", 3), ("ab", "ba", 2)]
)
def test_distance(left: str, right: str, edits: int) -> None:
    assert distance(left, right) == distance(right, left) == edits


@pytest.mark.parametrize(
    ("guesses", "spoken", "owner"),
    [
        (["aa", "bb", "cc"], ["aa", "bx", "cc"], [0, 1, 2]),
        (["aa", "bb", "cc"], ["aabb", "cc"], [None, None, 1]),
        (["aa", "bb", "cc", "dd"], ["aa", "bbcc", "dd"], [0, None, None, 2]),
        ([], [], []),
    ],
)
def test_match(guesses: list[str], spoken: list[str], owner: list[int | None]) -> None:
    assert match(guesses, spoken) == owner


def test_spoken_words_skip_marks_and_merged_words() -> None:
    sentence = Sentence(tuple(tokenize("Two of the cats, gone.", "en")), "tˈu ʌvðə kˈæts, ɡˈɔn.")
    guesses = {"Two": "tu", "of": "ʌv", "the": "ðə", "cats": "kæts", "gone": "ɡɑn"}
    got = {sentence.tokens[i].text: phones for i, phones in spoken_words(sentence, lambda token: guesses[token.text])}
    assert got == {"Two": "tˈu", "cats": "kˈæts", "gone": "ɡˈɔn"}
