"""Sound through a player program of the system, for Linux machines that have no PortAudio (wheels do not bring it)."""

import shutil
import subprocess
from contextlib import AbstractContextManager
from types import TracebackType
from typing import IO

from tts.audio_formats import Floats, to_int16
from tts.errors import OutputError

INSTEAD = 'write a file instead: tts say "..." -o speech.wav'

PROGRAMS = (
    ("paplay", "--raw", "--rate=24000", "--format=s16le", "--channels=1", "--latency-msec=60"),
    ("aplay", "--quiet", "--file-type=raw", "--rate=24000", "--format=S16_LE", "--channels=1", "--buffer-time=200000"),
)


def find_program() -> tuple[str, ...] | None:
    """The command line of the first player that is installed, or None."""
    return next((command for command in PROGRAMS if shutil.which(command[0])), None)


class PipePlayer(AbstractContextManager["PipePlayer"]):
    """A player program that is fed bare samples; what is written is heard in order."""

    def __init__(self, command: tuple[str, ...]) -> None:
        """Starts the program.

        Args:
            command: as `find_program` gives it.
        """
        self._name = command[0]
        # in a session of its own: if Ctrl-C ended the player, that would look like a missing device
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)

    def write(self, samples: Floats) -> None:
        """Pass samples on; waits while the program has enough.

        Raises:
            OutputError: the program has ended, as it does where there is no device.
        """
        try:
            self._stdin.write(to_int16(samples).tobytes())
            self._stdin.flush()
        except BrokenPipeError:
            raise self._failure() from None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Waits until all was heard; after an error, Ctrl-C included, stops at once.

        Raises:
            OutputError: the program has failed.
        """
        with self._process:  # closes the pipes and waits, whatever happens
            try:
                if kind is None:
                    self._finish()
            finally:
                self._process.kill()

    def _finish(self) -> None:
        try:
            self._stdin.close()
        except BrokenPipeError:
            pass  # it has ended; its status tells
        if self._process.wait():
            raise self._failure()

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def _stderr(self) -> IO[bytes]:
        assert self._process.stderr is not None
        return self._process.stderr

    def _failure(self) -> OutputError:
        self._process.wait()
        said = self._stderr.read()
        reason = said.decode("utf-8", "replace").strip() or f"status {self._process.returncode}"
        return OutputError(f"no audio device to play on ({self._name}: {reason}); {INSTEAD}")
