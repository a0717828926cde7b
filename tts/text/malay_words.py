"""How a Malay word is built: prefixes, root and suffixes, by rule and a list of roots.

Affixes matter to the sounds: their e is always pepet, a root's last a or k changes before some suffixes, and a root's
marked spelling (data/lexicon/ms_marked.txt) has to be found inside its derived words.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tts.text.lexicon import data_dir

# Prefix, and the first letters of roots that the prefix swallowed ("" where it swallows none).
_PREFIXES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("meng", ("", "k")), ("peng", ("", "k")), ("menge", ("",)), ("penge", ("",)), ("meny", ("s",)), ("peny", ("s",)),
    ("mem", ("", "p")), ("pem", ("", "p")), ("men", ("", "t")), ("pen", ("", "t")), ("me", ("",)), ("pe", ("",)),
    ("ber", ("",)), ("be", ("",)), ("bel", ("",)), ("ter", ("",)), ("te", ("",)), ("per", ("",)), ("pel", ("",)),
    ("ke", ("",)), ("se", ("",)), ("di", ("",)),
)  # fmt: skip
_NASAL_STARTS = {"mem": "bpfv", "pem": "bpfv", "men": "cdjtszn", "pen": "cdjtszn"}
_SUFFIXES = ("kan", "an", "i")
_CLITICS = ("nya", "lah", "kah", "tah", "pun", "mu", "ku")
_VOWELS = frozenset("aeiou")
_MOST_PREFIXES = 3


@dataclass(frozen=True)
class Split:
    """One reading of a word. `dropped` is the first letter of `root` that the prefix swallowed."""

    prefixes: tuple[str, ...]
    root: str
    suffix: str = ""
    clitic: str = ""
    dropped: str = ""


def splits(word: str) -> Iterator[Split]:
    """Readings of `word` with at least one affix and a root of two syllables, fewest affixes first."""
    for clitic in ("", *(c for c in _CLITICS if word.endswith(c))):
        stem = word[: len(word) - len(clitic)]
        for suffix in ("", *(s for s in _SUFFIXES if stem.endswith(s))):
            for core in _prefixed(stem[: len(stem) - len(suffix)], ()):
                if (core.prefixes or suffix or clitic) and _vowels(core.root) >= 2:
                    yield Split(core.prefixes, core.root, suffix, clitic, core.dropped)


def _prefixed(core: str, before: tuple[str, ...]) -> Iterator[Split]:
    yield Split(before, core)
    if len(before) < _MOST_PREFIXES:
        for prefix, swallowed in _PREFIXES:
            rest = core[len(prefix) :]
            if core.startswith(prefix) and len(rest) >= 2:
                for letter in swallowed:
                    if letter and rest[0] in _VOWELS:
                        yield Split((*before, prefix), letter + rest, dropped=letter)
                    elif not letter and rest[0] in _NASAL_STARTS.get(prefix, rest[0]):
                        yield from _prefixed(rest, (*before, prefix))


def _vowels(text: str) -> int:
    return sum(letter in _VOWELS for letter in text)


@dataclass(frozen=True)
class Vocabulary:
    """Roots by spelling: `marked` gives each its marked spelling."""

    marked: dict[str, str]
    plain: frozenset[str]

    def find(self, root: str) -> str | None:
        """Marked spelling of a known root, or None."""
        return self.marked.get(root) or (root if root in self.plain else None)


@lru_cache(1)
def vocabulary() -> Vocabulary:
    """The roots that ship with the package."""
    marked = {}
    for line in (data_dir() / "ms_marked.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            for entry in line.split():
                spelling, _, said = entry.partition("=")
                marked[spelling if said else unmark(spelling)] = said or spelling.replace("q", "ʔ")
    packed = data_dir() / "ms_roots.txt.z"
    plain = zlib.decompress(packed.read_bytes()).decode().split() if packed.exists() else []
    return Vocabulary(marked, frozenset(plain))


def unmark(spelling: str) -> str:
    """The ordinary spelling of a marked root."""
    return spelling.replace("é", "e").replace("ë", "e").replace(".", "").replace("q", "k")


def analyse(word: str) -> Split:
    """The best reading of `word`, its root in marked spelling: a known word as it is, else affixes around a known root.

    A word whose root is unknown keeps its clitic and a -kan after a vowel apart, where the rest looks like a root.
    """
    known = vocabulary()
    whole = known.find(word)
    if whole is not None:
        return Split((), whole)
    for split in splits(word):
        root = known.find(split.root)
        if root is not None:
            return Split(split.prefixes, root, split.suffix, split.clitic, split.dropped)
    for ending in ("nya", "lah", "kah", "kan"):
        stem = word[: -len(ending)]
        if word.endswith(ending) and stem.endswith(tuple(_VOWELS)) and _vowels(stem) >= 2:
            return Split((), stem, *(("kan", "") if ending == "kan" else ("", ending)))
    return Split((), word)
