"""A corpus of three synthetic utterances, laid out like the real one, and what training.corpus makes of it."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from codec.spec import SAMPLE_RATE
from training.corpus import prepare
from training.prepared import UNIT

PHONES = "hɛlˈO, wˈɜɹld."


def voice(durations: list[int], pitch_hz: float, seed: int) -> np.ndarray:
    """Silence for the first and last duration; between them a harmonic tone whose timbre changes with each phone."""
    source, bounds = np.random.default_rng(seed), np.cumsum([0, *durations]) * UNIT
    times = np.arange(bounds[-1]) / SAMPLE_RATE
    wav = np.zeros(bounds[-1])
    for first, last in zip(bounds[1:-2], bounds[2:-1], strict=True):
        levels = source.uniform(0.01, 0.06, 12)
        for k, level in enumerate(levels, 1):
            wav[first:last] += level * np.sin(2 * np.pi * k * pitch_hz * times[first:last])
    return wav.astype(np.float32)


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """Networks this small only wait for a second thread."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with metadata.jsonl and audio/*.opus: two utterances to train on and one of the split dev, 2 s each."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "audio").mkdir()
    lines = []
    for i, (split, pitch_hz) in enumerate([("train", 110.0), ("train", 220.0), ("dev", 150.0)]):
        durations = [14, *([5] * len(PHONES)), 3 + i]
        path, wav = folder / f"audio/u{i}.opus", voice(durations, pitch_hz, i)
        soundfile.write(path, wav, SAMPLE_RATE, format="OGG", subtype="OPUS")
        lines.append({
            "id": f"u{i}", "speaker": "heart", "lang": "en", "text": "Hello, world.", "phonemes": PHONES,
            "durations": durations, "samples": sum(durations) * UNIT, "split": split,
        })
    (folder / "metadata.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return folder


@pytest.fixture(scope="session")
def prepared(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Work folder of that corpus; tests that write to it copy it first."""
    work = tmp_path_factory.mktemp("work")
    prepare(corpus, work, processes=1)
    return work
