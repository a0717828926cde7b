"""Ogg pages."""

import io

import numpy as np
import pytest
import soundfile

from tts.ogg import checksum, with_fixed_serial


def ogg(subtype: str) -> bytes:
    file = io.BytesIO()
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 72_000)
    soundfile.write(file, noise, 24_000, subtype, format="OGG")
    return file.getvalue()


def test_checksum_is_libogg_s() -> None:
    data = ogg("OPUS")
    end = data.index(b"OggS", 4)
    assert checksum(data[:22] + bytes(4) + data[26:end]) == int.from_bytes(data[22:26], "little")


@pytest.mark.parametrize("subtype", ["OPUS", "VORBIS"])
def test_only_the_serial_number_changes(subtype: str) -> None:
    data = ogg(subtype)
    fixed = with_fixed_serial(data)
    assert len(fixed) == len(data) and fixed != data
    assert np.array_equal(soundfile.read(io.BytesIO(fixed))[0], soundfile.read(io.BytesIO(data))[0])
    assert all(page[10:14] == b"\x01\0\0\0" for page in fixed.split(b"OggS")[1:])


def test_half_a_page_is_our_own_mistake() -> None:
    with pytest.raises(AssertionError):
        with_fixed_serial(ogg("OPUS")[:-1])
