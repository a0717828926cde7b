"""Text as people write it to the words that are spoken, in English and Malay: `normalize`.

Characters are cleaned (`clean`), cut into windows (`window`) and items (`lex`), each item gets a language
(`tts.text.language`) and a rule writes it out (`expand`). Ebden and Sproat, "The Kestrel TTS text normalization
system" (2014), split the work the same way: tokenise and classify first, verbalise after. Differs: one regular
expression classifies, no grammar compiler.
"""

from dataclasses import dataclass, replace

from tts.text import language
from tts.text.normalize import meaning, numbers
from tts.text.normalize.clean import clean
from tts.text.normalize.context import evidence
from tts.text.normalize.document import Document, Insert, Style
from tts.text.normalize.expand import expand, tokens_of
from tts.text.normalize.lex import Item, lex
from tts.text.normalize.window import Windower
from tts.text.types import Lang, Token

__all__ = ["Document", "Insert", "Normalized", "Normalizer", "Style", "normalize"]


@dataclass(frozen=True)
class Normalized:
    """What will be spoken, and what was left out."""

    tokens: tuple[Token, ...]
    warnings: tuple[str, ...] = ()


class Normalizer:
    """Normalises windows of one text, in order; remembers the language the text is in."""

    def __init__(self, lang: Lang | None = None) -> None:
        """`lang` fixes the language of all that markup leaves open; None finds it word by word."""
        self._lang = lang
        self._lean = 0.0
        self._in_digits = False
        self.warnings: dict[str, None] = {}

    def plain(self, text: str, offset: int = 0) -> list[Token]:
        """Tokens of plain text that starts at `offset` of the original."""
        spans = range(offset, offset + len(text))
        return self.window(Document(clean(text, spans, range(offset + 1, offset + len(text) + 1))))

    def window(self, document: Document) -> list[Token]:
        """Tokens of one window."""
        text = document.clean.text
        self.warn(*document.clean.warnings)
        items = lex(text)
        if self._in_digits and items and items[0].kind == "number" and items[0].start == 0:
            items[0].kind = "digits"
        self._in_digits = text[-1:].isdecimal()
        langs = self._languages(items, document)
        plain = [item if item.kind != "digits" else replace(item, kind="object") for item in items]
        tokens, warnings = expand(plain, langs)
        self.warn(*warnings)
        objects = {
            item.start: (item, lang)
            for item, lang in zip(items, langs, strict=True)
            if item.kind in ("object", "digits")
        }
        out = [_place(token, document) for token in tokens]
        for item, lang in objects.values():
            out += self._insert(item, lang, document)
        return out if not objects else sorted(out, key=lambda token: token.start)

    def _languages(self, items: list[Item], document: Document) -> list[Lang]:
        if self._lang is not None:
            decided: list[Lang] = [self._lang] * len(items)
        else:
            decided, self._lean = language.decide([evidence(item) for item in items], self._lean)
        if not document.styles:
            return decided
        return [document.style(item.start).lang or lang for item, lang in zip(items, decided, strict=True)]

    def _insert(self, item: Item, lang: Lang, document: Document) -> list[Token]:
        start, end = document.clean.starts[item.start], document.clean.ends[item.end - 1]
        if item.kind == "digits":
            return [Token(word, start, end, lang=lang) for word in numbers.digits(item.text, lang).split()]
        insert = document.insert(item.start)
        if insert is None:
            return []
        style = document.style(item.start)
        base = Token(insert.text, insert.start, insert.end, lang=lang, prosody=style.prosody, voice=style.voice)
        if insert.kind == "break":
            return [replace(base, text="", kind="break", pause_s=insert.pause_s)]
        if insert.kind == "phones":
            return [replace(base, phones=insert.value)]
        inner = self._inner(insert, lang, fixed=self._lang is not None or style.lang is not None)
        return [
            replace(token, start=insert.start, end=insert.end, prosody=style.prosody, voice=style.voice)
            for token in inner
        ]

    def _inner(self, insert: Insert, lang: Lang, fixed: bool) -> list[Token]:
        """Tokens of a text said instead of another, or of one with a stated meaning."""
        if insert.kind == "say-as":
            text = clean(insert.text).text
            spoken = meaning.spoken(text, insert.value, insert.detail, lang)
            if spoken is not None:
                return tokens_of(spoken, Item("say-as", text, 0, len(text), lang=lang))
        inner = normalize(insert.text, lang if fixed else "auto")
        self.warn(*inner.warnings)
        return list(inner.tokens)

    def warn(self, *warnings: str) -> None:
        """Keeps warnings, each once."""
        self.warnings.update(dict.fromkeys(warnings))


def _place(token: Token, document: Document) -> Token:
    """The token's span in the original, and its style."""
    style = document.style(token.start)
    start, end = document.clean.starts[token.start], document.clean.ends[token.end - 1]
    if not document.styles:
        return replace(token, start=start, end=end)
    return replace(token, start=start, end=end, prosody=style.prosody, voice=style.voice)


def normalize(text: str, lang: Lang | str = "auto") -> Normalized:
    """What will be spoken of plain `text`.

    Args:
        text: any text.
        lang: "en" or "ms" for all of it, or "auto" to find the language of each word.
    """
    normalizer = Normalizer(None if lang == "auto" else lang)  # type: ignore[arg-type]
    windower = Windower()
    tokens: list[Token] = []
    for part in (windower.feed(text), windower.flush()):
        for offset, window in part:
            tokens += normalizer.plain(window, offset)
    return Normalized(tuple(tokens), tuple(normalizer.warnings))
