"""Codes as bytes: 32 levels × 11 bits = 44 bytes a frame, level 1 first, most significant bit first."""

from typing import Any

import numpy as np
import numpy.typing as npt

from codec.errors import CodecError
from codec.spec import CARDINALITY, NUM_CODEBOOKS

BITS = 11
FRAME_BYTES = NUM_CODEBOOKS * BITS // 8
_SHIFTS = np.arange(BITS - 1, -1, -1)


def pack(codes: npt.NDArray[np.integer[Any]]) -> bytes:
    """Bytes of codes Int[32, T], 0..2047: 44 a frame.

    Raises:
        CodecError: another number of levels, or entries out of range.
    """
    if codes.ndim != 2 or codes.shape[0] != NUM_CODEBOOKS:
        raise CodecError(f"codes must be [{NUM_CODEBOOKS}, frames], found {list(codes.shape)}")
    if codes.size and (codes.min() < 0 or codes.max() >= CARDINALITY):
        raise CodecError(f"codes must be 0..{CARDINALITY - 1}, found {codes.min()}..{codes.max()}")
    bits = (codes.T.astype(np.int64)[:, :, None] >> _SHIFTS) & 1  # [T, 32, 11]
    return np.packbits(bits.astype(np.uint8)).tobytes()


def unpack(data: bytes) -> npt.NDArray[np.int16]:
    """Codes Int16[32, T] of packed bytes.

    Raises:
        CodecError: not a whole number of frames.
    """
    if len(data) % FRAME_BYTES:
        raise CodecError(f"packed codes must be {FRAME_BYTES} bytes a frame, found {len(data)} bytes")
    bits = np.unpackbits(np.frombuffer(data, np.uint8)).reshape(-1, NUM_CODEBOOKS, BITS).astype(np.int64)
    codes: npt.NDArray[np.int16] = (bits << _SHIFTS).sum(2).T.astype(np.int16)
    return codes
