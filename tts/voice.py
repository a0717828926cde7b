"""A loaded voice: phones in, blocks of codes out, through two ONNX graphs. An utterance owns its own state.

Frames are computed on a fixed grid (one, one, two, then four at a time) that does not depend on who asks for how much,
since matrix products of different sizes round differently: the same seed gives the same bytes on every block schedule.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from codec.runtime import Codec, StatefulGraph, check_files, open_session, read_card, sizes
from codec.spec import NUM_CODEBOOKS
from tts.acoustic.config import SLOT_SAMPLES, SLOTS_PER_FRAME, WARMUP_FRAMES
from tts.acoustic.layout import lay_out, slot_features
from tts.errors import CheckpointError, ConfigError, TextError
from tts.symbols import INVENTORY, encode
from tts.text.types import LANGS, Segment

Floats = npt.NDArray[np.float32]
GRID = (1, 1, 2, 4)  # frames computed at a time; the last goes on
MAX_LEAD_SLOTS = 2.0  # leading silence is latency: at most 40 ms of it
CARD_FORMAT = 1


@dataclass(frozen=True)
class SpeakerInfo:
    """What one speaker of a voice is called and speaks.

    Attributes:
        name: as given to `voice=`.
        languages: first the one it is best at.
        description: one line for people.
        pitch_mean, pitch_spread: of log hertz; energy_mean, energy_spread: of mean log-mel energy.
    """

    name: str
    languages: tuple[str, ...]
    description: str
    pitch_mean: float
    pitch_spread: float
    energy_mean: float
    energy_spread: float


@dataclass(frozen=True)
class Plan:
    """A segment laid out in time, before any sound is made.

    Attributes:
        hidden: Float[N, D] of the start, each phone and the end.
        durations: Float[N] in slots.
        layout: Long[S], the phone of each slot.
        frames: how many codec frames it takes.
    """

    speaker: int
    hidden: Floats
    durations: Floats
    layout: npt.NDArray[np.int64]
    frames: int

    def start_s(self, phone: int) -> float:
        """When a phone starts, in seconds from the segment's start; `phone` counts from 0 without the start symbol."""
        return float(self.durations[: phone + 1].sum()) * SLOT_SAMPLES / Codec.sample_rate


@dataclass(frozen=True)
class Frames:
    """A run of computed frames: codes Int16[32, T] and latents Float[T, D] at the depth asked for."""

    codes: npt.NDArray[np.int16]
    latents: Floats


class Voice:
    """An acoustic model with its speakers, bound to the codec whose codes it speaks."""

    def __init__(self, folder: Path, codec: Codec, threads: int = 1) -> None:
        """Open the voice in `folder`.

        Raises:
            CheckpointError: weights are missing or damaged, or do not fit this version or `codec`.
        """
        card = read_card(folder / "voice.json", CARD_FORMAT, ("symbols", "codec", "temperature", "speakers"))
        self._check(folder, card, codec)
        self.folder, self.card, self.codec = folder, card, codec
        self.speakers = _speakers(folder / "voice.json", card)
        self.index = {speaker.name: i for i, speaker in enumerate(self.speakers)}
        self.temperature = np.asarray(card["temperature"], np.float32)  # of each level's residual, [32]
        if self.temperature.shape != (NUM_CODEBOOKS,):
            raise CheckpointError(f"{folder / 'voice.json'}: temperature must have {NUM_CODEBOOKS} numbers")
        self.encoder = open_session(folder / "encoder.onnx", threads)
        self.frames = StatefulGraph(open_session(folder / "frames.onnx", threads))

    @staticmethod
    def _check(folder: Path, card: dict[str, Any], codec: Codec) -> None:
        if card["symbols"] != INVENTORY:
            theirs, ours = card["symbols"], INVENTORY
            raise CheckpointError(f"{folder} was trained on other phones ({theirs!r}) than this version's ({ours!r})")
        if card["codec"] != codec.card["name"]:
            theirs, ours = card["codec"], codec.card["name"]
            raise CheckpointError(f"{folder} speaks the codes of codec {theirs!r}, not of {ours!r}")
        check_files(folder, sizes(card))

    def speaker(self, name: str) -> int:
        """Index of a speaker.

        Raises:
            ConfigError: there is none of that name.
        """
        if not isinstance(name, str) or name not in self.index:
            raise ConfigError(f"unknown voice {name!r}; available: {', '.join(self.index)}")
        return self.index[name]

    @cached_property
    def _tables(self) -> dict[str, Floats]:
        books = self.codec.codebooks
        tables = {f"book{level}": entries for level, entries in enumerate(books.entries)}
        return {**tables, **{f"norm{level}": norm for level, norm in enumerate(books.norms)}}

    def plan(self, segment: Segment, speaker: int, speed: float = 1.0, pitch: float = 1.0, energy: float = 1.0) -> Plan:
        """Lay a segment out in time.

        Args:
            segment: from the text front end.
            speaker: from `speaker`.
            speed, pitch, energy: factors on top of the segment's own prosody.

        Returns:
            Where each phone lies; no phone is shorter than one slot.

        Raises:
            TextError: the segment has no phones.
            ConfigError: a phone is not in the inventory.
        """
        if not segment.phones:
            raise TextError("a segment without phones cannot be spoken")
        info = self.speakers[speaker]
        phones = np.array([[0, *encode(segment.phones), 0]], np.int64)
        of_phones = [LANGS.index(lang) for lang in segment.langs]
        langs = np.array([[of_phones[0], *of_phones, of_phones[-1]]], np.int64)
        local = [(speed * p.speed, pitch * p.pitch, energy * p.energy) for p in segment.prosody]
        factors = np.log(np.array([local[0], *local, local[-1]], np.float32))
        shift = factors[None, :, 1:] / np.array([info.pitch_spread, info.energy_spread], np.float32)
        who = np.array([speaker], np.int64)
        inputs = {"phones": phones, "langs": langs, "speaker": who, "shift": shift.astype(np.float32)}
        hidden, log_durations = self.encoder.run(["hidden", "durations"], inputs)
        durations = np.exp(log_durations[0] - factors[:, 0])
        durations[1:] = np.maximum(durations[1:], 1.0)
        durations[0] = min(durations[0], MAX_LEAD_SLOTS)
        layout = lay_out(durations)
        return Plan(speaker, hidden[0], durations, layout, -(-len(layout) // SLOTS_PER_FRAME))

    def speak(self, plan: Plan, depth: int, noise: np.random.Generator) -> Iterator[Frames]:
        """Codes of a plan, on the fixed grid of frames."""
        states, done = self.frames.start(), 0
        speaker = np.array([plan.speaker], np.int64)
        for count in grid(plan.frames):
            extra = WARMUP_FRAMES if done == 0 else 0  # the first run also fills the look-ahead
            first = 0 if done == 0 else (done + WARMUP_FRAMES) * SLOTS_PER_FRAME
            slots = (count + extra) * SLOTS_PER_FRAME
            index = plan.layout[np.minimum(np.arange(first, first + slots), len(plan.layout) - 1)]
            drawn = noise.standard_normal((count, NUM_CODEBOOKS, self.codec.codebooks.entries.shape[2]), np.float32)
            drawn *= self.temperature[None, :, None]
            inputs = {
                "hidden": plan.hidden[None, index],
                "where": slot_features(plan.durations, plan.layout, first, slots)[None],
                "speaker": speaker,
                "noise": np.concatenate([np.zeros((extra, *drawn.shape[1:]), np.float32), drawn]),
                **self._tables,
            }
            results = self.frames.step(inputs, states)
            yield Frames(results["codes"][extra:].T.astype(np.int16), results["sums"][extra:, depth - 1])
            done += count


def _speakers(path: Path, card: dict[str, Any]) -> tuple[SpeakerInfo, ...]:
    try:
        found = tuple(SpeakerInfo(**{**one, "languages": tuple(one["languages"])}) for one in card["speakers"])
    except (TypeError, KeyError) as error:
        raise CheckpointError(f"weights are damaged: {path}: speakers cannot be read ({error})") from None
    if not found:
        raise CheckpointError(f"weights are damaged: {path}: speakers are none")
    return found


def grid(frames: int, sizes: Sequence[int] = GRID) -> Iterator[int]:
    """Run lengths that add up to `frames`."""
    step = 0
    while frames > 0:
        size = min(sizes[min(step, len(sizes) - 1)], frames)
        yield size
        frames, step = frames - size, step + 1
