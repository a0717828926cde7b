"""Causal layers: a stream is the whole, no output hears the future, windows and folds move every value to its place."""

import pytest
import torch
from torch import Tensor

from codec.layers import ConvNeXtBlock, Stack, depthwise, fold, unfold, windows

BLOCKS = [(1,), (2,), (5,), (3, 1, 4, 2)]
TOLERANCE = 1e-5  # float32 products of other sizes round differently


def pieces(x: Tensor, sizes: tuple[int, ...]) -> list[Tensor]:
    """`x` along time in runs of `sizes`, over and over."""
    parts, first, step = [], 0, 0
    while first < x.shape[1]:
        size = sizes[step % len(sizes)]
        parts.append(x[:, first : first + size])
        first, step = first + size, step + 1
    return parts


@pytest.mark.parametrize("sizes", BLOCKS)
def test_stack_streams_as_the_whole(sizes: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    stack, x = Stack(3, 12).eval(), torch.randn(2, 21, 12)
    with torch.no_grad():
        whole, last = stack(x, stack.state(2))
        state, parts = stack.state(2), []
        for part in pieces(x, sizes):
            y, state = stack(part, state)
            parts.append(y)
    assert torch.allclose(torch.cat(parts, 1), whole, atol=TOLERANCE)
    assert torch.allclose(state, last, atol=TOLERANCE)
    assert not torch.allclose(stack(x, last)[0], whole, atol=0.01)  # the state matters


@pytest.mark.parametrize("sizes", BLOCKS)
def test_block_streams_as_the_whole(sizes: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    block, x = ConvNeXtBlock(8, 5, scale=1.0).eval(), torch.randn(1, 13, 8)
    with torch.no_grad():
        whole, _ = block(x, torch.zeros(1, 4, 8))
        past, parts = torch.zeros(1, 4, 8), []
        for part in pieces(x, sizes):
            y, past = block(part, past)
            parts.append(y)
    assert torch.allclose(torch.cat(parts, 1), whole, atol=TOLERANCE)


def test_stack_hears_its_past_and_no_future() -> None:
    torch.manual_seed(0)
    stack = Stack(2, 6, kernel=4)
    x = torch.randn(1, 16, 6, requires_grad=True)
    stack(x, stack.state(1))[0][0, 9].sum().backward()
    heard = x.grad[0].abs().sum(1) > 0  # type: ignore[index]
    assert heard.tolist() == [3 <= i <= 9 for i in range(16)]  # two layers reach back three frames each


def test_rows_of_a_batch_do_not_meet() -> None:
    torch.manual_seed(0)
    stack, x = Stack(2, 8).eval(), torch.randn(3, 10, 8)
    with torch.no_grad():
        batch, _ = stack(x, stack.state(3))
        single = torch.cat([stack(row[None], stack.state(1))[0] for row in x])
    assert torch.allclose(batch, single, atol=TOLERANCE)
    assert not torch.allclose(batch[0], batch[1], atol=0.1)


def test_depthwise_is_the_same_sum_in_export_as_in_training(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    x, weight = torch.randn(2, 15, 9), torch.randn(7, 9)
    shifted = depthwise(x, weight)
    monkeypatch.setattr(torch.onnx, "is_in_onnx_export", lambda: True)
    convolved = depthwise(x, weight)
    assert shifted.shape == (2, 9, 9)
    assert torch.allclose(shifted, convolved, atol=TOLERANCE)
    assert not torch.allclose(shifted, depthwise(x, weight.flip(0)), atol=0.1)


def test_fold_and_unfold_undo_each_other() -> None:
    x = torch.arange(2 * 12 * 3).reshape(2, 12, 3)
    folded = fold(x, 4)
    assert folded.shape == (2, 3, 12)
    assert folded[1, 2].tolist() == x[1, 8:12].flatten().tolist()
    assert torch.equal(unfold(folded, 4), x)


@pytest.mark.parametrize(("hop", "hops"), [(3, 1), (4, 2), (5, 4)])
def test_windows_are_those_of_torch(hop: int, hops: int) -> None:
    joined = torch.arange(2 * (hops + 5) * hop).reshape(2, -1)
    assert torch.equal(windows(joined, hop, hops), joined.unfold(1, hops * hop, hop))
