"""Crops are aligned; training learns, resumes as if never stopped, and rescaling changes nothing but the latents."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from codec.encoder import FEATURES, FLOOR
from training.analysis import CHECKPOINT, EARLY_SLOTS, Options, Sampler, Trainer, main, phone_track, train
from training.autoencoder import Autoencoder, Sizes, losses
from training.checkpoints import load, replacing, save
from training.prepared import UNIT, Corpus, open_corpus
from tts.errors import CheckpointError, ConfigError
from tts.symbols import IDS

SIZES = Sizes(latent=8, width=16, deep=16)
OPTIONS = Options(steps=6, batch=4, frames=6, threads=1)


@pytest.fixture
def work(prepared: Path, tmp_path: Path) -> Path:
    """A work folder of its own with the shared corpus."""
    (tmp_path / "corpus").symlink_to(prepared / "corpus")
    return tmp_path


@pytest.fixture
def data(prepared: Path) -> Corpus:
    return open_corpus(prepared)


def curve(trainer: Trainer, steps: int) -> list[float]:
    return [trainer.advance()["loss"] for _ in range(steps)]


def started(data: Corpus, options: Options = OPTIONS) -> Trainer:
    trainer = Trainer(data, options, SIZES)
    trainer.start()
    return trainer


def test_phones_stand_where_the_durations_say(data: Corpus) -> None:
    row = data.rows[1]
    track = phone_track(row)
    by_sample = np.repeat([0, *(IDS[phone] for phone in row["phonemes"]), 0], np.array(row["durations"]) * UNIT)
    assert len(track) == -(-row["samples"] // 480)
    assert track[:-1].tolist() == by_sample[240::480][: len(track) - 1].tolist()
    assert len(set(track.tolist())) > 8


def test_crops_join_spectra_pitch_and_phones_of_one_time(data: Corpus) -> None:
    crops = Sampler(data, 24, seed=0).draw(20)
    assert crops.spectra.shape == (20, 192, FEATURES)
    assert crops.pitch.shape == (20, 192) and crops.phones.shape == (20, 96)
    spoken = (crops.phones > 0).repeat_interleave(2, 1)
    level = crops.spectra.mean(2)
    loud = level > level.amax(1, keepdim=True) - 2
    assert 0.2 < spoken.float().mean() < 0.98
    for heard in (loud, crops.pitch > 0):
        agreement = [(torch.roll(heard, shift, 1) == spoken).float().mean().item() for shift in range(-12, 13)]
        assert abs(int(np.argmax(agreement)) - 12) <= 3  # hops; windows and pitch tracking blur the edges
        assert max(agreement) > 0.9


def test_crops_are_of_training_utterances_at_many_levels(data: Corpus) -> None:
    crops = Sampler(data, 6, seed=0).draw(60)
    hertz = crops.pitch[crops.pitch > 0]
    assert not ((hertz > 140) & (hertz < 160)).any()  # the dev utterance is at 150 Hz
    assert crops.spectra.min() == pytest.approx(math.log(FLOOR))
    assert crops.spectra.amax((1, 2)).std() > 0.2


def test_crops_may_start_in_the_silence_before(data: Corpus) -> None:
    sampler = Sampler(data, 6, seed=0)
    before = [sampler.draw(1).spectra[0, 0] == math.log(FLOOR) for _ in range(60)]
    assert 0 < sum(bool(hop.all()) for hop in before) < 60
    assert EARLY_SLOTS * 0.02 == 0.4


def test_a_corpus_without_training_utterances_is_refused(data: Corpus) -> None:
    rows = [row for row in data.rows if row["split"] == "dev"]
    with pytest.raises(ConfigError, match="split train"):
        Sampler(replace(data, rows=rows), 6, seed=0)


def test_every_part_learns(data: Corpus) -> None:
    trainer = started(data)
    before = {name: value.clone() for name, value in trainer.model.named_parameters()}
    curve(trainer, 2)
    assert all(not torch.equal(value, before[name]) for name, value in trainer.model.named_parameters())


def test_the_loss_falls(data: Corpus) -> None:
    trainer = started(data, replace(OPTIONS, steps=40, rate=0.02))
    found = curve(trainer, 40)
    assert np.mean(found[-5:]) < 0.8 * np.mean(found[:5])


def test_a_resumed_run_goes_on_as_if_never_stopped(data: Corpus, tmp_path: Path) -> None:
    whole = curve(started(data), 6)
    first = started(data)
    assert curve(first, 3) == whole[:3]
    save(tmp_path / CHECKPOINT, first.state())
    second = Trainer(data, OPTIONS, SIZES)
    second.restore(load(tmp_path / CHECKPOINT, "a test"))
    assert curve(second, 3) == whole[3:]
    assert curve(started(data, replace(OPTIONS, seed=1)), 3) != whole[:3]


def test_training_stops_at_the_end_of_its_schedule(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train(work, OPTIONS, SIZES)
    assert "\n3 " in capsys.readouterr().out
    saved = load(work / CHECKPOINT, "a test")
    assert saved["step"] == 6 and saved["sizes"] == {"latent": 8, "width": 16, "deep": 16}
    train(work, OPTIONS, SIZES)
    assert load(work / CHECKPOINT, "a test")["step"] == 6
    train(work, replace(OPTIONS, steps=8), SIZES)
    assert load(work / CHECKPOINT, "a test")["step"] == 8


def test_a_schedule_in_minutes_ends(work: Path) -> None:
    train(work, replace(OPTIONS, steps=None, minutes=1e-6), SIZES)
    assert load(work / CHECKPOINT, "a test")["step"] == 1


def test_checkpoints_that_cannot_be_used_are_errors(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (work / CHECKPOINT).write_bytes(b"half a file")
    assert main([str(work), "--steps", "1"]) == 2
    assert f"{CHECKPOINT} cannot be read" in capsys.readouterr().err
    save(work / CHECKPOINT, {"model": {}})
    with pytest.raises(CheckpointError, match="another model"):
        train(work, OPTIONS, SIZES)


def test_without_a_corpus_the_error_names_the_tool(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert "python -m training.corpus" in error and error.count("\n") == 1


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), replacing(path) as temporary:
        temporary.write_text("half")
        raise KeyboardInterrupt
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_rescaling_changes_the_latents_only(data: Corpus) -> None:
    trainer = started(data)
    model, crops = trainer.model, trainer.sampler.draw(2)

    def outputs(model: Autoencoder) -> tuple[torch.Tensor, ...]:
        latent = model.encode(model.normalised(crops.spectra))
        codes = model.rvq.encode(latent)
        return latent, codes, model.decoder(model.rvq.decode(codes)), model.phones(latent)

    with torch.no_grad():
        before = outputs(model)
        model.rescale(0.25)
        after = outputs(model)
    assert torch.allclose(after[0], before[0] / 4, atol=1e-6)
    assert torch.equal(after[1], before[1])
    assert torch.allclose(after[2], before[2], atol=1e-4) and torch.allclose(after[3], before[3], atol=1e-4)


def test_gradients_pass_the_quantiser(data: Corpus) -> None:
    trainer = started(data)
    found = losses(trainer.model, trainer.sampler.draw(4), trainer.generator)
    torch.autograd.backward(found["spectra"])
    weight = trainer.model.encoder.enter.weight
    assert weight.grad is not None and weight.grad.abs().sum() > 0


def test_unvoiced_crops_have_no_pitch_loss(data: Corpus) -> None:
    trainer = started(data)
    crops = trainer.sampler.draw(4)
    found = losses(trainer.model, replace(crops, pitch=torch.zeros_like(crops.pitch)), trainer.generator)
    assert found["pitch"] == 0 and torch.isfinite(found["voicing"])
