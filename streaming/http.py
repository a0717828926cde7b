"""The HTTP side: speech as OpenAI's API has it, lists of models and voices, health."""

import asyncio
import base64
import itertools
import json
import logging
import time
from collections.abc import AsyncIterator
from functools import partial

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from codec.spec import SAMPLE_RATE
from streaming.access import envelope
from streaming.containers import Container
from streaming.hub import Hub
from streaming.scheduler import Due, before, first
from streaming.speech import Speech
from streaming.speech_request import MODEL, RequestError, SpeechRequest, read_request
from tts.errors import Overloaded, TextError, TtsError

log = logging.getLogger(__name__)
_ids = itertools.count(1)
RETRY_S = 1


def failure(error: TtsError) -> Response:
    """The answer to a request that cannot be served."""
    if isinstance(error, RequestError):
        return JSONResponse(envelope(error.code, str(error), param=error.param), error.status)
    if isinstance(error, Overloaded):
        return JSONResponse(envelope("overloaded", str(error), "server_error"), 503, {"retry-after": str(RETRY_S)})
    return JSONResponse(envelope("bad_text", str(error), param="input"), 400)


class Lists:
    """GET answers that follow from the hub alone."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def health(self, request: Request) -> Response:
        """The process answers."""
        return JSONResponse({"status": "ok"})

    async def ready(self, request: Request) -> Response:
        """Whether new clients are welcome."""
        if self._hub.closing:
            return JSONResponse({"status": "shutting_down"}, 503)
        if self._hub.full:
            return JSONResponse({"status": "overloaded"}, 503)
        return JSONResponse({"status": "ready"})

    async def models(self, request: Request) -> Response:
        """The one model, as OpenAI lists models."""
        entry = {"id": MODEL, "object": "model", "created": 0, "owned_by": "local"}
        return JSONResponse({"object": "list", "data": [entry]})

    async def voices(self, request: Request) -> Response:
        """Voices, the default first."""
        voices = [
            {"id": v.name, "name": v.name, "languages": list(v.languages), "description": v.description}
            for v in self._hub.synth.voices
        ]
        return JSONResponse({"voices": voices})


class SpeechEndpoint:
    """POST /v1/audio/speech, an ASGI application."""

    def __init__(self, hub: Hub) -> None:
        self._hub, self._limits = hub, hub.limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        try:
            with self._hub.client():
                self._hub.speaking += 1
                try:
                    await self._serve(scope, receive, send)
                finally:
                    self._hub.speaking -= 1
        except Overloaded as error:
            await failure(error)(scope, receive, send)
        except ClientDisconnect:
            pass

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, name = time.monotonic(), f"http-{next(_ids)}"
        request = Request(scope, receive)
        try:
            wanted = read_request(await self._body(request), self._hub.voices, self._limits)
            speech = Speech(self._hub.synth, wanted.options)
            speech.push(wanted.text)
            speech.end()
            await self._hub.scheduler.run(first(began), speech.prepare)
        except (RequestError, TextError) as error:
            log.info("%s: refused: %s", name, error.__class__.__name__)
            await failure(error)(scope, receive, send)
            return
        chunks = self._audio(wanted, speech, began, name)
        if wanted.sse:
            chunks = self._events(wanted, chunks, name)
        media = "text/event-stream" if wanted.sse else Container(wanted.form).media_type
        response = StreamingResponse(chunks, headers={"cache-control": "no-store"}, media_type=media)
        sending = asyncio.ensure_future(response(scope, receive, send))
        try:
            await asyncio.wait({sending}, timeout=self._limits.utterance_s)
        finally:
            if not sending.done():
                log.info("%s: given up", name)
                sending.cancel()
                await asyncio.wait({sending})
        if not sending.cancelled():
            sending.result()

    async def _body(self, request: Request) -> bytes:
        body, limit = bytearray(), self._limits.message_bytes
        stream = request.stream().__aiter__()
        give_up = time.monotonic() + self._limits.reply_s
        while True:
            reading = asyncio.ensure_future(stream.__anext__())
            done, _ = await asyncio.wait({reading}, timeout=max(0.0, give_up - time.monotonic()))
            if not done:
                reading.cancel()
                raise RequestError(f"the body did not come within {self._limits.reply_s:g} s", status=408)
            try:
                body += reading.result()
            except StopAsyncIteration:
                return bytes(body)
            if len(body) > limit:
                raise RequestError(f"the body is larger than {limit} bytes", status=413)

    async def _audio(self, wanted: SpeechRequest, speech: Speech, began: float, name: str) -> AsyncIterator[bytes]:
        """Pieces of one container; none is empty."""
        container, audio_s, due = Container(wanted.form), 0.0, first(began)
        step = partial(_step, speech, container)
        while True:
            piece, length_s = await self._hub.scheduler.run(due, step)
            if piece:
                yield piece
            if not length_s:
                break
            audio_s += length_s
            due = _due(due, length_s)
        if last := await self._hub.scheduler.run(due, container.close):
            yield last
        log.info("%s: %.2f s of audio in %.2f s", name, audio_s, time.monotonic() - began)

    async def _events(self, wanted: SpeechRequest, chunks: AsyncIterator[bytes], name: str) -> AsyncIterator[bytes]:
        """The same as server-sent events."""
        frames = 0
        try:
            async for piece in chunks:
                frames += 1
                yield _event({"type": "speech.audio.delta", "audio": base64.b64encode(piece).decode()})
        except TtsError as error:
            yield _event({"type": "error", **envelope("bad_text", str(error))})
            return
        except Exception:
            log.exception("%s: failed", name)
            yield _event({"type": "error", **envelope(None, "the server failed to speak this text", "server_error")})
            return
        usage = {"input_tokens": len(wanted.text), "output_tokens": frames, "total_tokens": len(wanted.text) + frames}
        yield _event({"type": "speech.audio.done", "usage": usage})


def _step(speech: Speech, container: Container) -> tuple[bytes, float]:
    """The next bytes and how much sound they stand for; none at the end."""
    block = speech.step()
    if block is None:
        return b"", 0.0
    return container.write(block.samples), len(block.samples) / SAMPLE_RATE


def _due(last: Due, length_s: float) -> Due:
    """When the listener runs out of sound, now that `length_s` more is on its way."""
    now = time.monotonic()
    return before((max(now, last.time_s) if last.later else now) + length_s)


def _event(fields: dict[str, object]) -> bytes:
    return f"data: {json.dumps(fields, separators=(',', ':'))}\n\n".encode()
