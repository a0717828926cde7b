"""The codec without torch: a stream is the whole, and what cannot be coded or loaded ends in one clear error."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from codec.errors import CheckpointError, CodecError
from codec.runtime import Codebooks, Codec, DecoderStream, EncoderStream, verify
from codec.spec import CARDINALITY, FRAME_SIZE, NUM_CODEBOOKS, SAMPLE_RATE
from tts.config import data_dir

FOLDER = data_dir() / "codec" / "embedded"
Floats = npt.NDArray[np.float32]


def sound(samples: int, seed: int = 0) -> Floats:
    """Gliding harmonics and a little noise: something for every level."""
    time, random = np.arange(samples) / SAMPLE_RATE, np.random.default_rng(seed)
    phase = 2 * np.pi * np.cumsum(110 + 60 * seed + 40 * np.sin(3 * time)) / SAMPLE_RATE
    voice = sum(np.sin(k * phase) / k for k in range(1, 12))
    return (0.1 * voice * np.sin(7 * time) ** 2 + 0.005 * random.standard_normal(samples)).astype(np.float32)


def random_codes(frames: int, seed: int = 0) -> npt.NDArray[np.int16]:
    return np.random.default_rng(seed).integers(0, CARDINALITY, (NUM_CODEBOOKS, frames), dtype=np.int16)


@pytest.fixture(scope="module")
def spoken(embedded: Codec) -> npt.NDArray[np.int16]:
    """Codes of 12 frames of sound."""
    return embedded.encode(sound(12 * FRAME_SIZE))


@pytest.mark.parametrize("sizes", [(7,), (1920,), (1919,), (5000, 1, 333), (100_000,)])
def test_encoding_in_pieces_is_encoding_the_whole(embedded: Codec, sizes: tuple[int, ...]) -> None:
    wave = sound(5 * FRAME_SIZE + 123)
    whole = embedded.encode(wave)
    stream, found, first, step = EncoderStream(embedded), [], 0, 0
    while first < len(wave):
        size = sizes[step % len(sizes)]
        found.append(stream.step(wave[first : first + size]))
        first, step = first + size, step + 1
    found.append(stream.flush())
    assert whole.shape == (NUM_CODEBOOKS, 6)
    assert np.array_equal(np.concatenate(found, 1), whole)
    assert not np.array_equal(embedded.encode(wave * 3), whole)


def test_single_samples_are_pieces_too(embedded: Codec) -> None:
    wave = sound(FRAME_SIZE + 800)
    stream = EncoderStream(embedded)
    found = [stream.step(wave[i : i + 1]) for i in range(len(wave))]
    assert np.array_equal(np.concatenate([*found, stream.flush()], 1), embedded.encode(wave))


def test_codes_leave_as_soon_as_the_lookahead_is_there(embedded: Codec) -> None:
    stream = EncoderStream(embedded)
    assert stream.step(sound(FRAME_SIZE + 719)).shape == (NUM_CODEBOOKS, 0)
    assert stream.step(np.zeros(1, np.float32)).shape == (NUM_CODEBOOKS, 1)


def test_flush_ends_a_stream(embedded: Codec) -> None:
    stream = EncoderStream(embedded)
    stream.step(sound(100))
    assert stream.flush().shape == (NUM_CODEBOOKS, 1)
    assert stream.flush().shape == (NUM_CODEBOOKS, 0)
    with pytest.raises(CodecError, match="another EncoderStream"):
        stream.step(sound(100))
    assert EncoderStream(embedded).flush().shape == (NUM_CODEBOOKS, 0)


@pytest.mark.parametrize("size", [1, 2, 5, 12])
def test_decoding_in_blocks_is_decoding_the_whole(embedded: Codec, spoken: npt.NDArray[np.int16], size: int) -> None:
    whole = embedded.decode(spoken)
    stream, latents = DecoderStream(embedded), embedded.codebooks.latents(spoken)
    wave = np.concatenate([stream.step(latents[i : i + size]) for i in range(0, len(latents), size)])
    assert whole.shape == (12 * FRAME_SIZE,)
    # products of other sizes round differently, and high harmonics multiply what the phase loses
    assert np.abs(wave - whole).max() < 2e-3
    assert np.abs(embedded.decode(spoken[:, ::-1]) - whole).max() > 0.02


def test_interleaved_streams_do_not_meet(embedded: Codec) -> None:
    waves = [sound(4 * FRAME_SIZE, seed) for seed in (0, 1)]
    alone = [embedded.encode(wave) for wave in waves]
    encoders = [EncoderStream(embedded) for _ in waves]
    found: list[list[npt.NDArray[np.int16]]] = [[], []]
    for i in range(0, len(waves[0]), 1000):
        for k in (0, 1):
            found[k].append(encoders[k].step(waves[k][i : i + 1000]))
    for k in (0, 1):
        found[k].append(encoders[k].flush())
        assert np.array_equal(np.concatenate(found[k], 1), alone[k])
    assert not np.array_equal(alone[0], alone[1])

    latents = [embedded.codebooks.latents(codes) for codes in alone]
    single = []
    for x in latents:
        stream = DecoderStream(embedded)
        single.append(np.concatenate([stream.step(x[:2]), stream.step(x[2:])]))
    decoders = [DecoderStream(embedded), DecoderStream(embedded)]
    parts = [decoders[k].step(latents[k][half]) for half in (slice(0, 2), slice(2, None)) for k in (0, 1)]
    assert np.array_equal(np.concatenate(parts[0::2]), single[0])
    assert np.array_equal(np.concatenate(parts[1::2]), single[1])


def test_a_decoded_sound_resembles_its_original(embedded: Codec) -> None:
    wave = sound(12 * FRAME_SIZE)
    made = embedded.decode(embedded.encode(wave))
    loud = [np.abs(x.reshape(-1, 480)).mean(1) for x in (wave, made)]
    assert np.corrcoef(*loud)[0, 1] > 0.5


@pytest.mark.parametrize(
    ("name", "wave"),
    [
        ("one sample", np.array([0.3], np.float32)),
        ("silence", np.zeros(3 * FRAME_SIZE, np.float32)),
        ("clipping", np.sign(np.sin(np.arange(2 * FRAME_SIZE) / 9)).astype(np.float32)),
        ("double precision", np.sin(np.arange(FRAME_SIZE) / 30)),
    ],
)
def test_edge_sounds_go_through(embedded: Codec, name: str, wave: Floats) -> None:
    codes = embedded.encode(wave)
    made = embedded.decode(codes)
    assert codes.shape == (NUM_CODEBOOKS, -(-len(wave) // FRAME_SIZE)), name
    assert made.shape == (codes.shape[1] * FRAME_SIZE,)
    assert np.isfinite(made).all()
    if name == "silence":
        assert np.abs(made[FRAME_SIZE:]).max() < 0.02


def test_silence_of_the_card_is_silent(embedded: Codec) -> None:
    codes = np.repeat(np.array(embedded.card["silence"], np.int16)[:, None], 6, 1)
    assert np.abs(embedded.decode(codes)[2 * FRAME_SIZE :]).max() < 0.01


@pytest.mark.parametrize(
    ("wave", "message"),
    [
        (np.zeros((2, 100), np.float32), r"one channel \[S\], found shape \[2, 100\]"),
        (np.zeros((100, 2), np.float32), "one channel"),
        (np.float32(0.5), "one channel"),
        (np.zeros(100, np.int16), "floating point .* found int16"),
        (np.array(["a", "b"]), "floating point"),
        (np.array([0.0, np.nan], np.float32), "not finite"),
        (np.array([0.0, np.inf]), "not finite"),
        (np.array([0.0, 32_000.0]), "within -1 to 1, found samples of 3.2e"),
        (np.zeros(0, np.float32), "no audio"),
    ],
)
def test_sounds_that_cannot_be_coded(embedded: Codec, wave: Floats, message: str) -> None:
    with pytest.raises(CodecError, match=message):
        embedded.encode(wave)


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        (np.zeros((33, 4), np.int16), r"levels 1\.\.32, frames\], found \[33, 4\]"),
        (np.zeros((0, 4), np.int16), "levels"),
        (np.zeros(32, np.int16), "levels"),
        (np.zeros((1, 32, 4), np.int16), "levels"),
        (np.full((32, 1), 2048, np.int16), r"0\.\.2047, found 2048\.\.2048"),
        (np.full((32, 1), -1, np.int16), r"found -1\.\.-1"),
        (np.zeros((32, 4), np.float32), "whole numbers, found float32"),
        (np.zeros((32, 4), bool), "whole numbers"),
    ],
)
def test_codes_that_cannot_be_decoded(embedded: Codec, codes: npt.NDArray[np.int16], message: str) -> None:
    with pytest.raises(CodecError, match=message):
        embedded.decode(codes)


@pytest.mark.parametrize("depth", [0, 33, -1, True, 2.0, None])
def test_depth_out_of_range(embedded: Codec, depth: int) -> None:
    with pytest.raises(CodecError, match="depth must be a whole number from 1 to 32"):
        embedded.decode(random_codes(1), depth)


def test_depth_is_that_many_levels(embedded: Codec) -> None:
    codes, books = random_codes(3), embedded.codebooks
    for depth in (1, 8, 32):
        wanted = sum(books.entries[k][codes[k]] for k in range(depth))
        assert books.latents(codes, depth) == pytest.approx(wanted, abs=1e-5)
        assert np.array_equal(books.latents(codes[:depth]), books.latents(codes, depth))
    assert embedded.decode(codes[:, :0]).shape == (0,)
    assert DecoderStream(embedded).step(books.latents(codes[:, :0])).shape == (0,)


def test_codebooks_name_the_nearest_entry_of_each_residual(embedded: Codec) -> None:
    books = embedded.codebooks
    latents = books.latents(random_codes(4))
    codes = books.encode(latents)
    residual = latents.copy()
    for level in range(NUM_CODEBOOKS):
        gaps = np.square(residual[:, None] - books.entries[level][None]).sum(2)
        chosen = gaps[np.arange(4), codes[level]]
        assert (chosen <= gaps.min(1) * (1 + 1e-4) + 1e-4).all()
        residual -= books.entries[level][codes[level]]


Change = Callable[[Path], object]


def cut(name: str) -> Change:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:-100])


def spoil(name: str) -> Change:
    """Other bytes of the same length."""
    return lambda folder: (folder / name).write_bytes(bytes(reversed((folder / name).read_bytes())))


def edit(key: str, value: object) -> Change:
    def change(folder: Path) -> None:
        card = json.loads((folder / "codec.json").read_text("utf-8"))
        card = {k: v for k, v in card.items() if k != key} if value is None else {**card, key: value}
        (folder / "codec.json").write_text(json.dumps(card), "utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda folder: (folder / "codec.json").unlink(), "missing: .*codec.json"),
        (lambda folder: (folder / "codec.json").write_text("{"), "codec.json is not JSON"),
        (lambda folder: (folder / "codec.json").write_text("[]"), "codec.json holds no JSON object"),
        (lambda folder: (folder / "codec.json").write_bytes(b"\xff\xfe"), "codec.json is not JSON"),
        (edit("format", 2), "codec.json has format 2, this version reads 1"),
        (edit("silence", None), "codec.json lacks silence"),
        (edit("files", None), "codec.json lacks files"),
        (lambda folder: (folder / "decoder.onnx").unlink(), "missing: .*decoder.onnx"),
        (lambda folder: (folder / "codebooks.npz").unlink(), "missing: .*codebooks.npz"),
        (cut("decoder.onnx"), r"damaged: .*decoder.onnx has \d+ bytes, expected \d+"),
        (cut("encoder.onnx"), "damaged: .*encoder.onnx has"),
        (cut("codebooks.npz"), "damaged: .*codebooks.npz has"),
        (spoil("decoder.onnx"), "damaged: .*decoder.onnx"),
        (spoil("codebooks.npz"), "damaged: .*codebooks.npz"),
    ],
)
def test_damaged_weights_are_named(tmp_path: Path, change: Change, message: str) -> None:
    folder = tmp_path / "codec"
    shutil.copytree(FOLDER, folder)
    change(folder)
    with pytest.raises(CheckpointError, match=message):
        Codec(folder)


def test_a_damaged_encoder_is_named_when_it_is_first_needed(tmp_path: Path) -> None:
    folder = tmp_path / "codec"
    shutil.copytree(FOLDER, folder)
    spoil("encoder.onnx")(folder)
    codec = Codec(folder)  # speaking does not need it
    with pytest.raises(CheckpointError, match="damaged: .*encoder.onnx"):
        codec.encode(sound(100))


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"entries": np.zeros((32, 2048, 4), np.float32), "steps": np.ones(32)}, "expected int8"),
        ({"entries": np.zeros((8, 2048, 4), np.int8), "steps": np.ones(8)}, r"found int8 \[8, 2048, 4\]"),
        ({"entries": np.zeros((32, 2048), np.int8), "steps": np.ones(32)}, "expected int8"),
        ({"entries": np.zeros((32, 2048, 4), np.int8), "steps": np.ones(31)}, r"expected 32 steps, found \[31\]"),
        ({"entries": np.zeros((32, 2048, 4), np.int8)}, "steps"),
    ],
)
def test_codebooks_of_another_shape(tmp_path: Path, arrays: dict[str, npt.NDArray[np.int8]], message: str) -> None:
    np.savez(tmp_path / "books.npz", **arrays)
    with pytest.raises(CheckpointError, match=message):
        Codebooks.load(tmp_path / "books.npz")


def test_verify_compares_contents(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    sums = {"a": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}  # of "abc", FIPS 180-2, B.1
    verify(tmp_path, sums)
    (tmp_path / "a").write_bytes(b"abd")
    with pytest.raises(CheckpointError, match="a does not have the checksum"):
        verify(tmp_path, sums)
    with pytest.raises(CheckpointError, match="missing: .*b"):
        verify(tmp_path, {"b": ""})
