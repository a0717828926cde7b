"""Text to speech, block by block: `Synthesizer.load().say("Hello, world.")`.

The first block (80 ms) leaves before later ones are computed; whole sentences are never waited for. One codec state
runs through the utterance, so segments join without a seam.
"""

import math
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from codec.runtime import Codec, DecoderStream
from codec.spec import FRAME_RATE, FRAME_SIZE, NUM_CODEBOOKS, SAMPLE_RATE
from tts.config import data_dir
from tts.errors import CheckpointError, ConfigError, TextError
from tts.text.types import LANGS, Segment
from tts.voice import GRID, Plan, Voice, grid

Floats = npt.NDArray[np.float32]
LIMITS = {"speed": (0.5, 2.0), "pitch": (0.5, 2.0), "energy": (0.25, 4.0)}
EMBEDDED = "embedded"
LONGEST_PAUSE_S = 10.0


@dataclass(frozen=True)
class VoiceInfo:
    """A voice that `say` can be asked for."""

    name: str
    languages: tuple[str, ...]
    description: str


@dataclass(frozen=True)
class Word:
    """When a word is heard; `char` is its half-open span in the original text."""

    text: str
    start_s: float
    end_s: float
    char: tuple[int, int]


@dataclass(frozen=True)
class Block:
    """A piece of sound as it is made.

    Attributes:
        samples: Float[S], whole frames of 1920 samples, -1 to 1.
        start_s: of the block in the utterance.
        codes: Int[32, T].
        words: the words announced with this block; none of them is heard before it.
    """

    samples: Floats
    start_s: float
    codes: npt.NDArray[np.int16]
    words: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Audio:
    """A whole utterance.

    Attributes:
        samples: Float[S], -1 to 1.
        sample_rate: 24000.
        words: in order, with times.
        timings: first_block_ms, synthesis_s, audio_s, rtf.
    """

    samples: Floats
    sample_rate: int
    words: tuple[Word, ...]
    timings: dict[str, float] = field(default_factory=dict)

    def save(self, path: str | Path, force: bool = False) -> None:
        """Write a file whose suffix names the format.

        Raises:
            OutputError: unknown suffix, an existing file without `force`, or a file that cannot be written.
        """
        from tts.audio_files import write_file

        write_file(Path(path), self.samples, force=force)


@dataclass(frozen=True)
class Options:
    """Checked options of one utterance."""

    voice: str
    lang: str
    speed: float
    pitch: float
    energy: float
    depth: int
    seed: int

    def __post_init__(self) -> None:
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name)
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if not number or not low <= value <= high:  # NaN is not in any range
                raise ConfigError(f"{name} must be a number from {low} to {high}, not {value!r}")
        if isinstance(self.depth, bool) or not isinstance(self.depth, int) or not 1 <= self.depth <= NUM_CODEBOOKS:
            raise ConfigError(f"depth must be a whole number from 1 to {NUM_CODEBOOKS}, not {self.depth!r}")
        if isinstance(self.seed, bool) or not isinstance(self.seed, int) or not 0 <= self.seed < 2**63:
            raise ConfigError(f"seed must be a whole number from 0 to 2**63 - 1, not {self.seed!r}")
        if self.lang not in (*LANGS, "auto"):
            raise ConfigError(f"unknown language {self.lang!r}; available: {', '.join(LANGS)}, auto")


class Synthesizer:
    """Voices loaded once, spoken with many times. Keeps no state between utterances but `warnings`."""

    def __init__(self, voice: Voice, front: Any = None) -> None:
        if front is None:
            from tts.text.front import FrontEnd

            front = FrontEnd()
        self.voice, self.front, self.codec = voice, front, voice.codec

    @classmethod
    def load(cls, path: str | Path | None = None, threads: int = 1) -> "Synthesizer":
        """Open the embedded voices, or the voice folder at `path`.

        Raises:
            CheckpointError: weights are missing, damaged, or do not fit this version or codec.
        """
        folder = Path(path) if path is not None else data_dir() / "voices" / EMBEDDED
        if not folder.is_dir():
            raise CheckpointError(f"no voice folder at {folder}")
        codec = Codec(data_dir() / "codec" / EMBEDDED, threads)
        return cls(Voice(folder, codec, threads))

    @property
    def voices(self) -> tuple[VoiceInfo, ...]:
        """The voices there are, the default first."""
        return tuple(VoiceInfo(s.name, s.languages, s.description) for s in self.voice.speakers)

    @property
    def warnings(self) -> list[str]:
        """What the text of the last utterance held that could not be spoken."""
        return list(self.front.warnings)

    def say(
        self, text: str | Iterable[str], *, voice: str | None = None, lang: str = "auto", speed: float = 1.0,
        pitch: float = 1.0, energy: float = 1.0, depth: int = NUM_CODEBOOKS, seed: int = 0,
    ) -> Audio:
        """Speak a text.

        Args:
            text: what to say, or pieces of it in order.
            voice: name from `voices`; the first when None.
            lang: "en", "ms" or "auto" (word by word).
            speed, pitch: factors, 0.5 to 2; energy: factor, 0.25 to 4.
            depth: RVQ levels used, 1 to 32.
            seed: of the small random part of the codes.

        Returns:
            The sound and the times of its words.

        Raises:
            ConfigError: an option is out of range or names something unknown.
            TextError: there is nothing to speak, or its markup is broken.
        """
        began = time.perf_counter()
        blocks: list[Floats] = []
        words: list[Word] = []
        first = 0.0
        options = self._options(voice, lang, speed, pitch, energy, depth, seed)
        for block in self._runs(checked(text), options):
            first = first or time.perf_counter() - began
            blocks.append(block.samples)
            words.extend(block.words)
        samples = np.concatenate(blocks)
        spent, length = time.perf_counter() - began, len(samples) / SAMPLE_RATE
        timings = {"first_block_ms": 1000 * first, "synthesis_s": spent, "audio_s": length, "rtf": spent / length}
        return Audio(samples, SAMPLE_RATE, tuple(words), timings)

    def stream(
        self, text: str | Iterable[str], *, voice: str | None = None, lang: str = "auto", speed: float = 1.0,
        pitch: float = 1.0, energy: float = 1.0, depth: int = NUM_CODEBOOKS, seed: int = 0,
        schedule: Sequence[int] = GRID,
    ) -> Iterator[Block]:
        """Speak a text block by block; arguments and errors as in `say`.

        Args:
            schedule: frames of the first, second, … block; the last goes on. Samples and codes do not depend on it.
        """
        options = self._options(voice, lang, speed, pitch, energy, depth, seed)
        if not schedule or any(not isinstance(size, int) or size < 1 for size in schedule):
            found = list(schedule)
            raise ConfigError(f"a schedule is one or more whole numbers of frames, at least 1 each, not {found!r}")
        return regroup(self._runs(checked(text), options), tuple(schedule))

    def _options(
        self, voice: str | None, lang: str, speed: float, pitch: float, energy: float, depth: int, seed: int
    ) -> Options:
        """Options that were checked, the voice's name too."""
        name = self.voice.speakers[0].name if voice is None else voice
        self.voice.speaker(name)
        return Options(name, lang, speed, pitch, energy, depth, seed)

    def _runs(self, text: str | Iterable[str], options: Options) -> Iterator[Block]:
        """Blocks on the voice's own grid."""
        utterance = Utterance(self.voice, options)
        for segment in self.front.segments(text, lang=options.lang):
            yield from utterance.sound(segment, text)


class Utterance:
    """One utterance on its way: the codec's state, the chance and the clock that run through its segments."""

    def __init__(self, voice: Voice, options: Options) -> None:
        self.voice, self.options, self.frames = voice, options, 0
        self.stream, self.noise = DecoderStream(voice.codec), np.random.default_rng(options.seed)
        self.silence = np.asarray(voice.codec.card["silence"], np.int16)[:, None]

    def sound(self, segment: Segment, text: str | Iterable[str]) -> Iterator[Block]:
        """Blocks of the next segment, on the voice's own grid; `text` is what its offsets index, if it is a str."""
        options = self.options
        if segment.phones:
            speaker = self.voice.speaker(segment.voice or options.voice)
            plan = self.voice.plan(segment, speaker, options.speed, options.pitch, options.energy)
            words = word_times(segment, plan, self.frames * FRAME_SIZE / SAMPLE_RATE, text)
            for run in self.voice.speak(plan, options.depth, self.noise):
                yield self._block(run.codes, run.latents, words)
                words = ()
        for count in grid(pause_frames(segment.pause_s)):
            codes = np.repeat(self.silence, count, 1)
            yield self._block(codes, self.voice.codec.codebooks.latents(codes, options.depth), ())

    def _block(self, codes: npt.NDArray[np.int16], latents: Floats, words: tuple[Word, ...]) -> Block:
        samples = np.clip(self.stream.step(latents), -1.0, 1.0)
        start_s = self.frames * FRAME_SIZE / SAMPLE_RATE
        self.frames += codes.shape[1]
        return Block(samples, start_s, codes, words)


def checked(text: str | Iterable[str]) -> str | Iterable[str]:
    """A text, or pieces of one.

    Raises:
        TextError: something else.
    """
    if isinstance(text, (bytes, bytearray)) or not isinstance(text, Iterable):
        raise TextError(f"a text is a str or pieces of str in order, not {type(text).__name__}")
    return text


def pause_frames(pause_s: float) -> int:
    """Whole frames that hold a pause; a hair over a frame is rounding, not another frame."""
    return math.ceil(min(pause_s, LONGEST_PAUSE_S) * SAMPLE_RATE / FRAME_SIZE - 1e-6)


def word_times(segment: Segment, plan: Plan, offset_s: float, text: str | Iterable[str]) -> tuple[Word, ...]:
    """Times of the words of a segment; tokens of one span of the original text ("12:30") are one word."""
    words: list[Word] = []
    for token, (first, last) in zip(segment.tokens, segment.spans, strict=True):
        if token.kind != "word" or last <= first:
            continue
        start, end = offset_s + plan.start_s(first), offset_s + plan.start_s(last)
        char = (token.start, token.end)
        if words and words[-1].char == char:
            words[-1] = Word(words[-1].text, words[-1].start_s, end, char)
        else:
            words.append(Word(text[slice(*char)] if isinstance(text, str) else token.text, start, end, char))
    return tuple(words)


def regroup(blocks: Iterator[Block], schedule: Sequence[int]) -> Iterator[Block]:
    """The same samples and codes in blocks of `schedule` frames; words leave with the first block of their run."""
    held: list[Floats] = []
    words: list[Word] = []
    codes: list[npt.NDArray[np.int16]] = []
    step, done, frames = 0, 0, 0
    for block in blocks:
        held.append(block.samples)
        codes.append(block.codes)
        words.extend(block.words)
        frames += block.codes.shape[1]
        while frames >= (size := schedule[min(step, len(schedule) - 1)]):
            samples, joined = np.concatenate(held), np.concatenate(codes, 1)
            yield Block(samples[: size * FRAME_SIZE], done / FRAME_RATE, joined[:, :size], tuple(words))
            held, codes, words = [samples[size * FRAME_SIZE :]], [joined[:, size:]], []
            done, frames, step = done + size, frames - size, step + 1
    if frames:
        yield Block(np.concatenate(held), done / FRAME_RATE, np.concatenate(codes, 1), tuple(words))
