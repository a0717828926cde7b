"""Bodies of speech requests, without any I/O."""

import json
from typing import Any

import pytest

from streaming.limits import Limits
from streaming.speech_request import RequestError, read_request

VOICES = ("heart", "dora")
LEAST = {"model": "tts-1", "input": "Hello.", "voice": "dora"}


def read(**fields: Any) -> Any:
    return read_request(json.dumps({**LEAST, **fields}).encode(), VOICES, Limits(utterance_chars=10))


def test_defaults_are_those_of_openai() -> None:
    wanted = read()
    assert (wanted.text, wanted.form, wanted.sse) == ("Hello.", "mp3", False)
    assert (wanted.options.voice, wanted.options.lang, wanted.options.speed) == ("dora", "auto", 1.0)
    assert read(response_format=None, stream_format=None, speed=None, instructions=None) == wanted


def test_everything() -> None:
    wanted = read(
        voice={"id": "heart"}, response_format="opus", stream_format="sse", instructions="Whisper.", lang="ms", speed=2,
        pitch=0.5, energy=4, depth=8, seed=3,
    )  # fmt: skip
    assert (wanted.form, wanted.sse) == ("opus", True)
    options = wanted.options
    assert (options.voice, options.lang, options.speed, options.pitch) == ("heart", "ms", 2, 0.5)
    assert (options.energy, options.depth, options.seed) == (4, 8, 3)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff{}", b"[" * 100_000, b'{"input":' + b"9" * 5000 + b"}"]
)
def test_what_is_not_an_object(body: bytes) -> None:
    with pytest.raises(RequestError) as caught:
        read_request(body, VOICES, Limits())
    assert (caught.value.code, caught.value.status) == ("invalid_json", 400)


@pytest.mark.parametrize("fields, param, message", [
    ({"model": None}, "model", "missing parameter: model"),
    ({"input": None}, "input", "missing parameter: input"),
    ({"voice": None}, "voice", "missing parameter: voice"),
    ({"model": 7}, "model", "model must be a string"),
    ({"instructions": ["x"]}, "instructions", "instructions must be a string"),
    ({"input": 7}, "input", "input must have a string"),
    ({"input": "\ud83d"}, "input", "input holds half of a surrogate pair"),
    ({"input": "x" * 11}, "input", "input may have 10 characters"),
    ({"voice": "alloy"}, "voice", "unknown voice 'alloy'; available: heart, dora"),
    ({"voice": ["heart"]}, "voice", "unknown voice a list"),
    ({"voice": {}}, "voice", "voice must be a name"),
    ({"speed": 4.0}, "speed", "speed must be a number from 0.5 to 2.0, not 4.0"),
    ({"speed": "1"}, "speed", "speed must be a number"),
    ({"speed": 10**400}, "speed", "speed must be a number"),
    ({"lang": "fr"}, "lang", "unknown language 'fr'"),
    ({"depth": 0}, "depth", "depth must be"),
    ({"response_format": "aac"}, "response_format", "unknown response_format 'aac'; available: mp3, opus"),
    ({"stream_format": ["sse"]}, "stream_format", "unknown stream_format a list"),
    ({"speeed": 2}, "speeed", "unknown parameter 'speeed'; known: model, input"),
])  # fmt: skip
def test_mistakes(fields: dict[str, Any], param: str | None, message: str) -> None:
    with pytest.raises(RequestError) as caught:
        read(**fields)
    assert caught.value.status == 400 and caught.value.param == param
    assert message in str(caught.value) and "\n" not in str(caught.value)
