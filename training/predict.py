"""Latents as the acoustic model would speak the training sentences: `python -m training.predict WORK`.

True durations and tone, codes of its own choice, so that the result lies in time with the recordings. The codec's decoder trains
on these beside the true codes (training/vocoder.py), and learns to sound well on what it will be given.
"""

import argparse
from pathlib import Path

import numpy as np
import torch

from codec.spec import NUM_CODEBOOKS
from tts.acoustic.config import AcousticConfig
from tts.acoustic.model import AcousticModel
from training.acoustic import Sentences, run

BATCH = 16


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    saved = torch.load(args.work / "acoustic.pt")
    model = AcousticModel(AcousticConfig(**saved["config"]))
    model.load_state_dict(saved["average"])
    books = torch.load(args.work / "analysis.pt")["rvq"]["codebooks"]
    levels = list(books), list(0.5 * books.square().sum(2)), model.depth.weights()
    model.eval()
    data = Sentences(args.work, 0)
    predicted = np.full(data.latents.shape, np.nan, np.float16)  # only the first of the four frame grids is filled
    items = sorted(data.items, key=lambda item: item["grid"][0][1])
    for first in range(0, len(items), BATCH):
        part = items[first : first + BATCH]
        batch = data.batch(part, [0] * len(part))
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            frames = run(model, batch)[0].float()
        with torch.inference_mode():
            flat = frames[batch.frame_mask]
            _, sums = model.depth.choose(flat, torch.zeros(len(flat), NUM_CODEBOOKS, books.shape[2]), *levels)
        rows = np.concatenate([np.arange(item["grid"][0][0], sum(item["grid"][0])) for item in part])
        predicted[rows] = sums[:, -1].numpy()
    np.save(args.work / "corpus/predicted.npy", predicted)
    dev = np.concatenate([np.arange(item["grid"][0][0], sum(item["grid"][0])) for item in data.items if item["split"] == "dev"])
    error = np.square(predicted[dev].astype(np.float32) - data.latents[dev].astype(np.float32)).mean()
    print(f"latents of step {saved['step']}: squared error {error:.3f} of variance on dev sentences")


if __name__ == "__main__":
    main()
