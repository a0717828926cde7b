"""The body of POST /v1/audio/speech, checked; no I/O.

As OpenAI's "create speech" has it. Differs: `voice` names one of ours, speed is 0.5 to 2, any `model` is taken,
`instructions` are ignored, there is no aac; `lang`, `pitch`, `energy`, `depth` and `seed` may be given.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from streaming.limits import Limits
from streaming.protocol import MAX_QUOTED, check_text, quote, read_options
from tts.errors import ProtocolError, TtsError
from tts.synthesizer import Options

MODEL = "streaming-tts"
FORMATS = ("mp3", "opus", "flac", "wav", "pcm")
STREAMS = ("audio", "sse")
DEFAULTS: dict[str, Any] = {"lang": "auto", "speed": 1.0, "pitch": 1.0, "energy": 1.0, "depth": 32, "seed": 0}
KNOWN = ("model", "input", "voice", "response_format", "stream_format", "instructions", *DEFAULTS)


class RequestError(TtsError):
    """A request that cannot be served; `param` is the field at fault."""

    def __init__(self, message: str, param: str | None = None, code: str | None = None, status: int = 400) -> None:
        super().__init__(message)
        self.param, self.code, self.status = param, code, status


@dataclass(frozen=True)
class SpeechRequest:
    """What is to be spoken, and how it is to be sent."""

    text: str
    options: Options
    form: str
    sse: bool


def read_request(body: bytes, voices: Sequence[str], limits: Limits) -> SpeechRequest:
    """The request that a body holds.

    Raises:
        RequestError: it cannot be served.
    """
    fields = _object(body)
    unknown = fields.keys() - set(KNOWN)
    if unknown:
        name, known = min(unknown), ", ".join(KNOWN)
        raise RequestError(f"unknown parameter {quote(name)}; known: {known}", name[:MAX_QUOTED], "unknown_parameter")
    for name in ("model", "input", "voice"):
        if fields.get(name) is None:
            raise RequestError(f"missing parameter: {name}", name, "missing_required_parameter")
    for name in ("model", "instructions"):
        if not isinstance(fields.get(name, ""), str | None):
            raise RequestError(f"{name} must be a string", name)
    return SpeechRequest(
        _text(fields["input"], limits),
        _options(fields, voices),
        _choice(fields, "response_format", FORMATS),
        _choice(fields, "stream_format", STREAMS) == "sse",
    )


def _object(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise RequestError("the body is not JSON in UTF-8", code="invalid_json") from None
    if not isinstance(fields, dict):
        raise RequestError("the body is not a JSON object", code="invalid_json")
    return fields


def _text(value: object, limits: Limits) -> str:
    try:
        check_text(value)
    except ProtocolError as error:
        raise RequestError(str(error).replace("text", "input", 1).split(":")[0], "input") from None
    assert isinstance(value, str)
    if len(value) > limits.utterance_chars:
        raise RequestError(f"input may have {limits.utterance_chars} characters", "input", "string_above_max_length")
    return value


def _options(fields: dict[str, Any], voices: Sequence[str]) -> Options:
    voice = fields["voice"]
    if isinstance(voice, dict):  # OpenAI's form for voices of one's own
        voice = voice.get("id")
    if voice is None:
        raise RequestError('voice must be a name or {"id": name}', "voice")
    given = {name: fields[name] for name in DEFAULTS if fields.get(name) is not None}
    try:
        return read_options({**DEFAULTS, **given, "voice": voice}, voices)
    except ProtocolError as error:
        message = str(error)
        param = next((name for name in ("voice", *DEFAULTS) if message.startswith((name, f"unknown {name}"))), None)
        raise RequestError(message, "lang" if "language" in message else param, "invalid_value") from None


def _choice(fields: dict[str, Any], name: str, allowed: Sequence[str]) -> str:
    value = fields.get(name)
    if value is None:
        return allowed[0]
    if value not in allowed:
        raise RequestError(f"unknown {name} {quote(value)}; available: {', '.join(allowed)}", name, "invalid_value")
    return str(value)
