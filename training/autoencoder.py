"""Autoencoder of spectra with residual quantisation in the loop, whose encoder becomes codec/encoder.py's weights.

The first level must also name the phones, so that it is the semantic one, as Mimi's is (Défossez et al. 2024, "Moshi").
Gradients pass the quantiser straight through (van den Oord et al. 2017, section 3.2).
Differs: the labels are the corpus's own phones, not a recogniser's features; all levels quantise one residual.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from codec.encoder import FEATURES, Encoder
from codec.layers import Stack, unfold
from codec.rvq import ResidualVQ
from codec.spec import NUM_CODEBOOKS
from tts.symbols import INVENTORY

PHONES_PER_FRAME = 4  # one label every 20 ms
PITCH_CENTRE_HZ, PITCH_SPREAD = 150.0, 0.35  # of the log pitch that is learnt
WEIGHTS = {"spectra": 1.0, "commit": 0.1, "size": 1e-3, "pitch": 0.1, "voicing": 0.1, "phones": 0.1}


@dataclass(frozen=True)
class Sizes:
    """Width of the latent, of the layers at 100 and 50 Hz, and of those at 12.5 Hz."""

    latent: int = 64
    width: int = 256
    deep: int = 512


@dataclass(frozen=True)
class Crops:
    """Pieces of utterances.

    Attributes:
        spectra: Float[B, T * 8, FEATURES], not normalised.
        pitch: Float[B, T * 8] in Hz, 0 where unvoiced.
        phones: Long[B, T * 4], ids of tts.symbols.
    """

    spectra: Tensor
    pitch: Tensor
    phones: Tensor


class SpectraDecoder(nn.Module):
    """Latents → what every hop sounds like; used in training only."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.enter = nn.Linear(sizes.latent, sizes.deep)
        self.slow = Stack(2, sizes.deep)
        self.split_slow = nn.Linear(sizes.deep, 4 * sizes.width)
        self.middle = Stack(3, sizes.width)
        self.split_middle = nn.Linear(sizes.width, 2 * sizes.width)
        self.fast = Stack(2, sizes.width)
        self.leave = nn.Linear(sizes.width, FEATURES + 2)

    def forward(self, latent: Tensor) -> Tensor:
        """Float[B, T, D] → normalised spectra, log pitch and voicing logit, Float[B, T * 8, FEATURES + 2]."""
        batch = latent.shape[0]
        x, _ = self.slow(self.enter(latent), self.slow.state(batch))
        x, _ = self.middle(unfold(self.split_slow(x), 4), self.middle.state(batch))
        x, _ = self.fast(unfold(self.split_middle(x), 2), self.fast.state(batch))
        return self.leave(x)


class Autoencoder(nn.Module):
    """Encoder, quantiser, decoder of spectra, and the phone labels' classifier."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.sizes = sizes
        self.encoder = Encoder(sizes.latent, sizes.width, sizes.deep)
        self.rvq = ResidualVQ(sizes.latent)
        self.decoder = SpectraDecoder(sizes)
        hidden = nn.Linear(sizes.latent, sizes.width)
        self.phones = nn.Sequential(hidden, nn.GELU(), nn.Linear(sizes.width, PHONES_PER_FRAME * len(INVENTORY)))

    def normalised(self, spectra: Tensor) -> Tensor:
        """Spectra as encoder and decoder know them, Float[B, T * 8, FEATURES]."""
        return (spectra - self.encoder.mean) / self.encoder.std

    def encode(self, features: Tensor) -> Tensor:
        """Normalised spectra of whole utterances or crops, Float[B, T * 8, FEATURES] → latents Float[B, T, D]."""
        return self.encoder.encode_features(features, self.encoder.state(features.shape[0])[1:])[0]

    @torch.no_grad()
    def start(self, spectra: Tensor, generator: torch.Generator) -> None:
        """Before training: set the normalisation from spectra Float[B, T * 8, FEATURES], spread the codebooks."""
        self.encoder.leave.weight.mul_(1.5)
        self.encoder.mean.copy_(spectra.mean((0, 1)))
        self.encoder.std.fill_(spectra.std().item())
        spread = 0.5 * self.encode(self.normalised(spectra)).std()
        self.rvq.sums.copy_(torch.randn(self.rvq.sums.shape, generator=generator) * spread)
        self.rvq.codebooks.copy_(self.rvq.sums)

    @torch.no_grad()
    def rescale(self, factor: float) -> None:
        """Multiply the latents by `factor`; what is made of them stays the same."""
        for tensor in (self.encoder.leave.weight, self.encoder.leave.bias, self.rvq.codebooks, self.rvq.sums):
            tensor.mul_(factor)
        for reader in (self.decoder.enter, self.phones[0]):
            assert isinstance(reader, nn.Linear)
            reader.weight.div_(factor)


def losses(model: Autoencoder, crops: Crops, generator: torch.Generator) -> dict[str, Tensor]:
    """Terms of the loss, named as in WEIGHTS, and `full`: the mean error of spectra where all levels were used.

    Also moves the codebooks. The first half of the batch is decoded from all levels, the rest from random numbers.
    """
    features = model.normalised(crops.spectra)
    with torch.autocast("cpu", torch.bfloat16):
        latent = model.encode(features)
    latent = latent.float()
    batch = len(latent)
    prefixes = model.rvq.learn(latent.detach().flatten(0, 1), generator).reshape(NUM_CODEBOOKS, *latent.shape)
    last = torch.randint(NUM_CODEBOOKS, (batch,), generator=generator)
    last[: batch // 2] = NUM_CODEBOOKS - 1
    chosen = prefixes[last, torch.arange(batch)]
    with torch.autocast("cpu", torch.bfloat16):
        made = model.decoder(_straight_through(latent, chosen))
        scores = model.phones(_straight_through(latent, prefixes[0]))
    error = made[..., :-2].float() - features
    return {
        "spectra": error.abs().mean() + 0.5 * error.square().mean(),
        "commit": F.mse_loss(latent, prefixes[-1]) + 0.5 * F.mse_loss(latent, chosen),
        "size": latent.square().mean(),
        **_pitch_losses(made[..., -2:].float(), crops.pitch),
        "phones": F.cross_entropy(scores.float().reshape(-1, len(INVENTORY)), crops.phones.flatten()),
        "full": error[: batch // 2].detach().abs().mean(),
    }


def _straight_through(latent: Tensor, quantised: Tensor) -> Tensor:
    return latent + (quantised - latent).detach()


def _pitch_losses(heads: Tensor, pitch: Tensor) -> dict[str, Tensor]:
    voiced = (pitch > 0).float()
    wanted = torch.log(pitch.clamp(min=50) / PITCH_CENTRE_HZ) / PITCH_SPREAD
    squared = (heads[..., 0] - wanted).square()
    return {
        "pitch": (voiced * squared).sum() / voiced.sum().clamp(min=1),
        "voicing": F.binary_cross_entropy_with_logits(heads[..., 1], voiced),
    }
