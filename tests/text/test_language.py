"""Language by word: known words, affixes, spelling, neighbours."""

import pytest

from tts.errors import CheckpointError
from tts.text import language


@pytest.mark.parametrize(
    "word", "saya yang dengan pergi esok makan sekolah kerajaan berlari menyanyi tidak boleh jumpa lah dunia".split()
)
def test_malay_words(word: str) -> None:
    assert language.score(word) > 2


@pytest.mark.parametrize(
    "word", "the shopping mall weekend please would through happy friday office world know isn't we're".split()
)
def test_english_words(word: str) -> None:
    assert language.score(word) < -2


@pytest.mark.parametrize("word", "bank hotel hospital internet data video".split())
def test_words_of_both_say_little(word: str) -> None:
    assert abs(language.score(word)) < 2


@pytest.mark.parametrize(
    ("word", "malay"),
    [("menyekolahkannya", True), ("bermakanan", True), ("throughputness", False), ("blightedly", False)],
)
def test_words_that_no_table_lists(word: str, malay: bool) -> None:
    assert not language.known(word)
    assert (language.score(word) > 0) is malay


def test_capitals_do_not_matter() -> None:
    assert language.score("Saya") == language.score("saya") and language.known("saya")


def test_other_letters_are_no_error() -> None:
    assert abs(language.score("äöü")) < 6 and abs(language.score("")) < 6


def test_a_word_of_no_language_follows_its_neighbours() -> None:
    assert language.decide([9, 0, 9])[0] == ["ms", "ms", "ms"]
    assert language.decide([-9, 0, -9])[0] == ["en", "en", "en"]
    assert language.decide([9, -9, 9])[0] == ["ms", "en", "ms"]
    assert language.decide([9, -3, 9])[0] == ["ms", "ms", "ms"]
    assert language.decide([])[0] == [] and language.decide([0])[0] == ["en"]


def test_what_came_before_leans_the_start() -> None:
    _, lean = language.decide([9, 9])
    assert lean > 0 and language.decide([0, 0], lean)[0] == ["ms", "ms"]
    assert language.decide([-9], lean)[0] == ["en"]


def test_the_path_is_the_best_of_all() -> None:
    """Viterbi against every path of six words."""
    scores = [3.0, -1.0, -4.0, 2.0, 0.0, -0.5]

    def value(path: int) -> float:
        signs = [1 if path >> place & 1 else -1 for place in range(6)]
        changes = sum(a != b for a, b in zip(signs, signs[1:], strict=False))
        return sum(sign * score / 2 for sign, score in zip(signs, scores, strict=True)) - changes * language.SWITCH

    best = max(range(64), key=value)
    assert language.decide(scores)[0] == ["ms" if best >> place & 1 else "en" for place in range(6)]


def test_guess() -> None:
    assert (
        language.guess("makan", "en") == "ms"
        and language.guess("bank", "ms") == "ms"
        and language.guess("bank", "en") == "en"
    )


def test_a_damaged_table_is_one_clear_error(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path

    bad = Path(str(tmp_path)) / "words.z"
    bad.write_bytes(b"damaged")
    monkeypatch.setattr(language, "table_path", lambda: bad)
    language._table.cache_clear()
    try:
        with pytest.raises(CheckpointError, match="install the package again"):
            language._table()
    finally:
        monkeypatch.undo()
        language._table.cache_clear()
