"""Latents to wave: causal ConvNeXt blocks at 12.5, 50 and 100 Hz shape the spectra of a pulse train and of noise.

Source and filter follow the neural source-filter vocoders (Wang et al. 2019, arXiv 1904.12088) with an inverse-STFT
head (Siuzdak 2023, "Vocos", arXiv 2306.00814). Pitch and voicing are read from the latents, so the codes stay the only
input. Differs: the network only makes complex gains, one frame at a time, never phases out of nothing: it is good after
minutes of training, and harmonics stay continuous across blocks because the pulse's phase is part of the state.
"""

import math

import numpy as np
import torch
from torch import Tensor, nn

from codec.encoder import HOP
from codec.layers import Stack, unfold, windows
from codec.spec import SAMPLE_RATE

WINDOW = 4 * HOP
BINS = WINDOW // 2 + 1
OVERLAP = WINDOW - HOP
NOISE_HOPS = 256  # the noise repeats after 2.56 s, too late to be heard as a pitch
PITCH_CENTRE, PITCH_SPREAD = math.log(150.0), 0.35
PITCH_LOW, PITCH_HIGH = 50.0, 600.0
TOP_HARMONIC_HZ = 11_500.0


def noise_spectra() -> Tensor:
    """Spectra of fixed white noise, real parts before imaginary: Float[NOISE_HOPS, 2 * BINS]."""
    noise = np.random.default_rng(0).standard_normal(NOISE_HOPS * HOP)
    frames = np.stack([np.roll(noise, -i * HOP)[:WINDOW] for i in range(NOISE_HOPS)])
    spectra = np.fft.rfft(frames * np.hanning(WINDOW + 1)[:-1])
    return torch.tensor(np.concatenate([spectra.real, spectra.imag], 1), dtype=torch.float32)


class Pulse(nn.Module):
    """Band-limited pulse train of unit power whose phase goes on from call to call."""

    def forward(self, pitch: Tensor, voiced: Tensor, phase: Tensor) -> tuple[Tensor, Tensor]:
        """The train from where the last call left off.

        Args:
            pitch: Float[B, N] in hertz, one a hop.
            voiced: Float[B, N], the amplitude of each hop: 0 is silence.
            phase: Float[B, 1] in cycles, 0 to 1.

        Returns:
            Float[B, N * HOP] and the phase after it.
        """
        step = pitch * (HOP / SAMPLE_RATE)
        ends = phase + torch.cumsum(step - torch.floor(step), 1)
        starts = (ends - (step - torch.floor(step))).unsqueeze(2)
        within = torch.arange(1, HOP + 1, dtype=pitch.dtype) / HOP
        cycles = starts + step.unsqueeze(2) * within
        cycles = cycles - torch.floor(cycles)
        harmonics = torch.floor(TOP_HARMONIC_HZ / pitch).unsqueeze(2)
        # Dirichlet kernel: 1 + 2 Σ cos(2πkφ) = sin((2K + 1)πφ) / sin(πφ)
        below = torch.sin(math.pi * cycles)
        safe = torch.where(below.abs() < 1e-4, torch.ones_like(below), below)
        ratio = torch.sin((2 * harmonics + 1) * math.pi * cycles) / safe
        kernel = torch.where(below.abs() < 1e-4, 2 * harmonics + 1, ratio)
        wave = (kernel - 1) / torch.sqrt(2 * harmonics) * voiced.unsqueeze(2)
        last = ends[:, -1:]
        return wave.flatten(1), last - torch.floor(last)


class Decoder(nn.Module):
    """Wave of quantised latents, 1920 samples a frame."""

    window: Tensor
    noise: Tensor
    analysis: Tensor
    synthesis: Tensor

    def __init__(self, latent: int = 64, deep: int = 512, width: int = 384) -> None:
        super().__init__()
        self.enter = nn.Linear(latent, deep)
        self.slow = Stack(2, deep)
        self.split_slow = nn.Linear(deep, 4 * width)
        self.middle = Stack(4, width)
        self.split_middle = nn.Linear(width, 2 * width)
        self.fast = Stack(4, width)
        self.norm = nn.LayerNorm(width)
        self.voice = nn.Linear(width, 2)
        self.gains = nn.Linear(width, 6 * BINS)
        self.pulse = Pulse()
        self.register_buffer("window", torch.hann_window(WINDOW), persistent=False)
        self.register_buffer("noise", noise_spectra(), persistent=False)
        basis = torch.fft.rfft(torch.eye(WINDOW))
        self.register_buffer("analysis", torch.cat([basis.real, basis.imag], 1), persistent=False)
        unit = torch.eye(BINS)
        inverse = torch.cat([torch.fft.irfft(unit, n=WINDOW), torch.fft.irfft(1j * unit, n=WINDOW)])
        self.register_buffer("synthesis", inverse / 1.5, persistent=False)  # four Hann² windows add up to 1.5
        with torch.no_grad():
            self.gains.weight.mul_(0.1)
            self.gains.bias.copy_(torch.tensor([-3.0, 1.0, 0.0, -4.0, 1.0, 0.0]).repeat_interleave(BINS))

    def state(self, batch: int) -> list[Tensor]:
        """Before the first frame: empty caches, phase 0, silent pulse history, silent overlap, noise at its start."""
        stacks = [stack.state(batch) for stack in (self.slow, self.middle, self.fast)]
        zeros = torch.zeros(batch, OVERLAP)
        return [*stacks, torch.zeros(batch, 1), zeros, zeros.clone(), torch.zeros(1, dtype=torch.int64)]

    def trunk(self, latent: Tensor, states: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
        """Float[B, T, D] → features Float[B, T * 8, width]."""
        x, slow = self.slow(self.enter(latent), states[0])
        x, middle = self.middle(unfold(self.split_slow(x), 4), states[1])
        x, fast = self.fast(unfold(self.split_middle(x), 2), states[2])
        return self.norm(x), [slow, middle, fast]

    def pitch(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Normalised log pitch and voicing logit per hop, Float[B, N] each."""
        heads = self.voice(features)
        return heads[:, :, 0], heads[:, :, 1]

    def render(self, gains: Tensor, pitch: Tensor, voiced: Tensor, states: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
        """Filter a pulse train and noise.

        Args:
            gains: Float[B, N, 6 * BINS], for each bin of the pulse, then of the noise: level, real and imaginary part.
            pitch, voiced: Float[B, N], of each hop.
            states: phase, pulse history, overlap, noise position.

        Returns:
            Float[B, N * HOP] and the states after it.
        """
        phase, past, overlap, position = states
        pulse, phase = self.pulse(pitch, voiced, phase)
        joined = torch.cat([past, pulse], 1)
        spectrum = self._spectra(windows(joined, HOP, WINDOW // HOP) * self.window)
        hops = pitch.shape[1]
        noise = self.noise[(position + torch.arange(hops)) % NOISE_HOPS].unsqueeze(0)
        out = _filter(spectrum, gains[:, :, : 3 * BINS]) + _filter(noise, gains[:, :, 3 * BINS :])
        wave, overlap = overlap_add(self._waves(out) * self.window, overlap)
        return wave, [phase, joined[:, joined.shape[1] - OVERLAP :], overlap, (position + hops) % NOISE_HOPS]

    def _spectra(self, frames: Tensor) -> Tensor:
        if torch.onnx.is_in_onnx_export():  # a matrix product runs faster in ONNX Runtime than its DFT
            return frames @ self.analysis
        spectra = torch.fft.rfft(frames)
        return torch.cat([spectra.real, spectra.imag], 2)

    def _waves(self, spectra: Tensor) -> Tensor:
        if torch.onnx.is_in_onnx_export():
            return spectra @ self.synthesis
        return torch.fft.irfft(torch.complex(spectra[:, :, :BINS], spectra[:, :, BINS:]), n=WINDOW) / 1.5

    def forward(self, latent: Tensor, states: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
        """latent: Float[B, T, D] quantised latents → wave Float[B, T * 1920], and the states after it."""
        features, caches = self.trunk(latent, states[:3])
        pitch, voicing = self.pitch(features)
        hertz = torch.exp(PITCH_CENTRE + PITCH_SPREAD * pitch).clamp(PITCH_LOW, PITCH_HIGH)
        wave, after = self.render(self.gains(features), hertz, (voicing > 0).to(hertz.dtype), states[3:])
        return wave, [*caches, *after]


def _filter(spectrum: Tensor, gains: Tensor) -> Tensor:
    """Complex product of a spectrum [.., 2 * BINS] and exp(level) * (real + i imag) from gains [.., 3 * BINS]."""
    level, real, imag = torch.split(gains, BINS, 2)
    scale = torch.exp(level.clamp(-12.0, 3.0))
    x, y = torch.split(spectrum, BINS, 2)
    return torch.cat([scale * (real * x - imag * y), scale * (real * y + imag * x)], 2)


def overlap_add(frames: Tensor, overlap: Tensor) -> tuple[Tensor, Tensor]:
    """Add windows WINDOW long, HOP apart; a hop is complete once its own frame has come.

    Args:
        frames: Float[B, N, WINDOW], frame j covering hops j to j + 3.
        overlap: Float[B, OVERLAP], what earlier frames left for the first hops.

    Returns:
        Float[B, N * HOP] and the next overlap.
    """
    batch, count, _ = frames.shape
    parts = torch.split(frames, HOP, 2)
    rest = WINDOW // HOP - 1
    total = torch.cat([overlap.reshape(batch, rest, HOP), torch.zeros(batch, count, HOP)], 1)
    for j, part in enumerate(parts):
        before, after = torch.zeros(batch, j, HOP), torch.zeros(batch, rest - j, HOP)
        total = total + torch.cat([before, part, after], 1)
    return total[:, :count].reshape(batch, count * HOP), total[:, count:].reshape(batch, OVERLAP)
