"""Clients of the server, blocking and asynchronous, with the methods of `Synthesizer`: say and stream."""

import asyncio
import threading
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Literal
from urllib.parse import urlsplit

import websockets.asyncio.client
import websockets.sync.client
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from streaming.address import is_loopback, websocket_url
from streaming.exchange import Exchange, ServerError, error_of, pieces, read_ready
from tts.errors import ConfigError
from tts.synthesizer import Audio, Block

MAX_BYTES = 1 << 22  # of one message from the server
CONNECT_S = 10.0
BUSY = "this client is speaking already: one text at a time, or one client each"


@dataclass(frozen=True)
class _Target:
    """Where to connect, and with what."""

    url: str
    headers: dict[str, str]
    proxy: Literal[True] | None

    @classmethod
    def of(cls, url: str, api_key: str | None) -> "_Target":
        full = websocket_url(url)
        local = is_loopback(urlsplit(full).hostname or "")
        return cls(full, {"Authorization": f"Bearer {api_key}"} if api_key else {}, None if local else True)

    def failure(self, error: Exception) -> ServerError:
        """What to say of a connection that did not come about."""
        if isinstance(error, InvalidStatus):
            return error_of(error.response.status_code, bytes(error.response.body or b""))
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return ServerError(f"cannot reach the server at {self.url}: {reason}")


class Client:
    """A connection to a server. Speaks one text at a time; a context manager."""

    def __init__(self, url: str = "http://127.0.0.1:8000", api_key: str | None = None) -> None:
        """Connects.

        Args:
            url: of the server: http, https, ws or wss, or HOST:PORT.
            api_key: if the server wants one.

        Raises:
            ConfigError: the URL is not one of a server.
            ServerError: the server cannot be reached or refuses the connection.
        """
        target = _Target.of(url, api_key)
        self._opened = ExitStack()
        try:
            connecting = websockets.sync.client.connect(
                target.url, additional_headers=target.headers, proxy=target.proxy, compression=None, max_size=MAX_BYTES,
                open_timeout=CONNECT_S, ping_interval=None,
            )  # fmt: skip
            self._socket = self._opened.enter_context(connecting)
            self.voices = read_ready(self._socket.recv(CONNECT_S))
        except (OSError, InvalidHandshake, ConnectionClosed) as error:
            raise target.failure(error) from error
        self._busy = threading.Lock()

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave; what is being spoken is given up."""
        self._opened.close()

    def say(
        self, text: str | Iterable[str], *, voice: str | None = None, lang: str = "auto", speed: float = 1.0,
        pitch: float = 1.0, energy: float = 1.0, depth: int = 32, seed: int = 0,
    ) -> Audio:  # fmt: skip
        """The whole sound of a text; arguments and errors as of `stream`."""
        exchange = Exchange(voice, lang, speed, pitch, energy, depth, seed)
        return exchange.audio(list(self._run(exchange, text)))

    def stream(
        self, text: str | Iterable[str], *, voice: str | None = None, lang: str = "auto", speed: float = 1.0,
        pitch: float = 1.0, energy: float = 1.0, depth: int = 32, seed: int = 0,
    ) -> Iterator[Block]:  # fmt: skip
        """Blocks of a text as they come; closing the iterator early cancels the rest.

        Args:
            text: whole, or in pieces, which are sent as they are made (in a thread of their own).
            voice, lang, speed, pitch, energy, depth, seed: as of `Synthesizer.say`.

        Raises:
            ConfigError: an option cannot be used, or the client is speaking already.
            TextError: the text cannot be spoken.
            ServerError: the connection or the server failed, or a limit was reached.
        """
        return self._run(Exchange(voice, lang, speed, pitch, energy, depth, seed), text)

    def _run(self, exchange: Exchange, text: str | Iterable[str]) -> Iterator[Block]:
        if not self._busy.acquire(blocking=False):
            raise ConfigError(BUSY)
        sender = _Sender(self._socket, exchange, text)
        try:
            sender.start()
            while not exchange.over:
                block = exchange.take(self._socket.recv())
                if block is not None:
                    yield block
            sender.check()
        except ConnectionClosed as error:
            exchange.lost()
            raise ServerError("the server closed the connection") from error
        finally:
            sender.stop()
            try:
                self._settle(exchange)
            finally:
                self._busy.release()

    def _settle(self, exchange: Exchange) -> None:
        """Make sure nothing of this text is still on its way when the next one starts."""
        if exchange.settled:
            return
        try:
            if not exchange.cancelling:
                self._socket.send(exchange.cancel())
            while not exchange.settled:
                exchange.skip(self._socket.recv())
        except ConnectionClosed:
            pass


class _Sender:
    """Sends a text, in a thread if it comes in pieces."""

    def __init__(
        self, socket: websockets.sync.client.ClientConnection, exchange: Exchange, text: str | Iterable[str]
    ) -> None:
        self._socket, self._exchange, self._text = socket, exchange, text
        self._stopped = False
        self._lock = threading.Lock()
        self._error: BaseException | None = None

    def start(self) -> None:
        """Begin; a whole text is sent when this returns."""
        self._send(self._exchange.config)
        if isinstance(self._text, str):
            self._run()
            self.check()
        else:
            threading.Thread(target=self._run, name="text sender", daemon=True).start()

    def stop(self) -> None:
        """Send nothing after this; the thread ends when the text has its next piece."""
        with self._lock:
            self._stopped = True

    def check(self) -> None:
        """Raises what the text's own iterator raised."""
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            for piece in pieces(self._text):
                if not self._send(self._exchange.text(piece)):
                    return
            self._send(self._exchange.end)
        except ConnectionClosed:
            pass  # the receiving side says so
        except BaseException as error:
            self._error = error
            with self._lock:
                if not self._stopped:
                    self._socket.send(self._exchange.cancel())

    def _send(self, message: str) -> bool:
        with self._lock:
            if not self._stopped:
                self._socket.send(message)
            return not self._stopped


class AsyncClient:
    """The same for asyncio: `async with AsyncClient(url) as client: async for block in client.stream(text)`."""

    def __init__(self, url: str = "http://127.0.0.1:8000", api_key: str | None = None) -> None:
        """Connects when entered.

        Raises:
            ConfigError: the URL is not one of a server.
        """
        self._target = _Target.of(url, api_key)
        self._busy = False
        self.voices: tuple[str, ...] = ()

    async def __aenter__(self) -> "AsyncClient":
        target = self._target
        try:
            self._socket = await websockets.asyncio.client.connect(
                target.url, additional_headers=target.headers, proxy=target.proxy, compression=None, max_size=MAX_BYTES,
                open_timeout=CONNECT_S, ping_interval=None,
            )  # fmt: skip
            self.voices = read_ready(await self._socket.recv())
        except (OSError, InvalidHandshake, ConnectionClosed, asyncio.TimeoutError) as error:
            raise target.failure(error) from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._socket.close()

    async def say(
        self, text: str | Iterable[str] | AsyncIterable[str], *, voice: str | None = None, lang: str = "auto",
        speed: float = 1.0, pitch: float = 1.0, energy: float = 1.0, depth: int = 32, seed: int = 0,
    ) -> Audio:  # fmt: skip
        """The whole sound of a text; arguments and errors as of `Client.stream`."""
        exchange = Exchange(voice, lang, speed, pitch, energy, depth, seed)
        return exchange.audio([block async for block in self._run(exchange, text)])

    def stream(
        self, text: str | Iterable[str] | AsyncIterable[str], *, voice: str | None = None, lang: str = "auto",
        speed: float = 1.0, pitch: float = 1.0, energy: float = 1.0, depth: int = 32, seed: int = 0,
    ) -> AsyncIterator[Block]:  # fmt: skip
        """Blocks of a text as they come; arguments and errors as of `Client.stream`. `aclose()` cancels the rest."""
        return self._run(Exchange(voice, lang, speed, pitch, energy, depth, seed), text)

    async def _run(
        self, exchange: Exchange, text: str | Iterable[str] | AsyncIterable[str]
    ) -> AsyncIterator[Block]:
        if self._busy:
            raise ConfigError(BUSY)
        self._busy = True
        sender = asyncio.ensure_future(self._send(exchange, text))
        try:
            while not exchange.over:
                block = exchange.take(await self._socket.recv())
                if block is not None:
                    yield block
            await sender
        except ConnectionClosed as error:
            exchange.lost()
            raise ServerError("the server closed the connection") from error
        finally:
            sender.cancel()
            await asyncio.wait({sender})
            try:
                await self._settle(exchange)
            finally:
                self._busy = False

    async def _send(self, exchange: Exchange, text: str | Iterable[str] | AsyncIterable[str]) -> None:
        await self._socket.send(exchange.config)
        try:
            if isinstance(text, AsyncIterable):
                await self._socket.send(exchange.text(""))
                async for whole in text:
                    for piece in pieces(whole):
                        await self._socket.send(exchange.text(piece))
            else:
                for piece in pieces(text):
                    await self._socket.send(exchange.text(piece))
            await self._socket.send(exchange.end)
        except (ConnectionClosed, asyncio.CancelledError):
            raise
        except BaseException:
            await self._socket.send(exchange.cancel())
            raise

    async def _settle(self, exchange: Exchange) -> None:
        if exchange.settled:
            return
        try:
            if not exchange.cancelling:
                await self._socket.send(exchange.cancel())
            while not exchange.settled:
                exchange.skip(await self._socket.recv())
        except ConnectionClosed:
            pass
