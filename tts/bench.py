"""`tts bench`: every figure of speed that the README quotes, measured on this machine.

`say` measures inside one process, voices loaded; `start` starts a new process each time, as a shell does.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from tts.errors import ConfigError, TtsError

SENTENCE = "The evening train to the coast leaves at seven from the bay."  # 60 characters
AUDIBLE = 0.01
SAMPLE_RATE = 24_000
WAV_HEADER_BYTES = 44


@dataclass(frozen=True)
class SayFigures:
    """Of one sentence, in process.

    Attributes:
        first_block_p50_ms, first_block_p95_ms: from the call to the first block.
        leading_silence_ms: before the first sample above 0.01 in size; the longest of all runs.
        rtf: time to make the whole sentence by its length, median.
        load_s: import and load.
        peak_memory_mb: of the process, at its highest.
    """

    runs: int
    first_block_p50_ms: float
    first_block_p95_ms: float
    leading_silence_ms: float
    rtf: float
    load_s: float
    peak_memory_mb: float


@dataclass(frozen=True)
class StartFigures:
    """Of `tts say ... -o -` in a new process.

    Attributes:
        first_sample_p50_s, first_sample_p95_s: from the start of the process to its first sample.
        audible_p50_s: the same, plus the silence before the first audible sample.
        peak_memory_mb: of that process, at its highest; the largest of all runs. 0 where the system does not tell.
    """

    runs: int
    first_sample_p50_s: float
    first_sample_p95_s: float
    audible_p50_s: float
    peak_memory_mb: float


def run(args: argparse.Namespace) -> int:
    """Print the figures.

    Raises:
        TtsError: as the options or the weights give cause.
    """
    if args.runs < 1:
        raise ConfigError(f"runs is {args.runs}; allowed: a whole number from 1")
    figures = bench_say(args.voice, args.runs) if args.bench == "say" else bench_start(args.voice, args.runs)
    facts = {name: round(value, 4) for name, value in asdict(figures).items()}
    if args.json:
        print(json.dumps(facts))
    else:
        print("\n".join(f"{name:<22} {value:g}" for name, value in facts.items()))
    return 0


def bench_say(voice: str | None, runs: int) -> SayFigures:
    """Speak the sentence `runs` times, after once for warmth."""
    began = time.perf_counter()
    import numpy as np

    from tts.synthesizer import Synthesizer

    synth = Synthesizer.load()
    load_s = time.perf_counter() - began
    firsts, rtfs, leads = [], [], []
    for seed in range(runs + 1):
        began = time.perf_counter()
        first, blocks = 0.0, []
        for block in synth.stream(SENTENCE, voice=voice, seed=seed):
            first = first or time.perf_counter() - began
            blocks.append(block.samples)
        spent = time.perf_counter() - began
        samples = np.concatenate(blocks)
        if seed:
            firsts.append(1000 * first)
            rtfs.append(spent * SAMPLE_RATE / len(samples))
            leads.append(1000 * int(np.argmax(np.abs(samples) > AUDIBLE)) / SAMPLE_RATE)
    return SayFigures(
        runs,
        percentile(firsts, 50),
        percentile(firsts, 95),
        max(leads),
        percentile(rtfs, 50),
        load_s,
        own_peak_memory_mb(),
    )


def bench_start(voice: str | None, runs: int) -> StartFigures:
    """Start `tts say` `runs` times, after once to fill the system's file cache."""
    starts = [one_start(voice) for _ in range(runs + 1)][1:]
    firsts = [start.first_s for start in starts]
    audible = [start.first_s + start.silence_s for start in starts]
    memory = max(start.memory_mb for start in starts)
    return StartFigures(runs, percentile(firsts, 50), percentile(firsts, 95), percentile(audible, 50), memory)


@dataclass(frozen=True)
class Start:
    """One process: seconds to its first sample, silence at the head of its sound, and its peak memory."""

    first_s: float
    silence_s: float
    memory_mb: float


def one_start(voice: str | None) -> Start:
    """Start one process and listen to it.

    Raises:
        TtsError: it failed; the message is its own.
    """
    import array

    command = [sys.executable, "-m", "tts", "say", SENTENCE, "-o", "-", *(["--voice", voice] if voice else [])]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        head = process.stdout.read(WAV_HEADER_BYTES + 2)
        first = time.perf_counter() - began
        samples = array.array("h", (head + process.stdout.read())[WAV_HEADER_BYTES:])
        message = process.stderr.read().decode("utf-8", "replace").strip()
        memory = _wait(process)
    if process.returncode or not samples:
        raise TtsError(message.removeprefix("tts: error: ") or f"tts say ended with status {process.returncode}")
    if sys.byteorder == "big":
        samples.byteswap()
    silent = next((i for i, sample in enumerate(samples) if abs(sample) > AUDIBLE * 32768), len(samples))
    return Start(first, silent / SAMPLE_RATE, memory)


def _wait(process: "subprocess.Popen[bytes]") -> float:
    if not hasattr(os, "wait4"):
        process.wait()
        return 0.0
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return _megabytes(usage.ru_maxrss)


def own_peak_memory_mb() -> float:
    """Peak resident memory of this process; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0.0
    return _megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _megabytes(maxrss: int) -> float:
    return maxrss / (1e6 if sys.platform == "darwin" else 1024)  # bytes there, KiB elsewhere


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` per cent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]
