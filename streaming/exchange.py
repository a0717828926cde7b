"""The client's side of one utterance without any I/O: messages to send, and what the answers mean."""

import json
import time
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from codec.spec import NUM_CODEBOOKS, SAMPLE_RATE
from tts.errors import ConfigError, Overloaded, TextError, TtsError
from tts.synthesizer import Audio, Block, Floats, Word

PIECE_CHARS = 4000  # of a message
SPEECH_LOST = "the server stopped speaking"


class ServerError(TtsError):
    """A server that cannot be reached, refused, failed, or said something else than the protocol has."""


class Exchange:
    """One utterance, from its settings to its last answer.

    Attributes:
        config, end: messages to send.
        over: nothing more is to be expected of it but what `settled` waits for.
        cancelling: `cancel` was asked for; the server answers it exactly once.
        settled: the connection is ready for another one.
    """

    end = '{"type":"end"}'

    def __init__(
        self, voice: str | None, lang: str, speed: float, pitch: float, energy: float, depth: int, seed: int
    ) -> None:
        self.config = json.dumps({
            "type": "config", "voice": voice, "lang": lang, "speed": speed, "pitch": pitch, "energy": energy,
            "depth": depth, "seed": seed,
        })  # fmt: skip
        self.over = self.settled = self.cancelling = False
        self._samples = 0
        self._words: tuple[Word, ...] = ()
        self._began = time.perf_counter()
        self._first_ms = 0.0
        self._figures: dict[str, Any] = {}

    def text(self, piece: str) -> str:
        """The message that carries a piece of the text."""
        return json.dumps({"type": "text", "text": piece})

    def cancel(self) -> str:
        """The message that gives the rest up."""
        self.cancelling = True
        return '{"type":"cancel"}'

    def lost(self) -> None:
        """The connection is gone."""
        self.over = self.settled = True

    def take(self, message: str | bytes) -> Block | None:
        """What an answer brings.

        Raises:
            ConfigError: an option cannot be used.
            TextError: the text cannot be spoken.
            Overloaded: the server takes no more.
            ServerError: anything else the server complains of.
        """
        if isinstance(message, bytes):
            return self._block(message)
        fields = _object(message)
        kind = fields.get("type")
        if kind == "words":
            self._words += tuple(_word(entry) for entry in fields["words"])
        elif kind == "done":
            self._figures = fields
            self.over = True
            self.settled = not self.cancelling
        elif kind == "cancelled":
            self.over = self.settled = True
        elif kind == "error":
            self.over = True
            raise _failure(fields["code"], fields["message"])
        return None

    def skip(self, message: str | bytes) -> None:
        """Take what is on its way after `cancel`, to nobody's ears."""
        if isinstance(message, str):
            fields = _object(message)
            answered = fields.get("type") == "cancelled" or fields.get("code") == "nothing_to_cancel"
            self.over = self.settled = answered

    def audio(self, blocks: list[Block]) -> Audio:
        """All blocks as one.

        Raises:
            ServerError: it was cancelled by someone else.
        """
        if not self._figures:
            raise ServerError(SPEECH_LOST)
        samples = np.concatenate([block.samples for block in blocks])
        words = tuple(word for block in blocks for word in block.words)
        length_s, rtf = len(samples) / SAMPLE_RATE, float(self._figures["rtf"])
        timings = {"first_block_ms": self._first_ms, "synthesis_s": rtf * length_s, "audio_s": length_s, "rtf": rtf}
        return Audio(samples, SAMPLE_RATE, words, timings)

    def _block(self, data: bytes) -> Block:
        samples: Floats = np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32768)
        if self._samples == 0:
            self._first_ms = 1000 * (time.perf_counter() - self._began)
        start_s, words = self._samples / SAMPLE_RATE, self._words
        self._samples, self._words = self._samples + len(samples), ()
        return Block(samples, start_s, np.zeros((NUM_CODEBOOKS, 0), np.int16), words)


def pieces(text: str | Iterable[str]) -> Iterator[str]:
    """A text in messages' sizes, at least one."""
    some = False
    for whole in (text,) if isinstance(text, str) else text:
        for at in range(0, len(whole), PIECE_CHARS):
            some = True
            yield whole[at : at + PIECE_CHARS]
    if not some:
        yield ""


def read_ready(message: str | bytes) -> tuple[str, ...]:
    """Names of the voices in the server's first message.

    Raises:
        ServerError: it is another message.
    """
    fields = _object(message) if isinstance(message, str) else {}
    if fields.get("type") != "ready" or fields.get("sample_rate") != SAMPLE_RATE:
        raise ServerError("the server does not speak this protocol")
    return tuple(fields["voices"])


def error_of(status: int, body: bytes) -> ServerError:
    """What a server says when it does not open a websocket."""
    try:
        message = json.loads(body)["error"]["message"]
    except (ValueError, KeyError, TypeError):
        message = "it may not be a speech server"
    return ServerError(f"the server refused the connection with status {status}: {message}")


def _object(message: str) -> dict[str, Any]:
    try:
        fields = json.loads(message)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise ServerError("the server does not speak this protocol")
    return fields


def _word(entry: dict[str, Any]) -> Word:
    first, last = entry["char"]
    return Word(entry["text"], entry["start_s"], entry["end_s"], (first, last))


def _failure(code: str, message: str) -> TtsError:
    kinds: dict[str, type[TtsError]] = {
        "bad_option": ConfigError,
        "bad_text": TextError,
        "text_too_long": TextError,
        "too_many_utterances": Overloaded,
        "shutting_down": Overloaded,
    }
    return kinds[code](message) if code in kinds else ServerError(f"{message} ({code})")
