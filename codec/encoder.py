"""Wave to latents: log spectra every 10 ms → causal ConvNeXt blocks at 100, 50 and 12.5 Hz → a latent per 80 ms frame.

The codes carry magnitudes, not phases, which makes them easier to predict from text; the decoder makes its own phases.
Differs from Mimi's SEANet + transformer (Défossez et al. 2024, section 3.3): spectral front end and no attention; a
frame's code also sees LOOKAHEAD samples after it, so that the decoder's overlap-add needs none.
"""

import numpy as np
import torch
from torch import Tensor, nn

from codec.layers import Stack, fold, windows
from codec.spec import FRAME_SIZE, SAMPLE_RATE

HOP = 240
LOOKAHEAD = 720
WINDOWS = (1024, 2048)  # the long window resolves the harmonics of low voices, whose spacing is 70 Hz
BANDS = 128
FINE_BINS = 96  # of the long window, 11.7 Hz each: 0 to 1125 Hz
FEATURES = BANDS + FINE_BINS
WINDOW_HOPS = -(-WINDOWS[1] // HOP)
HISTORY = (WINDOW_HOPS - 1) * HOP
FLOOR = 1e-5


def mel_matrix(bins: int, bands: int = BANDS, low_hz: float = 30.0, high_hz: float = 12_000.0) -> Tensor:
    """Triangular mel filters of unit area, Float[bins, bands] (O'Shaughnessy's mel scale)."""
    edges = np.linspace(1127 * np.log1p(low_hz / 700), 1127 * np.log1p(high_hz / 700), bands + 2)
    hertz = 700 * np.expm1(edges / 1127)
    grid = np.linspace(0, SAMPLE_RATE / 2, bins)[:, None]
    rising = (grid - hertz[:-2]) / (hertz[1:-1] - hertz[:-2])
    falling = (hertz[2:] - grid) / (hertz[2:] - hertz[1:-1])
    filters = np.maximum(0, np.minimum(rising, falling))
    # filters narrower than a bin would be empty: give each at least its nearest bin
    filters[np.abs(grid - hertz[1:-1]).argmin(0), np.arange(bands)] += 1e-3
    return torch.tensor(filters / filters.sum(0), dtype=torch.float32)


class Spectra(nn.Module):
    """Log-mel bands of a short window and log-magnitude low bins of a long one, both ending with each 10 ms hop."""

    window0: Tensor
    window1: Tensor
    mel: Tensor
    basis: Tensor
    short_basis: Tensor

    def __init__(self) -> None:
        super().__init__()
        for i, size in enumerate(WINDOWS):
            self.register_buffer(f"window{i}", torch.hann_window(size) * (2 / size), persistent=False)
        self.register_buffer("mel", mel_matrix(WINDOWS[0] // 2 + 1), persistent=False)
        kernel = torch.fft.rfft(torch.eye(WINDOWS[1]))[:, :FINE_BINS]
        self.register_buffer("basis", torch.cat([kernel.real, kernel.imag], 1), persistent=False)
        kernel = torch.fft.rfft(torch.eye(WINDOWS[0]))
        self.register_buffer("short_basis", torch.cat([kernel.real, kernel.imag], 1), persistent=False)

    def forward(self, joined: Tensor) -> Tensor:
        """joined: Float[B, HISTORY + T * HOP] → Float[B, T, FEATURES]."""
        long = windows(joined, HOP, WINDOW_HOPS)[:, :, WINDOW_HOPS * HOP - WINDOWS[1] :]
        short = long[:, :, WINDOWS[1] - WINDOWS[0] :]
        mel = torch.log((_magnitude(short * self.window0, self.short_basis) @ self.mel).clamp(min=FLOOR))
        fine = torch.log(_magnitude(long * self.window1, self.basis).clamp(min=FLOOR))
        return torch.cat([mel, fine], 2)


def _magnitude(framed: Tensor, basis: Tensor) -> Tensor:
    real, imag = (framed @ basis).chunk(2, -1)  # a matrix product, not an FFT: exports to ONNX, as fast at this size
    return torch.sqrt(real * real + imag * imag + 1e-12)


class Encoder(nn.Module):
    """Latents of a wave, one per frame."""

    mean: Tensor
    std: Tensor

    def __init__(self, latent: int = 64, width: int = 256, deep: int = 512) -> None:
        super().__init__()
        self.spectra = Spectra()
        self.register_buffer("mean", torch.zeros(FEATURES))
        self.register_buffer("std", torch.ones(FEATURES))
        self.enter = nn.Linear(FEATURES, width)
        self.fast = Stack(2, width)
        self.join_fast = nn.Linear(2 * width, width)
        self.middle = Stack(2, width)
        self.join_middle = nn.Linear(4 * width, deep)
        self.slow = Stack(2, deep)
        self.leave = nn.Linear(deep, latent)

    def state(self, batch: int) -> list[Tensor]:
        """Before the first frame: silent history, empty caches."""
        return [torch.zeros(batch, HISTORY), *(stack.state(batch) for stack in (self.fast, self.middle, self.slow))]

    def features(self, wav: Tensor, history: Tensor) -> tuple[Tensor, Tensor]:
        """Normalised spectra Float[B, T * 8, FEATURES] of wav Float[B, T * 1920], and the samples to carry over."""
        joined = torch.cat([history, wav], 1)
        return (self.spectra(joined) - self.mean) / self.std, joined[:, joined.shape[1] - HISTORY :]

    def encode_features(self, x: Tensor, states: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
        """Float[B, T * 8, FEATURES] → latents Float[B, T, D]."""
        x, fast = self.fast(self.enter(x), states[0])
        x, middle = self.middle(self.join_fast(fold(x, 2)), states[1])
        x, slow = self.slow(self.join_middle(fold(x, 4)), states[2])
        return self.leave(x), [fast, middle, slow]

    def forward(self, wav: Tensor, states: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
        """Latents of whole frames.

        Args:
            wav: Float[B, T * 1920], already LOOKAHEAD samples ahead of the frames it is coded as.
            states: from `state` or the last call.

        Returns:
            Float[B, T, D] and the states after it.
        """
        assert wav.shape[1] % FRAME_SIZE == 0
        features, history = self.features(wav, states[0])
        latent, after = self.encode_features(features, states[1:])
        return latent, [history, *after]
