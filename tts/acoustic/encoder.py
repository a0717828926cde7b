"""Phones to hidden states: feed-forward transformer blocks over the whole segment.

Ren et al. 2021, "FastSpeech 2" (arXiv 2006.04558), section 2.2. Differs: the convolution in each block is depth-wise
(ConvNeXt), a learnt bias by distance takes the place of position codes, language is embedded per phone, not sentence.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tts.acoustic.config import AcousticConfig

REACH = 32  # distances beyond this share one bias


class SelfAttention(nn.Module):
    """Multi-head attention with a learnt bias for each signed distance."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.bias = nn.Parameter(torch.zeros(2 * REACH + 1, heads))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """x: Float[B, N, D]; mask: Bool[B, N], True = real."""
        batch, count, width = x.shape
        joined = self.qkv(self.norm(x)).reshape(batch, count, 3, self.heads, width // self.heads)
        q, k, v = joined.permute(2, 0, 3, 1, 4)
        place = torch.arange(count)
        bias = self.bias[(place[:, None] - place[None, :]).clamp(-REACH, REACH) + REACH].permute(2, 0, 1)
        scores = (q @ k.transpose(2, 3)) * (width // self.heads) ** -0.5 + bias
        scores = scores.masked_fill(~mask[:, None, None, :], -1e9)
        y = (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, count, width)
        return x + self.out(y)


class Mixer(nn.Module):
    """Depth-wise convolution over both sides, then a two-layer perceptron, added back."""

    def __init__(self, width: int, kernel: int = 7, expand: int = 3, dropout: float = 0.1) -> None:
        super().__init__()
        self.conv = nn.Conv1d(width, width, kernel, padding=kernel // 2, groups=width)
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, expand * width)
        self.down = nn.Linear(expand * width, width)
        self.dropout = nn.Dropout(dropout)
        self.scale = nn.Parameter(torch.full((width,), 0.1))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        y = self.conv((x * mask.unsqueeze(2)).transpose(1, 2)).transpose(1, 2)
        y = self.down(self.dropout(F.gelu(self.up(self.norm(y)))))
        return x + self.scale * y


class PhoneEncoder(nn.Module):
    """Hidden state of each phone in its sentence."""

    def __init__(self, config: AcousticConfig) -> None:
        super().__init__()
        self.symbol = nn.Embedding(config.symbols, config.width)
        self.language = nn.Embedding(config.languages, config.width)
        self.speaker = nn.Embedding(config.speakers, config.width)
        self.attention = nn.ModuleList(SelfAttention(config.width, config.heads) for _ in range(config.layers))
        self.mixers = nn.ModuleList(Mixer(config.width) for _ in range(config.layers + 1))
        self.norm = nn.LayerNorm(config.width)

    def forward(self, phones: Tensor, langs: Tensor, speaker: Tensor, mask: Tensor) -> Tensor:
        """Encode segments.

        Args:
            phones, langs: Long[B, N] ids of the inventory and of the languages.
            speaker: Long[B].
            mask: Bool[B, N], True = real.

        Returns:
            Float[B, N, width].
        """
        x = self.symbol(phones) + self.language(langs) + self.speaker(speaker)[:, None, :]
        x = self.mixers[0](x, mask)
        for attention, mixer in zip(self.attention, self.mixers[1:], strict=True):
            x = mixer(attention(x, mask), mask)
        return self.norm(x)
