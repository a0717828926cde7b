"""The decoder learns from crops, with and without judges; a stopped run goes on; both designs only look back."""

import argparse
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from codec.decoder import Decoder
from codec.spec import FRAME_SIZE
from training.checkpoints import load
from training.clips import HOPS, Clip, Clips
from training.seanet import SeanetDecoder
from training.vocoder import DESIGNS, Seanet, SourceFilter, Trainer, main, measure

pytestmark = pytest.mark.usefixtures("small")
NEVER = 1e9


def options(work: Path, **changes: object) -> argparse.Namespace:
    usual = {
        "work": work, "name": "decoder", "design": "source-filter", "minutes": 9.0, "gan_after": NEVER,
        "gan_weight": 0.5, "batch": 2, "frames": 4, "rate": 3e-3, "measure": 500, "seed": 0,
    }  # fmt: skip
    return argparse.Namespace(**(usual | changes))


def curve(trainer: Trainer, steps: int) -> list[dict[str, float]]:
    values = []
    for _ in range(steps):
        trainer.run.set_rate(trainer.optimizer)
        values.append({name: value.item() for name, value in trainer.step().items()})
        trainer.run.step += 1
        trainer.average.update(trainer.run.step)
    return values


def weights(net: torch.nn.Module) -> Tensor:
    return torch.cat([p.detach().flatten() for p in net.parameters()])


@pytest.mark.parametrize("design", DESIGNS)
def test_the_spectral_loss_falls(coded_work: Path, design: str) -> None:
    trainer = Trainer(options(coded_work, design=design))
    batch = trainer.clips.batch(2)
    trainer.clips.batch = lambda size: batch  # type: ignore[method-assign]
    found = [{name: value.item() for name, value in trainer.step().items()} for _ in range(12)]
    assert set(found[0]) == {"spectral", "heads"}
    assert found[-1]["spectral"] < 0.9 * found[0]["spectral"]
    if design == "source-filter":
        assert found[-1]["heads"] < 0.7 * found[0]["heads"]
    assert batch.samples.shape == (2, 4 * FRAME_SIZE)
    assert batch.samples.abs().max() > 0.1


def test_the_heads_are_told_the_true_pitch(coded_work: Path) -> None:
    trainer = Trainer(options(coded_work))
    model = trainer.task.model
    assert isinstance(model, Decoder)
    before = model.voice.bias.detach().clone()
    trainer.step()
    assert ((model.voice.bias - before).abs() > 1e-3).all()  # no wave depends on these in training


def test_judges_come_in_after_their_minutes(coded_work: Path) -> None:
    trainer = Trainer(options(coded_work, gan_after=1.5))
    judges = weights(trainer.judges)
    found = curve(trainer, 2)
    assert all(set(losses) == {"spectral", "heads"} for losses in found)
    assert torch.equal(weights(trainer.judges), judges)
    made = weights(trainer.task.model)
    (last,) = curve(trainer, 1)
    assert set(last) == {"spectral", "heads", "verdict", "adversarial", "matching"}
    assert all(torch.isfinite(torch.tensor(value)) for value in last.values()) and last["matching"] > 0
    assert not torch.equal(weights(trainer.judges), judges)
    assert not torch.equal(weights(trainer.task.model), made)


def test_what_judges_say_reaches_the_decoder(coded_work: Path) -> None:
    """Their weight in the loss matters: the same step without it ends elsewhere."""
    ends = []
    for weight in (0.0, 5.0):
        trainer = Trainer(options(coded_work, gan_after=-1.0, gan_weight=weight))
        curve(trainer, 1)
        ends.append(weights(trainer.task.model))
    assert not torch.equal(*ends)


def clip(pitch: float, frames: int = 4) -> Clip:
    generator = torch.Generator().manual_seed(0)
    latents = torch.randn(1, frames, 64, generator=generator)
    return Clip(latents, torch.zeros(1, frames * FRAME_SIZE), torch.full((1, frames * HOPS), pitch))


@torch.no_grad()
def test_the_pulse_follows_the_true_pitch_while_the_heads_learn_it() -> None:
    torch.manual_seed(0)
    task = SourceFilter()
    waves, heads = zip(*(task.make(clip(hertz)) for hertz in (200.0, 100.0, 0.0)), strict=True)
    assert all(wave.shape == (1, 4 * FRAME_SIZE) and wave.dtype == torch.float32 for wave in waves)
    low, high = waves[1][0, 3840:5760], waves[0][0, 3840:5760]
    spectra = [torch.fft.rfft(wave * torch.hann_window(1920)).abs()[:60] for wave in (low, high)]
    # bins of 12.5 Hz: 100 Hz is bin 8, 200 Hz is bin 16; only the low voice has a harmonic at 300 Hz
    assert spectra[0][24] > 3 * spectra[1][24]
    assert not torch.equal(waves[2], waves[1])
    # far from 150 Hz, where heads that know nothing start, they lose more; without a voice only voicing is asked
    assert heads[1] > heads[2] and heads[0] > heads[2]


@torch.no_grad()
def test_a_design_in_use_hears_nothing_but_latents() -> None:
    torch.manual_seed(0)
    for task in (SourceFilter(), Seanet()):
        latents = clip(100.0).latents
        wave = task.synthesise(latents)
        assert wave.shape == (1, 4 * FRAME_SIZE)
        assert torch.equal(wave, task.synthesise(latents))
        assert not torch.equal(wave, task.synthesise(latents + 1))


def test_seanet_only_looks_back() -> None:
    torch.manual_seed(0)
    model = SeanetDecoder(8, filters=4).eval()
    latents = torch.randn(1, 6, 8, requires_grad=True)
    wave = model(latents)
    assert wave.shape == (1, 6 * FRAME_SIZE)
    for frame in (0, 2, 5):
        piece = wave[0, frame * FRAME_SIZE : (frame + 1) * FRAME_SIZE]
        (gradient,) = torch.autograd.grad(piece.square().sum(), latents, retain_graph=True)
        reached = gradient[0].abs().amax(1) > 0
        assert reached[frame] and not reached[frame + 1 :].any()
        assert reached[: frame + 1].all()  # attention reaches back to the start
    with torch.no_grad():
        begun = model(latents[:, :3])
    assert torch.allclose(begun, wave[:, : 3 * FRAME_SIZE], atol=1e-5)


def test_a_restart_goes_on_where_the_run_stopped(coded_work: Path) -> None:
    first = Trainer(options(coded_work, gan_after=1.5))
    curve(first, 3)
    first.save()
    saved = load(coded_work / "decoder.pt", "a test")
    assert set(saved) == {"model", "average", "judges", "optimizer", "judging", "step", "minutes"}
    second = Trainer(options(coded_work, gan_after=1.5))
    assert second.run.step == 3
    assert second.clips.random.bit_generator.state == np.random.default_rng(3).bit_generator.state
    for name, value in first.average.values.items():
        assert torch.equal(value, second.average.values[name])
    after = curve(second, 2)
    third = Trainer(options(coded_work, gan_after=1.5))
    crops = third.clips.random
    assert curve(third, 2) == after
    # one that was never stopped is the same but for the crops it draws
    state = Trainer(options(coded_work, gan_after=1.5)).clips.random
    assert state.bit_generator.state != crops.bit_generator.state
    first.clips.random = state
    assert curve(first, 2) == after
    assert torch.equal(weights(first.judges), weights(second.judges))
    for name, value in first.average.values.items():
        assert torch.equal(value, second.average.values[name])


def test_the_command_trains_measures_and_goes_on(coded_work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for module in ("pesq", "pystoi", "librosa"):
        pytest.importorskip(module)
    command = [str(coded_work), "--batch", "2", "--frames", "4", "--threads", "1", "--name", "d", "--minutes"]
    assert main([*command, "2", "--measure", "2"]) == 0
    shown = capsys.readouterr().out
    assert "M parameters, step 0\n" in shown and "2 2.0m measure {'pesq': " in shown
    assert [line.split()[2] for line in shown.splitlines() if line.startswith("final depth")] == ["4", "8", "32"]
    saved = load(coded_work / "d.pt", "a test")
    assert saved["step"] == 2 and saved["minutes"] == 2
    assert main([*command, "3"]) == 0
    assert "step 2\n" in capsys.readouterr().out
    assert load(coded_work / "d.pt", "a test")["step"] == 3


def test_measures_tell_a_recording_from_noise(coded_work: Path) -> None:
    for module in ("pesq", "pystoi", "librosa"):
        pytest.importorskip(module)
    clips = Clips(coded_work, 4, seed=0)

    class Parrot(SourceFilter):
        """Says the dev recordings themselves, with noise."""

        def __init__(self, noise: float) -> None:
            super().__init__()
            self.noise, self.said = noise, iter([row for row in clips.rows if row["split"] == "dev"])

        def synthesise(self, latent: Tensor) -> Tensor:
            samples = clips.clip(next(self.said), 0, 0, latent.shape[1], 32).samples
            return (samples + self.noise * torch.randn(samples.shape, generator=torch.Generator().manual_seed(0)))[None]

    good, bad = (measure(Parrot(noise), clips) for noise in (1e-4, 0.3))
    assert good["pesq"] > 4 and good["stoi"] > 0.95
    assert bad["pesq"] < good["pesq"] - 1 and bad["stoi"] < good["stoi"] and bad["loss"] > 2 * good["loss"]
