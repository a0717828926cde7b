"""Sound as a stream of bytes."""

import io
import struct

import numpy as np
import pytest
import soundfile

from streaming.containers import MEDIA_TYPES, Container, chunks
from tts.audio_formats import FORMATS, Floats
from tts.errors import ConfigError


def tone(seconds: float) -> Floats:
    time = np.arange(int(24_000 * seconds)) / 24_000
    return (0.5 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)


def blocks(samples: Floats, size: int = 1920) -> list[Floats]:
    return [samples[start : start + size] for start in range(0, len(samples), size)]


def read_all(data: bytes, samples: int) -> Floats:
    """Read until the end, as players do: a stream's header does not tell its length."""
    if data[:4] == b"fLaC":  # libsndfile, unlike players, wants the count of samples: 36 bits, zero when unknown
        assert data[21] & 15 == 0 and data[22:26] == bytes(4)
        data = data[:22] + struct.pack(">I", samples) + data[26:]
    with soundfile.SoundFile(io.BytesIO(data)) as file:
        assert file.samplerate == 24_000 and file.channels == 1
        pieces = []
        while len(piece := file.read(5000, dtype="float32")):
            pieces.append(piece)
    return np.concatenate(pieces)


def test_every_format_has_a_media_type() -> None:
    assert MEDIA_TYPES.keys() == FORMATS.keys()


@pytest.mark.parametrize("name", [name for name in MEDIA_TYPES if name != "pcm"])
@pytest.mark.parametrize("seconds", [0.08, 0.5, 3.17])
def test_the_whole_sound_is_in_the_stream(name: str, seconds: float) -> None:
    samples = tone(seconds)
    read = read_all(b"".join(chunks(name, blocks(samples))), len(samples))
    extra = len(read) - len(samples)
    # without LAME's table a decoder cannot know of the encoder's delay and padding
    assert 0 <= extra < 2 * 1152 if name == "mp3" else extra == 0
    tail = read[-1152 - 240 : -1152] if name == "mp3" else read[-240:]
    assert np.abs(tail).max() > 0.2  # the last page too


def test_wav_has_one_header_of_unknown_length() -> None:
    pieces = list(chunks("wav", blocks(tone(1.0))))
    assert [len(piece) for piece in pieces] == [44 + 3840, *[3840] * 11, 1920]
    data = b"".join(pieces)
    assert data.count(b"RIFF") == 1 and struct.unpack("<I", data[40:44]) == (0xFFFF_FFFF,)


def test_pcm_is_bare_samples() -> None:
    data = b"".join(chunks("pcm", blocks(tone(0.5), 777)))
    assert np.array_equal(np.frombuffer(data, "<i2"), np.rint(tone(0.5) * 32768).astype(np.int16))


@pytest.mark.parametrize("name", ["wav", "pcm", "opus", "mp3"])
def test_bytes_follow_at_once(name: str) -> None:
    container = Container(name)
    sizes = [len(container.write(block)) for block in blocks(tone(2.0))]
    silent = [i for i, size in enumerate(sizes[3:-1], 3) if size == 0]
    assert sizes[0] > 0 and not silent  # after a few blocks of the encoder's own delay every block brings something


def test_mp3_starts_with_sound_not_with_an_empty_table() -> None:
    data = b"".join(chunks("mp3", blocks(tone(1.0))))
    assert data[:2] == b"\xff\xf3" and len(data) % 192 == 0  # whole frames of 64 kbit/s
    assert any(data[40:192])


def test_ogg_pages_end_with_an_end() -> None:
    data = b"".join(chunks("opus", blocks(tone(1.0))))
    pages = data.split(b"OggS")[1:]
    flags = [page[1] for page in pages]
    assert flags[0] & 2 and flags[-1] & 4 and not any(flag & 4 for flag in flags[:-1])


def test_nothing_to_say_is_still_a_stream() -> None:
    assert b"".join(chunks("wav", [])).startswith(b"RIFF")
    assert list(chunks("pcm", [])) == []


def test_unknown_format() -> None:
    with pytest.raises(ConfigError, match="unknown audio format 'aac'"):
        Container("aac")
