"""Cuts text of any length into windows of bounded length, at clause and sentence ends, as it arrives.

Where a window ends depends only on the text up to there and the next visible character, never on how the text was cut
into pieces on its way, so fed text and whole text give the same windows.
"""

import re
import unicodedata
from collections.abc import Iterator

from tts.text.normalize.tables import FINALS, INNER, MONTHS, TITLES

MAX_WINDOW = 600  # characters; no pattern of the lexer needs more
_BLOCK = 4096
_MAX_MARKS = 8  # combining marks kept with their letter
_CANDIDATE = re.compile(
    r"(?P<par>(?:\n[ \t\r]*\n|\x1e)\s*(?=\S))|(?P<end>[.!?…。！？]+[\"'”’)\]»]*)\s+(?=(?P<next>\S))"
    r"|[,;:]\s+(?=[^\W\d_])"
)
_LAST_WORD = re.compile(r"([^\W_]+(?:\.[^\W_]+)*)$")
_OPEN = re.compile(r"\[\[(?:(?!\]\]).)*$|\[[^\]\n]{0,80}$|\]\((?:/[^)\n]*)?$", re.DOTALL)
_ABBREVIATIONS = frozenset(
    ("dr", "st", "no", "nos", "dato", *TITLES, *FINALS, *INNER, *(month for month in MONTHS if len(month) < 5))
)


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
            yield from self._take(final=False)

    def flush(self) -> Iterator[tuple[int, str]]:
        """What is left, as if the text ended here."""
        yield from self._take(final=True)
        if self._buffer:
            yield self._offset, self._buffer
            self._offset += len(self._buffer)
            self._buffer, self._scanned = "", 0

    def _take(self, final: bool) -> Iterator[tuple[int, str]]:
        start = 0
        while (cut := self._cut(start, final)) is not None:
            yield self._offset, self._buffer[start:cut]
            self._offset += cut - start
            self._scanned = start = cut
        self._scanned -= start
        self._buffer = self._buffer[start:]

    def _cut(self, start: int, final: bool) -> int | None:
        limit = start + MAX_WINDOW
        at = max(self._scanned, start)
        while match := _CANDIDATE.search(self._buffer, at, min(limit + 1, len(self._buffer))):
            if _is_boundary(self._buffer[start : match.start()], match):
                return match.end()
            at = match.start() + 1
        if len(self._buffer) > limit:
            return _forced(self._buffer, start, limit)
        # A match may still begin in the mark and spaces at the end of the buffer.
        tail = len(self._buffer.rstrip())
        while tail > at and not (self._buffer[tail - 1].isalnum()):
            tail -= 1
        self._scanned = max(start, tail)
        return None


def _forced(buffer: str, start: int, limit: int) -> int:
    """No clause ends in the window: cut after its last blank, or anywhere in a word without end."""
    blank = max(buffer.rfind(" ", start, limit), buffer.rfind("\n", start, limit))
    if blank > start:
        return blank + 1
    back = limit
    while back > limit - _MAX_MARKS and unicodedata.combining(buffer[back]):
        back -= 1
    return back if not unicodedata.combining(buffer[back]) else limit


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
