"""Normalisation as a table: what is written, what is spoken.

Spoken forms are in the notation of `tts.text.normalize.words`: "^BBC" is spelt, "~anak" is joined to the word before.
"""

from pathlib import Path

import pytest

from tts.text.normalize import normalize
from tts.text.types import Token

CASES = Path(__file__).parent / "normalize_cases"
ENGLISH = (CASES / "english.txt").read_text("utf-8")
MALAY = (CASES / "malay.txt").read_text("utf-8")
MIXED = (CASES / "mixed.txt").read_text("utf-8")


def rows(table: str) -> list[tuple[str, str]]:
    """Lines of "written | spoken"; escapes stand for control characters."""
    split = (line.split(" | ") for line in table.strip().splitlines())
    return [(written.replace("\\t", "\t").replace("\\n", "\n"), spoken) for written, spoken in split]


def notation(tokens: tuple[Token, ...]) -> str:
    """Tokens as written in the tables."""
    return " ".join(("^" if token.spell else "~" if token.joined else "") + token.text for token in tokens)


@pytest.mark.parametrize(("written", "spoken"), rows(ENGLISH))
def test_english(written: str, spoken: str) -> None:
    assert notation(normalize(written, "en").tokens) == spoken


@pytest.mark.parametrize(("written", "spoken"), rows(MALAY))
def test_malay(written: str, spoken: str) -> None:
    assert notation(normalize(written, "ms").tokens) == spoken


@pytest.mark.parametrize(("written", "langs"), rows(MIXED))
def test_language_of_each_word(written: str, langs: str) -> None:
    words = [token for token in normalize(written).tokens if token.kind == "word"]
    assert " ".join(word.lang for word in words) == langs, [word.text for word in words]
