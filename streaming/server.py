"""The server: routes, its one listening socket, and how it stops.

Starlette on uvicorn, because a POST with a body and an answer in chunks need more HTTP than the websockets package has,
and both kinds of client are to share one port.
"""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from streaming.access import SUBPROTOCOL, Guard, check_key
from streaming.http import Lists, SpeechEndpoint, failure
from streaming.hub import Hub
from streaming.limits import Limits
from streaming.session import Session
from tts.errors import ConfigError, Overloaded
from tts.synthesizer import Synthesizer

log = logging.getLogger(__name__)
WEB = Path(__file__).resolve().parent.parent / "web"
BACKLOG = 128
LAST_WISHES_S = 1  # for connections to close once nothing is spoken any more
NO_ERRORS = (  # uvicorn takes these for failures of the application
    "ASGI callable returned without completing handshake",  # a connection that was refused
    "Invalid UTF-8 sequence received",  # closed with 1007
)


def make_app(hub: Hub, key: str | None = None) -> ASGIApp:
    """The whole application.

    Args:
        hub: what it serves.
        key: that clients must send, or None if anybody on this machine may use it.
    """
    lists = Lists(hub)

    async def stream(socket: WebSocket) -> None:
        try:
            with hub.client():
                await socket.accept(SUBPROTOCOL if SUBPROTOCOL in socket.scope["subprotocols"] else None)
                await Session(socket, hub).run()
        except Overloaded as error:
            await socket.send_denial_response(failure(error))

    routes: list[BaseRoute] = [
        WebSocketRoute("/v1/stream", stream),
        Route("/v1/audio/speech", SpeechEndpoint(hub), methods=["POST"]),
        Route("/v1/audio/voices", lists.voices),
        Route("/v1/models", lists.models),
        Route("/health", lists.health),
        Route("/ready", lists.ready),
    ]
    if (WEB / "index.html").is_file():
        routes.append(Mount("/", StaticFiles(directory=WEB, html=True)))
    else:
        routes.append(Route("/", _no_page))
    return Guard(Starlette(routes=routes), key)


async def _no_page(request: Request) -> Response:
    return PlainTextResponse("Text to speech: POST /v1/audio/speech, or a websocket at /v1/stream.\n")


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any that is free.

    Raises:
        ConfigError: there is no such address here, or it is taken.
    """
    if not 0 <= port <= 65535:
        raise ConfigError(f"port must be 0 to 65535, not {port}")
    try:
        return _bind(host, port)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"cannot listen on {host} port {port}: {reason}") from error


def _bind(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, address = found[0]
    # Not socket.create_server: it leaves the protocol unnamed, and then asyncio leaves Nagle's algorithm on, which
    # holds the first sound back until the client has acknowledged the words before it (20 to 40 ms).
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":  # elsewhere this option lets two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _is_error(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith(NO_ERRORS)


class Server(uvicorn.Server):
    """Serves a hub until it is told to stop, by a signal or by `should_exit`."""

    def __init__(
        self, synth: Synthesizer, key: str | None = None, limits: Limits | None = None, workers: int | None = None
    ) -> None:
        self.hub = Hub(synth, limits or Limits(), workers)
        config = uvicorn.Config(
            make_app(self.hub, key),
            http="h11",
            ws="websockets-sansio",
            ws_max_size=self.hub.limits.message_bytes,
            ws_per_message_deflate=False,  # speech does not shrink, and a small frame must not unpack to a huge one
            ws_ping_timeout=None,  # a listener who pauses does not answer pings behind unread audio
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=LAST_WISHES_S,
        )
        super().__init__(config)
        uvicorn_log = logging.getLogger("uvicorn.error")
        uvicorn_log.setLevel(logging.WARNING)
        uvicorn_log.addFilter(_is_error)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Ends on SIGINT and SIGTERM as on a wish, not by raising them again: the exit status is to be 0."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        numbers = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """First signal: finish what is being spoken. Second: do not."""
        self.force_exit = self.should_exit
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop accepting, let utterances finish for a while, then close what is left."""
        for server in self.servers:
            server.close()
        draining = asyncio.ensure_future(self.hub.drain())
        while not draining.done() and not self.force_exit:
            await asyncio.wait({draining}, timeout=0.05)
        draining.cancel()
        await super().shutdown(sockets)
        self.hub.scheduler.close()


def serve(synth: Synthesizer, listener: socket.socket, key: str | None = None, limits: Limits | None = None) -> None:
    """Serve on a listening socket until SIGINT or SIGTERM.

    Args:
        synth: the voices.
        listener: from `listen`.
        key: that clients must send; needed unless only this machine can reach the socket.
        limits: other than the defaults.

    Raises:
        ConfigError: no key, and others can reach the socket.
    """
    check_key(listener.getsockname()[0], key)
    server = Server(synth, key, limits)
    server.hub.warm_up()
    log.info("serving with %d workers", server.hub.scheduler.workers)
    asyncio.run(server.serve([listener]))
