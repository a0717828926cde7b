"""Sentences with durations, tone, spectra and codes, padded to batches: what the acoustic model is trained on."""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from codec.encoder import BANDS
from codec.spec import NUM_CODEBOOKS
from training.clips import GRIDS, coded_rows
from training.prepared import UNIT, CodedRow
from tts.acoustic.config import SLOT_FEATURES, SLOT_SAMPLES, SLOTS_PER_FRAME, WARMUP_FRAMES
from tts.acoustic.layout import lay_out, slot_features
from tts.acoustic.model import SLOT_TARGETS
from tts.errors import ConfigError
from tts.symbols import IDS
from tts.text.types import LANGS

SPEAKERS = ("heart", "michael", "dora", "alex")
PITCH_SPREAD_FLOOR = 0.05
SILENT_LEVEL = -11.5  # mean log-mel of digital silence
MEL_GROUPS = (40, 3)  # of the first 120 bands: what the slot layers are asked for
POOL = 8  # batches' worth of sentences sorted by length, so that little of a batch is padding


@dataclass(frozen=True)
class Stats:
    """Mean and spread of a speaker's log pitch and log-mel energy, over phones."""

    pitch: float
    pitch_spread: float
    energy: float
    energy_spread: float


@dataclass(frozen=True)
class Item:
    """One sentence: ids Long[N] with start and end, lengths Float[N] in slots, tone Float[N, 2] in spreads."""

    row: CodedRow
    ids: NDArray[np.int64]
    slots: NDArray[np.float64]
    tone: NDArray[np.float32]

    @property
    def frames(self) -> int:
        """Frames on the first grid."""
        return self.row["grid"][0][1]


@dataclass
class Batch:
    """Padded sentences; masks are True where real.

    Attributes:
        phones, langs: Long[B, N]; speaker: Long[B]; mask: Bool[B, N].
        durations: Float[B, N] in slots; duration_mask: Bool[B, N], also False for a lead only the grid made.
        tone: Float[B, N, 2]; index: Long[B, S], the phone of each slot; where: Float[B, S, 4].
        slot_targets: Float[B, S, 42]; slot_mask: Bool[B, S].
        latents: Float[B, T, D]; codes: Long[B, T, 32]; frame_mask: Bool[B, T].
    """

    phones: Tensor
    langs: Tensor
    speaker: Tensor
    mask: Tensor
    durations: Tensor
    duration_mask: Tensor
    tone: Tensor
    index: Tensor
    where: Tensor
    slot_targets: Tensor
    slot_mask: Tensor
    latents: Tensor
    codes: Tensor
    frame_mask: Tensor

    @classmethod
    def empty(cls, size: int, phones: int, frames: int, latent: int) -> "Batch":
        """All padding."""
        slots = (frames + WARMUP_FRAMES) * SLOTS_PER_FRAME
        shapes = {
            "phones": (phones,), "langs": (phones,), "speaker": (), "mask": (phones,), "durations": (phones,),
            "duration_mask": (phones,), "tone": (phones, 2), "index": (slots,), "where": (slots, SLOT_FEATURES),
            "slot_targets": (slots, SLOT_TARGETS), "slot_mask": (slots,), "latents": (frames, latent),
            "codes": (frames, NUM_CODEBOOKS), "frame_mask": (frames,),
        }  # fmt: skip
        integers = {"phones", "langs", "speaker", "index", "codes"}
        made = {}
        for field in fields(cls):
            kind = torch.bool if field.name.endswith("mask") else torch.long if field.name in integers else torch.float
            made[field.name] = torch.zeros(size, *shapes[field.name], dtype=kind)
        made["durations"] += 1
        return cls(**made)


class Sentences:
    """Reads WORK/corpus; `train` and `dev` are lists of items."""

    def __init__(self, work: Path, seed: int) -> None:
        """Open the arrays and measure the speakers.

        Raises:
            CheckpointError: what training.codebooks writes is missing or damaged.
            ConfigError: a speaker of SPEAKERS has nothing to learn from, a sentence is by none of them, or none is for
                measuring.
        """
        corpus = work / "corpus"
        rows = coded_rows(work)
        self.codes = np.load(corpus / "codes.npy", mmap_mode="r")
        self.latents = np.load(corpus / "latents.npy", mmap_mode="r")
        self.spectra = np.load(corpus / "feats.npy", mmap_mode="r")
        self.pitch = np.load(corpus / "f0.npy")
        self.random = np.random.default_rng(seed)
        tones = [self._raw_tone(row) for row in rows]
        self.stats = _speaker_stats(rows, tones)
        self.items = [self._item(row, tone) for row, tone in zip(rows, tones, strict=True)]
        self.train = [item for item in self.items if item.row["split"] == "train"]
        self.dev = [item for item in self.items if item.row["split"] == "dev"]
        if not self.dev:
            raise ConfigError("the corpus has no sentence of the split dev, which are what progress is measured on")

    def _raw_tone(self, row: CodedRow) -> NDArray[np.float64]:
        """Mean log pitch (0 where mostly unvoiced) and mean log-mel of each phone, Float[N, 2]."""
        bounds = (_bounds(row) / 240 + row["first_hop"]).round().astype(int)
        pitch = self.pitch[row["f0_start"] : row["f0_start"] + row["f0_n"]]
        spectra = self.spectra[row["feat_start"] : row["feat_start"] + row["feat_n"], :BANDS]
        energy = spectra.astype(np.float32).mean(1)
        tone = np.zeros((len(bounds) - 1, 2))
        for i, (start, end) in enumerate(zip(bounds, bounds[1:], strict=False)):
            end = max(end, start + 1)
            voiced = pitch[start:end][pitch[start:end] > 0]
            tone[i, 0] = np.log(voiced).mean() if 2 * len(voiced) > end - start else 0
            tone[i, 1] = energy[start:end].mean() if start < len(energy) else SILENT_LEVEL
        return tone

    def _item(self, row: CodedRow, tone: NDArray[np.float64]) -> Item:
        """Normalise a sentence; the pitch of unvoiced phones is drawn straight between their neighbours'."""
        own = self.stats[row["speaker"]]
        voiced = np.flatnonzero(tone[:, 0] > 0)
        places = np.arange(len(tone))
        pitch = np.interp(places, voiced, tone[voiced, 0]) if len(voiced) else np.full(len(tone), own.pitch)
        normal = [(pitch - own.pitch) / own.pitch_spread, (tone[:, 1] - own.energy) / own.energy_spread]
        ids = np.array([0, *(IDS[symbol] for symbol in row["phonemes"]), 0])
        return Item(row, ids, np.diff(_bounds(row)) / SLOT_SAMPLES, np.stack(normal, 1).clip(-4, 4).astype(np.float32))

    def batch(self, items: list[Item], grids: list[int]) -> Batch:
        """Pad `items`, each on its own frame grid."""
        frames = max(item.row["grid"][grid][1] for item, grid in zip(items, grids, strict=True))
        batch = Batch.empty(len(items), max(len(item.ids) for item in items), frames, self.latents.shape[1])
        for i, (item, grid) in enumerate(zip(items, grids, strict=True)):
            self._fill(batch, i, item, grid)
        return batch

    def _fill(self, batch: Batch, i: int, item: Item, grid: int) -> None:
        count, (start, frames) = len(item.ids), item.row["grid"][grid]
        batch.phones[i, :count] = torch.from_numpy(item.ids)
        batch.langs[i, :count] = LANGS.index(item.row["lang"])
        batch.speaker[i] = SPEAKERS.index(item.row["speaker"])
        batch.mask[i, :count] = True
        durations = item.slots.copy()
        durations[0] += grid  # each grid starts 20 ms earlier
        batch.durations[i, :count] = torch.from_numpy(durations)
        batch.duration_mask[i, int(grid > 0) : count] = True
        batch.tone[i, :count] = torch.from_numpy(item.tone)
        layout, slots = lay_out(durations), batch.index.shape[1]
        batch.index[i] = torch.from_numpy(layout[np.minimum(np.arange(slots), len(layout) - 1)])
        batch.where[i] = torch.from_numpy(slot_features(durations, layout, 0, slots))
        targets = self._slot_targets(item.row, grid, frames * SLOTS_PER_FRAME)
        batch.slot_targets[i, : len(targets)] = torch.from_numpy(targets)
        batch.slot_mask[i, : len(targets)] = True
        batch.latents[i, :frames] = torch.from_numpy(self.latents[start : start + frames].astype(np.float32))
        batch.codes[i, :frames] = torch.from_numpy(self.codes[start : start + frames].astype(np.int64))
        batch.frame_mask[i, :frames] = True

    def _slot_targets(self, row: CodedRow, grid: int, count: int) -> NDArray[np.float32]:
        """40 mel bands, pitch and voicing of each slot, Float[count, 42]."""
        bands, width = MEL_GROUPS
        hops = np.clip(row["first_hop"] - 2 * grid + np.arange(2 * count), 0, row["feat_n"] - 1)
        spectra = self.spectra[row["feat_start"] + hops, : bands * width].astype(np.float32)
        mel = spectra.reshape(count, 2, bands, width).mean((1, 3)) / 2 + 3
        pitch = self.pitch[row["f0_start"] + np.minimum(hops[::2] + 1, row["f0_n"] - 1)]
        own = self.stats[row["speaker"]]
        normal = np.where(pitch > 0, (np.log(np.maximum(pitch, 1)) - own.pitch) / own.pitch_spread, 0).clip(-4, 4)
        return np.concatenate([mel, normal[:, None], (pitch > 0)[:, None]], 1).astype(np.float32)

    def draw(self, size: int) -> Batch:
        """A training batch of sentences of like length, each on a random grid."""
        pool = sorted(self.random.choice(len(self.train), POOL * size), key=lambda i: self.train[i].frames)
        at = int(self.random.integers(POOL)) * size
        grids = self.random.integers(0, GRIDS, size).tolist()
        return self.batch([self.train[i] for i in pool[at : at + size]], grids)


def _bounds(row: CodedRow) -> NDArray[np.float64]:
    """Phone boundaries in samples from the trimmed start, Float[N + 1]."""
    ends = np.concatenate([[0], np.cumsum(row["durations"]) * float(UNIT)])
    return np.maximum(ends - row["first_hop"] * 240, 0)


def _speaker_stats(rows: list[CodedRow], tones: list[NDArray[np.float64]]) -> dict[str, Stats]:
    strangers = {row["speaker"] for row in rows} - set(SPEAKERS)
    if strangers:
        raise ConfigError(f"unknown speakers {', '.join(sorted(strangers))}; allowed: {', '.join(SPEAKERS)}")
    found = {}
    for name in SPEAKERS:
        of_one = [t for row, t in zip(rows, tones, strict=True) if row["speaker"] == name and row["split"] == "train"]
        joined = np.concatenate([*of_one, np.zeros((0, 2))])
        pitch, energy = joined[joined[:, 0] > 0, 0], joined[:, 1]
        if not len(pitch):
            needed = ", ".join(SPEAKERS)
            raise ConfigError(f"no voiced phone by speaker {name} in the split train; sentences by {needed} are needed")
        spread = max(float(pitch.std()), PITCH_SPREAD_FLOOR)
        found[name] = Stats(float(pitch.mean()), spread, float(energy.mean()), float(energy.std()))
    return found
