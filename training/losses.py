"""Spectral losses of waves, and the discriminators that sharpen them.

Multi-resolution STFT loss: Yamamoto et al. 2020 (arXiv 1910.11480). Spectrogram discriminators: Jang et al. 2021,
"UnivNet" (arXiv 2106.07889). Least-squares GAN with feature matching: Kong et al. 2020, "HiFi-GAN" (arXiv 2010.05646).
Differs: log-mel distance at each resolution; narrow discriminators that two CPU cores can afford.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from codec.encoder import mel_matrix

RESOLUTIONS = (2048, 1024, 512, 256)
MEL_BANDS = {2048: 160, 1024: 100, 512: 64, 256: 32}


def magnitudes(wav: Tensor, size: int, hop: int) -> Tensor:
    """wav Float[B, S] → |STFT| Float[B, size // 2 + 1, frames]."""
    window = torch.hann_window(size)
    spectrum = torch.stft(wav, size, hop, window=window, return_complex=True) * (2 / size)
    return torch.sqrt(spectrum.real.square() + spectrum.imag.square() + 1e-10)


class SpectralLoss(nn.Module):
    """Distance of two waves: log magnitudes, log-mel bands and spectral convergence at four resolutions."""

    def __init__(self) -> None:
        super().__init__()
        for size, bands in MEL_BANDS.items():
            self.register_buffer(f"mel{size}", mel_matrix(size // 2 + 1, bands).t().contiguous())

    def forward(self, made: Tensor, real: Tensor) -> Tensor:
        """made, real: Float[B, S] → scalar."""
        total = made.new_zeros(())
        for size in RESOLUTIONS:
            a, b = magnitudes(made, size, size // 4), magnitudes(real, size, size // 4)
            mel = getattr(self, f"mel{size}")
            total = total + 2 * (torch.log(mel @ a + 1e-4) - torch.log(mel @ b + 1e-4)).abs().mean()
            total = total + 0.5 * (torch.log(a + 1e-4) - torch.log(b + 1e-4)).abs().mean()
            total = total + 0.5 * torch.linalg.norm(a - b) / torch.linalg.norm(b)
        return total / len(RESOLUTIONS)


class SpectrogramDiscriminator(nn.Module):
    """Judges patches of a log spectrogram of one resolution."""

    def __init__(self, size: int, width: int = 16) -> None:
        super().__init__()
        self.size = size
        widths = [1, width, width, 2 * width, 2 * width]
        self.layers = nn.ModuleList(
            nn.utils.parametrizations.weight_norm(nn.Conv2d(a, b, (7, 3), (3 if i < 3 else 1, 1), (3, 1)))
            for i, (a, b) in enumerate(zip(widths, widths[1:], strict=False))
        )
        self.out = nn.Conv2d(widths[-1], 1, 3, padding=1)

    def forward(self, wav: Tensor) -> list[Tensor]:
        """wav Float[B, S] → the outputs of every layer, the verdict last."""
        x = torch.log(magnitudes(wav, self.size, self.size // 4) + 1e-4).unsqueeze(1) * 0.4 + 2.0
        outputs = []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.1)
            outputs.append(x)
        return [*outputs, self.out(x)]


class Discriminators(nn.Module):
    """Three resolutions."""

    def __init__(self) -> None:
        super().__init__()
        self.each = nn.ModuleList(SpectrogramDiscriminator(size) for size in (2048, 1024, 512))

    def judge(self, real: Tensor, made: Tensor) -> Tensor:
        """Loss of the discriminators."""
        total = real.new_zeros(())
        for each in self.each:
            total = total + (each(real)[-1] - 1).square().mean() + each(made.detach())[-1].square().mean()
        return total / len(self.each)

    def fool(self, real: Tensor, made: Tensor) -> tuple[Tensor, Tensor]:
        """Losses of the generator: adversarial, feature matching."""
        adversarial, matching = real.new_zeros(()), real.new_zeros(())
        for each in self.each:
            with torch.no_grad():
                wanted = each(real)
            got = each(made)
            adversarial = adversarial + (got[-1] - 1).square().mean()
            for a, b in zip(got[:-1], wanted[:-1], strict=True):
                matching = matching + (a - b).abs().mean() / (b.abs().mean() + 1e-3)
        return adversarial / len(self.each), matching / len(self.each)
