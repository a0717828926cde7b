"""Latents as the acoustic model would speak the training sentences: `python -m training.predict WORK`.

True durations and tone, codes of its own choice, so that the result lies in time with the recordings. The codec's
decoder trains on these beside the true codes (training/vocoder.py), and learns to sound well on what it will be given.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from codec.spec import NUM_CODEBOOKS
from training.acoustic import run
from training.checkpoints import load, replacing
from training.command import reported
from training.sentences import Item, Sentences
from tts.acoustic.config import AcousticConfig
from tts.acoustic.model import AcousticModel

BATCH = 16


def predict(work: Path) -> None:
    """Write WORK/corpus/predicted.npy, Float16[frames, D]; only the first of the four frame grids is filled."""
    saved = load(work / "acoustic.pt", "python -m training.acoustic")
    model = AcousticModel(AcousticConfig(**saved["config"]))
    model.load_state_dict(saved["average"])
    books = load(work / "analysis.pt", "python -m training.codebooks")["rvq"]["codebooks"]
    levels = list(books), list(0.5 * books.square().sum(2)), model.depth.weights()
    model.eval()
    data = Sentences(work, 0)
    predicted = np.full(data.latents.shape, np.nan, np.float16)
    items = sorted(data.items, key=lambda item: item.frames)
    for first in range(0, len(items), BATCH):
        part = items[first : first + BATCH]
        batch = data.batch(part, [0] * len(part))
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            frames = run(model, batch)[0].float()[batch.frame_mask]
        with torch.inference_mode():
            noise = torch.zeros(len(frames), NUM_CODEBOOKS, books.shape[2])
            _, sums = model.depth.choose(frames, noise, *levels)
        predicted[np.concatenate([_places(item) for item in part])] = sums[:, -1].numpy()
    with replacing(work / "corpus/predicted.npy") as path:  # a running training.vocoder has the old one mapped
        np.save(path, predicted)
    dev = np.concatenate([_places(item) for item in data.dev])
    error = np.square(predicted[dev].astype(np.float32) - data.latents[dev].astype(np.float32)).mean()
    print(f"latents of step {saved['step']}: squared error {error:.3f} of variance on dev sentences")


def _places(item: Item) -> NDArray[np.int64]:
    start, count = item.row["grid"][0]
    return np.arange(start, start + count)


def main(argv: Sequence[str] | None = None) -> int:
    """Predict; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args(argv)
    torch.set_num_threads(args.threads)
    return reported(lambda: predict(args.work))


if __name__ == "__main__":
    sys.exit(main())
