"""Text from the command line, from standard input or from a file, in pieces, checked to be UTF-8."""

import argparse
import codecs
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tts.errors import ConfigError, TextError

PIECE_BYTES = 1 << 16


@dataclass(frozen=True)
class Source:
    """A text to be spoken.

    Attributes:
        text: whole, or in pieces as they arrive.
        length: characters in all, or None if the end is not known yet.
    """

    text: str | Iterator[str]
    length: int | None


def open_source(args: argparse.Namespace) -> Source:
    """The text that the arguments name; a file is checked to its end here, before any work is spent on it.

    Raises:
        ConfigError: no text, or two.
        TextError: it cannot be read or is not UTF-8.
    """
    if args.text is not None and args.file is not None:
        raise ConfigError("two texts: give TEXT or -f FILE, not both")
    if args.file is not None:
        path = Path(args.file)
        return Source(_file_pieces(path), sum(map(len, _file_pieces(path))) if path.is_file() else None)
    if args.text is None:
        raise ConfigError('no text: give it as "TEXT", as - for standard input, or with -f FILE')
    if args.text == "-":
        return Source(decode(_stdin_bytes(), "standard input"), None)
    for at, character in enumerate(args.text):
        if "\ud800" <= character <= "\udfff":
            raise TextError(f"TEXT is not valid Unicode: U+{ord(character):04X} at character {at + 1}; use UTF-8")
    return Source(args.text, len(args.text))


def decode(pieces: Iterator[bytes], name: str) -> Iterator[str]:
    """UTF-8 as it arrives; a byte order mark at the start is dropped.

    Raises:
        TextError: bytes that are not UTF-8; the message gives their offset.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset = 0
    first = True
    for piece in pieces:
        text = _decode_piece(decoder, piece, offset, name, final=False)
        offset += len(piece)
        if first and text:
            text, first = text.removeprefix("\ufeff"), False
        if text:
            yield text
    _decode_piece(decoder, b"", offset, name, final=True)


def _decode_piece(decoder: codecs.IncrementalDecoder, piece: bytes, offset: int, name: str, final: bool) -> str:
    held = len(decoder.getstate()[0])  # an unfinished character from the piece before
    try:
        return decoder.decode(piece, final)
    except UnicodeDecodeError as error:
        at = offset - held + error.start
        wide = at == 0 and error.object[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
        hint = "; it looks like UTF-16" if wide else ""
        byte = error.object[error.start]
        raise TextError(f"{name} is not UTF-8: byte 0x{byte:02x} at offset {at} ({error.reason}){hint}") from None


def _file_pieces(path: Path) -> Iterator[str]:
    return decode(_file_bytes(path), str(path))


def _file_bytes(path: Path) -> Iterator[bytes]:
    try:
        with open(path, "rb") as file:
            yield from _pieces(file)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise TextError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from error


def _stdin_bytes() -> Iterator[bytes]:
    if sys.stdin is None:
        raise TextError("cannot read standard input: it is closed")
    try:
        yield from _pieces(sys.stdin.buffer)
    except OSError as error:
        raise TextError(f"cannot read standard input: {error.strerror}") from error


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    read = getattr(file, "read1", file.read)  # read1 returns what is there: typed lines are spoken as they come
    while piece := read(PIECE_BYTES):
        yield piece
