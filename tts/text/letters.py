"""Letter-to-sound for English words that no lexicon knows: one decision tree per letter, read left to right.

Follows Black, Lenzo and Pagel (1998), "Issues in building general letter to sound rules". Differs: stress is predicted
with the vowels, and the trees also see the sounds already chosen.
"""

import json
import struct
import sys
import zlib
from array import array
from collections.abc import Sequence
from pathlib import Path

from tts.errors import CheckpointError
from tts.symbols import VOWELS

MAGIC = b"TTSLTS01"
ALPHABET = "abcdefghijklmnopqrstuvwxyz"
LEAF = 255
_REACH = 4
_ENDS = 4
_VOWEL_LETTERS = "aeiouy"
_REDUCED = "əᵻᵊ"


def letter_id(word: str, at: int) -> int:
    """1 to 26 for a letter of `word`, 0 outside it."""
    return ALPHABET.index(word[at]) + 1 if 0 <= at < len(word) else 0


def vowel_groups(letters: str) -> int:
    """How many runs of vowel letters there are."""
    after = letters[1:] + "#"
    return sum(a in _VOWEL_LETTERS and b not in _VOWEL_LETTERS for a, b in zip(letters, after, strict=False))


def features(word: str, at: int, chosen: Sequence[int], stressed: bool) -> list[int]:
    """What the tree of letter `at` looks at: letters around it, the end of the word, labels chosen so far."""
    near = [letter_id(word, at + shift) for shift in range(-_REACH, _REACH + 1) if shift]
    ends = [letter_id(word, len(word) - back) for back in range(1, _ENDS + 1)]
    past = [chosen[-back] + 1 if back <= len(chosen) else 0 for back in (1, 2, 3)]
    before, after = min(vowel_groups(word[:at]), 4), min(vowel_groups(word[at + 1 :]), 4)
    return [*near, *ends, *past, int(stressed), before, after, min(at, 6), min(len(word) - at, 8)]


class LetterRules:
    """The trees, and the sounds they choose."""

    def __init__(self, path: Path) -> None:
        """Reads the trees.

        Raises:
            CheckpointError: the file is missing or damaged.
        """
        try:
            data = path.read_bytes()
            if data[: len(MAGIC)] != MAGIC:
                raise CheckpointError(f"{path} holds no letter rules: it starts with {data[:8]!r}, not {MAGIC!r}")
            body = zlib.decompress(data[len(MAGIC) :])
            (size,) = struct.unpack_from("<I", body)
            header = json.loads(body[4 : 4 + size])
        except OSError as error:
            raise CheckpointError(f"cannot read the letter rules {path}: {error.strerror}") from error
        except (zlib.error, struct.error, ValueError) as error:
            raise CheckpointError(f"the letter rules {path} are damaged: {error}") from error
        self._labels: list[str] = header["labels"]
        self._roots: list[int] = header["roots"]
        nodes = header["nodes"]
        self._tests = body[4 + size : 4 + size + nodes]
        self._values = body[4 + size + nodes : 4 + size + 2 * nodes]
        self._skips = array("I", _words(body[4 + size + 2 * nodes :], nodes))
        if sys.byteorder == "big":
            self._skips.byteswap()

    def phones(self, word: str) -> str:
        """Phones of `word` (letters a to z; others are passed over) with one primary stress if it has a vowel."""
        word = "".join(letter for letter in word if letter in ALPHABET)
        chosen: list[int] = []
        stressed = False
        for at in range(len(word)):
            label = self._choose(letter_id(word, at) - 1, features(word, at, chosen, stressed))
            stressed = stressed or "ˈ" in self._labels[label]
            chosen.append(label)
        return stress_once("".join(self._labels[label] for label in chosen))

    def _choose(self, tree: int, seen: Sequence[int]) -> int:
        node = self._roots[tree]
        while self._tests[node] != LEAF:
            node += 1 if seen[self._tests[node]] == self._values[node] else self._skips[node]
        return self._values[node]


def _words(planes: bytes, count: int) -> bytes:
    """Little-endian 32-bit numbers from their three byte planes, which compress better."""
    numbers = bytearray(4 * count)
    for k in range(3):
        numbers[k::4] = planes[k * count : (k + 1) * count]
    return bytes(numbers)


def stress_once(phones: str) -> str:
    """`phones` with exactly one primary stress, on the first full vowel if none was chosen."""
    first, mark, rest = phones.partition("ˈ")
    if mark:
        return first + mark + rest.replace("ˈ", "ˌ")
    if "ˌ" in phones:
        return phones.replace("ˌ", "ˈ", 1)
    full = [i for i, symbol in enumerate(phones) if symbol in VOWELS and symbol not in _REDUCED]
    any_vowel = full or [i for i, symbol in enumerate(phones) if symbol in VOWELS]
    return phones[: any_vowel[0]] + "ˈ" + phones[any_vowel[0] :] if any_vowel else phones
