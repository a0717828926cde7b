"""What the text front end passes from stage to stage.

text → normalize: Token → pronounce: Word → (phones, languages) of a Segment. Offsets always index the original text, so
that word times can be reported against what the user typed (peers report times of the normalised text instead).
"""

from dataclasses import dataclass, field, replace
from typing import Literal

Lang = Literal["en", "ms"]
LANGS: tuple[Lang, ...] = ("en", "ms")


@dataclass(frozen=True)
class Prosody:
    """How something is to be said, relative to the voice: all factors, 1.0 = unchanged.

    Attributes:
        speed: rate factor, 0.5 to 2.0.
        pitch: frequency factor, 0.5 to 2.0.
        energy: amplitude factor, 0.25 to 4.0.
    """

    speed: float = 1.0
    pitch: float = 1.0
    energy: float = 1.0


@dataclass(frozen=True)
class Token:
    """One spoken word, one punctuation mark or one pause, and where it came from.

    Attributes:
        text: a single lower- or mixed-case word without digits or symbols ("twelve", "O'Brien"), one of `,.;:!?()`
            for kind "mark", or "" for kind "break".
        start, end: half-open span in the original text. Several tokens may share one span ("12" → "twelve").
        kind: "word", "mark" (punctuation that is heard as a pause or a tone) or "break" (silence of `pause_s`).
        lang: language of the word.
        phones: forced pronunciation in the shared inventory, or None.
        spell: letters are to be named one by one ("B B C").
        tag: part of speech or sense hint for homographs ("noun", "verb", "past"), "emoji", or None.
        joined: spoken without a gap after the word before ("anak-anak", "well-known", "CD's").
        pause_s: length of a "break" in seconds.
        prosody: local factors from markup.
        voice: voice named by markup, or None.
    """

    text: str
    start: int
    end: int
    kind: Literal["word", "mark", "break"] = "word"
    lang: Lang = "en"
    phones: str | None = None
    spell: bool = False
    tag: str | None = None
    pause_s: float = 0.0
    prosody: Prosody = field(default_factory=Prosody)
    voice: str | None = None
    joined: bool = False

    def at(self, start: int, end: int) -> "Token":
        """The same token for another span of the original text."""
        return replace(self, start=start, end=end)


@dataclass(frozen=True)
class Segment:
    """What the acoustic model speaks in one go: a clause or sentence.

    Attributes:
        phones: one character a phone, with stress marks, spaces and punctuation; every character is in the inventory.
        langs: language of each character of `phones`, same length.
        tokens: the tokens spoken, in order.
        spans: for each token the half-open range of its characters in `phones` (empty for an unspoken token).
        pause_s: silence to add after the segment, beyond what its last mark brings.
        prosody: local factors of each character of `phones`.
        voice: voice named by markup, or None for the caller's.
    """

    phones: str
    langs: tuple[Lang, ...]
    tokens: tuple[Token, ...]
    spans: tuple[tuple[int, int], ...]
    prosody: tuple[Prosody, ...]
    pause_s: float = 0.0
    voice: str | None = None
