"""Sound into bytes of a container, piece by piece: WAV, FLAC, Ogg Vorbis, Ogg Opus, MP3 or bare samples.

An encoder is one container for one stream: it is fed blocks as they are made and returns the bytes that are ready, so
memory does not grow with the length, and nothing of libsndfile's private I/O can swallow an error of the disk.
"""

import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from tts.errors import ConfigError
from tts.ogg import with_fixed_serial

SAMPLE_RATE = 24_000
UNKNOWN = 0xFFFF_FFFF  # RIFF length of a stream whose end nobody knows yet
WAV_HEADER_BYTES = 44
PIECE_SAMPLES = 1920  # what Vorbis makes of sound depends on the sizes of the writes (and long ones overflow its stack)
MP3_CONSTANT_RATE = 0.6  # 64 kbit/s at 24 kHz: constant, so that a player can tell lengths without a table
MP3_INFO_BYTES = 192  # the first frame at that rate: a table that LAME fills in at the end, silence until then
OPUS_PAGE_MS = 80.0  # one codec frame
SFC_SET_OGG_PAGE_LATENCY_MS = 0x1302  # sndfile.h

Floats = npt.NDArray[np.float32]


def to_int16(samples: Floats) -> npt.NDArray[np.int16]:
    """Samples as signed 16-bit: 1.0 and beyond become 32767, -1.0 and beyond -32768; not-a-number becomes silence."""
    within = np.clip(np.nan_to_num(np.asarray(samples, np.float32), nan=0.0), -1.0, 1.0)
    clipped: npt.NDArray[np.int16] = np.minimum(np.rint(within * np.float32(32768.0)), 32767.0).astype("<i2")
    return clipped


@dataclass(frozen=True)
class Patch:
    """Bytes to be written over what was already given out, where that is still possible."""

    at: int
    data: bytes


class Encoder(Protocol):
    """One container, fed with samples.

    Attributes:
        patches: after `close`, corrections (lengths in headers) for a target that can seek; a stream does without.
    """

    patches: list[Patch]

    def write(self, samples: Floats) -> bytes:
        """Bytes that are ready once `samples` (Float[S], -1 to 1) are added."""

    def close(self) -> bytes:
        """The last bytes. Nothing can be written after."""


class PcmEncoder:
    """Bare signed 16-bit little-endian samples."""

    def __init__(self) -> None:
        self.patches: list[Patch] = []

    def write(self, samples: Floats) -> bytes:
        """Two bytes a sample."""
        return to_int16(samples).tobytes()

    def close(self) -> bytes:
        """Nothing is left."""
        return b""


class WavEncoder:
    """A RIFF header of unknown length, then samples; `close` leaves the true length as a patch."""

    def __init__(self) -> None:
        self.patches: list[Patch] = []
        self._data_bytes = 0
        self._pending = wav_header(UNKNOWN)

    def write(self, samples: Floats) -> bytes:
        """The header, once, and two bytes a sample."""
        data = to_int16(samples).tobytes()
        self._data_bytes += len(data)
        head, self._pending = self._pending, b""
        return head + data

    def close(self) -> bytes:
        """The header, if no sample ever came."""
        if self._data_bytes + WAV_HEADER_BYTES < UNKNOWN:  # beyond 4 GiB (24 hours) the length cannot be told
            self.patches = [Patch(0, wav_header(self._data_bytes))]
        head, self._pending = self._pending, b""
        return head


def wav_header(data_bytes: int) -> bytes:
    """The 44 bytes before 24 kHz mono 16-bit samples; `data_bytes` may be UNKNOWN."""
    riff = UNKNOWN if data_bytes == UNKNOWN else data_bytes + WAV_HEADER_BYTES - 8
    form = struct.pack("<IHHIIHH", 16, 1, 1, SAMPLE_RATE, 2 * SAMPLE_RATE, 2, 16)
    return b"RIFF" + struct.pack("<I", riff) + b"WAVEfmt " + form + b"data" + struct.pack("<I", data_bytes)


class Sink:
    """What libsndfile takes for a file: keeps bytes until they are fetched, and what is written over older ones."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self._fetched = self._position = 0
        self.patches: list[Patch] = []

    def write(self, data: bytes) -> int:
        """Append, or change what is still here, or note a patch."""
        data = bytes(data)
        start = self._position - self._fetched
        if start < 0:
            self.patches.append(Patch(self._position, data[: -start or None]))
            data_here = data[-start:]
            self._pending[: len(data_here)] = data_here
        else:
            self._pending[start : start + len(data)] = data
        self._position += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """As of a file."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._fetched + len(self._pending)}[whence]
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        """As of a file."""
        return self._position

    def read(self, size: int = -1) -> bytes:
        """Nothing: encoders do not read back. The name is what soundfile looks for."""
        return b""

    def fetch(self) -> bytes:
        """The bytes since the last call."""
        data = bytes(self._pending)
        self._fetched += len(data)
        self._pending.clear()
        return data


class SoundfileEncoder:
    """FLAC, Ogg Vorbis, Ogg Opus or MP3, by libsndfile."""

    def __init__(self, container: str, subtype: str, live: bool, constant_rate: float | None = None) -> None:
        """Opens the container.

        Args:
            container, subtype: as libsndfile calls them.
            live: pages are small, and nothing is left to be patched that a player would stumble over.
            constant_rate: libsndfile's "compression level" of a constant bit rate, or None for a variable one.
        """
        import soundfile  # only now: a WAV file does not need to wait for it

        self.patches: list[Patch] = []
        self._sink = Sink()
        mode = None if constant_rate is None else "CONSTANT"
        self._file = soundfile.SoundFile(
            self._sink,
            "w",
            SAMPLE_RATE,
            channels=1,
            subtype=subtype,
            format=container,
            compression_level=constant_rate,
            bitrate_mode=mode,
        )
        self._waiting = np.zeros(0, np.int16)
        self._ogg = container == "OGG"
        self._skip = MP3_INFO_BYTES if live and container == "MP3" else 0
        if live and subtype == "OPUS":
            # soundfile has no public name for this command; without it a page is a second long
            latency = soundfile._ffi.new("double *", OPUS_PAGE_MS)
            soundfile._snd.sf_command(self._file._file, SFC_SET_OGG_PAGE_LATENCY_MS, latency, 8)

    def write(self, samples: Floats) -> bytes:
        """What the encoder has ready: often nothing, then a page."""
        self._waiting = np.concatenate([self._waiting, to_int16(samples)])
        whole = len(self._waiting) // PIECE_SAMPLES * PIECE_SAMPLES
        for start in range(0, whole, PIECE_SAMPLES):
            self._file.write(self._waiting[start : start + PIECE_SAMPLES])
        self._waiting = self._waiting[whole:]
        return self._fetch()

    def close(self) -> bytes:
        """The last page."""
        self._file.write(self._waiting)
        self._file.close()
        self.patches = self._sink.patches
        return self._fetch()

    def _fetch(self) -> bytes:
        data = self._sink.fetch()
        if self._ogg:
            return with_fixed_serial(data)
        skipped, self._skip = data[self._skip :], max(0, self._skip - len(data))
        return skipped


FORMATS: dict[str, Callable[[bool], Encoder]] = {
    "wav": lambda live: WavEncoder(),
    "flac": lambda live: SoundfileEncoder("FLAC", "PCM_16", live),
    "ogg": lambda live: SoundfileEncoder("OGG", "VORBIS", live),
    "opus": lambda live: SoundfileEncoder("OGG", "OPUS", live),
    "mp3": lambda live: SoundfileEncoder("MP3", "MPEG_LAYER_III", live, MP3_CONSTANT_RATE),
    "pcm": lambda live: PcmEncoder(),
}
FILE_FORMATS = ("wav", "flac", "ogg", "opus", "mp3")


def make_encoder(name: str, live: bool = False) -> Encoder:
    """An encoder of one of FORMATS.

    Args:
        name: of the format.
        live: the bytes go to a listener as they are made, so pages are short and patches will not be applied.

    Raises:
        ConfigError: there is no format of that name.
    """
    if name not in FORMATS:
        raise ConfigError(f"unknown audio format {name!r}; available: {', '.join(FORMATS)}")
    return FORMATS[name](live)
