"""Markup to documents: `[[phones]]` and `[word](/phones/)` in plain text, and a subset of SSML 1.1 (W3C, 2010).

SSML elements: speak, s, p, break, prosody, phoneme, sub, say-as, voice, lang. Others are spoken as if they were not
there, with a warning. Offsets are those of the text as given, tags included. Differs: relative pitch is a factor, not
a contour.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from xml.parsers import expat

from tts.errors import TextError
from tts.text import ssml_values as values
from tts.text.lexicon import check_phones
from tts.text.normalize import Document, Insert, Style
from tts.text.normalize.clean import OBJECT, SENTENCE_END, Clean, clean
from tts.text.normalize.meaning import MEANINGS
from tts.text.types import Lang

_INLINE = re.compile(
    r"\[\[(?P<phones>[^\[\]\n]{1,200})\]\]|\[(?P<word>[^\[\]\n]{1,80})\]\(/(?P<given>[^/()\n]{1,200})/\)"
)
_SSML = re.compile(r"[\s\ufeff]*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<speak[\s>/]|<!DOCTYPE)", re.DOTALL)
_ENDS = {"s": SENTENCE_END, "p": "\n\n"}
_TRANSPARENT = frozenset(("w", "token"))
_SKIPPED = frozenset(("metadata", "meta", "desc"))


def is_ssml(text: str) -> bool:
    """Whether the text is an SSML document: it begins with `<speak`, or with what XML allows before it."""
    return _SSML.match(text[:2000]) is not None


class _Builder:
    """Collects clean text, insertions and styles in order."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.warnings: dict[str, None] = {}
        self.places: list[int] = []
        self.inserts: list[Insert] = []
        self.style_starts: list[int] = []
        self.styles: list[Style] = []

    def add(self, text: str, starts: Iterable[int], ends: Iterable[int]) -> None:
        part = clean(text.replace(OBJECT, " "), list(starts), list(ends))
        self.text.append(part.text)
        self.starts += part.starts
        self.ends += part.ends
        self.warn(*part.warnings)

    def plain(self, text: str, offset: int) -> None:
        self.add(text, range(offset, offset + len(text)), range(offset + 1, offset + len(text) + 1))

    def insert(self, insert: Insert) -> None:
        self.places.append(len(self.starts))
        self.inserts.append(insert)
        self.text.append(OBJECT)
        self.starts.append(insert.start)
        self.ends.append(insert.end)

    def style(self, style: Style) -> None:
        self.style_starts.append(len(self.starts))
        self.styles.append(style)

    def end_sentence(self, at: int, mark: str) -> None:
        self.text.append(mark)
        self.starts += [at] * len(mark)
        self.ends += [at] * len(mark)

    def warn(self, *warnings: str) -> None:
        self.warnings.update(dict.fromkeys(warnings))

    def document(self) -> Document:
        text = Clean("".join(self.text), self.starts, self.ends, tuple(self.warnings))
        return Document(text, self.places, self.inserts, self.style_starts, self.styles)


def inline(text: str, offset: int = 0) -> Document:
    """Plain text with `[[phones]]` and `[word](/phones/)`; it starts at `offset` of the original.

    Raises:
        TextError: the phones in double brackets are not in the inventory.
    """
    end = offset + len(text)
    if "[" not in text:
        return Document(clean(text.replace(OBJECT, " "), range(offset, end), range(offset + 1, end + 1)))
    builder = _Builder()
    at = 0
    for match in _INLINE.finditer(text):
        builder.plain(text[at : match.start()], offset + at)
        at = match.end()
        given, word = match["given"] or match["phones"], match["word"] or match["phones"]
        try:
            phones = check_phones(values.from_ipa(given))
            builder.insert(Insert("phones", offset + match.start(), offset + at, word, phones))
        except TextError as error:
            if match["phones"]:
                raise TextError(f"phones at character {offset + match.start()}: {error}") from None
            builder.warn(f"ignored the phones of [{word}] at character {offset + match.start()}: {error}")
            builder.plain(word, offset + match.start("word"))
    builder.plain(text[at:], offset + at)
    return builder.document()


@dataclass
class _Element:
    """An open element: the style inside it and, if it replaces its content, how."""

    name: str
    style: Style
    start: int
    attributes: dict[str, str] = field(default_factory=dict)
    collects: bool = False
    skips: bool = False


class _Ssml:
    """One pass over an SSML document with expat."""

    def __init__(self, text: str) -> None:
        # Lone surrogates have no UTF-8; each stays one character so that offsets hold.
        self._text = re.sub("[\ud800-\udfff]", "\ufffd", text)
        self._bytes = self._text.encode()
        self._byte = self._char = 0
        self._builder = _Builder()
        self._stack: list[_Element] = []
        self._pending: list[tuple[str, int, int]] = []
        self._cdata = False
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._data
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartCdataSectionHandler = lambda: setattr(self, "_cdata", True)
        self._parser.EndCdataSectionHandler = lambda: setattr(self, "_cdata", False)

    def parse(self) -> Document:
        try:
            self._parser.Parse(self._bytes, True)
        except expat.ExpatError as error:
            reason = expat.errors.messages[error.code] if error.code in expat.errors.messages else str(error)
            raise TextError(
                f"SSML cannot be read: {reason} at line {error.lineno}, column {error.offset + 1}"
            ) from None
        return self._builder.document()

    def _here(self) -> int:
        """Character offset of the parser's event; events come in order, so each byte is decoded once."""
        byte = self._parser.CurrentByteIndex
        self._char += len(self._bytes[self._byte : byte].decode(errors="replace"))
        self._byte = byte
        return self._char

    def _doctype(self, *_: object) -> None:
        raise TextError("SSML must not have a DOCTYPE or entities of its own; remove the <!DOCTYPE ...> line")

    def _data(self, data: str) -> None:
        at = self._here()
        if not self._cdata and self._text[at] == "&":
            end = self._text.index(";", at) + 1
            self._pending += [(char, at, end) for char in data]
            return
        self._pending += [(char, at + place, at + place + 1) for place, char in enumerate(data)]

    def _take(self) -> list[tuple[str, int, int]]:
        pending, self._pending = self._pending, []
        return pending

    def _spill(self) -> None:
        """Adds the text since the last tag, unless an open element keeps it or leaves it out."""
        if any(element.collects for element in self._stack[-1:]):
            return
        pending = self._take()
        if pending and not any(element.skips for element in self._stack[-1:]):
            text, starts, ends = zip(*pending, strict=True)
            self._builder.add("".join(text), starts, ends)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        at = self._here()
        self._spill()
        name = name.rpartition(":")[2]
        if not self._stack and name != "speak":
            raise TextError(f"SSML must have <speak> as its outermost element, not <{name}>")
        parent = self._stack[-1] if self._stack else _Element("", Style(), 0)
        element = _Element(name, parent.style, at, attributes, parent.collects, parent.skips)
        self._stack.append(element)
        if parent.collects or parent.skips:
            return
        handler = self._handlers().get(name)
        if handler is not None:
            handler(element)
        elif name in _SKIPPED:
            element.skips = True
        elif name not in _TRANSPARENT:
            self._builder.warn(f"left out the tag <{name}>, which is not supported; its content is spoken")
        if element.style != parent.style:
            self._builder.style(element.style)

    def _handlers(self) -> dict[str, Callable[[_Element], None]]:
        return {
            "speak": self._language, "lang": self._language, "voice": self._voice, "prosody": self._prosody,
            "break": self._break,
            "s": self._sentence, "p": self._sentence, "phoneme": self._collect, "sub": self._collect,
            "say-as": self._collect,
        }  # fmt: skip

    def _language(self, element: _Element) -> None:
        given = element.attributes.get("xml:lang", "")
        if not given:
            return
        short = given.lower().partition("-")[0]
        lang: Lang | None = "en" if short == "en" else ("ms" if short in ("ms", "may", "msa", "zsm") else None)
        if lang is None:
            self._builder.warn(f"left out xml:lang={given!r}, which is not supported; allowed: en, ms")
        element.style = replace(element.style, lang=lang)

    def _voice(self, element: _Element) -> None:
        self._language(element)
        name = element.attributes.get("name", "").strip()
        if name:
            element.style = replace(element.style, voice=name)
        else:
            self._builder.warn("left out <voice> without a name: other ways to choose one are not supported")

    def _prosody(self, element: _Element) -> None:
        prosody, warnings = values.prosody(element.attributes, element.style.prosody)
        self._builder.warn(*warnings)
        element.style = replace(element.style, prosody=prosody)

    def _break(self, element: _Element) -> None:
        pause, warning = values.pause(element.attributes)
        self._builder.warn(*warning)
        if pause > 0:
            end = self._text.find(">", element.start) + 1
            self._builder.insert(Insert("break", element.start, end, pause_s=pause))

    def _sentence(self, element: _Element) -> None:
        self._language(element)
        self._builder.end_sentence(element.start, _ENDS[element.name])

    def _collect(self, element: _Element) -> None:
        element.collects = True

    def _end(self, name: str) -> None:
        at = self._here()
        element = self._stack[-1]
        parent = self._stack[-2] if len(self._stack) > 1 else _Element("", Style(), 0)
        if element.collects and not parent.collects:
            self._replace(element, self._take())
        self._spill()
        self._stack.pop()
        if element.name in _ENDS and not element.collects and not element.skips:
            self._builder.end_sentence(at, _ENDS[element.name])
        if element.style != parent.style:
            self._builder.style(parent.style)

    def _replace(self, element: _Element, content: list[tuple[str, int, int]]) -> None:
        text = "".join(char for char, _, _ in content)
        start, end = (
            (content[0][1], content[-1][2]) if content else (element.start, self._text.find(">", element.start) + 1)
        )
        if element.name == "phoneme":
            given = element.attributes.get("ph", "")
            try:
                self._builder.insert(
                    Insert("phones", start, end, text.strip() or given, check_phones(values.from_ipa(given)))
                )
            except TextError as error:
                raise TextError(f"phones of <phoneme> at character {element.start}: {error}") from None
        elif element.name == "sub":
            self._builder.insert(Insert("sub", start, end, element.attributes.get("alias", text)))
        else:
            meaning = element.attributes.get("interpret-as", "")
            if meaning not in MEANINGS:
                self._builder.warn(f"left out say-as interpret-as={meaning!r}; allowed: {', '.join(MEANINGS)}")
            self._builder.insert(Insert("say-as", start, end, text, meaning, element.attributes.get("format", "")))


def ssml(text: str) -> Document:
    """An SSML document.

    Raises:
        TextError: not well-formed, with line and column; a DOCTYPE; phones that are not in the inventory.
    """
    return _Ssml(text).parse()
