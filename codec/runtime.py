"""The codec without torch: ONNX graphs whose streaming state is ordinary inputs and outputs.

A `Codec` holds weights only and can serve many streams; each stream owns a `DecoderStream` or an `EncoderStream`.
"""

import hashlib
import json
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from codec.errors import CheckpointError, CodecError
from codec.spec import CARDINALITY, FRAME_SIZE, NUM_CODEBOOKS, SAMPLE_RATE

Floats = npt.NDArray[np.float32]
Codes = npt.NDArray[np.int16]
Arrays = dict[str, npt.NDArray[Any]]

CARD_FORMAT = 1
LOUDEST = 64.0  # full scale is 1: beyond this, samples are in another unit
FIRST_WAIT = 720  # samples beyond a frame that the encoder hears before it names the frame's codes (30 ms)
NO_CODES: Codes = np.empty((NUM_CODEBOOKS, 0), np.int16)
DECODE_FRAMES = 4  # frames decoded in one go when a whole recording is there


def open_session(path: Path, threads: int = 1) -> onnxruntime.InferenceSession:
    """Open one graph.

    Raises:
        CheckpointError: the file is missing or is not a readable graph.
    """
    if not path.is_file():
        raise CheckpointError(f"weights are missing: {path}")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # weights are stored as int8 and multiplied out once at load: without this they would be in every call
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has no public base class for what a damaged file raises
        reason = (str(error).splitlines() or [type(error).__name__])[0][:120]
        raise CheckpointError(f"weights are damaged: {path} ({reason})") from error


def check_files(folder: Path, sizes: dict[str, int]) -> None:
    """Compare the sizes of weight files with the card's; contents are checked by `verify`.

    Raises:
        CheckpointError: a file is missing or has another size.
    """
    for name, size in sizes.items():
        path = folder / name
        if not path.is_file():
            raise CheckpointError(f"weights are missing: {path}")
        if path.stat().st_size != size:
            raise CheckpointError(f"weights are damaged: {path} has {path.stat().st_size} bytes, expected {size}")


def verify(folder: Path, sums: dict[str, str]) -> None:
    """Compare SHA-256 sums of weight files with the card's.

    Raises:
        CheckpointError: a file is missing or differs.
    """
    for name, expected in sums.items():
        path = folder / name
        if not path.is_file():
            raise CheckpointError(f"weights are missing: {path}")
        if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            raise CheckpointError(f"weights are damaged: {path} does not have the checksum of its card")


def read_card(path: Path, card_format: int, needed: tuple[str, ...]) -> dict[str, Any]:
    """The JSON card beside a set of weights.

    Args:
        path: of the card.
        card_format: the number this version reads.
        needed: keys it must have, besides `format` and `files`.

    Raises:
        CheckpointError: missing, not JSON, of another format or without one of its keys.
    """
    try:
        card = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise CheckpointError(f"weights are missing: {path}") from None
    except OSError as error:
        raise CheckpointError(f"weights cannot be read: {path} ({error.strerror})") from None
    except ValueError as error:
        raise CheckpointError(f"weights are damaged: {path} is not JSON ({error})") from None
    if not isinstance(card, dict):
        raise CheckpointError(f"weights are damaged: {path} holds no JSON object")
    if card.get("format") != card_format:
        raise CheckpointError(f"{path} has format {card.get('format')!r}, this version reads {card_format}")
    missing = [key for key in (*needed, "files") if key not in card]
    if missing:
        raise CheckpointError(f"weights are damaged: {path} lacks {', '.join(missing)}")
    return card


def sizes(card: dict[str, Any]) -> dict[str, int]:
    """Bytes of each file that a card lists."""
    return {name: entry["bytes"] for name, entry in card["files"].items()}


class StatefulGraph:
    """A session whose inputs named `state*` are fed from the outputs named `next_*` of the call before."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self.session = session
        self.outputs = [output.name for output in session.get_outputs()]
        self.states = [node for node in session.get_inputs() if node.name.startswith("state")]

    def start(self) -> Arrays:
        """Zero states."""
        kinds = {"tensor(float)": np.float32, "tensor(int64)": np.int64}
        return {node.name: np.zeros(node.shape, kinds[node.type]) for node in self.states}

    def step(self, inputs: Arrays, states: Arrays) -> Arrays:
        """Run once; replaces the contents of `states` by what comes after."""
        results = dict(zip(self.outputs, self.session.run(self.outputs, {**inputs, **states}), strict=True))
        for name in states:
            states[name] = results.pop("next_" + name)
        return results


@dataclass(frozen=True)
class Codebooks:
    """Entries Float[32, 2048, D] and half their squared lengths Float[32, 2048], stored as int8 and a step a level."""

    entries: Floats
    norms: Floats

    @classmethod
    def load(cls, path: Path) -> "Codebooks":
        """Read an .npz with `entries` Int8[32, 2048, D] and `steps` Float[32].

        Raises:
            CheckpointError: missing, damaged or of another shape.
        """
        try:
            with np.load(path) as file:
                entries, steps = file["entries"], file["steps"]
        except FileNotFoundError:
            raise CheckpointError(f"weights are missing: {path}") from None
        except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise CheckpointError(f"weights are damaged: {path} ({error})") from error
        if entries.shape[:2] != (NUM_CODEBOOKS, CARDINALITY) or entries.ndim != 3 or entries.dtype != np.int8:
            found = f"{entries.dtype} {list(entries.shape)}"
            raise CheckpointError(f"codebooks of {path}: expected int8 [32, 2048, D], found {found}")
        if steps.shape != (NUM_CODEBOOKS,):
            raise CheckpointError(f"codebooks of {path}: expected 32 steps, found {list(steps.shape)}")
        values = entries.astype(np.float32) * steps.astype(np.float32)[:, None, None]
        return cls(values, 0.5 * np.square(values).sum(2))

    def latents(self, codes: npt.NDArray[np.integer[Any]], depth: int = NUM_CODEBOOKS) -> Floats:
        """Sum of the entries of the first `depth` levels: codes [K, T] → Float[T, D].

        Raises:
            CodecError: not whole numbers, wrong number of levels, or entries out of range.
        """
        codes = np.asarray(codes)
        if not np.issubdtype(codes.dtype, np.integer):
            raise CodecError(f"codes must be whole numbers, found {codes.dtype}")
        if codes.ndim != 2 or not 1 <= codes.shape[0] <= NUM_CODEBOOKS:
            raise CodecError(f"codes must be [levels 1..32, frames], found {list(codes.shape)}")
        if isinstance(depth, bool) or not isinstance(depth, (int, np.integer)) or not 1 <= depth <= NUM_CODEBOOKS:
            raise CodecError(f"depth must be a whole number from 1 to 32, found {depth!r}")
        if codes.size and (codes.min() < 0 or codes.max() >= CARDINALITY):
            raise CodecError(f"codes must be 0..2047, found {codes.min()}..{codes.max()}")
        total = np.zeros((codes.shape[1], self.entries.shape[2]), np.float32)
        for level in range(min(depth, codes.shape[0])):  # one after another: the same sum for every block size
            total += self.entries[level][codes[level]]
        return total

    def encode(self, latents: Floats) -> Codes:
        """Nearest entries, level by level: Float[T, D] → [32, T]."""
        residual, codes = latents.copy(), np.empty((NUM_CODEBOOKS, len(latents)), np.int16)
        for level in range(NUM_CODEBOOKS):
            index = (residual @ self.entries[level].T - self.norms[level]).argmax(1)
            residual -= self.entries[level][index]
            codes[level] = index
        return codes


class Codec:
    """An embedded codec: geometry of Mimi, weights of its own."""

    sample_rate = SAMPLE_RATE
    frame_size = FRAME_SIZE
    frame_rate = SAMPLE_RATE / FRAME_SIZE
    num_codebooks = NUM_CODEBOOKS
    cardinality = CARDINALITY

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self.folder, self.threads = folder, threads
        self.card = read_card(folder / "codec.json", CARD_FORMAT, ("name", "silence"))
        check_files(folder, sizes(self.card))
        self.codebooks = Codebooks.load(folder / "codebooks.npz")
        self.decoder = StatefulGraph(open_session(folder / "decoder.onnx", threads))
        self._encoder: StatefulGraph | None = None

    @property
    def encoder(self) -> StatefulGraph:
        """The encoder's graph, opened when first asked for: speaking never needs it."""
        if self._encoder is None:
            self._encoder = StatefulGraph(open_session(self.folder / "encoder.onnx", self.threads))
        return self._encoder

    def decode(self, codes: npt.NDArray[np.integer[Any]], depth: int = NUM_CODEBOOKS) -> Floats:
        """Wave of a whole recording: codes [K, T] → Float[T * 1920].

        Raises:
            CodecError: not whole numbers, wrong number of levels, or entries out of range.
        """
        latents, stream = self.codebooks.latents(codes, depth), DecoderStream(self)
        blocks = [stream.step(latents[i : i + DECODE_FRAMES]) for i in range(0, len(latents), DECODE_FRAMES)]
        return np.concatenate([np.zeros(0, np.float32), *blocks])

    def encode(self, samples: Floats) -> Codes:
        """Codes of a whole recording: Float[S] at 24 kHz → [32, ceil(S / 1920)].

        Raises:
            CodecError: not one channel, empty, not floating point, or samples that are not finite.
        """
        if not np.size(samples):
            raise CodecError("there is no audio to encode: 0 samples")
        stream = EncoderStream(self)
        return np.concatenate([stream.step(samples), stream.flush()], 1)


class DecoderStream:
    """Decoding of one stream, frame by frame or in runs."""

    def __init__(self, codec: Codec) -> None:
        self.codec = codec
        self.states = codec.decoder.start()

    def step(self, latents: Floats) -> Floats:
        """latents Float[T, D] → Float[T * 1920]."""
        if not len(latents):
            return np.zeros(0, np.float32)
        wave: Floats = self.codec.decoder.step({"latent": latents[None]}, self.states)["wave"][0]
        return wave


class EncoderStream:
    """Encoding of one stream from pieces of any length."""

    def __init__(self, codec: Codec) -> None:
        self.codec = codec
        self.states = codec.encoder.start()
        self.waiting: list[Floats] = []
        self.total, self.coded = 0, 0
        self.primed = self.ended = False

    def step(self, samples: Floats) -> Codes:
        """Codes of the frames that have become complete, [32, 0..].

        Args:
            samples: Float[S], any length; full scale is -1 to 1.

        Raises:
            CodecError: not one channel, not floating point, not finite, far beyond full scale, or after `flush`.
        """
        if self.ended:
            raise CodecError("the stream was flushed: start another EncoderStream for more audio")
        samples = checked(samples)
        self.total += len(samples)
        return self._consume(samples)

    def flush(self) -> Codes:
        """Codes of what is left, padded with silence to whole frames; ends the stream."""
        frames = -(-self.total // FRAME_SIZE)
        missing = frames * FRAME_SIZE + FIRST_WAIT - self.total
        self.ended = True
        return self._consume(np.zeros(missing, np.float32)) if frames > self.coded else NO_CODES

    def _consume(self, samples: Floats) -> Codes:
        self.waiting.append(samples)
        joined = np.concatenate(self.waiting)
        if not self.primed and len(joined) >= FIRST_WAIT:
            history = self.states["state0"]  # the look-ahead of frame 0 is the encoder's past when it starts
            self.states["state0"] = np.concatenate([history, joined[None, :FIRST_WAIT]], 1)[:, -history.shape[1] :]
            joined, self.primed = joined[FIRST_WAIT:], True
        codes = []
        if self.primed:
            whole = len(joined) // FRAME_SIZE
            for i in range(whole):
                piece = joined[i * FRAME_SIZE : (i + 1) * FRAME_SIZE]
                latent = self.codec.encoder.step({"wav": piece[None]}, self.states)["latent"][0]
                codes.append(self.codec.codebooks.encode(latent))
            joined = joined[whole * FRAME_SIZE :]
        self.waiting, self.coded = [joined], self.coded + len(codes)
        return np.concatenate(codes, 1) if codes else NO_CODES


def checked(samples: Floats) -> Floats:
    """Samples the encoder can take.

    Raises:
        CodecError: not one channel, not floating point, not finite, or far beyond full scale.
    """
    samples = np.asarray(samples)
    if samples.ndim != 1:
        raise CodecError(f"audio must be one channel [S], found shape {list(samples.shape)}")
    if not np.issubdtype(samples.dtype, np.floating):
        raise CodecError(f"audio must be floating point with full scale -1 to 1, found {samples.dtype}")
    if not np.isfinite(samples).all():
        raise CodecError("audio holds samples that are not finite")
    if samples.size and np.abs(samples).max() > LOUDEST:
        raise CodecError(f"audio must lie within -1 to 1, found samples of {np.abs(samples).max():.3g}")
    return samples.astype(np.float32, copy=False)

