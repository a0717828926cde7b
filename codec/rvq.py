"""Residual vector quantisation (Zeghidour et al. 2021, "SoundStream", section III-C) with moving-average codebooks.

Differs: entries used by under 1 % of their fair share are re-drawn from the batch; depth is drawn per utterance in
training, so that every prefix of the levels is a usable code.
"""

import torch
from torch import Tensor, nn

from codec.spec import CARDINALITY, NUM_CODEBOOKS


class ResidualVQ(nn.Module):
    """32 codebooks; level k quantises what levels 0..k-1 left over."""

    codebooks: Tensor
    counts: Tensor
    sums: Tensor

    def __init__(self, width: int, decay: float = 0.99) -> None:
        super().__init__()
        self.decay = decay
        self.register_buffer("codebooks", torch.randn(NUM_CODEBOOKS, CARDINALITY, width) * 0.1)
        self.register_buffer("counts", torch.ones(NUM_CODEBOOKS, CARDINALITY))
        self.register_buffer("sums", self.codebooks.clone())

    def nearest(self, residual: Tensor, level: int) -> Tensor:
        """Index of the nearest entry; residual Float[..., D] → Long[...]."""
        book = self.codebooks[level]
        return (residual @ book.t() - 0.5 * (book * book).sum(1)).argmax(-1)

    def encode(self, latent: Tensor, depth: int = NUM_CODEBOOKS) -> Tensor:
        """Codes of `latent` Float[B, T, D] → Long[B, depth, T]."""
        residual, codes = latent, []
        for level in range(depth):
            index = self.nearest(residual, level)
            residual = residual - self.codebooks[level][index]
            codes.append(index)
        return torch.stack(codes, 1)

    def decode(self, codes: Tensor) -> Tensor:
        """Sum of the chosen entries; codes Long[B, K, T] → Float[B, T, D]."""
        levels = torch.arange(codes.shape[1], device=codes.device).view(1, -1, 1)
        return self.codebooks[levels, codes].sum(1)

    @torch.no_grad()
    def learn(self, latent: Tensor, generator: torch.Generator) -> Tensor:
        """One moving-average update from `latent` Float[N, D]; returns the quantised prefixes Float[K, N, D]."""
        residual, total, prefixes = latent, torch.zeros_like(latent), []
        for level in range(NUM_CODEBOOKS):
            index = self.nearest(residual, level)
            chosen = self.codebooks[level][index]
            self._update(level, residual, index, generator)
            residual, total = residual - chosen, total + chosen
            prefixes.append(total)
        return torch.stack(prefixes)

    def _update(self, level: int, residual: Tensor, index: Tensor, generator: torch.Generator) -> None:
        counts = torch.zeros(CARDINALITY).index_add_(0, index, torch.ones(len(index)))
        sums = torch.zeros_like(self.codebooks[level]).index_add_(0, index, residual)
        self.counts[level].lerp_(counts, 1 - self.decay)
        self.sums[level].lerp_(sums, 1 - self.decay)
        dead = (self.counts[level] < 0.01 * len(residual) / CARDINALITY).nonzero()[:, 0]
        if len(dead):
            drawn = residual[torch.randint(len(residual), (len(dead),), generator=generator)]
            share = 0.1 * len(residual) / CARDINALITY
            self.sums[level][dead], self.counts[level][dead] = drawn * share, torch.full((len(dead),), share)
        self.codebooks[level] = self.sums[level] / self.counts[level][:, None]
