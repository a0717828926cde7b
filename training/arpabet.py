"""Rewrites CMU pronunciations the way the corpus writes English; which sound is meant stays CMU's choice.

Flaps, reduced vowels, syllabic consonants and secondary stress follow conventions of the corpus that depend on the
sounds and letters around. They are learnt, as one decision tree, from words whose two pronunciations agree but for
convention.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from training.graphones import Aligner, Pair, bare, units
from training.trees import Growth, Node, grow, predict
from tts.symbols import VOWELS

_VOWELS = frozenset("AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW".split())
_VOWEL = re.compile(f"([{VOWELS}])")
_SAMPLE = 12_000
_SHARE = 6  # a value seen in fewer samples than this is "other"
# How the corpus may write each CMU sound: anything else is another pronunciation, not another convention. "-" is none.
_CONVENTIONS = {
    "AA0": "ɑ ə", "AA1": "ɑ ɔ", "AA2": "ɑ ə ɔ", "AE0": "æ ə", "AE1": "æ", "AE2": "æ ə", "AH0": "ə ɪ ᵊ ᵻ ʌ u O -",
    "AH1": "ʌ", "AH2": "ʌ ə", "AO0": "ɔ ə ɑ", "AO1": "ɔ ɑ", "AO2": "ɔ ɑ ə", "AW0": "W", "AW1": "W", "AW2": "W",
    "AY0": "I ɪ", "AY1": "I Iə", "AY2": "I Iə", "EH0": "ɛ ə ɪ ᵻ", "EH1": "ɛ æ", "EH2": "ɛ æ ə ᵻ",
    "ER0": "əɹ ɜɹ ɹ ɔɹ ʊɹ", "ER1": "ɜɹ ʊɹ ɹ", "ER2": "ɜɹ əɹ", "EY0": "A ɛ ɪ ᵻ i", "EY1": "A", "EY2": "A",
    "IH0": "ɪ ᵻ ɛ ə i", "IH1": "ɪ iə", "IH2": "ɪ ᵻ", "IY0": "i ɪ ᵻ", "IY1": "i ɪ iə", "IY2": "i ɪ ᵻ iə",
    "OW0": "O ə", "OW1": "O ɔ", "OW2": "O ə ɔ", "OY0": "Y", "OY1": "Y", "OY2": "Y", "UH0": "ʊ ʊɹ u ə jʊ", "UH1": "ʊ ʊɹ",
    "UH2": "ʊ ʊɹ", "UW0": "u ju ə ʊ jʊ", "UW1": "u ju ʊ", "UW2": "u ju", "B": "b", "CH": "ʧ", "D": "d", "DH": "ð",
    "F": "f", "G": "ɡ", "HH": "h", "JH": "ʤ", "K": "k", "L": "l ᵊl", "M": "m", "N": "n ŋ", "NG": "ŋ ŋɡ", "P": "p",
    "R": "ɹ", "S": "s", "SH": "ʃ", "T": "t T", "TH": "θ", "V": "v", "W": "w", "Y": "j i jʊ -", "Z": "z", "ZH": "ʒ",
}  # fmt: skip
_ALLOWED = {sound: frozenset(chunks.replace("-", "").split(" ")) for sound, chunks in _CONVENTIONS.items()}


@dataclass(frozen=True)
class Example:
    """A word with its CMU pronunciation and, in training, the corpus's."""

    word: str
    sounds: tuple[str, ...]
    phones: str = ""


def _plain(sound: str) -> str:
    return sound.rstrip("012")


class Converter:
    """CMU pronunciation → corpus phones, learnt from examples of both."""

    def __init__(self, examples: Sequence[Example], growth: Growth) -> None:
        self._letters = Aligner().fit([_letter_pair(e) for e in examples[:_SAMPLE]], 3)
        conventions = Aligner().fit([Pair(e.sounds, units(e.phones)) for e in examples[:_SAMPLE]], 3)
        rows, labels = _samples(examples, conventions, self._features)
        self._values = _categories(rows)
        self._labels = sorted(set(labels))
        ids = {label: i for i, label in enumerate(self._labels)}
        features = np.array([self._encode(row) for row in rows], np.int64)
        self._tree: Node = grow(features, np.array([ids[label] for label in labels], np.int64), growth)

    def __call__(self, word: str, sounds: Sequence[str]) -> str:
        """The corpus's phones for a CMU pronunciation."""
        rows = self._features(Example(word, tuple(sounds)))
        guesses = [self._labels[predict(self._tree, self._encode(row))] for row in rows]
        chunks = [g if _same(sounds, guesses, i) else _default(sounds[i]) for i, g in enumerate(guesses)]
        return "".join(_one_primary(sounds, chunks))

    def _encode(self, row: list[str]) -> list[int]:
        return [values.get(value, 0) for values, value in zip(self._values, row, strict=True)]

    def _features(self, example: Example) -> list[list[str]]:
        letters = self._owned_letters(example)
        sounds = ("#", "#", *example.sounds, "#", "#")
        vowels = [i for i, sound in enumerate(example.sounds) if _plain(sound) in _VOWELS]
        main = next((i for i in vowels if example.sounds[i].endswith("1")), vowels[0] if vowels else 0)
        rows = []
        for i in range(len(example.sounds)):
            before = sum(v < i for v in vowels)
            after = sum(v > i for v in vowels)
            lead = sum(v < main for v in vowels) - before
            rows.append([
                *sounds[i : i + 5], *(_plain(sound) for sound in sounds[i + 1 : i + 4]),
                *(example.sounds[v] if v is not None else "#" for v in _neighbours(vowels, i)),
                letters[i], letters[i][:1], letters[i][-1:],
                letters[i - 1] if i else "#", letters[i + 1] if i + 1 < len(letters) else "#",
                example.word[-3:], example.word[-2:], example.word[:2], example.word[:3],
                str(min(before, 4)), str(min(after, 4)), str(max(-3, min(3, lead))), str(len(vowels)),
                str(len(example.sounds) - i),
            ])  # fmt: skip
        return rows

    def _owned_letters(self, example: Example) -> list[str]:
        """For each sound the letters that spell it, silent ones going to the sound before."""
        chunks = self._letters.align(_letter_pair(example))
        owned = [""] * len(example.sounds)
        if chunks is None:
            return owned
        at = 0
        for letter, chunk in zip(example.word, chunks, strict=True):
            for i in range(at, at + len(chunk)):
                owned[i] += letter
            at += len(chunk)
            if not chunk:
                owned[max(at - 1, 0)] += letter
        return owned


def _default(sound: str) -> str:
    stress = {"1": "ˈ", "2": "ˌ"}.get(sound[-1], "")
    return stress + _CONVENTIONS[sound].split(" ")[0]


def _one_primary(sounds: Sequence[str], chunks: list[str]) -> list[str]:
    """`chunks` with a primary stress where CMU has it, if the tree left none or several."""
    main = next((i for i, sound in enumerate(sounds) if sound.endswith("1")), None)
    if main is None or sum("ˈ" in chunk for chunk in chunks) == 1:
        return chunks
    kept = [chunk.replace("ˈ", "ˌ") for chunk in chunks]
    kept[main] = _VOWEL.sub("ˈ\\1", kept[main].replace("ˌ", ""), count=1)
    return kept


def _neighbours(vowels: list[int], i: int) -> tuple[int | None, int | None]:
    return (max((v for v in vowels if v < i), default=None), min((v for v in vowels if v > i), default=None))


def _letter_pair(example: Example) -> Pair:
    return Pair(tuple(example.word), tuple(_plain(sound) for sound in example.sounds))


def _samples(
    examples: Sequence[Example], conventions: Aligner, features: Callable[[Example], list[list[str]]]
) -> tuple[list[list[str]], list[str]]:
    rows: list[list[str]] = []
    labels: list[str] = []
    for example in examples:
        chunks = conventions.align(Pair(example.sounds, units(example.phones)))
        if chunks and all(_same(example.sounds, chunks, i) for i in range(len(chunks))):
            rows += features(example)
            labels += ["".join(chunk) for chunk in chunks]
    return rows, labels


def _same(sounds: Sequence[str], chunks: Sequence[Sequence[str]], i: int) -> bool:
    """Whether chunk `i` is a way to write sound `i`; a vowel after ER may begin with the linking ɹ."""
    chunk = bare(chunks[i])
    linked = i > 0 and sounds[i - 1][:2] in ("ER", "UH") and chunk.startswith("ɹ")
    return chunk in _ALLOWED[sounds[i]] or (linked and chunk[1:] in _ALLOWED[sounds[i]])


def _categories(rows: list[list[str]]) -> list[dict[str, int]]:
    columns = [Counter(column) for column in zip(*rows, strict=True)]
    return [{v: i for i, (v, n) in enumerate(c.most_common(), 1) if n >= _SHARE} for c in columns]
