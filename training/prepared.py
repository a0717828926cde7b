"""What training.corpus leaves in WORK/corpus: rows of metadata, and arrays of all utterances one after the other."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from codec.encoder import FEATURES
from tts.errors import CheckpointError

UNIT = 600  # samples in one unit of `durations`
INDEX = "index.json"
SAMPLES = "audio.npy"
PITCH = "f0.npy"
SPECTRA = "feats.npy"


class Sentence(TypedDict):
    """One line of the corpus's metadata.jsonl; its README explains the fields."""

    id: str
    speaker: str
    lang: str
    text: str
    phonemes: str
    durations: list[int]
    samples: int
    split: str


class Row(Sentence):
    """The same with places in the arrays: `start` and `n` in samples, the others in hops of 10 ms.

    `first_hop` is the trimmed start: 30 ms before the first audible sample.
    """

    start: int
    n: int
    f0_start: int
    f0_n: int
    feat_start: int
    feat_n: int
    first_hop: int


class CodedRow(Row):
    """The same with its first row in the arrays of codes, and its number of frames, on each of the four grids."""

    grid: list[list[int]]


@dataclass(frozen=True)
class Corpus:
    """The prepared corpus, its arrays mapped from disk.

    Attributes:
        rows: one an utterance.
        samples: Int16[S] at 24 kHz.
        pitch: Float32[P] in Hz, one value every 10 ms, 0 where unvoiced.
        spectra: Float16[P, FEATURES] of codec.encoder.Spectra; hop i ends LOOKAHEAD samples after sample (i + 1) * HOP.
    """

    rows: list[Row]
    samples: NDArray[np.int16]
    pitch: NDArray[np.float32]
    spectra: NDArray[np.float16]

    def pitch_of(self, row: Row) -> NDArray[np.float32]:
        """Float32[P] of one utterance."""
        return self.pitch[row["f0_start"] : row["f0_start"] + row["f0_n"]]

    def spectra_of(self, row: Row) -> NDArray[np.float16]:
        """Float16[P, FEATURES] of one utterance."""
        return self.spectra[row["feat_start"] : row["feat_start"] + row["feat_n"]]


def open_corpus(work: Path) -> Corpus:
    """The corpus that training.corpus prepared in `work`.

    Raises:
        CheckpointError: a file is missing or damaged, or the files are not of one run.
    """
    folder, remedy = work / "corpus", "run python -m training.corpus CORPUS WORK"
    try:
        rows: list[Row] = json.loads((folder / INDEX).read_text("utf-8"))
        arrays = [np.load(folder / name, mmap_mode="r") for name in (SAMPLES, PITCH, SPECTRA)]
    except (OSError, ValueError, EOFError) as error:
        raise CheckpointError(f"{folder} holds no prepared corpus ({error}); {remedy}") from error
    hops = sum(row["feat_n"] for row in rows)
    if [array.shape for array in arrays] != [(sum(row["n"] for row in rows),), (hops,), (hops, FEATURES)]:
        raise CheckpointError(f"{folder}: the arrays do not have the sizes that {INDEX} states; {remedy}")
    return Corpus(rows, *arrays)


def padded_slice(values: NDArray[Any], start: int, count: int, fill: float = 0.0) -> NDArray[Any]:
    """`count` entries of `values` [N, ...] from `start`, which may be negative; `fill` where there are none."""
    out = np.full((count, *values.shape[1:]), fill, values.dtype)
    low, high = max(0, start), min(len(values), start + count)
    if high > low:
        out[low - start : high - start] = values[low:high]
    return out
