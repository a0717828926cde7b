"""The decoder: streams as the whole, no sample hears a later frame; its pulse train is continuous and band-limited."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from codec.decoder import BINS, OVERLAP, TOP_HARMONIC_HZ, WINDOW, Decoder, Pulse, overlap_add
from codec.encoder import HOP
from codec.spec import FRAME_SIZE, SAMPLE_RATE


@pytest.fixture(scope="module")
def decoder() -> Decoder:
    """A small one whose voicing and pitch change from frame to frame."""
    torch.manual_seed(0)
    made = Decoder(latent=16, deep=48, width=32).eval()
    with torch.no_grad():
        made.gains.bias += 0.3 * torch.randn(6 * BINS)
    return made


def latents(frames: int, batch: int = 1) -> Tensor:
    return torch.randn(batch, frames, 16, generator=torch.Generator().manual_seed(2))


@pytest.mark.parametrize("sizes", [(1,), (2,), (5,), (3, 1, 2)])
def test_streams_as_the_whole(decoder: Decoder, sizes: tuple[int, ...]) -> None:
    x = latents(13)
    with torch.no_grad():
        whole, _ = decoder(x, decoder.state(1))
        states, parts, first, step = decoder.state(1), [], 0, 0
        while first < x.shape[1]:
            size = sizes[step % len(sizes)]
            wave, states = decoder(x[:, first : first + size], states)
            parts.append(wave)
            first, step = first + size, step + 1
        changed, _ = decoder(x.flip(1), decoder.state(1))
    assert whole.shape == (1, 13 * FRAME_SIZE)
    # rounding of the phase is multiplied by up to 230 harmonics
    assert torch.allclose(torch.cat(parts, 1), whole, atol=2e-3 * whole.abs().max().item())
    assert not torch.allclose(changed, whole, atol=0.05 * whole.abs().max().item())


def test_hears_no_later_frame(decoder: Decoder) -> None:
    x = latents(6).requires_grad_()
    wave, _ = decoder(x, decoder.state(1))
    wave[0, 3 * FRAME_SIZE : 4 * FRAME_SIZE].square().sum().backward()
    heard = x.grad[0].abs().sum(1)  # type: ignore[index]
    assert (heard[4:] == 0).all()
    assert (heard[:4] > 0).all()


def test_batch_is_single(decoder: Decoder) -> None:
    x = latents(3, batch=2)
    with torch.no_grad():
        batch, _ = decoder(x, decoder.state(2))
        single = torch.cat([decoder(row[None], decoder.state(1))[0] for row in x])
    assert torch.allclose(batch, single, atol=2e-3 * single.abs().max().item())


def test_export_path_is_the_training_path(decoder: Decoder, monkeypatch: pytest.MonkeyPatch) -> None:
    x = latents(4)
    with torch.no_grad():
        trained, _ = decoder(x, decoder.state(1))
        monkeypatch.setattr(torch.onnx, "is_in_onnx_export", lambda: True)
        exported, _ = decoder(x, decoder.state(1))
    assert torch.allclose(exported, trained, atol=1e-4 * trained.abs().max().item())


def train_of(pitch: Tensor, voiced: Tensor, sizes: tuple[int, ...]) -> Tensor:
    pulse, phase, parts, first = Pulse(), torch.zeros(1, 1), [], 0
    for size in sizes:
        wave, phase = pulse(pitch[:, first : first + size], voiced[:, first : first + size], phase)
        parts.append(wave)
        first += size
    return torch.cat(parts, 1)


def test_pulse_goes_on_over_calls() -> None:
    pitch = torch.linspace(90, 310, 24)[None]
    voiced = torch.ones(1, 24)
    whole = train_of(pitch, voiced, (24,))
    for sizes in ((1,) * 24, (2,) * 12, (5, 5, 5, 5, 4)):
        assert torch.allclose(train_of(pitch, voiced, sizes), whole, atol=2e-3 * whole.abs().max().item())
    broken = torch.cat([train_of(pitch[:, i : i + 1], voiced[:, :1], (1,)) for i in range(24)], 1)
    assert not torch.allclose(broken, whole, atol=0.1 * whole.abs().max().item())


@pytest.mark.parametrize("hertz", [100.0, 187.5, 400.0])
def test_pulse_has_unit_power_harmonics_and_nothing_else(hertz: float) -> None:
    hops = 200  # two seconds: a whole number of periods
    wave = train_of(torch.full((1, hops), hertz), torch.ones(1, hops), (hops,))[0].double().numpy()
    assert np.square(wave).mean() == pytest.approx(1.0, abs=0.02)
    power = np.square(np.abs(np.fft.rfft(wave))) / len(wave) ** 2 * 2
    frequencies = np.arange(len(power)) * SAMPLE_RATE / len(wave)
    count = math.floor(TOP_HARMONIC_HZ / hertz)
    harmonics = [round(k * hertz * len(wave) / SAMPLE_RATE) for k in range(1, count + 1)]
    assert power[harmonics] == pytest.approx(np.full(count, 1 / count), rel=0.05)
    assert power[frequencies > TOP_HARMONIC_HZ + 1].sum() < 1e-5
    assert power.sum() - power[harmonics].sum() < 1e-4


def harmonics(hertz: float, hops: int, turn: float = 0.0) -> Tensor:
    """The train as its definition adds it up, each harmonic turned by `turn` cycles."""
    phase = torch.arange(1, hops * HOP + 1, dtype=torch.float64) * hertz / SAMPLE_RATE
    count = math.floor(TOP_HARMONIC_HZ / hertz)
    waves = [torch.cos(2 * math.pi * (k * phase + turn)) for k in range(1, count + 1)]
    return (2 * torch.stack(waves).sum(0) / math.sqrt(2 * count)).float()[None]


def test_pulse_is_the_sum_of_its_harmonics() -> None:
    made = train_of(torch.full((1, 9), 143.0), torch.ones(1, 9), (9,))
    assert torch.allclose(made, harmonics(143.0, 9), atol=5e-3 * made.abs().max().item())


def test_unvoiced_pulse_is_silent_but_keeps_time() -> None:
    pitch, voiced = torch.full((1, 12), 130.0), torch.ones(1, 12)
    voiced[:, 4:8] = 0
    gated, whole = train_of(pitch, voiced, (12,)), train_of(pitch, torch.ones(1, 12), (12,))
    assert (gated[:, 4 * HOP : 8 * HOP] == 0).all()
    assert torch.equal(gated[:, 8 * HOP :], whole[:, 8 * HOP :])


def test_overlap_add_is_the_sum_of_shifted_windows() -> None:
    torch.manual_seed(0)
    frames, before = torch.randn(2, 7, WINDOW), torch.randn(2, OVERLAP)
    wanted = torch.zeros(2, 7 * HOP + OVERLAP)
    wanted[:, :OVERLAP] = before
    for i in range(7):
        wanted[:, i * HOP : i * HOP + WINDOW] += frames[:, i]
    wave, after = overlap_add(frames, before)
    assert torch.allclose(torch.cat([wave, after], 1), wanted, atol=1e-5)


@pytest.mark.parametrize("turn", [0.0, 0.25, 0.1])
def test_gains_turn_the_pulse_and_give_it_back_three_hops_later(decoder: Decoder, turn: float) -> None:
    hops = 20
    pitch = torch.full((1, hops), 150.0)
    gains = torch.zeros(1, hops, 6 * BINS)  # those of the noise stay 0
    gains[:, :, BINS : 2 * BINS] = math.cos(2 * math.pi * turn)
    gains[:, :, 2 * BINS : 3 * BINS] = math.sin(2 * math.pi * turn)
    wave, _ = decoder.render(gains, pitch, torch.ones(1, hops), decoder.state(1)[3:])
    wanted = harmonics(150.0, hops, turn)
    assert torch.allclose(wave[:, 6 * HOP :], wanted[:, 3 * HOP : -3 * HOP], atol=0.01 * wanted.abs().max().item())
