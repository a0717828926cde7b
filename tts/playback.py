"""Sound on the default device, from the first block on, while later blocks are still being made.

The device pulls samples from a queue in its own thread, so that neither waits for the other: a slow block is bridged by
what is queued. The queue is bounded, so a long text is not synthesised more than about `AHEAD_S` before it is heard.
"""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from tts.errors import OutputError
from tts.pipe_player import INSTEAD, PipePlayer, find_program

SAMPLE_RATE = 24_000
AHEAD_S = 10.0
WAKE_S = 0.1  # how long Ctrl-C may have to wait on systems where a lock cannot be interrupted

Floats = npt.NDArray[np.float32]
Fill = Callable[[npt.NDArray[np.float32], int], None]


class Device(Protocol):
    """An open output device, as sounddevice has it."""

    def start(self) -> None:
        """Begin to pull samples."""

    def stop(self) -> None:
        """Play what the device holds, then stop."""

    def abort(self) -> None:
        """Stop at once."""

    def close(self) -> None:
        """Give the device back."""


class Queue:
    """Samples between the one who makes them and the device; bounded."""

    def __init__(self) -> None:
        self._blocks: deque[Floats] = deque()
        self._samples = 0
        self._ended = False
        self._changed = threading.Condition()

    def put(self, samples: Floats) -> None:
        """Add samples; waits while more than AHEAD_S are queued."""
        with self._changed:
            while self._samples > AHEAD_S * SAMPLE_RATE:
                self._changed.wait(WAKE_S)
            self._blocks.append(samples)
            self._samples += len(samples)

    def end(self) -> None:
        """No more will come."""
        with self._changed:
            self._ended = True

    def fill(self, out: Floats) -> bool:
        """Fill `out` (Float[S]) with what is next, and silence beyond; False once all was taken and no more comes."""
        done = 0
        with self._changed:
            while self._blocks and done < len(out):
                block = self._blocks.popleft()
                count = min(len(block), len(out) - done)
                out[done : done + count] = block[:count]
                done += count
                if count < len(block):
                    self._blocks.appendleft(block[count:])
            self._samples -= done
            more = bool(self._blocks) or not self._ended
            self._changed.notify_all()
        out[done:] = 0.0
        return more

    def wait_until_taken(self) -> None:
        """Returns when the device has taken everything."""
        with self._changed:
            while self._samples:
                self._changed.wait(WAKE_S)


class Player(AbstractContextManager["Player"]):
    """The default output device; what is written is heard in order."""

    def __init__(self, open_device: Callable[[Queue], Device] | None = None) -> None:
        """Opens the device.

        Args:
            open_device: makes the device that pulls from the queue; None takes the system's default device.

        Raises:
            OutputError: there is none; the message says how to write a file instead.
        """
        self._queue = Queue()
        self._device = (open_device or open_default)(self._queue)
        self._started = False

    def write(self, samples: Floats) -> None:
        """Queue samples; returns at once unless seconds of sound are waiting already."""
        self._queue.put(samples)
        if not self._started:
            self._device.start()
            self._started = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Waits until all was heard; after an error, Ctrl-C included, stops at once."""
        try:
            self._queue.end()
            if kind is None and self._started:
                self._queue.wait_until_taken()
                self._device.stop()
        except BaseException:
            self._device.abort()
            raise
        else:
            if kind is not None and self._started:
                self._device.abort()
        finally:
            self._device.close()


def open_player() -> "Player | PipePlayer":
    """The default output device, by PortAudio, or where that is not installed by a player program of the system.

    Raises:
        OutputError: there is neither; the message says how to write a file instead.
    """
    try:
        load_sounddevice()
    except OutputError:
        command = find_program()
        if command is None:
            raise
        return PipePlayer(command)
    return Player()


def open_default(queue: Queue) -> Device:
    """The system's default output device.

    Raises:
        OutputError: no PortAudio library, no device, or none that plays 24 kHz.
    """
    sounddevice = load_sounddevice()

    def callback(out: Floats, frames: int, when: Any, status: Any) -> None:
        if not queue.fill(out[:, 0]):
            raise sounddevice.CallbackStop

    try:
        device: Device = sounddevice.OutputStream(SAMPLE_RATE, channels=1, dtype="float32", callback=callback)
    except (sounddevice.PortAudioError, ValueError) as error:
        raise OutputError(f"no audio device to play on ({error}); {INSTEAD}") from error
    return device


def load_sounddevice() -> Any:
    """The module.

    Raises:
        OutputError: the PortAudio library is missing (on Linux it comes with the system, not with sounddevice).
    """
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        raise OutputError(f"cannot play sound ({error}); {INSTEAD}") from error
    return sounddevice
