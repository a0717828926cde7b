"""A progress bar with the time left, on a terminal only and only when there is something to wait for."""

import time
from collections import deque
from collections.abc import Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from tts.synthesizer import Word

SHORT_TEXT = 400  # characters: less is done before anybody would look
EVERY_S = 0.1
BAR_CELLS = 24
CLEAR_LINE = "\r\x1b[2K"


class Progress(AbstractContextManager["Progress"]):
    """Redraws one line; removes it at the end."""

    def __init__(self, stream: TextIO, total: int | None, wanted: bool = True) -> None:
        """Draws nothing yet.

        Args:
            stream: where to draw.
            total: characters of the text, or None if unknown.
            wanted: False keeps it quiet.
        """
        self._stream, self._total = stream, total
        self._shown = wanted and stream.isatty() and (total is None or total > SHORT_TEXT)
        self._began = time.perf_counter()
        self._next = self._began + EVERY_S
        self._ahead: deque[Word] = deque()
        self._done = 0

    def update(self, audio_s: float, words: Sequence["Word"]) -> None:
        """Say how far it is.

        Args:
            audio_s: seconds of sound so far.
            words: announced with the last block, usually ahead of their sound.
        """
        if not self._shown:
            return
        self._ahead.extend(words)
        while self._ahead and self._ahead[0].end_s <= audio_s:
            self._done = self._ahead.popleft().char[1]
        now = time.perf_counter()
        if now >= self._next:
            self._next = now + EVERY_S
            self._stream.write(CLEAR_LINE + describe(audio_s, self._done, self._total, now - self._began))
            self._stream.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Clear the line."""
        if self._shown:
            self._stream.write(CLEAR_LINE)
            self._stream.flush()


def describe(audio_s: float, done: int, total: int | None, spent_s: float) -> str:
    """One line of progress."""
    sound = f"{clock(audio_s)} of speech"
    if not total or not done:
        return sound
    share = min(1.0, done / total)
    cells = int(share * BAR_CELLS)
    bar = "#" * cells + "." * (BAR_CELLS - cells)
    return f"[{bar}] {share:4.0%}  {sound}, {clock(spent_s * (1 - share) / share)} left"


def clock(seconds: float) -> str:
    """4:05 or 1:02:03."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
