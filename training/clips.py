"""Crops of codes with their audio and pitch: what the codec's decoder is trained on."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from codec.encoder import HOP
from codec.spec import FRAME_SIZE, NUM_CODEBOOKS
from training.checkpoints import load
from training.prepared import CodedRow, padded_slice
from tts.errors import CheckpointError, ConfigError

HOPS = FRAME_SIZE // HOP
SOURCE_LEAD = 3  # the decoder's hop j makes the pulse of audio hop j + 3
GRIDS = 4  # an utterance is coded with four offsets of its frames, 20 ms apart


@dataclass(frozen=True)
class Clip:
    """Latents Float[T, D] or [B, T, D], samples [.., T * 1920], pitch in Hz [.., T * 8] (0 where unvoiced)."""

    latents: Tensor
    samples: Tensor
    pitch: Tensor


def coded_rows(work: Path) -> list[CodedRow]:
    """The index that training.codebooks writes last, so that what it names is there.

    Raises:
        CheckpointError: it is missing or damaged.
    """
    path = work / "corpus/index2.json"
    try:
        rows: list[CodedRow] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path} cannot be read ({error}); run python -m training.codebooks WORK") from error
    return rows


class Clips:
    """Reads WORK/corpus and WORK/analysis.pt; `frames` is the length of a training crop."""

    def __init__(self, work: Path, frames: int, seed: int) -> None:
        """Open the arrays.

        Raises:
            CheckpointError: what training.codebooks writes is missing or damaged.
            ConfigError: no utterance is long enough to be trained on.
        """
        corpus = work / "corpus"
        self.rows = [row for row in coded_rows(work) if min(count for _, count in row["grid"]) > frames]
        self.train = [row for row in self.rows if row["split"] == "train"]
        if not self.train:
            raise ConfigError(f"the corpus has no utterance of the split train longer than a crop of {frames} frames")
        self.audio = np.load(corpus / "audio.npy", mmap_mode="r")
        self.codes = np.load(corpus / "codes.npy", mmap_mode="r")
        self.pitch = np.load(corpus / "f0.npy")
        predicted = corpus / "predicted.npy"
        self.predicted = np.load(predicted, mmap_mode="r") if predicted.exists() else None
        self.frames = frames
        self.books: Tensor = load(work / "analysis.pt", "training.codebooks")["rvq"]["codebooks"]
        self.random = np.random.default_rng(seed)

    def latents(self, codes: NDArray[np.int16], depth: int = NUM_CODEBOOKS) -> Tensor:
        """codes [T, 32] → Float[T, D] of the first `depth` levels."""
        index = torch.from_numpy(np.asarray(codes[:, :depth], dtype=np.int64))
        return self.books[torch.arange(depth), index].sum(1)

    def clip(self, row: CodedRow, grid: int, first: int, count: int, depth: int) -> Clip:
        """`count` frames of an utterance from frame `first`."""
        start = row["grid"][grid][0] + first
        hop = row["first_hop"] - 2 * grid + first * HOPS
        audio = self.audio[row["start"] : row["start"] + row["n"]]
        samples = padded_slice(audio, hop * HOP, count * FRAME_SIZE).astype(np.float32) / 32768
        whole = self.pitch[row["f0_start"] : row["f0_start"] + row["f0_n"]]
        pitch = padded_slice(whole, hop + SOURCE_LEAD, count * HOPS)
        latents = self.latents(self.codes[start : start + count], depth)
        return Clip(latents, torch.from_numpy(samples), torch.from_numpy(pitch))

    def spoken(self, row: CodedRow, first: int) -> Clip:
        """A training crop with the latents that the acoustic model would have chosen."""
        assert self.predicted is not None
        start = row["grid"][0][0] + first
        clip = self.clip(row, 0, first, self.frames, NUM_CODEBOOKS)
        latents = torch.from_numpy(self.predicted[start : start + self.frames].astype(np.float32))
        return Clip(latents, clip.samples, clip.pitch)

    def batch(self, size: int) -> Clip:
        """Random crops; half of them at full depth, half at a random one.

        Where training.predict has run, a third of them is what the acoustic model would have said.
        """
        clips = []
        for b in range(size):
            row, grid = self.train[self.random.integers(len(self.train))], int(self.random.integers(GRIDS))
            depth = NUM_CODEBOOKS if b % 2 else int(self.random.integers(1, NUM_CODEBOOKS + 1))
            spoken = self.predicted is not None and b % 3 == 0
            first = int(self.random.integers(row["grid"][0 if spoken else grid][1] - self.frames + 1))
            clips.append(self.spoken(row, first) if spoken else self.clip(row, grid, first, self.frames, depth))
        latents, samples, pitch = zip(*((c.latents, c.samples, c.pitch) for c in clips), strict=True)
        return Clip(torch.stack(latents), torch.stack(samples), torch.stack(pitch))
