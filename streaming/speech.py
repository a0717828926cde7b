"""One utterance on its way from text that still comes in to blocks of sound, a step at a time.

A step never waits: it returns a block, or None when text is wanting, so that a few threads can serve many utterances.
Text is fed in from another thread. The sound is that of `Synthesizer.stream` for the same text.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from tts.synthesizer import Block, Options, Synthesizer, Utterance
from tts.text.markup import is_ssml, ssml
from tts.text.types import Segment

PIECE_CHARS = 128  # fed to the front end in one go: a long text must not be read to its end before it starts to sound
LONGEST_WORD = 600  # characters held back in the hope of a blank


@dataclass(frozen=True)
class Mark:
    """Something other than text in the stream of text."""

    final: bool


class Speech:
    """The state of one utterance.

    `push`, `pause`, `flush` and `end` are for one thread; `prepare` and `step` for another, one call at a time.
    """

    def __init__(self, synth: Synthesizer, options: Options) -> None:
        """Nothing is computed yet.

        Raises:
            ConfigError: there is no voice of that name.
        """
        synth.voice.speaker(options.voice)
        self.text = ""
        self.finished = False
        self._synth, self._options = synth, options
        self._feeder = synth.front.feeder(options.lang)
        self._inbox: deque[str | Mark] = deque()
        self._tail = ""  # the last word, which may not be whole
        self._paused = True  # nothing has come since the last pause
        self._held = False  # perhaps a document with markup, to be read as a whole
        self._segments = self._read()
        self._prepared: deque[Segment] = deque()
        self._blocks = self._speak()

    def push(self, text: str) -> None:
        """More text. A text that begins with `<` waits for `end`: markup is read as a whole."""
        self.text += text
        self._paused = False
        self._held = self.text.lstrip("\ufeff \t\r\n").startswith("<")
        if self._held:
            return
        self._tail += text
        whole = len(self._tail)
        while whole and not self._tail[whole - 1].isspace():
            whole -= 1
        if len(self._tail) - whole > LONGEST_WORD:
            whole = len(self._tail)
        self._feed(whole)

    def pause(self) -> bool:
        """Speak the words that are surely whole, as if the text ended after them; whether there may be any."""
        if self._held or self._paused:
            return False
        self._inbox.append(Mark(final=False))
        self._paused = True
        return True

    def flush(self) -> None:
        """Speak all there is, as if the text ended here."""
        if not self._held:
            self._feed(len(self._tail))
            self._inbox.append(Mark(final=False))

    def end(self) -> None:
        """The text is complete."""
        if self._held and not is_ssml(self.text):
            self._tail = self.text
        self._feed(len(self._tail))
        self._inbox.append(Mark(final=True))

    def prepare(self) -> None:
        """Read text up to the first segment, so that a text that cannot be spoken is known before any sound is made.

        Raises:
            TextError: there is nothing to speak, or markup that cannot be read.
        """
        segment = next(self._segments, None)
        if segment is not None:
            self._prepared.append(segment)

    def step(self) -> Block | None:
        """The next block; None when there is none until more text comes, or, with `finished`, for ever.

        Raises:
            TextError: there is nothing to speak, or markup that cannot be read.
        """
        return next(self._blocks, None)

    def _feed(self, count: int) -> None:
        text, self._tail = self._tail[:count], self._tail[count:]
        self._inbox.extend(text[at : at + PIECE_CHARS] for at in range(0, len(text), PIECE_CHARS))

    def _read(self) -> Iterator[Segment | None]:
        """Segments as the text allows; None when it does not yet."""
        while True:
            if not self._inbox:
                yield None
                continue
            item = self._inbox.popleft()
            if isinstance(item, str):
                yield from self._feeder.feed(item)
                continue
            if item.final and self._held and is_ssml(self.text):
                yield from self._feeder.document(ssml(self.text))
            yield from self._feeder.flush()
            if item.final:
                self._feeder.require_speech()
                return

    def _speak(self) -> Iterator[Block | None]:
        utterance = Utterance(self._synth.voice, self._options)
        for segment in self._chain():
            if segment is None:
                yield None
            else:
                yield from utterance.sound(segment, self.text)
        self.finished = True

    def _chain(self) -> Iterator[Segment | None]:
        while self._prepared:
            yield self._prepared.popleft()
        yield from self._segments
