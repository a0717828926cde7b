"""Train the codec's decoder on frozen codes: `python -m training.vocoder WORK --minutes 60`.

Source-filter decoder (codec/decoder.py) or, for comparison, SEANet (training/seanet.py). Spectral losses first, discriminators
after `--gan-after` minutes. Resumes from WORK/<name>.pt; logs one line every 50 steps and speech measures every `--measure` steps.
"""

import argparse
import json
import math
import os
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from codec.decoder import PITCH_CENTRE, PITCH_SPREAD, Decoder
from codec.encoder import HOP
from codec.spec import FRAME_SIZE, NUM_CODEBOOKS, SAMPLE_RATE
from training.losses import Discriminators, SpectralLoss
from training.seanet import SeanetDecoder

HOPS = FRAME_SIZE // HOP
SOURCE_LEAD = 3  # the decoder's hop j makes the pulse of audio hop j + 3


class Clips:
    """Crops of codes with their audio and pitch, from a prepared work folder."""

    def __init__(self, work: Path, frames: int, seed: int) -> None:
        self.rows = [row for row in json.loads((work / "corpus/index2.json").read_text()) if min(g[1] for g in row["grid"]) > frames]
        self.train = [row for row in self.rows if row["split"] == "train"]
        self.audio = np.load(work / "corpus/audio.npy", mmap_mode="r")
        self.codes = np.load(work / "corpus/codes.npy", mmap_mode="r")
        self.pitch = np.load(work / "corpus/f0.npy")
        predicted = work / "corpus/predicted.npy"
        self.predicted = np.load(predicted, mmap_mode="r") if predicted.exists() else None
        self.frames = frames
        self.books = torch.load(work / "analysis.pt")["rvq"]["codebooks"]
        self.random = np.random.default_rng(seed)

    def latents(self, codes: np.ndarray, depth: int = NUM_CODEBOOKS) -> Tensor:
        """codes [T, 32] → Float[T, D] of the first `depth` levels."""
        index = torch.from_numpy(np.asarray(codes[:, :depth], dtype=np.int64))
        return self.books[torch.arange(depth), index].sum(1)

    def clip(self, row: dict, grid: int, first: int, count: int, depth: int) -> tuple[Tensor, np.ndarray, np.ndarray]:
        """Latents Float[count, D], samples [count * 1920], pitch [count * 8] (0 where unvoiced)."""
        start = row["grid"][grid][0] + first
        hop = row["first_hop"] - 2 * grid + first * HOPS
        samples = _window(self.audio[row["start"] : row["start"] + row["n"]], hop * HOP, count * FRAME_SIZE)
        pitch = _window(self.pitch[row["f0_start"] : row["f0_start"] + row["f0_n"]], hop + SOURCE_LEAD, count * HOPS)
        return self.latents(self.codes[start : start + count], depth), samples / np.float32(32768), pitch

    def batch(self, size: int) -> tuple[Tensor, Tensor, Tensor]:
        """Latents [B, T, D], wave [B, S], pitch [B, T * 8]; half of the batch at full depth, half at a random one.

        Where training.predict has run, a third of the batch is what the acoustic model would have said.
        """
        clips = []
        for b in range(size):
            row, grid = self.train[self.random.integers(len(self.train))], int(self.random.integers(4))
            first = int(self.random.integers(row["grid"][grid][1] - self.frames + 1))
            depth = NUM_CODEBOOKS if b % 2 else int(self.random.integers(1, NUM_CODEBOOKS + 1))
            spoken = self.predicted is not None and b % 3 == 0
            grid = 0 if spoken else grid
            first = min(first, row["grid"][grid][1] - self.frames)
            clip = self.clip(row, grid, first, self.frames, depth)
            if spoken:
                start = row["grid"][0][0] + first
                clip = (torch.from_numpy(self.predicted[start : start + self.frames].astype(np.float32)), *clip[1:])
            clips.append(clip)
        latents, wavs, pitches = zip(*clips, strict=True)
        return torch.stack(latents), torch.from_numpy(np.stack(wavs)), torch.from_numpy(np.stack(pitches))


def _window(signal: np.ndarray, start: int, count: int) -> np.ndarray:
    """`count` values from `start`, zeros where there are none."""
    out = np.zeros(count, np.float32)
    low, high = max(0, start), min(len(signal), start + count)
    if high > low:
        out[low - start : high - start] = signal[low:high]
    return out


class SourceFilterTask:
    """How a batch becomes a wave and the decoder's own losses."""

    def __init__(self) -> None:
        self.model = Decoder()

    def make(self, latent: Tensor, pitch: Tensor) -> tuple[Tensor, Tensor]:
        """Wave rendered with the true pitch, and the loss of the pitch and voicing heads."""
        states = self.model.state(latent.shape[0])
        with torch.autocast("cpu", torch.bfloat16):
            features, _ = self.model.trunk(latent, states[:3])
            heads, gains = self.model.pitch(features), self.model.gains(features)
        with torch.autocast("cpu", torch.bfloat16, enabled=False):
            voiced = (pitch > 0).float()
            hertz = torch.where(pitch > 0, pitch, torch.full_like(pitch, 150.0))
            wave, _ = self.model.render(gains.float(), hertz, voiced, states[3:])
        wanted = (torch.log(hertz) - PITCH_CENTRE) / PITCH_SPREAD
        loss = (voiced * (heads[0].float() - wanted).abs()).sum() / voiced.sum()
        return wave, loss + F.binary_cross_entropy_with_logits(heads[1].float(), voiced)

    def synthesise(self, latent: Tensor) -> Tensor:
        return self.model(latent, self.model.state(latent.shape[0]))[0]


class SeanetTask:
    """The comparison design behind the same two calls."""

    def __init__(self) -> None:
        self.model = SeanetDecoder()

    def make(self, latent: Tensor, pitch: Tensor) -> tuple[Tensor, Tensor]:
        with torch.autocast("cpu", torch.bfloat16):
            wave = self.model(latent)
        return wave.float(), pitch.new_zeros(())

    def synthesise(self, latent: Tensor) -> Tensor:
        return self.model(latent)


def measure(task: SourceFilterTask | SeanetTask, clips: Clips, count: int = 8, depth: int = NUM_CODEBOOKS) -> dict[str, float]:
    """PESQ-WB, STOI and spectral loss of dev utterances, decoded from codes alone."""
    import librosa
    from pesq import pesq
    from pystoi import stoi

    scores: dict[str, list[float]] = {"pesq": [], "stoi": [], "loss": []}
    spectral = SpectralLoss()
    dev = [row for row in clips.rows if row["split"] == "dev"]
    for row in dev[:: max(1, len(dev) // count)][:count]:
        latent, real, _ = clips.clip(row, 0, 0, row["grid"][0][1], depth)
        with torch.inference_mode():
            made = task.synthesise(latent[None])
            scores["loss"].append(spectral(made, torch.from_numpy(real)[None]).item())
        wide = [librosa.resample(x, orig_sr=SAMPLE_RATE, target_sr=16_000) for x in (real, made[0].numpy())]
        scores["pesq"].append(pesq(16_000, *wide, "wb"))
        scores["stoi"].append(stoi(*wide, 16_000))
    return {name: float(np.mean(values)) for name, values in scores.items()}


def save(path: Path, content: dict) -> None:
    """Write a checkpoint so that a kill leaves the old or the new one."""
    torch.save(content, path.with_suffix(".tmp"))
    os.replace(path.with_suffix(".tmp"), path)


def train(args: argparse.Namespace) -> None:
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    clips = Clips(args.work, args.frames, args.seed)
    task = SourceFilterTask() if args.design == "source-filter" else SeanetTask()
    model, spectral, judges = task.model, SpectralLoss(), Discriminators()
    make_optimizer = lambda net, rate: torch.optim.AdamW(net.parameters(), rate, betas=(0.8, 0.99), weight_decay=1e-3)  # noqa: E731
    optimizer, judging = make_optimizer(model, args.rate), make_optimizer(judges, 2e-4)
    path, step, spent = args.work / f"{args.name}.pt", 0, 0.0
    average = {name: value.clone() for name, value in model.state_dict().items()}
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        judges.load_state_dict(saved["judges"])
        optimizer.load_state_dict(saved["optimizer"])
        judging.load_state_dict(saved["judging"])
        average, step, spent = saved["average"], saved["step"], saved["minutes"]
        clips.random = np.random.default_rng(step)
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters, step {step}", flush=True)
    began, last_saved, sums = time.time() - 60 * spent, time.time(), np.zeros(4)
    while (minutes := (time.time() - began) / 60) < args.minutes:
        rate = args.rate * min(1, (step + 1) / 200) * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * minutes / args.minutes)))
        for group in optimizer.param_groups:
            group["lr"] = rate
        latent, real, pitch = clips.batch(args.batch)
        made, heads = task.make(latent, pitch)
        loss = spectral(made, real)
        total = loss + 0.2 * heads
        adversarial = matching = torch.zeros(())
        if minutes > args.gan_after:
            with torch.autocast("cpu", torch.bfloat16):
                verdict = judges.judge(real, made)
            judging.zero_grad()
            verdict.backward()
            judging.step()
            with torch.autocast("cpu", torch.bfloat16):
                adversarial, matching = judges.fool(real, made)
            total = total + args.gan_weight * adversarial + matching
        optimizer.zero_grad()
        total.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        decay = min(0.999, step / (step + 50))
        with torch.no_grad():
            for name, value in model.state_dict().items():
                if value.is_floating_point():
                    average[name].lerp_(value, 1 - decay)
        sums += [loss.item(), heads.item(), float(adversarial), float(matching)]
        if step % 50 == 0:
            shown = " ".join(f"{x:.4f}" for x in sums / 50)
            print(f"{step} {minutes:.1f}m spectral heads adversarial matching {shown}", flush=True)
            sums[:] = 0
        if step % args.measure == 0:
            current = {name: value.clone() for name, value in model.state_dict().items()}
            model.load_state_dict(average)
            print(f"{step} {minutes:.1f}m measure {measure(task, clips)}", flush=True)
            model.load_state_dict(current)
        if time.time() - last_saved > 180 or (time.time() - began) / 60 >= args.minutes:
            save(path, {"model": model.state_dict(), "average": average, "judges": judges.state_dict(), "optimizer": optimizer.state_dict(),
                        "judging": judging.state_dict(), "step": step, "minutes": (time.time() - began) / 60})
            last_saved = time.time()
    model.load_state_dict(average)
    for depth in (4, 8, NUM_CODEBOOKS):
        print(f"final depth {depth} {measure(task, clips, 16, depth)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("--name", default="decoder")
    parser.add_argument("--design", choices=["source-filter", "seanet"], default="source-filter")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--gan-after", type=float, default=1e9)
    parser.add_argument("--gan-weight", type=float, default=0.5)
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--frames", type=int, default=16)
    parser.add_argument("--rate", type=float, default=6e-4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--measure", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
