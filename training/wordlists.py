"""Builds data/language/words.z: how English or Malay words and letters are, for `tts.text.language`.

Needs the package `wordfreq` (code Apache-2.0, frequencies CC BY-SA 4.0, Robyn Speer) only here; the table is a
derived work and keeps that licence (data/language/LICENSE-wordfreq). Run: python -m training.wordlists
"""

import math
import zlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import wordfreq

from tts.text.language import LETTERS, table_path, trigrams

FLOOR = 3e-8  # frequency given to a word that a list lacks
EN_LEAST, MS_LEAST = 1.5e-6, 1.2e-6  # rarer words are left to their letters
CONTAMINATION = 0.8  # decades: Malay texts quote much English, English ones little Malay
SHARED = 0.4  # decades: a loan that both languages use as their own
SCALE = 3.0  # steps of the table in a decade of odds
LIMIT = 9


def frequencies() -> dict[str, tuple[float, float]]:
    """Frequency of each word in English and in Malay (or, discounted, Indonesian, its close relative)."""
    english, malay, indonesian = (wordfreq.get_frequency_dict(lang) for lang in ("en", "ms", "id"))
    words = {word for word, share in english.items() if share >= EN_LEAST}
    words |= {word for word, share in malay.items() if share >= MS_LEAST}
    words |= {word for word, share in indonesian.items() if share >= 2 * MS_LEAST}
    plain = (word for word in words if word.isascii() and word.isalpha() and len(word) > 1 or word in ("i", "a"))
    return {
        word: (english.get(word, 0.0), max(malay.get(word, 0.0), 0.4 * indonesian.get(word, 0.0))) for word in plain
    }


def odds(english: float, malay: float) -> float:
    """Decades by which a word is more Malay (positive) or English (negative)."""
    raw = math.log10((malay + FLOOR) / (english + FLOOR))
    return raw - CONTAMINATION if raw < -SHARED else raw


def letter_odds(words: dict[str, float]) -> dict[int, float]:
    """The same for three letters in a row, learnt from the words that are clearly one or the other."""
    counts = {True: Counter[int](), False: Counter[int]()}
    for word, score in words.items():
        if abs(score) > 1:
            counts[score > 0].update(trigrams(word))
    totals = {side: sum(count.values()) for side, count in counts.items()}
    keys: Iterable[int] = counts[True].keys() | counts[False].keys()
    return {
        key: math.log10((counts[True][key] + 0.5) / totals[True])
        - math.log10((counts[False][key] + 0.5) / totals[False])
        for key in keys
    }


def build(path: Path) -> int:
    """Writes the table; returns the number of words in it."""
    words = {word: odds(*shares) for word, shares in frequencies().items()}
    letters = letter_odds(words)
    table = bytearray([128]) * LETTERS**3
    for key, value in letters.items():
        table[key] = 128 + max(-100, min(100, round(value * 40)))
    lines = []
    for word, score in sorted(words.items()):
        if abs(score) < SHARED:
            score += 0.1 * sum(letters.get(key, 0.0) for key in trigrams(word))
        lines.append(f"\n{word} {max(-LIMIT, min(LIMIT, round(score * SCALE)))}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zlib.compress(bytes(table) + "".join([*lines, "\n"]).encode(), 9))
    return len(words)


if __name__ == "__main__":
    print(f"{build(table_path())} words in {table_path()}")
