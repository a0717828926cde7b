"""Slots to frames: a stream is the whole, look-ahead ends where WARMUP_FRAMES says, rows of a batch do not meet."""

import pytest
import torch
from torch import Tensor

from codec.layers import fold
from tts.acoustic.config import SLOT_FEATURES, SLOTS_PER_FRAME
from tts.acoustic.model import AcousticModel

TOLERANCE = 1e-4  # float32 through layer norms of small vectors


def slots(model: AcousticModel, frames: int, batch: int = 1) -> tuple[Tensor, Tensor, Tensor]:
    torch.manual_seed(2)
    count = frames * SLOTS_PER_FRAME
    hidden = torch.randn(batch, count, model.config.width)
    return hidden, torch.rand(batch, count, SLOT_FEATURES), torch.arange(batch) % 3


@pytest.mark.parametrize("sizes", [(1,), (2,), (5,), (3, 1, 2)])
def test_decode_streams_as_the_whole(model: AcousticModel, sizes: tuple[int, ...]) -> None:
    hidden, where, speaker = slots(model, 17, 2)
    with torch.no_grad():
        whole, features, _ = model.decode(hidden, where, speaker, model.state(2))
        states, found, first, step = model.state(2), [], 0, 0
        while first < 17:
            size = sizes[step % len(sizes)]
            run = slice(first * SLOTS_PER_FRAME, (first + size) * SLOTS_PER_FRAME)
            frames, _, states = model.decode(hidden[:, run], where[:, run], speaker, states)
            found.append(frames)
            first, step = first + size, step + 1
        fresh, _, _ = model.decode(hidden[:, 40:], where[:, 40:], speaker, model.state(2))
    assert whole.shape == (2, 17, model.config.frame_width)
    assert features.shape == (2, 17 * SLOTS_PER_FRAME, model.config.slot_width)
    assert torch.allclose(torch.cat(found, 1), whole, atol=TOLERANCE)
    assert not torch.allclose(fresh, whole[:, 10:], atol=0.01)  # the state matters


def test_frames_hear_no_later_slot(model: AcousticModel) -> None:
    hidden, where, speaker = slots(model, 8)
    hidden.requires_grad_()
    frames, _, _ = model.decode(hidden, where, speaker, model.state(1))
    frames[0, 4].square().sum().backward()
    heard = fold(hidden.grad, SLOTS_PER_FRAME)[0].abs().sum(1)  # type: ignore[arg-type]
    assert (heard[5:] == 0).all()
    assert (heard[2:5] > 0).all()


def test_batch_is_single(model: AcousticModel) -> None:
    hidden, where, speaker = slots(model, 5, 3)
    with torch.no_grad():
        batch, _, _ = model.decode(hidden, where, speaker, model.state(3))
        for row in range(3):
            one = slice(row, row + 1)
            alone, _, _ = model.decode(hidden[one], where[one], speaker[one], model.state(1))
            assert torch.allclose(batch[one], alone, atol=TOLERANCE)


@pytest.mark.parametrize("changed", ["hidden", "where", "speaker"])
def test_each_input_matters(model: AcousticModel, changed: str) -> None:
    inputs = dict(zip(("hidden", "where", "speaker"), slots(model, 3), strict=True))
    others = {**inputs, changed: inputs[changed] + 1}
    with torch.no_grad():
        before = model.decode(inputs["hidden"], inputs["where"], inputs["speaker"], model.state(1))[0]
        after = model.decode(others["hidden"], others["where"], others["speaker"], model.state(1))[0]
    assert not torch.allclose(before, after, atol=1e-3)
