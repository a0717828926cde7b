"""Corpora of synthetic utterances, laid out like the real one, and what data preparation makes of them."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch

from codec.decoder import Decoder
from codec.encoder import Encoder
from codec.spec import SAMPLE_RATE
from training.analysis import CHECKPOINT, Options, Trainer
from training.autoencoder import Sizes
from training.checkpoints import save
from training.codebooks import KMeans, refit
from training.corpus import prepare
from training.loop import Run
from training.prepared import UNIT, open_corpus
from training.seanet import SeanetDecoder
from tts.acoustic.config import AcousticConfig

PHONES = "hɛlˈO, wˈɜɹld."
SPOKEN = {"heart": ("en", 220.0), "michael": ("en", 110.0), "dora": ("ms", 200.0), "alex": ("ms", 120.0)}
SMALL = Sizes(latent=64, width=16, deep=16)


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


def recorded(folder: Path, lines: list[dict[str, Any]]) -> Path:
    """Write a corpus; `pitch_hz` of each line is how high it is spoken."""
    (folder / "audio").mkdir()
    with (folder / "metadata.jsonl").open("w", encoding="utf-8") as metadata:
        for i, line in enumerate(lines):
            wav = voice(line["durations"], line.pop("pitch_hz"), i)
            soundfile.write(folder / f"audio/u{i}.opus", wav, SAMPLE_RATE, format="OGG", subtype="OPUS")
            metadata.write(json.dumps({"id": f"u{i}", "samples": len(wav), **line}) + "\n")
    return folder


class StepClock(Run):
    """A run whose every step takes a minute."""

    @property
    def now(self) -> float:
        return float(self.step)


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """Networks this small only wait for a second thread."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with metadata.jsonl and audio/*.opus: two utterances to train on and one of the split dev, 2 s each."""
    lines = []
    for i, (split, pitch_hz) in enumerate([("train", 110.0), ("train", 220.0), ("dev", 150.0)]):
        durations = [14, *([5] * len(PHONES)), 3 + i]
        who = {"speaker": "heart", "lang": "en", "text": "Hello, world.", "phonemes": PHONES, "split": split}
        lines.append({**who, "durations": durations, "pitch_hz": pitch_hz})
    return recorded(tmp_path_factory.mktemp("corpus"), lines)


@pytest.fixture(scope="session")
def prepared(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Work folder of that corpus; tests that write to it copy it first."""
    work = tmp_path_factory.mktemp("work")
    prepare(corpus, work, processes=1)
    return work


@pytest.fixture(scope="session")
def coded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Work folder after training.codebooks: four speakers with two short utterances to train on, one of split dev."""
    lines = []
    for i, (speaker, (lang, pitch_hz)) in enumerate(SPOKEN.items()):
        for j, split in enumerate(("train", "train", "dev")):
            phones = PHONES[: 6 + 2 * j + i]
            durations = [10 + i, *([4 + j] * len(phones)), 3]
            who = {"speaker": speaker, "lang": lang, "text": "?", "phonemes": phones, "split": split}
            lines.append({**who, "durations": durations, "pitch_hz": pitch_hz})
    work = tmp_path_factory.mktemp("four")
    prepare(recorded(tmp_path_factory.mktemp("spoken"), lines), work, processes=1)
    trainer = Trainer(open_corpus(work), Options(steps=2, batch=4, frames=6), SMALL)
    trainer.start()
    for _ in range(2):
        trainer.advance()
    save(work / CHECKPOINT, trainer.state())
    refit(work, KMeans(1), threads=1, seed=0)
    (work / CHECKPOINT).unlink()
    return work


@pytest.fixture
def coded_work(coded_once: Path, tmp_path: Path) -> Path:
    """A work folder of a test's own with the files of `coded_once`."""
    work = tmp_path / "work"
    (work / "corpus").mkdir(parents=True)
    for path in [*coded_once.glob("*.pt"), *coded_once.glob("corpus/*")]:
        (work / path.relative_to(coded_once)).symlink_to(path)
    return work


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real networks in sizes for tests, and runs whose every step takes a minute."""
    acoustic = partial(
        AcousticConfig, width=32, layers=1, slot_width=32, slot_layers=1, frame_width=32, frame_layers=1, level_width=8
    )
    sizes: dict[str, Callable[..., object]] = {
        "training.export.Encoder": partial(Encoder, width=SMALL.width, deep=SMALL.deep),
        "training.export.Decoder": partial(Decoder, deep=32, width=16),
        "training.vocoder.Decoder": partial(Decoder, deep=32, width=16),
        "training.vocoder.SeanetDecoder": partial(SeanetDecoder, filters=4),
        "training.acoustic.AcousticConfig": acoustic,
    }
    for name, made in sizes.items():
        monkeypatch.setattr(name, made)
    monkeypatch.setattr("training.vocoder.Run", StepClock)
    monkeypatch.setattr("training.acoustic.Run", StepClock)
