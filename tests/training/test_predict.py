"""Predicted latents lie where the first grid's frames do, are sums of entries, and appear in one go."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from codec.spec import NUM_CODEBOOKS
from training import acoustic
from training.checkpoints import load
from training.clips import Clips
from training.predict import main
from training.sentences import Sentences
from tts.acoustic.depth import DepthDecoder

pytestmark = pytest.mark.usefixtures("small")


@pytest.fixture
def trained(coded_work: Path) -> Path:
    """The work folder after two steps of training.acoustic."""
    assert acoustic.main([str(coded_work), "--minutes", "2", "--batch", "2", "--threads", "1", "--dev", "2"]) == 0
    return coded_work


def predicted(work: Path) -> np.ndarray:
    assert main([str(work), "--threads", "1"]) == 0
    found: np.ndarray = np.load(work / "corpus/predicted.npy")
    return found


def test_only_the_first_grid_is_filled(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = predicted(trained)
    shape = np.load(trained / "corpus/latents.npy", mmap_mode="r").shape
    assert found.shape == shape and found.dtype == np.float16
    rows = json.loads((trained / "corpus/index2.json").read_text("utf-8"))
    first = np.zeros(len(found), bool)
    for row in rows:
        start, count = row["grid"][0]
        first[start : start + count] = True
    assert 0 < first.sum() < len(found) / 3
    assert np.isfinite(found[first]).all() and np.isnan(found[~first]).all()
    shown = capsys.readouterr().out.splitlines()[-1]
    assert shown.startswith("latents of step 2: squared error ")
    data = Sentences(trained, 0)
    dev = np.concatenate([np.arange(s, s + n) for s, n in (item.row["grid"][0] for item in data.dev)])
    error = np.square(found[dev].astype(np.float32) - data.latents[dev].astype(np.float32)).mean()
    assert float(shown.split()[6]) == pytest.approx(error, abs=0.001)


def test_predictions_are_the_sums_of_the_codes_chosen(trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    codes: list[torch.Tensor] = []
    choose = DepthDecoder.choose

    def watched(self: DepthDecoder, *inputs: Any) -> Any:
        made = choose(self, *inputs)
        codes.append(made[0])
        return made

    monkeypatch.setattr(DepthDecoder, "choose", watched)
    monkeypatch.setattr("training.predict.BATCH", 100)
    found = predicted(trained)
    books = load(trained / "analysis.pt", "a test")["rvq"]["codebooks"]
    sums = books[torch.arange(NUM_CODEBOOKS), codes[0]].sum(1)
    data = Sentences(trained, 0)
    items = sorted(data.items, key=lambda item: item.frames)
    places = np.concatenate([np.arange(s, s + n) for s, n in (item.row["grid"][0] for item in items)])
    assert len(codes) == 1 and len(sums) == len(places)
    assert np.abs(found[places].astype(np.float32) - sums.numpy()).max() < 0.01  # float16


def test_a_frame_does_not_depend_on_which_sentences_share_its_batch(
    trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = predicted(trained)
    monkeypatch.setattr("training.predict.BATCH", 1)
    alone = predicted(trained)
    real = np.isfinite(together)
    assert np.array_equal(real, np.isfinite(alone))
    different = np.abs(together[real].astype(np.float32) - alone[real].astype(np.float32)) > 0.01
    assert different.mean() < 0.02  # a code may tip where bfloat16 sums round otherwise


def test_predictions_are_equal_every_time(trained: Path) -> None:
    """No dropout: what training turns on is off."""
    saved = load(trained / "acoustic.pt", "a test")
    for name, value in saved["average"].items():
        if name.endswith((".scale", "regress.weight")):
            value.mul_(10)  # so that dropout would be heard
    torch.save(saved, trained / "acoustic.pt")
    assert np.array_equal(predicted(trained), predicted(trained), equal_nan=True)


def test_a_reader_of_the_old_file_keeps_it(trained: Path) -> None:
    """training.vocoder has it mapped; overwriting it in place would pull it from under its feet."""
    before = predicted(trained)
    clips = Clips(trained, 4, seed=0)
    saved = load(trained / "acoustic.pt", "a test")
    for value in saved["average"].values():
        value.add_(0.3)
    torch.save(saved, trained / "acoustic.pt")
    after = predicted(trained)
    assert clips.predicted is not None
    assert np.array_equal(clips.predicted, before, equal_nan=True)
    assert not np.array_equal(after, before, equal_nan=True)
    assert not list((trained / "corpus").glob("*.tmp*"))
    assert (clips.batch(6).latents[::3].isfinite()).all()


def test_a_missing_model_is_one_error(coded_work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(coded_work)]) == 2
    error = capsys.readouterr().err
    assert "python -m training.acoustic" in error and error.count("\n") == 1
    assert not (coded_work / "corpus/predicted.npy").exists()
