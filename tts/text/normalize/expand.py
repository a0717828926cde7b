"""Items to tokens: one rule for each kind of item writes what is spoken; every token keeps its item's place."""

from collections.abc import Callable
from dataclasses import replace

from tts.text import language
from tts.text.normalize import context, dates, numbers, quantities, web
from tts.text.normalize.context import Around
from tts.text.normalize.lex import Item
from tts.text.normalize.tables import EMOJI, SYMBOLS
from tts.text.types import Lang, Token

MARKS = ",.;:!?()"
_ALONE: dict[str, Callable[[Item], str]] = {
    "url": web.address, "email": web.address, "hashtag": web.hashtag, "handle": web.handle,
    "date_iso": dates.date_iso, "date_slash": dates.date_slash, "date_dmy": dates.date_named,
    "date_mdy": dates.date_named,
    "date_my": dates.date_named, "time": dates.time, "money": quantities.money, "phone": quantities.phone,
    "percent": quantities.percent,
    "quantity": quantities.quantity, "decade": quantities.decade, "fraction": quantities.fraction,
    "version": quantities.version,
    "range": quantities.spread, "magnitude": quantities.magnitude,
    "ordinal": lambda item: numbers.ordinal(item.get("num").replace(",", ""), item.lang),
}  # fmt: skip
_AROUND: dict[str, Callable[[Item, Around], str]] = {
    "number": context.number, "word": context.word, "words": context.hyphenated, "alnum": context.alnum,
    "abbr": context.abbreviation, "dotted": context.dotted,
}  # fmt: skip
_SELF_LANGUAGE = ("url", "email", "hashtag", "handle")
_VOICELESS_NAMES = frozenset("fFlLmMnN")


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
            if item.text[-1] == "." and around.ends_here():  # "at 7 p.m."
                spoken += " ."
        elif item.kind in _AROUND:
            spoken = _AROUND[item.kind](item, around)
        else:
            spoken = _sign(item, around, warnings)
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


def _sign(item: Item, around: Around, warnings: list[str]) -> str:
    if item.kind == "mark":
        return _mark(item.text)
    if item.kind == "ellipsis":
        after = around.at(1)
        return "." if after is None or after.text[0].isupper() else ","
    if item.kind == "initial":
        return f"^{item.text[0]}"
    if item.kind == "dash":
        return ","
    if item.kind in ("paragraph", "sentence"):
        return "."
    if item.kind == "bracket":
        return {"(": "(", ")": ")"}.get(item.text, "")
    if item.kind == "other":
        return _symbol(item, around, warnings)
    return ""


def _mark(text: str) -> str:
    """One mark for a run of them: the strongest."""
    return next(mark for mark in "?!.;:," if mark in text)


def _symbol(item: Item, around: Around, warnings: list[str]) -> str:
    char, malay = item.text, int(item.lang == "ms")
    before, after = around.at(-1), around.at(1)
    numeric = after is not None and after.text[0].isdecimal()
    between = numeric and before is not None and before.text[-1].isdecimal()
    if char in EMOJI:
        return EMOJI[char][malay]
    if char == "*":
        return ("times", "darab")[malay] if between else ""
    if char in "-/^" and between:
        return {"-": ("minus", "tolak"), "/": ("divided by", "bahagi"), "^": ("to the power of", "kuasa")}[char][malay]
    if (
        char == "/"
        and before is not None
        and after is not None
        and before.kind.startswith("word")
        and after.kind.startswith("word")
    ):
        return ("or", "atau")[malay]
    if char == "-" and numeric:
        return ("minus", "tolak")[malay]
    if char == "~" and numeric:
        return ("about", "kira ~kira")[malay]
    if char == "#" and numeric:
        return ("number", "nombor")[malay]
    if char in ("<", ">") and not numeric:
        return ""
    if char in SYMBOLS:
        return SYMBOLS[char][malay]
    if char in "•|":
        return ","
    if ord(char) > 0x2000:
        warnings.append(f"left out the symbol {char} (U+{ord(char):04X}): it has no spoken name here")
    return ""
