"""Residual quantisation: depth helps, decoding inverts encoding, learning finds clusters and revives dead entries."""

import pytest
import torch

from codec.rvq import ResidualVQ
from codec.spec import NUM_CODEBOOKS

WIDTH = 6


@pytest.fixture()
def rvq() -> ResidualVQ:
    """Levels of falling size, so that every depth matters; entry 0 is nothing, so that no level needs to do harm."""
    torch.manual_seed(0)
    made = ResidualVQ(WIDTH)
    made.codebooks *= 10 * 0.8 ** torch.arange(NUM_CODEBOOKS)[:, None, None]
    made.codebooks[:, 0] = 0
    return made


def test_error_never_rises_with_depth(rvq: ResidualVQ) -> None:
    x = torch.randn(2, 9, WIDTH)
    codes = rvq.encode(x)
    assert codes.shape == (2, NUM_CODEBOOKS, 9)
    errors = torch.stack([(x - rvq.decode(codes[:, :depth])).norm(dim=2) for depth in range(1, NUM_CODEBOOKS + 1)])
    assert (errors.diff(dim=0) <= 1e-5).all()
    assert errors[-1].mean() < 0.3 * errors[0].mean()


def test_encoding_at_a_depth_is_a_prefix_of_the_whole(rvq: ResidualVQ) -> None:
    x = torch.randn(1, 5, WIDTH)
    assert torch.equal(rvq.encode(x, 4), rvq.encode(x)[:, :4])


def test_nearest_is_the_entry_at_the_smallest_distance(rvq: ResidualVQ) -> None:
    x = torch.randn(40, WIDTH)
    assert torch.equal(rvq.nearest(x, 3), torch.cdist(x, rvq.codebooks[3]).argmin(1))


def test_encoding_inverts_decoding_where_levels_do_not_overlap() -> None:
    """Three levels as the digits -4 to 4 of a number: no lower digits add up to half a step."""
    rvq = ResidualVQ(1)
    rvq.codebooks.fill_(1e3)
    for level in range(3):
        rvq.codebooks[level, :9, 0] = torch.arange(-4, 5) * 10.0**-level
    codes = torch.randint(0, 9, (1, 3, 50), generator=torch.Generator().manual_seed(0))
    numbers = rvq.decode(codes)
    assert numbers[0, 7, 0].item() == pytest.approx(sum((codes[0, k, 7].item() - 4) * 10.0**-k for k in range(3)))
    assert torch.equal(rvq.encode(numbers, 3), codes)


def test_learning_lowers_the_error() -> None:
    torch.manual_seed(0)
    rvq, generator = ResidualVQ(WIDTH, decay=0.3), torch.Generator().manual_seed(0)
    clusters = torch.randn(20, WIDTH)
    draw = lambda: clusters[torch.randint(20, (128,), generator=generator)]  # noqa: E731
    first = (draw() - rvq.learn(draw(), generator)[0]).square().mean()
    for _ in range(5):
        rvq.learn(draw(), generator)
    x = draw()
    prefixes = rvq.learn(x, generator)
    assert prefixes.shape == (NUM_CODEBOOKS, 128, WIDTH)
    assert (x - prefixes[0]).square().mean() < 0.05 * first
    assert torch.isfinite(rvq.codebooks).all()


def test_dead_entries_are_drawn_again_from_the_batch() -> None:
    torch.manual_seed(0)
    rvq, generator = ResidualVQ(WIDTH, decay=0.1), torch.Generator().manual_seed(0)
    rvq.codebooks[0, 100:] = 1e3  # nothing is near these
    rvq.sums.copy_(rvq.codebooks)
    x = torch.randn(512, WIDTH)
    for _ in range(4):
        rvq.learn(x, generator)
    assert rvq.codebooks[0].abs().max() < 10
    assert len(rvq.nearest(x, 0).unique()) > 200
