"""One latent per frame, spelt out in 32 RVQ codes, each level conditioned on the sum of the levels below it.

Follows the depth-wise sequential decoding of "An Ultra-Low Latency, End-to-End Streaming Speech Synthesis Architecture
via Block-Wise Generation and Depth-Wise Codec Decoding" (first in design/papers.txt).
Differs: instead of 32 classifiers of 2048 classes, each level predicts the residual vector and takes the nearest entry
of its codebook: near codes are nearly right, and most of them are near. The prediction starts from a regressed latent,
so an untrained level quantises the regression, and training can only correct it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from codec.spec import CARDINALITY, NUM_CODEBOOKS
from tts.acoustic.config import AcousticConfig


@dataclass(frozen=True)
class LevelWeights:
    """One level's weights: Float[D, level_width] from the sum below, Float[level_width, D] to the correction."""

    below: Tensor
    correct: Tensor


class DepthDecoder(nn.Module):
    """Scores and chooses codes level by level."""

    codebooks: Tensor

    def __init__(self, config: AcousticConfig) -> None:
        super().__init__()
        self.width, self.latent = config.level_width, config.latent
        self.regress = nn.Linear(config.frame_width, config.latent)
        self.from_frame = nn.Linear(config.frame_width, NUM_CODEBOOKS * config.level_width)
        below = torch.randn(NUM_CODEBOOKS, config.latent, config.level_width)
        self.from_below = nn.Parameter(below * config.latent**-0.5)
        self.correct = nn.Parameter(torch.zeros(NUM_CODEBOOKS, config.level_width, config.latent))
        self.sharpness = nn.Parameter(torch.zeros(NUM_CODEBOOKS))
        self.register_buffer("codebooks", torch.zeros(NUM_CODEBOOKS, CARDINALITY, config.latent), persistent=False)

    def residuals(self, frames: Tensor, below: Tensor, levels: list[int]) -> Tensor:
        """What is left to say at each of `levels`.

        Args:
            frames: Float[M, frame_width].
            below: Float[L, M, D], the sum of the entries chosen below each level.
            levels: L level numbers.

        Returns:
            Float[L, M, D].
        """
        hints = self.from_frame(frames).reshape(-1, NUM_CODEBOOKS, self.width)[:, levels].transpose(0, 1)
        hidden = F.gelu(hints + torch.bmm(below, self.from_below[levels]))
        return self.regress(frames) - below + torch.bmm(hidden, self.correct[levels])

    def scores(self, residuals: Tensor, levels: list[int]) -> Tensor:
        """Log-probabilities up to a constant, Float[L, M, 2048]: sharpness · (r·c − |c|²/2)."""
        books = self.codebooks[levels]
        near = torch.bmm(residuals, books.transpose(1, 2)) - 0.5 * books.square().sum(2).unsqueeze(1)
        return near * self.sharpness[levels].exp()[:, None, None]

    def weights(self) -> list[LevelWeights]:
        """Each level's own weights, as separate tensors: a graph that slices one big tensor copies it in every call."""
        return [LevelWeights(below, correct) for below, correct in zip(self.from_below, self.correct, strict=True)]

    def choose(
        self,
        frames: Tensor,
        noise: Tensor,
        codebooks: Sequence[Tensor],
        norms: Sequence[Tensor],
        weights: Sequence[LevelWeights],
    ) -> tuple[Tensor, Tensor]:
        """Choose all 32 levels.

        Args:
            frames: Float[M, frame_width].
            noise: Float[M, 32, D], added to each level's residual: zeros choose the likeliest codes.
            codebooks: for each level the codec's entries, Float[2048, D].
            norms: for each level half the squared length of each entry, Float[2048].
            weights: from `weights`.

        Returns:
            codes Long[M, 32] and running sums Float[M, 32, D] (the latent at every depth).
        """
        regressed = self.regress(frames)
        hints = self.from_frame(frames).reshape(-1, NUM_CODEBOOKS, self.width)
        below = torch.zeros_like(regressed)
        codes, sums = [], []
        for level, (book, norm, own) in enumerate(zip(codebooks, norms, weights, strict=True)):
            hidden = F.gelu(hints[:, level] + below @ own.below)
            residual = regressed - below + hidden @ own.correct + noise[:, level]
            code = (residual @ book.t() - norm).argmax(1)
            below = below + book[code]
            codes.append(code)
            sums.append(below)
        return torch.stack(codes, 1), torch.stack(sums, 1)
