"""One websocket connection: reads messages while another task speaks the utterances they ask for, one by one."""

import asyncio
import itertools
import logging
import time
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from codec.spec import SAMPLE_RATE
from streaming import protocol
from streaming.codes import pack
from streaming.hub import Hub
from streaming.protocol import Append, Begin, Cancel, Command, End, Flush, Settings
from streaming.scheduler import Due, before, first
from streaming.speech import Speech
from tts.audio_formats import to_int16
from tts.errors import ProtocolError, TtsError
from tts.synthesizer import Block

log = logging.getLogger(__name__)
_ids = itertools.count(1)
POLICY = 1008  # websocket close codes (RFC 6455, 7.4.1)


class Farewell(Exception):
    """The connection is to be closed, and why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Utterance:
    """What is known of an utterance until it is over.

    Attributes:
        news: set when text, or the end of it, has come.
        arrived_s: when its first text came.
        begun_s: when its turn to be spoken came.
    """

    number: int
    settings: Settings
    speech: Speech
    arrived_s: float
    news: asyncio.Event = field(default_factory=asyncio.Event)
    begun_s: float | None = None
    first_s: float | None = None
    spent_s: float = 0.0
    audio_s: float = 0.0


class Session:
    """Serves one connection from `ready` to its end."""

    def __init__(self, socket: WebSocket, hub: Hub) -> None:
        self.id = f"ws-{next(_ids)}"
        self._socket, self._hub, self._limits = socket, hub, hub.limits
        self._protocol = protocol.Connection(hub.voices, hub.limits)
        self._utterances: dict[int, Utterance] = {}
        self._speaker: asyncio.Task[None] | None = None
        self._refused = 0
        self._active_s = time.monotonic()  # when something was last asked for or spoken
        self._runs_out_s = 0.0  # when the listener has heard all that was sent

    async def run(self) -> None:
        """Serve until the client leaves or breaks a limit."""
        log.info("%s: connected", self.id)
        try:
            await self._reply(protocol.ready(self._hub.voices))
            await self._read()
        except WebSocketDisconnect:
            pass
        except Farewell as reason:
            log.info("%s: closed by the server: %s", self.id, reason.code)
            await self._say_farewell(reason)
        finally:
            await self._stop()
            log.info("%s: disconnected", self.id)

    async def _read(self) -> None:
        receiving = asyncio.ensure_future(self._socket.receive())
        try:
            while True:
                done, _ = await asyncio.wait({receiving}, timeout=self._patience_s())
                if not done:
                    self._check_times()
                    continue
                message = receiving.result()
                if message["type"] == "websocket.disconnect":
                    return
                await self._take(message)
                self._active_s = time.monotonic()
                receiving = asyncio.ensure_future(self._socket.receive())
        finally:
            receiving.cancel()

    def _patience_s(self) -> float:
        """How long until a limit on time may be reached."""
        now, spoken = time.monotonic(), self._current()
        if spoken is None:
            return max(0.01, self._active_s + self._limits.idle_s - now)
        return max(0.01, (spoken.begun_s or now) + self._limits.utterance_s - now)

    def _check_times(self) -> None:
        now, spoken, limits = time.monotonic(), self._current(), self._limits
        if spoken is None:
            if now - self._active_s >= limits.idle_s:
                raise Farewell("idle_timeout", f"nothing was asked for in {limits.idle_s:g} s")
        elif spoken.begun_s is not None and now - spoken.begun_s >= limits.utterance_s:
            raise Farewell("utterance_timeout", f"utterance {spoken.number} took longer than {limits.utterance_s:g} s")

    def _current(self) -> Utterance | None:
        return next(iter(self._utterances.values()), None)

    async def _take(self, message: MutableMapping[str, Any]) -> None:
        text = message.get("text")
        self._protocol.closing = self._hub.closing
        try:
            commands = self._protocol.receive(message.get("bytes") or b"" if text is None else text)
        except ProtocolError as error:
            self._refused += error.code != "nothing_to_cancel"  # an utterance may end while a cancel is on its way
            await self._reply(protocol.error(error.code, str(error)))
            if self._refused > self._limits.refused_messages:
                raise Farewell("too_many_errors", f"{self._refused} messages could not be accepted") from None
            return
        for command in commands:
            await self._obey(command)

    async def _obey(self, command: Command) -> None:
        if isinstance(command, Cancel):
            await self._stop()
            for number in command.utterances:
                await self._reply(protocol.cancelled(number))
            return
        if isinstance(command, Begin):
            speech = Speech(self._hub.synth, command.settings.options)
            self._utterances[command.utterance] = Utterance(
                command.utterance, command.settings, speech, time.monotonic()
            )
            self._hub.speaking += 1
        utterance = self._utterances[command.utterance]
        if isinstance(command, Append):
            utterance.speech.push(command.text)
        elif isinstance(command, Flush):
            utterance.speech.flush()
        elif isinstance(command, End):
            utterance.speech.end()
        utterance.news.set()
        if self._speaker is None or self._speaker.done():
            self._speaker = asyncio.ensure_future(self._speak_all())

    async def _stop(self) -> None:
        """Nothing is spoken after this; a block that is being made is dropped."""
        if self._speaker is not None:
            self._speaker.cancel()
            await asyncio.wait({self._speaker})
            self._speaker = None
        self._runs_out_s = 0.0
        for number in list(self._utterances):
            self._forget(number)

    def _forget(self, number: int) -> None:
        del self._utterances[number]
        self._hub.speaking -= 1
        self._active_s = time.monotonic()

    async def _speak_all(self) -> None:
        while (utterance := self._current()) is not None:
            try:
                await self._send(await self._speak(utterance))
            except WebSocketDisconnect:
                return  # the reader hears of it too, and cleans up
            self._protocol.finish(utterance.number)
            self._forget(utterance.number)

    async def _speak(self, utterance: Utterance) -> str:
        """Send an utterance; what is left to be sent is its last message, which is returned."""
        number = utterance.number
        try:
            await self._stream(utterance)
        except WebSocketDisconnect:
            raise
        except TtsError as error:
            return protocol.error("bad_text", str(error), number)
        except Exception:  # whatever else goes wrong is ours: the client learns that, not what
            log.exception("%s: utterance %d failed", self.id, number)
            return protocol.error("internal", "the server failed to speak this utterance", number)
        first_ms = 1000 * ((utterance.first_s or time.monotonic()) - utterance.arrived_s)
        rtf = utterance.spent_s / max(utterance.audio_s, 1e-9)
        log.info(
            "%s: utterance %d: %.2f s of audio, first after %.1f ms, rtf %.4f",
            self.id, number, utterance.audio_s, first_ms, rtf,
        )  # fmt: skip
        return protocol.done(number, utterance.audio_s, first_ms, rtf)

    async def _stream(self, utterance: Utterance) -> None:
        utterance.begun_s = time.monotonic()
        await self._send(protocol.start(utterance.number))
        work = partial(_timed_step, utterance)
        while not utterance.speech.finished:
            utterance.news.clear()
            block = await self._hub.scheduler.run(self._due(utterance), work)
            if block is None:
                if not utterance.speech.finished:
                    await self._wait_for_text(utterance)
                continue
            await self._send_block(utterance, block)

    def _due(self, utterance: Utterance) -> Due:
        """A listener who has heard nothing yet is a newcomer, unless an earlier utterance still sounds."""
        newcomer = utterance.first_s is None and self._runs_out_s <= time.monotonic()
        return first(utterance.arrived_s) if newcomer else before(self._runs_out_s)

    async def _send_block(self, utterance: Utterance, block: Block) -> None:
        if block.words:
            await self._send(protocol.word_list(block.words))
        coded = utterance.settings.format == "codes"
        await self._send(pack(block.codes) if coded else to_int16(block.samples).tobytes())
        now, length_s = time.monotonic(), len(block.samples) / SAMPLE_RATE
        utterance.first_s = utterance.first_s or now
        utterance.audio_s += length_s
        self._runs_out_s = max(now, self._runs_out_s) + length_s

    async def _wait_for_text(self, utterance: Utterance) -> None:
        """Until there is news; what was said so far is spoken if none comes for a while."""
        patience_s = before_pause_s(self._limits.pause_s, self._runs_out_s - time.monotonic())
        timer = asyncio.get_running_loop().call_later(patience_s, self._pause, utterance)
        try:
            await utterance.news.wait()
        finally:
            timer.cancel()

    @staticmethod
    def _pause(utterance: Utterance) -> None:
        if utterance.speech.pause():
            utterance.news.set()

    async def _send(self, message: str | bytes) -> None:
        """Send when the connection takes it; written whole or, when cancelled, not at all.

        Raises:
            WebSocketDisconnect: the connection is closed.
        """
        try:
            if isinstance(message, str):
                await self._socket.send_text(message)
            else:
                await self._socket.send_bytes(message)
        except RuntimeError:  # what Starlette and uvicorn raise once a close frame has been sent
            raise WebSocketDisconnect(1006) from None

    async def _reply(self, message: str) -> None:
        """Answer the reader's own messages; a client that does not read its answers is let go."""
        sending = asyncio.ensure_future(self._send(message))
        await self._within_limit(sending)
        sending.result()

    async def _say_farewell(self, reason: Farewell) -> None:
        await self._stop()
        if reason.code == "not_reading":
            return
        closing = asyncio.ensure_future(self._close(reason))
        try:
            await self._within_limit(closing)
        except Farewell:
            return

    async def _close(self, reason: Farewell) -> None:
        try:
            await self._send(protocol.error(reason.code, str(reason)))
            await self._socket.close(POLICY, reason.code)
        except (WebSocketDisconnect, RuntimeError):
            pass

    async def _within_limit(self, sending: "asyncio.Future[None]") -> None:
        try:
            done, _ = await asyncio.wait({sending}, timeout=self._limits.reply_s)
        except asyncio.CancelledError:
            sending.cancel()
            raise
        if not done:
            sending.cancel()
            raise Farewell("not_reading", "answers are not read")


def before_pause_s(pause_s: float, left_s: float) -> float:
    """How long to wait for the rest of a sentence: while the listener has sound left, but for a pause's length."""
    return max(pause_s, left_s - pause_s)


def _timed_step(utterance: Utterance) -> Block | None:
    """A step of the utterance, its time added up; runs in a worker."""
    began = time.perf_counter()
    try:
        return utterance.speech.step()
    finally:
        utterance.spent_s += time.perf_counter() - began
