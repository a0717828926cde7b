"""One utterance of the corpus: decode it, find where speech starts, measure pitch and spectra every 10 ms.

Pitch is WORLD's DIO refined by StoneMask (Morise et al. 2016).
"""

import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
import torch
from numpy.typing import NDArray

from codec.encoder import HISTORY, HOP, LOOKAHEAD, Spectra
from codec.spec import SAMPLE_RATE
from training.prepared import padded_slice
from tts.errors import CodecError

PITCH_FLOOR_HZ, PITCH_CEILING_HZ = 60.0, 500.0
AUDIBLE = 0.01  # of full scale
LEAD = 720  # samples kept before the first audible one: 30 ms
PIECE = 200  # hops measured at a time; more leave the cache


@dataclass(frozen=True)
class Recording:
    """An utterance to measure; `line` names its line of metadata.jsonl in errors."""

    path: Path
    samples: int
    line: str


@dataclass(frozen=True)
class Measured:
    """Int16[S] at 24 kHz, pitch Float32[P] in Hz, spectra Float16[P, FEATURES], and the trimmed start's hop."""

    samples: NDArray[np.int16]
    pitch: NDArray[np.float32]
    spectra: NDArray[np.float16]
    first_hop: int


def measure(recording: Recording) -> Measured:
    """Decode one utterance and measure it.

    Raises:
        CodecError: the file is damaged, has another rate or length than stated, or is silent.
    """
    wav = _decode(recording)
    samples = np.clip(wav * 32767, -32768, 32767).astype(np.int16)
    pitch = padded_slice(pitch_of(wav), 0, hops_of(len(wav)))
    return Measured(samples, pitch, spectra_of(samples), _first_hop(samples, recording))


def _decode(recording: Recording) -> NDArray[np.float32]:
    try:
        wav, rate = soundfile.read(recording.path, dtype="float32")
    except (OSError, soundfile.LibsndfileError) as error:
        raise CodecError(f"{recording.line}: {recording.path} cannot be decoded ({error})") from error
    if rate != SAMPLE_RATE or wav.shape != (recording.samples,):
        found = f"{' x '.join(map(str, wav.shape))} samples at {rate} Hz"
        wanted = f"{recording.samples} samples at {SAMPLE_RATE} Hz, mono"
        raise CodecError(f"{recording.line}: {recording.path} has {found}; expected {wanted}")
    return np.asarray(wav, np.float32)


def _first_hop(samples: NDArray[np.int16], recording: Recording) -> int:
    audible = np.abs(samples.astype(np.float32)) / 32768 > AUDIBLE
    if not audible.any():
        raise CodecError(f"{recording.line}: {recording.path} is silent (no sample above {AUDIBLE:.0%} of full scale)")
    return max(0, (int(audible.argmax()) - LEAD) // HOP)


def hops_of(samples: int) -> int:
    """How many hops of pitch and spectra an utterance of `samples` has."""
    return samples // HOP + 1


def pitch_of(wav: NDArray[np.float32]) -> NDArray[np.float32]:
    """Pitch of wav Float32[S] in Hz, 0 where unvoiced, Float32[S // HOP + 1]; value i belongs to sample i * HOP."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyworld imports pkg_resources, which warns
        import pyworld
    wide = wav.astype(np.float64)
    period_ms = 1000 * HOP / SAMPLE_RATE
    coarse, times = pyworld.dio(
        wide, SAMPLE_RATE, f0_floor=PITCH_FLOOR_HZ, f0_ceil=PITCH_CEILING_HZ, frame_period=period_ms
    )
    return np.asarray(pyworld.stonemask(wide, coarse, times, SAMPLE_RATE), np.float32)


@torch.inference_mode()
def spectra_of(samples: NDArray[np.int16]) -> NDArray[np.float16]:
    """Log spectra of samples Int16[S].

    Returns:
        Float16[S // HOP + 1, FEATURES]; the windows of hop i end LOOKAHEAD samples after sample (i + 1) * HOP.
    """
    hops, measures = hops_of(len(samples)), _spectra()
    joined = padded_slice(samples, LOOKAHEAD - HISTORY, HISTORY + hops * HOP).astype(np.float32) / 32768
    pieces = []
    for first in range(0, hops, PIECE):
        piece = joined[first * HOP : HISTORY + min(first + PIECE, hops) * HOP]
        pieces.append(measures(torch.from_numpy(piece)[None])[0].numpy())
    return np.concatenate(pieces).astype(np.float16)


@cache
def _spectra() -> Spectra:
    return Spectra()
