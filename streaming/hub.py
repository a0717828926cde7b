"""What all connections of a server share: the voices, the scheduler, the limits, and how many are being served."""

import asyncio
import contextlib
import time
from collections.abc import Iterator

from streaming.limits import Limits
from streaming.scheduler import Scheduler
from tts.errors import Overloaded
from tts.synthesizer import Synthesizer

WARM_UP = ("Ready for 12 questions, please.", "Sedia untuk bercakap.")
_POLL_S = 0.02


class Hub:
    """One loaded model and its clients.

    Attributes:
        closing: the server is on its way down; nothing new is begun.
        speaking: utterances and speech requests that are not over.
        connected: clients that have a place.
    """

    def __init__(self, synth: Synthesizer, limits: Limits, workers: int | None = None) -> None:
        self.synth, self.limits = synth, limits
        self.scheduler = Scheduler(workers)
        self.voices = tuple(voice.name for voice in synth.voices)
        self.closing = False
        self.speaking = 0
        self.connected = 0

    @property
    def full(self) -> bool:
        """Whether every place is taken."""
        return self.connected >= self.limits.clients

    def warm_up(self) -> None:
        """Speak a little, so that the first client does not wait for caches to fill."""
        for text in WARM_UP:
            self.synth.say(text)

    @contextlib.contextmanager
    def client(self) -> Iterator[None]:
        """A place for one client.

        Raises:
            Overloaded: all are taken, or the server is shutting down.
        """
        if self.closing:
            raise Overloaded("the server is shutting down")
        if self.full:
            raise Overloaded(f"all {self.limits.clients} places for clients are taken; try again later")
        self.connected += 1
        try:
            yield
        finally:
            self.connected -= 1

    async def drain(self) -> None:
        """Take nothing new; wait until all is spoken, but no longer than the limit."""
        self.closing = True
        give_up = time.monotonic() + self.limits.shutdown_s
        while self.speaking and time.monotonic() < give_up:
            await asyncio.sleep(_POLL_S)
