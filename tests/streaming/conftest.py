"""Real servers with the real model, on real sockets, in a thread."""

import asyncio
import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from streaming.limits import Limits
from streaming.server import Server, listen
from tts.audio_formats import to_int16
from tts.synthesizer import Synthesizer

LONG_S = 30.0  # no test waits longer than this for anything


@dataclass(frozen=True)
class Live:
    """A server that runs."""

    server: Server
    host: str
    port: int

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def connect(self, **options: Any) -> ClientConnection:
        """A bare websocket, before `ready`."""
        defaults: dict[str, Any] = {"proxy": None, "compression": None, "max_size": 1 << 22, "ping_interval": None}
        client = connect(f"ws://{self.host}:{self.port}/v1/stream", **{**defaults, **options})
        return client.__enter__()  # each test closes it

    def wait_until(self, condition: Callable[[], bool]) -> None:
        give_up = time.monotonic() + LONG_S
        while not condition():
            assert time.monotonic() < give_up
            time.sleep(0.01)


@contextlib.contextmanager
def running(synth: Synthesizer, key: str | None = None, limits: Limits | None = None) -> Iterator[Live]:
    with listen("127.0.0.1", 0) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)  # so that a slow reader is soon felt
        server = Server(synth, key, limits)
        host, port = listener.getsockname()
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])))
        thread.start()
        try:
            yield Live(server, host, port)
        finally:
            server.should_exit = True
            thread.join(LONG_S)
            assert not thread.is_alive()


@pytest.fixture(scope="session")
def synth() -> Synthesizer:
    return Synthesizer.load()


@pytest.fixture(scope="session")
def live(synth: Synthesizer) -> Iterator[Live]:
    with running(synth, limits=Limits(shutdown_s=0.2, pause_s=LONG_S)) as live:
        yield live


@pytest.fixture
def serving(synth: Synthesizer) -> Callable[..., contextlib.AbstractContextManager[Live]]:
    """A server with limits or a key of its own."""
    return lambda key=None, **limits: running(synth, key, Limits(**{"shutdown_s": 0.2, **limits}))


@dataclass(frozen=True)
class Heard:
    """An utterance as it came over a websocket."""

    messages: list[dict[str, Any]]
    audio: bytes
    order: str  # of the messages: first letters, b for binary

    @property
    def words(self) -> list[dict[str, Any]]:
        return [word for message in self.messages if message["type"] == "words" for word in message["words"]]


@pytest.fixture(scope="session")
def hear() -> Callable[[ClientConnection], Heard]:
    """Reads up to the end of an utterance."""

    def read(socket: ClientConnection) -> Heard:
        messages, audio, order = [], b"", ""
        while True:
            message = socket.recv(LONG_S)
            if isinstance(message, bytes):
                audio, order = audio + message, order + "b"
                continue
            fields = json.loads(message)
            messages.append(fields)
            order += fields["type"][0]
            if fields["type"] in ("done", "cancelled", "error"):
                return Heard(messages, audio, order)

    return read


@pytest.fixture(scope="session")
def solo(synth: Synthesizer) -> Callable[..., bytes]:
    """PCM of a text, spoken without any server."""
    return lambda text, **options: to_int16(synth.say(text, **options).samples).tobytes()
