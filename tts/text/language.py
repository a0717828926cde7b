"""Which language each word of a mixed sentence is in: English or Malay.

A table of word frequencies (built by training/wordlists.py) or, for other words, affixes and odds of three letters in
a row say how Malay a word looks by itself; the path through the sentence that fits best, where a change of language
has a price, decides. That is a hidden Markov model with two states, decoded by Viterbi (1967); what came before the
sentence sets its start.
"""

import zlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from tts.config import data_dir
from tts.errors import CheckpointError
from tts.text.types import Lang

LETTERS = 27  # a to z and the edge of the word
SWITCH = 2.0  # price of a change of language, in the table's steps (three to a factor of ten)
CARRY = 2.0  # how far the words before may lean the start
UNKNOWN_LIMIT = 5.0  # the most an unlisted word may say
# Table corrections: loans and names that the frequencies place wrongly. Positive is Malay.
_FIXED = {
    "mall": -5.0, "boss": -5.0, "hello": -3.0, "best": -3.0, "i": -6.0, "movie": -6.0, "flight": -6.0, "minimum": 0.0,
    "traffic": -6.0, "a": -5.0, "ok": 0.0, "okay": 0.0, "air": 0.5, "main": 0.5, "bank": 0.0, "hotel": 0.0, "an": -4.0,
    "pun": 4.0, "data": 0.0, "program": 0.0, "mac": 0.0, "john": -1.0, "no": -3.0, "ah": 0.0, "oh": 0.0, "kan": 4.0,
    "hi": -3.0, "the": -9.0, "of": -9.0, "and": -9.0, "to": -9.0, "is": -9.0, "in": -5.0, "so": -5.0, "sampan": 5.0,
    "me": -5.0, "on": -5.0, "like": -6.0, "sure": -5.0, "shopping": -6.0, "meeting": -6.0, "online": -4.0,
    "weekend": -6.0, "cool": -5.0, "dunia": 6.0, "din": 0.0, "us": -4.0,
}  # fmt: skip
_PREFIXES = ("meng", "meny", "mem", "men", "peng", "peny", "pem", "pen", "ber", "ter", "per", "ke", "se", "di")
_SUFFIXES = ("kannya", "kan", "nya", "lah", "kah", "an", "ku", "mu")
_ENGLISH_ENDS = (
    "tion",
    "tions",
    "ness",
    "ing",
    "ed",
    "ly",
    "ght",
    "ould",
    "ous",
    "ful",
    "less",
    "ship",
    "'s",
    "'t",
    "'re",
    "'ve",
    "'ll",
    "'m",
    "'d",
    "ity",
)


def table_path() -> Path:
    """Where the table is."""
    return data_dir() / "language" / "words.z"


def trigrams(word: str) -> list[int]:
    """Indices of each three letters of a word, its edges included."""
    codes = [0, *(ord(letter) - 96 for letter in word if "a" <= letter <= "z"), 0]
    return [(a * LETTERS + b) * LETTERS + c for a, b, c in zip(codes, codes[1:], codes[2:], strict=False)]


class _Table:
    """Opened on first use: the odds of three letters, and lines "word score" in order, searched by first letter."""

    def __init__(self) -> None:
        path = table_path()
        try:
            raw = zlib.decompress(path.read_bytes())
        except (OSError, zlib.error) as error:
            raise CheckpointError(
                f"the table of languages {path} is missing or damaged ({error}); install the package again"
            ) from None
        self.letters, self._lines = raw[: LETTERS**3], raw[LETTERS**3 :]
        edges = [self._lines.find(b"\n%c" % letter) for letter in range(97, 123)] + [len(self._lines)]
        self._edges = dict(zip("abcdefghijklmnopqrstuvwxyz", zip(edges, edges[1:], strict=False), strict=True))

    def get(self, word: str) -> float | None:
        """Score of a listed word (lower case), or None."""
        if word in _FIXED:
            return _FIXED[word]
        edges = self._edges.get(word[:1])
        if edges is None or not word.isascii():
            return None
        key = b"\n%b " % word.encode()
        at = self._lines.find(key, edges[0], edges[1] + 1)
        return None if at < 0 else float(self._lines[at + len(key) : self._lines.index(b"\n", at + 1)])


@lru_cache(maxsize=1)
def _table() -> _Table:
    return _Table()


def known(word: str) -> bool:
    """Whether the table lists the word (lower case)."""
    return _table().get(word) is not None


@lru_cache(maxsize=4096)
def score(word: str) -> float:
    """How Malay (positive) or English (negative) a word looks by itself, about -9 to 9."""
    word = word.lower()
    listed = _table().get(word)
    if listed is not None:
        return listed
    if word.endswith(_ENGLISH_ENDS) and "'" in word:
        return -UNKNOWN_LIMIT
    stem = _stem(word)
    if stem is not None:
        return stem
    keys = trigrams(word)
    total = sum(_table().letters[key] - 128 for key in keys) / 40 * 3
    if word.endswith(_ENGLISH_ENDS):
        total -= 2
    return max(-UNKNOWN_LIMIT, min(UNKNOWN_LIMIT, total))


def _stem(word: str) -> float | None:
    """The score of a Malay stem once its affixes are off, or None."""
    for suffix in ("", *_SUFFIXES):
        if suffix and not word.endswith(suffix):
            continue
        body = word[: len(word) - len(suffix)]
        for prefix in ("", *_PREFIXES):
            stem = body[len(prefix) :]
            if body.startswith(prefix) and len(stem) > 3 and (listed := _table().get(stem) or 0.0) > 2:
                return listed
    return None


def guess(word: str, otherwise: Lang) -> Lang:
    """The language of a word on its own; `otherwise` where its look leaves it open."""
    value = score(word)
    return otherwise if abs(value) < 2 else ("ms" if value > 0 else "en")


def decide(scores: Sequence[float], lean: float = 0.0) -> tuple[list[Lang], float]:
    """Languages of a run of words and numbers.

    Args:
        scores: how Malay each one looks by itself; 0 for what says nothing.
        lean: what the text before left behind, as returned by the last call.

    Returns:
        The languages and the lean to hand to the next call.
    """
    english, malay = -lean / 2, lean / 2
    backs: list[tuple[bool, bool]] = []
    for value in scores:
        stay_en, from_ms = english, malay - SWITCH
        stay_ms, from_en = malay, english - SWITCH
        backs.append((from_ms > stay_en, from_en > stay_ms))
        english = max(stay_en, from_ms) - value / 2
        malay = max(stay_ms, from_en) + value / 2
    is_malay = malay > english
    end = malay - english
    path: list[Lang] = []
    for leave_en, leave_ms in reversed(backs):
        path.append("ms" if is_malay else "en")
        is_malay = (not leave_ms) if is_malay else leave_en
    return path[::-1], max(-CARRY, min(CARRY, end))
