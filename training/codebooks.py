"""Encode the corpus and fit the codebooks: `python -m training.codebooks WORK`.

Needs what training.corpus and training.analysis wrote. Each level is fitted by k-means to what the levels before it
left over (Zeghidour et al. 2021, "SoundStream", section III-C).
Differs: not once for the start of training but after it, to all training latents; entries are rounded to 8 bits before
the next level is fitted, so that what is stored is exactly what is used.

Writes to WORK/corpus: codes.npy Int16[M, 32] and latents.npy Float16[M, 64] of every utterance on four frame grids,
each 20 ms earlier than the last, and index2.json, which adds to each row its places in them. WORK/analysis.pt holds the
weights.
"""

import argparse
import json
import math
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from codec.encoder import FLOOR, HOP
from codec.rvq import ResidualVQ
from codec.spec import CARDINALITY, FRAME_SIZE, NUM_CODEBOOKS
from training.analysis import CHECKPOINT
from training.autoencoder import Autoencoder, Sizes
from training.checkpoints import load, replacing, save
from training.command import reported
from training.prepared import CodedRow, Corpus, Row, open_corpus, padded_slice
from tts.errors import CheckpointError

HOPS = FRAME_SIZE // HOP
GRIDS, GRID_HOPS = 4, 2
FITTED_GRIDS = 2  # grids that the codebooks are fitted to; all four would take twice as long
BATCH_FRAMES = 512
PIECE = 4096  # latents compared with a codebook at a time
INT8_MAX = 127
SHOWN_DEPTHS = (1, 2, 4, 8, 16, 32)


@dataclass(frozen=True)
class Fit:
    """Codebooks and how well they fit.

    Attributes:
        books: Float[K, E, D], whole multiples of their level's step.
        steps: Float[K].
        errors: Float[K], mean squared residual after each level over the mean square of the latents.
        used: Float[K], share of the entries that some latent chose.
    """

    books: Tensor
    steps: Tensor
    errors: Tensor
    used: Tensor


@dataclass(frozen=True)
class KMeans:
    """Rounds of k-means a level, and how many latents all but the last look at."""

    rounds: int = 6
    sample: int = 120_000


def load_model(work: Path) -> Autoencoder:
    """What training.analysis trained.

    Raises:
        CheckpointError: it is missing or damaged.
    """
    made_by = "python -m training.analysis"
    saved = load(work / CHECKPOINT, made_by)
    try:
        model = Autoencoder(Sizes(**saved["sizes"]))
        model.load_state_dict(saved["model"])
    except (KeyError, TypeError, RuntimeError) as error:
        raise CheckpointError(f"{work / CHECKPOINT} is of another model; remove it and run {made_by}") from error
    return model.eval()


def place(rows: Sequence[Row]) -> list[CodedRow]:
    """Rows with their places in the arrays of frames: all rows on the first grid, then all on the second, and so on."""
    coded: list[CodedRow] = [{**row, "grid": []} for row in rows]
    start = 0
    for grid in range(GRIDS):
        for row in coded:
            frames = -(-(row["feat_n"] - _grid_hop(row, grid)) // HOPS)
            row["grid"].append([start, frames])
            start += frames
    return coded


def _grid_hop(row: Row, grid: int) -> int:
    return row["first_hop"] - grid * GRID_HOPS


@torch.no_grad()
def encode(model: Autoencoder, corpus: Corpus, rows: Sequence[CodedRow]) -> Tensor:
    """Latents of every utterance on every grid, Float[M, D], laid out as `rows` say."""
    jobs = [(row["grid"][grid][1], i, grid) for i, row in enumerate(rows) for grid in range(GRIDS)]
    jobs.sort(reverse=True)
    out = torch.zeros(sum(frames for frames, _, _ in jobs), model.sizes.latent)
    while jobs:
        longest = jobs[0][0]
        size = max(1, BATCH_FRAMES // longest)
        batch, jobs = jobs[:size], jobs[size:]
        # the encoder is causal: what pads the end of the shorter ones does not reach their frames
        spectra = [_spectra(corpus, rows[i], grid, longest) for _, i, grid in batch]
        latents = model.encode(model.normalised(torch.stack(spectra)))
        for (frames, i, grid), latent in zip(batch, latents, strict=True):
            start = rows[i]["grid"][grid][0]
            out[start : start + frames] = latent[:frames]
    return out


def _spectra(corpus: Corpus, row: Row, grid: int, frames: int) -> Tensor:
    part = padded_slice(corpus.spectra_of(row), _grid_hop(row, grid), frames * HOPS, math.log(FLOOR))
    return torch.from_numpy(part.astype(np.float32))


def training_latents(latents: Tensor, rows: Sequence[CodedRow]) -> Tensor:
    """The latents that codebooks are fitted to, Float[N, D].

    Raises:
        CheckpointError: there are none.
    """
    places = [row["grid"][grid] for grid in range(FITTED_GRIDS) for row in rows if row["split"] == "train"]
    if not places:
        raise CheckpointError("the prepared corpus has no utterance of the split train")
    return torch.cat([latents[start : start + frames] for start, frames in places])


def fit(latents: Tensor, generator: torch.Generator, means: KMeans, levels: int, entries: int) -> Fit:
    """Fit `levels` codebooks of `entries` to latents Float[N, D], each to what the last left; prints how it goes."""
    residual, power, began = latents, latents.square().sum(1).mean(), time.monotonic()
    books, steps, errors, used = [], [], [], []
    for level in range(levels):
        book = _means(residual, generator, means, entries)
        step = (book.abs().max() / INT8_MAX).clamp(min=1e-12)
        book = (book / step).round() * step
        index = nearest(residual, book)
        residual = residual - book[index]
        books.append(book)
        steps.append(step)
        errors.append(residual.square().sum(1).mean() / power)
        used.append((torch.bincount(index, minlength=entries) > 0).float().mean())
        if level + 1 in SHOWN_DEPTHS:
            minutes = (time.monotonic() - began) / 60
            print(f"{level + 1} levels: error {errors[-1]:.2g}, used {used[-1]:.2%}, {minutes:.1f}m", flush=True)
    return Fit(torch.stack(books), torch.stack(steps), torch.stack(errors), torch.stack(used))


def _means(x: Tensor, generator: torch.Generator, means: KMeans, entries: int) -> Tensor:
    """`entries` cluster centres of x Float[N, D]; empty clusters start again at a random latent."""
    book = _drawn(x, entries, generator)
    for left in reversed(range(means.rounds)):
        sample = _drawn(x, min(means.sample, len(x)), generator) if left else x
        index = nearest(sample, book)
        count = torch.bincount(index, minlength=entries).unsqueeze(1)
        total = torch.zeros_like(book).index_add_(0, index, sample)
        book = torch.where(count > 0, total / count.clamp(min=1), book)
        empty = (count[:, 0] == 0).nonzero()[:, 0]
        book[empty] = _drawn(sample, len(empty), generator)
    return book


def _drawn(x: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """`count` different rows of x, or, where it has fewer, each at least once."""
    order = torch.randperm(len(x), generator=generator)
    return x[order.repeat(-(-count // len(x)))[:count]]


def nearest(x: Tensor, book: Tensor) -> Tensor:
    """Index of the nearest entry of book Float[E, D] for each of x Float[N, D], Long[N]."""
    half = 0.5 * book.square().sum(1)
    return torch.cat([torch.argmax(piece @ book.t() - half, 1) for piece in torch.split(x, PIECE)])


def codes_of(latents: Tensor, rvq: ResidualVQ) -> Tensor:
    """Codes of latents Float[M, D] at all levels, Int16[M, 32]."""
    pieces = [rvq.encode(piece[None])[0].t() for piece in torch.split(latents, PIECE)]
    return torch.cat(pieces).to(torch.int16)


@torch.no_grad()
def refit(work: Path, means: KMeans, threads: int, seed: int) -> Fit:
    """Encode the corpus in `work`, fit the codebooks, write codes, latents, index and weights.

    Raises:
        CheckpointError: what training.corpus or training.analysis make is missing or damaged.
    """
    torch.set_num_threads(threads)
    model, corpus, began = load_model(work), open_corpus(work), time.monotonic()
    rows = place(corpus.rows)
    latents = encode(model, corpus, rows)
    print(f"{len(latents)} frames encoded, {(time.monotonic() - began) / 60:.1f}m", flush=True)
    chosen = training_latents(latents, rows)
    scale = 1 / chosen.std().item()  # later models see latents of unit variance
    model.rescale(scale)
    found = fit(chosen * scale, torch.Generator().manual_seed(seed), means, NUM_CODEBOOKS, CARDINALITY)
    model.rvq.codebooks.copy_(found.books)
    latents *= scale
    _write(work, model, found, rows, latents)
    return found


def _write(work: Path, model: Autoencoder, found: Fit, rows: list[CodedRow], latents: Tensor) -> None:
    index = work / "corpus/index2.json"
    index.unlink(missing_ok=True)
    with replacing(work / "corpus/codes.npy") as path:
        np.save(path, codes_of(latents, model.rvq).numpy())
    with replacing(work / "corpus/latents.npy") as path:
        np.save(path, latents.numpy().astype(np.float16))
    parts = {"encoder": model.encoder, "rvq": model.rvq, "phone": model.phones, "spectra_decoder": model.decoder}
    states = {name: part.state_dict() for name, part in parts.items()}
    save(work / "analysis.pt", {**states, "steps": found.steps.tolist()})
    with replacing(index) as path:
        path.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    """Encode and fit; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m training.codebooks", description="Encode and fit.")
    parser.add_argument("work", type=Path, help="folder of training.corpus and training.analysis")
    parser.add_argument("--rounds", type=int, default=KMeans.rounds, help="of k-means a level (default 6)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(argv)

    def tool() -> None:
        refit(args.work, KMeans(max(1, args.rounds)), args.threads, args.seed)

    return reported(tool)


if __name__ == "__main__":
    sys.exit(main())
