"""A stretch of clean text together with what markup says of it: insertions (pauses, given phones ...) and styles."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from tts.text.normalize.clean import Clean
from tts.text.types import Lang, Prosody


@dataclass(frozen=True)
class Insert:
    """Something markup puts in place of text; it stands in the text as one object character.

    Attributes:
        kind: a silence, a word with given phones, a text to say instead, or a text with a stated meaning.
        start, end: its place in the original text.
        text: the word or text.
        value: phones, or the meaning ("digits" ...).
        detail: how the meaning is written ("dmy").
        pause_s: length of a silence.
    """

    kind: Literal["break", "phones", "sub", "say-as"]
    start: int
    end: int
    text: str = ""
    value: str = ""
    detail: str = ""
    pause_s: float = 0.0


@dataclass(frozen=True)
class Style:
    """How a stretch of text is to be spoken; None leaves it to the caller."""

    prosody: Prosody = field(default_factory=Prosody)
    voice: str | None = None
    lang: Lang | None = None


_PLAIN = Style()


@dataclass(frozen=True)
class Document:
    """Clean text, insertions and styles.

    Attributes:
        clean: the text; each insertion is one object character in it.
        insert_places, inserts: where those characters are, ascending, and what they stand for.
        style_starts, styles: from which character on, ascending, which style holds.
        base: what to subtract from the places above to index `clean`.
    """

    clean: Clean
    insert_places: Sequence[int] = ()
    inserts: Sequence[Insert] = ()
    style_starts: Sequence[int] = ()
    styles: Sequence[Style] = ()
    base: int = 0

    def style(self, at: int) -> Style:
        """The style of the character at `at`."""
        place = bisect_right(self.style_starts, at + self.base) - 1
        return self.styles[place] if place >= 0 else _PLAIN

    def insert(self, at: int) -> Insert | None:
        """What the object character at `at` stands for."""
        place = bisect_left(self.insert_places, at + self.base)
        if place < len(self.inserts) and self.insert_places[place] == at + self.base:
            return self.inserts[place]
        return None

    def slice(self, start: int, end: int) -> "Document":
        """Characters `start` to `end` as a document of their own, which shares insertions and styles."""
        clean = self.clean.slice(start, end)
        return Document(clean, self.insert_places, self.inserts, self.style_starts, self.styles, self.base + start)
