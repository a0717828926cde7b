"""Items to tokens: one rule for each kind of item writes what is spoken; every token keeps its item's place."""

from collections.abc import Callable
from dataclasses import replace

from tts.text import language
from tts.text.normalize import abbreviations, context, dates, numbers, quantities, symbols, web
from tts.text.normalize.around import Around
from tts.text.normalize.lex import Item
from tts.text.normalize.tables import EMOJI
from tts.text.types import Lang, Token

MARKS = ",.;:!?()"
_ALONE: dict[str, Callable[[Item], str]] = {
    "url": web.address, "email": web.address, "hashtag": web.hashtag, "handle": web.handle, "date_iso": dates.date_iso,
    "date_slash": dates.date_slash, "date_dmy": dates.date_named, "date_mdy": dates.date_named,
    "date_my": dates.date_named, "time": dates.time, "money": quantities.money, "phone": quantities.phone,
    "percent": quantities.percent, "quantity": quantities.quantity, "decade": quantities.decade,
    "fraction": quantities.fraction, "version": quantities.version, "range": quantities.spread,
    "product": quantities.product, "magnitude": quantities.magnitude,
    "ordinal": lambda item: numbers.ordinal(item.get("num").replace(",", ""), item.lang),
}  # fmt: skip
_AROUND: dict[str, Callable[[Item, Around], str]] = {
    "number": context.number, "word": context.word, "words": context.hyphenated, "alnum": context.alnum,
    "abbr": abbreviations.abbreviation, "dotted": abbreviations.dotted,
}  # fmt: skip
_SELF_LANGUAGE = ("url", "email", "hashtag", "handle")


def expand(items: list[Item], langs: list[Lang]) -> tuple[list[Token], list[str]]:
    """Tokens of a window's items, whose languages are given, and warnings.

    Spans of the tokens are places in the window.
    """
    shouting = context.is_shouting(items)
    tokens: list[Token] = []
    warnings: list[str] = []
    for index, (item, lang) in enumerate(zip(items, langs, strict=True)):
        item.lang = lang
        around = Around(items, index, shouting)
        if item.kind in _ALONE:
            spoken = _ALONE[item.kind](item)
            if spoken.startswith("the ") and around.previous_word().lower() == "the":
                spoken = spoken[4:]
            if item.text[-1] == "." and around.ends_here():  # "at 7 p.m."
                spoken += " ."
        elif item.kind in _AROUND:
            spoken = _AROUND[item.kind](item, around)
        else:
            spoken = symbols.spoken(item, around, warnings)
        tokens += tokens_of(spoken, item)
    return tokens, warnings


def tokens_of(spoken: str, item: Item) -> list[Token]:
    """Reads the notation of `words`: "^BBC" is spelt, "~anak" joined to the word before, a mark is a mark."""
    out: list[Token] = []
    for piece in spoken.split():
        token = Token(piece, item.start, item.end, lang=item.lang)
        if piece in MARKS:
            token = replace(token, kind="mark")
        elif piece[0] == "^":
            token = replace(token, text=piece[1:], spell=True)
        elif piece == "~'s":
            token = replace(token, text="'s", joined=True, phones=_possessive(out[-1].text if out else ""))
        elif piece[0] == "~":
            token = replace(token, text=piece[1:], joined=True)
        if item.kind in _SELF_LANGUAGE and token.kind == "word" and len(token.text) > 3:
            token = replace(token, lang=language.guess(token.text, item.lang))
        if item.kind == "other" and item.text in EMOJI:
            token = replace(token, tag="emoji")
        elif item.kind == "paragraph":
            token = replace(token, tag="paragraph")
        out.append(token)
    return out


def _possessive(letters: str) -> str:
    last = letters[-1:].lower()
    return "ᵻz" if last in "sxhz" else ("s" if last == "f" else "z")
