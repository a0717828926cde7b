"""The HTTP side: real sockets, the real model."""

import base64
import contextlib
import http.client
import io
import json
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import soundfile

TEXT = "Good morning. Apa khabar?"
LONG = "This sentence is spoken again and again, until somebody says that it is enough. " * 200
LONG_S = 30.0
SPEECH = "/v1/audio/speech"
Serving = Callable[..., contextlib.AbstractContextManager[Any]]
Solo = Callable[..., bytes]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(live: Any, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> Answer:
    connection = http.client.HTTPConnection(live.host, live.port, timeout=LONG_S)
    try:
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        connection.request(method, path, data, headers or {})
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, found, response.read())
    finally:
        connection.close()


def request(**fields: Any) -> dict[str, Any]:
    return {"model": "streaming-tts", "input": TEXT, "voice": "heart", **fields}


def samples_of(data: bytes, form: str, count: int) -> Any:
    """What a player makes of a stream, 16-bit."""
    if form == "pcm":
        return np.frombuffer(data, "<i2")
    if form == "flac":  # libsndfile, unlike players, wants the count of samples
        data = data[:22] + struct.pack(">I", count) + data[26:]
    with soundfile.SoundFile(io.BytesIO(data)) as file:
        assert file.samplerate == 24_000 and file.channels == 1
        pieces = []
        while len(piece := file.read(5000, dtype="int16")):
            pieces.append(piece)
    return np.concatenate(pieces)


@pytest.mark.parametrize("form, media", [
    ("wav", "audio/wav"), ("pcm", "audio/pcm"), ("flac", "audio/flac"), ("opus", "audio/ogg"), ("mp3", "audio/mpeg"),
])  # fmt: skip
def test_speech_in_each_format(live: Any, solo: Solo, form: str, media: str) -> None:
    answer = ask(live, "POST", SPEECH, request(response_format=form))
    assert (answer.status, answer.headers["content-type"]) == (200, media)
    assert answer.headers["transfer-encoding"] == "chunked" and answer.headers["cache-control"] == "no-store"
    whole = np.frombuffer(solo(TEXT), "<i2")
    found = samples_of(answer.body, form, len(whole))
    if form in ("wav", "pcm", "flac"):
        assert np.array_equal(found, whole)
    else:
        assert 0 <= len(found) - len(whole) < 2 * 1152  # an MP3 stream has the encoder's delay
        loud = np.abs(whole.astype(float)).mean()
        assert np.abs(found.astype(float)).mean() == pytest.approx(loud, rel=0.2)


def test_options_are_heard(live: Any, solo: Solo) -> None:
    options = {"speed": 1.5, "pitch": 1.2, "energy": 0.5, "depth": 8, "seed": 3, "lang": "en"}
    answer = ask(live, "POST", SPEECH, request(voice="alex", response_format="pcm", **options))
    assert answer.body == solo(TEXT, voice="alex", **options) != solo(TEXT, voice="alex")


def test_markup(live: Any, solo: Solo) -> None:
    text = '<speak>One <break time="300ms"/> two.</speak>'
    assert ask(live, "POST", SPEECH, request(input=text, response_format="pcm")).body == solo(text)


def test_events(live: Any, solo: Solo) -> None:
    answer = ask(live, "POST", SPEECH, request(response_format="pcm", stream_format="sse"))
    assert answer.headers["content-type"].startswith("text/event-stream")
    lines = answer.body.decode().split("\n\n")
    assert lines.pop() == "" and all(line.startswith("data: ") for line in lines)
    events = [json.loads(line.removeprefix("data: ")) for line in lines]
    assert [event["type"] for event in events] == ["speech.audio.delta"] * (len(events) - 1) + ["speech.audio.done"]
    assert len(events) > 3 and b"".join(base64.b64decode(event["audio"]) for event in events[:-1]) == solo(TEXT)
    usage = events[-1]["usage"]
    assert usage["input_tokens"] == len(TEXT) and usage["total_tokens"] == len(TEXT) + usage["output_tokens"]


@pytest.mark.parametrize("body, status, code", [
    (b"{", 400, "invalid_json"),
    (request(voice="alloy"), 400, "invalid_value"),
    (request(input="?!"), 400, "bad_text"),
    (request(input="<speak>"), 400, "bad_text"),
    (request(input="x" * 20_001), 400, "string_above_max_length"),
    (b'"' + b"x" * (1 << 18) + b'"', 413, None),
])  # fmt: skip
def test_errors_are_openais(live: Any, body: object, status: int, code: str | None) -> None:
    answer = ask(live, "POST", SPEECH, body)
    assert answer.status == status and answer.headers["content-type"] == "application/json"
    error = answer.json["error"]
    assert (error["type"], error["code"]) == ("invalid_request_error", code) and error["message"]
    assert error.keys() == {"message", "type", "param", "code"}


def test_lists(live: Any) -> None:
    voices = ask(live, "GET", "/v1/audio/voices").json["voices"]
    assert [voice["id"] for voice in voices] == ["heart", "michael", "dora", "alex"]
    assert all(voice["languages"] and voice["description"] for voice in voices)
    models = ask(live, "GET", "/v1/models").json
    assert models["object"] == "list" and [model["id"] for model in models["data"]] == ["streaming-tts"]
    assert ask(live, "GET", "/health").json == {"status": "ok"}
    assert ask(live, "GET", "/ready").json == {"status": "ready"}
    assert ask(live, "GET", "/").status == 200


def test_headers_for_browsers(live: Any) -> None:
    for path in ("/", "/health", "/v1/models", "/nothing"):
        headers = ask(live, "GET", path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert not [name for name in headers if name.startswith("access-control-")] and "server" not in headers


@pytest.mark.parametrize("headers, code", [
    ({"Origin": "http://evil.example"}, "origin_not_allowed"), ({"Origin": "null"}, "origin_not_allowed"),
    ({"Host": "evil.example"}, "host_not_allowed"), ({"Host": ""}, "host_not_allowed"),
])  # fmt: skip
def test_pages_from_elsewhere(live: Any, headers: dict[str, str], code: str) -> None:
    for method, path in (("POST", SPEECH), ("GET", "/v1/models"), ("GET", "/")):
        answer = ask(live, method, path, request() if method == "POST" else None, headers)
        assert (answer.status, answer.json["error"]["code"]) == (403, code)


def test_key(serving: Serving) -> None:
    with serving("k3y") as live:
        for headers in ({}, {"Authorization": "Bearer k3"}, {"Authorization": "Bearer"}, {"Authorization": "Bearer é"}):
            answer = ask(live, "POST", SPEECH, request(), headers)
            assert (answer.status, answer.json["error"]["code"]) == (401, "invalid_api_key")
        assert ask(live, "GET", "/v1/models").status == 401
        assert ask(live, "GET", "/health").status == ask(live, "GET", "/ready").status == 200
        good = {"Authorization": "Bearer k3y", "Host": "speech.example"}  # with a key, any name of the machine will do
        assert ask(live, "GET", "/v1/models", None, good).status == 200


def test_no_place_left(serving: Serving) -> None:
    with serving(clients=0) as live:
        answer = ask(live, "POST", SPEECH, request())
        assert (answer.status, answer.json["error"]["code"]) == (503, "overloaded") and answer.headers["retry-after"]
        assert ask(live, "GET", "/ready").status == 503
        assert ask(live, "GET", "/health").status == 200


def test_a_body_that_does_not_come(serving: Serving) -> None:
    with serving(reply_s=0.2) as live, socket.create_connection((live.host, live.port), LONG_S) as pipe:
        pipe.sendall(b"POST /v1/audio/speech HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{")
        assert pipe.recv(100).startswith(b"HTTP/1.1 408 ")
        live.wait_until(lambda: not live.server.hub.connected)


def test_a_client_that_leaves_costs_nothing_more(live: Any) -> None:
    connection = http.client.HTTPConnection(live.host, live.port, timeout=LONG_S)
    connection.request("POST", SPEECH, json.dumps(request(input=LONG, response_format="pcm")))
    response = connection.getresponse()
    assert response.status == 200 and len(response.read(1000)) == 1000
    response.close()
    connection.close()
    live.wait_until(lambda: live.server.hub.speaking == 0 and not live.server.hub.connected)


def test_a_request_that_takes_too_long_is_cut_off(serving: Serving) -> None:
    with serving(utterance_s=0.5) as live, pytest.raises(http.client.IncompleteRead):
        ask(live, "POST", SPEECH, request(input=LONG))
