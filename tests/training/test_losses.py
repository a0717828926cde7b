"""Spectral losses and discriminators: nothing for equal waves, more for worse ones, gradients where they belong."""

import pytest
import torch
from torch import Tensor

from training.losses import Discriminators, SpectralLoss, magnitudes

SECONDS = torch.arange(9600) / 24_000


def tone(hertz: float, batch: int = 2) -> Tensor:
    return (0.3 * torch.sin(2 * torch.pi * hertz * SECONDS)).expand(batch, -1).clone()


@pytest.fixture(scope="module")
def loss() -> SpectralLoss:
    return SpectralLoss()


def test_magnitude_of_a_tone_peaks_at_its_bin() -> None:
    found = magnitudes(tone(1500.0), 1024, 256)
    assert found.shape == (2, 513, 9600 // 256 + 1)
    assert (found[:, :, 5:-5].argmax(1) == 64).all()  # 1500 Hz in bins of 23.4 Hz
    assert found[:, 64, 10] == pytest.approx([0.3 / 2] * 2, rel=0.01)  # a Hann window's mean is a half


def test_equal_waves_lose_nothing_and_the_order_of_faults_is_that_of_ears(loss: SpectralLoss) -> None:
    real = tone(220) + tone(660) / 3
    noise = torch.randn(real.shape, generator=torch.Generator().manual_seed(0))
    same, near, far, off = (loss(made, real).item() for made in (real, 1.1 * real, real + 0.05 * noise, noise))
    assert same == 0
    assert 0 < near < far < off


def test_phase_is_not_asked_for(loss: SpectralLoss) -> None:
    """A wave turned upside down sounds the same."""
    assert loss(-tone(300), tone(300)).item() == pytest.approx(0, abs=1e-4)
    assert loss(tone(330), tone(300)).item() > 0.5


def test_silence_has_finite_loss_and_gradient(loss: SpectralLoss) -> None:
    made = torch.zeros(1, 9600, requires_grad=True)
    for real in (torch.zeros(1, 9600), tone(200, 1)):
        value = loss(made, real)
        (gradient,) = torch.autograd.grad(value, made)
        assert torch.isfinite(value)
        assert torch.isfinite(gradient).all()


def test_descending_the_loss_finds_the_tone(loss: SpectralLoss) -> None:
    real = tone(500, 1)
    made = (0.1 * torch.randn(1, 9600, generator=torch.Generator().manual_seed(0))).requires_grad_()
    optimizer = torch.optim.Adam([made], 0.01)
    losses = []
    for _ in range(25):
        value = loss(made, real)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        losses.append(value.item())
    assert losses[-1] < 0.6 * losses[0]


@pytest.fixture()
def judges() -> Discriminators:
    torch.manual_seed(0)
    return Discriminators()


def test_judging_teaches_the_judges_not_the_maker(judges: Discriminators) -> None:
    made = (0.1 * torch.randn(1, 4800)).requires_grad_()
    judges.judge(tone(200, 1)[:, :4800], made).backward()
    assert made.grad is None
    assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in judges.parameters())


def test_fooling_teaches_the_maker(judges: Discriminators) -> None:
    real = tone(200, 1)[:, :4800]
    made = (0.1 * torch.randn(1, 4800)).requires_grad_()
    adversarial, matching = judges.fool(real, made)
    (adversarial + matching).backward()
    assert made.grad is not None
    assert made.grad.abs().max() > 0
    assert judges.fool(real, real)[1].item() == 0
    assert matching.item() > 0.1


def test_judges_learn_to_tell_noise_from_a_tone(judges: Discriminators) -> None:
    real, noise = tone(200, 1)[:, :4800], 0.1 * torch.randn(1, 4800)
    optimizer = torch.optim.Adam(judges.parameters(), 2e-3)
    first = judges.judge(real, noise).item()
    for _ in range(12):
        value = judges.judge(real, noise)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
    assert value.item() < 0.5 * first
