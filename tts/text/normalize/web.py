"""Addresses as people say them: web, e-mail, hashtags, handles."""

import re

from tts.text.normalize import numbers
from tts.text.normalize.lex import Item
from tts.text.normalize.words import letters_and_digits, split_camel
from tts.text.types import Lang

_SIGNS = {
    ".": ("dot", "titik"), "@": ("at", "di"), "/": ("slash", "garis miring"), "-": ("dash", "sengkang"),
    "_": ("underscore", "garis bawah"), ":": ("colon", "titik bertindih"), "?": ("question mark", "tanda soal"),
    "=": ("equals", "sama dengan"), "&": ("and", "dan"), "+": ("plus", "tambah"), "#": ("hash", "tanda pagar"),
    "%": ("percent", "peratus"), "~": ("tilde", "tilde"),
}  # fmt: skip
_SPELT = frozenset("www my uk io tv ai http https ftp id sg html php api pdf".split())


def address(item: Item) -> str:
    """ "www.example.com/a1" is "W W W dot example dot com slash a one"; the scheme is left out."""
    body = re.sub(r"^(?i:https?|ftp)://", "", item.text).rstrip("/")
    return " ".join(_piece(piece, item.lang) for piece in re.findall(r"[^\W\d_]+|\d+|.", body)).strip()


def _piece(piece: str, lang: Lang) -> str:
    if piece.isdecimal():
        return numbers.cardinal(piece, lang, 2)
    if piece.isalpha():
        short = len(piece) <= 2 or not any(letter in "aeiouyAEIOUY" for letter in piece)
        return f"^{piece}" if short or piece.lower() in _SPELT else split_camel(piece)
    names = _SIGNS.get(piece)
    return names[lang == "ms"] if names else ""


def hashtag(item: Item) -> str:
    """ "#OpenSource2024" is "hashtag open source twenty twenty four"."""
    return f"hashtag {_handle(item.text[1:], item.lang)}"


def handle(item: Item) -> str:
    """ "@jane_doe" is "at jane doe"."""
    return f"{_SIGNS['@'][item.lang == 'ms']} {_handle(item.text[1:], item.lang)}"


def _handle(text: str, lang: Lang) -> str:
    return " ".join(letters_and_digits(part, lang) for part in text.split("_") if part)
