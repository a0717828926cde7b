"""A stretch of clean text together with what markup says of it: insertions (pauses, given phones ...) and styles."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
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
        pause_s: length of a silence.
    """

    kind: Literal["break", "phones", "sub", "say-as"]
    start: int
    end: int
    text: str = ""
    value: str = ""
    pause_s: float = 0.0


@dataclass(frozen=True)
class Style:
    """How a stretch of text is to be spoken; None leaves it to the caller."""

    prosody: Prosody = field(default_factory=Prosody)
    voice: str | None = None
    lang: Lang | None = None


@dataclass(frozen=True)
class Document:
    """Clean text with insertions (by place of their object character) and styles (by place of their first character)."""

    clean: Clean
    inserts: Mapping[int, Insert] = field(default_factory=dict)
    style_starts: Sequence[int] = ()
    styles: Sequence[Style] = ()

    def style(self, at: int) -> Style:
        """The style of the character at `at`."""
        place = bisect_right(self.style_starts, at) - 1
        return self.styles[place] if place >= 0 else _PLAIN

    def slice(self, start: int, end: int) -> "Document":
        """Characters `start` to `end` as a document of their own."""
        inserts = {at - start: insert for at, insert in self.inserts.items() if start <= at < end} if self.inserts else {}
        first = max(bisect_right(self.style_starts, start) - 1, 0)
        last = bisect_right(self.style_starts, end)
        return Document(
            self.clean.slice(start, end),
            inserts,
            [max(at - start, 0) if place or at > start else 0 for place, at in enumerate(self.style_starts[first:last])],
            self.styles[first:last],
        )


_PLAIN = Style()
