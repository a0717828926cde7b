"""The websocket protocol without any I/O: what a message means, when it is allowed, and how answers look.

A connection has two states, given by the text that is coming in; utterances that have ended are spoken meanwhile:

    idle   no utterance is open          config, text (opens one), cancel
    open   text of an utterance comes    text, flush, end (→ idle), cancel (→ idle)
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from codec.spec import FRAME_SIZE, SAMPLE_RATE
from streaming.limits import Limits
from tts.errors import ConfigError, ProtocolError
from tts.synthesizer import Options, Word

State = Literal["idle", "open"]
Format = Literal["pcm", "codes"]

FORMATS: tuple[Format, ...] = ("pcm", "codes")
ALLOWED: dict[State, tuple[str, ...]] = {
    "idle": ("config", "text", "cancel"),
    "open": ("text", "flush", "end", "cancel"),
}
FIELDS: dict[str, tuple[str, ...]] = {
    "config": ("voice", "lang", "speed", "pitch", "energy", "depth", "seed", "format"),
    "text": ("text",),
    "flush": (),
    "end": (),
    "cancel": (),
}
ERRORS = {
    "not_text": "a binary message",
    "bad_json": "not a JSON object",
    "unknown_type": "a type that is none of the client's",
    "bad_field": "a field is missing, unknown or of the wrong kind",
    "bad_option": "a value of config that cannot be used; the settings before stay",
    "wrong_state": "a message that is not allowed now",
    "text_too_long": "more text than an utterance may have; this piece is not spoken",
    "too_many_utterances": "more utterances wait than may; this text is not spoken",
    "nothing_to_cancel": "no utterance is under way, perhaps because the last one has just ended",
    "bad_text": "the utterance cannot be spoken; it is over",
    "internal": "the server failed; the utterance is over",
    "too_many_errors": "the connection is closed",
    "idle_timeout": "the connection is closed",
    "utterance_timeout": "the utterance took too long; the connection is closed",
    "shutting_down": "the server takes no new utterance",
}
MAX_QUOTED = 200  # characters of a client's mistake that are quoted back
DEFAULTS: dict[str, Any] = {
    "voice": None, "lang": "auto", "speed": 1.0, "pitch": 1.0, "energy": 1.0, "depth": 32, "seed": 0, "format": "pcm",
}  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """How an utterance is to be spoken and sent."""

    options: Options
    format: Format = "pcm"


@dataclass(frozen=True)
class Begin:
    """An utterance is open; its first text follows."""

    utterance: int
    settings: Settings


@dataclass(frozen=True)
class Append:
    """More text of the open utterance."""

    utterance: int
    text: str


@dataclass(frozen=True)
class Flush:
    """What the utterance has is to be spoken now."""

    utterance: int


@dataclass(frozen=True)
class End:
    """The utterance has all its text."""

    utterance: int


@dataclass(frozen=True)
class Cancel:
    """These utterances are to be stopped; each is to be answered with `cancelled`."""

    utterances: tuple[int, ...]


Command = Begin | Append | Flush | End | Cancel


@dataclass
class Connection:
    """The state of one connection: takes messages, says what they ask for.

    Attributes:
        voices: names, the default first.
        limits: of the server.
        pending: utterances that were begun and are not over, in order.
        closing: no new utterance is taken.
    """

    voices: Sequence[str]
    limits: Limits = field(default_factory=Limits)
    pending: list[int] = field(default_factory=list)
    closing: bool = False

    def __post_init__(self) -> None:
        self.settings = read_settings({}, self.voices)
        self._open: int | None = None
        self._chars = self._count = 0

    @property
    def state(self) -> State:
        """Which messages are allowed: see ALLOWED."""
        return "idle" if self._open is None else "open"

    def receive(self, message: str | bytes) -> list[Command]:
        """What a message asks for.

        Raises:
            ProtocolError: it cannot be accepted; the state is as before.
        """
        fields = read_message(message)
        kind = fields.pop("type")
        if kind not in ALLOWED[self.state]:
            allowed = ", ".join(ALLOWED[self.state])
            where = "no utterance is open" if self.state == "idle" else f"utterance {self._open} is open"
            raise ProtocolError("wrong_state", f"{kind} is not allowed while {where}; allowed: {allowed}")
        if kind == "config":
            self.settings = read_settings(fields, self.voices)
            return []
        if kind == "text":
            return self._text(fields["text"])
        if kind == "cancel":
            return self._cancel()
        number = self._open
        assert number is not None
        if kind == "end":
            self._open = None
        if number not in self.pending:  # it failed meanwhile: what was on its way is let pass
            return []
        return [End(number) if kind == "end" else Flush(number)]

    def finish(self, utterance: int) -> None:
        """Says that an utterance was spoken, failed or was given up."""
        self.pending.remove(utterance)

    def _text(self, text: str) -> list[Command]:
        before = self._chars if self._open is not None else 0
        if before + len(text) > self.limits.utterance_chars:
            raise ProtocolError("text_too_long", f"an utterance may have {self.limits.utterance_chars} characters")
        if self._open is not None:
            self._chars += len(text)
            return [Append(self._open, text)] if self._open in self.pending else []
        if self.closing:
            raise ProtocolError("shutting_down", "the server is shutting down and takes no new utterance")
        if len(self.pending) >= self.limits.queued_utterances:
            raise ProtocolError(
                "too_many_utterances", f"{len(self.pending)} utterances wait; wait for `done` of one of them, or cancel"
            )
        self._count += 1
        self._open, self._chars = self._count, len(text)
        self.pending.append(self._count)
        return [Begin(self._count, self.settings), Append(self._count, text)]

    def _cancel(self) -> list[Command]:
        numbers = tuple(self.pending)
        if self._open is not None and self._open not in numbers:
            numbers += (self._open,)
        if not numbers:
            raise ProtocolError("nothing_to_cancel", "no utterance is under way")
        self._open, self.pending = None, []
        return [Cancel(numbers)]


def read_message(message: str | bytes) -> dict[str, Any]:
    """The fields of a message, `type` included, each of the right kind but for those of config.

    Raises:
        ProtocolError: it is none of the client's messages.
    """
    if not isinstance(message, str):
        raise ProtocolError("not_text", "messages are JSON in text frames; a binary frame came")
    try:
        fields = json.loads(message)
    except (ValueError, RecursionError):
        raise ProtocolError("bad_json", "the message is not JSON") from None
    if not isinstance(fields, dict):
        raise ProtocolError("bad_json", 'the message is not a JSON object; expected {"type": …}')
    kind = fields.get("type")
    if not isinstance(kind, str) or kind not in FIELDS:
        raise ProtocolError("unknown_type", f"unknown type {quote(kind)}; known: {', '.join(FIELDS)}")
    unknown = fields.keys() - {"type", *FIELDS[kind]}
    if unknown:
        known = ", ".join(FIELDS[kind]) or "no other"
        raise ProtocolError("bad_field", f"unknown field {quote(min(unknown))} of {kind}; known: {known}")
    if kind == "text":
        check_text(fields.get("text"))
    return fields


def check_text(text: object) -> None:
    """Checks that a value is a text that can be encoded.

    Raises:
        ProtocolError: it is not.
    """
    if not isinstance(text, str):
        raise ProtocolError("bad_field", 'text must have a string: {"type": "text", "text": "…"}')
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ProtocolError("bad_field", "text holds half of a surrogate pair; cut pieces between characters")


def read_settings(fields: dict[str, Any], voices: Sequence[str]) -> Settings:
    """Settings of a config message; what it leaves out has its default.

    Raises:
        ProtocolError: a value cannot be used.
    """
    values = {**DEFAULTS, **fields}
    form = values.pop("format")
    if form not in FORMATS:
        raise ProtocolError("bad_option", f"unknown format {quote(form)}; available: {', '.join(FORMATS)}")
    return Settings(read_options(values, voices), form)


def read_options(values: dict[str, Any], voices: Sequence[str]) -> Options:
    """Options of an utterance from untrusted values; a voice of None is the first.

    Raises:
        ProtocolError: a value cannot be used.
    """
    voice = voices[0] if values["voice"] is None else values["voice"]
    if voice not in voices:
        raise ProtocolError("bad_option", f"unknown voice {quote(voice)}; available: {', '.join(voices)}")
    try:
        return Options(**{**values, "voice": voice})
    except ConfigError as error:
        raise ProtocolError("bad_option", str(error)[: 2 * MAX_QUOTED]) from None
    except (OverflowError, TypeError):  # an integer beyond floats, a list where a name is looked up
        raise ProtocolError("bad_option", "a value is of the wrong kind or beyond all bounds") from None


def quote(value: object) -> str:
    """A client's value for an error message: printable and short."""
    text = ascii(value) if isinstance(value, (str, int, float, type(None))) else f"a {type(value).__name__}"
    return text if len(text) <= MAX_QUOTED else text[:MAX_QUOTED] + "…"


def ready(voices: Sequence[str]) -> str:
    """Sent first."""
    return _dump(type="ready", sample_rate=SAMPLE_RATE, frame_size=FRAME_SIZE, voices=list(voices))


def start(utterance: int) -> str:
    """Audio up to `done`, `cancelled` or an error of this utterance belongs to it."""
    return _dump(type="start", utterance=utterance)


def word_list(words: Sequence[Word]) -> str:
    """Words heard in audio that follows; `char` counts in the text of the utterance, its pieces joined."""
    listed = [word_fields(word) for word in words]
    return _dump(type="words", words=listed)


def word_fields(word: Word) -> dict[str, Any]:
    """A word as JSON has it."""
    start_s, end_s = round(word.start_s, 3), round(word.end_s, 3)
    return {"text": word.text, "start_s": start_s, "end_s": end_s, "char": list(word.char)}


def done(utterance: int, audio_s: float, first_audio_ms: float, rtf: float) -> str:
    """The utterance was sent to its end."""
    figures = {"audio_s": round(audio_s, 3), "first_audio_ms": round(first_audio_ms, 2), "rtf": round(rtf, 4)}
    return _dump(type="done", utterance=utterance, **figures)


def cancelled(utterance: int) -> str:
    """Nothing of the utterance follows."""
    return _dump(type="cancelled", utterance=utterance)


def error(code: str, message: str, utterance: int | None = None) -> str:
    """Something went wrong; with `utterance` this one is over.

    Args:
        code: one of ERRORS.
        message: for people.
        utterance: the one that ends with this.
    """
    assert code in ERRORS, code
    about = {} if utterance is None else {"utterance": utterance}
    return _dump(type="error", code=code, message=message, **about)


def _dump(**fields: Any) -> str:
    return json.dumps(fields, separators=(",", ":"))
