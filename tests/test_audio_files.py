"""Formats and files of sound."""

import io
import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tts.audio_files import AudioFile, write_file
from tts.audio_formats import FILE_FORMATS, FORMATS, UNKNOWN, Encoder, Floats, Sink, make_encoder, to_int16, wav_header
from tts.errors import ConfigError, OutputError


def tone(seconds: float) -> Floats:
    time = np.arange(int(24_000 * seconds)) / 24_000
    return (0.5 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)


def patched(data: bytes, encoder: Encoder) -> bytes:
    """What a file holds in the end."""
    whole = bytearray(data)
    for patch in encoder.patches:
        whole[patch.at : patch.at + len(patch.data)] = patch.data
    return bytes(whole)


def test_int16_clips_and_never_wraps() -> None:
    samples = np.array([0.0, 0.5, 1.0, 1.5, np.inf, -1.0, -1.5, -np.inf, np.nan, 1e-6, 0.99998], np.float32)
    expected = [0, 16384, 32767, 32767, 32767, -32768, -32768, -32768, 0, 0, 32767]
    assert to_int16(samples).tolist() == expected


def test_int16_is_little_endian() -> None:
    assert to_int16(np.array([1 / 32768], np.float32)).tobytes() == b"\x01\x00"


def test_int16_round_trip_of_every_value() -> None:
    every = np.arange(-32768, 32768, dtype=np.int16)
    assert np.array_equal(to_int16(every.astype(np.float32) / 32768), every)


def test_wav_header_fields() -> None:
    header = wav_header(96_000)
    riff, size, wave = struct.unpack("<4sI4s", header[:12])
    assert (riff, size, wave) == (b"RIFF", 96_036, b"WAVE") and len(header) == 44
    assert struct.unpack("<HHIIHH", header[20:36]) == (1, 1, 24_000, 48_000, 2, 16)
    assert struct.unpack("<II", wav_header(UNKNOWN)[4:8] + wav_header(UNKNOWN)[40:]) == (UNKNOWN, UNKNOWN)


def test_wav_beyond_4_gib_keeps_the_unknown_length() -> None:
    encoder = make_encoder("wav")
    encoder._data_bytes = UNKNOWN  # type: ignore[attr-defined]
    encoder.close()
    assert encoder.patches == []


@pytest.mark.parametrize("name", FILE_FORMATS)
@pytest.mark.parametrize("block", [1, 1920, 100_000])
def test_files_read_back_whole(name: str, block: int, tmp_path: Path) -> None:
    samples, path = tone(0.25 if block == 1 else 2.3), tmp_path / f"a.{name}"
    write_file(path, (samples[i : i + block] for i in range(0, len(samples), block)))
    read, rate = soundfile.read(path, dtype="float32")
    assert rate == 24_000 and len(read) == len(samples)
    quiet = 1e-4 if name in ("wav", "flac") else 0.06  # a pure tone that starts at once is hard on Opus
    assert np.sqrt(np.mean((read - samples) ** 2)) < quiet
    assert os.listdir(tmp_path) == [path.name]


@pytest.mark.parametrize("name", ["wav", "ogg"])
def test_no_samples_at_all(name: str) -> None:
    encoder = make_encoder(name)
    data = encoder.write(np.zeros(0, np.float32)) + encoder.close()
    assert len(soundfile.read(io.BytesIO(patched(data, encoder)))[0]) == 0


@pytest.mark.parametrize("name", FORMATS)
def test_bytes_depend_on_nothing_but_samples(name: str) -> None:
    samples, results = tone(1.03), []
    for block in (700, 1920, 24_000):
        encoder = make_encoder(name)
        data = b"".join(encoder.write(samples[i : i + block]) for i in range(0, len(samples), block)) + encoder.close()
        results.append(patched(data, encoder))
    assert results[0] == results[1] == results[2] and len(results[0]) > 4000


def test_unknown_format_lists_the_known() -> None:
    with pytest.raises(ConfigError, match="'aac'; available: wav, flac, ogg, opus, mp3, pcm"):
        make_encoder("aac")


def test_sink_keeps_late_changes_apart() -> None:
    sink = Sink()
    sink.write(b"0123456789")
    sink.seek(2)
    sink.write(b"ab")
    assert sink.fetch() == b"01ab456789"
    sink.seek(0, os.SEEK_END)
    assert sink.tell() == 10
    sink.write(b"xyz")
    sink.seek(8)
    sink.write(b"PQRS")  # two bytes are gone, two are still here
    assert sink.fetch() == b"RSz"
    assert [(patch.at, patch.data) for patch in sink.patches] == [(8, b"PQ")]


def test_existing_file_is_kept_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"precious")
    with pytest.raises(OutputError, match=r"a\.wav exists already"):
        write_file(path, tone(0.1))
    assert path.read_bytes() == b"precious"
    write_file(path, tone(0.1), force=True)
    assert soundfile.info(path).frames == 2400


def test_a_file_that_appears_meanwhile_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with pytest.raises(OutputError, match="exists already"), AudioFile(path) as file:
        file.write(tone(0.1))
        path.write_bytes(b"precious")
    assert path.read_bytes() == b"precious" and os.listdir(tmp_path) == ["a.wav"]


@pytest.mark.parametrize("name", ["a", "a.txt", "a.mp4", ".wav"])
def test_suffix_must_name_a_format(name: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"allowed: \.wav, \.flac, \.ogg, \.opus, \.mp3"):
        write_file(tmp_path / name, tone(0.1))
    assert os.listdir(tmp_path) == []


def test_suffix_in_capitals(tmp_path: Path) -> None:
    write_file(tmp_path / "A.FLAC", tone(0.1))
    assert soundfile.info(tmp_path / "A.FLAC").format == "FLAC"


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="No such file or directory"):
        write_file(tmp_path / "missing" / "a.wav", tone(0.1))
    with pytest.raises(OutputError, match="is a folder"):
        write_file(tmp_path, tone(0.1))


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt])
def test_failure_leaves_nothing(failure: type[BaseException], tmp_path: Path) -> None:
    with pytest.raises(failure), AudioFile(tmp_path / "a.mp3") as file:
        file.write(tone(1.0))
        raise failure
    assert os.listdir(tmp_path) == []


def test_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.wav").write_bytes(b"old")
    (tmp_path / "link.wav").symlink_to("real.wav")
    write_file(tmp_path / "link.wav", tone(0.1), force=True)
    assert (tmp_path / "link.wav").is_symlink() and soundfile.info(tmp_path / "real.wav").frames == 2400


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_full_device_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "full.wav").symlink_to("/dev/full")
    with pytest.raises(OutputError, match="No space left on device"):
        write_file(tmp_path / "full.wav", tone(1.0))


@pytest.mark.skipif(os.name != "posix", reason="limits of file size are POSIX")
@pytest.mark.parametrize("name", FILE_FORMATS)
def test_full_disk_leaves_nothing(name: str, tmp_path: Path) -> None:
    code = (
        "import resource, sys, pathlib, numpy; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "from tts.audio_files import write_file; from tts.errors import OutputError\n"
        "noise = numpy.random.default_rng(0).uniform(-1, 1, 96000).astype('f')\n"
        "try: write_file(pathlib.Path(sys.argv[1]), noise)\n"
        "except OutputError as error: print(error)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / f"a.{name}")]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.stdout == f"cannot write {tmp_path / f'a.{name}'}: File too large\n", result.stderr
    assert os.listdir(tmp_path) == []
