"""The clients, against a real server."""

import asyncio
import contextlib
import json
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import streaming
from streaming import AsyncClient, Client, ServerError
from streaming.address import is_loopback, websocket_url
from streaming.exchange import pieces
from tts.audio_formats import to_int16
from tts.cli import main
from tts.errors import ConfigError, Overloaded, TextError
from tts.synthesizer import Synthesizer

TEXT = "Good morning, dear friends. Apa khabar?"
LONG = "This sentence is spoken again and again, until somebody says that it is enough. " * 200
Serving = Callable[..., contextlib.AbstractContextManager[Any]]
Solo = Callable[..., bytes]


@pytest.fixture
def client(live: Any) -> Iterator[Client]:
    with Client(live.url) as client:
        yield client


def pcm(samples: Any) -> bytes:
    return to_int16(samples).tobytes()


def test_public_names() -> None:
    assert sorted(streaming.__all__) == ["AsyncClient", "Client", "ServerError"]
    assert all(getattr(streaming, name) for name in streaming.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Server'"):
        streaming.Server  # noqa: B018


def test_say_is_what_a_synthesizer_says(client: Client, synth: Synthesizer, solo: Solo) -> None:
    assert client.voices == ("heart", "michael", "dora", "alex")
    options: dict[str, Any] = {"voice": "dora", "speed": 1.2, "pitch": 0.9, "energy": 1.5, "depth": 16, "seed": 5}
    audio = client.say(TEXT, **options)
    assert pcm(audio.samples) == solo(TEXT, **options)
    expected = synth.say(TEXT, **options).words
    assert [(word.text, word.char) for word in audio.words] == [(word.text, word.char) for word in expected]
    found = [(word.start_s, word.end_s) for word in audio.words]
    assert np.allclose(found, [(word.start_s, word.end_s) for word in expected], atol=1e-3)
    assert audio.timings.keys() == synth.say("One.").timings.keys() and all(v > 0 for v in audio.timings.values())
    assert pcm(client.say("One.").samples) == solo("One.")  # no option stays


def test_stream_of_pieces(client: Client, solo: Solo) -> None:
    heard = threading.Event()

    def written() -> Iterator[str]:
        yield TEXT[:35]
        assert heard.wait(30)  # the rest is not even written before the first block is heard
        yield TEXT[35:]

    blocks = []
    for block in client.stream(written()):
        assert block.start_s == pytest.approx(sum(len(b.samples) for b in blocks) / 24_000)
        blocks.append(block)
        heard.set()
    assert pcm(np.concatenate([block.samples for block in blocks])) == solo(TEXT)


def test_leaving_early_cancels(client: Client, live: Any, solo: Solo) -> None:
    for text in (LONG, iter([LONG[:300], LONG])):
        stream = client.stream(text)
        next(stream)
        stream.close()
        live.wait_until(lambda: live.server.hub.speaking == 0)
        assert pcm(client.say("One.").samples) == solo("One.")


@pytest.mark.parametrize("text, options, error, message", [
    ("Hello.", {"voice": "bob"}, ConfigError, "unknown voice 'bob'; available: heart"),
    ("Hello.", {"speed": 9}, ConfigError, "speed must be"),
    ("?!", {}, TextError, "nothing to speak"),
    ("", {}, TextError, "nothing to speak"),
    ([], {}, TextError, "nothing to speak"),
    ("a" * 20_001, {}, TextError, "20000 characters"),
    (["Hello there, everybody. ", "[[qqq]] "], {}, TextError, "unknown phones"),
])  # fmt: skip
def test_errors_leave_the_connection_usable(
    client: Client, solo: Solo, text: Any, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        client.say(text, **options)
    assert pcm(client.say("One.").samples) == solo("One.")


def test_an_error_of_the_text_itself(client: Client, solo: Solo) -> None:
    def broken() -> Iterator[str]:
        yield "Hello there, "
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        client.say(broken())
    assert pcm(client.say("One.").samples) == solo("One.")


def test_one_text_at_a_time(client: Client) -> None:
    stream = client.stream(TEXT)
    next(stream)
    with pytest.raises(ConfigError, match="speaking already"):
        client.say("One.")
    stream.close()


def test_a_server_that_stops(serving: Serving) -> None:
    with serving(shutdown_s=0.1) as live, Client(live.url) as client:
        stream = client.stream(LONG)
        next(stream)
        live.server.should_exit = True
        with pytest.raises(ServerError, match="closed the connection"):
            list(stream)
    with pytest.raises(ServerError, match="cannot reach the server"):
        Client(live.url)


def test_refusals_are_told(serving: Serving) -> None:
    with serving("k3y", clients=1) as live:
        with pytest.raises(ServerError, match="status 401: a valid API key is needed"):
            Client(live.url)
        with Client(live.url, "k3y"), pytest.raises(ServerError, match="status 503: all 1 places"):
            Client(live.url, "k3y")


def test_closing_server(serving: Serving) -> None:
    with serving(shutdown_s=30.0) as live, Client(live.url) as client, Client(live.url) as other:
        stream = client.stream(LONG)
        next(stream)
        live.server.should_exit = True
        live.wait_until(lambda: live.server.hub.closing)
        with pytest.raises(Overloaded, match="shutting down"):
            other.say("One.")
        stream.close()


def test_something_else_listens_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        def answer() -> None:
            pipe, _ = other.accept()
            pipe.recv(1000)
            pipe.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno")
            pipe.close()

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(ServerError, match="status 404: it may not be a speech server"):
            Client(f"http://127.0.0.1:{other.getsockname()[1]}")
        thread.join()


def test_async_client(live: Any, solo: Solo) -> None:
    async def written() -> AsyncIterator[str]:
        for word in TEXT.split(" "):
            yield word if word == "khabar?" else word + " "

    async def test() -> None:
        async with AsyncClient(live.url) as client, AsyncClient(live.url) as other:
            assert client.voices[0] == "heart"
            first, second = await asyncio.gather(client.say(TEXT), other.say(written(), voice="alex"))
            assert (pcm(first.samples), pcm(second.samples)) == (solo(TEXT), solo(TEXT, voice="alex"))
            stream = client.stream([LONG])
            async for block in stream:
                assert len(block.samples)
                break
            await stream.aclose()  # type: ignore[attr-defined]
            with pytest.raises(ConfigError, match="unknown voice"):
                await client.say("One.", voice="bob")
            assert pcm((await client.say("One.")).samples) == solo("One.")
        with pytest.raises(ServerError, match="cannot reach"):
            async with AsyncClient("http://127.0.0.1:9"):
                pass

    asyncio.run(asyncio.wait_for(test(), 60))


def test_say_server(live: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], solo: Solo) -> None:
    path = tmp_path / "a.wav"
    arguments = ["say", TEXT, "--voice", "dora", "-o", str(path), "--json", "--server"]
    assert main([*arguments, live.url]) == 0
    report = json.loads(capsys.readouterr().out)
    assert path.read_bytes()[44:] == solo(TEXT, voice="dora")
    assert [word["text"] for word in report["words"]][:2] == ["Good", "morning"]
    assert main([*arguments, live.url, "--force", "--voice", "bob"]) == 2
    assert "unknown voice 'bob'" in capsys.readouterr().err
    assert main([*arguments, "ftp://x", "--force"]) == 2
    assert "not the URL of a server" in capsys.readouterr().err


def test_say_server_loads_no_model(live: Any, tmp_path: Path) -> None:
    code = (
        "import sys; from tts.cli import main; status = main(sys.argv[1:]);"
        "print(status, sorted({'torch', 'starlette', 'uvicorn', 'tts.text.front'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, "say", "One.", "--server", live.url, "-o", str(tmp_path / "a.wav")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "0 []"


@pytest.mark.parametrize("url, expected", [
    ("http://127.0.0.1:8000", "ws://127.0.0.1:8000/v1/stream"),
    ("https://speech.example/", "wss://speech.example/v1/stream"),
    ("https://speech.example/tts", "wss://speech.example/tts/v1/stream"),
    ("ws://[::1]:80/v1/stream", "ws://[::1]:80/v1/stream"),
    ("localhost:9000", "ws://localhost:9000/v1/stream"),
    ("", None), ("ftp://x", None), ("http://", None), ("http://x:99999", None), ("http://u:p@x", None),
    ("http://x/?key=1", None), ("http://[::1", None),
])  # fmt: skip
def test_urls(url: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(ConfigError, match="not the URL of a server"):
            websocket_url(url)
    else:
        assert websocket_url(url) == expected


@pytest.mark.parametrize("host, local", [
    ("127.0.0.1", True), ("127.1.2.3", True), ("[::1]", True), ("::1", True), ("LOCALHOST", True), ("localhost.", True),
    ("", False), ("0.0.0.0", False), ("::", False), ("10.0.0.1", False), ("localhost.evil.example", False),
])  # fmt: skip
def test_loopback(host: str, local: bool) -> None:
    assert is_loopback(host) is local


@pytest.mark.parametrize("text", ["", "Hello.", "ä" * 9000, [], ["", ""], ["a", "b" * 5000, ""]])
def test_pieces_are_the_text(text: Any) -> None:
    made = list(pieces(text))
    assert "".join(made) == "".join(text) and made and all(len(piece) <= 4000 for piece in made)
