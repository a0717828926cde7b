"""A scaled-down SEANet decoder with a small transformer, Mimi's own shape: what the embedded decoder was compared with.

After Défossez et al. 2024 ("Moshi", section 3.3) and Tagliasacchi et al. 2020 ("SEANet"). Kept only so that the
comparison in docs/voices.md can be repeated: `python -m training.vocoder --design seanet`.
Differs: an eighth of the channels, two transformer layers, decoder only.
"""

from torch import Tensor, nn
from torch.nn import functional as F

RATIOS = (8, 6, 5, 8)


class CausalConv(nn.Module):
    """Convolution that only looks back."""

    def __init__(self, inside: int, outside: int, kernel: int, dilation: int = 1) -> None:
        super().__init__()
        self.past = (kernel - 1) * dilation
        self.conv = nn.Conv1d(inside, outside, kernel, dilation=dilation)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(F.pad(x, (self.past, 0)))


class Residual(nn.Module):
    """Dilated convolution and a pointwise one, added back."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.first = CausalConv(width, width // 2, 3, dilation)
        self.second = CausalConv(width // 2, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(F.elu(self.first(F.elu(x))))


class SeanetDecoder(nn.Module):
    """Latents Float[B, T, D] → wave Float[B, T * 1920]."""

    def __init__(self, latent: int = 64, filters: int = 32) -> None:
        super().__init__()
        width = filters * 2 ** len(RATIOS)
        self.enter = nn.Linear(latent, width)
        layer = nn.TransformerEncoderLayer(width, 8, 2 * width, dropout=0.0, batch_first=True, norm_first=True)
        self.transformer = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        layers: list[nn.Module] = [CausalConv(width, width, 7)]
        for ratio in RATIOS:
            layers += [nn.ELU(), nn.ConvTranspose1d(width, width // 2, 2 * ratio, ratio), Residual(width // 2, 1)]
            width //= 2
        self.layers = nn.ModuleList([*layers, nn.ELU(), CausalConv(width, 1, 3)])

    def forward(self, latent: Tensor) -> Tensor:
        frames = latent.shape[1]
        mask = nn.Transformer.generate_square_subsequent_mask(frames)
        x = self.transformer(self.enter(latent), mask=mask, is_causal=True).transpose(1, 2)
        length = frames
        for layer in self.layers:
            x = layer(x)
            if isinstance(layer, nn.ConvTranspose1d):
                length *= layer.stride[0]
                x = x[:, :, :length]  # the tail reaches into frames that are not there yet
        return x[:, 0]
