"""Cuts text of any length into windows of bounded length, at clause and sentence ends, as it arrives.

Where a window ends depends only on the text up to there and the next visible character, never on how the text was cut
into pieces on its way, so fed text and whole text give the same windows.
"""

import re
import unicodedata
from collections.abc import Iterator

from tts.text.normalize.tables import FINALS, INNER, TITLES

MAX_WINDOW = 600  # characters; no pattern of the lexer needs more
_BLOCK = 4096
_MAX_MARKS = 8  # combining marks kept with their letter
_CANDIDATE = re.compile(
    r"(?P<par>(?:\n[ \t\r]*\n|\x1e)\s*(?=\S))|(?P<end>[.!?…。！？]+[\"'”’)\]»]*)\s+(?=(?P<next>\S))"
    r"|[,;:]\s+(?=[^\W\d_])"
)
_LAST_WORD = re.compile(r"([^\W_]+(?:\.[^\W_]+)*)$")
_OPEN = re.compile(r"\[\[(?:(?!\]\]).)*$|\[[^\]\n]{0,80}$|\]\((?:/[^)\n]*)?$", re.DOTALL)
_MONTHS = "jan feb mar apr jun jul aug sep sept oct nov dec ogo okt dis".split()
_ABBREVIATIONS = frozenset(("dr", "st", "no", "nos", "dato", *TITLES, *FINALS, *INNER, *_MONTHS))


class Windower:
    """Turns pieces of text into windows; each comes with its offset in the whole text."""

    def __init__(self, offset: int = 0) -> None:
        self._buffer = ""
        self._offset = offset
        self._scanned = 0

    def feed(self, piece: str) -> Iterator[tuple[int, str]]:
        """Windows that `piece` completes."""
        for at in range(0, len(piece), _BLOCK):
            self._buffer += piece[at : at + _BLOCK]
            yield from self._take()

    def flush(self) -> Iterator[tuple[int, str]]:
        """What is left, as if the text ended here."""
        yield from self._take()
        if self._buffer:
            window, self._buffer = self._buffer, ""
            offset, self._offset, self._scanned = self._offset, self._offset + len(window), 0
            yield offset, window

    def _take(self) -> Iterator[tuple[int, str]]:
        while (cut := self._cut()) is not None:
            # State first: whoever asked may stop listening here, or raise.
            window, self._buffer = self._buffer[:cut], self._buffer[cut:]
            offset, self._offset, self._scanned = self._offset, self._offset + cut, 0
            yield offset, window

    def _cut(self) -> int | None:
        at = self._scanned
        while match := _CANDIDATE.search(self._buffer, at, min(MAX_WINDOW + 1, len(self._buffer))):
            if _is_boundary(self._buffer[: match.start()], match):
                return match.end()
            at = match.start() + 1
        if len(self._buffer) > MAX_WINDOW:
            return _forced(self._buffer)
        # A match may still begin in the mark and spaces at the end of the buffer.
        tail = len(self._buffer.rstrip())
        while tail > at and not self._buffer[tail - 1].isalnum():
            tail -= 1
        self._scanned = tail
        return None


def _forced(buffer: str) -> int:
    """No clause ends in the window: cut after its last blank, or anywhere in a word without end."""
    blank = max(buffer.rfind(" ", 0, MAX_WINDOW), buffer.rfind("\n", 0, MAX_WINDOW))
    if blank > 0:
        return blank + 1
    back = MAX_WINDOW
    while back > MAX_WINDOW - _MAX_MARKS and unicodedata.combining(buffer[back]):
        back -= 1
    return back if not unicodedata.combining(buffer[back]) else MAX_WINDOW


def _is_boundary(before: str, match: re.Match[str]) -> bool:
    if match["par"]:
        return True
    if _OPEN.search(before):
        return False
    if not match["end"]:
        return True
    if match["next"].islower():
        return False
    if match["end"][0] != ".":
        return True
    word = _LAST_WORD.search(before)
    if word is None:
        return True
    text = word.group().lower()
    return not (text in _ABBREVIATIONS or "." in text or (len(text) == 1 and text.isalpha()))
