"""Groups pronounced tokens into segments the acoustic model speaks in one go, as they come.

The first segment is short, so that speech starts early; later ones are as long as the training sentences. Every token
lands in exactly one segment, in order. Where a segment ends depends only on the tokens up to there (and, for one too
long, on its own marks), so text that arrives in pieces gives the same segments as whole text.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tts.text.types import Token

FIRST_CLAUSE = 30  # phones: the first segment may end at a comma from here on
FIRST_SENTENCE = 12  # ... and at a full stop from here on
SENTENCE = 40  # later segments end at a full stop from here on; shorter sentences are spoken with the next
CLAUSE = 80  # ... and at a comma from here on
LIMIT = 125  # the longest training sentence has 139
TAIL = 18  # ... if this much follows it: no training sentence is shorter
SHORTEST_PART = 24  # an over-long segment is not cut before this
FINAL_MARKS = ".?!"
_MAX_SILENT = 200  # marks kept while no word comes, so that memory is bounded
CONJUNCTIONS = frozenset(
    "and or but because which that when while if so than with for to dan atau tetapi tapi kerana yang apabila jika "
    "untuk dengan".split()
)


@dataclass(frozen=True)
class Spoken:
    """A token and its phones ("" for marks and breaks)."""

    token: Token
    phones: str

    @property
    def length(self) -> int:
        """Symbols it adds to a segment."""
        if self.token.kind == "word":
            return len(self.phones) + (not self.token.joined)
        return 1 if self.token.kind == "mark" else 0


class Grouper:
    """Collects tokens; `add` and `settle` return the groups that are complete, `flush` what is left."""

    def __init__(self) -> None:
        self._held: list[Spoken] = []
        self._length = 0
        self._first = True
        self._due = False  # the group is complete but for marks and breaks that may follow
        self._clause: tuple[int, int] | None = None  # tokens and symbols up to a clause mark where the group may end

    def add(self, one: Spoken) -> Iterator[list[Spoken]]:
        """Takes one token; groups it completes."""
        if self._held and one.token.kind == "word" and (self._due or self._changes(one.token)):
            yield self._close(len(self._held))
        while self._length + one.length > LIMIT and self.has_phones():
            yield self._close(_best_cut(self._held, one))
        if len(self._held) > _MAX_SILENT and not self.has_phones():
            self._held, self._length = [], 0
        self._held.append(one)
        self._length += one.length
        if one.token.kind == "mark":
            self._mark(one.token.text)
        elif self._clause is not None and self._length - self._clause[1] >= TAIL:
            yield self._close(self._clause[0])

    def settle(self) -> Iterator[list[Spoken]]:
        """Says that no mark or break follows the last token at once; the group it completes, if it does."""
        if self._due:
            yield self._close(len(self._held))

    def flush(self) -> Iterator[list[Spoken]]:
        """The last group, if anything is left."""
        if self._held:
            yield self._close(len(self._held))

    def has_phones(self) -> bool:
        """Whether anything held is spoken."""
        return any(one.phones for one in self._held)

    def _changes(self, token: Token) -> bool:
        """Whether the voice changes or a pause ends here."""
        last = self._held[-1].token
        return self.has_phones() and (last.kind == "break" or last.voice != token.voice)

    def _mark(self, mark: str) -> None:
        if mark == "(" or not self.has_phones():
            return
        if mark in FINAL_MARKS:
            self._due = self._due or self._length >= (FIRST_SENTENCE if self._first else SENTENCE)
        elif self._clause is None and self._length >= (FIRST_CLAUSE if self._first else CLAUSE):
            self._clause = len(self._held), self._length

    def _close(self, count: int) -> list[Spoken]:
        group, self._held = self._held[:count], self._held[count:]
        self._length = sum(one.length for one in self._held)
        self._first = self._due = False
        self._clause = None
        return group


def _best_cut(held: list[Spoken], following: Spoken) -> int:
    """Where to cut a group that is too long: after its last sentence, clause, before a conjunction, or after a word."""
    total = sum(one.length for one in held)
    best: dict[str, int] = {}
    length = 0
    for place, one in enumerate(held, start=1):
        length += one.length
        after = held[place].token if place < len(held) else following.token
        if length < SHORTEST_PART or after.joined or after.kind == "mark":
            continue
        if one.token.kind == "mark" and one.token.text != "(":
            best["sentence" if one.token.text in FINAL_MARKS else "clause"] = place
        elif total - length < TAIL:
            continue
        elif after.text.lower() in CONJUNCTIONS:
            best["conjunction"] = place
        else:
            best["word"] = place
    return next((best[kind] for kind in ("sentence", "clause", "conjunction", "word") if kind in best), len(held))
