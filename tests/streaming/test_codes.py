"""Packed codes."""

import numpy as np
import pytest

from codec.errors import CodecError
from streaming.codes import FRAME_BYTES, pack, unpack


@pytest.mark.parametrize("frames", [0, 1, 2, 7])
def test_round_trip(frames: int) -> None:
    codes = np.random.default_rng(frames).integers(0, 2048, (32, frames)).astype(np.int16)
    data = pack(codes)
    assert len(data) == FRAME_BYTES * frames == 44 * frames
    assert np.array_equal(unpack(data), codes) and unpack(data).dtype == np.int16


def test_layout() -> None:
    codes = np.zeros((32, 1), np.int16)
    codes[0], codes[1], codes[31] = 2047, 1, 1
    data = pack(codes)
    assert data[:3] == bytes([0xFF, 0b11100000, 0b00000100]) and data[-1] == 1  # 11 ones, ten zeros and a one


def test_frames_follow_each_other() -> None:
    codes = np.random.default_rng(0).integers(0, 2048, (32, 5)).astype(np.int16)
    assert pack(codes) == pack(codes[:, :2]) + pack(codes[:, 2:])


@pytest.mark.parametrize("shape, value", [((31, 2), 0), ((32,), 0), ((32, 1), 2048), ((32, 1), -1)])
def test_what_is_no_code(shape: tuple[int, ...], value: int) -> None:
    with pytest.raises(CodecError, match="codes must be"):
        pack(np.full(shape, value))


def test_half_a_frame() -> None:
    with pytest.raises(CodecError, match="44 bytes a frame"):
        unpack(bytes(45))
