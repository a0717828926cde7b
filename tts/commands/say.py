"""`tts say`: text to the default audio device, to a file or to standard output, block by block."""

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from tts.commands.progress import Progress
from tts.commands.source import Source, open_source
from tts.errors import OutputError

if TYPE_CHECKING:
    from tts.audio_formats import Floats
    from tts.synthesizer import Block, Synthesizer


class Output(Protocol):
    """Where sound goes."""

    def write(self, samples: "Floats") -> None:
        """Take the next samples."""


class WavToStdout(AbstractContextManager["WavToStdout"]):
    """A WAV stream with one header, flushed block by block."""

    def __init__(self) -> None:
        """Opens the stream.

        Raises:
            OutputError: standard output is a terminal, or closed.
        """
        from tts.audio_formats import WavEncoder

        if sys.stdout is None:
            raise OutputError("standard output is closed")
        if sys.stdout.isatty():
            raise OutputError("standard output is a terminal; redirect it (-o - > FILE), or name a file with -o FILE")
        self._encoder = WavEncoder()

    def write(self, samples: "Floats") -> None:
        """Pass samples on at once.

        Raises:
            OutputError: the disk is full, or whatever else the system says.
        """
        try:
            sys.stdout.buffer.write(self._encoder.write(samples))
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(f"cannot write to standard output: {error.strerror}") from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The true length cannot be told any more."""


class Clock:
    """Passes blocks on and measures how long they took to make, without the time their listener spends on them."""

    def __init__(self) -> None:
        self.first_s: float | None = None
        self.total_s = self.audio_s = 0.0

    def watch(self, blocks: Iterable["Block"]) -> Iterator["Block"]:
        """The same blocks."""
        began = time.perf_counter()
        for block in blocks:
            self.total_s += time.perf_counter() - began
            if self.first_s is None:
                self.first_s = self.total_s
            self.audio_s += len(block.samples) / 24_000
            yield block
            began = time.perf_counter()


def run(args: argparse.Namespace) -> int:
    """Speak.

    Raises:
        TtsError: as the options, the text, the weights or the output give cause.
    """
    source = open_source(args)
    with open_output(args) as output:
        began = time.perf_counter()
        from tts.synthesizer import Synthesizer

        synth = Synthesizer.load()
        loaded_s = time.perf_counter() - began
        report = speak(args, source, synth, output)
    for warning in synth.warnings:
        print(f"tts: warning: {warning}", file=sys.stderr)
    if args.json:
        whole = {"load_s": round(loaded_s, 4), **report, "warnings": list(synth.warnings)}
        print(json.dumps(whole, ensure_ascii=False), file=sys.stderr if args.output == "-" else sys.stdout)
    return 0


def open_output(args: argparse.Namespace) -> AbstractContextManager[Output]:
    """Where the arguments want the sound, opened and thus known to work."""
    if args.output is None:
        from tts.playback import open_player

        return open_player()
    if args.output == "-":
        return WavToStdout()
    from tts.audio_files import AudioFile

    return AudioFile(Path(args.output), force=args.force)


def speak(args: argparse.Namespace, source: Source, synth: "Synthesizer", output: Output) -> dict[str, Any]:
    """Pass all blocks to `output`.

    Returns:
        first_block_ms, audio_s, synthesis_s, rtf; words too if the arguments ask for JSON.
    """
    blocks = synth.stream(
        source.text,
        voice=args.voice,
        lang=args.lang,
        speed=args.speed,
        pitch=args.pitch,
        energy=args.energy,
        depth=args.depth,
        seed=args.seed,
    )
    clock, words = Clock(), []
    to_file = args.output not in (None, "-")
    with Progress(sys.stderr, source.length, wanted=to_file) as progress:
        for block in clock.watch(blocks):
            output.write(block.samples)
            progress.update(clock.audio_s, block.words)
            if args.json:
                words += [
                    {"text": w.text, "start_s": round(w.start_s, 3), "end_s": round(w.end_s, 3), "char": list(w.char)}
                    for w in block.words
                ]
    report: dict[str, Any] = {
        "first_block_ms": round(1000 * (clock.first_s or 0.0), 2),
        "audio_s": round(clock.audio_s, 3),
        "synthesis_s": round(clock.total_s, 4),
        "rtf": round(clock.total_s / max(clock.audio_s, 1e-9), 4),
    }
    return {**report, "words": words} if args.json else report
