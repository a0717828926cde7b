"""The depth-wise decoder: choosing is quantising what is left, and training scores the path that choosing takes."""

import copy

import pytest
import torch
from torch import Tensor

from codec.rvq import ResidualVQ
from codec.spec import NUM_CODEBOOKS
from tts.acoustic.depth import DepthDecoder
from tts.acoustic.model import AcousticModel

TOLERANCE = 1e-4  # float32 sums of 32 levels


@pytest.fixture(scope="module")
def depth(model: AcousticModel) -> DepthDecoder:
    return model.depth


def choose(depth: DepthDecoder, frames: Tensor, noise: Tensor | None = None) -> tuple[Tensor, Tensor]:
    books = depth.codebooks
    noise = torch.zeros(len(frames), NUM_CODEBOOKS, depth.latent) if noise is None else noise
    with torch.no_grad():
        return depth.choose(frames, noise, list(books), list(0.5 * books.square().sum(2)), depth.weights())


def frames(depth: DepthDecoder, count: int = 11) -> Tensor:
    return torch.randn(count, depth.regress.in_features, generator=torch.Generator().manual_seed(3))


def test_without_correction_it_quantises_the_regression(depth: DepthDecoder) -> None:
    plain = copy.deepcopy(depth)
    with torch.no_grad():
        plain.correct.zero_()
    rvq = ResidualVQ(depth.latent)
    rvq.codebooks.copy_(depth.codebooks)
    x = frames(depth)
    codes, sums = choose(plain, x)
    with torch.no_grad():
        wanted = rvq.encode(plain.regress(x)[None])[0].t()
    assert torch.equal(codes, wanted)
    assert torch.allclose(sums[:, -1], rvq.decode(codes.t()[None])[0], atol=TOLERANCE)
    assert not torch.equal(choose(depth, x)[0], codes)  # the correction matters


def test_sums_are_the_latents_at_every_depth(depth: DepthDecoder) -> None:
    codes, sums = choose(depth, frames(depth))
    chosen = depth.codebooks[torch.arange(NUM_CODEBOOKS), codes]
    assert torch.allclose(sums, chosen.cumsum(1), atol=TOLERANCE)


def test_teacher_forced_scores_name_the_codes_that_were_chosen(depth: DepthDecoder) -> None:
    x = frames(depth)
    codes, sums = choose(depth, x)
    levels = list(range(NUM_CODEBOOKS))
    below = torch.cat([torch.zeros_like(sums[:, :1]), sums[:, :-1]], 1).transpose(0, 1)
    with torch.no_grad():
        residuals = depth.residuals(x, below, levels)
        scores = depth.scores(residuals, levels)
        moved = depth.scores(depth.residuals(x, below + 1.0, levels), levels)
    assert scores.shape == (NUM_CODEBOOKS, 11, depth.codebooks.shape[1])
    assert torch.equal(scores.argmax(2).t(), codes)
    assert not torch.equal(moved.argmax(2).t(), codes)


@pytest.mark.parametrize("levels", [[0], [5, 2], [31, 0, 7]])
def test_some_levels_are_scored_as_among_all(depth: DepthDecoder, levels: list[int]) -> None:
    x = frames(depth)
    below = torch.randn(NUM_CODEBOOKS, 11, depth.latent, generator=torch.Generator().manual_seed(4))
    with torch.no_grad():
        everything = depth.residuals(x, below, list(range(NUM_CODEBOOKS)))
        some = depth.residuals(x, below[levels], levels)
    assert torch.allclose(some, everything[levels], atol=TOLERANCE)


def test_noise_moves_the_choice_of_its_own_frame_only(depth: DepthDecoder) -> None:
    x = frames(depth)
    noise = torch.zeros(11, NUM_CODEBOOKS, depth.latent)
    noise[4] = torch.randn(NUM_CODEBOOKS, depth.latent, generator=torch.Generator().manual_seed(5))
    calm, moved = choose(depth, x)[0], choose(depth, x, noise)[0]
    assert (calm != moved).any(1).tolist() == [i == 4 for i in range(11)]


def test_frames_are_chosen_alone(depth: DepthDecoder) -> None:
    x = frames(depth)
    together = choose(depth, x)[1]
    alone = torch.cat([choose(depth, row[None])[1] for row in x])
    assert torch.allclose(together, alone, atol=TOLERANCE)
