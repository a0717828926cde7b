"""Text from arguments, standard input and files."""

import argparse
import codecs
from collections.abc import Iterator
from pathlib import Path

import pytest

from tts.commands.source import decode, open_source
from tts.errors import ConfigError, TextError


def arguments(text: str | None = None, file: object = None) -> argparse.Namespace:
    return argparse.Namespace(text=text, file=None if file is None else str(file))


def bytewise(data: bytes) -> Iterator[bytes]:
    return (data[i : i + 1] for i in range(len(data)))


@pytest.mark.parametrize("text", ["", "plain", "é – 日本 🙂", "\ufeff", "a\ufeffb", "a\0b"])
def test_text_in_any_pieces_is_the_same(text: str) -> None:
    data = text.encode()
    expected = text.removeprefix("\ufeff")
    assert "".join(decode(iter([data]), "x")) == "".join(decode(bytewise(data), "x")) == expected


@pytest.mark.parametrize(
    ("data", "offset", "byte"),
    [
        (b"\xff", 0, 0xFF),
        (b"abc\xe9 def", 3, 0xE9),
        ("é".encode() + b"\xc3(", 2, 0xC3),
        ("日本".encode()[:-1], 3, 0xE6),
        (b"ok \xed\xa0\x80", 3, 0xED),  # a surrogate
        (b"\xc0\xaf", 0, 0xC0),  # an overlong form
    ],
)
def test_bad_bytes_are_located(data: bytes, offset: int, byte: int) -> None:
    for pieces in (iter([data]), bytewise(data), iter([data[:2], data[2:]])):
        with pytest.raises(TextError, match=rf"^notes is not UTF-8: byte 0x{byte:02x} at offset {offset} "):
            list(decode(pieces, "notes"))


def test_utf16_is_recognised() -> None:
    data = codecs.BOM_UTF16_LE + "hello".encode("utf-16-le")
    with pytest.raises(TextError, match="it looks like UTF-16$"):
        list(decode(iter([data]), "notes"))


def test_argument() -> None:
    source = open_source(arguments("Selamat pagi 🙂"))
    assert source.text == "Selamat pagi 🙂" and source.length == 14


def test_file(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    text = "naïve\n" * 50_000
    path.write_text(text, "utf-8")
    source = open_source(arguments(file=path))
    assert "".join(source.text) == text and source.length == len(text)


def test_file_is_checked_to_its_end_first(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"x" * 200_000 + b"\xff")
    with pytest.raises(TextError, match="byte 0xff at offset 200000"):
        open_source(arguments(file=path))


@pytest.mark.parametrize("name", ["missing.txt", ".", "a\0b"])
def test_file_that_cannot_be_read(name: str, tmp_path: Path) -> None:
    with pytest.raises(TextError, match="^cannot read "):
        list(open_source(arguments(file=tmp_path / name)).text)


@pytest.mark.parametrize(("text", "file"), [(None, None), ("a", "b"), ("-", "b")])
def test_exactly_one_text(text: str | None, file: str | None) -> None:
    with pytest.raises(ConfigError, match="^no text|^two texts"):
        open_source(arguments(text, file))


@pytest.mark.parametrize("text", ["\udcff", "ab\ud800c", "\udfff"])
def test_lone_surrogates(text: str) -> None:
    with pytest.raises(TextError, match=r"not valid Unicode: U\+D[8-F]..? ?.*at character [13]; use UTF-8"):
        open_source(arguments(text))
