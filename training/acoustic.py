"""Train the acoustic model on frozen codes: `python -m training.acoustic WORK --minutes 80`.

Losses: FastSpeech 2's (durations, pitch, energy), a regressed latent, cross-entropy of the codes at the first and at
random other levels, and a 50 Hz mel spectrum asked of the slot layers. Below each level the model sees a corrupted sum
and must name the code that repairs it, so that its own mistakes do not accumulate when it runs free.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from codec.spec import NUM_CODEBOOKS
from training.checkpoints import load
from training.command import reported
from training.loop import LOG_EVERY, Average, Means, Run
from training.sentences import SPEAKERS, Batch, Sentences
from tts.acoustic.config import WARMUP_FRAMES, AcousticConfig
from tts.acoustic.model import AcousticModel
from tts.symbols import INVENTORY

MADE_BY = "python -m training.acoustic"
WEIGHTS = {
    "duration": 1.0, "tone": 0.3, "mel": 1.0, "pitch": 0.3, "voicing": 0.3,
    "latent": 4.0, "codes": 0.1, "residual": 2.0,
}  # fmt: skip
FIRST_LEVELS = (0, 1, 2, 3)  # trained in every step, beside OTHER_LEVELS random ones
OTHER_LEVELS = 3
MEASURED_LEVELS = (0, 1, 2, 3, 7, 15)
SHORTEST = 0.3  # slots, of a duration whose logarithm is learnt


def run(model: AcousticModel, b: Batch) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Frames [B, T, D], slot features, log durations and tone, with the true durations and tone as conditions."""
    hidden = model.encoder(b.phones, b.langs, b.speaker, b.mask)
    durations, tone = model.variance.predict(hidden, b.mask)
    hidden = model.variance.condition(hidden, b.tone)
    spread = hidden.gather(1, b.index.unsqueeze(2).expand(-1, -1, hidden.shape[2]))
    frames, slots, _ = model.decode(spread, b.where, b.speaker, model.state(len(b.phones)))
    return frames[:, WARMUP_FRAMES:], slots, durations, tone


def losses(model: AcousticModel, b: Batch, levels: list[int], generator: torch.Generator) -> dict[str, Tensor]:
    """Every term of the training loss, and "first", the cross-entropy of the first level."""
    with torch.autocast("cpu", torch.bfloat16):
        frames, slots, durations, tone = run(model, b)
        heard = model.hear(slots).float()
    mask = b.duration_mask.float()
    wanted = torch.log(b.durations.clamp(min=SHORTEST))
    found = {"duration": ((durations.float() - wanted).abs() * mask).sum() / mask.sum()}
    found["tone"] = ((tone.float() - b.tone).abs().sum(2) * mask).sum() / mask.sum()
    found |= _slot_losses(heard[b.slot_mask], b.slot_targets[b.slot_mask])
    return found | _code_losses(model, frames.float()[b.frame_mask], b, levels, generator)


def _slot_losses(heard: Tensor, targets: Tensor) -> dict[str, Tensor]:
    error, voiced = (heard - targets).abs(), targets[:, -1]
    return {
        "mel": error[:, :-2].mean(),
        "pitch": (error[:, -2] * voiced).sum() / voiced.sum().clamp(min=1),
        "voicing": F.binary_cross_entropy_with_logits(heard[:, -1], voiced),
    }


def _code_losses(
    model: AcousticModel, frames: Tensor, b: Batch, levels: list[int], generator: torch.Generator
) -> dict[str, Tensor]:
    latents, codes, books = b.latents[b.frame_mask], b.codes[b.frame_mask], model.depth.codebooks
    chosen = books[torch.arange(NUM_CODEBOOKS), codes]  # [M, 32, D]
    below = (chosen.cumsum(1) - chosen)[:, levels].transpose(0, 1)
    strength = torch.rand(len(levels), len(latents), 1, generator=generator).square()
    strength = strength * (torch.tensor(levels) > 0).view(-1, 1, 1)  # nothing lies below the first level
    below = corrupted(below, latents, strength, generator)
    wanted = repairs(latents - below, books[levels])
    with torch.autocast("cpu", torch.bfloat16):
        residuals = model.depth.residuals(frames, below, levels)
        scores = model.depth.scores(residuals, levels)
        cross = F.cross_entropy(scores.flatten(0, 1), wanted.flatten(), reduction="none").float()
    each = cross.reshape(wanted.shape).mean(1)
    return {
        "latent": F.mse_loss(model.depth.regress(frames), latents),
        "first": each[0],
        "codes": each.mean(),
        "residual": F.mse_loss(residuals.float(), latents - below),
    }


def corrupted(below: Tensor, latents: Tensor, strength: Tensor, generator: torch.Generator) -> Tensor:
    """Sums that a model might have reached.

    Args:
        below: Float[L, M, D], the sums of the true entries below each level.
        latents: Float[M, D].
        strength: Float[L, M, 1], size of the noise over the size of what is left to say.

    Returns:
        Float[L, M, D].
    """
    left = (latents - below).square().mean(2, keepdim=True).sqrt()
    return below + torch.randn(below.shape, generator=generator) * left * strength


def repairs(left: Tensor, books: Tensor) -> Tensor:
    """Codes that say most of what is left: left Float[L, M, D], books Float[L, 2048, D] → Long[L, M]."""
    return (torch.bmm(left, books.transpose(1, 2)) - 0.5 * books.square().sum(2).unsqueeze(1)).argmax(2)


class Trainer:
    """The model, its optimiser and its data.

    A restart goes on with the same weights, optimiser, average, step and minutes, but with random numbers seeded by the
    step: two restarts from one checkpoint are equal, a run that was never stopped draws other batches.
    """

    def __init__(self, args: argparse.Namespace) -> None:
        torch.manual_seed(args.seed)
        self.args = args
        self.data = Sentences(args.work, args.seed)
        self.model = AcousticModel(AcousticConfig(symbols=len(INVENTORY), speakers=len(SPEAKERS)))
        books = load(args.work / "analysis.pt", "python -m training.codebooks")["rvq"]["codebooks"]
        self.model.depth.codebooks.copy_(books)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), args.rate, betas=(0.9, 0.98), weight_decay=0.01)
        self.average = Average(self.model, 0.998)
        self.run = Run(args.work / f"{args.name}.pt", args.minutes, args.rate, floor=0.03)
        if self.run.path.exists():
            self._restore(load(self.run.path, MADE_BY))
        self.generator = torch.Generator().manual_seed(args.seed + self.run.step)
        dev = self.data.dev[: args.dev]
        self.dev = self.data.batch(dev, [0] * len(dev))

    def _restore(self, saved: dict[str, Any]) -> None:
        self.model.load_state_dict(saved["model"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.average.values = saved["average"]
        self.run.restore(saved)
        self.data.random = np.random.default_rng(self.run.step)

    def step(self) -> dict[str, Tensor]:
        """One batch; returns its losses."""
        deep = np.arange(len(FIRST_LEVELS), NUM_CODEBOOKS)
        levels = [*FIRST_LEVELS, *sorted(self.data.random.choice(deep, OTHER_LEVELS, replace=False).tolist())]
        found = losses(self.model, self.data.draw(self.args.batch), levels, self.generator)
        self.optimizer.zero_grad()
        total = torch.stack([weight * found[name] for name, weight in WEIGHTS.items()]).sum()
        torch.autograd.backward(total)
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        return found

    def save(self) -> None:
        """Write WORK/NAME.pt: all that `_restore`, training.predict and training.export need."""
        stats = {name: list(astuple(own)) for name, own in self.data.stats.items()}
        states = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()}
        config = asdict(self.model.config)
        self.run.save({**states, "average": self.average.values, "config": config, "stats": stats})

    def measure(self) -> str:
        """Losses of the averaged model on dev sentences, as text."""
        with self.average.applied(), torch.no_grad():
            found = losses(self.model, self.dev, list(MEASURED_LEVELS), torch.Generator().manual_seed(0))
        return " ".join(f"{name} {value.item():.3f}" for name, value in found.items())

    def train(self) -> None:
        """Run to the end of the schedule."""
        run, means = self.run, Means()
        size = sum(p.numel() for p in self.model.parameters()) / 1e6
        print(f"{size:.2f} M parameters, step {run.step}", flush=True)
        while run.now < run.minutes:
            run.set_rate(self.optimizer)
            means.add(self.step())
            run.step += 1
            self.average.update(run.step)
            if run.step % LOG_EVERY == 0:
                print(f"{run.step} {run.now:.1f}m {means.line()}", flush=True)
            if run.step % self.args.measure == 0:
                print(f"{run.step} {run.now:.1f}m dev {self.measure()}", flush=True)
            if run.due:
                self.save()


def main(argv: Sequence[str] | None = None) -> int:
    """Train; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("--name", default="acoustic")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=8e-4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--measure", type=int, default=200)
    parser.add_argument("--dev", type=int, default=48)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(argv)
    torch.set_num_threads(args.threads)
    return reported(lambda: Trainer(args).train())


if __name__ == "__main__":
    sys.exit(main())
