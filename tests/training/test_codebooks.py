"""Codebooks fit better with each level, lie on their 8-bit grid, and give back the latents saved with the codes."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from codec.encoder import HISTORY, HOP, LOOKAHEAD
from codec.spec import CARDINALITY, FRAME_SIZE, NUM_CODEBOOKS
from training.analysis import CHECKPOINT, Options, Trainer
from training.autoencoder import Sizes
from training.checkpoints import load, save
from training.codebooks import GRIDS, KMeans, encode, fit, load_model, main, nearest, place, refit
from training.prepared import open_corpus, padded_slice

SIZES = Sizes(latent=8, width=16, deep=16)


@pytest.fixture(scope="module")
def trained(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work folder with a corpus and a network of a few steps."""
    work = tmp_path_factory.mktemp("trained")
    shutil.copytree(prepared / "corpus", work / "corpus")
    trainer = Trainer(open_corpus(work), Options(steps=3, batch=4, frames=6), SIZES)
    trainer.start()
    for _ in range(3):
        trainer.advance()
    save(work / CHECKPOINT, trainer.state())
    return work


@pytest.fixture(scope="module")
def coded(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after training.codebooks."""
    work = tmp_path_factory.mktemp("coded") / "work"
    shutil.copytree(trained, work)
    assert main([str(work), "--rounds", "2", "--threads", "1"]) == 0
    return work


def gaussian(count: int) -> torch.Tensor:
    return torch.randn(count, 4, generator=torch.Generator().manual_seed(0))


def test_the_error_falls_with_every_level() -> None:
    latents = gaussian(3000)
    found = fit(latents, torch.Generator().manual_seed(0), KMeans(4, 2000), levels=6, entries=32)
    assert (found.errors.diff() < 0).all()
    assert found.errors[0] < 0.3 and found.errors[5] < 0.002  # 5 bits for 4 values: a quarter each
    assert (found.used > 0.9).all()
    left = latents
    for book, error in zip(found.books, found.errors, strict=True):
        left = left - book[nearest(left, book)]
        assert left.square().mean() / latents.square().mean() == pytest.approx(error.item(), rel=1e-4)


def test_more_rounds_fit_better() -> None:
    latents = gaussian(3000)
    errors = [
        fit(latents, torch.Generator().manual_seed(0), KMeans(rounds), levels=1, entries=32).errors[0]
        for rounds in (1, 10)
    ]
    assert errors[1] < 0.95 * errors[0]


def test_entries_lie_on_the_grid_of_eight_bits() -> None:
    found = fit(gaussian(2000), torch.Generator().manual_seed(0), KMeans(2), levels=4, entries=16)
    whole = found.books / found.steps.view(-1, 1, 1)
    assert torch.allclose(whole, whole.round(), atol=1e-3)
    assert (whole.abs().amax((1, 2)).round() == 127).all()


def test_fewer_latents_than_entries_can_be_fitted() -> None:
    found = fit(gaussian(10), torch.Generator().manual_seed(0), KMeans(2), levels=8, entries=64)
    assert torch.isfinite(found.books).all() and found.errors[-1] < 1e-6


def test_nearest_is_the_brute_force_nearest() -> None:
    latents, book = gaussian(9000), gaussian(50) * 2
    assert torch.equal(nearest(latents, book), torch.cdist(latents, book).argmin(1))


def test_batched_encoding_is_encoding_one_by_one(trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, corpus = load_model(trained), open_corpus(trained)
    rows = place(corpus.rows)
    batched = encode(model, corpus, rows)
    monkeypatch.setattr("training.codebooks.BATCH_FRAMES", 1)
    assert torch.allclose(batched, encode(model, corpus, rows), atol=1e-5)
    assert batched.std(0).min() > 0


def test_latents_are_those_of_the_codec_on_each_grid(trained: Path) -> None:
    """What the streaming encoder makes of the trimmed samples, one frame at a time, but for the float16 of spectra."""
    model, corpus = load_model(trained), open_corpus(trained)
    rows = place(corpus.rows)
    batched, row = encode(model, corpus, rows), rows[1]
    samples = corpus.samples[row["start"] : row["start"] + row["n"]].astype(np.float32) / 32768
    for grid in range(GRIDS):
        start, frames = row["grid"][grid]
        first = (row["first_hop"] - 2 * grid) * HOP
        states = model.encoder.state(1)
        states[0] = torch.from_numpy(padded_slice(samples, first + LOOKAHEAD - HISTORY, HISTORY))[None]
        found = []
        for frame in range(frames):
            wav = padded_slice(samples, first + frame * FRAME_SIZE + LOOKAHEAD, FRAME_SIZE)
            with torch.no_grad():
                latent, states = model.encoder(torch.from_numpy(wav)[None], states)
            found.append(latent[0, 0])
        expected = batched[start : start + frames]
        errors = (torch.stack(found) - expected).abs().amax(1) / expected.std()
        assert errors[:-1].max() < 0.02
        assert errors[-1] < 0.2  # its windows reach past the last spectra, where silence is assumed
        moved = batched[slice(*np.cumsum(row["grid"][(grid + 1) % GRIDS]))][: len(expected)]
        assert (torch.stack(found)[: len(moved)] - moved).abs().max() > 0.1 * expected.std()


def test_files_hold_every_utterance_on_every_grid(coded: Path) -> None:
    rows = json.loads((coded / "corpus/index2.json").read_text("utf-8"))
    codes, latents = np.load(coded / "corpus/codes.npy"), np.load(coded / "corpus/latents.npy")
    assert codes.dtype == np.int16 and latents.dtype == np.float16
    places = [row["grid"][grid] for grid in range(GRIDS) for row in rows]
    assert places[0][0] == 0
    assert all(a[0] + a[1] == b[0] for a, b in zip(places, places[1:], strict=False))
    assert len(codes) == len(latents) == sum(places[-1])
    for row in rows:
        for grid, (_, frames) in enumerate(row["grid"]):
            covered = row["first_hop"] - 2 * grid + 8 * frames
            assert row["feat_n"] <= covered < row["feat_n"] + 8
    assert codes.min() >= 0 and codes.max() < CARDINALITY and len(np.unique(codes[:, 0])) > 10


def test_codes_decode_to_the_latents(coded: Path) -> None:
    books = load(coded / "analysis.pt", "a test")["rvq"]["codebooks"]
    codes, latents = np.load(coded / "corpus/codes.npy"), np.load(coded / "corpus/latents.npy").astype(np.float32)
    chosen = books[torch.arange(NUM_CODEBOOKS), torch.from_numpy(codes.astype(np.int64))]
    errors = (chosen.cumsum(1) - torch.from_numpy(latents).unsqueeze(1)).square().mean(2)
    assert errors.mean(0)[0] < 0.5 and (errors.mean(0).diff() < 1e-6).all()
    rows = json.loads((coded / "corpus/index2.json").read_text("utf-8"))
    fitted = np.concatenate([np.arange(s, s + n) for r in rows[:2] for s, n in r["grid"][:2]])
    assert latents[fitted].std() == pytest.approx(1, abs=0.01)
    assert errors[fitted, -1].max() < 1e-6  # fewer latents than entries: all that is left is float16's


def test_the_encoder_of_the_checkpoint_makes_the_saved_latents(coded: Path, trained: Path) -> None:
    model, corpus = load_model(trained), open_corpus(coded)
    saved = load(coded / "analysis.pt", "a test")
    assert set(saved) == {"encoder", "rvq", "phone", "spectra_decoder", "steps"}
    assert len(saved["steps"]) == NUM_CODEBOOKS
    model.encoder.load_state_dict(saved["encoder"])
    made = encode(model, corpus, place(corpus.rows)).numpy()
    assert np.allclose(made, np.load(coded / "corpus/latents.npy"), atol=5e-3)


def test_equal_seeds_give_equal_codebooks(trained: Path, coded: Path, tmp_path: Path) -> None:
    shutil.copytree(trained, tmp_path / "work")
    found = refit(tmp_path / "work", KMeans(2), threads=1, seed=0)
    assert torch.equal(found.books, load(coded / "analysis.pt", "a test")["rvq"]["codebooks"])


def test_a_missing_network_is_one_error(prepared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(prepared)]) == 2
    error = capsys.readouterr().err
    assert "python -m training.analysis" in error and error.count("\n") == 1


def test_a_network_of_another_shape_is_one_error(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = load(trained / CHECKPOINT, "a test")
    save(tmp_path / CHECKPOINT, {**saved, "sizes": {"latent": 4, "width": 16, "deep": 16}})
    assert main([str(tmp_path)]) == 2
    assert "another model" in capsys.readouterr().err
