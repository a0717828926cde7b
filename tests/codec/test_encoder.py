"""The encoder streams as the whole and hears exactly LOOKAHEAD samples after a frame; no mel band is empty."""

import pytest
import torch
from torch import Tensor

from codec.encoder import BANDS, FEATURES, HISTORY, LOOKAHEAD, Encoder, mel_matrix
from codec.runtime import FIRST_WAIT
from codec.spec import FRAME_SIZE

TOLERANCE = 1e-3  # log spectra of near-silent bins amplify float32 rounding


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    torch.manual_seed(0)
    return Encoder(width=32, deep=48, latent=16).eval()


def sound(frames: int, batch: int = 1) -> Tensor:
    return 0.1 * torch.randn(batch, frames * FRAME_SIZE, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("sizes", [(1,), (2,), (5,), (3, 1, 2)])
def test_streams_as_the_whole(encoder: Encoder, sizes: tuple[int, ...]) -> None:
    wav = sound(11)
    with torch.no_grad():
        whole, _ = encoder(wav, encoder.state(1))
        states, parts, first, step = encoder.state(1), [], 0, 0
        while first < wav.shape[1]:
            size = sizes[step % len(sizes)] * FRAME_SIZE
            latent, states = encoder(wav[:, first : first + size], states)
            parts.append(latent)
            first, step = first + size, step + 1
        changed, _ = encoder(wav * 2, encoder.state(1))
    assert whole.shape == (1, 11, 16)
    assert torch.allclose(torch.cat(parts, 1), whole, atol=TOLERANCE)
    assert not torch.allclose(changed, whole, atol=0.05)


def test_hears_no_further_than_the_lookahead(encoder: Encoder) -> None:
    """Sample s of a recording lies at s - LOOKAHEAD of the input, the first LOOKAHEAD in the history."""
    recording = sound(6).requires_grad_()
    history, *caches = encoder.state(1)
    primed = torch.cat([history, recording[:, :LOOKAHEAD]], 1)[:, -HISTORY:]
    ahead = torch.cat([recording[:, LOOKAHEAD:], torch.zeros(1, LOOKAHEAD)], 1)
    latent, _ = encoder(ahead, [primed, *caches])
    latent[0, 2].sum().backward()
    heard = recording.grad[0].abs()  # type: ignore[index]
    end = 3 * FRAME_SIZE + LOOKAHEAD
    assert heard[end:].max() == 0
    assert heard[end - 40 : end].max() > 0  # the look-ahead is used to its end
    assert heard[:FRAME_SIZE].max() > 0  # and so is the past
    assert LOOKAHEAD == FIRST_WAIT


def test_batch_is_single(encoder: Encoder) -> None:
    wav = sound(3, batch=2)
    with torch.no_grad():
        batch, _ = encoder(wav, encoder.state(2))
        single = torch.cat([encoder(row[None], encoder.state(1))[0] for row in wav])
    assert torch.allclose(batch, single, atol=TOLERANCE)


def test_features_of_silence_are_finite(encoder: Encoder) -> None:
    features, _ = encoder.features(torch.zeros(1, FRAME_SIZE), encoder.state(1)[0])
    assert features.shape == (1, 8, FEATURES)
    assert torch.isfinite(features).all()


@pytest.mark.parametrize(("bins", "bands"), [(513, BANDS), (129, 32), (1025, 160)])
def test_mel_filters_have_unit_area_and_rising_centres(bins: int, bands: int) -> None:
    filters = mel_matrix(bins, bands)
    assert torch.allclose(filters.sum(0), torch.ones(bands), atol=1e-5)
    assert filters.min() >= 0
    centres = (filters * torch.arange(bins)[:, None]).sum(0)
    assert (centres.diff() >= 0).all()


def test_a_tone_is_loudest_in_its_own_band(encoder: Encoder) -> None:
    time = torch.arange(4 * FRAME_SIZE) / 24_000
    found = []
    for hertz in (220.0, 880.0, 3520.0):
        features, _ = encoder.features(torch.sin(2 * torch.pi * hertz * time)[None], torch.zeros(1, HISTORY))
        centres = mel_matrix(513)[:, features[0, -1, :BANDS].argmax()] @ torch.linspace(0, 12_000, 513)
        found.append(centres.item() / hertz)
    assert found == pytest.approx([1.0, 1.0, 1.0], abs=0.1)
