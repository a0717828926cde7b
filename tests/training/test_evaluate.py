"""The evaluation: its sentences, and the words it compares."""

from pathlib import Path

import pytest

from training.evaluate import Judge, Score, main, read_sentences, spoken_words, table
from tts.errors import ConfigError
from tts.text.front import FrontEnd


@pytest.mark.parametrize(("name", "count"), [("en", 50), ("ms", 50), ("mixed", 20)])
def test_sentences(name: str, count: int) -> None:
    sentences = read_sentences(name)
    assert len(sentences) == len(set(sentences)) == count
    assert all(7 <= len(sentence.split()) <= 14 and sentence[-1] in ".?" for sentence in sentences)
    assert not any(character.isdigit() for sentence in sentences for character in sentence)
    assert any(sentence.endswith("?") for sentence in sentences)


@pytest.mark.parametrize(
    ("said", "heard", "lang"),
    [
        ("Fifteen volunteers, at nine.", "15 volunteers at 9", "en"),
        ("Doctor Evans asked twice!", "Dr. Evans asked twice.", "en"),
        ("Budak-budak itu ada dua belas.", "budak budak itu ada 12", "ms"),
    ],
)
def test_spelling_is_no_error(said: str, heard: str, lang: str) -> None:
    front = FrontEnd()
    assert spoken_words(front, said, lang) == spoken_words(front, heard, lang) != ""


def test_other_words_are_an_error() -> None:
    front = FrontEnd()
    assert spoken_words(front, "Seven chickens.", "en") != spoken_words(front, "Eleven chickens.", "en")
    assert spoken_words(front, "...", "en") == ""


def test_table() -> None:
    score = Score("heart", "en", 50, 0.1234, 0.05, 3.014, ())
    assert table([score]).splitlines()[2] == "| heart | 50 en | 0.123 | 0.050 | 3.01 |"


def test_missing_recogniser(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ConfigError, match="no recogniser in"):
        Judge(tmp_path, 5)
    assert main(["--asr", str(tmp_path), "--folder", str(tmp_path / "none")]) == 2
    assert capsys.readouterr().err.startswith("tts: error: ")
