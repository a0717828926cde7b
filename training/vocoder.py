"""Train the codec's decoder on frozen codes: `python -m training.vocoder WORK --minutes 84 --gan-after 48`.

Source-filter decoder (codec/decoder.py) or, for comparison, SEANet (training/seanet.py). Spectral losses first,
discriminators after `--gan-after` minutes. Goes on from WORK/NAME.pt; logs a line every 50 steps and speech measures
every `--measure`.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from codec.decoder import PITCH_CENTRE, PITCH_SPREAD, Decoder
from codec.spec import NUM_CODEBOOKS, SAMPLE_RATE
from training.checkpoints import load
from training.clips import Clip, Clips
from training.command import reported
from training.loop import LOG_EVERY, Average, Means, Run
from training.losses import Discriminators, SpectralLoss
from training.seanet import SeanetDecoder

MADE_BY = "python -m training.vocoder"
JUDGES_RATE = 2e-4
HEADS_WEIGHT = 0.2


class Task(Protocol):
    """How a batch becomes a wave, and what a design adds to the loss."""

    @property
    def model(self) -> nn.Module:
        """The network to train."""
        ...

    def make(self, clip: Clip) -> tuple[Tensor, Tensor]:
        """Wave Float[B, S] of a training batch, and a loss of the design's own."""
        ...

    def synthesise(self, latent: Tensor) -> Tensor:
        """Wave of latents alone, as in use."""
        ...


class SourceFilter:
    """The embedded design; its pulse follows the true pitch while the heads that predict it are learning."""

    def __init__(self) -> None:
        self.model: Decoder = Decoder()

    def make(self, clip: Clip) -> tuple[Tensor, Tensor]:
        states = self.model.state(clip.latents.shape[0])
        with torch.autocast("cpu", torch.bfloat16):
            features, _ = self.model.trunk(clip.latents, states[:3])
            heads, gains = self.model.pitch(features), self.model.gains(features)
        voiced = (clip.pitch > 0).float()
        hertz = torch.where(clip.pitch > 0, clip.pitch, torch.full_like(clip.pitch, 150.0))
        wave, _ = self.model.render(gains.float(), hertz, voiced, states[3:])
        wanted = (torch.log(hertz) - PITCH_CENTRE) / PITCH_SPREAD
        loss = (voiced * (heads[0].float() - wanted).abs()).sum() / voiced.sum().clamp(min=1)
        return wave, loss + F.binary_cross_entropy_with_logits(heads[1].float(), voiced)

    def synthesise(self, latent: Tensor) -> Tensor:
        wave: Tensor = self.model(latent, self.model.state(latent.shape[0]))[0]
        return wave


class Seanet:
    """The design it was compared with."""

    def __init__(self) -> None:
        self.model: SeanetDecoder = SeanetDecoder()

    def make(self, clip: Clip) -> tuple[Tensor, Tensor]:
        with torch.autocast("cpu", torch.bfloat16):
            wave = self.model(clip.latents)
        return wave.float(), wave.new_zeros(())

    def synthesise(self, latent: Tensor) -> Tensor:
        wave: Tensor = self.model(latent)
        return wave


DESIGNS: dict[str, type[SourceFilter] | type[Seanet]] = {"source-filter": SourceFilter, "seanet": Seanet}


def measure(task: Task, clips: Clips, count: int = 8, depth: int = NUM_CODEBOOKS) -> dict[str, float]:
    """PESQ-WB, STOI and spectral loss of dev utterances, decoded from codes alone."""
    import librosa
    from pesq import pesq
    from pystoi import stoi

    scores: dict[str, list[float]] = {"pesq": [], "stoi": [], "loss": []}
    spectral = SpectralLoss()
    dev = [row for row in clips.rows if row["split"] == "dev"]
    for row in dev[:: max(1, len(dev) // count)][:count]:
        clip = clips.clip(row, 0, 0, row["grid"][0][1], depth)
        with torch.inference_mode():
            made = task.synthesise(clip.latents[None])
            scores["loss"].append(spectral(made, clip.samples[None]).item())
        waves = (clip.samples.numpy(), made[0].numpy())
        wide = [librosa.resample(x, orig_sr=SAMPLE_RATE, target_sr=16_000) for x in waves]
        scores["pesq"].append(pesq(16_000, *wide, "wb"))
        scores["stoi"].append(stoi(*wide, 16_000))
    return {name: round(float(np.mean(values)), 4) for name, values in scores.items()}


class Trainer:
    """The decoder, its judges, and their optimisers.

    A restart goes on with the same weights, optimisers, average, step and minutes, but with crops drawn by a generator
    seeded by the step: two restarts from one checkpoint are equal, a run that was never stopped draws other crops.
    """

    def __init__(self, args: argparse.Namespace) -> None:
        torch.manual_seed(args.seed)
        self.args = args
        self.clips = Clips(args.work, args.frames, args.seed)
        self.task = DESIGNS[args.design]()
        self.spectral, self.judges = SpectralLoss(), Discriminators()
        self.optimizer = _adam(self.task.model, args.rate)
        self.judging = _adam(self.judges, JUDGES_RATE)
        self.average = Average(self.task.model, 0.999)
        self.run = Run(args.work / f"{args.name}.pt", args.minutes, args.rate, floor=0.05)
        if self.run.path.exists():
            self._restore(load(self.run.path, MADE_BY))

    def _parts(self) -> dict[str, Any]:
        return {"model": self.task.model, "judges": self.judges, "optimizer": self.optimizer, "judging": self.judging}

    def _restore(self, saved: dict[str, Any]) -> None:
        for name, part in self._parts().items():
            part.load_state_dict(saved[name])
        self.average.values = saved["average"]
        self.run.restore(saved)
        self.clips.random = np.random.default_rng(self.run.step)

    def save(self) -> None:
        """Write WORK/NAME.pt: all that `_restore` and training.export need."""
        states = {name: part.state_dict() for name, part in self._parts().items()}
        self.run.save({**states, "average": self.average.values})

    def step(self) -> dict[str, Tensor]:
        """One batch; returns its losses."""
        clip = self.clips.batch(self.args.batch)
        made, heads = self.task.make(clip)
        losses = {"spectral": self.spectral(made, clip.samples), "heads": heads}
        total = losses["spectral"] + HEADS_WEIGHT * heads
        if self.run.now > self.args.gan_after:
            losses |= self._compete(clip.samples, made)
            total = total + self.args.gan_weight * losses["adversarial"] + losses["matching"]
        self.optimizer.zero_grad()
        torch.autograd.backward(total)
        nn.utils.clip_grad_norm_(self.task.model.parameters(), 1.0)
        self.optimizer.step()
        return losses

    def _compete(self, real: Tensor, made: Tensor) -> dict[str, Tensor]:
        """Train the judges on a batch; returns what the decoder owes them."""
        with torch.autocast("cpu", torch.bfloat16):
            verdict = self.judges.judge(real, made)
        self.judging.zero_grad()
        torch.autograd.backward(verdict)
        self.judging.step()
        with torch.autocast("cpu", torch.bfloat16):
            adversarial, matching = self.judges.fool(real, made)
        return {"verdict": verdict, "adversarial": adversarial, "matching": matching}

    def train(self) -> None:
        """Run to the end of the schedule."""
        run, means = self.run, Means()
        size = sum(p.numel() for p in self.task.model.parameters()) / 1e6
        print(f"{size:.2f} M parameters, step {run.step}", flush=True)
        while run.now < run.minutes:
            run.set_rate(self.optimizer)
            means.add(self.step())
            run.step += 1
            self.average.update(run.step)
            if run.step % LOG_EVERY == 0:
                print(f"{run.step} {run.now:.1f}m {means.line()}", flush=True)
            if run.step % self.args.measure == 0:
                with self.average.applied():
                    print(f"{run.step} {run.now:.1f}m measure {measure(self.task, self.clips)}", flush=True)
            if run.due:
                self.save()
        with self.average.applied():
            for depth in (4, 8, NUM_CODEBOOKS):
                print(f"final depth {depth} {measure(self.task, self.clips, 16, depth)}", flush=True)


def _adam(net: nn.Module, rate: float) -> torch.optim.AdamW:
    return torch.optim.AdamW(net.parameters(), rate, betas=(0.8, 0.99), weight_decay=1e-3)


def main(argv: Sequence[str] | None = None) -> int:
    """Train; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("--name", default="decoder")
    parser.add_argument("--design", choices=DESIGNS, default="source-filter")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--gan-after", type=float, default=1e9)
    parser.add_argument("--gan-weight", type=float, default=0.5)
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--frames", type=int, default=16)
    parser.add_argument("--rate", type=float, default=6e-4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--measure", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(argv)
    torch.set_num_threads(args.threads)
    return reported(lambda: Trainer(args).train())


if __name__ == "__main__":
    sys.exit(main())
