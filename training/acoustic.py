"""Train the acoustic model on frozen codes: `python -m training.acoustic WORK --minutes 60`.

Losses: FastSpeech 2's (durations, pitch, energy), a regressed latent, cross-entropy of the codes at the first and at random
other levels, and a 50 Hz mel spectrum asked of the slot layers. Below each level the model sees a corrupted sum and must
name the code that repairs it, so that its own mistakes do not accumulate when it runs free.
"""

import argparse
import json
import math
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from codec.spec import NUM_CODEBOOKS
from tts.acoustic.config import SLOT_SAMPLES, SLOTS_PER_FRAME, WARMUP_FRAMES, AcousticConfig
from tts.acoustic.model import SLOT_TARGETS, AcousticModel
from tts.acoustic.layout import lay_out, slot_features
from tts.symbols import IDS, INVENTORY
from training.vocoder import save

SPEAKERS = ("heart", "michael", "dora", "alex")
LANGUAGES = ("en", "ms")
PITCH_SPREAD_FLOOR = 0.05


@dataclass
class Batch:
    """Padded sentences; *_mask True = real. See `Sentences.batch` for shapes."""

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


class Sentences:
    """Prepared sentences of the corpus with durations, tone and codes."""

    def __init__(self, work: Path, seed: int) -> None:
        corpus = work / "corpus"
        self.rows = json.loads((corpus / "index2.json").read_text())
        self.codes = np.load(corpus / "codes.npy", mmap_mode="r")
        self.latents = np.load(corpus / "latents.npy", mmap_mode="r")
        self.spectra = np.load(corpus / "feats.npy", mmap_mode="r")
        self.pitch = np.load(corpus / "f0.npy")
        self.random = np.random.default_rng(seed)
        self.stats = self._speaker_stats()
        self.items = [self._item(row) for row in self.rows]
        for name in ("train", "dev"):
            setattr(self, name, [item for item in self.items if item["split"] == name])

    def _speaker_stats(self) -> dict[str, list[float]]:
        """Mean and spread of log pitch and of log energy of each speaker's phones, set by the first pass."""
        found: dict[str, list[np.ndarray]] = {name: [] for name in SPEAKERS}
        for row in self.rows:
            if row["split"] == "train":
                found[row["speaker"]].append(self._raw_tone(row))
        stats = {}
        for name, tones in found.items():
            joined = np.concatenate(tones)
            voiced = joined[joined[:, 0] > 0, 0]
            stats[name] = [float(voiced.mean()), float(max(voiced.std(), PITCH_SPREAD_FLOOR)),
                           float(joined[:, 1].mean()), float(joined[:, 1].std())]
        return stats

    def _bounds(self, row: dict) -> np.ndarray:
        """Phone boundaries in samples from the trimmed start, Float[N + 1]."""
        ends = np.concatenate([[0], np.cumsum(row["durations"]) * 600.0])
        return np.maximum(ends - row["first_hop"] * 240, 0)

    def _raw_tone(self, row: dict) -> np.ndarray:
        """Mean log pitch (0 where unvoiced) and mean log-mel energy of each phone, Float[N, 2]."""
        bounds = (self._bounds(row) / 240 + row["first_hop"]).round().astype(int)
        pitch = self.pitch[row["f0_start"] : row["f0_start"] + row["f0_n"]]
        energy = self.spectra[row["feat_start"] : row["feat_start"] + row["feat_n"], :128].astype(np.float32).mean(1)
        out = np.zeros((len(bounds) - 1, 2))
        for i, (a, b) in enumerate(zip(bounds, bounds[1:], strict=False)):
            b = max(b, a + 1)
            voiced = pitch[a:b][pitch[a:b] > 0]
            out[i] = np.log(voiced).mean() if len(voiced) * 2 > b - a else 0, energy[a:b].mean() if a < len(energy) else -11.5
        return out

    def _item(self, row: dict) -> dict:
        ids = [0, *(IDS[c] for c in row["phonemes"]), 0]
        mean, spread, level, level_spread = self.stats[row["speaker"]]
        tone = self._raw_tone(row)
        voiced = np.flatnonzero(tone[:, 0] > 0)
        places = np.arange(len(tone))
        pitch = np.interp(places, voiced, tone[voiced, 0]) if len(voiced) else np.full(len(tone), mean)
        normal = np.stack([(pitch - mean) / spread, (tone[:, 1] - level) / level_spread], 1).clip(-4, 4)
        return {**row, "ids": np.array(ids), "slots": np.diff(self._bounds(row)) / SLOT_SAMPLES, "tone": normal.astype(np.float32)}

    def batch(self, items: list[dict], grids: list[int]) -> Batch:
        """Pad `items`, each on its own frame grid, to one batch."""
        frames = max(item["grid"][g][1] for item, g in zip(items, grids, strict=True))
        phones = max(len(item["ids"]) for item in items)
        slots, size = (frames + WARMUP_FRAMES) * SLOTS_PER_FRAME, len(items)
        b = Batch(
            phones=torch.zeros(size, phones, dtype=torch.long), langs=torch.zeros(size, phones, dtype=torch.long),
            speaker=torch.tensor([SPEAKERS.index(item["speaker"]) for item in items]),
            mask=torch.zeros(size, phones, dtype=torch.bool), durations=torch.ones(size, phones),
            duration_mask=torch.zeros(size, phones, dtype=torch.bool), tone=torch.zeros(size, phones, 2),
            index=torch.zeros(size, slots, dtype=torch.long), where=torch.zeros(size, slots, 4),
            slot_targets=torch.zeros(size, slots, SLOT_TARGETS), slot_mask=torch.zeros(size, slots, dtype=torch.bool),
            latents=torch.zeros(size, frames, self.latents.shape[1]), codes=torch.zeros(size, frames, NUM_CODEBOOKS, dtype=torch.long),
            frame_mask=torch.zeros(size, frames, dtype=torch.bool),
        )
        for i, (item, grid) in enumerate(zip(items, grids, strict=True)):
            count, (start, length) = len(item["ids"]), item["grid"][grid]
            b.phones[i, :count] = torch.from_numpy(item["ids"])
            b.langs[i, :count] = LANGUAGES.index(item["lang"])
            b.mask[i, :count] = True
            durations = item["slots"].copy()
            durations[0] += grid  # each grid starts 20 ms earlier
            b.durations[i, :count] = torch.from_numpy(durations)
            b.duration_mask[i, int(grid > 0) : count] = True
            b.tone[i, :count] = torch.from_numpy(item["tone"])
            layout = lay_out(durations)
            b.index[i] = torch.from_numpy(layout[np.minimum(np.arange(slots), len(layout) - 1)])
            b.where[i] = torch.from_numpy(slot_features(durations, layout, 0, slots))
            targets = self._slot_targets(item, grid, length * SLOTS_PER_FRAME)
            b.slot_targets[i, : len(targets)] = torch.from_numpy(targets)
            b.slot_mask[i, : len(targets)] = True
            b.latents[i, :length] = torch.from_numpy(self.latents[start : start + length].astype(np.float32))
            b.codes[i, :length] = torch.from_numpy(self.codes[start : start + length].astype(np.int64))
            b.frame_mask[i, :length] = True
        return b

    def _slot_targets(self, item: dict, grid: int, count: int) -> np.ndarray:
        """40 mel bands, pitch and voicing of each slot, Float[count, 42]."""
        hops = np.clip(item["first_hop"] - 2 * grid + np.arange(2 * count), 0, item["feat_n"] - 1)
        spectra = self.spectra[item["feat_start"] + hops, :120].astype(np.float32)
        mel = spectra.reshape(count, 2, 40, 3).mean((1, 3)) / 2 + 3
        pitch = self.pitch[item["f0_start"] + np.minimum(hops[::2] + 1, item["f0_n"] - 1)]
        mean, spread = self.stats[item["speaker"]][:2]
        normal = np.where(pitch > 0, (np.log(np.maximum(pitch, 1)) - mean) / spread, 0).clip(-4, 4)
        return np.concatenate([mel, normal[:, None], (pitch > 0)[:, None]], 1).astype(np.float32)

    def draw(self, size: int) -> Batch:
        """A training batch of sentences of like length."""
        pool = self.random.choice(len(self.train), 8 * size)
        pool = sorted(pool, key=lambda i: self.train[i]["grid"][0][1])
        at = int(self.random.integers(8)) * size
        return self.batch([self.train[i] for i in pool[at : at + size]], list(self.random.integers(0, 4, size)))


def run(model: AcousticModel, b: Batch) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Frames [B, T, D], slot features, log durations and tone, with the true durations and tone as conditions."""
    hidden = model.encoder(b.phones, b.langs, b.speaker, b.mask)
    durations, tone = model.variance.predict(hidden, b.mask)
    hidden = model.variance.condition(hidden, b.tone)
    spread = hidden.gather(1, b.index.unsqueeze(2).expand(-1, -1, hidden.shape[2]))
    frames, slots, _ = model.decode(spread, b.where, b.speaker, model.state(len(b.phones)))
    return frames[:, WARMUP_FRAMES:], slots, durations, tone


def losses(model: AcousticModel, b: Batch, levels: list[int], generator: torch.Generator) -> dict[str, Tensor]:
    """Every term of the training loss."""
    with torch.autocast("cpu", torch.bfloat16):
        frames, slots, durations, tone = run(model, b)
        heard = model.hear(slots).float()
    real = b.frame_mask
    frames, latents, codes = frames.float()[real], b.latents[real], b.codes[real]
    mask = b.duration_mask.float()
    found = {"duration": ((durations.float() - torch.log(b.durations.clamp(min=0.3))).abs() * mask).sum() / mask.sum()}
    found["tone"] = ((tone.float() - b.tone).abs().sum(2) * mask).sum() / mask.sum()
    error = (heard - b.slot_targets)[b.slot_mask]
    voiced = b.slot_targets[b.slot_mask][:, -1]
    found["mel"] = error[:, :40].abs().mean()
    found["pitch"] = (error[:, 40].abs() * voiced).sum() / voiced.sum()
    found["voicing"] = F.binary_cross_entropy_with_logits(heard[b.slot_mask][:, 41], voiced)
    found["latent"] = F.mse_loss(model.depth.regress(frames), latents)
    books = model.depth.codebooks
    chosen = books[torch.arange(NUM_CODEBOOKS), codes]  # [M, 32, D]
    below = (chosen.cumsum(1) - chosen)[:, levels].transpose(0, 1)
    left = latents - below
    strength = torch.rand(len(levels), len(latents), 1, generator=generator).square()
    below = below + torch.randn(below.shape, generator=generator) * left.square().mean(2, keepdim=True).sqrt() * strength
    below[:, :] = torch.where(torch.tensor(levels).view(-1, 1, 1) == 0, torch.zeros(()), below)
    with torch.autocast("cpu", torch.bfloat16):
        with torch.no_grad():
            wanted = (torch.bmm(latents - below, books[levels].transpose(1, 2)) - 0.5 * books[levels].square().sum(2).unsqueeze(1)).argmax(2)
        residuals = model.depth.residuals(frames, below, levels)
        scores = model.depth.scores(residuals, levels)
        cross = F.cross_entropy(scores.flatten(0, 1), wanted.flatten(), reduction="none").float().unflatten(0, wanted.shape).mean(1)
    found["first"] = cross[0]
    found["codes"] = cross.mean()
    found["residual"] = F.mse_loss(residuals.float(), latents - below)
    return found


WEIGHTS = {"duration": 1.0, "tone": 0.3, "mel": 1.0, "pitch": 0.3, "voicing": 0.3, "latent": 4.0, "codes": 0.1, "residual": 2.0}


def train(args: argparse.Namespace) -> None:
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    data = Sentences(args.work, args.seed)
    config = AcousticConfig(symbols=len(INVENTORY), speakers=len(SPEAKERS))
    model = AcousticModel(config)
    model.depth.codebooks.copy_(torch.load(args.work / "analysis.pt")["rvq"]["codebooks"])
    optimizer = torch.optim.AdamW(model.parameters(), args.rate, betas=(0.9, 0.98), weight_decay=0.01)
    path, step, spent = args.work / f"{args.name}.pt", 0, 0.0
    average = {name: value.clone() for name, value in model.state_dict().items()}
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        average, step, spent = saved["average"], saved["step"], saved["minutes"]
        data.random = np.random.default_rng(step)
    generator = torch.Generator().manual_seed(args.seed + step)
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters, step {step}", flush=True)
    began, last_saved, sums = time.time() - 60 * spent, time.time(), dict.fromkeys([*WEIGHTS, "first"], 0.0)
    dev = data.batch(data.dev[: args.dev], [0] * len(data.dev[: args.dev]))
    while (minutes := (time.time() - began) / 60) < args.minutes:
        rate = args.rate * min(1, (step + 1) / 200) * (0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * minutes / args.minutes)))
        for group in optimizer.param_groups:
            group["lr"] = rate
        levels = [0, 1, 2, 3, *sorted(data.random.choice(np.arange(4, NUM_CODEBOOKS), 3, replace=False).tolist())]
        found = losses(model, data.draw(args.batch), levels, generator)
        optimizer.zero_grad()
        sum(WEIGHTS[name] * found[name] for name in WEIGHTS).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        decay = min(0.998, step / (step + 50))
        with torch.no_grad():
            for name, value in model.state_dict().items():
                average[name].lerp_(value, 1 - decay)
        for name in sums:
            sums[name] += found[name].item()
        if step % 50 == 0:
            print(f"{step} {minutes:.1f}m " + " ".join(f"{k} {v / 50:.3f}" for k, v in sums.items()), flush=True)
            sums = dict.fromkeys(sums, 0.0)
        if step % args.measure == 0:
            current = {name: value.clone() for name, value in model.state_dict().items()}
            model.load_state_dict(average)
            model.eval()
            with torch.no_grad():
                found = losses(model, dev, [0, 1, 2, 3, 7, 15], torch.Generator().manual_seed(0))
            print(f"{step} {minutes:.1f}m dev " + " ".join(f"{k} {v.item():.3f}" for k, v in found.items()), flush=True)
            model.train()
            model.load_state_dict(current)
        if time.time() - last_saved > 180 or (time.time() - began) / 60 >= args.minutes:
            save(path, {"model": model.state_dict(), "average": average, "optimizer": optimizer.state_dict(), "step": step,
                        "minutes": (time.time() - began) / 60, "config": asdict(config), "stats": data.stats})
            last_saved = time.time()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("--name", default="acoustic")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--rate", type=float, default=8e-4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--measure", type=int, default=200)
    parser.add_argument("--dev", type=int, default=48)
    parser.add_argument("--seed", type=int, default=0)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
