"""Causal layers with explicit state, `forward(x, state) -> (y, state)`; a fresh state is zeros.

So offline and streaming share one path. ConvNeXt blocks follow Liu et al. 2022 (arXiv 2201.03545) in one dimension, as
Vocos does (Siuzdak 2023, arXiv 2306.00814). Differs: the depth-wise convolution only looks back.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def depthwise(x: Tensor, weight: Tensor) -> Tensor:
    """Depth-wise convolution along time without padding.

    Args:
        x: Float[B, T + k - 1, C].
        weight: Float[k, C].

    Returns:
        Float[B, T, C].
    """
    taps = weight.shape[0]
    if torch.onnx.is_in_onnx_export():
        return F.conv1d(x.transpose(1, 2), weight.t().unsqueeze(1), groups=x.shape[2]).transpose(1, 2)
    length = x.shape[1] - taps + 1  # shifted sums are twice as fast as conv1d to train in bf16 on a CPU
    y = weight[0] * x[:, :length]
    for j in range(1, taps):
        y = y + weight[j] * x[:, j : j + length]
    return y


class ConvNeXtBlock(nn.Module):
    """Depth-wise causal convolution over the last `kernel` frames, then a two-layer perceptron, added back."""

    def __init__(self, width: int, kernel: int = 7, expand: int = 3, scale: float = 0.1) -> None:
        super().__init__()
        self.history = kernel - 1
        self.taps = nn.Parameter(torch.randn(kernel, width) / kernel**0.5)
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, expand * width)
        self.down = nn.Linear(expand * width, width)
        self.scale = nn.Parameter(torch.full((width,), scale))

    def forward(self, x: Tensor, past: Tensor) -> tuple[Tensor, Tensor]:
        """x: Float[B, T, C]; past: Float[B, kernel - 1, C], the frames before x."""
        joined = torch.cat([past.to(x.dtype), x], 1)
        y = depthwise(joined, self.taps.to(x.dtype))
        y = self.down(F.gelu(self.up(self.norm(y))))
        return x + self.scale * y, joined[:, joined.shape[1] - self.history :]


class Stack(nn.Module):
    """`depth` ConvNeXt blocks of one width; state Float[depth, B, kernel - 1, C]."""

    def __init__(self, depth: int, width: int, kernel: int = 7, expand: int = 3) -> None:
        super().__init__()
        self.width, self.kernel = width, kernel
        self.blocks = nn.ModuleList(ConvNeXtBlock(width, kernel, expand) for _ in range(depth))

    def state(self, batch: int) -> Tensor:
        """The state before the first frame."""
        return torch.zeros(len(self.blocks), batch, self.kernel - 1, self.width)

    def forward(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """x: Float[B, T, C] → the same shape, and the state after it."""
        pasts = []
        for block, past in zip(self.blocks, state, strict=True):
            x, after = block(x, past)
            pasts.append(after)
        return x, torch.stack(pasts)


def fold(x: Tensor, factor: int) -> Tensor:
    """Join `factor` neighbouring frames: Float[B, T, C] → Float[B, T / factor, factor * C]."""
    batch, frames, width = x.shape
    return x.reshape(batch, frames // factor, factor * width)


def unfold(x: Tensor, factor: int) -> Tensor:
    """Split each frame in `factor`: Float[B, T, factor * C] → Float[B, factor * T, C]."""
    batch, frames, width = x.shape
    return x.reshape(batch, frames * factor, width // factor)


def windows(joined: Tensor, hop: int, hops: int) -> Tensor:
    """Overlapping windows of `hops` hops each: Float[B, (T + hops - 1) * hop] → Float[B, T, hops * hop]."""
    parts = joined.reshape(joined.shape[0], -1, hop)
    count = parts.shape[1] - hops + 1
    return torch.cat([parts[:, j : j + count] for j in range(hops)], 2)
