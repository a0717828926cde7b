"""Pronunciations by word: the packed lexicon that ships with the package, and the user's own plain-text lexicon.

A packed lexicon is an index of first words and independently compressed blocks of sorted words, so that opening it
reads a few kilobytes of index and a lookup decompresses one block of about a thousand words.
"""

import struct
import unicodedata
import zlib
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from tts import config
from tts.errors import CheckpointError, TextError
from tts.symbols import CONSONANTS, IDS, INVENTORY, STRESS, VOWELS
from tts.text.types import LANGS, Lang

MAGIC = b"TTSLEX01"
BLOCK_WORDS = 1000
SPEAKABLE = frozenset(VOWELS + CONSONANTS + STRESS + " ")
_FIRST_BYTE = 128  # phones are stored as one byte each, above ASCII
_CACHED_BLOCKS = 16


def data_dir() -> Path:
    """Folder of the lexicons that ship with the package."""
    return config.data_dir() / "lexicon"


def check_phones(phones: str) -> str:
    """`phones` without outer blanks, if a voice can speak them.

    Raises:
        TextError: empty, without any sound, or with characters outside the inventory.
    """
    phones = " ".join(phones.split())
    unknown = sorted(set(phones) - SPEAKABLE)
    if unknown:
        allowed = f"{VOWELS} {CONSONANTS} {STRESS} and space"
        raise TextError(f"unknown phones {' '.join(unknown)} in /{phones}/; allowed: {allowed}")
    if not set(phones) - set(STRESS + " "):
        raise TextError(f"no phones in /{phones}/: a pronunciation needs at least one of {VOWELS} {CONSONANTS}")
    return phones


def pack(entries: Iterable[tuple[str, str]]) -> bytes:
    """The packed form of (word, phones) pairs; words must differ, any order."""
    words = sorted(entries)
    blocks = [_pack_block(words[i : i + BLOCK_WORDS]) for i in range(0, len(words), BLOCK_WORDS)]
    firsts = "\n".join(words[i][0] for i in range(0, len(words), BLOCK_WORDS)).encode()
    index = zlib.compress(struct.pack(f"<{len(blocks)}I", *map(len, blocks)) + firsts, 9)
    return MAGIC + struct.pack("<II", len(blocks), len(index)) + index + b"".join(blocks)


def _pack_block(words: list[tuple[str, str]]) -> bytes:
    shared, tails, phones = bytearray(), [], []
    previous = ""
    for word, spoken in words:
        same = 0
        while same < min(len(word), len(previous), 99) and word[same] == previous[same]:
            same += 1
        shared.append(same)
        tails.append(word[same:].encode())
        phones.append(bytes(_FIRST_BYTE + IDS[symbol] for symbol in spoken))
        previous = word
    counted = struct.pack("<H", len(words)) + bytes(shared)
    return zlib.compress(counted + b"\n".join(tails) + b"\n\n" + b"\n".join(phones), 9)


def _unpack_block(data: bytes) -> dict[str, str]:
    raw = zlib.decompress(data)
    (words,) = struct.unpack_from("<H", raw)
    tails, _, phones = raw[2 + words :].partition(b"\n\n")
    entries = {}
    previous = ""
    for same, tail, spoken in zip(raw[2 : 2 + words], tails.decode().split("\n"), phones.split(b"\n"), strict=True):
        previous = previous[:same] + tail
        entries[previous] = "".join(INVENTORY[byte - _FIRST_BYTE] for byte in spoken)
    return entries


class PackedLexicon:
    """A read-only word → phones map on disk, as `pack` wrote it."""

    def __init__(self, path: Path) -> None:
        """Opens the lexicon; reads the index only.

        Raises:
            CheckpointError: the file is missing or is not a packed lexicon.
        """
        try:
            self._data = path.read_bytes()
        except OSError as error:
            raise CheckpointError(f"cannot read the lexicon {path}: {error.strerror}") from error
        if self._data[: len(MAGIC)] != MAGIC:
            raise CheckpointError(f"{path} is not a packed lexicon: it starts with {self._data[:8]!r}, not {MAGIC!r}")
        self._path = path
        try:
            blocks, size = struct.unpack_from("<II", self._data, len(MAGIC))
            start = len(MAGIC) + 8
            index = zlib.decompress(self._data[start : start + size])
            lengths = struct.unpack_from(f"<{blocks}I", index)
        except (zlib.error, struct.error) as error:
            raise CheckpointError(f"the lexicon {path} is damaged: {error}") from error
        self._firsts = index[4 * blocks :].decode().split("\n")
        self._ends = [start + size]
        for length in lengths:
            self._ends.append(self._ends[-1] + length)
        self._block = lru_cache(_CACHED_BLOCKS)(self._read_block)

    def _read_block(self, number: int) -> dict[str, str]:
        data = self._data[self._ends[number] : self._ends[number + 1]]
        try:
            return _unpack_block(data)
        except (zlib.error, struct.error, ValueError, IndexError) as error:
            raise CheckpointError(f"the lexicon {self._path} is damaged in block {number}: {error}") from error

    def get(self, word: str) -> str | None:
        """Phones of `word` (lower case), or None."""
        number = bisect_right(self._firsts, word) - 1
        return self._block(number).get(word) if number >= 0 else None

    def __contains__(self, word: str) -> bool:
        return self.get(word) is not None

    def items(self) -> Iterable[tuple[str, str]]:
        """All pairs, sorted by word."""
        for number in range(len(self._firsts)):
            yield from self._read_block(number).items()


class UserLexicon:
    """The user's own pronunciations, from a text file of tab-separated lines.

        # word <TAB> phones, for every language; or word <TAB> language <TAB> phones
        tomato	təmˈɑTO
        data	ms	dˈatə

    Blank lines and lines that start with # are skipped. Words match whatever their case.
    """

    def __init__(self, entries: dict[tuple[str, Lang], str]) -> None:
        self._entries = entries

    @classmethod
    def load(cls, path: Path) -> "UserLexicon":
        """Reads the file.

        Raises:
            TextError: it cannot be read, or a line (named) is not a lexicon line.
        """
        try:
            lines = path.read_text("utf-8-sig").splitlines()
        except OSError as error:
            raise TextError(f"cannot read the lexicon {path}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise TextError(f"the lexicon {path} is not UTF-8 text: byte {error.start}") from error
        entries: dict[tuple[str, Lang], str] = {}
        for number, line in enumerate(lines, 1):
            if line.strip() and not line.lstrip().startswith("#"):
                try:
                    entries.update(_user_line(line))
                except TextError as error:
                    raise TextError(f"{path}:{number}: {error}") from None
        return cls(entries)

    def get(self, word: str, lang: Lang) -> str | None:
        """Phones of `word` in `lang`, or None."""
        return self._entries.get((fold(word), lang))


def fold(word: str) -> str:
    """`word` as lexicons spell it: lower case, composed accents, straight apostrophes."""
    return unicodedata.normalize("NFC", word.strip()).casefold().replace("\u2019", "'")


def _user_line(line: str) -> dict[tuple[str, Lang], str]:
    fields = [part.strip() for part in line.split("\t")]
    if len(fields) not in (2, 3) or not fields[0]:
        raise TextError(f"expected word<TAB>phones or word<TAB>language<TAB>phones, found {line.strip()!r}")
    if len(fields) == 3 and fields[1] not in LANGS:
        raise TextError(f"unknown language {fields[1]!r}; allowed: {', '.join(LANGS)}")
    langs = [lang for lang in LANGS if len(fields) == 2 or lang == fields[1]]
    if " " in fields[0]:
        raise TextError(f"one word a line, found {fields[0]!r}")
    return {(fold(fields[0]), lang): check_phones(fields[-1]) for lang in langs}
