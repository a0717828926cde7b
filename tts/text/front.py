"""Text to segments of phones, as the acoustic model was trained on: the whole text front end behind one class.

text → windows → tokens → phones → segments, each step lazy, so that the first segment is ready before the rest is read
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from tts.errors import TextError
from tts.text.markup import inline, is_ssml, ssml
from tts.text.normalize import Document, Normalizer
from tts.text.normalize.window import Windower
from tts.text.pronounce import Pronouncer
from tts.text.segment import FINAL_MARKS, LIMIT, Grouper, Spoken
from tts.text.types import LANGS, Lang, Prosody, Segment, Token

_BLANKS = " \t\r\n\ufeff"
_XML = ("<speak", "<?xml", "<!--", "<!DOCTYPE")
_MAX_HEAD = 2000  # characters of blanks before markup
MARK_SYMBOLS = {"(": ",", ")": ",", ":": ","}  # the training sentences hold few or none of these
SENTENCE_PAUSE_S = 0.25  # between two segments, after a full stop
CLAUSE_PAUSE_S = 0.05  # ... after a comma
PARAGRAPH_PAUSE_S = 0.3  # ... added at the end of a paragraph


class FrontEnd:
    """Makes segments of text; can be used for any number of texts, one after the other.

    Attributes:
        warnings: what the last text had that could not be spoken, one line a kind.
    """

    def __init__(self, pronouncer: Pronouncer | None = None, lexicon: Path | None = None) -> None:
        """Loads the lexicons.

        Args:
            pronouncer: the one to use, or None for a new one with the user's `lexicon`.
            lexicon: the user's lexicon file, or None.
        """
        self._pronouncer = pronouncer or Pronouncer(lexicon)
        self.warnings: tuple[str, ...] = ()

    def segments(self, text: str | Iterable[str], lang: str = "auto") -> Iterator[Segment]:
        """Segments of `text`, given whole or in pieces as it is written; lazily.

        Args:
            text: plain text, or SSML if it starts with `<speak` (which is read whole before it is spoken).
            lang: "en", "ms" or "auto".

        Raises:
            TextError: an unknown language, nothing to speak, or markup that cannot be read.
        """
        feeder = self.feeder(lang)
        self.warnings = ()
        head, rest = _head(iter((text,) if isinstance(text, str) else text))
        if head.lstrip(_BLANKS).startswith(_XML) and is_ssml(head := head + "".join(rest)):
            made = feeder.document(ssml(head))  # only whole can it be checked
        else:
            made = feeder.stream(chain((head,), rest))
        for segment in made:
            self.warnings = feeder.warnings
            yield segment
        self.warnings = feeder.warnings
        feeder.require_speech()

    def feeder(self, lang: str = "auto") -> "Feeder":
        """For text that arrives in pieces: one feeder an utterance."""
        if lang != "auto" and lang not in LANGS:
            raise TextError(f"unknown language {lang!r}; allowed: auto, {', '.join(LANGS)}")
        return Feeder(self._pronouncer, None if lang == "auto" else lang)  # type: ignore[arg-type]


class Feeder:
    """Text in pieces to segments, each as soon as its clause is complete; the same segments as for the whole text."""

    def __init__(self, pronouncer: Pronouncer, lang: Lang | None) -> None:
        self._pronouncer = pronouncer
        self._windower = Windower()
        self._normalizer = Normalizer(lang)
        self._grouper = Grouper()
        self._previous: Token | None = None
        self._spoke = False

    @property
    def warnings(self) -> tuple[str, ...]:
        """What could not be spoken so far."""
        return tuple(self._normalizer.warnings)

    def feed(self, piece: str) -> list[Segment]:
        """Segments that `piece` completes.

        Raises:
            TextError: phones in double brackets that no voice can speak.
        """
        return list(self._windows(self._windower.feed(piece)))

    def flush(self) -> list[Segment]:
        """Segments of all that is left, as if the text ended here; what is fed after it begins a new sentence."""
        return list(self._end())

    def stream(self, pieces: Iterable[str]) -> Iterator[Segment]:
        """Segments of a whole text in pieces, each made when it is asked for."""
        for piece in pieces:
            yield from self._windows(self._windower.feed(piece))
        yield from self._end()

    def document(self, document: Document) -> Iterator[Segment]:
        """Segments of text with markup; a pause belongs to the segment before it."""
        windower = Windower()
        self._normalizer.warn(*document.clean.warnings)
        for part in (windower.feed(document.clean.text), windower.flush()):
            for offset, window in part:
                yield from self._speak(self._normalizer.window(document.slice(offset, offset + len(window))))
        yield from self._rest()

    def require_speech(self) -> None:
        """Checks that something was spoken.

        Raises:
            TextError: nothing was.
        """
        if not self._spoke:
            reason = f" ({'; '.join(self.warnings)})" if self.warnings else ""
            raise TextError(f"nothing to speak: the text has no word or number in Latin letters or digits{reason}")

    def _windows(self, windows: Iterable[tuple[int, str]]) -> Iterator[Segment]:
        for offset, window in windows:
            yield from self._speak(self._normalizer.window(inline(window, offset)))
            for group in self._grouper.settle():
                yield from self._segment(group)

    def _end(self) -> Iterator[Segment]:
        """All that is left; its last sentence is held back until it is known to be the last."""
        for offset, window in self._windower.flush():
            for group in self._grouper.settle():
                yield from self._segment(group)
            yield from self._speak(self._normalizer.window(inline(window, offset)))
        yield from self._rest()

    def _rest(self) -> Iterator[Segment]:
        for group in self._grouper.flush():
            yield from self._segment(group, final=True)

    def _speak(self, tokens: list[Token]) -> Iterator[Segment]:
        earlier: Token | None = None
        for token, following in zip(tokens, chain(tokens[1:], [None]), strict=False):
            phones, previous = "", self._previous
            if token.kind == "word":
                phones = self._pronouncer.phones(token, previous, following)
                # "of the" is one word to the voice: the corpus has no space in it
                if previous is not None and self._pronouncer.joined(previous, token, earlier):
                    token = replace(token, joined=True)
            earlier, self._previous = previous, token
            if token.kind == "break" and not self._grouper.has_phones():
                self._normalizer.warn("left out a pause before the first word")
                continue
            for one in _pieces(token, phones):
                for group in self._grouper.add(one):
                    yield from self._segment(group)

    def _segment(self, group: list[Spoken], final: bool = False) -> Iterator[Segment]:
        """The segment of a group; emoji alone are not worth one until a word was spoken."""
        if self._spoke or any(one.phones and one.token.tag != "emoji" for one in group):
            segment = join(group, final)
            if segment.phones:
                self._spoke = True
                yield segment


def _head(pieces: Iterator[str]) -> tuple[str, Iterator[str]]:
    """As many pieces as show whether the text is SSML, and the others."""
    head = ""
    for piece in pieces:
        head += piece
        seen = head.lstrip(_BLANKS)
        if len(head) > _MAX_HEAD or len(seen) >= len("<!DOCTYPE") or (seen and not seen.startswith("<")):
            break
    return head, pieces


def _pieces(token: Token, phones: str) -> list[Spoken]:
    """A word of more phones than a segment may have, in parts; other tokens as they are."""
    if len(phones) < LIMIT - 5:
        return [Spoken(token, phones)]
    size = LIMIT // 2
    return [Spoken(token, phones[at : at + size].strip()) for at in range(0, len(phones), size)]


def join(group: list[Spoken], final: bool = True) -> Segment:
    """One segment in the style of the training sentences: single spaces, marks after words, a mark at the end.

    Args:
        group: at least one token.
        final: the text ends here, so that the mark is a full stop if it is not a stronger one, and no pause follows.
    """
    phones = ""
    langs: list[Lang] = []
    prosody: list[Prosody] = []
    spans = []
    pause = 0.0
    for one in group:
        token, text = one.token, one.phones
        if token.kind == "mark":
            text = MARK_SYMBOLS.get(token.text, token.text)
            if not phones:
                text = ""
            elif phones[-1] in ",.;?!":
                weaker = phones[-1] in ",;" and text in FINAL_MARKS
                phones = phones[:-1] + text if weaker else phones
                text = ""
        pause += token.pause_s
        gap = " " if token.kind == "word" and text and phones and not token.joined else ""
        spans.append((len(phones) + len(gap), len(phones) + len(gap) + len(text)))
        phones += gap + text
        langs += [token.lang] * (len(phones) - len(langs))
        prosody += [token.prosody] * (len(phones) - len(prosody))
    if final and phones[-1:] in (",", ";"):
        phones = phones[:-1] + "."
    elif phones and phones[-1] not in ",.;?!":
        phones += "." if final else ","
        langs.append(langs[-1])
        prosody.append(prosody[-1])
    pause += PARAGRAPH_PAUSE_S if any(one.token.tag == "paragraph" for one in group) else 0.0
    if not final:
        pause += SENTENCE_PAUSE_S if phones[-1:] in tuple(FINAL_MARKS) else CLAUSE_PAUSE_S
    tokens = tuple(one.token for one in group)
    voice = next((one.token.voice for one in group if one.phones), None)
    return Segment(phones, tuple(langs), tokens, tuple(spans), tuple(prosody), pause, voice)
