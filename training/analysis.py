"""Train the codec's encoder: `python -m training.analysis WORK --minutes 15`.

Needs what training.corpus wrote. Keeps WORK/autoencoder.pt, from which an interrupted run goes on with equal batches;
prints one line every 25 steps. The rate falls along a cosine over the minutes or, with --steps, over the steps, which
makes two runs equal.
"""

import argparse
import json
import math
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from codec.encoder import FLOOR, HOP
from codec.spec import CARDINALITY, FRAME_SIZE
from training.autoencoder import PHONES_PER_FRAME, WEIGHTS, Autoencoder, Crops, Sizes, losses
from training.checkpoints import load, save
from training.command import reported
from training.prepared import UNIT, Corpus, Row, open_corpus, padded_slice
from tts.errors import CheckpointError, ConfigError
from tts.symbols import encode

CHECKPOINT = "autoencoder.pt"
HOPS = FRAME_SIZE // HOP
SLOT = FRAME_SIZE // PHONES_PER_FRAME  # samples that share a phone label
LOG_FLOOR = math.log(FLOOR)
GAIN_DB = (-9.0, 3.0)
EARLY_SLOTS = 20  # a crop may start so much before its utterance
PITCH_LEAD = 2  # the short window of hop i has its middle at sample 240 i + 448
FIRST_CROPS = 200  # from which the normalisation is taken
WARMUP_STEPS = 200
SAVE_S = 180.0
REPORT_STEPS = 25
SHOWN_LEVELS = (0, 7, 15, 31)


@dataclass(frozen=True)
class Options:
    """How to train; the schedule is as long as `minutes`, or `steps` where given."""

    minutes: float = 15.0
    steps: int | None = None
    batch: int = 32
    frames: int = 24
    rate: float = 1e-3
    threads: int = 2
    seed: int = 0


def phone_track(row: Row) -> NDArray[np.int64]:
    """Id of the phone at the middle of each 20 ms slot of an utterance; 0 in the silence around it."""
    ids = np.array([0, *encode(row["phonemes"]), 0])
    times = np.arange(0, row["samples"], SLOT)
    middles = np.where(times + SLOT // 2 < row["samples"], times + SLOT // 2, times)
    return ids[np.searchsorted(np.cumsum(row["durations"]) * UNIT, middles, side="right")]


class Sampler:
    """Draws crops of training utterances, each at a random level."""

    def __init__(self, corpus: Corpus, frames: int, seed: int) -> None:
        self.corpus, self.frames = corpus, frames
        self.rows = [row for row in corpus.rows if row["split"] == "train"]
        if not self.rows:
            raise ConfigError("the corpus has no utterance of the split train")
        self.tracks = [phone_track(row) for row in self.rows]
        self.random = np.random.default_rng(seed)

    def draw(self, size: int) -> Crops:
        """`size` crops of `frames` frames."""
        spectra, pitch, phones = zip(*(self._crop() for _ in range(size)), strict=True)
        return Crops(*(torch.from_numpy(np.stack(parts)) for parts in (spectra, pitch, phones)))

    def _crop(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]:
        chosen = int(self.random.integers(len(self.rows)))
        row, slots = self.rows[chosen], self.frames * PHONES_PER_FRAME
        slot = int(self.random.integers(-EARLY_SLOTS, max(1, row["samples"] // SLOT - slots)))
        hop, hops = slot * SLOT // HOP, self.frames * HOPS
        gain = self.random.uniform(*GAIN_DB) / 20 * math.log(10)
        spectra = padded_slice(self.corpus.spectra_of(row), hop, hops, -np.inf).astype(np.float32)
        pitch = padded_slice(self.corpus.pitch_of(row), hop + PITCH_LEAD, hops)
        return np.maximum(spectra + np.float32(gain), LOG_FLOOR), pitch, padded_slice(self.tracks[chosen], slot, slots)


class Trainer:
    """A model with all that decides how its training goes on."""

    def __init__(self, corpus: Corpus, options: Options, sizes: Sizes) -> None:
        torch.manual_seed(options.seed)  # layers draw their weights from torch's own generator
        self.options = options
        self.model = Autoencoder(sizes)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), options.rate, betas=(0.8, 0.99), weight_decay=1e-3)
        self.sampler = Sampler(corpus, options.frames, options.seed)
        self.generator = torch.Generator().manual_seed(options.seed)
        self.step, self.minutes = 0, 0.0

    def start(self) -> None:
        """Set the normalisation and the codebooks from the first crops."""
        self.model.start(self.sampler.draw(FIRST_CROPS).spectra, self.generator)

    @property
    def progress(self) -> float:
        """0 at the start of the schedule, 1 or more past its end."""
        options = self.options
        return self.minutes / options.minutes if options.steps is None else self.step / options.steps

    def advance(self) -> dict[str, float]:
        """One step; returns the terms of the loss, their weighted sum `loss` and the gradient's norm."""
        began = time.monotonic()
        cosine = 0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * min(1.0, self.progress)))
        for group in self.optimizer.param_groups:
            group["lr"] = self.options.rate * min(1.0, (self.step + 1) / WARMUP_STEPS) * cosine
        found = losses(self.model, self.sampler.draw(self.options.batch), self.generator)
        loss = torch.stack([WEIGHTS[name] * found[name] for name in WEIGHTS]).sum()
        self.optimizer.zero_grad()
        torch.autograd.backward(loss)
        norm = nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.step += 1
        shown = {name: value.item() for name, value in {"loss": loss, **found, "gradient": norm}.items()}
        self.minutes += (time.monotonic() - began) / 60
        return shown

    def used(self) -> list[float]:
        """Share of the entries in use, at SHOWN_LEVELS."""
        share = 0.1 * self.options.batch * self.options.frames / CARDINALITY
        return [(self.model.rvq.counts[level] > share).float().mean().item() for level in SHOWN_LEVELS]

    def state(self) -> dict[str, Any]:
        """Everything `restore` needs; torch.load can read it with weights_only."""
        return {
            "model": self.model.state_dict(),
            "sizes": asdict(self.model.sizes),
            "optimizer": self.optimizer.state_dict(),
            "generator": self.generator.get_state(),
            "random": json.dumps(self.sampler.random.bit_generator.state),
            "step": self.step,
            "minutes": self.minutes,
        }

    def restore(self, saved: dict[str, Any]) -> None:
        """Go on from `state`.

        Raises:
            CheckpointError: it is of another model.
        """
        try:
            self.model.load_state_dict(saved["model"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.generator.set_state(saved["generator"])
            self.sampler.random.bit_generator.state = json.loads(saved["random"])
            self.step, self.minutes = saved["step"], saved["minutes"]
        except (KeyError, RuntimeError, ValueError) as error:
            raise CheckpointError(f"the checkpoint is of another model ({str(error).splitlines()[0]})") from error


def train(work: Path, options: Options, sizes: Sizes) -> None:
    """Train, or go on training, until the schedule ends; leaves WORK/autoencoder.pt.

    Raises:
        CheckpointError: WORK has no prepared corpus, or a checkpoint that cannot be used.
    """
    torch.set_num_threads(options.threads)
    trainer, path = Trainer(open_corpus(work), options, sizes), work / CHECKPOINT
    if path.exists():
        trainer.restore(load(path, "python -m training.analysis"))
    else:
        trainer.start()
    count = sum(p.numel() for p in trainer.model.encoder.parameters())
    print(f"encoder of {count / 1e6:.2f} M parameters, step {trainer.step}", flush=True)
    saved_at = time.monotonic()
    while trainer.progress < 1:
        shown = trainer.advance()
        if trainer.step % REPORT_STEPS == 0 or trainer.step < 4:
            _report(trainer, shown)
        if time.monotonic() - saved_at >= SAVE_S or trainer.progress >= 1:
            save(path, trainer.state())
            saved_at = time.monotonic()


def _report(trainer: Trainer, shown: dict[str, float]) -> None:
    terms = " ".join(f"{name} {value:.3f}" for name, value in shown.items())
    used = " ".join(f"{share:.2f}" for share in trainer.used())
    print(f"{trainer.step} {trainer.minutes:.1f}m {terms} used {used}", flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Train; returns the exit status."""
    default = Options()
    parser = argparse.ArgumentParser(prog="python -m training.analysis", description="Train the codec's encoder.")
    parser.add_argument("work", type=Path, help="folder in which training.corpus prepared the corpus")
    parser.add_argument("--minutes", type=float, default=default.minutes, help="length of the schedule (default 15)")
    parser.add_argument("--steps", type=int, help="its length in steps, instead of minutes")
    parser.add_argument("--batch", type=int, default=default.batch)
    parser.add_argument("--rate", type=float, default=default.rate)
    parser.add_argument("--threads", type=int, default=default.threads)
    parser.add_argument("--seed", type=int, default=default.seed)
    args = vars(parser.parse_args(argv))
    work = args.pop("work")
    return reported(lambda: train(work, Options(**args), Sizes()))


if __name__ == "__main__":
    sys.exit(main())
